import { describe, expect, it } from 'vitest';
import { checkClock } from '../../src/flows/doctor.js';

const now = Date.parse('2026-01-01T00:00:00Z');
const answer = (behindSeconds: number) => ({ host: 'ecs.example', dateMs: now - behindSeconds * 1000, problem: null });

describe('the clock', () => {
  it.each([
    [0, 'ok', 'as that of ecs.example'],
    [59, 'ok', '59 s ahead of ecs.example'],
    [-61, 'warning', '61 s behind ecs.example'],
    [14 * 60, 'warning', '840 s ahead of ecs.example'],
    [15 * 60, 'problem', '900 s ahead of ecs.example'],
    [-3600, 'problem', '3600 s behind ecs.example'],
  ] as const)('that is %i s ahead is %s', (seconds, status, message) => {
    expect(checkClock(answer(seconds), now)).toMatchObject({ name: 'clock', status, message });
  });

  it('cannot be compared with a host that says no time', () => {
    expect(checkClock({ host: 'ecs.example', dateMs: null, problem: null }, now)).toMatchObject({ status: 'warning' });
  });

  it('is not what is wrong when nobody answers', () => {
    const check = checkClock({ host: 'ecs.example', dateMs: null, problem: 'refused' }, now);
    expect(check).toMatchObject({
      name: 'network',
      status: 'problem',
      message: 'ecs.example does not answer: refused',
    });
    expect(check.hint).toContain('--network vpc');
  });
});
