import { refuse } from '../../rpc/api-error.js';
import type { InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { systemDiskOf } from './own-instance.js';

/** Source: ECS API reference, API behaviour when an instance is locked for security reasons. */
export function assertNotSecurityLocked(instance: InstanceRow): void {
  if (!instance.locks.includes('security')) return;
  refuse(403, 'InstanceLockedForSecurity', `The instance ${instance.id} is locked for security reasons.`);
}

/** The `financial` lock stops what costs money. Source: ECS API reference, accounts with overdue payments. */
export function assertNotInArrears(instance: InstanceRow, code: string): void {
  if (!instance.locks.includes('financial')) return;
  refuse(403, code, `The instance ${instance.id} has expired or is in arrears.`);
}

/** While its system disk is replaced or re-initialized: the disk is not in use, or the instance carries the lock of the switch. */
export function isSystemDiskBusy(instance: InstanceRow, world: World): boolean {
  const lock = world.settings.switch('replaceSystemDiskLock');
  const isLocked = instance.locks.includes(lock);
  return isLocked || (systemDiskOf(world, instance)?.status ?? 'In_use') !== 'In_use';
}
