import { describe, expect, it } from 'vitest';
import { anInstance, fleet, fleetIn, home, type Parameters } from '../instances/fleet.js';

function withDisks() {
  return fleet({
    instances: [
      anInstance({
        disks: [
          { id: 'd-root', sizeGiB: 40, tags: { team: 'web' } },
          {
            id: 'd-data',
            sizeGiB: 100,
            encrypted: true,
            kmsKeyId: 'key-prod',
            deleteWithInstance: false,
            sourceSnapshotId: 's-base',
          },
        ],
      }),
    ],
    disks: [
      {
        id: 'd-loose',
        account: 'prod',
        region: home,
        category: 'cloud_ssd',
        name: 'spare',
        autoSnapshotPolicyId: 'sp-daily',
        chargeType: 'PrePaid',
        resourceGroupId: 'rg-a',
        deleteAutoSnapshot: false,
      },
      { id: 'd-foreign', account: 'images', region: home },
    ],
  });
}

describe('filters of DescribeDisks', () => {
  it.each<readonly [Parameters, readonly string[]]>([
    [{}, ['d-loose', 'd-data', 'd-root']],
    [{ DiskIds: '["d-root","d-none","d-foreign"]' }, ['d-root']],
    [{ DiskIds: '[]' }, []],
    [{ InstanceId: 'i-web' }, ['d-data', 'd-root']],
    [{ DiskType: 'system' }, ['d-root']],
    [{ DiskType: 'all' }, ['d-loose', 'd-data', 'd-root']],
    [{ Category: 'cloud_ssd' }, ['d-loose']],
    [{ Status: 'Available' }, ['d-loose']],
    [{ Status: 'All' }, ['d-loose', 'd-data', 'd-root']],
    [{ SnapshotId: 's-base' }, ['d-data']],
    [{ Encrypted: true }, ['d-data']],
    [{ Encrypted: false }, ['d-loose', 'd-data', 'd-root']],
    [{ KMSKeyId: 'key-prod' }, ['d-data']],
    [{ Portable: false }, ['d-root']],
    [{ DeleteWithInstance: false }, ['d-data']],
    [{ DeleteAutoSnapshot: false }, ['d-loose']],
    [{ DiskChargeType: 'PrePaid' }, ['d-loose']],
    [{ DiskName: 'spare' }, ['d-loose']],
    [{ ResourceGroupId: 'rg-a' }, ['d-loose']],
    [{ AutoSnapshotPolicyId: 'sp-daily' }, ['d-loose']],
    [{ MultiAttach: 'Enabled' }, []],
    [{ 'Tag.1.Key': 'team' }, ['d-root']],
    [{ 'Filter.1.Key': 'CreationEndTime', 'Filter.1.Value': '2025-12-31T12:00Z' }, ['d-data', 'd-root']],
  ])('%j lists %j', (parameters, expected) => {
    expect(
      withDisks()
        .listDisks(parameters)
        .map((disk) => disk['DiskId']),
    ).toEqual(expected);
  });

  it.each<readonly [Parameters, string]>([
    [{ DiskType: 'swap' }, '400 InvalidDiskType.ValueNotSupported'],
    [{ Category: 'tape' }, '400 InvalidCategory.ValueNotSupported'],
    [{ Status: 'Lost' }, '400 InvalidStatus.ValueNotSupported'],
    [{ DiskIds: 'd-root' }, '400 InvalidParameter.DiskIds'],
    [{ DiskIds: JSON.stringify(Array.from({ length: 101 }, (_, i) => `d-${i}`)) }, '403 InvalidDiskIds.Malformed'],
    [{ ZoneId: 'cn-beijing-a' }, '400 InvalidZoneId.NotFound'],
    [{ DiskChargeType: 'Free' }, '404 InvalidDiskChargeType.NotFound'],
    [{ LockReason: 'mood' }, '404 InvalidLockReason.NotFound'],
    [{ 'Filter.1.Key': 'Size', 'Filter.1.Value': '2026-01-01T00:00Z' }, '404 InvalidFilterKey.NotFound'],
  ])('%j is refused with %s', (parameters, expected) => {
    expect(withDisks().refusal('DescribeDisks', { RegionId: home, ...parameters })).toBe(expected);
  });

  it('a call without region has a code of its own', () => {
    expect(withDisks().refusal('DescribeDisks', {})).toBe('400 MissingParamter.RegionId');
  });

  it('MaxResults reaches to 500', () => {
    const cloud = fleet({ instances: [anInstance({ id: 'i-x', count: 600 })] });
    const answer = cloud.call('DescribeDisks', { RegionId: home, MaxResults: 1_000 });
    expect((answer['Disks'] as { Disk: readonly unknown[] }).Disk).toHaveLength(500);
    expect(answer['NextToken']).not.toBe('');
  });
});

