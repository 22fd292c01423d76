/** Carries out what somebody else does to the emulated cloud: at once, and asking nobody's permission. */

import { instanceType } from '../operations/instance-types/catalogue.js';
import { isSystemDiskBusy } from '../operations/instances/instance-locks.js';
import { releaseDisk, releaseInstance } from '../operations/instances/release.js';
import { systemDiskOf } from '../operations/instances/own-instance.js';
import { putImage, putInstances } from '../scenario/seed-world.js';
import { serviceKeyId } from '../world/encryption.js';
import type { DiskRow, ImageRow, InstanceRow, Row, Tags } from '../world/state.js';
import type { Table, World } from '../world/world.js';
import { addedImage, addedInstance, ChangeRefused, type WorldChange } from './change.js';

/** Inside a transaction. Answers the row as it is afterwards, or null where it is gone. */
export function applyChange(world: World, change: WorldChange): Row | null {
  switch (change.op) {
    case 'addImage':
      return addImage(world, change);
    case 'share':
      return share(world, change);
    case 'unshare':
      return unshare(world, change);
    case 'deprecate':
      return put(world.images, { ...completeImageOf(world, change), status: 'Deprecated' });
    case 'restore':
      return put(world.images, { ...imageOf(world, change), status: 'Available' });
    case 'deleteImage':
      return deleteImage(world, change);
    case 'addInstance':
      return addInstance(world, change);
    case 'stop':
      return put(world.instances, { ...instanceOf(world, change), status: 'Stopped', stoppedMode: 'KeepCharging' });
    case 'start':
      return start(world, instanceOf(world, change));
    case 'deleteInstance':
      return deleteInstance(world, change);
    case 'replaceSystemDisk':
      return replaceSystemDisk(world, change);
    case 'resize':
      return resize(world, change);
    case 'setKeyState':
      return setKeyState(world, change);
    case 'tag':
      return tag(world, change);
    case 'untag':
      return untag(world, change);
  }
}

function put<T extends Row>(table: Table<T>, row: T): T {
  table.put(row);
  return row;
}

function remove<T extends Row>(table: Table<T>, row: T): null {
  table.remove(row.id);
  return null;
}

function assertNew(table: Table<Row>, id: string | undefined): void {
  if (id !== undefined && table.get(id) !== undefined) throw new ChangeRefused(`'${id}' is already there`);
}

function assertAccount(world: World, account: string | undefined): void {
  if (account === undefined || world.accountUid(account) !== undefined) return;
  throw new ChangeRefused(`no account '${account}'`);
}

function addImage(world: World, change: WorldChange): ImageRow {
  const image = addedImage(change);
  assertNew(world.images, image.id);
  assertAccount(world, image.account);
  return putImage(world, image);
}

function addInstance(world: World, change: WorldChange): InstanceRow {
  const instance = addedInstance(change);
  assertNew(world.instances, instance.id);
  assertAccount(world, instance.account);
  const [first] = putInstances(world, instance);
  if (first === undefined) throw new ChangeRefused('`count` must be at least 1');
  return first;
}

/** Only what was complete can be deprecated. Source: ECS API reference, ModifyImageAttribute: ImageStatus.NotAvailable. */
function completeImageOf(world: World, change: Parameters<typeof imageOf>[1]): ImageRow {
  const image = imageOf(world, change);
  if (image.status === 'Available' || image.status === 'Deprecated') return image;
  throw new ChangeRefused(`the image '${image.id}' is ${image.status}`);
}

function imageOf(world: World, { imageId, id, instanceId }: WorldChange): ImageRow {
  const wanted = imageId ?? id ?? instanceId ?? '';
  const row = world.images.get(wanted);
  if (row === undefined) throw new ChangeRefused(`no image '${wanted}': give \`imageId\``);
  return row;
}

function instanceOf(world: World, { instanceId, id, imageId }: WorldChange): InstanceRow {
  return instanceNamed(world, instanceId ?? id ?? imageId);
}

function instanceNamed(world: World, id = ''): InstanceRow {
  const row = world.instances.get(id);
  if (row === undefined) throw new ChangeRefused(`no instance '${id}': give \`instanceId\``);
  return row;
}

function shareesOf(world: World, { account, accounts }: WorldChange): readonly string[] {
  const named = [...(accounts ?? []), ...(account === undefined ? [] : [account])];
  if (named.length === 0) throw new ChangeRefused('`accounts` must name at least one account');
  return named.map((name) => {
    const uid = world.accountUid(name) ?? name;
    if (!/^\d+$/.test(uid)) throw new ChangeRefused(`no account '${name}'`);
    return uid;
  });
}

function share(world: World, change: WorldChange): ImageRow {
  const image = imageOf(world, change);
  const added = shareesOf(world, change).map((uid) => [uid, image.sharedWith[uid] ?? world.now] as const);
  return put(world.images, { ...image, sharedWith: { ...image.sharedWith, ...Object.fromEntries(added) } });
}

function unshare(world: World, change: WorldChange): ImageRow {
  const image = imageOf(world, change);
  const gone = shareesOf(world, change);
  const left = Object.entries(image.sharedWith).filter(([uid]) => !gone.includes(uid));
  return put(world.images, { ...image, sharedWith: Object.fromEntries(left) });
}

