/** What disks a launch makes: decided in full before the first row is written. */

import { refuse } from '../../rpc/api-error.js';
import type { Parsed } from '../../rpc/parameters.js';
import { blankSource, type Encryption, type EncryptionSource, resolveEncryption } from '../../world/encryption.js';
import { encryptionSourceOf } from '../../world/image-visibility.js';
import type { ImageDisk, ImageRow } from '../../world/state.js';
import type { Call } from '../operation.js';
import type { InstanceTypeSpec } from '../instance-types/catalogue.js';
import { dataDisksMax, sizeRange } from './disk-limits.js';
import type { dataDiskParameters, systemDiskParameters } from './disk-parameters.js';

export type SystemDiskWish = Parsed<typeof systemDiskParameters>;
export type DataDiskWish = Parsed<typeof dataDiskParameters>;
type DiskWish = Omit<SystemDiskWish, 'Size'>;

export interface DiskPlan extends Encryption {
  readonly type: 'system' | 'data';
  readonly device: string;
  readonly category: string;
  readonly performanceLevel: string;
  readonly sizeGiB: number;
  readonly name: string;
  readonly description: string;
  readonly sourceSnapshotId: string;
  readonly deleteWithInstance: boolean;
  readonly autoSnapshotPolicyId: string;
  readonly provisionedIops: number;
  readonly burstingEnabled: boolean;
}

const systemSizeDefaultGiB = 40;
export const systemDevice = '/dev/xvda';

export interface DiskContext {
  readonly call: Call;
  readonly image: ImageRow;
  readonly instanceType: InstanceTypeSpec;
}

export function planSystemDisk(wish: SystemDiskWish | undefined, context: DiskContext): DiskPlan {
  const kind = kindOf(wish, 'system', context);
  const imageDisk = systemDiskOfImage(context.image);
  const sizeGiB = wish?.Size ?? Math.max(systemSizeDefaultGiB, context.image.sizeGiB);
  assertSystemSize(sizeGiB, context.image.sizeGiB, kind);
  const source = sourceOf(imageDisk, context);
  return {
    ...commonPlan(wish, source, context),
    ...kind,
    type: 'system',
    device: systemDevice,
    sizeGiB,
    sourceSnapshotId: imageDisk?.snapshotId ?? '',
    deleteWithInstance: true,
  };
}

/** The image's own data disks first, each overridden by the request's disk of the same Device; then the others. */
export function planDataDisks(wishes: readonly DataDiskWish[], context: DiskContext): readonly DiskPlan[] {
  const imageDisks = context.image.disks.filter((disk) => disk.type === 'data');
  const wishByDevice = new Map(wishes.flatMap((wish) => (wish.Device === undefined ? [] : [[wish.Device, wish]])));
  const fromImage = imageDisks.map((disk) => planImageDisk(wishByDevice.get(disk.device), disk, context));
  const taken = new Set(imageDisks.map((disk) => disk.device));
  const rest = wishes.filter((wish) => wish.Device === undefined || !taken.has(wish.Device));
  for (const wish of rest) if (wish.Device !== undefined) claim(taken, wish.Device);
  const planned = rest.map((wish) => planDataDisk(wish, wish.Device ?? nextDevice(taken), context));
  if (fromImage.length + planned.length > dataDisksMax) {
    refuse(400, 'InstanceDiskNumber.LimitExceed', `An instance has at most ${dataDisksMax} data disks.`);
  }
  return [...fromImage, ...planned];
}

function planImageDisk(wish: DataDiskWish | undefined, disk: ImageDisk, context: DiskContext): DiskPlan {
  const sizeGiB = wish?.Size ?? disk.sizeGiB;
  const kind = kindOf(wish, 'data', context);
  assertDataSize(sizeGiB, disk.sizeGiB, kind);
  return {
    ...commonPlan(wish, sourceOf(disk, context), context),
    ...kind,
    type: 'data',
    device: disk.device,
    sizeGiB,
    sourceSnapshotId: disk.snapshotId,
    deleteWithInstance: wish?.DeleteWithInstance ?? true,
  };
}

function planDataDisk(wish: DataDiskWish, device: string, context: DiskContext): DiskPlan {
  const { caller, regionId, world } = context.call;
  const kind = kindOf(wish, 'data', context);
  const snapshot = wish.SnapshotId === undefined ? undefined : ownSnapshot(wish.SnapshotId, context.call);
  const sizeGiB = wish.Size ?? snapshot?.sizeGiB;
  if (sizeGiB === undefined) {
    return refuse(400, 'InvalidDataDiskSize.ValueNotSupported', 'A data disk without snapshot needs a Size.');
  }
  assertDataSize(sizeGiB, snapshot?.sizeGiB ?? 0, kind);
  const source: EncryptionSource =
    snapshot === undefined
      ? blankSource(caller.uid, regionId)
      : {
          kind: 'own',
          encrypted: snapshot.encrypted,
          kmsKeyId: snapshot.kmsKeyId,
          account: caller.uid,
          region: regionId,
        };
  const encryption = resolveEncryption(
    { purpose: 'disk', source, encrypted: wish.Encrypted, kmsKeyId: wish.KMSKeyId },
    world,
    caller.uid,
    regionId,
  );
  return {
    ...describedPlan(wish),
    ...encryption,
    ...kind,
    type: 'data',
    device,
    sizeGiB,
    sourceSnapshotId: snapshot?.id ?? '',
    deleteWithInstance: wish.DeleteWithInstance ?? true,
  };
}

