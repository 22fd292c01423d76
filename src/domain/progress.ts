import type { Action } from './action.js';
import type { ActionOutcome } from './outcome.js';

/** Something happened to an action while a plan is applied. */
export interface ProgressEvent {
  readonly kind: 'start' | 'progress' | 'done' | 'failed' | 'skipped';
  readonly action: Action;
  /** One line: what is waited for, how far it is, or why it failed; '' where the kind says it all. */
  readonly message: string;
  /** How the action ended; null as long as it has not. */
  readonly outcome: ActionOutcome | null;
  /** Milliseconds since 1970, by the clock port. */
  readonly atMs: number;
}

export type InterruptReason = 'SIGINT' | 'SIGTERM';

/** The wish to stop: calls in flight are finished, nothing new is begun. */
export interface Interrupt {
  /** Null as long as nobody wants to stop. */
  readonly reason: InterruptReason | null;
  /** Called once, at the first signal. */
  onInterrupt(listener: (reason: InterruptReason) => void): void;
}
