import type { Action } from '../domain/action.js';
import { CloudError, type CloudFailure, TallymanError } from '../domain/errors.js';
import type { ApplyContext } from './context.js';

/** What the audit log says of a call, beside its result. */
export interface Sending {
  readonly operation: string;
  readonly action: Action;
  readonly token: string | null;
  readonly subject: string | null;
}

/** How often one call is sent again after an answer that says to come back later. */
const throttledAttemptsMax = 30;

/** A call that was never sent did nothing: it is tried again, but a service that is not there is soon said to be so. */
const unreachableAttemptsMax = 3;

/** The first wait where the service does not say how long, in milliseconds of the clock; it doubles up to the last. */
const throttledFirstMs = 1_000;
const throttledLastMs = 60_000;

/**
 * How long to wait, in milliseconds of the clock, before a call that did nothing is sent for the next time; undefined
 * where the error does not say to come back later, or has said so too often. `attempt` counts from 0.
 */
export function repeatAfterMs(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof CloudError)) return undefined;
  const isAgain =
    (error.failure === 'throttled' && attempt < throttledAttemptsMax) ||
    (error.failure === 'unreachable' && attempt < unreachableAttemptsMax);
  if (!isAgain) return undefined;
  return error.retryAfterMs ?? Math.min(throttledFirstMs * 2 ** attempt, throttledLastMs);
}

/** A call that changes something. */
export interface Writing<T> {
  readonly call: () => Promise<T>;
  /**
   * Asked of fresh reads where time went by since the caller's: the service may put a call off for minutes, and by then
   * its subject may have been given up, taken, or changed. May throw to the same end, and say more.
   */
  readonly isStillRight: () => Promise<boolean>;
}

/**
 * Sends one call that changes something, and again with the same token where the answer says that nothing was done and
 * when to come back. Whether the call may have taken effect in spite of an error is the caller's to judge.
 */
export async function send<T>(context: ApplyContext, sending: Sending, { call, isStillRight }: Writing<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const readMs = context.clock.now();
    await waitForTurn(context, sending);
    const wasPutOff = attempt > 0 || context.clock.now() > readMs;
    if (wasPutOff && !(await isStillRight())) throw outdated(sending);
    try {
      return await sendOnce(context, sending, call);
    } catch (error) {
      const waitMs = repeatAfterMs(error, attempt);
      if (waitMs === undefined) throw error;
      await waitToRepeat(context, sending, error, waitMs);
    }
  }
}

function outdated({ operation, subject }: Sending): TallymanError {
  return new TallymanError(
    'cloud/refused',
    `${operation} was put off by the service, and by then '${subject}' was not as it had been: it was not sent again`,
    'Run apply again: it plans from what is there now.',
  );
}

/** Until the service takes such a call; before what must be fresh when it is sent is read. */
export function waitForTurn(
  context: ApplyContext,
  { action, operation }: Pick<Sending, 'action' | 'operation'>,
): Promise<void> {
  return context.pace.turn(action.scope, operation, context.signal);
}

export async function waitToRepeat(
  context: ApplyContext,
  sending: Sending,
  error: unknown,
  waitMs: number,
): Promise<void> {
  const why = error instanceof Error ? error.message : String(error);
  const seconds = Math.ceil(waitMs / 1000);
  const message = `${sending.operation} is to be sent again in ${seconds} s: ${why}`;
  context.report({ kind: 'progress', action: sending.action, message, outcome: null });
  await context.clock.sleep(waitMs, context.signal);
}

/**
 * Sends one call once, with a line in the audit log before and after. Nothing is sent once the run is interrupted, or
 * where the line before cannot be written.
 */
export async function sendOnce<T>(context: ApplyContext, sending: Sending, call: () => Promise<T>): Promise<T> {
  context.signal.throwIfAborted();
  const { made } = context;
  const { address } = sending.action;
  await log(context, sending, 'before', null);
  made.writes += 1;
  made.lastWriteMs.set(address, context.clock.now());
  const answer = await settledAnswer(call);
  made.lastWriteMs.set(address, context.clock.now());
  if ('error' in answer) {
    if (hasDoneNothing(answer.error)) made.writes -= 1;
    if (answer.error instanceof CloudError && answer.error.failure === 'throttled') {
      context.pace.refused(sending.action.scope, sending.operation, answer.error.retryAfterMs);
    }
    await log(context, sending, 'after', answer.error);
    throw answer.error;
  }
  await log(context, sending, 'after', null);
  return answer.value;
}

type Settled<T> = { readonly value: T } | { readonly error: unknown };

async function settledAnswer<T>(call: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}

async function log(context: ApplyContext, sending: Sending, phase: 'before' | 'after', error: unknown): Promise<void> {
  const { action, operation, token, subject } = sending;
  await context.audit?.append({
    phase,
    at: new Date(context.clock.now()).toISOString(),
    operation,
    account: action.scope.account,
    region: action.scope.region,
    address: action.address,
    token,
    subject,
    result: phase === 'before' ? null : error === null ? 'ok' : 'error',
    errorCode: error instanceof CloudError ? error.apiCode : null,
    requestId: error instanceof CloudError ? error.requestId : null,
  });
}

/** How often in one run a creating call is sent whose answer leaves open what it did; the next run goes on. */
export const uncertainAttemptsMax = 20;

const uncertain: readonly CloudFailure[] = ['lost', 'server', 'in-progress'];

/**
 * Whether a failed call may have been carried out all the same, or was overtaken by another applier: then the world is
 * read again instead of giving up.
 */
export function isUncertain(error: unknown): error is CloudError {
  return error instanceof CloudError && uncertain.includes(error.failure);
}

/** An answer that says so: the call changed nothing, and nothing of it is still on its way. */
export function hasDoneNothing(error: unknown): boolean {
  return error instanceof CloudError && !uncertain.includes(error.failure);
}
