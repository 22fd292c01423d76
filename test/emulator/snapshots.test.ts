import { describe, expect, it } from 'vitest';
import { createImage } from '../../src/emulator/operations/images/create-image.js';
import { createSnapshot } from '../../src/emulator/operations/snapshots/create-snapshot.js';
import { deleteSnapshot } from '../../src/emulator/operations/snapshots/delete-snapshot.js';
import { describeSnapshots } from '../../src/emulator/operations/snapshots/describe-snapshots.js';
import type { ScenarioSpec } from '../../src/emulator/scenario/scenario.js';
import { type Answer, anImage, home, imageWorld, type Parameters, refusalOf } from './images/image-world.js';
import { callOperation, type TestWorld } from './support.js';

const day = 86_400;

function worldOf(spec: Partial<ScenarioSpec> = {}, instance: object = {}): TestWorld {
  return imageWorld([anImage({ id: 'm-golden', account: 'prod' })], {
    timings: { createSnapshot: { baseSeconds: 60, secondsPerGiB: 1 } },
    instances: [
      {
        id: 'i-1',
        account: 'prod',
        region: home,
        imageId: 'm-golden',
        disks: [
          { id: 'd-1', sizeGiB: 40 },
          { id: 'd-2', type: 'data', sizeGiB: 40, encrypted: true, kmsKeyId: 'key-prod' },
        ],
        ...instance,
      },
    ],
    disks: [{ id: 'd-loose', account: 'prod', region: home, status: 'Available', sizeGiB: 20 }],
    ...spec,
  });
}

function snapshot(world: TestWorld, parameters: Parameters = {}): string {
  return String(callOperation(createSnapshot, { DiskId: 'd-1', ...parameters }, { as: 'prod', world })['SnapshotId']);
}

function listed(world: TestWorld, parameters: Parameters = {}, as = 'prod'): readonly Answer[] {
  const answer = callOperation(describeSnapshots, { RegionId: home, PageSize: 100, ...parameters }, { as, world });
  return (answer['Snapshots'] as { Snapshot: readonly Answer[] }).Snapshot;
}

const idsOf = (snapshots: readonly Answer[]) => snapshots.map((each) => each['SnapshotId']);

describe('a snapshot', () => {
  it('is progressing, then accomplished, and tells its disk, size, key and tags', () => {
    const world = worldOf();
    const id = snapshot(world, {
      DiskId: 'd-2',
      SnapshotName: 'before-update',
      RetentionDays: 7,
      'Tag.1.Key': 'tallyman:project',
      'Tag.1.Value': 'web',
    });
    world.advance(50);
    expect(listed(world, { SnapshotIds: JSON.stringify([id]) })[0]).toMatchObject({
      SnapshotId: id,
      SnapshotName: 'before-update',
      Status: 'progressing',
      Available: false,
      Progress: '50%',
      RemainTime: 50,
      RetentionDays: 7,
      SnapshotType: 'user',
      SourceDiskId: 'd-2',
      SourceDiskType: 'data',
      SourceDiskSize: '40',
      Encrypted: true,
      KMSKeyId: 'key-prod',
      Usage: 'none',
      CreationTime: '2026-01-01T00:00:00Z',
      Tags: { Tag: [{ TagKey: 'tallyman:project', TagValue: 'web' }] },
    });
    world.advance(50);
    expect(listed(world, { SnapshotIds: JSON.stringify([id]) })[0]).toMatchObject({
      Status: 'accomplished',
      Available: true,
      Progress: '100%',
      RemainTime: 0,
    });
  });

  it('[IMG-109] goes by itself when its retention is over, and stays without one', () => {
    const world = worldOf();
    const short = snapshot(world, { RetentionDays: 1 });
    const kept = snapshot(world, { DiskId: 'd-2' });
    world.advance(100 + day - 1);
    expect(idsOf(listed(world))).toContain(short);
    world.advance(1);
    expect(idsOf(listed(world))).not.toContain(short);
    world.advance(1000 * day);
    expect(idsOf(listed(world))).toContain(kept);
    expect(listed(world, { SnapshotIds: JSON.stringify([kept]) })[0]).not.toHaveProperty('RetentionDays');
  });

  it('[IMG-110] outlives its retention while an image needs it', () => {
    const world = worldOf();
    const id = snapshot(world, { RetentionDays: 1 });
    world.advance(100);
    callOperation(createImage, { RegionId: home, SnapshotId: id }, { as: 'prod', world });
    world.advance(2 * day);
    expect(idsOf(listed(world))).toContain(id);
  });
});

