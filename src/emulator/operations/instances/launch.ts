/** What RunInstances and CreateInstance have in common: everything is decided first, then the rows are written. */

import { refuse } from '../../rpc/api-error.js';
import { launchableImage, newestOfFamily } from '../../world/image-visibility.js';
import type { DiskRow, ImageRow, InstanceRow, Tags } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { type DiskPlan, planDataDisks, planSystemDisk } from '../disks/disk-plan.js';
import { type InstanceTypeSpec, isArchitectureFit, launchableType } from '../instance-types/catalogue.js';
import type { Call } from '../operation.js';
import { parseSecondText } from './time-text.js';
import { fillPlaceholder, hostNames, instanceNames } from './launch-names.js';
import { lookUp, place, type Placement, privateAddresses } from './launch-network.js';
import { type LaunchWish, passwordPattern } from './launch-parameters.js';
import { assertTagQuota } from './launch-tags.js';

/** A launch that nothing stands against but quota and stock. */
export interface Launch {
  readonly wish: LaunchWish;
  readonly image: ImageRow;
  readonly instanceType: InstanceTypeSpec;
  readonly placement: Placement;
  readonly disks: readonly DiskPlan[];
  readonly tags: Tags;
  readonly keyPairName: string;
  readonly autoReleaseAt: number | null;
}

export function prepareLaunch(wish: LaunchWish, call: Call): Launch {
  const image = imageOf(wish, call);
  const type = typeOf(wish, image, call.world);
  refuseUnbuilt(wish);
  const placement = place(wish, call);
  assertCharge(wish);
  const keyPairName = keyPairOf(wish, image, call);
  assertRole(wish.RamRoleName, call);
  assertLogin(wish, image);
  if (wish.UserData !== undefined) assertUserData(wish.UserData, image);
  assertTagQuota(wish.Tag, call.world);
  const context = { call, image, instanceType: type };
  const disks = [planSystemDisk(wish.SystemDisk, context), ...planDataDisks(wish.DataDisk, context)];
  return {
    wish,
    image,
    instanceType: type,
    placement,
    disks,
    tags: wish.Tag,
    keyPairName,
    autoReleaseAt: autoReleaseOf(wish.AutoReleaseTime, call.world),
  };
}

function imageOf(wish: LaunchWish, call: Call): ImageRow {
  const { world, caller, regionId } = call;
  if (wish.ImageFamily !== undefined && wish.ImageId !== undefined) {
    refuse(400, 'UnexpectedImageFamily.ImageIdSupplied', 'ImageFamily and ImageId exclude each other.');
  }
  if (wish.ImageFamily !== undefined) {
    const newest = newestOfFamily(world, caller.uid, regionId, wish.ImageFamily);
    if (newest !== undefined) return newest;
    refuse(403, 'InvalidImageFamily.MissingAvailableImage', 'The image family has no available image.');
  }
  if (wish.ImageId === undefined) return refuseMissing('ImageId');
  const image = launchableImage(world, caller.uid, regionId, wish.ImageId);
  if (image.productCode !== '' && world.settings.switch('marketplaceImages') === 'not-subscribed') {
    refuse(403, 'ImageNotSubscribed', `The image ${image.id} is of the marketplace and not subscribed.`);
  }
  return image;
}

function typeOf(wish: LaunchWish, image: ImageRow, world: World): InstanceTypeSpec {
  if (wish.InstanceType === undefined) return refuseMissing('InstanceType');
  const type = launchableType(world, wish.InstanceType, image.architecture);
  if (type === undefined) {
    return refuse(400, 'InvalidInstanceType.ValueNotSupported', `There is no instance type ${wish.InstanceType}.`);
  }
  if (!isArchitectureFit(type, image.architecture)) {
    refuse(
      400,
      'InvalidInstanceType.NotSupported',
      `The type ${type.id} cannot boot an image for ${image.architecture}.`,
    );
  }
  return type;
}

function refuseMissing(name: string): never {
  return refuse(400, 'MissingParameter', `The input parameter "${name}" that is mandatory is not supplied.`);
}

/** Known to the service, not imitated here: saying so beats a launch that ignores half of what was asked. */
function refuseUnbuilt(wish: LaunchWish): void {
  if (wish.DeploymentSetId !== undefined) {
    refuse(404, 'DeploymentSet.NotFound', 'The emulated cloud has no deployment sets.');
  }
  for (const [name, isGiven] of [
    ['DedicatedHostId', wish.DedicatedHostId !== undefined],
    ['NetworkInterface', wish.NetworkInterface.length > 0],
  ] as const) {
    if (isGiven) refuse(400, 'UnsupportedParameter', `The emulator does not imitate "${name}".`);
  }
}

