import { CloudError } from '../domain/errors.js';
import type { ApplyContext } from './context.js';
import { pollUntil } from './poll.js';
import { isUncertain, type Sending, send, type Writing } from './send.js';

/** How often a call that may be repeated is sent when its answers stay uncertain. */
const repeatsMax = 5;

/** A call that may be repeated without harm. */
export interface Repeatable extends Writing<unknown> {
  readonly isSeen: () => Promise<boolean>;
  /** Whether a refusal says no more than the next read. */
  readonly isAlready?: (error: CloudError) => boolean;
}

/**
 * Sends, then reads until the effect shows, at most for `settle`. An answer that leaves open what happened, and an effect
 * that does not show, lead to the same call once more.
 */
export async function sendUntilSeen(
  context: ApplyContext,
  sending: Sending,
  { call, isSeen, isStillRight, isAlready = () => false }: Repeatable,
): Promise<boolean> {
  let uncertain: CloudError | null = null;
  for (let attempt = 0; attempt < repeatsMax; attempt += 1) {
    if (attempt > 0 && !(await isStillRight())) break;
    uncertain = null;
    try {
      await send(context, sending, { call, isStillRight });
    } catch (error) {
      if (error instanceof CloudError && isAlready(error)) uncertain = null;
      else if (isUncertain(error)) uncertain = error;
      else throw error;
    }
    const seen = await pollUntil(context, context.times.settleMs, async () => ((await isSeen()) ? true : undefined));
    if (seen === true) return true;
  }
  if (uncertain !== null) throw uncertain;
  return false;
}
