import { refuse } from '../../rpc/api-error.js';
import { boolean, required, text } from '../../rpc/parameters.js';
import { ownImage, refuseUnknown } from '../../world/image-visibility.js';
import type { ImageRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { operation } from '../operation.js';
import { accessToImage } from './image-access.js';
import { isUnfinished } from './image-progress.js';
import { isBeingCopied } from './image-task.js';
import { isSharedOut } from './image-view.js';

/**
 * An ID that exists nowhere in the region is ignored; an image of another account is 404. Snapshots and instances of the
 * image stay. Source: ECS API reference, DeleteImage.
 */
export const deleteImage = operation({
  name: 'DeleteImage',
  product: 'ecs',
  access: 'write',
  dryRun: 'DryRunOperation',
  parameters: { RegionId: required(text()), ImageId: required(text()), Force: boolean() },
  accessRequest: accessToImage,
  run({ ImageId, Force }, { world, caller, regionId }) {
    if (world.images.get(ImageId)?.region !== regionId) {
      return world.settings.switch('deleteMissingImage') === 'ignored' ? {} : refuseUnknown(ImageId);
    }
    const image = ownImage(world, caller.uid, regionId, ImageId);
    assertIdle(world, image);
    assertNotExposed(world, image, Force === true);
    if (Force !== true) assertUnused(world, image);
    world.images.remove(image.id);
    return {};
  },
});

function assertIdle(world: World, image: ImageRow): void {
  if (image.task?.kind === 'copy' || isBeingCopied(world, image)) {
    refuse(403, 'OperationDenied.ImageCopying', `The image ${image.id} is being copied; cancel the copy first.`);
  }
  if (isUnfinished(image)) refuse(403, 'ImageIsCreating', `The image ${image.id} is being created.`);
}

function assertNotExposed(world: World, image: ImageRow, isForced: boolean): void {
  if (isForced && world.settings.switch('forceDeletesShared') === 'yes') return;
  if (image.isPublic) refuse(403, 'ImageIsPublic', `The image ${image.id} is published as a community image.`);
  if (isSharedOut(image)) refuse(403, 'ImageUseShared', `The image ${image.id} is shared with other accounts.`);
}

export function assertUnused(world: World, image: ImageRow, code = 'ImageUsingByInstance'): void {
  const user = world.instances.list(image.account, image.region).find(({ imageId }) => imageId === image.id);
  if (user !== undefined) refuse(403, code, `The image ${image.id} is used by the instance ${user.id}.`);
}
