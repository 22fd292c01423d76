/** What DescribeInstances can filter by; every filter must match. Source: ECS API reference, DescribeInstances. */

import { refuse } from '../../rpc/api-error.js';
import { boolean, group, jsonStrings, list, type Parsed, text } from '../../rpc/parameters.js';
import type { InstanceRow } from '../../world/state.js';
import { fitsWildcard } from '../../world/wildcard.js';
import type { World } from '../../world/world.js';
import { tagFilter } from '../tags/tag-parameters.js';
import { familyOf } from './instance-view.js';
import { tagMatch } from './launch-tags.js';
import { parseMinuteText } from './time-text.js';

const lockReasons = ['financial', 'security', 'Recycling', 'dedicatedhostfinancial', 'refunded'];
const addresses = jsonStrings({ max: 100 });

export const instanceFilterParameters = {
  InstanceName: text(),
  Status: text({
    oneOf: ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped'],
    error: { status: 404, code: 'InvalidStatus.NotFound' },
  }),
  ImageId: text(),
  InstanceType: text(),
  InstanceTypeFamily: text(),
  ZoneId: text(),
  VpcId: text(),
  VSwitchId: text(),
  SecurityGroupId: text(),
  KeyPairName: text(),
  ResourceGroupId: text(),
  InstanceChargeType: text({
    oneOf: ['PostPaid', 'PrePaid'],
    error: { status: 404, code: 'InvalidInstanceChargeType.NotFound' },
  }),
  InternetChargeType: text({
    oneOf: ['PayByTraffic', 'PayByBandwidth'],
    error: { status: 404, code: 'InvalidInternetChargeType.ValueNotSupported' },
  }),
  InstanceNetworkType: text({
    oneOf: ['vpc', 'classic'],
    error: { status: 404, code: 'InvalidNetworkType.NotFound' },
  }),
  LockReason: text({ oneOf: lockReasons, error: { status: 404, code: 'InvalidLockReason.NotFound' } }),
  IoOptimized: boolean(),
  HttpEndpoint: text(),
  HttpTokens: text(),
  HpcClusterId: text(),
  PrivateIpAddresses: addresses,
  PublicIpAddresses: addresses,
  EipAddresses: addresses,
  InnerIpAddresses: addresses,
  RdmaIpAddresses: addresses,
  Tag: tagFilter,
  Filter: list(group({ Key: text(), Value: text() }), { max: 4 }),
};

export type InstanceFilter = Parsed<typeof instanceFilterParameters>;
type Match = (instance: InstanceRow) => boolean;

/** undefined where nothing is filtered, so that nobody need look at each row. */
export function instanceMatches(filter: InstanceFilter, world: World): Match | undefined {
  if (filter.HpcClusterId !== undefined) {
    refuse(400, 'InvalidHpcClusterId.NotFound', 'The specified HpcClusterId does not exist.');
  }
  const matches = [
    ...equalities(filter),
    ...addressMatches(filter),
    ...timeMatches(filter.Filter),
    ...nameMatch(filter.InstanceName),
    ...tagMatches(filter),
    ...visibility(world),
  ];
  return matches.length === 0 ? undefined : (instance) => matches.every((match) => match(instance));
}

function equalities(filter: InstanceFilter): readonly Match[] {
  const facts: readonly (readonly [string | undefined, (instance: InstanceRow) => string])[] = [
    [filter.Status, (instance) => instance.status],
    [filter.ImageId, (instance) => instance.imageId],
    [filter.InstanceType, (instance) => instance.instanceType],
    [filter.InstanceTypeFamily, (instance) => familyOf(instance.instanceType)],
    [filter.ZoneId, (instance) => instance.zoneId],
    [filter.VpcId, (instance) => instance.vpcId],
    [filter.VSwitchId, (instance) => instance.vSwitchId],
    [filter.KeyPairName, (instance) => instance.keyPairName],
    [filter.ResourceGroupId, (instance) => instance.resourceGroupId],
    [filter.InstanceChargeType, (instance) => instance.chargeType],
    [filter.InternetChargeType, (instance) => instance.internetChargeType],
    [filter.InstanceNetworkType, () => 'vpc'],
    [filter.HttpEndpoint, (instance) => instance.metadataOptions.httpEndpoint],
    [filter.HttpTokens, (instance) => instance.metadataOptions.httpTokens],
    [filter.IoOptimized === undefined ? undefined : String(filter.IoOptimized), () => 'true'],
  ];
  const { SecurityGroupId, LockReason } = filter;
  return [
    ...facts.flatMap(([wanted, fact]) => (wanted === undefined ? [] : [(row: InstanceRow) => fact(row) === wanted])),
    ...(SecurityGroupId === undefined ? [] : [(row: InstanceRow) => row.securityGroupIds.includes(SecurityGroupId)]),
    ...(LockReason === undefined ? [] : [(row: InstanceRow) => row.locks.includes(LockReason)]),
  ];
}

