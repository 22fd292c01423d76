/**
 * The life of an image in the making. A copy waits until one of its places is free, then its snapshots are copied, then
 * it is Available or CreateFailed. Snapshots of an unfinished or failed image stay behind, as the service leaves them.
 * Source: ECS API reference, CopyImage and CancelCopyImage; ECS user guide, copying of custom images.
 */

import { relationTo } from '../../world/image-visibility.js';
import type { ImageDisk, ImageRow, SnapshotRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { regionIds } from '../../world/geography.js';
import type { Transition } from '../operation.js';

/** A failed copy that does not stay listed vanishes after so long. */
const failedCopyStaysMs = 3_600_000;

/** Copies under way or waiting that `account` has ordered, in all regions, or in the one given. */
export function copiesOf(world: World, account: string, region?: string): readonly ImageRow[] {
  return (region === undefined ? regionIds : [region]).flatMap((id) =>
    world.images.list(account, id).filter((image) => image.task?.kind === 'copy'),
  );
}

/** Whether anybody is copying the image at this moment, waiting copies included. */
export function isBeingCopied(world: World, image: ImageRow): boolean {
  const isCopyOfIt = ({ task }: ImageRow) => task?.kind === 'copy' && task.sourceImageId === image.id;
  return regionIds.some((region) => world.images.listRegion(region).some(isCopyOfIt));
}

/** Puts a new image into the world and starts its task, or queues it where all places are taken. */
export function beginTask(world: World, image: ImageRow): void {
  if (image.task?.kind === 'copy' && !hasFreePlace(world, image)) {
    world.images.put({ ...image, status: 'Waiting' });
    return;
  }
  start(world, image);
}

function start(world: World, image: ImageRow): void {
  if (image.task === null) return;
  const disks = image.disks.map((disk) => (disk.snapshotId === '' ? withNewSnapshot(world, image, disk) : disk));
  world.images.put({ ...image, status: 'Creating', disks, task: { ...image.task, startedAt: world.now } });
  world.schedule({ at: world.now + image.task.durationMs, kind: 'image-task-end', subject: image.id });
}

function withNewSnapshot(world: World, image: ImageRow, disk: ImageDisk): ImageDisk {
  const snapshot: SnapshotRow = {
    id: world.newId('s', image.region),
    account: image.account,
    region: image.region,
    sequence: world.nextSequence(),
    name: `Created_for_${image.id}`,
    description: '',
    status: 'progressing',
    createdAt: world.now,
    durationMs: image.task?.durationMs ?? 0,
    sizeGiB: disk.sizeGiB,
    sourceDiskId: '',
    sourceDiskType: disk.type,
    encrypted: disk.encrypted,
    kmsKeyId: disk.kmsKeyId,
    retentionDays: 0,
    isAutomatic: false,
    resourceGroupId: image.resourceGroupId,
    tags: {},
  };
  world.snapshots.put(snapshot);
  return { ...disk, snapshotId: snapshot.id };
}

function placesTaken(world: World, image: ImageRow): readonly ImageRow[] {
  const scope = world.settings.switch('copyQueueScope');
  if (scope === 'account-and-destination') return copiesOf(world, image.account, image.region);
  if (scope === 'destination') return world.images.listRegion(image.region).filter(({ task }) => task?.kind === 'copy');
  return copiesOf(world, image.account).filter(({ task }) => task?.sourceRegion === image.task?.sourceRegion);
}

function hasFreePlace(world: World, image: ImageRow): boolean {
  const running = placesTaken(world, image).filter(({ task }) => task?.startedAt !== null);
  return running.length < world.settings.quotas.concurrentCopiesPerRegion;
}

/** Lets the copy go on that has waited longest for the place that `image` has left. */
export function startNextCopy(world: World, image: ImageRow): void {
  if (image.task?.kind !== 'copy') return;
  const waiting = placesTaken(world, image).filter((other) => other.task?.startedAt === null && other.id !== image.id);
  const next = waiting.toSorted((a, b) => a.sequence - b.sequence)[0];
  if (next !== undefined && hasFreePlace(world, next)) start(world, next);
}

/** Ends the snapshots that the image's task was making. */
export function settleSnapshots(world: World, image: ImageRow, status: SnapshotRow['status']): void {
  for (const disk of image.disks) {
    const snapshot = world.snapshots.get(disk.snapshotId);
    if (snapshot?.status === 'progressing') world.snapshots.put({ ...snapshot, status });
  }
}

/** A copy is lost with its source: when it was unshared or deleted meanwhile, unless the switch lets it finish. */
function hasLostSource(world: World, image: ImageRow): boolean {
  if (image.task?.kind !== 'copy' || world.settings.switch('unsharedDuringCopy') === 'completes') return false;
  const source = world.images.get(image.task.sourceImageId);
  return source === undefined || relationTo(source, image.account) === undefined;
}

const imageTaskEnd: Transition = {
  kind: 'image-task-end',
  run({ subject }, world) {
    const image = world.images.get(subject);
    if (image?.task === undefined || image.task === null) return;
    if (image.task.outcome === 'CreateFailed' || hasLostSource(world, image)) fail(world, image);
    else complete(world, image);
    startNextCopy(world, image);
  },
};

function fail(world: World, image: ImageRow): void {
  settleSnapshots(world, image, 'failed');
  world.images.put({ ...image, status: 'CreateFailed', usable: false, task: null });
  if (world.settings.switch('createFailedImages') === 'vanish') {
    world.schedule({ at: world.now + failedCopyStaysMs, kind: 'image-vanish', subject: image.id });
  }
}

function complete(world: World, image: ImageRow): void {
  settleSnapshots(world, image, 'accomplished');
  const delayMs = image.isCopied ? world.settings.switch('copyUsableDelaySeconds') * 1000 : 0;
  world.images.put({ ...image, status: 'Available', usable: delayMs === 0, task: null });
  if (delayMs > 0) world.schedule({ at: world.now + delayMs, kind: 'image-usable', subject: image.id });
}

const imageUsable: Transition = {
  kind: 'image-usable',
  run({ subject }, world) {
    const image = world.images.get(subject);
    if (image !== undefined) world.images.put({ ...image, usable: true });
  },
};

const imageVanish: Transition = {
  kind: 'image-vanish',
  run({ subject }, world) {
    if (world.images.get(subject)?.status === 'CreateFailed') world.images.remove(subject);
  },
};

export const imageTaskTransitions: readonly Transition[] = [imageTaskEnd, imageUsable, imageVanish];
