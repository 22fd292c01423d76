import type { DiskRow, InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { disksOf } from './own-instance.js';

/**
 * The instance is gone, and with it its disks, except those with DeleteWithInstance=false: they stay as loose
 * pay-as-you-go disks, unless the instance was locked for security. Source: ECS API reference, DeleteInstance.
 */
export function releaseInstance(world: World, instance: InstanceRow): void {
  const isLocked = instance.locks.includes('security');
  for (const disk of disksOf(world, instance)) {
    if (disk.deleteWithInstance || isLocked) releaseDisk(world, disk);
    else world.disks.put({ ...disk, status: 'Available', instanceId: '', device: '', chargeType: 'PostPaid' });
  }
  world.instances.remove(instance.id);
}

/** Manual snapshots outlive their disk; automatic ones follow its DeleteAutoSnapshot. */
export function releaseDisk(world: World, disk: DiskRow): void {
  world.disks.remove(disk.id);
  if (!disk.deleteAutoSnapshot) return;
  for (const snapshot of world.snapshots.list(disk.account, disk.region)) {
    if (snapshot.isAutomatic && snapshot.sourceDiskId === disk.id) world.snapshots.remove(snapshot.id);
  }
}
