import { required, text } from '../../rpc/parameters.js';
import { newestOfFamily } from '../../world/image-visibility.js';
import { operation } from '../operation.js';
import { ImageViewer } from './image-view.js';

/**
 * The image that a family stands for now. A family without an Available image is no error: the answer has no Image.
 * Source: ECS API reference, DescribeImageFromFamily.
 */
export const describeImageFromFamily = operation({
  name: 'DescribeImageFromFamily',
  product: 'ecs',
  access: 'read',
  parameters: { RegionId: required(text()), ImageFamily: required(text()) },
  run({ ImageFamily }, { world, caller, regionId }) {
    const image = newestOfFamily(world, caller.uid, regionId, ImageFamily);
    if (image === undefined) return {};
    return { Image: new ImageViewer(world, caller.uid, regionId).brief(image) };
  },
});
