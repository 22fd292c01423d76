/** Where an instance is put: security groups, vSwitch, zone and private addresses. */

import { refuse } from '../../rpc/api-error.js';
import type { NamedRow } from '../../world/state.js';
import type { NamedKind } from '../../world/world.js';
import type { Call } from '../operation.js';

export interface NetworkWish {
  readonly SecurityGroupId: string | undefined;
  readonly SecurityGroupIds: readonly string[];
  readonly VSwitchId: string | undefined;
  readonly ZoneId: string | undefined;
  readonly PrivateIpAddress: string | undefined;
}

export interface Placement {
  readonly securityGroupIds: readonly string[];
  readonly vSwitchId: string;
  readonly vpcId: string;
  readonly zoneId: string;
  /** The block of the vSwitch, as first address and number of addresses. */
  readonly block: AddressBlock;
}

export interface AddressBlock {
  readonly first: number;
  readonly size: number;
}

/** Looks up a named thing: a present list of the scenario is exhaustive, an absent one lets any well-formed ID pass. */
export function lookUp(
  call: Call,
  kind: NamedKind,
  id: string,
  shape: RegExp,
  refuseUnknown: () => never,
): NamedRow | undefined {
  const lookup = call.world.named(kind);
  const row = lookup.get(call.caller.uid, call.regionId, id);
  if (row === undefined && (lookup.isExhaustive || !shape.test(id))) return refuseUnknown();
  return row;
}