function addressMatches(filter: InstanceFilter): readonly Match[] {
  const facts: readonly (readonly [readonly string[] | undefined, (instance: InstanceRow) => string])[] = [
    [filter.PrivateIpAddresses, (instance) => instance.privateIp],
    [filter.PublicIpAddresses, (instance) => instance.publicIp],
    [filter.EipAddresses, () => ''],
    [filter.InnerIpAddresses, () => ''],
    [filter.RdmaIpAddresses, () => ''],
  ];
  return facts.flatMap(([wanted, fact]) =>
    wanted === undefined ? [] : [(row: InstanceRow) => fact(row) !== '' && wanted.includes(fact(row))],
  );
}

export type TimeFilters = readonly { readonly Key: string | undefined; readonly Value: string | undefined }[];

const filterKeys = new Set(['CreationStartTime', 'CreationEndTime', 'ExpiredStartTime', 'ExpiredEndTime']);

function timeMatches(filters: TimeFilters): readonly Match[] {
  return filters.map(({ Key, Value }): Match => {
    if (!filterKeys.has(Key ?? '')) {
      return refuse(404, 'InvalidFilterKey.NotFound', `There is no filter key ${Key ?? ''}.`);
    }
    const at = filterTime(Value);
    if (Key === 'CreationStartTime') return (instance) => instance.createdAt >= at;
    if (Key === 'CreationEndTime') return (instance) => instance.createdAt <= at;
    // Nothing expires, so everything does so after any time and before none.
    return () => Key === 'ExpiredStartTime';
  });
}

export function filterTime(value: string | undefined): number {
  const at = value === undefined ? undefined : parseMinuteText(value);
  return at ?? refuse(404, 'InvalidFilterValue', 'The value of a filter must be a time such as 2026-01-01T00:00Z.');
}

/** `*` stands for any characters. */
function nameMatch(pattern: string | undefined): readonly Match[] {
  if (pattern === undefined) return [];
  return [(instance) => fitsWildcard(pattern, instance.name)];
}

function tagMatches(filter: InstanceFilter): readonly Match[] {
  const matches = tagMatch(filter.Tag);
  return matches === undefined ? [] : [(instance) => matches(instance.tags)];
}

/** Filters by tag and by resource group stop after 1,000 results. */
export function isCapped(filter: {
  readonly Tag: readonly unknown[];
  readonly ResourceGroupId: string | undefined;
}): boolean {
  return filter.Tag.length > 0 || filter.ResourceGroupId !== undefined;
}

/** How soon a new instance is listed is not documented. */
function visibility(world: World): readonly Match[] {
  const delayMs = world.settings.switch('launchVisibilityDelaySeconds') * 1000;
  return delayMs === 0 ? [] : [(instance) => instance.createdAt + delayMs <= world.now];
}

const idsMax = 100;

/** `InstanceIds`: a JSON array in a string; an empty one matches nothing, and unknown IDs are simply not answered. */
export function readInstanceIds(value: string | undefined, world: World): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const ids = jsonStringsOf(value);
  if (ids === undefined) {
    if (world.settings.switch('malformedInstanceIds') === 'match-nothing') return [];
    return refuse(400, 'InvalidInstanceIds.Malformed', 'InstanceIds must be a JSON array of instance IDs.');
  }
  if (ids.length > idsMax) {
    const code = world.settings.switch('tooManyInstanceIdsCode');
    refuse(code === 'InvalidInstanceIds.Malformed' ? 400 : 403, code, `InstanceIds holds more than ${idsMax} IDs.`);
  }
  return ids;
}

function jsonStringsOf(value: string): readonly string[] | undefined {
  try {
    return jsonStrings().read('InstanceIds', new Map([['InstanceIds', value]]));
  } catch {
    return undefined;
  }
}

/** The caller's instances of these IDs, newest first. */
export function pickInstances(
  ids: readonly string[],
  account: string,
  region: string,
  world: World,
): readonly InstanceRow[] {
  const rows = [...new Set(ids)].flatMap((id) => world.instances.get(id) ?? []);
  return rows.filter((row) => row.account === account && row.region === region).sort((a, b) => b.sequence - a.sequence);
}
