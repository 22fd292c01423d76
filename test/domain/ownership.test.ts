import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  consistencyTimes,
  copyToken,
  epochAt,
  instanceToken,
  isOwned,
  ownershipOf,
  parseUpdatingMark,
  projectTag,
  replaceToken,
  snapshotToken,
} from '../../src/domain/ownership.js';

const project = 'web-platform.k3v9x2ab';

function digest(json: string): string {
  return createHash('sha256').update(json).digest('base64url');
}

describe('a client token', () => {
  test('is 43 characters over what it is about, and over nothing else', () => {
    expect(instanceToken(project, 'Instance/web/0', 981_792, 0)).toBe(
      digest('["v1","RunInstances","web-platform.k3v9x2ab","Instance/web/0",981792,0]'),
    );
    expect(copyToken(project, 'web-base-0123456789ab', 2)).toBe(
      digest('["v1","CopyImage","web-platform.k3v9x2ab","web-base-0123456789ab",2]'),
    );
    expect(replaceToken(project, 'i-web0', 'd-web0')).toBe(
      digest('["v1","ReplaceSystemDisk","web-platform.k3v9x2ab","i-web0","d-web0"]'),
    );
    expect(snapshotToken(project, 'd-web0', 'm-copy1')).toBe(
      digest('["v1","CreateSnapshot","web-platform.k3v9x2ab","d-web0","m-copy1"]'),
    );
    expect(instanceToken(project, 'Instance/web/0', 981_792, 0)).toMatch(/^[\w-]{43}$/);
  });

  test('differs where the thing that is made is another one', () => {
    const tokens = [
      instanceToken(project, 'Instance/web/0', 1, 0),
      instanceToken(project, 'Instance/web/0', 1, 1),
      instanceToken(project, 'Instance/web/0', 2, 0),
      instanceToken(project, 'Instance/web/1', 1, 0),
      instanceToken(`${project}.dev`, 'Instance/web/0', 1, 0),
      replaceToken(project, 'i-web0', 'd-1'),
      replaceToken(project, 'i-web0', 'd-1', 1),
      snapshotToken(project, 'd-1', 'm-1'),
      snapshotToken(project, 'd-1', 'm-1', 1),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});

describe('ownership', () => {
  const tags = { 'tallyman:project': project, 'tallyman:resource': 'Instance/web/0' };
  const cases = [
    [{ ...tags, 'tallyman:id': 'i-1' }, 'sealed', true],
    [tags, 'unsealed', true],
    [{ ...tags, 'tallyman:id': 'i-2' }, 'clone', false],
    [{ ...tags, 'tallyman:id': '' }, 'clone', false],
    [{ ...tags, 'tallyman:project': `${project}.dev` }, 'foreign', false],
    [{ 'tallyman:project': project }, 'foreign', false],
    [{ 'tallyman:resource': 'Instance/web/0' }, 'foreign', false],
    [{}, 'foreign', false],
  ] as const;

  test.each(cases)('by the tags %j is %s', (present, ownership, owned) => {
    expect(ownershipOf({ id: 'i-1', tags: present }, project)).toBe(ownership);
    expect(isOwned({ id: 'i-1', tags: present }, project)).toBe(owned);
  });

  test('is claimed under name, ID and environment, as far as there are any', () => {
    expect(projectTag({ name: 'web', id: 'k3v9x2ab' }, 'dev')).toBe('web.k3v9x2ab.dev');
    expect(projectTag({ name: 'web', id: 'k3v9x2ab' }, null)).toBe('web.k3v9x2ab');
    expect(projectTag({ name: 'web', id: null }, null)).toBe('web');
  });
});

describe('the times of the protocol', () => {
  test('are those of its document, on the real clock', () => {
    expect(consistencyTimes()).toEqual({
      lagMs: 60_000,
      flightMs: 30_000,
      skewMs: 10_000,
      settleMs: 90_000,
      epochMs: 1_800_000,
      pauseMs: 100_000,
    });
  });

  test.each([0, 1, 60, 1200, 100_000])('keep their order on a clock of speed %i', (speed) => {
    const { lagMs, flightMs, skewMs, settleMs, epochMs, pauseMs } = consistencyTimes(speed);
    expect(settleMs).toBe(lagMs + flightMs);
    expect(pauseMs).toBe(lagMs + flightMs + skewMs);
    expect(epochMs).toBeGreaterThan(2 * pauseMs);
  });

  test('number epochs from 1970 on', () => {
    const times = consistencyTimes();
    expect(epochAt(0, times)).toBe(0);
    expect(epochAt(1_799_999, times)).toBe(0);
    expect(epochAt(1_800_000, times)).toBe(1);
  });
});

describe('the mark of a member', () => {
  test('says which disk is to be replaced by which image, and since when', () => {
    const tags = { 'tallyman:updating': 'd-1/m-2', 'tallyman:updating-since': '2026-01-01T00:00:00.000Z' };
    expect(parseUpdatingMark(tags)).toEqual({ diskId: 'd-1', imageId: 'm-2', sinceMs: 1_767_225_600_000 });
  });

  test('may lack its time, and may have been written by hand', () => {
    expect(parseUpdatingMark({ 'tallyman:updating': 'd-1/m-2' })?.sinceMs).toBeNull();
    expect(parseUpdatingMark({ 'tallyman:updating': '' })).toEqual({ diskId: '', imageId: '', sinceMs: null });
    expect(parseUpdatingMark({})).toBeNull();
  });
});
