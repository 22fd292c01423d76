import { CloudError } from '../domain/errors.js';
import type { Scope } from '../domain/observed.js';
import { aroundReader } from '../ports/around-reader.js';
import type { Clock } from '../ports/clock.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { Pace } from '../ports/pace.js';

/** How many calls of one operation may be sent in one account and region. */
export interface CallLimit {
  readonly perSecond?: number;
  /** Calls that may go at once after a silence; default: 1. */
  readonly burst?: number;
  /** By the minutes of the clock: the service refuses in one minute and allows again from the next. */
  readonly perMinute?: number;
}

/** By operation; `default` holds for each of the others. */
export type CallLimits = Readonly<Record<string, CallLimit>>;

/** No number is documented, and accounts differ: so far that only a program out of control reaches it. */
export const generousLimits: CallLimits = { default: { perSecond: 50, burst: 200 } };

/** What is learned from refusals is kept this far below, since clocks and the network are not exact. */
const learnedShare = 0.97;

/** After so long without a refusal a little more is tried: the account's limit may have been raised. */
const probeAfterMs = 10 * 60_000;
const probeFactor = 1.1;

const minuteMs = 60_000;

/** A refusal that lasts to a minute's end, within so much, is one of minutes and not of seconds. */
const minuteSlackMs = 1_000;

/** The wait after a refusal that names none. */
const unnamedWaitMs = 1_000;

/**
 * Sends no faster than `limits`, and learns from every refusal what the service takes: two refusals a time apart show
 * how many calls it let through in between, and one that lasts to the end of a minute how many a minute.
 */
export function pacing(clock: Clock, limits: CallLimits = generousLimits): Pace {
  const lanes = new Map<string, Lane>();
  const laneOf = (scope: Scope, operation: string): Lane => {
    const key = `${scope.account}/${scope.region}/${operation}`;
    const lane = lanes.get(key) ?? new Lane(clock, limits[operation] ?? limits['default'] ?? {});
    lanes.set(key, lane);
    return lane;
  };
  return {
    turn: (scope, operation, signal) => laneOf(scope, operation).turn(signal),
    refused: (scope, operation, retryAfterMs) => laneOf(scope, operation).refused(retryAfterMs),
  };
}

/** The same reader, in step with a pace. */
export function paced(reader: CloudReader, pace: Pace): CloudReader {
  return aroundReader(reader, async (operation, call, scope) => {
    await pace.turn(scope, operation);
    try {
      return await call();
    } catch (error) {
      if (error instanceof CloudError && error.failure === 'throttled') {
        pace.refused(scope, operation, error.retryAfterMs);
      }
      throw error;
    }
  });
}

/** When a service that fills at a steady rate had nothing left, and how long it took to have one call again. */
interface Empty {
  readonly atMs: number;
  readonly waitMs: number;
}

/** One operation in one account and region. Callers go in the order in which they came. */
class Lane {
  #tail: Promise<void> = Promise.resolve();
  #perSecond: number;
  #burst: number;
  #perMinute: number;
  /** Calls that may go at once, as of `#filledMs`. */
  #allowance: number;
  #filledMs: number;
  #minute = -1;
  #inMinute = 0;
  #isMinuteUsedUp = false;
  #blockedUntilMs = 0;
  /** The last refusals but one, and the last ones, from which nothing has been learned yet. */
  #empty: Empty | null = null;
  #emptyAgain: Empty | null = null;
  #lastRefusalMs: number | null = null;
  /** Calls since `#empty` that were let through, as far as the answers are there. */
  #letThrough = 0;

  constructor(
    private readonly clock: Clock,
    limit: CallLimit,
  ) {
    this.#perSecond = limit.perSecond ?? Number.POSITIVE_INFINITY;
    this.#burst = limit.burst ?? 1;
    this.#perMinute = limit.perMinute ?? Number.POSITIVE_INFINITY;
    this.#allowance = this.#burst;
    this.#filledMs = clock.now();
  }

  turn(signal?: AbortSignal): Promise<void> {
    const mine = this.#tail.then(() => this.#wait(signal));
    // Whoever gives up does not hold up those behind.
    this.#tail = mine.catch(() => undefined);
    return mine;
  }

