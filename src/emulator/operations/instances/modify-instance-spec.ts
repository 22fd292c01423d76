import { refuse } from '../../rpc/api-error.js';
import { boolean, group, integer, type Parsed, required, text } from '../../rpc/parameters.js';
import type { InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { sizeRange } from '../disks/disk-limits.js';
import { instanceType, type InstanceTypeSpec, isArchitectureFit, launchableType } from '../instance-types/catalogue.js';
import { operation } from '../operation.js';
import { assertNotSecurityLocked, isSystemDiskBusy } from './instance-locks.js';
import { assertStock } from './launch-stock.js';
import { instanceAccess, ownInstance, systemDiskOf } from './own-instance.js';

const parameters = {
  InstanceId: required(text()),
  InstanceType: text(),
  InternetMaxBandwidthOut: integer({ min: 0, max: 100 }),
  InternetMaxBandwidthIn: integer({ min: 1, max: 100 }),
  SystemDisk: group({ Category: text() }),
  AllowMigrateAcrossZone: boolean(),
  Async: boolean(),
};

/** Of pay-as-you-go instances: either the type, while stopped, or the bandwidth, at once. */
export const modifyInstanceSpec = operation({
  name: 'ModifyInstanceSpec',
  product: 'ecs',
  access: 'write',
  parameters,
  clientToken: { mismatch: { status: 400, code: 'IdempotenceParamNotMatch' } },
  dryRun: 'DryRunOperation',
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    const { world } = call;
    const instance = ownInstance(call, wish.InstanceId);
    const hasBandwidth = wish.InternetMaxBandwidthIn !== undefined || wish.InternetMaxBandwidthOut !== undefined;
    assertNotSecurityLocked(instance);
    if (wish.InstanceType !== undefined && hasBandwidth) {
      refuse(400, 'InvalidParameter.Mismatch', 'Type and bandwidth cannot be changed together.');
    }
    if (wish.InstanceType === undefined && !hasBandwidth) {
      refuse(400, 'MissingParameter', 'InstanceType or a bandwidth must be given.');
    }
    if (instance.chargeType === 'PrePaid') {
      refuse(403, 'ChargeTypeViolation', 'The type of a subscription changes by ModifyPrepayInstanceSpec.');
    }
    assertNotTooSoon(instance, world);
    if (wish.InstanceType === undefined) changeBandwidth(instance, wish, world);
    else changeType(instance, wish.InstanceType, wish.SystemDisk?.Category, world);
    return { OrderId: '' };
  },
});

type SpecWish = Parsed<typeof parameters>;

const pauseMs = 5 * 60_000;

function assertNotTooSoon(instance: InstanceRow, world: World): void {
  if (instance.specChangedAt === null || world.now - instance.specChangedAt >= pauseMs) return;
  refuse(400, 'Throttling', 'The instance was changed less than 5 minutes ago; try again after 5 minutes.');
}

function changeBandwidth(instance: InstanceRow, wish: SpecWish, world: World): void {
  if (instance.status !== 'Running' && instance.status !== 'Stopped') {
    refuse(403, 'InvalidStatus.ValueNotSupported', `The bandwidth does not change while ${instance.status}.`);
  }
  world.instances.put({
    ...instance,
    internetMaxBandwidthOut: wish.InternetMaxBandwidthOut ?? instance.internetMaxBandwidthOut,
    internetMaxBandwidthIn: wish.InternetMaxBandwidthIn ?? instance.internetMaxBandwidthIn,
    specChangedAt: world.now,
  });
}

function changeType(instance: InstanceRow, typeId: string, category: string | undefined, world: World): void {
  if (instance.status !== 'Stopped' || isSystemDiskBusy(instance, world)) {
    refuse(400, 'InvalidInstanceStatus.NotStopped', 'The type changes only while the instance is stopped.');
  }
  const image = world.images.get(instance.imageId);
  const old = instanceType(instance.instanceType);
  const architecture = image?.architecture ?? (old?.architecture === 'ARM' ? 'arm64' : 'x86_64');
  const type = launchableType(world, typeId, architecture);
  if (type === undefined) {
    return refuse(400, 'InvalidInstanceType.ValueNotSupported', `There is no instance type ${typeId}.`);
  }
  const isOldUnlisted = image === undefined && old === undefined;
  const isFit = isOldUnlisted
    ? world.settings.switch('unlistedInstanceTypes') === 'accept'
    : isArchitectureFit(type, architecture);
  if (!isFit) {
    refuse(403, 'ImageNotSupportInstanceType', `The type ${typeId} cannot boot image ${instance.imageId}.`);
  }
  changeSystemDisk(instance, type, category, world);
  assertStock(world, instance.region, { zoneId: instance.zoneId, instanceType: typeId });
  world.instances.put({ ...instance, instanceType: typeId, specChangedAt: world.now });
}

/** The new type must take the system disk as it is, or as the call changes it. */
function changeSystemDisk(
  instance: InstanceRow,
  type: InstanceTypeSpec,
  wished: string | undefined,
  world: World,
): void {
  const disk = systemDiskOf(world, instance);
  const category = wished ?? disk?.category;
  if (
    category !== undefined &&
    (sizeRange('system', category, '') === undefined || !type.diskCategories.includes(category))
  ) {
    refuse(400, 'DependencyViolation.InstanceType', `The type ${type.id} does not take disk category ${category}.`);
  }
  if (disk === undefined || category === undefined || category === disk.category) return;
  world.disks.put({ ...disk, category, performanceLevel: category === 'cloud_essd' ? 'PL1' : '' });
}
