/** Start, stop and reboot of one instance, and what follows by itself. */

import { ApiError, refuse } from '../../rpc/api-error.js';
import { assertKeyUsable } from '../../world/encryption.js';
import type { InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import type { Transition } from '../operation.js';
import { publicAddress } from './launch.js';
import { assertStock, stockLeft } from './launch-stock.js';
import { assertNotInArrears, assertNotSecurityLocked, isSystemDiskBusy } from './instance-locks.js';
import { disksOf, refuseStatus } from './own-instance.js';
import { releaseInstance } from './release.js';

/** Batch forms answer key trouble with 400; StartInstance answers a missing key with 403, the others with 404. */
export type KeyErrors = 'start' | 'single' | 'batch';

export function startOne(world: World, instance: InstanceRow, keyErrors: KeyErrors): InstanceRow {
  assertNotSecurityLocked(instance);
  assertNotInArrears(instance, 'InstanceExpired');
  if (instance.status !== 'Stopped' || isSystemDiskBusy(instance, world)) refuseStatus(instance);
  assertBootable(world, instance, keyErrors);
  if (instance.stoppedMode === 'StopCharging') assertStock(world, instance.region, instance);
  const isAddressLost = instance.stoppedMode === 'StopCharging' && instance.publicIp !== '';
  const starting: InstanceRow = {
    ...instance,
    status: 'Starting',
    stoppedMode: 'Not-applicable',
    publicIp: isAddressLost ? publicAddress(world) : instance.publicIp,
  };
  world.instances.put(starting);
  scheduleStarted(world, instance.id);
  return starting;
}

export interface StopOptions {
  readonly stoppedMode: 'StopCharging' | 'KeepCharging' | undefined;
  readonly keyErrors: KeyErrors;
}

export function stopOne(world: World, instance: InstanceRow, options: StopOptions): InstanceRow {
  assertNotSecurityLocked(instance);
  assertNotInArrears(instance, 'InstanceExpiredOrInArrears');
  if (instance.status !== 'Running') refuseStatus(instance);
  assertKeysUsable(world, instance, options.keyErrors);
  const stopping: InstanceRow = {
    ...instance,
    status: 'Stopping',
    stoppedMode: stoppedModeOf(world, instance, options.stoppedMode),
  };
  world.instances.put(stopping);
  schedule(world, instance.id, 'instance.stopping', world.settings.timings.stoppingSeconds);
  return stopping;
}

export function rebootOne(world: World, instance: InstanceRow, keyErrors: KeyErrors): InstanceRow {
  assertNotSecurityLocked(instance);
  assertNotInArrears(instance, 'InstanceExpiredOrInArrears');
  if (instance.status !== 'Running') refuseStatus(instance);
  assertKeysUsable(world, instance, keyErrors);
  const starting: InstanceRow = { ...instance, status: 'Starting' };
  world.instances.put(starting);
  scheduleStarted(world, instance.id);
  return starting;
}

/** Where an instance cannot be stopped in economical mode, the wish for it is passed over in silence. */
function stoppedModeOf(
  world: World,
  instance: InstanceRow,
  wished: StopOptions['stoppedMode'],
): InstanceRow['stoppedMode'] {
  const isAble = instance.chargeType === 'PostPaid';
  const fallback = world.settings.switch('economicalModeByDefault') === 'on' ? 'StopCharging' : 'KeepCharging';
  return isAble ? (wished ?? fallback) : 'KeepCharging';
}

function assertBootable(world: World, instance: InstanceRow, keyErrors: KeyErrors): void {
  const hasSystemDisk = disksOf(world, instance).some((disk) => disk.type === 'system');
  if (!hasSystemDisk) {
    refuse(400, 'InvalidInstance.NotFoundSystemDisk', `The instance ${instance.id} has no system disk.`);
  }
  assertKeysUsable(world, instance, keyErrors);
}

function assertKeysUsable(world: World, instance: InstanceRow, keyErrors: KeyErrors): void {
  for (const disk of disksOf(world, instance)) {
    if (disk.kmsKeyId === null) continue;
    try {
      assertKeyUsable(world, disk.account, disk.region, disk.kmsKeyId);
    } catch (error) {
      throw error instanceof ApiError ? withStatus(error, keyErrors) : error;
    }
  }
}

function withStatus(error: ApiError, keyErrors: KeyErrors): ApiError {
  if (keyErrors === 'batch') return new ApiError(400, error.code, error.message);
  return keyErrors === 'start' ? new ApiError(403, error.code, error.message) : error;
}

export function schedule(world: World, subject: string, kind: string, seconds: number): void {
  world.schedule({ at: world.now + seconds * 1000, kind, subject });
}

function scheduleStarted(world: World, instanceId: string): void {
  schedule(world, instanceId, 'instance.starting', world.settings.timings.startingSeconds);
}

/** Events find the instance as it is by then: gone or elsewhere, they have no effect. */
function whenIn(
  kind: string,
  status: InstanceRow['status'],
  next: (world: World, instance: InstanceRow) => void,
): Transition {
  return {
    kind,
    run(event, world) {
      const instance = world.instances.get(event.subject);
      if (instance?.status === status) next(world, instance);
    },
  };
}

export const powerTransitions: readonly Transition[] = [
  whenIn('instance.pending', 'Pending', (world, instance) => {
    if (isBeyondStock(world, instance)) return releaseInstance(world, instance);
    world.instances.put({ ...instance, status: 'Starting' });
    scheduleStarted(world, instance.id);
  }),
  whenIn('instance.created', 'Pending', (world, instance) => {
    if (isBeyondStock(world, instance)) return releaseInstance(world, instance);
    world.instances.put({ ...instance, status: 'Stopped', stoppedMode: 'KeepCharging' });
  }),
  whenIn('instance.starting', 'Starting', (world, instance) => {
    world.instances.put({ ...instance, status: 'Running', startedAt: world.now });
  }),
  whenIn('instance.stopping', 'Stopping', (world, instance) => {
    world.instances.put({ ...instance, status: 'Stopped' });
  }),
  {
    kind: 'instance.release',
    run(event, world) {
      const instance = world.instances.get(event.subject);
      if (instance !== undefined) releaseInstance(world, instance);
    },
  },
  {
    kind: 'instance.auto-release',
    run(event, world) {
      const instance = world.instances.get(event.subject);
      if (instance?.autoReleaseAt === event.at) releaseInstance(world, instance);
    },
  },
];

/** Stock that ran out after the answer: the instance goes away, as a SystemFailure.Delete event would report. */
function isBeyondStock(world: World, instance: InstanceRow): boolean {
  return stockLeft(world, instance.region, instance) < 0;
}