describe('one disk in the answer', () => {
  it('has times with seconds, its key and its attachment', () => {
    expect(withDisks().listDisks({ DiskIds: '["d-data"]' })).toMatchObject([
      {
        DiskId: 'd-data',
        Type: 'data',
        Size: 100,
        Status: 'In_use',
        InstanceId: 'i-web',
        Device: '/dev/xvdb',
        CreationTime: '2025-12-31T00:00:00Z',
        Encrypted: true,
        KMSKeyId: 'key-prod',
        DeleteWithInstance: false,
        OperationLocks: { OperationLock: [] },
        Attachments: { Attachment: [{ InstanceId: 'i-web', Device: '/dev/xvdb' }] },
      },
    ]);
  });

  it('shows a placement only where asked', () => {
    const [plain] = withDisks().listDisks({ DiskIds: '["d-data"]' });
    expect(plain).not.toHaveProperty('Placement');
    const [placed] = withDisks().listDisks({ DiskIds: '["d-data"]', 'AdditionalAttributes.1': 'Placement' });
    expect(placed).toHaveProperty('Placement.ZoneIds');
  });
});

describe('ResizeDisk', () => {
  it.each<readonly [Parameters, string]>([
    [{ NewSize: 39 }, '403 InvalidDiskSize.TooSmall'],
    [{ NewSize: 40 }, '403 InvalidDiskSize'],
    [{ NewSize: 2_049 }, '403 InvalidDiskSize.TooLarge'],
    [{ NewSize: 41 }, 'none'],
    [{ NewSize: 41, Type: 'online' }, 'none'],
    [{ NewSize: 41, Type: 'magic' }, '400 InvalidParam.Type'],
    [{}, '400 MissingParameter'],
    [{ NewSize: 41, DiskId: 'd-none' }, '404 InvalidDiskId.NotFound'],
    [{ NewSize: 41, DiskId: 'd-foreign' }, '404 InvalidDiskId.NotFound'],
  ])('%j gives %s', (parameters, expected) => {
    expect(withDisks().refusal('ResizeDisk', { DiskId: 'd-root', ...parameters })).toBe(expected);
  });

  it('shows the new size at once; online needs a running system', () => {
    const cloud = fleetIn('Stopped', {}, { disks: [{ id: 'd-root' }] });
    expect(cloud.refusal('ResizeDisk', { DiskId: 'd-root', NewSize: 60, Type: 'online' })).toBe(
      '403 InvalidInstanceStatus.NotRunning',
    );
    cloud.call('ResizeDisk', { DiskId: 'd-root', NewSize: 60 });
    expect(cloud.listDisks()).toMatchObject([{ Size: 60 }]);
  });

  it('waits for snapshots and locks', () => {
    const busy = fleetIn(
      'Running',
      { snapshots: [{ account: 'prod', region: home, sourceDiskId: 'd-root', status: 'progressing' }] },
      { disks: [{ id: 'd-root' }] },
    );
    expect(busy.refusal('ResizeDisk', { DiskId: 'd-root', NewSize: 60 })).toBe('403 DiskCreatingSnapshot');
    const locked = fleetIn('Running', {}, { locks: ['security'], disks: [{ id: 'd-root' }] });
    expect(locked.refusal('ResizeDisk', { DiskId: 'd-root', NewSize: 60 })).toBe('403 InstanceLockedForSecurity');
  });
});

describe('ModifyDiskSpec', () => {
  it.each<readonly [Parameters, string]>([
    [{ PerformanceLevel: 'PL9' }, '400 InvalidPerformanceLevel.Malformed'],
    [{ PerformanceLevel: 'PL2' }, '403 OperationDenied.PerformanceLevelNotMatch'],
    [{ PerformanceLevel: 'PL0' }, '403 OperationDenied'],
    [{ DiskCategory: 'tape' }, '400 InvalidDiskCategory.ValueNotSupported'],
    [{ DiskCategory: 'cloud_ssd' }, '403 OperationDenied'],
    [{ DiskCategory: 'cloud_auto', PerformanceLevel: 'PL1' }, '400 InvalidPerformanceLevel.Malformed'],
    [{ DiskId: 'd-none' }, '404 InvalidDiskId.NotFound'],
  ])('%j is refused with %s', (parameters, expected) => {
    expect(withDisks().refusal('ModifyDiskSpec', { DiskId: 'd-root', ...parameters })).toBe(expected);
  });

  it('changes level or category at once; only a change of category is a task', () => {
    const cloud = fleetIn('Running', {}, { disks: [{ id: 'd-root', sizeGiB: 500 }] });
    expect(cloud.call('ModifyDiskSpec', { DiskId: 'd-root', PerformanceLevel: 'PL2' })).toEqual({});
    expect(cloud.systemDisk('i-web').performanceLevel).toBe('PL2');
    expect(cloud.call('ModifyDiskSpec', { DiskId: 'd-root', DiskCategory: 'cloud_auto' })).toEqual({
      TaskId: 't-root',
    });
    expect(cloud.systemDisk('i-web')).toMatchObject({ category: 'cloud_auto', performanceLevel: '' });
  });
});