export function textAttribute(row: NamedRow | undefined, name: string): string | undefined {
  const value = row?.attributes[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function place(wish: NetworkWish, call: Call): Placement {
  const groups = securityGroups(wish, call);
  const vSwitchId = wish.VSwitchId ?? refuseMissing('VSwitchId');
  const vSwitch = lookUp(call, 'vSwitches', vSwitchId, /^vsw-[A-Za-z0-9_-]+$/, () =>
    refuse(404, 'InvalidVSwitchId.NotFound', `The vSwitch ${vSwitchId} does not exist.`),
  );
  const zoneId = zoneOf(wish.ZoneId, vSwitch, call);
  const vpcId = textAttribute(vSwitch, 'vpcId');
  const groupVpcs = groups.flatMap((group) => textAttribute(group.row, 'vpcId') ?? []);
  if (new Set(vpcId === undefined ? groupVpcs : [vpcId, ...groupVpcs]).size > 1) {
    refuse(400, 'InvalidParameter.Mismatch', 'The security groups and the vSwitch are not in the same VPC.');
  }
  return {
    securityGroupIds: groups.map((group) => group.id),
    vSwitchId,
    vpcId: vpcId ?? groupVpcs[0] ?? 'vpc-default',
    zoneId,
    block: blockOf(textAttribute(vSwitch, 'cidrBlock') ?? '192.168.0.0/16'),
  };
}

function refuseMissing(name: string): never {
  return refuse(400, 'MissingParameter', `The input parameter "${name}" that is mandatory is not supplied.`);
}

interface Group {
  readonly id: string;
  readonly row: NamedRow | undefined;
}

function securityGroups(wish: NetworkWish, call: Call): readonly Group[] {
  if (wish.SecurityGroupId !== undefined && wish.SecurityGroupIds.length > 0) {
    refuse(
      400,
      'InvalidSecurityGroupId.SingleIdAndMultiIdConflict',
      'SecurityGroupId and SecurityGroupIds.N exclude each other.',
    );
  }
  const ids = wish.SecurityGroupId === undefined ? wish.SecurityGroupIds : [wish.SecurityGroupId];
  if (ids.length === 0) refuseMissing('SecurityGroupId');
  return securityGroupSet(ids, call);
}

/** Checks a whole set of groups: known, none twice, not too many. */
export function securityGroupSet(
  ids: readonly string[],
  call: Call,
  repeatedStatus: 400 | 404 = 400,
): readonly Group[] {
  if (new Set(ids).size !== ids.length) {
    refuse(repeatedStatus, 'InvalidParameter.SecurityGroupIdRepeated', 'A security group is named twice.');
  }
  const groups = ids.map((id) => ({ id, row: securityGroup(id, call) }));
  const max = call.world.settings.quotas.securityGroupsPerInstance;
  if (ids.length > max) {
    refuse(400, 'JoinedGroupLimitExceed', `An instance can be in at most ${max} security groups.`);
  }
  return groups;
}

export function securityGroup(id: string, call: Call): NamedRow | undefined {
  const status = call.world.settings.switch('unknownSecurityGroupStatus');
  return lookUp(call, 'securityGroups', id, /^sg-[A-Za-z0-9_-]+$/, () =>
    refuse(status, 'InvalidSecurityGroupId.NotFound', `The security group ${id} does not exist.`),
  );
}

/** `cn-hangzhou-h`, or without the last hyphen as in `ap-southeast-1a`. */
export function isZoneOf(regionId: string, zoneId: string): boolean {
  const rest = zoneId.startsWith(regionId) ? zoneId.slice(regionId.length) : '';
  return /^-?[a-z]$/.test(rest);
}

function zoneOf(wished: string | undefined, vSwitch: NamedRow | undefined, call: Call): string {
  if (wished !== undefined && !isZoneOf(call.regionId, wished)) {
    refuse(404, 'InvalidZoneId.NotFound', `The zone ${wished} does not exist in ${call.regionId}.`);
  }
  const own = textAttribute(vSwitch, 'zone');
  if (wished !== undefined && own !== undefined && wished !== own) {
    refuse(403, 'OperationDenied.InconsistentNetwork', `The vSwitch is not in zone ${wished}.`);
  }
  return own ?? wished ?? `${call.regionId}-h`;
}

function blockOf(cidr: string): AddressBlock {
  const [address = '', bits = '16'] = cidr.split('/');
  return { first: toNumber(address), size: 2 ** (32 - Number(bits)) };
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

const addressPattern = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
/** The service keeps the first address of a vSwitch and the last three. */
const reservedAtStart = 1;
const reservedAtEnd = 3;

/** Private addresses for `count` instances: consecutive from the wished one, or free ones drawn from the block. */
export function privateAddresses(
  placement: Placement,
  wished: string | undefined,
  count: number,
  call: Call,
): readonly string[] {
  const { world, caller, regionId } = call;
  const taken = world.instances.addressesIn(caller.uid, regionId, placement.vSwitchId);
  const { first, size } = placement.block;
  const usable = size - reservedAtStart - reservedAtEnd;
  if (wished !== undefined) return consecutive(placement.block, wished, count, taken);
  if (taken.size + count > usable) {
    refuse(400, 'QuotaExceeded.PrivateIpAddress', 'The vSwitch has not enough free private addresses.');
  }
  const addresses: string[] = [];
  let offset = Math.floor(world.random() * usable);
  while (addresses.length < count) {
    const address = toAddress(first + reservedAtStart + offset);
    offset = (offset + 1) % usable;
    if (!taken.has(address)) addresses.push(address);
  }
  return addresses;
}

function consecutive(
  block: AddressBlock,
  wished: string,
  count: number,
  taken: ReadonlyMap<string, number>,
): readonly string[] {
  if (!addressPattern.test(wished)) {
    refuse(400, 'InvalidPrivateIpAddress.Malformed', `The private address ${wished} is malformed.`);
  }
  const start = toNumber(wished) - block.first;
  if (start < reservedAtStart || start + count > block.size - reservedAtEnd) {
    refuse(400, 'InvalidPrivateIpAddress', `The private address ${wished} is not usable in the vSwitch.`);
  }
  const addresses = Array.from({ length: count }, (_, i) => toAddress(block.first + start + i));
  const duplicate = addresses.find((address) => taken.has(address));
  if (duplicate !== undefined) {
    refuse(400, 'InvalidPrivateIpAddress.Duplicated', `The private address ${duplicate} is in use.`);
  }
  return addresses;
}
