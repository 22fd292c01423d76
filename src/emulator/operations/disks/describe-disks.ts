import { refuse } from '../../rpc/api-error.js';
import { boolean, group, jsonStrings, list, type Parsed, required, text } from '../../rpc/parameters.js';
import type { DiskRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { filterTime, isCapped, type TimeFilters } from '../instances/instance-filters.js';
import { isZoneOf } from '../instances/launch-network.js';
import { tagMatch } from '../instances/launch-tags.js';
import { resourceName } from '../instances/own-instance.js';
import { filteredResultsMax, pageOf, pagingParameters } from '../instances/paging.js';
import { tagFilter } from '../tags/tag-parameters.js';
import { diskCategories } from './disk-limits.js';
import { diskView } from './disk-view.js';

const statuses = ['In_use', 'Available', 'Attaching', 'Detaching', 'Creating', 'ReIniting', 'All'];
const lockReasons = ['financial', 'security', 'recycling', 'dedicatedhostfinancial'];

const parameters = {
  RegionId: required(text(), { status: 400, code: 'MissingParamter.RegionId' }),
  DiskIds: jsonStrings({
    max: 100,
    tooMany: { status: 403, code: 'InvalidDiskIds.Malformed' },
    error: { status: 400, code: 'InvalidParameter.DiskIds' },
  }),
  InstanceId: text(),
  DiskType: text({
    oneOf: ['all', 'system', 'data'],
    error: { status: 400, code: 'InvalidDiskType.ValueNotSupported' },
  }),
  Category: text({
    oneOf: [...diskCategories, 'all', 'ephemeral_ssd'],
    error: { status: 400, code: 'InvalidCategory.ValueNotSupported' },
  }),
  Status: text({ oneOf: statuses, error: { status: 400, code: 'InvalidStatus.ValueNotSupported' } }),
  SnapshotId: text({ pattern: /^s-/, error: { status: 400, code: 'InvalidSnapshot.NotFound' } }),
  Encrypted: boolean(),
  KMSKeyId: text(),
  Portable: boolean(),
  DeleteWithInstance: boolean(),
  DeleteAutoSnapshot: boolean(),
  DiskChargeType: text({
    oneOf: ['PostPaid', 'PrePaid'],
    error: { status: 404, code: 'InvalidDiskChargeType.NotFound' },
  }),
  DiskName: text(),
  ResourceGroupId: text(),
  LockReason: text({ oneOf: lockReasons, error: { status: 404, code: 'InvalidLockReason.NotFound' } }),
  AutoSnapshotPolicyId: text(),
  ZoneId: text(),
  MultiAttach: text({ oneOf: ['Disabled', 'Enabled', 'LegacyShared'] }),
  EnableShared: boolean(),
  Tag: tagFilter,
  Filter: list(group({ Key: text(), Value: text() }), { max: 2 }),
  AdditionalAttributes: list(text()),
  ...pagingParameters(500),
};

export const describeDisks = operation({
  name: 'DescribeDisks',
  product: 'ecs',
  access: 'read',
  parameters,
  dryRun: 'DryRunOperation',
  accessRequest: (_wish, call) => ({ resources: [resourceName(call, 'disk', '*')] }),
  run(wish, call) {
    const { world } = call;
    if (wish.ZoneId !== undefined && !isZoneOf(call.regionId, wish.ZoneId)) {
      refuse(400, 'InvalidZoneId.NotFound', `The zone ${wish.ZoneId} does not exist.`);
    }
    const matchesMax = isCapped(wish) ? filteredResultsMax : undefined;
    const page = pageOf({ rows: candidates(wish, call), matches: diskMatches(wish), matchesMax }, wish, world);
    const hasPlacement = wish.AdditionalAttributes.includes('Placement');
    return { Disks: { Disk: page.rows.map((row) => diskView(row, hasPlacement)) }, ...page.members };
  },
});

type DiskFilter = Parsed<typeof parameters>;
type Match = (disk: DiskRow) => boolean;

/** An empty list of IDs matches nothing; IDs that do not exist are simply not answered. */
function candidates(wish: DiskFilter, { world, caller, regionId }: Call): readonly DiskRow[] {
  if (wish.DiskIds === undefined) return world.disks.list(caller.uid, regionId);
  return [...new Set(wish.DiskIds)]
    .flatMap((id) => world.disks.get(id) ?? [])
    .filter((disk) => disk.account === caller.uid && disk.region === regionId)
    .sort((a, b) => b.sequence - a.sequence);
}

function diskMatches(filter: DiskFilter): Match | undefined {
  const tags = tagMatch(filter.Tag);
  const matches = [
    ...equalities(filter),
    ...timeMatches(filter.Filter),
    ...(tags === undefined ? [] : [(disk: DiskRow) => tags(disk.tags)]),
  ];
  return matches.length === 0 ? undefined : (disk) => matches.every((match) => match(disk));
}

function equalities(filter: DiskFilter): readonly Match[] {
  const facts: readonly (readonly [string | boolean | undefined, (disk: DiskRow) => string | boolean])[] = [
    // Of the instance from its first moment on, when the disk does not show that yet: the Terraform provider asks so.
    [filter.InstanceId, (disk) => disk.instanceId],
    [unlessAll(filter.DiskType), (disk) => disk.type],
    [unlessAll(filter.Category), (disk) => disk.category],
    [unlessAll(filter.Status), (disk) => disk.status],
    [filter.SnapshotId, (disk) => disk.sourceSnapshotId],
    [filter.Encrypted === true ? true : undefined, (disk) => disk.encrypted],
    [filter.KMSKeyId, (disk) => disk.kmsKeyId ?? ''],
    [filter.Portable, (disk) => disk.type === 'data'],
    [filter.DeleteWithInstance, (disk) => disk.deleteWithInstance],
    [filter.DeleteAutoSnapshot, (disk) => disk.deleteAutoSnapshot],
    [filter.DiskChargeType, (disk) => disk.chargeType],
    [filter.DiskName, (disk) => disk.name],
    [filter.ResourceGroupId, (disk) => disk.resourceGroupId],
    [filter.LockReason, () => ''],
    [filter.AutoSnapshotPolicyId, (disk) => disk.autoSnapshotPolicyId],
    [filter.ZoneId, (disk) => disk.zoneId],
    [filter.MultiAttach, () => 'Disabled'],
    [filter.EnableShared, () => false],
  ];
  return facts.flatMap(([wanted, fact]) => (wanted === undefined ? [] : [(disk: DiskRow) => fact(disk) === wanted]));
}

function unlessAll(value: string | undefined): string | undefined {
  return value?.toLowerCase() === 'all' ? undefined : value;
}

function timeMatches(filters: TimeFilters): readonly Match[] {
  return filters.map(({ Key, Value }): Match => {
    if (Key === 'CreationStartTime' || Key === 'CreationEndTime') {
      const at = filterTime(Value);
      return (disk) => (Key === 'CreationStartTime' ? disk.createdAt >= at : disk.createdAt <= at);
    }
    return refuse(404, 'InvalidFilterKey.NotFound', `There is no filter key ${Key ?? ''}.`);
  });
}