describe('CreateSnapshot refuses', () => {
  it.each<[string, Parameters, object]>([
    ['400 MissingParameter', { DiskId: '' }, {}],
    ['404 InvalidDiskId.NotFound', { DiskId: 'd-3' }, {}],
    ['400 InvalidSnapshotName.Malformed', { SnapshotName: 'auto-1' }, {}],
    ['400 InvalidSnapshotName.Malformed', { SnapshotName: '1st' }, {}],
    ['404 InvalidDescription.Malformed', { Description: 'x' }, {}],
    ['400 InvalidRetentionDays.Malformed', { RetentionDays: 0 }, {}],
    ['400 InvalidRetentionDays.Malformed', { RetentionDays: 65_537 }, {}],
    ['403 InvalidSnapshotCategory.Malformed', { Category: 'Flash' }, {}],
    ['403 IncorrectDiskStatus.NeverAttached', { DiskId: 'd-loose' }, {}],
    ['400 IncorrectInstanceStatus', {}, { status: 'Starting' }],
    ['403 InstanceLockedForSecurity', {}, { locks: ['security'] }],
  ])('with %s: %j on %j', (expected, parameters, instance) => {
    expect(refusalOf(createSnapshot, { DiskId: 'd-1', ...parameters }, 'prod', worldOf({}, instance))).toBe(expected);
  });

  it('a disk of another account, a second one at the same time, and one beyond the quota', () => {
    const world = worldOf({ quotas: { snapshotsPerRegion: 2 } });
    expect(refusalOf(createSnapshot, { DiskId: 'd-1' }, 'images', world)).toBe('404 InvalidDiskId.NotFound');
    snapshot(world);
    expect(refusalOf(createSnapshot, { DiskId: 'd-1' }, 'prod', world)).toBe(
      '403 IncorrectDiskStatus.CreatingSnapshot',
    );
    world.advance(100);
    expect(refusalOf(createSnapshot, { DiskId: 'd-1' }, 'prod', world)).toBe('403 QuotaExceed.Snapshot');
  });
});