  refused(retryAfterMs: number | null): void {
    const nowMs = this.clock.now();
    this.#inMinute -= 1;
    this.#letThrough -= 1;
    const waitMs = retryAfterMs ?? this.#unnamedWaitMs(nowMs);
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, nowMs + waitMs);
    this.#lastRefusalMs = nowMs;
    if (waitMs > minuteSlackMs && lastsToMinute(nowMs + waitMs)) this.#isMinuteUsedUp = true;
    else this.#emptyAgain ??= { atMs: nowMs, waitMs: retryAfterMs ?? 0 };
  }

  /** A second; where even the next call after it was refused, the rest of the minute, as that is what may be used up. */
  #unnamedWaitMs(nowMs: number): number {
    const isNewRefusal = this.#emptyAgain === null && !this.#isMinuteUsedUp;
    const isStillEmpty = isNewRefusal && this.#empty !== null && this.#letThrough <= 0;
    return isStillEmpty ? minuteMs - (nowMs % minuteMs) : unnamedWaitMs;
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const nowMs = this.clock.now();
      this.#refresh(nowMs);
      const waitMs = this.#waitMs(nowMs);
      if (waitMs <= 0) break;
      await this.clock.sleep(Math.ceil(waitMs), signal);
    }
    this.#allowance -= 1;
    this.#inMinute += 1;
    this.#letThrough += 1;
  }

  #refresh(nowMs: number): void {
    // By the end of the wait, the calls that were under way beside the refused one are answered and counted.
    if (nowMs >= this.#blockedUntilMs && this.#emptyAgain !== null) this.#learnRate(this.#emptyAgain);
    const minute = Math.floor(nowMs / minuteMs);
    if (minute !== this.#minute) this.#beginMinute(minute);
    if (this.#lastRefusalMs !== null && nowMs - this.#lastRefusalMs >= probeAfterMs) this.#probe(nowMs);
    const filled = ((nowMs - this.#filledMs) / 1000) * this.#perSecond;
    this.#allowance = Number.isFinite(this.#perSecond) ? Math.min(this.#burst, this.#allowance + filled) : this.#burst;
    this.#filledMs = nowMs;
  }

  /**
   * Of two moments at which nothing was left, what went through in between is what was filled in: letThrough = rate x
   * (time between + difference of the waits). After the first one alone, its wait is that for one call, or less.
   */
  #learnRate(again: Empty): void {
    const before = this.#empty;
    const spanMs = before === null ? again.waitMs : again.atMs - before.atMs + again.waitMs - before.waitMs;
    const calls = before === null ? 1 : this.#letThrough;
    if (spanMs > 0 && calls > 0) {
      this.#perSecond = Math.min(this.#perSecond, (calls / spanMs) * 1000) * learnedShare;
    }
    this.#burst = 1;
    this.#allowance = 1;
    this.#filledMs = this.clock.now();
    this.#empty = again;
    this.#emptyAgain = null;
    this.#letThrough = 0;
  }

  #beginMinute(minute: number): void {
    if (this.#isMinuteUsedUp) {
      this.#perMinute = Math.max(1, Math.floor(Math.min(this.#perMinute, this.#inMinute) * learnedShare));
      this.#isMinuteUsedUp = false;
    }
    this.#minute = minute;
    this.#inMinute = 0;
  }

  #probe(nowMs: number): void {
    this.#perSecond *= probeFactor;
    this.#perMinute = Math.ceil(this.#perMinute * probeFactor);
    this.#lastRefusalMs = nowMs;
    this.#empty = null;
  }

  #waitMs(nowMs: number): number {
    const forMinute = this.#inMinute >= this.#perMinute ? (this.#minute + 1) * minuteMs - nowMs : 0;
    const forSecond = this.#allowance >= 1 ? 0 : ((1 - this.#allowance) / this.#perSecond) * 1000;
    return Math.max(this.#blockedUntilMs - nowMs, forMinute, forSecond);
  }
}

function lastsToMinute(untilMs: number): boolean {
  const past = untilMs % minuteMs;
  return past <= minuteSlackMs || minuteMs - past <= minuteSlackMs;
}
