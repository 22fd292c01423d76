/**
 * How many instances a call can have: the account's quota and the zone's stock. Stock is what was left when the
 * scenario started; it counts down with what is launched and up with what is released. Instances stopped in economical
 * mode hold none of it.
 */

import { refuse } from '../../rpc/api-error.js';
import type { InstanceRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import type { Call } from '../operation.js';

export interface AmountWish {
  readonly Amount: number | undefined;
  readonly MinAmount: number | undefined;
}

const amountMax = 100;

/** Amount and MinAmount within their bounds, else the code that the call deserves. */
export function checkedAmount(wish: AmountWish, call: Call): { readonly amount: number; readonly minimum: number } {
  const amount = wish.Amount ?? 1;
  if (amount < 1 || amount > amountMax) {
    const code = call.raw.get('DryRun')?.toLowerCase() === 'true' ? 'DryRun.InvalidAmount' : 'InvalidParam.Amount';
    refuse(403, code, `Amount must be from 1 to ${amountMax}.`);
  }
  const minimum = wish.MinAmount ?? amount;
  if (minimum < 1 || minimum > amountMax || minimum > amount) {
    refuse(400, 'InvalidMinAmount.Malformed', `MinAmount must be from 1 to ${amountMax} and not above Amount.`);
  }
  return { amount, minimum };
}

export interface LaunchPlace {
  readonly zoneId: string;
  readonly instanceType: string;
}

/** How many of `amount` are launched, at least `minimum`; less than that is refused. */
export function countWithin(
  { amount, minimum }: { readonly amount: number; readonly minimum: number },
  place: LaunchPlace,
  call: Call,
): number {
  const { world, caller, regionId } = call;
  const quotaLeft = world.settings.quotas.instancesPerRegion - world.instances.list(caller.uid, regionId).length;
  if (quotaLeft < minimum) {
    refuse(403, 'QuotaExceed.ElasticQuota', 'The quota of instances in this region is used up.');
  }
  const stock = stockLeft(world, regionId, place);
  if (stock < minimum && world.settings.switch('stockShortage') === 'refuse') refuseNoStock(place);
  return world.settings.switch('stockShortage') === 'refuse'
    ? Math.min(amount, quotaLeft, stock)
    : Math.min(amount, quotaLeft);
}

export function assertStock(world: World, regionId: string, place: LaunchPlace): void {
  if (stockLeft(world, regionId, place) < 1) refuseNoStock(place);
}

function refuseNoStock(place: LaunchPlace): never {
  return refuse(
    403,
    'OperationDenied.NoStock',
    `The instance type ${place.instanceType} is sold out in zone ${place.zoneId}.`,
  );
}

/** Infinity where the scenario says nothing about the type. */
export function stockLeft(world: World, regionId: string, { zoneId, instanceType }: LaunchPlace): number {
  const stock = world.settings.stockOf(regionId, zoneId, instanceType);
  if (stock === undefined) return Number.POSITIVE_INFINITY;
  const holders = world.instances
    .listRegion(regionId)
    .filter((row) => row.zoneId === zoneId && row.instanceType === instanceType && holdsStock(row));
  return stock - holders.length;
}

function holdsStock(instance: InstanceRow): boolean {
  const isEconomical = instance.status === 'Stopped' && instance.stoppedMode === 'StopCharging';
  return instance.isLaunched === true && !isEconomical;
}
