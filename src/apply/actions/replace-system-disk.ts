import type { ReplaceSystemDiskAction } from '../../domain/action.js';
import { CloudError, isCloudError, TallymanError } from '../../domain/errors.js';
import type { ObservedDisk, ObservedInstance } from '../../domain/observed.js';
import { replaceToken } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed, failedBy, knownImageId } from '../context.js';
import { isOursNow, notOurs } from '../ours.js';
import { pollUntil } from '../poll.js';
import { assertReplaceable } from '../preflight.js';
import { readInstance, readSystemDisk } from '../reads.js';
import { isUncertain, send } from '../send.js';
import { TokenCount } from '../token-count.js';

/** A replacement takes seconds; after this long something is wrong. */
const replacementBoundMs = 30 * 60_000;

/** How often the call is sent when its answers stay uncertain. */
const attemptsMax = 5;

/**
 * Puts a new system disk, made from the wanted image, in place of the planned one, on a stopped member.
 *
 * If the process dies after
 * - the fresh reads: the member is Stopped and marked for its present disk; the next run continues here.
 * - the call: the old disk is gone, the mark names it, and the new disk shows; the next run goes on with the start.
 * - the start after a refusal: the member runs on its old disk and is marked for it; the next run starts over.
 */
export async function replaceSystemDisk(context: ApplyContext, action: ReplaceSystemDiskAction): Promise<ActionResult> {
  try {
    return await replaced(context, action);
  } catch (error) {
    if (!(error instanceof TallymanError) || isUncertain(error)) throw error;
    const isStarted = await startAgain(context, action);
    const after = isStarted ? '; the machine was started again on its present disk' : '';
    return { ...failedBy(error, action.instanceId), message: `${error.message}${after}` };
  }
}

async function replaced(context: ApplyContext, action: ReplaceSystemDiskAction): Promise<ActionResult> {
  const { scope, instanceId } = action;
  const imageId = knownImageId(context, action.image);
  const count = new TokenCount(context);
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const [instance, disk] = await Promise.all([stopped(context, action), readSystemDisk(context, scope, instanceId)]);
    if (disk !== undefined && disk.diskId !== action.diskId) return overtaken(action, disk, imageId);
    if (instance === undefined)
      return failed(`'${instanceId}' is not Stopped`, 'Run apply again: it starts over with this member.', instanceId);
    const stranger = notOurs(context, action, instanceId, instance.tags);
    if (stranger !== null) return stranger;
    await assertReplaceable(context, scope, action.image, action);
    const answer = await sendReplace(context, action, imageId, count.n);
    const other = await replacedDisk(context, action, boundMs(context, answer));
    if (other !== undefined) return finished(context, action, other, imageId);
    // Nothing came of the token: by now it would show.
    if (answer.kind === 'mismatch') count.next();
    if (answer.kind === 'wrong-state') count.renew();
    if (answer.kind === 'refused') count.afterRefusal(answer.error);
  }
  return failed(
    `the system disk of '${instanceId}' was not replaced`,
    'Run apply again: the member is marked and is finished and started then.',
    instanceId,
  );
}

/** A refusal does nothing, so the machine need not stay down until somebody mends its cause. Whether it was started. */
async function startAgain(context: ApplyContext, action: ReplaceSystemDiskAction): Promise<boolean> {
  const { scope, instanceId } = action;
  const [instance, disk] = await Promise.all([
    readInstance(context, scope, instanceId),
    readSystemDisk(context, scope, instanceId),
  ]);
  if (instance?.status !== 'Stopped' || disk?.diskId !== action.diskId) return false;
  if (notOurs(context, action, instanceId, instance.tags) !== null) return false;
  try {
    await send(
      context,
      { operation: 'StartInstance', action, token: null, subject: instanceId },
      {
        call: () => context.writer.startInstance(scope, instanceId),
        isStillRight: () => isOursNow(context, action, instanceId),
      },
    );
    return true;
  } catch (error) {
    if (error instanceof CloudError) return false;
    throw error;
  }
}

