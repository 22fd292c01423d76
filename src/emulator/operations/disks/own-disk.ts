import { refuse } from '../../rpc/api-error.js';
import type { DiskRow, InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { assertNotSecurityLocked } from '../instances/instance-locks.js';
import { refuseStatus, resourceName } from '../instances/own-instance.js';
import type { AccessRequest, Call } from '../operation.js';

/** The caller's disk; another account's, or another region's than the call names, is as unknown as none. */
export function ownDisk(call: Call, diskId: string): DiskRow {
  const disk = call.world.disks.get(diskId);
  const isFound =
    disk !== undefined && disk.account === call.caller.uid && (call.regionId === '' || disk.region === call.regionId);
  return isFound ? disk : refuse(404, 'InvalidDiskId.NotFound', `The specified disk ${diskId} does not exist.`);
}

export function diskAccess(call: Call, diskId: string): AccessRequest {
  return { resources: [resourceName(call, 'disk', diskId)] };
}

/**
 * A disk can be changed while it is in use or available, no snapshot of it is being made, and its instance is up or
 * off. Source: ECS API reference, ResizeDisk and ModifyDiskSpec.
 */
export function assertChangeable(disk: DiskRow, world: World): InstanceRow | undefined {
  const instance = disk.instanceId === '' ? undefined : world.instances.get(disk.instanceId);
  if (instance !== undefined) assertNotSecurityLocked(instance);
  if (disk.status !== 'In_use' && disk.status !== 'Available') {
    refuse(403, 'IncorrectDiskStatus', `The status of disk ${disk.id}, ${disk.status}, does not support this.`);
  }
  if (instance !== undefined && instance.status !== 'Running' && instance.status !== 'Stopped') refuseStatus(instance);
  assertNoSnapshotInProgress(world, disk);
  return instance;
}

export function assertNoSnapshotInProgress(world: World, disk: DiskRow): void {
  const isBusy = world.snapshots
    .list(disk.account, disk.region)
    .some((snapshot) => snapshot.sourceDiskId === disk.id && snapshot.status === 'progressing');
  if (isBusy) refuse(403, 'DiskCreatingSnapshot', `A snapshot of disk ${disk.id} is being made.`);
}