describe('DescribeSnapshots', () => {
  const at = { account: 'prod', region: home };
  const snapshots: ScenarioSpec['snapshots'] = [
    { id: 's-1', ...at, name: 'one', tags: { a: '1' }, createdAt: '2025-01-01T00:00:00Z' },
    { id: 's-2', ...at, name: 'two', sourceDiskId: 'd-1', isAutomatic: true, createdAt: '2025-02-01T00:00:00Z' },
    { id: 's-3', ...at, sourceDiskType: 'data', encrypted: true, kmsKeyId: 'key-x', createdAt: '2025-03-01T00:00:00Z' },
    { id: 's-4', ...at, status: 'failed', resourceGroupId: 'rg-1', createdAt: '2025-04-01T00:00:00Z' },
    { id: 's-5', account: 'images', region: home, createdAt: '2025-05-01T00:00:00Z' },
  ];
  const world = worldOf({ snapshots });

  it.each<[Parameters, readonly string[]]>([
    [{}, ['s-4', 's-3', 's-2', 's-1', 's-golden']],
    [{ SnapshotIds: '["s-1","s-3","s-5","s-9"]' }, ['s-3', 's-1']],
    [{ SnapshotIds: '[]' }, []],
    [{ SnapshotName: 'one' }, ['s-1']],
    [{ DiskId: 'd-1' }, ['s-2']],
    [{ InstanceId: 'i-1' }, ['s-2']],
    [{ SnapshotType: 'auto' }, ['s-2']],
    [{ SourceDiskType: 'DATA' }, ['s-3']],
    [{ Status: 'failed' }, ['s-4']],
    [{ Usage: 'image_disk' }, ['s-golden']],
    [{ Usage: 'image' }, []],
    [{ Encrypted: true }, ['s-3']],
    [{ KMSKeyId: 'key-x' }, ['s-3']],
    [{ ResourceGroupId: 'rg-1' }, ['s-4']],
    [{ 'Tag.1.Key': 'a', 'Tag.1.Value': '1' }, ['s-1']],
    [{ 'Tag.1.Key': 'a', 'Tag.1.Value': '2' }, []],
    [{ 'Filter.1.Key': 'CreationStartTime', 'Filter.1.Value': '2025-03-01T00:00Z' }, ['s-4', 's-3', 's-golden']],
    [{ Category: 'archive' }, []],
  ])('%j', (parameters, expected) => {
    expect(idsOf(listed(world, parameters)).map(String).toSorted()).toEqual(expected.toSorted());
  });

  it('[IMG-112] pages by number and by token', () => {
    const numbered = callOperation(
      describeSnapshots,
      { RegionId: home, PageSize: 2, PageNumber: 2 },
      { as: 'prod', world },
    );
    expect(numbered).toMatchObject({ TotalCount: 5, PageNumber: 2, PageSize: 2 });
    const seen: unknown[] = [];
    let token: unknown = '';
    do {
      const answer = callOperation(
        describeSnapshots,
        { RegionId: home, MaxResults: 2, NextToken: String(token) },
        { as: 'prod', world },
      );
      seen.push(...idsOf((answer['Snapshots'] as { Snapshot: readonly Answer[] }).Snapshot));
      token = answer['NextToken'];
    } while (token !== '');
    expect(seen).toEqual(idsOf(listed(world)));
  });

  it.each<[string, Parameters]>([
    ['403 InvalidSnapshotIds.Malformed', { SnapshotIds: 's-1' }],
    ['403 InvalidSnapshotIds.Malformed', { SnapshotIds: JSON.stringify(Array.from({ length: 101 }, () => 's-1')) }],
    ['404 InvalidStatus.NotFound', { Status: 'done' }],
    ['404 InvalidUsage', { Usage: 'used' }],
    ['404 InvalidSnapshotType.NotFound', { SnapshotType: 'manual' }],
    ['404 InvalidSourceDiskType', { SourceDiskType: 'root' }],
    ['404 InvalidFilterKey.NotFound', { 'Filter.1.Key': 'Name', 'Filter.1.Value': 'x' }],
    ['404 InvalidFilterValue', { 'Filter.1.Key': 'CreationStartTime', 'Filter.1.Value': 'x' }],
    ['400 InvalidTag.Mismatch', { 'Tag.1.Value': 'x' }],
    ['400 InvalidParameter', { MaxResults: 101 }],
    ['400 InvalidParameter', { PageSize: 101 }],
    ['400 InvalidNextToken', { NextToken: 'x' }],
  ])('refuses with %s: %j', (expected, parameters) => {
    expect(refusalOf(describeSnapshots, { RegionId: home, ...parameters }, 'prod', world)).toBe(expected);
  });
});

describe('DeleteSnapshot', () => {
  const refusal = (world: TestWorld, parameters: Parameters, as = 'prod') =>
    refusalOf(deleteSnapshot, parameters, as, world);

  it('removes, ignores what does not exist, and refuses what belongs to another account', () => {
    const world = worldOf();
    const id = snapshot(world);
    expect(refusal(world, { SnapshotId: id }, 'images')).toBe('404 InvalidSnapshotId.NotFound');
    expect(refusal(world, { SnapshotId: id })).toBe('none');
    expect(idsOf(listed(world))).not.toContain(id);
    expect(refusal(world, { SnapshotId: id })).toBe('none');
    world.advance(100);
    expect(idsOf(listed(world))).not.toContain(id);
  });

  it('refuses the snapshot of an image, forced or not', () => {
    const world = worldOf();
    expect(refusal(world, { SnapshotId: 's-golden' })).toBe('403 SnapshotCreatedImage');
    expect(refusal(world, { SnapshotId: 's-golden', Force: true })).toBe('403 SnapshotCreatedImage');
  });

  it('refuses the snapshot of a disk unless forced', () => {
    const world = worldOf({
      snapshots: [{ id: 's-1', account: 'prod', region: home }],
      disks: [{ id: 'd-9', account: 'prod', region: home, sourceSnapshotId: 's-1' }],
    });
    expect(listed(world, { SnapshotIds: '["s-1"]' })[0]?.['Usage']).toBe('disk');
    expect(refusal(world, { SnapshotId: 's-1' })).toBe('403 SnapshotCreatedDisk');
    expect(refusal(world, { SnapshotId: 's-1', Force: true })).toBe('none');
  });
});