function assertCharge(wish: LaunchWish): void {
  const isPrePaid = wish.InstanceChargeType === 'PrePaid';
  const isSpot = (wish.SpotStrategy ?? 'NoSpot') !== 'NoSpot';
  if (isPrePaid && wish.Period === undefined) refuseMissing('Period');
  if (isPrePaid && isSpot) refuse(400, 'InvalidParameter.Conflict', 'A spot instance cannot be a subscription.');
  if (wish.DeletionProtection === true && (isPrePaid || isSpot)) {
    refuse(403, 'InvalidChargeType.ValueNotSupported', 'Only pay-as-you-go instances take deletion protection.');
  }
  const out = wish.InternetMaxBandwidthOut ?? 0;
  const inMax = out > 10 ? out : 10;
  if (wish.InternetMaxBandwidthIn !== undefined && wish.InternetMaxBandwidthIn > inMax) {
    refuse(400, 'InvalidInternetMaxBandwidthIn', `InternetMaxBandwidthIn must be at most ${inMax}.`);
  }
}

export function keyPairOf(wish: { readonly KeyPairName: string | undefined }, image: ImageRow, call: Call): string {
  if (wish.KeyPairName === undefined || image.osType === 'windows') return '';
  const name = wish.KeyPairName;
  lookUp(call, 'keyPairs', name, /^.{2,128}$/, () =>
    refuse(404, 'InvalidKeyPairName.NotFound', `The key pair ${name} does not exist.`),
  );
  return name;
}

export function assertRole(name: string | undefined, call: Call): void {
  if (name === undefined) return;
  lookUp(call, 'ramRoles', name, /^[A-Za-z0-9._-]{1,64}$/, () =>
    refuse(404, 'InvalidRamRole.NotFound', `The RAM role ${name} does not exist.`),
  );
}

function assertLogin(wish: LaunchWish, image: ImageRow): void {
  assertPassword(wish.Password, wish.PasswordInherit);
  if (wish.ImageOptions?.LoginAsNonRoot === true && !image.loginAsNonRootSupported) {
    refuse(400, 'LoginAsNonRoot.ImageNotSupport', `The image ${image.id} does not support a non-root login.`);
  }
}

/** 8 to 30 characters of at least three of the four classes. */
export function assertPassword(password: string | undefined, inherit: boolean | undefined): void {
  if (password === undefined) return;
  if (inherit === true) {
    refuse(400, 'InvalidPasswordParam.Mismatch', 'Password and PasswordInherit exclude each other.');
  }
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((pattern) => pattern.test(password));
  if (!passwordPattern.test(password) || classes.length < 3) {
    refuse(400, 'InvalidPassword.Malformed', 'The specified Password is malformed.');
  }
}

const userDataMaxBytes = 32 * 1024;

export function assertUserData(userData: string, image: ImageRow | undefined, malformedStatus: 400 | 403 = 400): void {
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(userData);
  if (!isBase64) refuse(malformedStatus, 'InvalidUserData.Base64FormatInvalid', 'UserData is not Base64.');
  if (Buffer.from(userData, 'base64').length > userDataMaxBytes) {
    refuse(400, 'InvalidUserData.SizeExceeded', 'UserData holds more than 32 KB.');
  }
  if (image !== undefined && !image.isSupportCloudinit) {
    refuse(400, 'ImageNotSupportCloudInit', `The image ${image.id} does not support cloud-init.`);
  }
}

const minuteMs = 60_000;
const releaseAheadMinMs = 30 * minuteMs;
const releaseAheadMaxMs = 3 * 365 * 24 * 60 * minuteMs;

function autoReleaseOf(text: string | undefined, world: World): number | null {
  if (text === undefined) return null;
  const at = parseSecondText(text);
  if (at === undefined || at - world.now < releaseAheadMinMs || at - world.now > releaseAheadMaxMs) {
    return refuse(400, 'InvalidAutoReleaseTime.Malformed', 'AutoReleaseTime is malformed or out of range.');
  }
  return Math.floor(at / minuteMs) * minuteMs;
}

/** How the two creating operations differ once everything is decided. */
export interface Manner {
  readonly firstEvent: 'instance.pending' | 'instance.created';
  readonly assignsPublicAddress: boolean;
}

/** Writes `count` instances with their disks and starts their first transition. Returns their IDs in order. */
export function writeInstances(launch: Launch, count: number, manner: Manner, call: Call): readonly string[] {
  const { wish, placement } = launch;
  const { world } = call;
  const isSuffixUnique = wish.UniqueSuffix ?? false;
  const names = instanceNames(wish.InstanceName, count, isSuffixUnique, world);
  const hosts = hostNames(
    { HostName: wish.HostName, HostNames: wish.HostNames, isSuffixUnique, osType: launch.image.osType },
    count,
    world,
  );
  const addresses = privateAddresses(placement, wish.PrivateIpAddress, count, call);
  return addresses.map((privateIp, i) => {
    const instance = newInstance(
      launch,
      { name: names[i], hostName: hosts[i], privateIp, isPublic: manner.assignsPublicAddress },
      call,
    );
    world.instances.put(instance);
    for (const plan of launch.disks) world.disks.put(newDisk(plan, instance, launch, world));
    world.schedule({
      at: world.now + world.settings.timings.pendingSeconds * 1000,
      kind: manner.firstEvent,
      subject: instance.id,
    });
    if (launch.autoReleaseAt !== null) {
      world.schedule({ at: launch.autoReleaseAt, kind: 'instance.auto-release', subject: instance.id });
    }
    return instance.id;
  });
}

