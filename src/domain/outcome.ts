import type { Action } from './action.js';

export type ActionStatus =
  | 'done'
  /** The world was already so. */
  | 'unchanged'
  | 'failed'
  /** Goes on in the cloud; the next run continues. */
  | 'in-progress'
  /** Left alone because another run, or a person, is at work there. */
  | 'left-alone'
  | 'interrupted'
  | 'not-attempted';

export interface ActionOutcome {
  readonly action: Action;
  readonly status: ActionStatus;
  /** ID of what was made or changed; null where there is none. */
  readonly id: string | null;
  readonly message: string | null;
  readonly hint: string | null;
  /** The service's code where a call was refused. */
  readonly apiCode: string | null;
  readonly requestId: string | null;
}

/** What an apply did, in the order of the plan. */
export interface Outcome {
  readonly actions: readonly ActionOutcome[];
  /** How many calls may have changed something; those whose answer says that they did nothing are not counted. */
  readonly writes: number;
  readonly interruptedBy: 'SIGINT' | 'SIGTERM' | null;
}
