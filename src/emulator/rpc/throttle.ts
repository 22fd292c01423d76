import { ApiError } from './api-error.js';

/** Calls that one account may make of one operation in one region. Time is emulated. */
export interface RateLimit {
  readonly perSecond?: number;
  /** Refused in one minute, allowed again from the next: the windows are those of the clock. */
  readonly perMinute?: number;
  /** How many calls may come at once; default: `perSecond`, at least 1. */
  readonly burst?: number;
}

/** By operation; `default` holds for each of the others. */
export type RateLimits = Readonly<Record<string, RateLimit>>;

/** How far one account has used one operation in one region. */
export interface Usage {
  /** Calls that may still come at once, as of `at`. */
  readonly allowance: number;
  readonly at: number;
  readonly minute: number;
  readonly inMinute: number;
}

export interface ThrottleScope {
  readonly account: string;
  readonly region: string;
  readonly action: string;
}

const minuteMs = 60_000;

/** Flow control as the scenario sets it: a bucket that fills by `perSecond`, and minutes with a maximum. */
export class Throttle {
  private readonly usageByScope = new Map<string, Usage>();

  constructor(private readonly limits: RateLimits) {}

  /** Counts the call, or throws 400 `Throttling.User` with the time after which it is worth another try. */
  admit(scope: ThrottleScope, now: number): void {
    const limit = this.limits[scope.action] ?? this.limits['default'];
    if (limit === undefined) return;
    const key = `${scope.account}/${scope.region}/${scope.action}`;
    const before = this.usageByScope.get(key);
    const minute = Math.floor(now / minuteMs);
    const inMinute = before?.minute === minute ? before.inMinute : 0;
    if (inMinute >= (limit.perMinute ?? Number.POSITIVE_INFINITY)) throw throttled((minute + 1) * minuteMs - now);
    const allowance = allowanceAt(limit, before, now);
    if (allowance < 1) throw throttled(((1 - allowance) / (limit.perSecond ?? 1)) * 1000);
    this.usageByScope.set(key, { allowance: allowance - 1, at: now, minute, inMinute: inMinute + 1 });
  }

  export(): Readonly<Record<string, Usage>> {
    return Object.fromEntries(this.usageByScope);
  }

  import(usages: Readonly<Record<string, Usage>>): void {
    this.usageByScope.clear();
    for (const [key, usage] of Object.entries(usages)) this.usageByScope.set(key, usage);
  }
}

function allowanceAt(limit: RateLimit, before: Usage | undefined, now: number): number {
  if (limit.perSecond === undefined) return Number.POSITIVE_INFINITY;
  const burst = limit.burst ?? Math.max(1, limit.perSecond);
  if (before === undefined) return burst;
  return Math.min(burst, before.allowance + (Math.max(0, now - before.at) / 1000) * limit.perSecond);
}

export function throttled(retryAfterMs: number): ApiError {
  const wait = Math.max(1, Math.ceil(retryAfterMs));
  return new ApiError(400, 'Throttling.User', 'Request was denied due to user flow control.', {}, wait);
}
