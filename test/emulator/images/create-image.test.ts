import { describe, expect, it } from 'vitest';
import { createImage } from '../../../src/emulator/operations/images/create-image.js';
import { createSnapshot } from '../../../src/emulator/operations/snapshots/create-snapshot.js';
import type { ScenarioSpec } from '../../../src/emulator/scenario/scenario.js';
import { callOperation, prodUid, type TestWorld } from '../support.js';
import { anImage, home, imageSeen, imageWorld, type Parameters, refusalOf } from './image-world.js';

const golden = anImage({
  id: 'm-golden',
  osType: 'windows',
  bootMode: 'BIOS',
  sharedWith: ['prod'],
  encrypted: true,
  kmsKeyId: 'key-images',
});

function worldOf(instance: object = {}, spec: Partial<ScenarioSpec> = {}): TestWorld {
  return imageWorld([golden], {
    timings: {
      createImage: { baseSeconds: 100, secondsPerGiB: 0 },
      createSnapshot: { baseSeconds: 50, secondsPerGiB: 0 },
    },
    instances: [
      {
        id: 'i-1',
        account: 'prod',
        region: home,
        imageId: 'm-golden',
        disks: [
          { id: 'd-system', encrypted: true, kmsKeyId: 'key-prod', sizeGiB: 40 },
          { id: 'd-data', type: 'data', sizeGiB: 100, encrypted: false },
        ],
        ...instance,
      },
    ],
    snapshots: [
      {
        id: 's-system',
        account: 'prod',
        region: home,
        sizeGiB: 40,
        sourceDiskType: 'system',
        encrypted: true,
        kmsKeyId: 'key-prod',
      },
      { id: 's-data', account: 'prod', region: home, sizeGiB: 100, sourceDiskType: 'data' },
      { id: 's-unfinished', account: 'prod', region: home, sizeGiB: 40, status: 'progressing' },
    ],
    ...spec,
  });
}

function create(world: TestWorld, parameters: Parameters): string {
  return String(callOperation(createImage, { RegionId: home, ...parameters }, { as: 'prod', world })['ImageId']);
}

const refusal = (world: TestWorld, parameters: Parameters, as = 'prod') =>
  refusalOf(createImage, { RegionId: home, ...parameters }, as, world);

