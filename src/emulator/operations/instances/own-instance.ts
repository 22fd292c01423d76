import { refuse } from '../../rpc/api-error.js';
import type { DiskRow, InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import type { AccessRequest, Call } from '../operation.js';

/** The caller's instance; another account's, or another region's than the call names, is as unknown as none. */
export function ownInstance(call: Call, instanceId: string): InstanceRow {
  return findOwnInstance(call, instanceId) ?? refuseUnknownInstance(instanceId);
}

export function findOwnInstance(call: Call, instanceId: string): InstanceRow | undefined {
  const instance = call.world.instances.get(instanceId);
  if (instance === undefined || instance.account !== call.caller.uid) return undefined;
  return call.regionId === '' || instance.region === call.regionId ? instance : undefined;
}

export function refuseUnknownInstance(instanceId: string): never {
  return refuse(404, 'InvalidInstanceId.NotFound', `The specified InstanceId ${instanceId} does not exist.`);
}

export function refuseStatus(instance: InstanceRow): never {
  return refuse(
    403,
    'IncorrectInstanceStatus',
    `The status of instance ${instance.id}, ${instance.status}, does not support this operation.`,
  );
}

export function disksOf(world: World, instance: InstanceRow): readonly DiskRow[] {
  return world.disks.ofInstance(instance.id);
}

export function systemDiskOf(world: World, instance: InstanceRow): DiskRow | undefined {
  return disksOf(world, instance).find((disk) => disk.type === 'system');
}

/** What RAM is asked about instances: `acs:ecs:<region>:<account>:instance/<id>`. */
export function instanceAccess(call: Call, instanceIds: readonly string[]): AccessRequest {
  return { resources: instanceIds.map((id) => resourceName(call, 'instance', id)) };
}

export function resourceName(call: Call, kind: 'instance' | 'disk' | 'image', id: string): string {
  const region = call.regionId === '' ? '*' : call.regionId;
  return `acs:ecs:${region}:${call.caller.uid}:${kind}/${id}`;
}
