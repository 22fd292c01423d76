import type { DeleteImageAction, DeleteInstanceAction, DeleteSnapshotAction } from '../../domain/action.js';
import { isCloudError } from '../../domain/errors.js';
import type { Tags } from '../../domain/observed.js';
import { ownershipOf, tagKey } from '../../domain/ownership.js';
import { type ActionResult, type ApplyContext, ended, failed } from '../context.js';
import { pollUntil } from '../poll.js';
import { readInstance, readOwnImage } from '../reads.js';
import { isUncertain, type Sending, send } from '../send.js';

/** What was deleted may show for a while, and an instance that was just made cannot be deleted for a minute. */
const deletionBoundMs = 15 * 60_000;

/** How often a deletion is sent when its answers stay uncertain. */
const attemptsMax = 5;

/**
 * Deletes only what a fresh read still shows as ours: both tags, this address, and its own ID as seal. If the process
 * dies after the call, the thing is gone and the next plan has nothing to do.
 */
export async function deleteInstance(context: ApplyContext, action: DeleteInstanceAction): Promise<ActionResult> {
  const { instanceId, scope } = action;
  const sending = { operation: 'DeleteInstance', action, token: null, subject: instanceId };
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const instance = await readInstance(context, scope, instanceId);
    if (instance === undefined) return ended(attempt === 0 ? 'unchanged' : 'done', instanceId);
    const obstacle = notOurs(context, action, instanceId, instance.tags);
    if (obstacle !== null) return obstacle;
    await sendDeletion(context, sending, () => context.writer.deleteInstance(scope, instanceId));
    const isGone = await pollUntil(context, context.times.settleMs, async () =>
      (await readInstance(context, scope, instanceId)) === undefined ? true : undefined,
    );
    if (isGone === true) return ended('done', instanceId);
  }
  return failed(`'${instanceId}' is still there`, 'Look at it in the console; then run apply again.', instanceId);
}

/** The fresh instance's minute and everything that a read can clear up are waited for. */
async function sendDeletion(context: ApplyContext, sending: Sending, call: () => Promise<void>): Promise<void> {
  const deadline = context.clock.now() + deletionBoundMs;
  for (;;) {
    try {
      await send(context, sending, call);
      return;
    } catch (error) {
      if (isUncertain(error) || isCloudError(error, ...goneCodes)) return;
      const isFresh = isCloudError(error, 'IncorrectInstanceStatus.Initializing', 'SnapshotCreatedImage');
      if (!isFresh || context.clock.now() > deadline) throw error;
      await context.clock.sleep(initializingMs, context.signal);
    }
  }
}

const goneCodes = [
  'InvalidInstanceId.NotFound',
  'InvalidImageId.NotFound',
  'InvalidSnapshotId.NotFound',
  'Forbidden.InstanceNotFound',
];

/** An instance cannot be deleted for about a minute after it was made. */
const initializingMs = 20_000;

function notOurs(
  context: ApplyContext,
  action: DeleteInstanceAction | DeleteImageAction | DeleteSnapshotAction,
  id: string,
  tags: Tags,
): ActionResult | null {
  const isSealed = ownershipOf({ id, tags }, context.project) === 'sealed';
  if (isSealed && tags[tagKey.resource] === action.address) return null;
  return failed(
    `'${id}' does not carry our tags for ${action.address} and its own ID any more, and was not deleted`,
    'Run apply again: it plans from what is there now.',
    id,
  );
}

/** Deletes an image of ours that nothing uses; one that is still used or shared stays for a later run. */
export async function deleteImage(context: ApplyContext, action: DeleteImageAction): Promise<ActionResult> {
  const { scope } = action;
  const imageId = action.imageId ?? context.made.idByAddress.get(action.address);
  if (imageId === undefined) throw new Error('an image was to be deleted before it was made');
  const sending = { operation: 'DeleteImage', action, token: null, subject: imageId };
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const image = await readOwnImage(context, scope, imageId);
    if (image === undefined) return ended(attempt === 0 ? 'unchanged' : 'done', imageId);
    const obstacle = notOurs(context, action, imageId, image.tags) ?? (await usageOf(context, action, imageId));
    if (obstacle !== null) return obstacle;
    try {
      await sendDeletion(context, sending, () => context.writer.deleteImage(scope, imageId));
    } catch (error) {
      if (!isCloudError(error, ...inUseCodes)) throw error;
      return ended('left-alone', imageId, `it is still in use: ${error.message}`);
    }
    const isGone = await pollUntil(context, context.times.settleMs, async () =>
      (await readOwnImage(context, scope, imageId)) === undefined ? true : undefined,
    );
    if (isGone === true) return ended('done', imageId);
  }
  return failed(`'${imageId}' is still there`, 'Look at it in the console; then run apply again.', imageId);
}

const inUseCodes = ['ImageUsingByInstance', 'ImageUseShared', 'OperationDenied.ImageCopying', 'ImageIsExporting'];

async function usageOf(
  context: ApplyContext,
  action: DeleteImageAction,
  imageId: string,
): Promise<ActionResult | null> {
  const [users, shares] = await Promise.all([
    context.cloud.describeInstances(action.scope, { imageId }),
    context.cloud.describeImageShares(action.scope, { imageId }),
  ]);
  const [user] = users.items;
  if (user !== undefined) return ended('left-alone', imageId, `instance '${user.instanceId}' runs it`);
  const count = shares.totalCount + shares.groups.length;
  return count === 0
    ? null
    : ended('left-alone', imageId, `it is shared with ${count} ${count === 1 ? 'account' : 'accounts'}`);
}

/** The snapshots of a deleted image: they were tagged before it went, so that only those are deleted. */
export async function deleteSnapshot(context: ApplyContext, action: DeleteSnapshotAction): Promise<ActionResult> {
  const id =
    action.snapshot.kind === 'id'
      ? action.snapshot.id
      : context.made.hopSnapshots.get(action.address)?.[action.snapshot.index];
  if (id === undefined) return ended('unchanged');
  const sending = { operation: 'DeleteSnapshot', action, token: null, subject: id };
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const tags = await readSnapshotTags(context, action, id);
    if (tags === undefined) return ended(attempt === 0 ? 'unchanged' : 'done', id);
    const obstacle = notOurs(context, action, id, tags);
    if (obstacle !== null) return obstacle;
    await sendDeletion(context, sending, () => context.writer.deleteSnapshot(action.scope, id));
    const isGone = await pollUntil(context, context.times.settleMs, async () =>
      (await readSnapshotTags(context, action, id)) === undefined ? true : undefined,
    );
    if (isGone === true) return ended('done', id);
  }
  return failed(`snapshot '${id}' is still there`, 'Run apply again.', id);
}

async function readSnapshotTags(
  context: ApplyContext,
  action: DeleteSnapshotAction,
  id: string,
): Promise<Tags | undefined> {
  const page = await context.cloud.describeSnapshots(action.scope, { snapshotIds: [id] });
  return page.items.find((snapshot) => snapshot.snapshotId === id)?.tags;
}
