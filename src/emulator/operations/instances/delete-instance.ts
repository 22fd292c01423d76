import { refuse } from '../../rpc/api-error.js';
import { boolean, list, required, text, withDefault } from '../../rpc/parameters.js';
import type { InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { operation } from '../operation.js';
import { assertIds, batchAccess } from './batch.js';
import { assertNotSecurityLocked } from './instance-locks.js';
import { instanceAccess, ownInstance, refuseStatus } from './own-instance.js';
import { schedule } from './power.js';
import { releaseInstance } from './release.js';

const deleteParameters = {
  Force: withDefault(boolean(), false),
  /** Only with Force: false shuts the system down first. */
  ForceStop: withDefault(boolean(), true),
  TerminateSubscription: boolean(),
};

export const deleteInstance = operation({
  name: 'DeleteInstance',
  product: 'ecs',
  access: 'write',
  parameters: { InstanceId: required(text()), ...deleteParameters },
  dryRun: 'DryRunOperation',
  accessRequest: (wish, call) => instanceAccess(call, [wish.InstanceId]),
  run(wish, call) {
    deleteOne(call.world, ownInstance(call, wish.InstanceId), wish);
    return {};
  },
});

const idsMax = 100;

export const deleteInstances = operation({
  name: 'DeleteInstances',
  product: 'ecs',
  access: 'write',
  parameters: {
    RegionId: required(text()),
    InstanceId: list(text(), { max: idsMax, error: { status: 403, code: 'InvalidParameter.TooManyInstanceIds' } }),
    ...deleteParameters,
  },
  clientToken: { mismatch: { status: 400, code: 'IdempotentParameterMismatch' } },
  dryRun: 'DRYRUN.SUCCESS',
  accessRequest: batchAccess,
  run(wish, call) {
    assertIds(wish.InstanceId);
    for (const id of new Set(wish.InstanceId)) deleteOne(call.world, ownInstance(call, id), wish);
    return {};
  },
});

function deleteOne(
  world: World,
  instance: InstanceRow,
  wish: { readonly Force: boolean; readonly ForceStop: boolean },
): void {
  if (!wish.Force) assertNotSecurityLocked(instance);
  if (instance.deletionProtection) {
    refuse(403, 'InvalidOperation.DeletionProtection', `Deletion protection is on for ${instance.id}.`);
  }
  if (instance.chargeType === 'PrePaid') {
    refuse(403, 'ChargeTypeViolation', `The subscription of ${instance.id} has not expired.`);
  }
  assertOldEnough(world, instance);
  if (instance.status !== 'Stopped') {
    const isInTransit = instance.status !== 'Running';
    const mayForce = wish.Force && (!isInTransit || world.settings.switch('forceDeleteInTransit') === 'allow');
    if (!mayForce) refuseStatus(instance);
  }
  if (instance.status === 'Running' && !wish.ForceStop) shutDownFirst(world, instance);
  else releaseInstance(world, instance);
}

function assertOldEnough(world: World, instance: InstanceRow): void {
  if (world.now >= instance.createdAt + world.settings.timings.initializingSeconds * 1000) return;
  refuse(403, 'IncorrectInstanceStatus.Initializing', `The instance ${instance.id} is initializing.`);
}

function shutDownFirst(world: World, instance: InstanceRow): void {
  world.instances.put({ ...instance, status: 'Stopping' });
  schedule(world, instance.id, 'instance.release', world.settings.timings.stoppingSeconds);
}