interface Own {
  readonly name: string | undefined;
  readonly hostName: string | undefined;
  readonly privateIp: string;
  readonly isPublic: boolean;
}

function newInstance(launch: Launch, own: Own, call: Call): InstanceRow {
  const { wish, placement, image } = launch;
  const { world, caller, regionId } = call;
  const id = world.newId('i', regionId);
  const bandwidthOut = wish.InternetMaxBandwidthOut ?? 0;
  return {
    id,
    account: caller.uid,
    region: regionId,
    sequence: world.nextSequence(),
    name: own.name ?? id,
    hostName: own.hostName === undefined ? `iZ${id.slice('i-'.length)}Z` : fillPlaceholder(own.hostName, id),
    description: wish.Description ?? '',
    status: 'Pending',
    imageId: image.id,
    instanceType: launch.instanceType.id,
    zoneId: placement.zoneId,
    vpcId: placement.vpcId,
    vSwitchId: placement.vSwitchId,
    privateIp: own.privateIp,
    publicIp: own.isPublic && bandwidthOut > 0 ? publicAddress(world) : '',
    securityGroupIds: placement.securityGroupIds,
    createdAt: world.now,
    startedAt: null,
    chargeType: wish.InstanceChargeType ?? 'PostPaid',
    spotStrategy: wish.SpotStrategy ?? 'NoSpot',
    internetMaxBandwidthIn: wish.InternetMaxBandwidthIn ?? Math.max(10, bandwidthOut),
    internetMaxBandwidthOut: bandwidthOut,
    internetChargeType: wish.InternetChargeType ?? 'PayByTraffic',
    keyPairName: launch.keyPairName,
    ramRoleName: wish.RamRoleName ?? '',
    userData: wish.UserData ?? '',
    deletionProtection: wish.DeletionProtection ?? false,
    stoppedMode: 'Not-applicable',
    autoReleaseAt: launch.autoReleaseAt,
    resourceGroupId: wish.ResourceGroupId ?? '',
    metadataOptions: {
      httpEndpoint: wish.HttpEndpoint ?? 'enabled',
      httpTokens: wish.HttpTokens ?? 'optional',
      httpPutResponseHopLimit: wish.HttpPutResponseHopLimit ?? 1,
    },
    locks: [],
    loginAsNonRoot: wish.ImageOptions?.LoginAsNonRoot ?? false,
    creditSpecification: wish.CreditSpecification ?? '',
    networkInterfaceId: world.newId('eni', regionId),
    macAddress: macAddress(world),
    serialNumber: serialNumber(world),
    specChangedAt: null,
    tags: launch.tags,
    isLaunched: true,
  };
}

function newDisk(plan: DiskPlan, instance: InstanceRow, launch: Launch, world: World): DiskRow {
  return {
    id: world.newId('d', instance.region),
    account: instance.account,
    region: instance.region,
    sequence: world.nextSequence(),
    name: plan.name,
    description: plan.description,
    type: plan.type,
    status: 'In_use',
    category: plan.category,
    performanceLevel: plan.performanceLevel,
    sizeGiB: plan.sizeGiB,
    zoneId: instance.zoneId,
    instanceId: instance.id,
    device: plan.device,
    imageId: plan.type === 'system' ? launch.image.id : '',
    sourceSnapshotId: plan.sourceSnapshotId,
    encrypted: plan.encrypted,
    kmsKeyId: plan.kmsKeyId,
    deleteWithInstance: plan.deleteWithInstance,
    deleteAutoSnapshot: true,
    autoSnapshotPolicyId: plan.autoSnapshotPolicyId,
    createdAt: world.now,
    attachedAt: world.now,
    chargeType: instance.chargeType,
    provisionedIops: plan.provisionedIops,
    burstingEnabled: plan.burstingEnabled,
    resourceGroupId: instance.resourceGroupId,
    tags: launch.tags,
  };
}

/** Drawn from 203.0.113.0/24 and its two siblings, which are kept for documentation. */
export function publicAddress(world: World): string {
  const nets = ['192.0.2', '198.51.100', '203.0.113'];
  return `${nets[Math.floor(world.random() * nets.length)]}.${1 + Math.floor(world.random() * 254)}`;
}

function macAddress(world: World): string {
  const tail = hexDigits(world, 8).match(/../g) ?? [];
  return ['00', '16', ...tail].join(':');
}

function serialNumber(world: World): string {
  return [8, 4, 4, 4, 12].map((length) => hexDigits(world, length)).join('-');
}

function hexDigits(world: World, length: number): string {
  const draws = Array.from({ length: Math.ceil(length / 8) }, () => Math.floor(world.random() * 2 ** 32));
  return draws
    .map((draw) => draw.toString(16).padStart(8, '0'))
    .join('')
    .slice(0, length);
}
