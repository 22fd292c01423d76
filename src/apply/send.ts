import type { Action } from '../domain/action.js';
import { CloudError } from '../domain/errors.js';
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

/** The first wait where the service does not say how long, in milliseconds of the clock; it doubles up to the last. */
const throttledFirstMs = 1_000;
const throttledLastMs = 60_000;

/**
 * Sends one call that changes something: a line in the audit log before and after, and again with the same token
 * where the answer says that nothing was done and when to come back. Whether the call may have taken effect in spite
 * of an error is the caller's to judge.
 */
export async function send<T>(context: ApplyContext, sending: Sending, call: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    context.signal.throwIfAborted();
    try {
      return await sendOnce(context, sending, call);
    } catch (error) {
      const isAgain = error instanceof CloudError && (error.failure === 'throttled' || error.failure === 'unreachable');
      if (!isAgain || attempt >= throttledAttemptsMax) throw error;
      if (error.failure === 'unreachable' && attempt >= unreachableAttemptsMax) throw error;
      const waitMs = error.retryAfterMs ?? Math.min(throttledFirstMs * 2 ** attempt, throttledLastMs);
      context.report(
        'progress',
        sending.action,
        `${sending.operation} is to be sent again in ${Math.ceil(waitMs / 1000)} s: ${error.message}`,
      );
      await context.clock.sleep(waitMs, context.signal);
    }
  }
}

/** A call that was never sent did nothing: it is tried again, but a service that is not there is soon said to be so. */
const unreachableAttemptsMax = 3;

async function sendOnce<T>(context: ApplyContext, sending: Sending, call: () => Promise<T>): Promise<T> {
  const { action } = sending;
  await log(context, sending, 'before', null);
  context.made.writes += 1;
  context.made.lastWriteMs.set(action.address, context.clock.now());
  try {
    const answer = await call();
    await log(context, sending, 'after', null);
    return answer;
  } catch (error) {
    await log(context, sending, 'after', error);
    throw error;
  } finally {
    context.made.lastWriteMs.set(action.address, context.clock.now());
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

/**
 * Whether a failed call may have been carried out all the same, or was overtaken by another applier: then the world is
 * read again instead of giving up.
 */
export function isUncertain(error: unknown): error is CloudError {
  return (
    error instanceof CloudError &&
    (error.failure === 'lost' || error.failure === 'server' || error.failure === 'in-progress')
  );
}
