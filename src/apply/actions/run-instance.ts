import type { RunInstanceAction } from '../../domain/action.js';
import { CloudError } from '../../domain/errors.js';
import type { ObservedInstance } from '../../domain/observed.js';
import { epochAt, instanceToken, isOwned, tagKey, tokenAttemptsMax } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed, knownImageId } from '../context.js';
import { pollInterval, pollUntil } from '../poll.js';
import { assertLaunchable } from '../preflight.js';
import { readInstance, readInstancesAt, readInstancesAtOrNone } from '../reads.js';
import { isUncertain, repeatAfterMs, sendOnce, uncertainAttemptsMax, waitForTurn, waitToRepeat } from '../send.js';

/** How often the world is read again for one instance before the run gives up on it. */
const attemptsMax = 200;

/**
 * Makes the instance of one address, once. An instance has no natural key, so a client token stands for it, which
 * everybody who works from the same project computes alike in the same epoch.
 *
 * If the process dies after
 * - the list: nothing was done.
 * - the call was sent: the instance carries its tags from the creating call; the next run finds it by tag, or, while
 *   it is not visible yet, sends the same token and gets the same instance. An epoch begins with a pause that is
 *   longer than anything of the last one can take to show, so a new token never meets an old instance unseen.
 * - the answer: it is there and not sealed yet; the next run seals it.
 */
export async function runInstance(context: ApplyContext, action: RunInstanceAction): Promise<ActionResult> {
  let epoch = -1;
  let n = 0;
  let refusals = 0;
  let uncertain = 0;
  for (let attempt = 0; attempt < attemptsMax && n < tokenAttemptsMax; attempt += 1) {
    await assertLaunchable(context, action.scope, action.image);
    await quietTime(context);
    await waitForTurn(context, { action, operation: 'RunInstances' });
    if (quietMs(context) > 0) continue;
    // Nothing may come between the end of the quiet time and the list: another epoch could begin there.
    const listedMs = context.clock.now();
    const present = await readInstancesAtOrNone(context, action.scope, action.address);
    if (present.length > 0) return settled(context, action, present);
    const nowMs = context.clock.now();
    const isFresh =
      nowMs - listedMs < context.times.flightMs && epochAt(nowMs, context.times) === epochAt(listedMs, context.times);
    if (!isFresh) continue;
    if (epochAt(nowMs, context.times) !== epoch) n = 0;
    epoch = epochAt(nowMs, context.times);
    const answer = await sendRun(context, action, { epoch, n, refusals });
    if (answer.kind === 'later') refusals += 1;
    if (answer.kind === 'next-token') n += 1;
    if (answer.kind === 'made') {
      const made = await visible(context, action, answer.instanceId);
      if (made !== undefined) return settled(context, action, [made]);
      n += 1;
    }
    if (answer.kind === 'uncertain') {
      if ((uncertain += 1) >= uncertainAttemptsMax) throw answer.error;
      await context.clock.sleep(pollInterval(context), context.signal);
    }
  }
  return failed(
    `no instance came to be at ${action.address} after ${tokenAttemptsMax} tokens`,
    'Run apply again; if it happens again, look for released instances in the console.',
  );
}

/** Nothing is made at the beginning of an epoch: what the last one made must show first. */
async function quietTime(context: ApplyContext): Promise<void> {
  const leftMs = quietMs(context);
  if (leftMs > 0) await context.clock.sleep(leftMs, context.signal);
}

function quietMs({ times, clock }: ApplyContext): number {
  return times.pauseMs - (clock.now() % times.epochMs);
}

function settled(context: ApplyContext, action: RunInstanceAction, present: readonly ObservedInstance[]): ActionResult {
  const [instance] = present;
  if (instance === undefined || present.length > 1) {
    const ids = present.map((one) => `'${one.instanceId}'`).join(' and ');
    return failed(
      `${ids} both carry the tags of ${action.address}`,
      'Find out which of them is the member, and remove the `tallyman:project` tag from the other.',
    );
  }
  context.made.idByAddress.set(action.address, instance.instanceId);
  return ended('done', instance.instanceId);
}

type Answer =
  | { readonly kind: 'made'; readonly instanceId: string }
  | { readonly kind: 'uncertain'; readonly error: CloudError }
  /** It shows by its tags now. */
  | { readonly kind: 'there' }
  /** Was told to come back, and has waited: by then the list and the epoch may be old. */
  | { readonly kind: 'later' }
  | { readonly kind: 'next-token' };

interface Try {
  readonly epoch: number;
  readonly n: number;
  /** How often the service has told this run to come back later. */
  readonly refusals: number;
}

async function sendRun(context: ApplyContext, action: RunInstanceAction, { epoch, n, refusals }: Try): Promise<Answer> {
  const imageId = knownImageId(context, action.image);
  const token = instanceToken(context.project, action.address, epoch, n);
  const sending = { operation: 'RunInstances', action, token, subject: null };
  try {
    const made = await sendOnce(context, sending, () =>
      context.writer.runInstance(action.scope, { ...action.launch, imageId, clientToken: token }),
    );
    // A token of this epoch may be that of the instance that this run has just deleted to make another.
    const isDeleted = context.made.deleted.has(made.instanceId);
    return isDeleted ? { kind: 'next-token' } : { kind: 'made', instanceId: made.instanceId };
  } catch (error) {
    if (isUncertain(error)) return { kind: 'uncertain', error };
    const waitMs = repeatAfterMs(error, refusals);
    if (waitMs !== undefined) {
      await waitToRepeat(context, sending, error, waitMs);
      return { kind: 'later' };
    }
    if (!(error instanceof CloudError) || error.failure !== 'token-mismatch') throw error;
    const seen = await pollUntil(context, context.times.settleMs, async () => {
      const found = await readInstancesAt(context, action.scope, action.address);
      return found.length > 0 ? found : undefined;
    });
    return { kind: seen === undefined ? 'next-token' : 'there' };
  }
}

/**
 * The instance that an answer named, once a read shows it as ours. One that is gone was released; one without our tags
 * was given up by somebody: either way another one is to be made.
 */
function visible(
  context: ApplyContext,
  action: RunInstanceAction,
  instanceId: string,
): Promise<ObservedInstance | undefined> {
  return pollUntil(context, context.times.settleMs, async () => {
    const instance = await readInstance(context, action.scope, instanceId);
    if (instance === undefined || !isOwned({ id: instanceId, tags: instance.tags }, context.project)) return undefined;
    return instance.tags[tagKey.resource] === action.address ? instance : undefined;
  });
}