function ownSnapshot(snapshotId: string, call: Call) {
  const snapshot = call.world.snapshots.get(snapshotId);
  if (snapshot === undefined || snapshot.account !== call.caller.uid || snapshot.region !== call.regionId) {
    return refuse(404, 'InvalidDataDiskSnapshotId.NotFound', `The snapshot ${snapshotId} does not exist.`);
  }
  if (snapshot.status !== 'accomplished') {
    return refuse(400, 'InvalidSnapshotId.NotReady', `The snapshot ${snapshotId} is not accomplished.`);
  }
  return snapshot;
}

function sourceOf(disk: ImageDisk | undefined, { call, image }: DiskContext): EncryptionSource {
  return disk === undefined
    ? blankSource(call.caller.uid, call.regionId)
    : encryptionSourceOf(image, disk, call.caller.uid);
}

export function systemDiskOfImage(image: ImageRow): ImageDisk | undefined {
  return image.disks.find((disk) => disk.type === 'system');
}

function commonPlan(wish: DiskWish | undefined, source: EncryptionSource, { call }: DiskContext) {
  const encryption = resolveEncryption(
    { purpose: 'disk', source, encrypted: wish?.Encrypted, kmsKeyId: wish?.KMSKeyId },
    call.world,
    call.caller.uid,
    call.regionId,
  );
  return { ...describedPlan(wish), ...encryption };
}

function describedPlan(wish: DiskWish | undefined) {
  return {
    name: wish?.DiskName ?? '',
    description: wish?.Description ?? '',
    autoSnapshotPolicyId: wish?.AutoSnapshotPolicyId ?? '',
    provisionedIops: wish?.ProvisionedIops ?? 0,
    burstingEnabled: wish?.BurstingEnabled ?? false,
  };
}

interface DiskKind {
  readonly category: string;
  readonly performanceLevel: string;
}

/** Category and performance level, checked against the type; the size limits follow from both. */
function kindOf(wish: DiskWish | undefined, type: 'system' | 'data', context: DiskContext): DiskKind {
  const isEssdOnly = !context.instanceType.diskCategories.includes('cloud_efficiency');
  const category = wish?.Category ?? categoryDefault(isEssdOnly, context.call);
  if (sizeRange(type, category, '') === undefined) {
    const code = type === 'system' ? 'InvalidSystemDiskCategory' : 'InvalidDataDiskCategory';
    refuse(400, `${code}.ValueNotSupported`, `The disk category ${category} is not supported.`);
  }
  if (!context.instanceType.diskCategories.includes(category)) {
    refuse(
      403,
      'InvalidInstanceType.NotSupportDiskCategory',
      `The instance type ${context.instanceType.id} does not support disk category ${category}.`,
    );
  }
  const levelDefault = wish?.Category === undefined && isEssdOnly ? 'PL0' : 'PL1';
  if (category !== 'cloud_essd' && wish?.PerformanceLevel !== undefined) {
    refuse(400, 'InvalidPerformanceLevel.Malformed', `A disk of category ${category} has no performance level.`);
  }
  return { category, performanceLevel: category === 'cloud_essd' ? (wish?.PerformanceLevel ?? levelDefault) : '' };
}

/** Source: notice of January 2026: in China cloud_essd PL0 where the type takes nothing older, else cloud_efficiency. */
function categoryDefault(isEssdOnly: boolean, { regionId, world }: Call): string {
  if (!isEssdOnly) return 'cloud_efficiency';
  const isChina = regionId.startsWith('cn-') && regionId !== 'cn-hongkong';
  return isChina ? 'cloud_essd' : world.settings.switch('essdOnlyCategoryAbroad');
}

export function assertSystemSize(sizeGiB: number, imageGiB: number, kind: DiskKind): void {
  const range = sizeRange('system', kind.category, kind.performanceLevel);
  const code = 'InvalidSystemDiskSize';
  if (sizeGiB < imageGiB) {
    refuse(404, `${code}.LessThanImageSize`, `A system disk of ${sizeGiB} GiB is below the image's ${imageGiB} GiB.`);
  }
  if (range !== undefined && sizeGiB < range.min) {
    refuse(404, `${code}.LessThanMinSize`, `A system disk of this kind has at least ${range.min} GiB.`);
  }
  if (range !== undefined && sizeGiB > range.max) {
    refuse(404, `${code}.MoreThanMaxSize`, `A system disk of this kind has at most ${range.max} GiB.`);
  }
}

function assertDataSize(sizeGiB: number, sourceGiB: number, kind: DiskKind): void {
  const range = sizeRange('data', kind.category, kind.performanceLevel);
  if (range !== undefined && (sizeGiB < range.min || sizeGiB > range.max)) {
    refuse(
      400,
      'InvalidDataDiskSize.ValueNotSupported',
      `A data disk of this kind has ${range.min} to ${range.max} GiB.`,
    );
  }
  if (sizeGiB < sourceGiB) {
    refuse(403, 'InvalidDiskSize.TooSmall', `A disk of ${sizeGiB} GiB is below its snapshot's ${sourceGiB} GiB.`);
  }
}

function claim(taken: Set<string>, device: string): void {
  if (taken.has(device)) refuse(400, 'InvalidParameter.Conflict', `Two data disks name the device ${device}.`);
  taken.add(device);
}

function nextDevice(taken: Set<string>): string {
  for (const letter of 'bcdefghijklmnopqrstuvwxyz') {
    const device = `/dev/xvd${letter}`;
    if (taken.has(device)) continue;
    taken.add(device);
    return device;
  }
  return refuse(400, 'InstanceDiskNumber.LimitExceed', `An instance has at most ${dataDisksMax} data disks.`);
}
