import type { CreateSnapshotAction, ReplaceSystemDiskAction } from '../../domain/action.js';
import { CloudError, isCloudError } from '../../domain/errors.js';
import type { ObservedDisk } from '../../domain/observed.js';
import { replaceToken, snapshotToken, tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed, knownImageId } from '../context.js';
import { pollInterval, pollUntil } from '../poll.js';
import { assertLaunchable } from '../preflight.js';
import { readInstance, readSystemDisk } from '../reads.js';
import { isUncertain, send } from '../send.js';

/** A replacement takes seconds; after this long something is wrong. */
const replacementBoundMs = 30 * 60_000;

/** How often the call is sent when its answers stay uncertain; always with the same token. */
const attemptsMax = 5;

/**
 * Puts a new system disk, made from the wanted image, in place of the planned one, on a stopped member.
 *
 * If the process dies after
 * - the fresh reads: the member is Stopped and marked for its present disk; the next run continues here.
 * - the call: the old disk is gone, the mark names it, and the new disk shows; the next run goes on with the start.
 */
export async function replaceSystemDisk(context: ApplyContext, action: ReplaceSystemDiskAction): Promise<ActionResult> {
  const { scope, instanceId } = action;
  const imageId = knownImageId(context, action.image);
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const [instance, disk] = await Promise.all([stopped(context, action), readSystemDisk(context, scope, instanceId)]);
    if (disk !== undefined && disk.diskId !== action.diskId) return overtaken(context, action, disk, imageId);
    if (instance === undefined)
      return failed(`'${instanceId}' is not Stopped`, 'Run apply again: it starts over with this member.', instanceId);
    await assertLaunchable(context, scope, action.image);
    const answer = await sendReplace(context, action, imageId);
    if (answer === 'mismatch') {
      const other = await replacedDisk(context, action, context.times.settleMs);
      if (other !== undefined) return overtaken(context, action, other, imageId);
      return ended('left-alone', instanceId, 'another run asked for another image for this disk');
    }
    const replaced = await replacedDisk(
      context,
      action,
      answer === 'sent' ? replacementBoundMs : context.times.settleMs,
    );
    if (replaced !== undefined) return finished(context, action, replaced, imageId);
    await context.clock.sleep(pollInterval(context), context.signal);
  }
  return failed(
    `the system disk of '${instanceId}' was not replaced`,
    'Run apply again: the member is marked and is finished and started then.',
    instanceId,
  );
}

function stopped(context: ApplyContext, action: ReplaceSystemDiskAction): Promise<true | undefined> {
  return pollUntil(context, context.times.settleMs, async () => {
    const instance = await readInstance(context, action.scope, action.instanceId);
    return instance?.status === 'Stopped' && instance.locks.length === 0 ? true : undefined;
  });
}

async function sendReplace(
  context: ApplyContext,
  action: ReplaceSystemDiskAction,
  imageId: string,
): Promise<'sent' | 'uncertain' | 'mismatch'> {
  const { instanceId, sizeGiB, encrypted, kmsKeyId, keyPairName } = action;
  const clientToken = replaceToken(context.project, instanceId, action.diskId);
  try {
    const request = { instanceId, imageId, sizeGiB, encrypted, kmsKeyId, keyPairName, clientToken };
    await send(context, { operation: 'ReplaceSystemDisk', action, token: clientToken, subject: instanceId }, () =>
      context.writer.replaceSystemDisk(action.scope, request),
    );
    return 'sent';
  } catch (error) {
    if (error instanceof CloudError && error.failure === 'token-mismatch') return 'mismatch';
    if (isUncertain(error) || isCloudError(error, 'IncorrectInstanceStatus')) return 'uncertain';
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
    const instance = await readInstance(context, action.scope, action.instanceId);
    return instance !== undefined && instance.locks.length === 0 ? true : undefined;
  });
  if (isUnlocked !== true)
    return failed(
      `'${action.instanceId}' stays locked after its disk was replaced`,
      'Look at it in the console; then run apply again.',
      action.instanceId,
    );
  return disk.imageId === imageId ? ended('done', disk.diskId) : overtaken(context, action, disk, imageId);
}

function overtaken(
  _context: ApplyContext,
  action: ReplaceSystemDiskAction,
  disk: ObservedDisk,
  imageId: string,
): ActionResult {
  if (disk.imageId === imageId) return ended('unchanged', disk.diskId);
  return ended(
    'left-alone',
    action.instanceId,
    `its system disk is now '${disk.diskId}' of image '${disk.imageId}': another run was quicker`,
  );
}

/** Keeps what is on the disk before it is replaced. The same disk and image give the same snapshot, however often it is asked for. */
export async function createSnapshot(context: ApplyContext, action: CreateSnapshotAction): Promise<ActionResult> {
  const imageId = knownImageId(context, action.image);
  const clientToken = snapshotToken(context.project, action.diskId, imageId);
  const tags = { [tagKey.project]: context.project, [tagKey.resource]: action.address };
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    try {
      const request = { diskId: action.diskId, retentionDays: action.retentionDays, tags, clientToken };
      const made = await send(
        context,
        { operation: 'CreateSnapshot', action, token: clientToken, subject: action.diskId },
        () => context.writer.createSnapshot(action.scope, request),
      );
      return await snapshotDone(context, action, made.snapshotId);
    } catch (error) {
      if (!isUncertain(error)) throw error;
      await context.clock.sleep(pollInterval(context), context.signal);
    }
  }
  return failed(
    `no answer came to the snapshot of '${action.diskId}'`,
    'Run apply again; the machine was not stopped.',
    action.instanceId,
  );
}

/** A snapshot may take as long as the disk is large. */
const snapshotBoundMs = 6 * 60 * 60_000;

async function snapshotDone(
  context: ApplyContext,
  action: CreateSnapshotAction,
  snapshotId: string,
): Promise<ActionResult> {
  const status = await pollUntil(context, snapshotBoundMs, async () => {
    const page = await context.cloud.describeSnapshots(action.scope, { snapshotIds: [snapshotId] });
    const snapshot = page.items.find((one) => one.snapshotId === snapshotId);
    return snapshot === undefined || snapshot.status === 'progressing' ? undefined : snapshot.status;
  });
  if (status === 'accomplished') return ended('done', snapshotId);
  return failed(
    `the snapshot '${snapshotId}' of '${action.diskId}' is ${status ?? 'still progressing'}`,
    'Run apply again; the machine was not stopped.',
    snapshotId,
  );
}
