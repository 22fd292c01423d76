import { refuse } from '../../rpc/api-error.js';
import { required, text } from '../../rpc/parameters.js';
import { ownImage } from '../../world/image-visibility.js';
import { operation } from '../operation.js';
import { accessToImage } from './image-access.js';
import { settleSnapshots, startNextCopy } from './image-task.js';

/** Ends a copy before it is complete and removes it; region and ID are the copy's. Source: ECS API reference, CancelCopyImage. */
export const cancelCopyImage = operation({
  name: 'CancelCopyImage',
  product: 'ecs',
  access: 'write',
  parameters: { RegionId: required(text()), ImageId: required(text()) },
  accessRequest: accessToImage,
  run({ ImageId }, { world, caller, regionId }) {
    const copy = ownImage(world, caller.uid, regionId, ImageId);
    if (!copy.isCopied) {
      refuse(400, 'ImageCreatedNotFromCopy', `The image ${ImageId} was not made by CopyImage.`);
    }
    if (copy.task?.kind !== 'copy') {
      refuse(400, 'IncorrectImageStatus', `The image ${ImageId} is ${copy.status}: nothing is being copied.`);
    }
    if (world.settings.switch('cancelCopy') === 'not-supported') {
      refuse(400, 'CancelNotSupported', `The copy ${ImageId} cannot be cancelled.`);
    }
    settleSnapshots(world, copy, 'failed');
    world.images.remove(copy.id);
    startNextCopy(world, copy);
    return {};
  },
});
