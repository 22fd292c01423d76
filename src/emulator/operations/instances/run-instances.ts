import { instanceType } from '../instance-types/catalogue.js';
import { newestOfFamily, relationTo, seenImage } from '../../world/image-visibility.js';
import type { ImageRow } from '../../world/state.js';
import { type AccessRequest, type Call, operation } from '../operation.js';
import { prepareLaunch, writeInstances } from './launch.js';
import { type LaunchWish, runParameters } from './launch-parameters.js';
import { checkedAmount, countWithin } from './launch-stock.js';
import { templateImageId, withLaunchTemplate } from './launch-template.js';

/** Answers with the IDs at once; the instances go from Pending over Starting to Running by themselves. */
export const runInstances = operation({
  name: 'RunInstances',
  product: 'ecs',
  access: 'write',
  parameters: runParameters,
  clientToken: { mismatch: { status: 400, code: 'IdempotentParameterMismatch' } },
  dryRun: 'DryRunOperation',
  accessRequest: launchAccess,
  run(parameters, call) {
    const wish = withLaunchTemplate(parameters, call);
    const amount = checkedAmount(wish, call);
    const launch = prepareLaunch(wish, call);
    const place = { zoneId: launch.placement.zoneId, instanceType: launch.instanceType.id };
    const count = countWithin(amount, place, call);
    const ids = writeInstances(launch, count, { firstEvent: 'instance.pending', assignsPublicAddress: true }, call);
    return { InstanceIdSets: { InstanceIdSet: ids }, TradePrice: 0 };
  },
});

/** The condition keys that RAM knows for a launch. Source: ECS authorization reference, RunInstances. */
export function launchAccess(wish: LaunchWish, call: Call): AccessRequest {
  const image = imageAskedFor(wish, call);
  const disks = [wish.SystemDisk, ...wish.DataDisk];
  const system = wish.SystemDisk;
  return {
    resources: [`acs:ecs:${call.regionId}:${call.caller.uid}:*`],
    conditions: {
      ...imageConditions(image, call),
      'ecs:InstanceType': wish.InstanceType ?? '',
      'ecs:InstanceTypeFamily': instanceType(wish.InstanceType ?? '')?.family ?? '',
      'ecs:IsDiskEncrypted': String(disks.every((disk) => disk?.Encrypted === true)),
      'ecs:IsDiskByokEncrypted': String(disks.every((disk) => disk?.KMSKeyId !== undefined)),
      'ecs:IsSystemDiskEncrypted': String(system?.Encrypted === true),
      'ecs:IsSystemDiskByokEncrypted': String(system?.KMSKeyId !== undefined),
      'ecs:AssociatePublicIpAddress': String((wish.InternetMaxBandwidthOut ?? 0) > 0),
      'ecs:NotSpecifySecurityGroupId': String(wish.SecurityGroupId === undefined && wish.SecurityGroupIds.length === 0),
      'ecs:PasswordInherit': String(wish.PasswordInherit === true),
      'ecs:LoginAsNonRoot': String(wish.ImageOptions?.LoginAsNonRoot === true),
    },
  };
}

function imageAskedFor(wish: LaunchWish, call: Call): ImageRow | undefined {
  const { world, caller, regionId } = call;
  if (wish.ImageFamily !== undefined) return newestOfFamily(world, caller.uid, regionId, wish.ImageFamily);
  const imageId = wish.ImageId ?? templateImageId(wish, call);
  return imageId === undefined ? undefined : seenImage(world, caller.uid, regionId, imageId);
}

const imageSources = {
  own: 'Custom',
  shared: 'Shared',
  community: 'Community',
  system: 'System',
  marketplace: 'Marketplace',
} as const;

function imageConditions(image: ImageRow | undefined, call: Call): Readonly<Record<string, string>> {
  const relation = image === undefined ? undefined : relationTo(image, call.caller.uid);
  if (image === undefined || relation === undefined) return {};
  return {
    'ecs:ImageOwnerId': image.account,
    'ecs:ImageSource': imageSources[relation],
    'ecs:ImagePlatform': image.platform,
  };
}