function stopped(context: ApplyContext, action: ReplaceSystemDiskAction): Promise<ObservedInstance | undefined> {
  return pollUntil(context, context.times.settleMs, async () => {
    const instance = await readInstance(context, action.scope, action.instanceId);
    return instance?.status === 'Stopped' && instance.locks.length === 0 ? instance : undefined;
  });
}

type Answer =
  | { readonly kind: 'sent' | 'uncertain' }
  /** Somebody asked for this disk with other settings. */
  | { readonly kind: 'mismatch' }
  /** Perhaps only as the service answered a call with this token before. */
  | { readonly kind: 'wrong-state' }
  | { readonly kind: 'refused'; readonly error: CloudError };

/**
 * How long a new disk is looked for. A refused call did nothing, so what may still show is only what a run has sent that
 * died before this one began.
 */
function boundMs({ times, clock, begunMs }: ApplyContext, { kind }: Answer): number {
  if (kind === 'sent') return replacementBoundMs;
  return kind === 'refused' ? Math.max(0, begunMs + times.settleMs - clock.now()) : times.settleMs;
}

async function sendReplace(
  context: ApplyContext,
  action: ReplaceSystemDiskAction,
  imageId: string,
  n: number,
): Promise<Answer> {
  const { instanceId, sizeGiB, encrypted, kmsKeyId, keyPairName, passwordInherit } = action;
  const clientToken = replaceToken(context.project, instanceId, action.diskId, n);
  try {
    const request = { instanceId, imageId, sizeGiB, encrypted, kmsKeyId, keyPairName, passwordInherit, clientToken };
    await send(
      context,
      { operation: 'ReplaceSystemDisk', action, token: clientToken, subject: instanceId },
      {
        call: () => context.writer.replaceSystemDisk(action.scope, request),
        isStillRight: async () => {
          await assertReplaceable(context, action.scope, action.image, action);
          const disk = await readSystemDisk(context, action.scope, instanceId);
          return disk?.diskId === action.diskId && (await isOursNow(context, action, instanceId));
        },
      },
    );
    return { kind: 'sent' };
  } catch (error) {
    if (error instanceof CloudError && error.failure === 'token-mismatch') return { kind: 'mismatch' };
    if (isUncertain(error)) return { kind: 'uncertain' };
    if (isCloudError(error, 'IncorrectInstanceStatus')) return { kind: 'wrong-state' };
    if (error instanceof CloudError && error.failure === 'refused') return { kind: 'refused', error };
    throw error;
  }
}

/** The new disk, once a read shows another one than the planned. */
function replacedDisk(
  context: ApplyContext,
  action: ReplaceSystemDiskAction,
  boundMs: number,
): Promise<ObservedDisk | undefined> {
  return pollUntil(context, boundMs, async () => {
    const disk = await readSystemDisk(context, action.scope, action.instanceId);
    return disk !== undefined && disk.diskId !== action.diskId ? disk : undefined;
  });
}

async function finished(
  context: ApplyContext,
  action: ReplaceSystemDiskAction,
  disk: ObservedDisk,
  imageId: string,
): Promise<ActionResult> {
  const isUnlocked = await pollUntil(context, replacementBoundMs, async () => {
    const [instance, present] = await Promise.all([
      readInstance(context, action.scope, action.instanceId),
      readSystemDisk(context, action.scope, action.instanceId),
    ]);
    return instance?.locks.length === 0 && instance.status !== 'Pending' && present?.status === 'In_use'
      ? true
      : undefined;
  });
  if (isUnlocked !== true)
    return failed(
      `'${action.instanceId}' stays locked after its disk was replaced`,
      'Look at it in the console; then run apply again.',
      action.instanceId,
    );
  context.made.diskByInstance.set(action.instanceId, disk.diskId);
  return disk.imageId === imageId ? ended('done', disk.diskId) : overtaken(action, disk, imageId);
}

function overtaken(action: ReplaceSystemDiskAction, disk: ObservedDisk, imageId: string): ActionResult {
  if (disk.imageId === imageId) return ended('unchanged', disk.diskId);
  return ended(
    'left-alone',
    action.instanceId,
    `its system disk is now '${disk.diskId}' of image '${disk.imageId}': another run was quicker`,
  );
}
