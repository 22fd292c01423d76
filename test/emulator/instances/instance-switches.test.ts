import { describe, expect, it } from 'vitest';
import { applyChange } from '../../../src/emulator/control/apply-change.js';
import type { InstanceStatus } from '../../../src/emulator/world/state.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import { abroad, anInstance, fleet, fleetIn, home, type Fleet, type Parameters } from './fleet.js';

const order = { InstanceId: 'i-web', ImageId: 'm-newer' };
const timings = { replaceSystemDiskSeconds: 30 };

function replaced(switches: Partial<Switches>): Fleet {
  const cloud = fleetIn('Stopped', { timings, switches }, { disks: [{ id: 'd-old', tags: { team: 'web' } }] });
  cloud.call('ReplaceSystemDisk', order);
  return cloud;
}

function crowd(switches: Partial<Switches>): Fleet {
  return fleet({ instances: [anInstance({ id: 'i-c', count: 25 })], switches });
}

function pageAfter(cloud: Fleet, between: () => void) {
  const ask = { RegionId: home, MaxResults: 10 };
  const first = cloud.call('DescribeInstances', ask);
  between();
  const second = cloud.call('DescribeInstances', { ...ask, NextToken: String(first['NextToken']) });
  return (second['Instances'] as { Instance: readonly { InstanceId: string }[] }).Instance.map((row) => row.InstanceId);
}

