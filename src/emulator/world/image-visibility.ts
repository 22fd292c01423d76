/**
 * Which images an account sees in a region, and what it may do with them. Images are regional: an ID of another
 * region is as unknown as one that never existed. Source: ECS user guide, sharing of custom images and community
 * images; ECS API reference, DescribeImages.
 */

import { refuse } from '../rpc/api-error.js';
import type { EncryptionSource } from './encryption.js';
import type { ImageDisk, ImageRow } from './state.js';
import type { World } from './world.js';

/** How an image comes to an account. 'shared' wins over 'community': unpublishing leaves earlier shares in place. */
export type ImageRelation = 'own' | 'shared' | 'community' | 'system' | 'marketplace';

/** undefined where the account does not see the image at all. */
export function relationTo(image: ImageRow, account: string): ImageRelation | undefined {
  if (image.kind !== 'custom') return image.kind;
  if (image.account === account) return 'own';
  if (Object.hasOwn(image.sharedWith, account) || image.shareGroups.includes('all')) return 'shared';
  return image.isPublic ? 'community' : undefined;
}

/** The image if it is in the region and the account sees it, whatever its status. */
export function seenImage(world: World, account: string, region: string, imageId: string): ImageRow | undefined {
  const image = world.images.get(imageId);
  if (image === undefined || image.region !== region) return undefined;
  return relationTo(image, account) === undefined ? undefined : image;
}

/** The image if the account owns it; else 404 `InvalidImageId.NotFound`, which sharees get as well. */
export function ownImage(world: World, account: string, region: string, imageId: string): ImageRow {
  const image = seenImage(world, account, region, imageId);
  if (image === undefined || relationTo(image, account) !== 'own') return refuseUnknown(imageId);
  return image;
}

export function refuseUnknown(imageId: string): never {
  return refuse(404, 'InvalidImageId.NotFound', `The specified ImageId ${imageId} does not exist.`);
}

/** A Deprecated image still launches; one in the making or failed does not. */
export function isLaunchable(image: ImageRow): boolean {
  return image.usable && (image.status === 'Available' || image.status === 'Deprecated');
}

/**
 * The image for RunInstances, CreateInstance and ReplaceSystemDisk: 404 `InvalidImageId.NotFound` where the account
 * does not see it, 403 `OperationDenied.ImageNotValid` where its state forbids a launch.
 */
export function launchableImage(world: World, account: string, region: string, imageId: string): ImageRow {
  const image = seenImage(world, account, region, imageId);
  if (image === undefined) return refuseUnseen(world, region, imageId);
  if (!isLaunchable(image)) return refuseNotValid(imageId);
  return image;
}

function refuseUnseen(world: World, region: string, imageId: string): never {
  const doesExist = world.images.get(imageId)?.region === region;
  if (doesExist && world.settings.switch('unsharedImageLaunchCode') === 'OperationDenied.ImageNotValid') {
    return refuseNotValid(imageId);
  }
  return refuseUnknown(imageId);
}

function refuseNotValid(imageId: string): never {
  return refuse(403, 'OperationDenied.ImageNotValid', `The image ${imageId} is not available or not authorized.`);
}

/** The owner sees the bare family; to others a custom image's family carries the owner: `acs:<UID>:<family>`. */
export function familyAsSeenBy(image: ImageRow, account: string): string {
  if (image.family === '' || image.kind !== 'custom' || image.account === account) return image.family;
  return `acs:${image.account}:${image.family}`;
}

/** What a family stands for at this moment: its newest Available image that the account sees. */
export function newestOfFamily(world: World, account: string, region: string, family: string): ImageRow | undefined {
  let newest: ImageRow | undefined;
  for (const image of world.images.listRegion(region)) {
    if (image.status !== 'Available' || relationTo(image, account) === undefined) continue;
    if (familyAsSeenBy(image, account) !== family) continue;
    if (newest === undefined || image.createdAt > newest.createdAt) newest = image;
  }
  return newest;
}

/** One disk of an image as the source of a copy or of a new disk of `account`. */
export function encryptionSourceOf(image: ImageRow, disk: ImageDisk, account: string): EncryptionSource {
  const relation = relationTo(image, account);
  return {
    kind: relation === 'own' || relation === 'shared' ? relation : 'public',
    encrypted: disk.encrypted,
    kmsKeyId: disk.kmsKeyId,
    account: image.account,
    region: image.region,
  };
}
