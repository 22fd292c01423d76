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