describe('the switch', () => {
  it.each<readonly [Switches['instanceListOrder'], string]>([
    ['newest-first', 'i-c-24'],
    ['oldest-first', 'i-c-0'],
  ])('instanceListOrder=%s begins with %s, and pages by token go on from there', (instanceListOrder, first) => {
    const cloud = crowd({ instanceListOrder });
    expect(cloud.list()[0]).toMatchObject({ InstanceId: first });
    const second = pageAfter(cloud, () => undefined);
    expect(second[0]).toBe(instanceListOrder === 'newest-first' ? 'i-c-14' : 'i-c-10');
  });

  it.each<readonly [Switches['nextTokenMeaning'], string]>([
    ['row', 'i-c-14'],
    ['position', 'i-c-15'],
  ])('nextTokenMeaning=%s goes on with %s after a launch', (nextTokenMeaning, expected) => {
    const cloud = crowd({ nextTokenMeaning });
    expect(pageAfter(cloud, () => cloud.launchOne())[0]).toBe(expected);
  });

  it('nextTokenLifetimeSeconds says until when a token is good', () => {
    const cloud = crowd({ nextTokenLifetimeSeconds: 60 });
    expect(pageAfter(cloud, () => cloud.advance(60))).toHaveLength(10);
    expect(() => pageAfter(cloud, () => cloud.advance(61))).toThrow('NextToken');
    expect(pageAfter(crowd({}), () => cloud.advance(3600))).toHaveLength(10);
  });

  it.each<readonly [Switches['lastNextToken'], object]>([
    ['empty', { NextToken: '' }],
    ['absent', {}],
  ])('lastNextToken=%s', (lastNextToken, expected) => {
    const cloud = fleet({ switches: { lastNextToken } });
    expect(cloud.call('DescribeInstances', { RegionId: home, MaxResults: 10 })).toEqual({
      Instances: { Instance: [] },
      TotalCount: 0,
      PageNumber: 1,
      PageSize: 10,
      ...expected,
    });
  });

  it.each<readonly [Switches['totalCountBesideToken'], number]>([
    ['zero', 0],
    ['exact', 25],
  ])('totalCountBesideToken=%s tells %i', (totalCountBesideToken, TotalCount) => {
    const cloud = crowd({ totalCountBesideToken });
    expect(cloud.call('DescribeInstances', { RegionId: home, MaxResults: 10 })).toMatchObject({ TotalCount });
  });

  it('launchVisibilityDelaySeconds hides a new instance for that long', () => {
    const cloud = fleet({ switches: { launchVisibilityDelaySeconds: 30 } });
    const id = cloud.launchOne();
    cloud.advance(29);
    expect(cloud.seen(id)).toBeUndefined();
    cloud.advance(1);
    expect(cloud.seen(id)).toBeDefined();
    const prompt = fleet();
    expect(prompt.seen(prompt.launchOne())).toBeDefined();
  });

  it.each<readonly [Switches['tooManyInstanceIdsCode'], string]>([
    ['InvalidParameter.TooManyInstanceIds', '403 InvalidParameter.TooManyInstanceIds'],
    ['InvalidInstanceIds.Malformed', '400 InvalidInstanceIds.Malformed'],
  ])('tooManyInstanceIdsCode=%s', (tooManyInstanceIdsCode, expected) => {
    const InstanceIds = JSON.stringify(Array.from({ length: 101 }, (_, i) => `i-${i}`));
    const cloud = fleet({ switches: { tooManyInstanceIdsCode } });
    expect(cloud.refusal('DescribeInstances', { RegionId: home, InstanceIds })).toBe(expected);
  });

  it('malformedInstanceIds refuses, or matches nothing', () => {
    const ask = { RegionId: home, InstanceIds: 'i-web' };
    expect(fleetIn('Running').refusal('DescribeInstances', ask)).toBe('400 InvalidInstanceIds.Malformed');
    expect(fleetIn('Running', { switches: { malformedInstanceIds: 'match-nothing' } }).list(ask)).toEqual([]);
  });

  it.each<readonly [Switches['forceDeleteInTransit'], InstanceStatus, string]>(
    (['Pending', 'Starting', 'Stopping'] as const).flatMap((status) => [
      ['refuse', status, '403 IncorrectInstanceStatus'] as const,
      ['allow', status, 'none'] as const,
    ]),
  )('forceDeleteInTransit=%s while %s gives %s', (forceDeleteInTransit, status, expected) => {
    const cloud = fleetIn(status, { switches: { forceDeleteInTransit } });
    expect(cloud.refusal('DeleteInstance', { InstanceId: 'i-web', Force: true })).toBe(expected);
    expect(cloud.refusal('DeleteInstance', { InstanceId: 'i-web' })).not.toBe('none');
  });

  it.each<readonly [Switches['replaceSystemDiskLock'], readonly object[]]>([
    ['replaceSystemDisk', [{ LockReason: 'replaceSystemDisk' }]],
    ['Recycling', [{ LockReason: 'Recycling' }]],
    ['none', []],
  ])('replaceSystemDiskLock=%j shows %j until it is done', (replaceSystemDiskLock, LockReason) => {
    const cloud = replaced({ replaceSystemDiskLock });
    expect(cloud.seen('i-web')).toMatchObject({ OperationLocks: { LockReason } });
    cloud.advance(30);
    expect(cloud.seen('i-web')).toMatchObject({ OperationLocks: { LockReason: [] } });
  });

  it.each<readonly [Switches['replaceSystemDiskInstanceStatus']]>([['Stopped'], ['Pending']])(
    'replaceSystemDiskInstanceStatus=%s is shown until it is done, then Stopped',
    (replaceSystemDiskInstanceStatus) => {
      const cloud = replaced({ replaceSystemDiskInstanceStatus });
      expect(cloud.status('i-web')).toBe(replaceSystemDiskInstanceStatus);
      cloud.advance(30);
      expect(cloud.status('i-web')).toBe('Stopped');
    },
  );

  it.each<readonly [Switches['replaceSystemDiskImageId'], string]>([
    ['when-done', 'm-plain'],
    ['at-once', 'm-newer'],
  ])('replaceSystemDiskImageId=%s shows %s at first', (replaceSystemDiskImageId, expected) => {
    const cloud = replaced({ replaceSystemDiskImageId });
    expect(cloud.instance('i-web').imageId).toBe(expected);
    cloud.advance(30);
    expect(cloud.instance('i-web').imageId).toBe('m-newer');
  });

  it.each<readonly [Switches['replacedDiskStatus'], string]>([
    ['Creating', ''],
    ['In_use', 'i-web'],
  ])('replacedDiskStatus=%s shows the new disk with InstanceId %j', (replacedDiskStatus, InstanceId) => {
    expect(replaced({ replacedDiskStatus }).listDisks()).toMatchObject([{ Status: replacedDiskStatus, InstanceId }]);
  });

  it.each(['Creating', 'In_use'] as const)('replacedDiskStatus=%s lets nobody replace the disk meanwhile', (status) => {
    const cloud = replaced({ replacedDiskStatus: status });
    const replaceByHand = (): void =>
      cloud.world.change(
        (world) => void applyChange(world, { op: 'replaceSystemDisk', instanceId: 'i-web', imageId: 'm-plain' }),
      );
    expect(replaceByHand).toThrow('is being replaced');
    cloud.advance(30);
    replaceByHand();
    expect(cloud.instance('i-web').imageId).toBe('m-plain');
  });

  it('oldSystemDiskListedSeconds lets the old disk be listed for that long', () => {
    const old = { DiskIds: '["d-old"]' };
    expect(replaced({}).listDisks(old)).toEqual([]);
    const cloud = replaced({ oldSystemDiskListedSeconds: 20 });
    expect(cloud.listDisks(old)).toMatchObject([{ Status: 'Detaching' }]);
    cloud.advance(20);
    expect(cloud.listDisks(old)).toEqual([]);
  });

  it.each<readonly [Switches['replacementInheritsTags'], object]>([
    ['no', {}],
    ['yes', { team: 'web' }],
  ])('replacementInheritsTags=%s gives tags %j', (replacementInheritsTags, tags) => {
    expect(replaced({ replacementInheritsTags }).systemDisk('i-web').tags).toEqual(tags);
  });

  it.each<readonly [Switches['unknownSecurityGroupStatus']]>([[404], [400]])(
    'unknownSecurityGroupStatus=%i',
    (unknownSecurityGroupStatus) => {
      const cloud = fleet({ securityGroups: [], switches: { unknownSecurityGroupStatus } });
      expect(cloud.launchRefusal({})).toBe(`${unknownSecurityGroupStatus} InvalidSecurityGroupId.NotFound`);
    },
  );

  it.each<readonly [Switches['essdOnlyCategoryAbroad'], string]>([
    ['cloud_essd', 'none'],
    ['cloud_efficiency', '403 InvalidInstanceType.NotSupportDiskCategory'],
  ])('essdOnlyCategoryAbroad=%s gives %s', (essdOnlyCategoryAbroad, expected) => {
    const cloud = fleet({ switches: { essdOnlyCategoryAbroad } });
    expect(cloud.launchRefusal({ RegionId: abroad, ImageId: 'm-abroad' })).toBe(expected);
    expect(cloud.launchRefusal({})).toBe('none');
  });

  it('orderedNamesPastEnd refuses or begins anew', () => {
    const pattern: Parameters = { InstanceName: 'web[999999,]', Amount: 2 };
    expect(fleet().launchRefusal(pattern)).toBe('400 InvalidInstanceName.CustomMalformed');
    const cloud = fleet({ switches: { orderedNamesPastEnd: 'wrap' } });
    expect(cloud.launch(pattern).map((id) => cloud.instance(id).name)).toEqual(['web999999', 'web000000']);
  });

  it('unlistedInstanceTypes refuses, or takes a type for one that fits: at a launch and at a change of type', () => {
    const InstanceType = 'ecs.gn7i-c8g1.2xlarge';
    expect(fleet().launchRefusal({ InstanceType })).toBe('400 InvalidInstanceType.ValueNotSupported');
    const cloud = fleet({ switches: { unlistedInstanceTypes: 'accept' } });
    const [id = ''] = cloud.launch({ InstanceType });
    cloud.advance(60);
    cloud.call('StopInstance', { InstanceId: id });
    cloud.advance(60);
    expect(cloud.refusal('ModifyInstanceSpec', { InstanceId: id, InstanceType: 'ecs.hfg8i.xlarge' })).toBe('none');
    cloud.advance(300);
    expect(cloud.refusal('ModifyInstanceSpec', { InstanceId: id, InstanceType: 'large' })).toBe(
      '400 InvalidInstanceType.ValueNotSupported',
    );
    expect(cloud.instance(id).instanceType).toBe('ecs.hfg8i.xlarge');
  });

  it('stockShortage refuses, or answers and lets the instances vanish', () => {
    const stock = { 'ecs.g7.large': 1 };
    expect(fleet({ stock }).launchRefusal({ Amount: 2 })).toBe('403 OperationDenied.NoStock');
    const cloud = fleet({ stock, switches: { stockShortage: 'vanish' } });
    const ids = cloud.launch({ Amount: 2 });
    expect(cloud.list()).toHaveLength(2);
    cloud.advance(60);
    expect(ids.map((id) => cloud.status(id)).sort()).toEqual(['Running', 'gone']);
  });

  it.each<readonly [Switches['economicalModeByDefault'], string]>([
    ['off', 'KeepCharging'],
    ['on', 'StopCharging'],
  ])('economicalModeByDefault=%s stops with %s', (economicalModeByDefault, StoppedMode) => {
    const cloud = fleetIn('Running', { switches: { economicalModeByDefault } });
    cloud.call('StopInstance', { InstanceId: 'i-web' });
    cloud.advance(60);
    expect(cloud.seen('i-web')).toMatchObject({ StoppedMode });
  });

  it.each<readonly [Switches['marketplaceImages'], string]>([
    ['subscribed', 'none'],
    ['not-subscribed', '403 ImageNotSubscribed'],
  ])('marketplaceImages=%s', (marketplaceImages, expected) => {
    const cloud = fleetIn('Stopped', { switches: { marketplaceImages } });
    expect(cloud.launchRefusal({ ImageId: 'm-market' })).toBe(expected);
    expect(cloud.refusal('ReplaceSystemDisk', { InstanceId: 'i-web', ImageId: 'm-market' })).toBe(expected);
  });

  it.each<readonly [Switches['unsharedReInitCode'], string]>([
    ['SharedImageDeleted', '403 SharedImageDeleted'],
    ['InvalidImageId.NotFound', '404 InvalidImageId.NotFound'],
  ])('unsharedReInitCode=%s', (unsharedReInitCode, expected) => {
    const cloud = fleetIn(
      'Stopped',
      { switches: { unsharedReInitCode } },
      { imageId: 'm-foreign', disks: [{ id: 'd-root' }] },
    );
    expect(cloud.refusal('ReInitDisk', { DiskId: 'd-root' })).toBe(expected);
  });

  it.each<readonly [Switches['unsharedImageLaunchCode'], string]>([
    ['InvalidImageId.NotFound', '404 InvalidImageId.NotFound'],
    ['OperationDenied.ImageNotValid', '403 OperationDenied.ImageNotValid'],
  ])('unsharedImageLaunchCode=%s speaks for launch and replacement', (unsharedImageLaunchCode, expected) => {
    const cloud = fleetIn('Stopped', { switches: { unsharedImageLaunchCode } });
    expect(cloud.launchRefusal({ ImageId: 'm-foreign' })).toBe(expected);
    expect(cloud.refusal('ReplaceSystemDisk', { InstanceId: 'i-web', ImageId: 'm-foreign' })).toBe(expected);
  });

  it.each<readonly [Switches['encryptedUnset'], string]>([
    ['inherit', 'none'],
    ['refuse', '403 InvalidEncrypted.NotMatchSnapshot'],
  ])('encryptedUnset=%s for an own encrypted image', (encryptedUnset, expected) => {
    const cloud = fleet({ switches: { encryptedUnset } });
    expect(cloud.launchRefusal({ ImageId: 'm-locked' })).toBe(expected);
  });

  it.each<readonly [Switches['sharedEncryptedReplaceCode'], string]>([
    ['InvalidParam.EncryptedMismatch', '400 InvalidParam.EncryptedMismatch'],
    ['InvalidParameter.Encrypted', '400 InvalidParameter.Encrypted'],
  ])('sharedEncryptedReplaceCode=%s', (sharedEncryptedReplaceCode, expected) => {
    const cloud = fleetIn('Stopped', { switches: { sharedEncryptedReplaceCode } });
    expect(cloud.refusal('ReplaceSystemDisk', { InstanceId: 'i-web', ImageId: 'm-secret' })).toBe(expected);
  });
});
