/** A disk goes back to what it was made from. Source: ECS API reference, ReInitDisk. */

import { refuse } from '../../rpc/api-error.js';
import { boolean, choice, required, text, withDefault } from '../../rpc/parameters.js';
import { seenImage } from '../../world/image-visibility.js';
import type { DiskRow, InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { assertNotInArrears, assertNotSecurityLocked } from '../instances/instance-locks.js';
import { refuseStatus } from '../instances/own-instance.js';
import { schedule, startOne } from '../instances/power.js';
import { operation, type Transition } from '../operation.js';
import { assertNoSnapshotInProgress, diskAccess, ownDisk } from './own-disk.js';

export const reInitDisk = operation({
  name: 'ReInitDisk',
  product: 'ecs',
  access: 'write',
  parameters: {
    DiskId: required(text()),
    Password: text(),
    KeyPairName: text(),
    AutoStartInstance: withDefault(boolean(), false),
    SecurityEnhancementStrategy: choice(['Active', 'Deactive']),
  },
  accessRequest: (wish, call) => diskAccess(call, wish.DiskId),
  run(wish, call) {
    const { world } = call;
    const disk = ownDisk(call, wish.DiskId);
    const instance = world.instances.get(disk.instanceId);
    if (disk.status !== 'In_use' || instance === undefined) {
      return refuse(403, 'IncorrectDiskStatus', `The disk ${disk.id} is not in use.`);
    }
    assertNotSecurityLocked(instance);
    assertNotInArrears(instance, 'InstanceExpiredOrInArrears');
    if (instance.status !== 'Stopped') refuseStatus(instance);
    assertNoSnapshotInProgress(world, disk);
    if (disk.type === 'system') assertImageThere(disk, world);
    if (wish.KeyPairName !== undefined) world.instances.put({ ...instance, keyPairName: wish.KeyPairName });
    world.disks.put({ ...disk, status: 'ReIniting' });
    const kind = wish.AutoStartInstance ? 'disk.reinitialized-start' : 'disk.reinitialized';
    schedule(world, disk.id, kind, world.settings.timings.replaceSystemDiskSeconds);
    return {};
  },
});

/** Running instances outlive their image, but their system disk cannot be made from it again. */
function assertImageThere(disk: DiskRow, world: World): void {
  if (seenImage(world, disk.account, disk.region, disk.imageId) !== undefined) return;
  const code = world.settings.switch('unsharedReInitCode');
  const status = code === 'InvalidImageId.NotFound' ? 404 : 403;
  refuse(status, code, `The image ${disk.imageId} of the disk is gone or no longer shared.`);
}

function whenDone(kind: string, next: (world: World, instance: InstanceRow) => void): Transition {
  return {
    kind,
    run(event, world) {
      const disk = world.disks.get(event.subject);
      if (disk?.status !== 'ReIniting') return;
      world.disks.put({ ...disk, status: 'In_use' });
      const instance = world.instances.get(disk.instanceId);
      if (instance !== undefined) next(world, instance);
    },
  };
}

export const reInitDiskTransitions: readonly Transition[] = [
  whenDone('disk.reinitialized', () => undefined),
  whenDone('disk.reinitialized-start', (world, instance) => {
    if (instance.status === 'Stopped') startOne(world, instance, 'start');
  }),
];
