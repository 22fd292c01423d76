import type {
  CancelCopyImageAction,
  DeleteImageAction,
  DeleteInstanceAction,
  DeleteSnapshotAction,
} from '../../domain/action.js';
import { type CloudError, isCloudError } from '../../domain/errors.js';
import type { ObservedInstance, Scope, Tags } from '../../domain/observed.js';
import { type ActionResult, type ApplyContext, ended, failed, failedBy } from '../context.js';
import { notSealed } from '../ours.js';
import { pollInterval, pollUntil, settledRead } from '../poll.js';
import {
  isAtRest,
  launchTemplateOf,
  readInstanceOrGone,
  readOwnImage,
  readSnapshot,
  transitionBoundMs,
} from '../reads.js';
import { isUncertain, send } from '../send.js';

/** So long a deletion is tried that the service puts off, in milliseconds of the clock. */
const deletionBoundMs = 15 * 60_000;

/** The wait before such a deletion is tried again. */
const laterMs = 20_000;

/** How often a deletion is sent when its answers stay uncertain. */
const attemptsMax = 5;

/** Gone already, in the words of the operations. */
const goneCodes = [
  'InvalidInstanceId.NotFound',
  'InvalidImageId.NotFound',
  'InvalidSnapshotId.NotFound',
  'Forbidden.InstanceNotFound',
];

/**
 * An instance cannot be deleted for a minute after it was made, nor while somebody starts or stops it; nor a snapshot
 * right after the image before it.
 */
const laterCodes = ['IncorrectInstanceStatus.Initializing', 'IncorrectInstanceStatus', 'SnapshotCreatedImage'];

/** Something needs the thing: it stays for a later run. */
const inUseCodes = [
  'ImageUsingByInstance',
  'ImageUseShared',
  'ImageIsPublic',
  'ImageIsCreating',
  'ImageIsExporting',
  'OperationDenied.ImageCopying',
  'SnapshotCreatedDisk',
];

/**
 * Deletes an instance of ours. One that runs is shut down by the same call: if the process dies after it, the service
 * goes on, and no machine is left stopped that nobody deletes.
 */
export function deleteInstance(context: ApplyContext, action: DeleteInstanceAction): Promise<ActionResult> {
  const { instanceId: id, scope } = action;
  return remove(context, action, {
    id,
    operation: 'DeleteInstance',
    read: () => readAtRestOrGone(context, scope, id),
    call: () => context.writer.deleteInstance(scope, id),
    userOf: () => Promise.resolve(null),
  });
}

/** Deletes an image of ours that nothing uses; one that is still used or shared stays for a later run. */
export function deleteImage(context: ApplyContext, action: DeleteImageAction): Promise<ActionResult> {
  const { scope } = action;
  const id = action.imageId ?? context.made.idByAddress.get(action.address);
  if (id === undefined) throw new Error('an image was to be deleted before it was made');
  return remove(context, action, {
    id,
    operation: 'DeleteImage',
    read: () => readOwnImage(context, scope, id),
    call: () => context.writer.deleteImage(scope, id),
    userOf: () => userOfImage(context, action, id),
  });
}

/** Ends a copy on its way. One that is complete by now is no business of this call: the next plan deletes it. */
export async function cancelCopyImage(context: ApplyContext, action: CancelCopyImageAction): Promise<ActionResult> {
  const { scope, imageId: id } = action;
  const image = await readOwnImage(context, scope, id);
  if (image !== undefined && image.status !== 'Creating' && image.status !== 'Waiting') return ended('unchanged', id);
  try {
    return await remove(context, action, {
      id,
      operation: 'CancelCopyImage',
      read: () => readOwnImage(context, scope, id),
      call: () => context.writer.cancelCopyImage(scope, id),
      userOf: () => Promise.resolve(null),
    });
  } catch (error) {
    if (isCloudError(error, 'IncorrectImageStatus')) return ended('unchanged', id, 'the copy is complete already');
    if (!isCloudError(error, 'CancelNotSupported')) throw error;
    return ended('in-progress', id, 'the copy cannot be cancelled: it is deleted when it is complete');
  }
}

/** The snapshots of a deleted image: they were tagged before it went, so that only those are deleted. */
export function deleteSnapshot(context: ApplyContext, action: DeleteSnapshotAction): Promise<ActionResult> {
  const { scope, snapshot } = action;
  const id = snapshot.kind === 'id' ? snapshot.id : context.made.hopSnapshots.get(action.address)?.[snapshot.index];
  if (id === undefined) return Promise.resolve(ended('unchanged'));
  return remove(context, action, {
    id,
    operation: 'DeleteSnapshot',
    read: () => readSnapshot(context, scope, id),
    call: () => context.writer.deleteSnapshot(scope, id),
    userOf: () => Promise.resolve(null),
  });
}

/** Once a start, a stop, or the shutdown before its deletion is over; as it is where that takes too long. */
async function readAtRestOrGone(
  context: ApplyContext,
  scope: Scope,
  id: string,
): Promise<ObservedInstance | undefined> {
  const deadline = context.clock.now() + transitionBoundMs;
  for (;;) {
    const instance = await readInstanceOrGone(context, scope, id);
    if (instance === undefined || isAtRest(instance) || context.clock.now() >= deadline) return instance;
    await context.clock.sleep(pollInterval(context), context.signal);
  }
}

