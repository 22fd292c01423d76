import { compareText } from '../../domain/address.js';
import type { ImageShareDocument } from '../../domain/generated/documents.js';
import { entryFor } from '../../domain/lock.js';
import type { ObservedImage, ObservedShare } from '../../domain/observed.js';
import { fit } from './fit.js';
import type { ImageBook, ImageHandle } from './images.js';
import type { ImportNote, Skipped } from '../../domain/imported.js';
import { nameAll } from './names.js';
import { asksForImage } from './request.js';
import type { ImportWorld, Obstacle } from './world.js';

type Spec = ImageShareDocument['spec'];

/** A list of accounts that can be written down; the image has no name yet. */
export interface TakenShare {
  readonly image: ObservedImage;
  readonly handle: ImageHandle;
  readonly spec: Spec;
}

/** Who own images are shared with, as far as that was asked for and nobody manages it yet. */
export function takeShares(
  world: ImportWorld,
  images: ImageBook,
): {
  readonly taken: readonly TakenShare[];
  readonly skipped: readonly Skipped[];
  readonly notes: readonly ImportNote[];
} {
  const taken: TakenShare[] = [];
  const skipped: Skipped[] = [];
  const notes: ImportNote[] = [];
  const own = world.observed.images.filter((image) => image.ownerAlias === 'self');
  for (const image of own.filter((one) => asksForImage(world.request, 'shares', one))) {
    const share = world.shareOf(image);
    if (share === undefined) continue;
    notes.push(...share.groups.map((group) => groupNote(image.imageId, group)));
    if (share.accounts.length === 0) continue;
    const result = take(world, images, image, share);
    if ('reason' in result) {
      const { imageId: id, account, region } = image;
      skipped.push({ kind: 'share', id, scope: { account, region }, ...result });
    } else {
      taken.push(result);
    }
  }
  return { taken, skipped, notes };
}

function groupNote(id: string, group: string): ImportNote {
  const message = `it is open to group '${group}', which no manifest can say: take it back in the console, or with \`aliyun ecs ModifyImageSharePermission\``;
  return { id, message };
}

function take(
  world: ImportWorld,
  images: ImageBook,
  image: ObservedImage,
  share: ObservedShare,
): TakenShare | Obstacle {
  const obstacle = obstacleTo(world, image);
  if (obstacle !== undefined) return obstacle;
  const fitted = fit(documentOf(world, share), image.imageId, world.judge);
  if ('obstacle' in fitted) return { reason: 'not-expressible', message: fitted.obstacle };
  const handle = images.handleOf(image);
  return 'reason' in handle ? handle : { image, handle, spec: fitted.document.spec };
}

function obstacleTo(world: ImportWorld, image: ObservedImage): Obstacle | undefined {
  const { desired, lock } = world;
  const declared = desired.imageShares.find(({ account, regions, image: { kind, name } }) => {
    const isHere = account === image.account && regions.includes(image.region);
    return isHere && kind === 'imageSource' && entryFor(lock, name, image.region)?.imageId === image.imageId;
  });
  if (declared !== undefined) {
    return { reason: 'declared-here', message: `${declared.address} says already who may use it` };
  }
  const copy = world.declared(image);
  if (copy?.kind === 'imageCopy') {
    const message = `ImageCopy/${copy.name} adopts it: apply that, then write an ImageShare for the copy`;
    return { reason: 'declared-here', message };
  }
  return world.holderOf(image.imageId, image.tags);
}

/** Called once the images have their names. */
export function shareDocuments(
  world: ImportWorld,
  images: ImageBook,
  taken: readonly TakenShare[],
): readonly ImageShareDocument[] {
  const names = nameAll(
    taken.map(({ image: { imageId, name, account, region } }) => {
      return { key: `${account} ${imageId}`, title: name, id: imageId, account, region };
    }),
    new Set(world.desired.imageShares.map(({ name }) => name)),
  );
  return taken.map(({ image: { account, imageId }, handle, spec }) => ({
    apiVersion: 'tallyman.dev/v1',
    kind: 'ImageShare',
    metadata: { name: names.get(`${account} ${imageId}`) ?? '' },
    spec: { ...spec, image: { imageSource: images.referenceTo(handle).name } },
  }));
}

function documentOf({ project }: ImportWorld, { account, region, accounts }: ObservedShare): ImageShareDocument {
  return {
    apiVersion: 'tallyman.dev/v1',
    kind: 'ImageShare',
    metadata: { name: 'unnamed' },
    spec: {
      account,
      image: { imageSource: 'unnamed' },
      regions: [region],
      with: accounts.map((uid) => project.accounts.find((one) => one.uid === uid)?.name ?? uid).sort(compareText),
      unlisted: 'Report',
    },
  };
}
