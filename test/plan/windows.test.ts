import { describe, expect, it } from 'vitest';
import { isOpenAt, opensAt, type Window, windowMatches } from '../../src/domain/window.js';
import { anOrigin, aMatch } from '../support/build.js';

const hour = 3_600_000;

function aWindow(changes: Partial<Window> = {}): Window {
  return {
    kind: 'Allow',
    schedule: '0 22 * * 1-5',
    durationMs: 4 * hour,
    timeZone: 'UTC',
    match: aMatch(),
    origin: anOrigin('tallyman.yaml'),
    ...changes,
  };
}

const at = (text: string): number => Date.parse(text);
const openAt = (windows: readonly Window[], text: string) => isOpenAt(windows, at(text));
const opening = (windows: readonly Window[], text: string) => {
  const ms = opensAt(windows, at(text));
  return ms === null ? null : new Date(ms).toISOString();
};

describe('windows', () => {
  it('leave everything open where none matches', () => {
    expect(openAt([], '2026-01-05T12:00:00Z')).toBe(true);
  });

  // 2026-01-05 is a Monday.
  it.each([
    ['before it', '2026-01-05T21:59:59Z', false],
    ['when it begins', '2026-01-05T22:00:00Z', true],
    ['after midnight', '2026-01-06T01:59:59Z', true],
    ['when it ends', '2026-01-06T02:00:00Z', false],
    ['on Saturday, from Friday on', '2026-01-10T01:00:00Z', true],
    ['on Saturday evening', '2026-01-10T23:00:00Z', false],
  ])('of kind Allow: %s', (_, time, expected) => {
    expect(openAt([aWindow()], time)).toBe(expected);
  });

  it('of kind Allow open when one of them is open', () => {
    const noon = aWindow({ schedule: '0 12 * * *', durationMs: hour });
    expect(openAt([aWindow(), noon], '2026-01-05T12:30:00Z')).toBe(true);
  });

  it('of kind Deny close whatever Allow says, and nothing else', () => {
    const freeze = aWindow({ kind: 'Deny', schedule: '0 0 5 1 *', durationMs: 24 * hour });
    expect(openAt([freeze], '2026-01-05T12:00:00Z')).toBe(false);
    expect(openAt([freeze], '2026-01-06T12:00:00Z')).toBe(true);
    expect(openAt([freeze, aWindow()], '2026-01-05T22:30:00Z')).toBe(false);
    expect(opening([freeze, aWindow()], '2026-01-05T22:30:00Z')).toBe('2026-01-06T00:00:00.000Z');
  });

  it('say when they open next', () => {
    expect(opening([aWindow()], '2026-01-05T12:00:00Z')).toBe('2026-01-05T22:00:00.000Z');
    expect(opening([aWindow()], '2026-01-10T12:00:00Z')).toBe('2026-01-12T22:00:00.000Z');
    const always = aWindow({ kind: 'Deny', schedule: '0 * * * *', durationMs: hour });
    expect(opening([always], '2026-01-05T12:00:00Z')).toBeNull();
  });

  it('follow the time of their zone, through the change to summer time', () => {
    const window = aWindow({ schedule: '0 9 * * *', durationMs: hour, timeZone: 'Europe/Berlin' });
    expect(openAt([window], '2026-03-28T08:30:00Z')).toBe(true);
    expect(openAt([window], '2026-03-30T07:30:00Z')).toBe(true);
    expect(openAt([window], '2026-03-30T08:30:00Z')).toBe(false);
    expect(openAt([aWindow({ schedule: '0 9 * * *', timeZone: 'Asia/Shanghai' })], '2026-01-05T01:30:00Z')).toBe(true);
  });

  it('match by kind, labels, account and region, all of them', () => {
    const thing = { kind: 'Instance', labels: { tier: 'web' }, account: 'prod', region: 'cn-hangzhou' };
    const matches = (match: Parameters<typeof aMatch>[0]) => windowMatches(aWindow({ match: aMatch(match) }), thing);
    expect(matches({})).toBe(true);
    expect(matches({ kinds: ['ImageCopy'] })).toBe(false);
    expect(matches({ labels: { tier: 'db' } })).toBe(false);
    expect(matches({ accounts: ['images'] })).toBe(false);
    expect(matches({ regions: ['cn-hangzhou'], accounts: ['prod'], kinds: ['Instance'] })).toBe(true);
  });
});