interface Doomed {
  readonly id: string;
  readonly operation: string;
  readonly read: () => Promise<Thing | undefined>;
  readonly call: () => Promise<void>;
  /** What still needs it, as a sentence; null where nothing does. */
  readonly userOf: () => Promise<string | null>;
}

interface Thing {
  readonly tags: Tags;
  readonly createdAt: string;
}

type DeletingAction = DeleteInstanceAction | DeleteImageAction | CancelCopyImageAction | DeleteSnapshotAction;

/**
 * Deletes only what a read right before the call shows as ours: both tags, this address, and its own ID as seal. If the
 * process dies after the call, the thing is gone and the next plan has nothing to do.
 */
async function remove(context: ApplyContext, action: DeletingAction, doomed: Doomed): Promise<ActionResult> {
  const { id, operation } = doomed;
  const deadline = context.clock.now() + deletionBoundMs;
  const look = looking(context, action, doomed.read);
  const isStillRight = async (): Promise<boolean> => {
    const now = await doomed.read();
    return now !== undefined && notSealed(context, action, id, now.tags) === null && (await doomed.userOf()) === null;
  };
  let attempts = 0;
  let refused: CloudError | null = null;
  while (attempts < attemptsMax && context.clock.now() < deadline) {
    const thing = await settledRead(
      context,
      action.address,
      look,
      (read) => read === 'gone' || (read !== 'unseen' && notSealed(context, action, id, read.tags) === null),
    );
    if (thing === 'gone') return gone(context, id, attempts === 0 ? 'unchanged' : 'done');
    if (thing === 'unseen') {
      await context.clock.sleep(pollInterval(context), context.signal);
      continue;
    }
    const obstacle = notSealed(context, action, id, thing.tags);
    if (obstacle !== null) return obstacle;
    const user = await doomed.userOf();
    if (user !== null) return ended('left-alone', id, user);
    const refusal = await sendDeletion(() =>
      send(context, { operation, action, token: null, subject: id }, { call: doomed.call, isStillRight }),
    );
    refused = refusal;
    if (isCloudError(refusal, ...inUseCodes)) return ended('left-alone', id, `it is still in use: ${refusal.message}`);
    if (refusal !== null) {
      await context.clock.sleep(laterMs, context.signal);
      continue;
    }
    attempts += 1;
    const isGone = await pollUntil(context, context.times.settleMs, async () =>
      (await look()) === 'gone' ? true : undefined,
    );
    if (isGone === true) return gone(context, id, 'done');
  }
  const left = `'${id}' is still there`;
  if (refused !== null) return { ...failedBy(refused, id), message: `${left}: ${refused.message}` };
  return failed(left, 'Look at it in the console; then run apply again.', id);
}

/** The service tells when instances were made to the minute, rounded down. */
const createdGrainMs = 60_000;

/**
 * Reads a thing that was there before. A list without it may be older than the thing, as long as that is young: so it is
 * gone where no list can be that old, and `unseen` until then.
 */
function looking(
  context: ApplyContext,
  { address }: DeletingAction,
  read: () => Promise<Thing | undefined>,
): () => Promise<Thing | 'unseen' | 'gone'> {
  const { lagMs, skewMs } = context.times;
  let bornMs: number | undefined;
  return async () => {
    const askedMs = context.clock.now();
    const thing = await read();
    if (thing !== undefined) {
      bornMs = Date.parse(thing.createdAt) + createdGrainMs + skewMs;
      return thing;
    }
    const knownMs = bornMs ?? Math.max(context.begunMs, context.made.lastWriteMs.get(address) ?? context.begunMs);
    return askedMs >= knownMs + lagMs ? 'gone' : 'unseen';
  };
}

function gone(context: ApplyContext, id: string, status: 'unchanged' | 'done'): ActionResult {
  context.made.deleted.add(id);
  return ended(status, id);
}

/** Null where the call was sent and a read tells the rest; the refusal where the thing cannot go now. */
async function sendDeletion(call: () => Promise<void>): Promise<CloudError | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (isUncertain(error) || isCloudError(error, ...goneCodes)) return null;
    if (isCloudError(error, ...laterCodes, ...inUseCodes)) return error;
    throw error;
  }
}

async function userOfImage(context: ApplyContext, action: DeleteImageAction, imageId: string): Promise<string | null> {
  const [users, shares] = await Promise.all([
    context.cloud.describeInstances(action.scope, { imageId }),
    context.cloud.describeImageShares(action.scope, { imageId }),
  ]);
  const [user] = users.items;
  if (user !== undefined) return `instance '${user.instanceId}' runs it`;
  const count = shares.totalCount + shares.groups.length;
  if (count > 0) return `it is shared with ${count} ${count === 1 ? 'account' : 'accounts'}`;
  const template = await launchTemplateOf(context, action.scope, imageId);
  return template === null ? null : `launch template '${template}' names it`;
}