function deleteImage(world: World, change: WorldChange): null {
  const image = imageOf(world, change);
  if (change.force === false) {
    if (Object.keys(image.sharedWith).length > 0) throw new ChangeRefused(`the image '${image.id}' is shared`);
    const user = world.instances.listRegion(image.region).find(({ imageId }) => imageId === image.id);
    if (user !== undefined) throw new ChangeRefused(`the image '${image.id}' is used by '${user.id}'`);
  }
  return remove(world.images, image);
}

function start(world: World, instance: InstanceRow): InstanceRow {
  return put(world.instances, { ...instance, status: 'Running', stoppedMode: 'Not-applicable', startedAt: world.now });
}

function deleteInstance(world: World, change: WorldChange): null {
  const instance = instanceOf(world, change);
  if (change.force === false) {
    if (instance.deletionProtection) throw new ChangeRefused(`deletion protection is on for '${instance.id}'`);
    if (instance.status !== 'Stopped') throw new ChangeRefused(`'${instance.id}' is ${instance.status}, not Stopped`);
  }
  releaseInstance(world, instance);
  return null;
}

/** The new disk is in use at once, and the instance is left in the state that it is in. */
function replaceSystemDisk(world: World, change: WorldChange): InstanceRow {
  const { instanceId, id, imageId, kmsKeyId } = change;
  const instance = instanceNamed(world, instanceId ?? id);
  const image = world.images.get(imageId ?? '');
  if (image === undefined) throw new ChangeRefused(`no image '${imageId ?? ''}': give \`imageId\``);
  const oldDisk = systemDiskOf(world, instance);
  if (oldDisk === undefined) throw new ChangeRefused(`'${instance.id}' has no system disk`);
  if (isSystemDiskBusy(instance, world)) {
    throw new ChangeRefused(`the system disk of '${instance.id}' is being replaced or re-initialized`);
  }
  const ofImage = image.disks.find((disk) => disk.type === 'system');
  const encrypted = change.encrypted ?? (kmsKeyId !== undefined || ofImage?.encrypted === true);
  const keyOfImage = image.account === instance.account ? ofImage?.kmsKeyId : null;
  releaseDisk(world, oldDisk);
  world.disks.put({
    ...oldDisk,
    id: world.newId('d', oldDisk.region),
    sequence: world.nextSequence(),
    status: 'In_use',
    sizeGiB: change.sizeGiB ?? Math.max(oldDisk.sizeGiB, image.sizeGiB),
    imageId: image.id,
    sourceSnapshotId: ofImage?.snapshotId ?? '',
    encrypted,
    kmsKeyId: encrypted ? (kmsKeyId ?? keyOfImage ?? serviceKeyId) : null,
    autoSnapshotPolicyId: '',
    createdAt: world.now,
    attachedAt: world.now,
    tags: {},
  });
  return put(world.instances, { ...instance, imageId: image.id, keyPairName: '' });
}

/** Another type for an instance, or another size for a disk. */
function resize(world: World, change: WorldChange): Row {
  const { sizeGiB } = change;
  if (sizeGiB !== undefined) return put(world.disks, { ...diskOf(world, change), sizeGiB });
  const type = instanceType(change.instanceType ?? '');
  if (type === undefined) throw new ChangeRefused('`instanceType` must be a type, or `sizeGiB` the size of a disk');
  return put(world.instances, { ...instanceOf(world, change), instanceType: type.id });
}

function diskOf(world: World, { diskId, id }: WorldChange): DiskRow {
  const row = world.disks.get(diskId ?? id ?? '');
  if (row === undefined) throw new ChangeRefused(`no disk '${diskId ?? id ?? ''}': give \`diskId\``);
  return row;
}

function setKeyState(world: World, { keyId, id, state }: WorldChange): Row {
  const key = world.keys.get(keyId ?? id ?? '');
  if (key === undefined) throw new ChangeRefused(`no key '${keyId ?? id ?? ''}': give \`keyId\``);
  if (state === undefined) throw new ChangeRefused('`state` must say in which state the key is');
  return put(world.keys, { ...key, state });
}

function withTags(world: World, change: WorldChange, edit: (tags: Tags) => Tags): Row {
  const { id, instanceId, imageId, diskId, snapshotId } = change;
  const wanted = id ?? instanceId ?? imageId ?? diskId ?? snapshotId ?? '';
  const row =
    retagged(world.images, wanted, edit) ??
    retagged(world.instances, wanted, edit) ??
    retagged(world.disks, wanted, edit) ??
    retagged(world.snapshots, wanted, edit);
  if (row === undefined) throw new ChangeRefused(`no image, instance, disk or snapshot '${wanted}': give \`id\``);
  return row;
}

function retagged<T extends Row & { readonly tags: Tags }>(
  table: Table<T>,
  id: string,
  edit: (tags: Tags) => Tags,
): T | undefined {
  const row = table.get(id);
  return row && put(table, { ...row, tags: edit(row.tags) });
}

function tag(world: World, change: WorldChange): Row {
  const { tags } = change;
  if (tags === undefined) throw new ChangeRefused('`tags` must say which tags to set');
  return withTags(world, change, (before) => ({ ...before, ...tags }));
}

function untag(world: World, change: WorldChange): Row {
  const keys = [...(change.keys ?? []), ...Object.keys(change.tags ?? {})];
  if (keys.length === 0) throw new ChangeRefused('`keys` must say which tags to remove');
  const isLeft = ([key]: readonly [string, string]): boolean => !keys.includes(key);
  return withTags(world, change, (before) => Object.fromEntries(Object.entries(before).filter(isLeft)));
}
