export const faultKinds = [
  'throttle',
  'server-error',
  'timeout-before',
  'lost-answer',
  'hang-before',
  'hang-after',
  'stale-read',
  'page-shift',
  'denied',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** A call of a sequence that nothing happens to. */
export const noFault = 'none';

/** A failure on order. Calls that match are counted from when it was installed; without a rule every one of them is hit. */
export type Fault = FaultRule &
  (
    | { readonly kind: FaultKind; readonly sequence?: never }
    /** What happens to the first matching call, the second and so on, from the `nth` where that is given. */
    | { readonly kind?: never; readonly sequence: readonly (FaultKind | typeof noFault)[] }
  );

export interface FaultRule {
  /** An operation's name, or `*`. */
  readonly action: string;
  /** The n-th matching call, counted from 1; with `count` that one and those after it. */
  readonly nth?: number;
  readonly count?: number;
  readonly every?: number;
  readonly probability?: number;
  /** A name or a UID. */
  readonly account?: string;
  readonly region?: string;
  readonly mutatingOnly?: boolean;
  /** stale-read: how old the answer is, in emulated seconds; default 60. */
  readonly seconds?: number;
  /** throttle, server-error: another code and status than `Throttling.User` 400 and `ServiceUnavailable` 503. */
  readonly code?: string;
  readonly status?: number;
}

/** An installed fault: how many calls matched it, and how many of these it hit. */
export interface FaultRow {
  readonly id: string;
  readonly fault: Fault;
  readonly matched: number;
  readonly hits: number;
}