describe('CreateImage', () => {
  it('turns an instance of a foreign image into an own image with a new snapshot of each disk', () => {
    const world = worldOf();
    const id = create(world, { InstanceId: 'i-1', ImageName: 'mine', ImageFamily: 'mine', 'Tag.1.Key': 'team' });
    expect(imageSeen(world, 'prod', id)).toMatchObject({ Status: 'Creating', Progress: '0%', Usable: false });
    world.advance(100);
    expect(imageSeen(world, 'prod', id)).toMatchObject({
      Status: 'Available',
      Usable: true,
      ImageOwnerAlias: 'self',
      IsCopied: false,
      ImageFamily: 'mine',
      OSType: 'windows',
      BootMode: 'BIOS',
      Size: 40,
      Tags: { Tag: [{ TagKey: 'team', TagValue: '' }] },
      DiskDeviceMappings: {
        DiskDeviceMapping: [
          { Type: 'system', Size: '40', Encrypted: true, Progress: '' },
          { Type: 'data', Size: '100', Encrypted: false },
        ],
      },
    });
    const made = world.change((rows) => rows.snapshots.list(prodUid, home).filter(({ name }) => name.includes(id)));
    expect(made.map(({ status, kmsKeyId, sizeGiB }) => [status, kmsKeyId, sizeGiB])).toEqual([
      ['accomplished', null, 100],
      ['accomplished', 'key-prod', 40],
    ]);
  });

  it('makes an image of one snapshot, with the documented defaults and the key of the snapshot', () => {
    const world = worldOf();
    const id = create(world, { SnapshotId: 's-system' });
    world.advance(100);
    expect(imageSeen(world, 'prod', id)).toMatchObject({
      Architecture: 'x86_64',
      Platform: 'Others Linux',
      Features: { ImdsSupport: 'v1' },
      DiskDeviceMappings: { DiskDeviceMapping: [{ SnapshotId: 's-system', Encrypted: true }] },
    });
  });

  it('takes sizes and devices from a mapping', () => {
    const world = worldOf();
    const id = create(world, {
      'DiskDeviceMapping.1.SnapshotId': 's-system',
      'DiskDeviceMapping.1.Size': 60,
      'DiskDeviceMapping.2.SnapshotId': 's-data',
      'DiskDeviceMapping.2.Device': '/dev/xvdc',
    });
    expect(imageSeen(world, 'prod', id)).toMatchObject({
      Size: 60,
      DiskDeviceMappings: {
        DiskDeviceMapping: [
          { Device: '/dev/xvda', Size: '60', Type: 'system' },
          { Device: '/dev/xvdc', Size: '100', Type: 'data' },
        ],
      },
    });
  });

  it('prefers the instance to a mapping, and a mapping to a snapshot', () => {
    const world = worldOf();
    const mapping = { 'DiskDeviceMapping.1.SnapshotId': 's-system', 'DiskDeviceMapping.1.Size': 60 };
    const sizeOf = (parameters: Parameters) => imageSeen(world, 'prod', create(world, parameters))?.['Size'];
    expect(sizeOf({ ...mapping, SnapshotId: 's-system' })).toBe(60);
    expect(sizeOf({ ...mapping, InstanceId: 'i-1' })).toBe(40);
  });

  it.each<[string, Parameters]>([
    ['400 MissingParameter', {}],
    ['404 InvalidInstanceId.NotFound', { InstanceId: 'i-2' }],
    ['404 InvalidSnapshotId.NotFound', { SnapshotId: 's-golden' }],
    ['403 IncorrectSnapshotStatus', { SnapshotId: 's-unfinished' }],
    ['403 OperationDenied', { SnapshotId: 's-data' }],
    ['403 InvalidDiskSize.TooSmall', { 'DiskDeviceMapping.1.SnapshotId': 's-system', 'DiskDeviceMapping.1.Size': 20 }],
    ['400 InvalidParameter', { 'DiskDeviceMapping.1.SnapshotId': 's-data' }],
    ['400 MissingParameter', { 'DiskDeviceMapping.1.Size': 40 }],
    ['400 InvalidImageName.Malformed', { InstanceId: 'i-1', ImageName: 'x' }],
    ['400 InvalidImageFamily.Malformed', { InstanceId: 'i-1', ImageFamily: 'acs:x' }],
  ])('refuses with %s: %j', (expected, parameters) => {
    expect(refusal(worldOf(), parameters)).toBe(expected);
  });

  it('refuses an instance in motion, locked, of another account, or with a snapshot in the making', () => {
    const of = { InstanceId: 'i-1' };
    expect(refusal(worldOf({ status: 'Stopping' }), of)).toBe('400 IncorrectInstanceStatus');
    expect(refusal(worldOf({ locks: ['security'] }), of)).toBe('403 InstanceLockedForSecurity');
    expect(refusal(worldOf(), of, 'images')).toBe('404 InvalidInstanceId.NotFound');
    const world = worldOf();
    callOperation(createSnapshot, { DiskId: 'd-data' }, { as: 'prod', world });
    expect(refusal(world, of)).toBe('403 IncorrectDiskStatus.CreatingSnapshot');
  });

  it('refuses beyond the quotas, with codes of its own for families', () => {
    const world = worldOf({}, { quotas: { imagesPerRegion: 2, imagesPerFamily: 1, familiesPerRegion: 1 } });
    create(world, { SnapshotId: 's-system', ImageFamily: 'web', ImageName: 'one' });
    expect(refusal(world, { SnapshotId: 's-system', ImageFamily: 'web' })).toBe('400 ImageQuotaExceed.ImageFamily');
    expect(refusal(world, { SnapshotId: 's-system', ImageFamily: 'db' })).toBe('400 ImageFamilyQuotaExceed');
    expect(refusal(world, { SnapshotId: 's-system', ImageName: 'one' })).toBe('400 InvalidImageName.Duplicated');
    create(world, { SnapshotId: 's-system' });
    expect(refusal(world, { SnapshotId: 's-system' })).toBe('403 QuotaExceed.Image');
  });
});
