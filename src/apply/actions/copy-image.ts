import type { CopyImageAction } from '../../domain/action.js';
import { CloudError, isCloudError } from '../../domain/errors.js';
import type { ObservedImage } from '../../domain/observed.js';
import { copyToken, isOwned, tagKey, tokenAttemptsMax } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed, knownImageId } from '../context.js';
import { assertSourceAsLocked } from '../preflight.js';
import { pollInterval, pollUntil } from '../poll.js';
import { readImageNamed, readOwnImage } from '../reads.js';
import { isUncertain, send, uncertainAttemptsMax } from '../send.js';
import { TokenCount } from '../token-count.js';

/** For so long a copy is tried that the service puts off: another one from the same image may take hours. */
const busyBoundMs = 6 * 60 * 60_000;

/** Another copy from the same image runs: the service asks to wait for it. */
const busyCodes = ['OperationDenied.ImageCopyConflict', 'OperationDenied.ImageCopying', 'InvalidOperation.Conflict'];

/**
 * Makes one copy, once. Its name is its identity: names are unique in an account and region, and the name carries all
 * that would make it another image. So two copies cannot come to be, whichever token each has.
 *
 * If the process dies after
 * - the first read: nothing was done.
 * - the call was sent: the copy carries its tags from the creating call, so the next run finds it by tag and by name;
 *   while it is not visible yet, the same call with the same token gives the same copy.
 * - the answer: the copy is there and not sealed yet; the next run seals it.
 */
export async function copyImage(context: ApplyContext, action: CopyImageAction): Promise<ActionResult> {
  const deadline = context.clock.now() + busyBoundMs;
  const count = new TokenCount(context);
  let uncertain = 0;
  while (!count.isUsedUp && context.clock.now() < deadline) {
    const present = await readImageNamed(context, action.scope, action.imageName);
    if (present !== undefined) return settled(context, action, present);
    const answer = await sendCopy(context, action, count.n);
    if (answer.kind === 'failed') return answer.result;
    if (answer.kind === 'refused') count.afterRefusal(answer.error);
    if (answer.kind === 'next-token') count.next();
    if (answer.kind === 'made') {
      const made = await visible(context, action, answer.imageId);
      if (made !== undefined) return settled(context, action, made);
      count.next();
    }
    if (answer.kind === 'uncertain' && (uncertain += 1) >= uncertainAttemptsMax) throw answer.error;
    if (answer.kind === 'uncertain' || answer.kind === 'busy')
      await context.clock.sleep(pollInterval(context), context.signal);
  }
  return failed(
    `no copy named '${action.imageName}' came to be ${count.isUsedUp ? `after ${tokenAttemptsMax} tokens` : 'in six hours'}`,
    'Run apply again; if it happens again, look for the copy in the console.',
  );
}

function settled(context: ApplyContext, action: CopyImageAction, image: ObservedImage): ActionResult {
  const isOurs =
    isOwned({ id: image.imageId, tags: image.tags }, context.project) && image.tags[tagKey.resource] === action.address;
  if (!isOurs) {
    const holder = image.tags[tagKey.project];
    const whose = holder === undefined ? 'does not carry our tags' : `carries the tags of project '${holder}'`;
    return failed(
      `the name '${action.imageName}' is taken by image '${image.imageId}', which ${whose}`,
      'Rename or delete that image, or give the copy another `imageName`.',
    );
  }
  if (image.status === 'CreateFailed') {
    const hint = 'Run apply again: it deletes the failed copy and makes a new one.';
    return failed(`the copy '${image.imageId}' failed in the cloud`, hint, image.imageId);
  }
  context.made.idByAddress.set(action.address, image.imageId);
  context.made.hopSnapshots.set(
    action.address,
    image.disks.map((disk) => disk.snapshotId),
  );
  return ended('done', image.imageId);
}

type Answer =
  | { readonly kind: 'made'; readonly imageId: string }
  | { readonly kind: 'uncertain'; readonly error: CloudError }
  /** Another copy has to end first. */
  | { readonly kind: 'busy' }
  /** It shows by its name now. */
  | { readonly kind: 'there' }
  | { readonly kind: 'next-token' }
  /** Perhaps only as the service answered a call with this token before. */
  | { readonly kind: 'refused'; readonly error: CloudError }
  | { readonly kind: 'failed'; readonly result: ActionResult };

async function sendCopy(context: ApplyContext, action: CopyImageAction, n: number): Promise<Answer> {
  const imageId = knownImageId(context, action.from);
  const token = copyToken(context.project, action.imageName, n);
  await assertSourceAsLocked(context, action);
  try {
    const sending = { operation: 'CopyImage', action, token, subject: imageId };
    const { fromRegion, imageName, description, encrypted, kmsKeyId, resourceGroupId, tags } = action;
    const request = { imageId, fromRegion, imageName, description, encrypted, kmsKeyId, resourceGroupId, tags };
    const made = await send(context, sending, {
      call: () => context.writer.copyImage(action.scope, { ...request, clientToken: token }),
      isStillRight: async () => {
        await assertSourceAsLocked(context, action);
        return true;
      },
    });
    // A token whose copy failed, and was deleted by this run, gives that one again.
    if (context.made.deleted.has(made.imageId)) return { kind: 'next-token' };
    if (made.imageId !== imageId) return { kind: 'made', imageId: made.imageId };
    return {
      kind: 'failed',
      result: failed(
        `the service answered with the source '${imageId}' instead of a copy`,
        'Report this to the service: nothing was recorded.',
      ),
    };
  } catch (error) {
    if (isUncertain(error)) return { kind: 'uncertain', error };
    if (isCloudError(error, ...busyCodes)) return { kind: 'busy' };
    if (error instanceof CloudError && error.failure === 'token-mismatch') return afterMismatch(context, action);
    if (isCloudError(error, 'InvalidImageName.Duplicated')) return afterDuplicate(context, action, error);
    if (error instanceof CloudError && error.failure === 'refused') return { kind: 'refused', error };
    throw error;
  }
}

/** Somebody, perhaps we before a commit, used this token with other parameters: what was made shows by its name. */
async function afterMismatch(context: ApplyContext, action: CopyImageAction): Promise<Answer> {
  const seen = await byName(context, action);
  return { kind: seen === undefined ? 'next-token' : 'there' };
}

/** Nothing of that name shows: it is gone by now, and the service only repeats itself; or it is none that we may see. */
async function afterDuplicate(context: ApplyContext, action: CopyImageAction, error: CloudError): Promise<Answer> {
  const seen = await byName(context, action);
  return seen === undefined ? { kind: 'refused', error } : { kind: 'there' };
}

function byName(context: ApplyContext, action: CopyImageAction): Promise<ObservedImage | undefined> {
  return pollUntil(context, context.times.settleMs, () => readImageNamed(context, action.scope, action.imageName));
}

function visible(context: ApplyContext, action: CopyImageAction, imageId: string): Promise<ObservedImage | undefined> {
  return pollUntil(context, context.times.settleMs, () => readOwnImage(context, action.scope, imageId));
}
