import type { ErrorSpec } from '../../rpc/api-error.js';
import { BareNumber } from '../../rpc/numbers.js';
import { required, text } from '../../rpc/parameters.js';
import { ownImage } from '../../world/image-visibility.js';
import { operation } from '../operation.js';
import { accessToImage } from './image-access.js';
import { pageOf, pageParameters } from './image-paging.js';
import { timeWithSeconds } from './image-view.js';

const badPage: ErrorSpec = { status: 400, code: 'InvalidParameter' };

/** Sharees in the order of sharing, ten a page unless said otherwise. Source: ECS API reference, DescribeImageSharePermission. */
export const describeImageSharePermission = operation({
  name: 'DescribeImageSharePermission',
  product: 'ecs',
  access: 'read',
  parameters: { RegionId: required(text()), ImageId: required(text()), ...pageParameters(badPage) },
  accessRequest: accessToImage,
  run(request, { world, caller, regionId }) {
    const image = ownImage(world, caller.uid, regionId, request.ImageId);
    const isNumber = world.settings.switch('shareeIdForm') === 'number';
    const sharees = Object.entries(image.sharedWith).sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
    const page = pageOf(sharees, () => true, request, { world, error: badPage });
    return {
      ImageId: image.id,
      RegionId: regionId,
      TotalCount: page.totalCount,
      PageNumber: page.pageNumber,
      PageSize: page.pageSize,
      Accounts: {
        Account: page.items.map(([account, sharedAt]) => ({
          AliyunId: isNumber ? new BareNumber(account) : account,
          SharedTime: timeWithSeconds(sharedAt),
        })),
      },
      ShareGroups: { ShareGroup: image.shareGroups.map((Group) => ({ Group })) },
    };
  },
});
