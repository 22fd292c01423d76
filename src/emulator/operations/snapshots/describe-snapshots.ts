import { type ErrorSpec, refuse } from '../../rpc/api-error.js';
import { boolean, group, integer, jsonStrings, list, type Parsed, required, text } from '../../rpc/parameters.js';
import type { SnapshotRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { pageOf, pageParameters } from '../images/image-paging.js';
import { tagFilter } from '../tags/tag-parameters.js';
import { SnapshotViewer } from './snapshot-view.js';

const badParameter: ErrorSpec = { status: 400, code: 'InvalidParameter' };
const malformedIds: ErrorSpec = { status: 403, code: 'InvalidSnapshotIds.Malformed' };
const notFound = (code: string): ErrorSpec => ({ status: 404, code });
const maxResultsMax = 100;
const filteredResultsMax = 1000;

const parameters = {
  RegionId: required(text()),
  SnapshotIds: jsonStrings({ max: 100, tooMany: malformedIds, error: malformedIds }),
  SnapshotName: text(),
  DiskId: text(),
  InstanceId: text(),
  SnapshotLinkId: text(),
  Category: text({
    oneOf: ['Standard', 'standard', 'Flash', 'flash', 'archive'],
    error: { status: 403, code: 'InvalidSnapshotCategory.Malformed' },
  }),
  SnapshotType: text({ oneOf: ['auto', 'user', 'all'], error: notFound('InvalidSnapshotType.NotFound') }),
  SourceDiskType: text({ pattern: /^(system|data)$/i, error: notFound('InvalidSourceDiskType') }),
  Status: text({
    oneOf: ['progressing', 'accomplished', 'failed', 'all'],
    error: notFound('InvalidStatus.NotFound'),
  }),
  Usage: text({ oneOf: ['image', 'disk', 'image_disk', 'none'], error: notFound('InvalidUsage') }),
  Encrypted: boolean(),
  KMSKeyId: text(),
  ResourceGroupId: text(),
  Filter: list(group({ Key: text(), Value: text() })),
  Tag: tagFilter,
  NextToken: text(),
  MaxResults: integer({ min: 1, max: maxResultsMax, error: badParameter }),
  ...pageParameters(badParameter),
};

type Query = Parsed<typeof parameters>;

/** One's own snapshots, newest first, by pages or by NextToken and MaxResults. Source: ECS API reference, DescribeSnapshots. */
export const describeSnapshots = operation({
  name: 'DescribeSnapshots',
  product: 'ecs',
  access: 'read',
  dryRun: 'DryRunOperation',
  parameters,
  accessRequest: (_query, { regionId, caller }) => ({
    resources: [`acs:ecs:${regionId}:${caller.uid}:snapshot/*`],
  }),
  run(query, call) {
    const { world, caller, regionId } = call;
    const viewer = new SnapshotViewer(world, caller.uid, regionId);
    const tests = testsOf(query, call, viewer);
    const isWanted = (snapshot: SnapshotRow) => tests.every((test) => test(snapshot));
    if (query.NextToken !== undefined || query.MaxResults !== undefined) return byToken(query, call, isWanted, viewer);
    const isNarrowed = query.Tag.length > 0 || query.ResourceGroupId !== undefined;
    const page = pageOf(candidates(query, call), isWanted, query, {
      world,
      error: badParameter,
      ...(isNarrowed ? { countMax: filteredResultsMax } : {}),
    });
    return {
      TotalCount: page.totalCount,
      PageNumber: page.pageNumber,
      PageSize: page.pageSize,
      Snapshots: { Snapshot: page.items.map((snapshot) => viewer.view(snapshot)) },
    };
  },
});

function candidates(query: Query, { world, caller, regionId }: Call): readonly SnapshotRow[] {
  if (query.SnapshotIds === undefined) return world.snapshots.list(caller.uid, regionId);
  return [...new Set(query.SnapshotIds)]
    .flatMap((id) => world.snapshots.get(id) ?? [])
    .filter((snapshot) => snapshot.account === caller.uid && snapshot.region === regionId)
    .sort((a, b) => b.sequence - a.sequence);
}

/** The token names the last snapshot's sequence: what is created or deleted meanwhile shifts nothing. */
function byToken(query: Query, call: Call, isWanted: (snapshot: SnapshotRow) => boolean, viewer: SnapshotViewer) {
  const before = query.NextToken === undefined ? Number.POSITIVE_INFINITY : sequenceOf(query.NextToken);
  const wanted = candidates(query, call).filter(isWanted);
  const rest = wanted.filter((snapshot) => snapshot.sequence < before);
  const items = rest.slice(0, query.MaxResults ?? 10);
  const last = items.at(-1);
  return {
    TotalCount: wanted.length,
    NextToken: last !== undefined && items.length < rest.length ? tokenOf(last) : '',
    Snapshots: { Snapshot: items.map((snapshot) => viewer.view(snapshot)) },
  };
}

function tokenOf({ sequence }: SnapshotRow): string {
  return Buffer.from(`snapshot ${sequence}`).toString('base64url');
}

function sequenceOf(token: string): number {
  const sequence = /^snapshot (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (sequence === undefined) return refuse(400, 'InvalidNextToken', 'The NextToken is not valid.');
  return Number(sequence);
}

type SnapshotTest = (snapshot: SnapshotRow) => boolean;

function testsOf(query: Query, { world, caller, regionId }: Call, viewer: SnapshotViewer): readonly SnapshotTest[] {
  const diskIdsOfInstance = () =>
    new Set(
      world.disks
        .list(caller.uid, regionId)
        .filter((disk) => disk.instanceId === query.InstanceId)
        .map(({ id }) => id),
    );
  return [
    ...when(query.SnapshotName, (name) => (snapshot) => snapshot.name === name),
    ...when(query.DiskId, (id) => (snapshot) => snapshot.sourceDiskId === id),
    ...when(query.InstanceId, () => {
      const diskIds = diskIdsOfInstance();
      return (snapshot) => diskIds.has(snapshot.sourceDiskId);
    }),
    ...when(query.SnapshotLinkId, (id) => (snapshot) => viewer.linkIdOf(snapshot) === id),
    ...when(query.Category, (category) => () => category.toLowerCase() === 'standard'),
    ...when(query.SnapshotType, (type) => (snapshot) => type === 'all' || snapshot.isAutomatic === (type === 'auto')),
    ...when(query.SourceDiskType, (type) => (snapshot) => snapshot.sourceDiskType === type.toLowerCase()),
    ...when(query.Status, (status) => (snapshot) => status === 'all' || snapshot.status === status),
    ...when(query.Usage, (usage) => (snapshot) => viewer.usageOf(snapshot) === usage),
    ...when(query.Encrypted === true ? true : undefined, () => (snapshot) => snapshot.encrypted),
    ...when(query.KMSKeyId, (id) => (snapshot) => snapshot.kmsKeyId === id),
    ...when(query.ResourceGroupId, (id) => (snapshot) => snapshot.resourceGroupId === id),
    ...query.Tag.map(
      ({ key, value }): SnapshotTest =>
        ({ tags }) =>
          Object.hasOwn(tags, key) && (value === undefined || tags[key] === value),
    ),
    ...query.Filter.map(({ Key, Value }) => createdIn(Key, Value)),
  ];
}

function when<T>(value: T | undefined, test: (value: T) => SnapshotTest): readonly SnapshotTest[] {
  return value === undefined ? [] : [test(value)];
}

function createdIn(key: string | undefined, value: string | undefined): SnapshotTest {
  if (key !== 'CreationStartTime' && key !== 'CreationEndTime') {
    return refuse(404, 'InvalidFilterKey.NotFound', `The filter key ${key ?? ''} does not exist.`);
  }
  const time = value !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) refuse(404, 'InvalidFilterValue', `The filter value ${value ?? ''} is not valid.`);
  return ({ createdAt }) => (key === 'CreationStartTime' ? createdAt >= time : createdAt <= time);
}
