import { resourceOf } from '../../domain/address.js';
import { accountOf, sourceNamed } from '../../domain/desired.js';
import type { ObservedImage, ObservedState } from '../../domain/observed.js';
import { tagKey } from '../../domain/ownership.js';
import type { Emulator } from '../../emulator/index.js';
import type { RehearsalSeed } from '../../ports/rehearsal-world.js';

/** How long what is on its way may still take where nobody says; nothing depends on it but the order of ends. */
const instanceMs = 10_000;
const diskMs = 5_000;
const snapshotMs = 60_000;
const imageMs = 300_000;

/** Adds what no scenario says: the age of disks that were replaced, and the end of what was under way. */
export function continueUnfinished(emulator: Emulator, seed: Pick<RehearsalSeed, 'desired' | 'observed'>): void {
  const { observed } = seed;
  const { store, clock } = emulator.engine;
  const now = clock.now();
  store.transact(now, (world) => {
    for (const image of observed.images) {
      const row = world.images.get(image.imageId);
      if (row === undefined || !isInTheMaking(image.status)) continue;
      const durationMs = image.remainingSeconds === null ? imageMs : image.remainingSeconds * 1000;
      const sourceImageId = sourceOf(image, seed)?.imageId ?? '';
      world.images.put({
        ...row,
        usable: false,
        task: {
          kind: 'copy',
          sourceImageId,
          sourceRegion: world.images.get(sourceImageId)?.region ?? row.region,
          startedAt: now,
          durationMs,
          outcome: 'Available',
        },
      });
      world.schedule({ at: now + durationMs, kind: 'image-task-end', subject: row.id });
    }
    for (const { instanceId, status } of observed.instances) {
      const kind = transitionOf[status];
      if (kind !== null) world.schedule({ at: now + instanceMs, kind, subject: instanceId });
    }
    for (const { diskId, instanceId, status, createdAt } of observed.disks) {
      // A scenario makes disks together with their machine.
      const row = world.disks.get(diskId);
      if (row !== undefined) world.disks.put({ ...row, createdAt: Date.parse(createdAt) });
      if (status === 'Creating' && instanceId !== '') {
        world.schedule({ at: now + diskMs, kind: 'disk.replaced', subject: diskId });
      }
    }
    for (const { snapshotId, status } of observed.snapshots) {
      if (status === 'progressing') world.schedule({ at: now + snapshotMs, kind: 'snapshot-end', subject: snapshotId });
    }
  });
}

/**
 * The image that a copy under way is made from; undefined where it was not looked at. Tags name the root alone, and a
 * foreign root is copied within its regions only: elsewhere the source is our copy, or hop, of it there.
 */
export function sourceOf(
  copy: ObservedImage,
  { desired, observed: { images } }: Pick<RehearsalSeed, 'desired' | 'observed'>,
): ObservedImage | undefined {
  const rootId = copy.tags[tagKey.sourceImage];
  const resource = resourceOf(copy.tags[tagKey.resource] ?? '');
  const manifest = desired.imageCopies.find(({ address }) => address === resource);
  const regions = sourceNamed(desired, manifest?.source ?? '')?.regions ?? [];
  const isOwnRoot = copy.tags[tagKey.sourceOwner] === accountOf(desired.project, copy.account).uid;
  if (isOwnRoot || regions.includes(copy.region)) return images.find(({ imageId }) => imageId === rootId);
  return images.find(({ account, region, tags }) => {
    const isSibling = resourceOf(tags[tagKey.resource] ?? '') === resource && tags[tagKey.sourceImage] === rootId;
    return isSibling && account === copy.account && regions.includes(region);
  });
}

export function isInTheMaking(status: ObservedState['images'][number]['status']): boolean {
  return status === 'Creating' || status === 'Waiting';
}

const transitionOf: Readonly<Record<ObservedState['instances'][number]['status'], string | null>> = {
  Pending: 'instance.pending',
  Starting: 'instance.starting',
  Running: null,
  Stopping: 'instance.stopping',
  Stopped: null,
};