describe('ModifyDiskAttribute', () => {
  it.each<readonly [Parameters, string]>([
    [{ DiskName: 'new-name' }, '400 IncompleteParamter'],
    [{ DiskId: 'd-root' }, '400 NoAttributeToModify'],
    [{ DiskId: 'd-root', 'DiskIds.1': 'd-data', DiskName: 'new-name' }, '400 InvalidParameter.Conflict'],
    [{ DiskId: 'd-root', DiskName: '1x' }, '400 InvalidDiskName.Malformed'],
    [{ DiskId: 'd-root', Description: 'http://x' }, '404 InvalidDescription.Malformed'],
    [{ DiskId: 'd-none', DiskName: 'new-name' }, '404 InvalidDiskId.NotFound'],
  ])('%j is refused with %s', (parameters, expected) => {
    expect(withDisks().refusal('ModifyDiskAttribute', { RegionId: home, ...parameters })).toBe(expected);
  });

  it('changes several disks, or none of them', () => {
    const cloud = withDisks();
    const ask = { RegionId: home, 'DiskIds.1': 'd-root', DeleteWithInstance: false };
    expect(cloud.refusal('ModifyDiskAttribute', { ...ask, 'DiskIds.2': 'd-none' })).toBe('404 InvalidDiskId.NotFound');
    cloud.call('ModifyDiskAttribute', { ...ask, 'DiskIds.2': 'd-loose' });
    expect(cloud.listDisks({ DeleteWithInstance: false }).map((disk) => disk['DiskId'])).toEqual([
      'd-loose',
      'd-data',
      'd-root',
    ]);
  });
});

describe('automatic snapshot policies', () => {
  it('are applied and cancelled', () => {
    const cloud = withDisks();
    const ask = { regionId: home, diskIds: '["d-root","d-loose"]' };
    const policies = () => cloud.listDisks().map((disk) => disk['AutoSnapshotPolicyId']);
    cloud.call('ApplyAutoSnapshotPolicy', { ...ask, autoSnapshotPolicyId: 'sp-new' });
    expect(policies()).toEqual(['sp-new', '', 'sp-new']);
    cloud.call('CancelAutoSnapshotPolicy', { ...ask, autoSnapshotPolicyId: 'sp-other' });
    expect(policies()).toEqual(['sp-new', '', 'sp-new']);
    cloud.call('CancelAutoSnapshotPolicy', ask);
    expect(policies()).toEqual(['', '', '']);
    expect(cloud.refusal('ApplyAutoSnapshotPolicy', { ...ask, autoSnapshotPolicyId: 'new' })).toBe(
      '404 InvalidAutoSnapshotPolicyId.NotFound',
    );
    expect(
      cloud.refusal('ApplyAutoSnapshotPolicy', { ...ask, regionId: 'cn-beijing', autoSnapshotPolicyId: 'sp-new' }),
    ).toBe('404 InvalidDiskId.NotFound');
  });
});

describe('ReInitDisk', () => {
  const timings = { replaceSystemDiskSeconds: 30 };

  it('takes the disk out of use until it is as new, and starts the instance only where asked', () => {
    const cloud = fleetIn('Stopped', { timings }, { disks: [{ id: 'd-root' }] });
    cloud.call('ReInitDisk', { DiskId: 'd-root' });
    expect(cloud.listDisks()).toMatchObject([{ Status: 'ReIniting' }]);
    expect(cloud.refusal('StartInstance', { InstanceId: 'i-web' })).toBe('403 IncorrectInstanceStatus');
    cloud.advance(30);
    expect(cloud.listDisks()).toMatchObject([{ Status: 'In_use' }]);
    expect(cloud.status('i-web')).toBe('Stopped');
    cloud.call('ReInitDisk', { DiskId: 'd-root', AutoStartInstance: true });
    cloud.advance(30);
    expect(cloud.status('i-web')).toBe('Starting');
  });

  it('cannot go back to an image that is gone, and not for a loose disk', () => {
    const cloud = fleetIn('Stopped', {}, { imageId: 'm-foreign', disks: [{ id: 'd-root' }] });
    expect(cloud.refusal('ReInitDisk', { DiskId: 'd-root' })).toBe('403 SharedImageDeleted');
    expect(withDisks().refusal('ReInitDisk', { DiskId: 'd-loose' })).toBe('403 IncorrectDiskStatus');
  });
});
