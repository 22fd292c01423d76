import { CloudError } from '../domain/errors.js';
import type { ApplyContext } from './context.js';
import { pollUntil } from './poll.js';
import { isUncertain, type Sending, send } from './send.js';

/** How often a call that may be repeated is sent when its answers stay uncertain. */
const repeatsMax = 5;

/**
 * For calls that may be repeated without harm: sends, then reads until the effect shows, at most for `settle`. An
 * answer that leaves open what happened, and an effect that does not show, lead to the same call once more.
 */
export async function sendUntilSeen(
  context: ApplyContext,
  sending: Sending,
  call: () => Promise<unknown>,
  isSeen: () => Promise<boolean>,
  isAlready: (error: CloudError) => boolean = () => false,
): Promise<boolean> {
  let uncertain: CloudError | null = null;
  for (let attempt = 0; attempt < repeatsMax; attempt += 1) {
    uncertain = null;
    try {
      await send(context, sending, call);
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
