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
    sizeGiB: 40,
    rollout: null,
    duplicates: [],
    notes: [],
    ...given,
  };
}

const missing = { id: null, state: null, imageId: null, wantedImageId: null, createdAt: null, sizeGiB: null };
const result: StatusResult = {
  project: { name: 'web-platform', id: 'k3v9x2ab', environment: null },
  timestamp: '2026-01-03T00:00:00Z',
  apiCalls: { DescribeInstances: 1 },
  resources: [
    {
      address: 'ImageCopy/web-base',
      members: 1,
      ready: 1,
      condition: 'Ready',
      reason: 'UpToDate',
      isSuspended: false,
    },
    { address: 'Instance/idle', members: 0, ready: 0, condition: 'Blocked', reason: 'Suspended', isSuspended: true },
    { address: 'Instance/web', members: 3, ready: 1, condition: 'Drifted', reason: 'Missing', isSuspended: false },
  ],
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
      rollout: { updatingTo: 'm-2', since: '2026-01-02T23:00:00Z', previous: 'm-1', rejected: null },
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
      keptBy: ['history'],
    },
    {
      address: 'Instance/old/0',
      scope,
      id: 'i-old',
      kind: 'orphan',
      sizeGiB: 20,
      createdAt: '2025-12-01T00:00:00Z',
      keptBy: ['protection', 'no-prune'],
    },
  ],
};

describe('status as text', () => {
  it('has one table for each resource, and what is there beside the members', () => {
    expect(renderStatusText(result, { isColored: false })).toBe(`\
ImageCopy/web-base: 1 of 1 ready
  MEMBER       CONDITION  REASON    ID   STATE      IMAGE      AGE
  cn-hangzhou  Ready      UpToDate  m-1  Available  m-golden1  2 days

Instance/idle: no members, suspended

Instance/web: 1 of 3 ready
  MEMBER  CONDITION  REASON        ID   STATE    IMAGE       AGE
  0       Ready      UpToDate      i-1  Running  m-1         2 days
  1       Drifted    ImageDiffers  i-1  Running  m-1 -> m-2  2 days
  2       Drifted    Missing       -    -        -           -
  # Instance/web/1: moving onto m-2 since 2026-01-02T23:00:00Z, back to m-1 if it fails
  # Instance/web/1: stopped by somebody

Beside the members
  ADDRESS                         KIND        ID     REGION       SIZE    AGE      KEPT BY
  ImageCopy/web-base/cn-hangzhou  superseded  m-0    cn-hangzhou  40 GiB  33 days  history
  Instance/old/0                  orphan      i-old  cn-hangzhou  20 GiB  33 days  protection, no-prune

4 members: 2 Drifted, 2 Ready.
60 GiB beside the members: 40 GiB only by history.
`);
  });

  it('says so when no manifest wants anything', () => {
    expect(renderStatusText({ ...result, resources: [], members: [], others: [] }, { isColored: false })).toBe(
      '0 members.\n',
    );
  });
});

describe('status as wide text', () => {
  it('has account, region and creation time behind the columns of text', () => {
    const lines = renderStatusWide(result, { isColored: false }).split('\n');
    expect(lines[1]).toMatch(/ AGE +ACCOUNT +REGION +SIZE +CREATED$/);
    expect(lines.find((line) => line.trimStart().startsWith('2 '))).toMatch(/ - +prod +cn-hangzhou +- +-$/);
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
      conditions: [
        { type: 'Ready', status: 'False', reason: 'Missing' },
        { type: 'Progressing', status: 'False', reason: 'Missing' },
        { type: 'Drifted', status: 'True', reason: 'Missing' },
        { type: 'Blocked', status: 'False', reason: 'Missing' },
      ],
      image_id: null,
      wanted_image_id: null,
      created_at: null,
      size_gib: null,
      rollout: null,
      duplicates: [],
      notes: [],
    });
  });
});
