import { describe, expect, it } from 'vitest';
import type { MemberStatus, StatusResult } from '../../src/domain/result.js';
import { renderStatusJson } from '../../src/report/status-json.js';
import { renderStatusText, renderStatusWide } from '../../src/report/status-text.js';
import { scope } from './build.js';

function aMember(given: Partial<MemberStatus>): MemberStatus {
  return {
    address: 'Instance/web/0',
    scope,
    id: 'i-1',
    state: 'Running',
    condition: 'Ready',
    reason: 'UpToDate',
    imageId: 'm-1',
    wantedImageId: 'm-1',
    createdAt: '2026-01-01T00:00:00Z',
    notes: [],
    ...given,
  };
}

const missing = { id: null, state: null, imageId: null, wantedImageId: null, createdAt: null };
const result: StatusResult = {
  project: { name: 'web-platform', id: 'k3v9x2ab', environment: null },
  timestamp: '2026-01-03T00:00:00Z',
  apiCalls: { DescribeInstances: 1 },
  members: [
    aMember({
      address: 'ImageCopy/web-base/cn-hangzhou',
      id: 'm-1',
      state: 'Available',
      imageId: 'm-golden1',
      wantedImageId: 'm-golden1',
    }),
    aMember({}),
    aMember({
      address: 'Instance/web/1',
      condition: 'Drifted',
      reason: 'ImageDiffers',
      wantedImageId: 'm-2',
      notes: ['stopped by somebody'],
    }),
    aMember({ address: 'Instance/web/2', condition: 'Drifted', reason: 'Missing', ...missing }),
  ],
  others: [
    {
      address: 'ImageCopy/web-base/cn-hangzhou',
      scope,
      id: 'm-0',
      kind: 'superseded',
      sizeGiB: 40,
      createdAt: '2025-12-01T00:00:00Z',
    },
  ],
};

describe('status as text', () => {
  it('has one table for each resource, and what is there beside the members', () => {
    expect(renderStatusText(result, { isColored: false })).toBe(`\
ImageCopy/web-base
  MEMBER       CONDITION  REASON    ID   STATE      IMAGE      AGE
  cn-hangzhou  Ready      UpToDate  m-1  Available  m-golden1  2 days

Instance/web
  MEMBER  CONDITION  REASON        ID   STATE    IMAGE       AGE
  0       Ready      UpToDate      i-1  Running  m-1         2 days
  1       Drifted    ImageDiffers  i-1  Running  m-1 -> m-2  2 days
  2       Drifted    Missing       -    -        -           -
  # Instance/web/1: stopped by somebody

Beside the members
  ADDRESS                         KIND        ID   REGION       SIZE    AGE
  ImageCopy/web-base/cn-hangzhou  superseded  m-0  cn-hangzhou  40 GiB  33 days

4 members: 2 Drifted, 2 Ready.
`);
  });

  it('says so when no manifest wants anything', () => {
    expect(renderStatusText({ ...result, members: [], others: [] }, { isColored: false })).toBe('0 members.\n');
  });
});

describe('status as wide text', () => {
  it('has account, region and creation time behind the columns of text', () => {
    const lines = renderStatusWide(result, { isColored: false }).split('\n');
    expect(lines[1]).toMatch(/ AGE +ACCOUNT +REGION +CREATED$/);
    expect(lines.find((line) => line.trimStart().startsWith('2 '))).toMatch(/ - +prod +cn-hangzhou +-$/);
  });
});

describe('status as JSON', () => {
  it('keeps null for what does not exist', () => {
    const { members } = JSON.parse(renderStatusJson(result)) as { members: readonly object[] };
    expect(members[3]).toStrictEqual({
      address: 'Instance/web/2',
      account: 'prod',
      region: 'cn-hangzhou',
      id: null,
      state: null,
      condition: 'Drifted',
      reason: 'Missing',
      image_id: null,
      wanted_image_id: null,
      created_at: null,
      notes: [],
    });
  });
});
