/**
 * The system disk of a stopped instance is exchanged for one made from an image. At once: the old disk is gone with
 * its data, the new one is listed, the key pair is what the call passes, the snapshot policy is lost. Later, when the
 * work is done: the instance shows the new image and no lock. Nothing starts the instance.
 * Source: ECS API reference, ReplaceSystemDisk; ECS user guide, replacement of the system disk.
 */

import { refuse } from '../../rpc/api-error.js';
import { boolean, group, integer, type Parsed, required, text } from '../../rpc/parameters.js';
import { resolveEncryption } from '../../world/encryption.js';
import { encryptionSourceOf, launchableImage, seenImage } from '../../world/image-visibility.js';
import type { DiskRow, ImageRow, InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { assertNoSnapshotInProgress } from '../disks/own-disk.js';
import { assertSystemSize, systemDevice, systemDiskOfImage } from '../disks/disk-plan.js';
import { instanceType, isArchitectureFit } from '../instance-types/catalogue.js';
import { type AccessRequest, type Call, operation, type Transition } from '../operation.js';
import { assertNotInArrears, assertNotSecurityLocked, isSystemDiskBusy } from './instance-locks.js';
import { assertPassword } from './launch.js';
import { lookUp } from './launch-network.js';
import { ownInstance, refuseStatus, resourceName, systemDiskOf } from './own-instance.js';
import { schedule } from './power.js';
import { releaseDisk } from './release.js';

const parameters = {
  InstanceId: required(text()),
  ImageId: required(text()),
  SystemDisk: group({ Size: integer({ error: { status: 400, code: 'InvalidSystemDiskSize.ValueNotSupported' } }) }),
  Encrypted: boolean(),
  KMSKeyId: text(),
  Password: text(),
  PasswordInherit: boolean(),
  KeyPairName: text(),
  SecurityEnhancementStrategy: text({ oneOf: ['Active', 'Deactive'] }),
  UseAdditionalService: boolean(),
};

export const replaceSystemDisk = operation({
  name: 'ReplaceSystemDisk',
  product: 'ecs',
  access: 'write',
  parameters,
  clientToken: { mismatch: { status: 400, code: 'IdempotentParameterMismatch' } },
  accessRequest,
  run(wish, call) {
    const instance = ownInstance(call, wish.InstanceId);
    const oldDisk = replaceableDisk(instance, call.world);
    const image = fittingImage(wish.ImageId, instance, call);
    assertPassword(wish.Password, wish.PasswordInherit);
    const keyPairName = keyPairOf(wish.KeyPairName, image, { ...call, regionId: instance.region });
    const newDisk = diskInstead(oldDisk, image, wish, call.world);
    putDisks(oldDisk, newDisk, call.world);
    putInstance({ ...instance, keyPairName }, newDisk, call.world);
    schedule(call.world, newDisk.id, 'disk.replaced', call.world.settings.timings.replaceSystemDiskSeconds);
    return { DiskId: newDisk.id };
  },
});

type ReplaceWish = Parsed<typeof parameters>;

function replaceableDisk(instance: InstanceRow, world: World): DiskRow {
  assertNotSecurityLocked(instance);
  assertNotInArrears(instance, 'InstanceExpiredOrInArrears');
  if (instance.status !== 'Stopped') refuseStatus(instance);
  const disk = systemDiskOf(world, instance);
  if (disk === undefined) {
    return refuse(400, 'InvalidInstance.NotFoundSystemDisk', `The instance ${instance.id} has no system disk.`);
  }
  if (disk.status !== 'In_use' || isSystemDiskBusy(instance, world)) {
    refuse(403, 'IncorrectDiskStatus', `The status of disk ${disk.id} does not support this operation.`);
  }
  assertNoSnapshotInProgress(world, disk);
  return disk;
}

function fittingImage(imageId: string, instance: InstanceRow, { world }: Call): ImageRow {
  const image = launchableImage(world, instance.account, instance.region, imageId);
  if (image.disks.some((disk) => disk.type === 'data')) {
    refuse(400, 'OperationDenied', `The image ${image.id} contains snapshots of data disks.`);
  }
  if (image.productCode !== '' && world.settings.switch('marketplaceImages') === 'not-subscribed') {
    refuse(403, 'ImageNotSubscribed', `The image ${image.id} is of the marketplace and not subscribed.`);
  }
  const type = instanceType(instance.instanceType);
  if (type !== undefined && !isArchitectureFit(type, image.architecture)) {
    refuse(403, 'ImageNotSupportInstanceType', `The image ${image.id} does not fit type ${type.id}.`);
  }
  assertPlatformChange(world, instance, image);
  return image;
}

/** Between Windows and Linux only regions of mainland China switch. */
function assertPlatformChange(world: World, instance: InstanceRow, image: ImageRow): void {
  const old = world.images.get(instance.imageId);
  const isMainland = instance.region.startsWith('cn-') && instance.region !== 'cn-hongkong';
  if (old === undefined || isMainland || old.osType === image.osType) return;
  refuse(403, 'InvalidParameter.NotMatch', `The region ${instance.region} does not switch between Windows and Linux.`);
}

function keyPairOf(name: string | undefined, image: ImageRow, call: Call): string {
  if (name === undefined || image.osType === 'windows') return '';
  lookUp(call, 'keyPairs', name, /^.{2,128}$/, () =>
    refuse(400, 'InvalidKeyPairName.NotFound', `The key pair ${name} does not exist.`),
  );
  return name;
}

const sizeDefaultGiB = 40;

function diskInstead(oldDisk: DiskRow, image: ImageRow, wish: ReplaceWish, world: World): DiskRow {
  const sizeGiB = wish.SystemDisk?.Size ?? Math.max(sizeDefaultGiB, image.sizeGiB, oldDisk.sizeGiB);
  assertSystemSize(sizeGiB, image.sizeGiB, oldDisk);
  if (sizeGiB < oldDisk.sizeGiB) {
    refuse(400, 'InvalidSystemDiskSize', `The new system disk must not be below ${oldDisk.sizeGiB} GiB.`);
  }
  const imageDisk = systemDiskOfImage(image);
  const encryption = resolveEncryption(
    {
      purpose: 'replacement',
      source: encryptionSourceOf(
        image,
        imageDisk ?? {
          device: systemDevice,
          type: 'system',
          sizeGiB,
          snapshotId: '',
          encrypted: false,
          kmsKeyId: null,
        },
        oldDisk.account,
      ),
      encrypted: wish.Encrypted,
      kmsKeyId: wish.KMSKeyId,
    },
    world,
    oldDisk.account,
    oldDisk.region,
  );
  return {
    ...oldDisk,
    ...encryption,
    id: world.newId('d', oldDisk.region),
    sequence: world.nextSequence(),
    status: world.settings.switch('replacedDiskStatus'),
    sizeGiB,
    imageId: image.id,
    sourceSnapshotId: imageDisk?.snapshotId ?? '',
    autoSnapshotPolicyId: '',
    createdAt: world.now,
    attachedAt: world.now,
    tags: world.settings.switch('replacementInheritsTags') === 'yes' ? oldDisk.tags : {},
  };
}

function putDisks(oldDisk: DiskRow, newDisk: DiskRow, world: World): void {
  const listedSeconds = world.settings.switch('oldSystemDiskListedSeconds');
  if (listedSeconds > 0) {
    world.disks.put({ ...oldDisk, status: 'Detaching', instanceId: '', device: '' });
    schedule(world, oldDisk.id, 'disk.release', listedSeconds);
  } else {
    releaseDisk(world, oldDisk);
  }
  world.disks.put(newDisk);
}

function putInstance(instance: InstanceRow, newDisk: DiskRow, world: World): void {
  const { settings } = world;
  const lock = settings.switch('replaceSystemDiskLock');
  world.instances.put({
    ...instance,
    status: settings.switch('replaceSystemDiskInstanceStatus'),
    imageId: settings.switch('replaceSystemDiskImageId') === 'at-once' ? newDisk.imageId : instance.imageId,
    locks: lock === 'none' ? instance.locks : [...instance.locks, lock],
  });
}

export const replaceSystemDiskTransitions: readonly Transition[] = [
  {
    kind: 'disk.replaced',
    run(event, world) {
      const disk = world.disks.get(event.subject);
      const instance = world.instances.get(disk?.instanceId ?? '');
      if (disk === undefined || instance === undefined) return;
      const lock = world.settings.switch('replaceSystemDiskLock');
      const isPending = instance.status === 'Pending';
      world.disks.put({ ...disk, status: 'In_use' });
      world.instances.put({
        ...instance,
        status: isPending ? 'Stopped' : instance.status,
        imageId: disk.imageId,
        locks: instance.locks.filter((reason) => reason !== lock),
      });
    },
  },
  {
    kind: 'disk.release',
    run(event, world) {
      const disk = world.disks.get(event.subject);
      if (disk !== undefined) releaseDisk(world, disk);
    },
  },
];

/** RAM cannot ask who owns the image here. Source: ECS authorization reference, ReplaceSystemDisk. */
function accessRequest(wish: ReplaceWish, call: Call): AccessRequest {
  const instance = call.world.instances.get(wish.InstanceId);
  const disk = instance === undefined ? undefined : systemDiskOf(call.world, instance);
  const image = seenImage(call.world, call.caller.uid, instance?.region ?? '', wish.ImageId);
  return {
    resources: [
      resourceName(call, 'instance', wish.InstanceId),
      resourceName(call, 'image', wish.ImageId),
      resourceName(call, 'disk', disk?.id ?? '*'),
    ],
    conditions: {
      ...(image === undefined ? {} : { 'ecs:ImagePlatform': image.platform }),
      'ecs:IsSystemDiskEncrypted': String(wish.Encrypted === true),
      'ecs:IsSystemDiskByokEncrypted': String(wish.KMSKeyId !== undefined),
      'ecs:PasswordInherit': String(wish.PasswordInherit === true),
      // The operation has no parameter for it.
      'ecs:LoginAsNonRoot': 'false',
    },
  };
}
