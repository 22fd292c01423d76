import { describe, expect, test } from 'vitest';
import { type CallLimits, pacing } from '../../src/adapters/pacing.js';
import type { Pace } from '../../src/ports/pace.js';
import { Throttle, type RateLimit } from '../../src/emulator/rpc/throttle.js';

/** A pace before a service that counts: who is refused, and how much of what the service takes is used. */
const scope = { account: 'prod', region: 'cn-hangzhou' };
const operation = 'RunInstances';

/** Jumps to whoever sleeps least, once nobody has anything else to do. */
class Time {
  nowMs = 300_000;
  speed = 1;
  readonly #sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();

  now(): number {
    return this.nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { untilMs: this.nowMs + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
      setImmediate(() => this.#step());
    });
  }

  #step(): void {
    const first = [...this.#sleepers].sort((a, b) => a.untilMs - b.untilMs)[0];
    if (first === undefined) return;
    this.#sleepers.delete(first);
    this.nowMs = Math.max(this.nowMs, first.untilMs);
    first.wake();
    setImmediate(() => this.#step());
  }
}

interface Served {
  readonly admitted: readonly number[];
  readonly refused: readonly number[];
}

/** So many calls by ten callers, each sent again until it is let through. */
async function serve(limit: RateLimit, calls: number, known: CallLimits = {}, saysWhen = true): Promise<Served> {
  const time = new Time();
  const pace = pacing(time, known);
  const throttle = new Throttle({ default: limit });
  const admitted: number[] = [];
  const refused: number[] = [];
  let left = calls;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      while (!(await isSent(pace, throttle, time, saysWhen))) refused.push(time.now());
      admitted.push(time.now());
    }
  };
  await Promise.all(Array.from({ length: 10 }, caller));
  return { admitted, refused };
}

async function isSent(pace: Pace, throttle: Throttle, time: Time, saysWhen: boolean): Promise<boolean> {
  await pace.turn(scope, operation);
  try {
    throttle.admit({ ...scope, action: operation }, time.now());
    return true;
  } catch (error) {
    const { retryAfterMs } = error as { readonly retryAfterMs: number };
    pace.refused(scope, operation, saysWhen ? retryAfterMs : null);
    return false;
  }
}

/** Calls a second over the middle eight tenths. */
function rateOf({ admitted }: Served): number {
  const middle = admitted.slice(admitted.length * 0.1, admitted.length * 0.9);
  return ((middle.length - 1) / ((middle.at(-1) ?? 0) - (middle[0] ?? 0))) * 1000;
}

/** Refusals after the first tenth of the calls. */
function lateRefusals({ admitted, refused }: Served): number {
  const from = admitted[admitted.length * 0.1] ?? 0;
  return refused.filter((at) => at > from).length;
}

describe('where the limit is known', () => {
  test('seconds are used up and nothing is refused', async () => {
    const limit = { perSecond: 10, burst: 5 };
    const served = await serve(limit, 1000, { default: limit });
    expect(served.refused).toEqual([]);
    expect(rateOf(served)).toBeGreaterThan(9.9);
  });

  test('minutes are used up and nothing is refused', async () => {
    const served = await serve({ perMinute: 100 }, 400, { default: { perMinute: 100 } });
    expect(served.refused).toEqual([]);
    expect(new Set(served.admitted.map((at) => Math.floor(at / 60_000))).size).toBe(4);
  });
});

describe('where nothing is known', () => {
  test.each([{ perSecond: 10 }, { perSecond: 2, burst: 1 }, { perSecond: 7, burst: 40 }])(
    '%j is learned from the first refusals, and used to nine tenths without another one',
    async (limit) => {
      const served = await serve(limit, 1000);
      expect(served.refused.length).toBeLessThan(25);
      expect(lateRefusals(served)).toBe(0);
      expect(rateOf(served)).toBeGreaterThan(0.9 * limit.perSecond);
    },
  );

  test.each([true, false])(
    'a limit of minutes is learned in the first, told when to come back: %s',
    async (saysWhen) => {
      const served = await serve({ perMinute: 100 }, 500, {}, saysWhen);
      const minutes = new Set(served.refused.map((at) => Math.floor(at / 60_000)));
      expect(minutes.size).toBe(1);
      expect(new Set(served.admitted.map((at) => Math.floor(at / 60_000))).size).toBeLessThanOrEqual(6);
    },
  );

  test('seconds are learned from refusals that do not say when to come back', async () => {
    const served = await serve({ perSecond: 10 }, 1000, {}, false);
    expect(lateRefusals(served)).toBeLessThanOrEqual(1);
    expect(rateOf(served)).toBeGreaterThan(9);
  });

  test('what another region, account or operation does is of no account', async () => {
    const time = new Time();
    const pace = pacing(time, {});
    pace.refused(scope, operation, 5_000);
    await pace.turn({ ...scope, region: 'ap-southeast-1' }, operation);
    await pace.turn({ ...scope, account: 'images' }, operation);
    await pace.turn(scope, 'StopInstance');
    expect(time.now()).toBe(300_000);
    await pace.turn(scope, operation);
    expect(time.now()).toBe(305_000);
  });

  test('a refusal that names no time is followed by a second of silence', async () => {
    const time = new Time();
    const pace = pacing(time, {});
    pace.refused(scope, operation, null);
    await pace.turn(scope, operation);
    expect(time.now()).toBe(301_000);
  });
});

test('after ten minutes without a refusal a little more is tried', async () => {
  const time = new Time();
  const pace = pacing(time, {});
  const spacing = async (): Promise<number> => {
    await pace.turn(scope, operation);
    const from = time.now();
    for (let call = 0; call < 10; call += 1) await pace.turn(scope, operation);
    return (time.now() - from) / 10;
  };
  pace.refused(scope, operation, 1000);
  await pace.turn(scope, operation);
  await pace.turn(scope, operation);
  pace.refused(scope, operation, 1000);
  const slow = await spacing();
  expect(slow).toBeGreaterThan(1000);
  await time.sleep(600_000);
  expect(await spacing()).toBeLessThan(slow * 0.95);
});

test('who is interrupted while waiting does not hold up those behind', async () => {
  const time = new Time();
  const pace = pacing(time, { default: { perSecond: 1 } });
  await pace.turn(scope, operation);
  const controller = new AbortController();
  const waiting = pace.turn(scope, operation, controller.signal);
  const behind = pace.turn(scope, operation);
  await Promise.resolve();
  controller.abort(new Error('interrupted'));
  await expect(waiting).rejects.toThrow('interrupted');
  await behind;
  expect(time.now()).toBeLessThanOrEqual(302_000);
});
