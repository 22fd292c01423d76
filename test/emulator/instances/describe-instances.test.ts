import { describe, expect, it } from 'vitest';
import { pageOf } from '../../../src/emulator/operations/instances/paging.js';
import type { InstanceRow } from '../../../src/emulator/world/state.js';
import { abroad, anInstance, type Answer, fleet, fleetIn, home, type Parameters } from './fleet.js';

const crowd = anInstance({ id: 'i-c', name: 'c-{ordinal}', count: 25 });

function idsOf(rows: readonly Answer[]): readonly unknown[] {
  return rows.map((row) => row['InstanceId']);
}

function page(cloud: ReturnType<typeof fleet>, parameters: Parameters) {
  const answer = cloud.call('DescribeInstances', { RegionId: home, ...parameters });
  const { Instance } = answer['Instances'] as { Instance: readonly Answer[] };
  return { ids: idsOf(Instance), answer, next: String(answer['NextToken']) };
}

const webA = anInstance({
  id: 'i-a',
  name: 'web-a',
  imageId: 'm-newer',
  instanceType: 'ecs.g6.large',
  zoneId: 'cn-hangzhou-a',
  vpcId: 'vpc-a',
  vSwitchId: 'vsw-a',
  securityGroupIds: ['sg-a', 'sg-b'],
  keyPairName: 'ops',
  resourceGroupId: 'rg-web',
  chargeType: 'PrePaid',
  internetChargeType: 'PayByBandwidth',
  privateIp: '10.1.1.1',
  publicIp: '203.0.113.1',
  locks: ['financial'],
  status: 'Stopped',
  tags: { team: 'web', env: 'prod' },
  metadataOptions: { httpEndpoint: 'disabled', httpTokens: 'required', httpPutResponseHopLimit: 2 },
  createdAt: '2025-06-01T00:00:00Z',
});
const webB = anInstance({ id: 'i-b', name: 'web-b', privateIp: '10.1.1.2', tags: { team: 'web' } });

function pair() {
  return fleet({ instances: [webA, webB] });
}

describe('filters of DescribeInstances', () => {
  it.each<readonly [Parameters, readonly string[]]>([
    [{}, ['i-b', 'i-a']],
    [{ InstanceIds: '["i-a","i-none"]' }, ['i-a']],
    [{ InstanceIds: '[]' }, []],
    [{ InstanceName: 'web-a' }, ['i-a']],
    [{ InstanceName: 'web-*' }, ['i-b', 'i-a']],
    [{ InstanceName: '*b' }, ['i-b']],
    [{ InstanceName: 'web.a' }, []],
    [{ Status: 'Stopped' }, ['i-a']],
    [{ ImageId: 'm-newer' }, ['i-a']],
    [{ InstanceType: 'ecs.g7.large' }, ['i-b']],
    [{ InstanceTypeFamily: 'ecs.g6' }, ['i-a']],
    [{ ZoneId: 'cn-hangzhou-a' }, ['i-a']],
    [{ VpcId: 'vpc-a' }, ['i-a']],
    [{ VSwitchId: 'vsw-a' }, ['i-a']],
    [{ SecurityGroupId: 'sg-b' }, ['i-a']],
    [{ KeyPairName: 'ops' }, ['i-a']],
    [{ ResourceGroupId: 'rg-web' }, ['i-a']],
    [{ InstanceChargeType: 'PrePaid' }, ['i-a']],
    [{ InternetChargeType: 'PayByBandwidth' }, ['i-a']],
    [{ InstanceNetworkType: 'vpc' }, ['i-b', 'i-a']],
    [{ InstanceNetworkType: 'classic' }, []],
    [{ LockReason: 'financial' }, ['i-a']],
    [{ IoOptimized: true }, ['i-b', 'i-a']],
    [{ IoOptimized: false }, []],
    [{ HttpEndpoint: 'disabled' }, ['i-a']],
    [{ HttpTokens: 'optional' }, ['i-b']],
    [{ PrivateIpAddresses: '["10.1.1.2"]' }, ['i-b']],
    [{ PublicIpAddresses: '["203.0.113.1"]' }, ['i-a']],
    [{ EipAddresses: '["203.0.113.1"]' }, []],
    [{ 'Tag.1.Key': 'team' }, ['i-b', 'i-a']],
    [{ 'Tag.1.Key': 'team', 'Tag.1.Value': 'db' }, []],
    [{ 'Tag.1.Key': 'team', 'Tag.1.Value': 'web', 'Tag.2.Key': 'env' }, ['i-a']],
    [{ 'Tag.1.key': 'env', 'Tag.1.value': 'prod' }, ['i-a']],
    [{ 'Filter.1.Key': 'CreationStartTime', 'Filter.1.Value': '2025-07-01T00:00Z' }, ['i-b']],
    [{ 'Filter.1.Key': 'CreationEndTime', 'Filter.1.Value': '2025-07-01T00:00Z' }, ['i-a']],
    [{ Status: 'Stopped', ImageId: 'm-plain' }, []],
  ])('%j lists %j', (parameters, expected) => {
    expect(idsOf(pair().list(parameters))).toEqual(expected);
  });

  it.each<readonly [Parameters, string]>([
    [{ Status: 'Gone' }, '404 InvalidStatus.NotFound'],
    [{ LockReason: 'mood' }, '404 InvalidLockReason.NotFound'],
    [{ InstanceChargeType: 'Free' }, '404 InvalidInstanceChargeType.NotFound'],
    [{ InternetChargeType: 'Free' }, '404 InvalidInternetChargeType.ValueNotSupported'],
    [{ InstanceNetworkType: 'lan' }, '404 InvalidNetworkType.NotFound'],
    [{ HpcClusterId: 'hpc-1' }, '400 InvalidHpcClusterId.NotFound'],
    [{ 'Filter.1.Key': 'Size', 'Filter.1.Value': '2025-07-01T00:00Z' }, '404 InvalidFilterKey.NotFound'],
    [{ 'Filter.1.Key': 'CreationEndTime', 'Filter.1.Value': 'July' }, '404 InvalidFilterValue'],
    [{ 'Tag.1.Value': 'web' }, '400 InvalidTag.Mismatch'],
    [{ InstanceIds: 'i-a' }, '400 InvalidInstanceIds.Malformed'],
    [
      { InstanceIds: JSON.stringify(Array.from({ length: 101 }, (_, i) => `i-${i}`)) },
      '403 InvalidParameter.TooManyInstanceIds',
    ],
    [{ PageNumber: 0 }, '400 InvalidPageNumber'],
    [{ PageSize: 101 }, '400 InvalidPageSize'],
    [{ NextToken: 'guess' }, '403 Invalid.NextToken'],
  ])('%j is refused with %s', (parameters, expected) => {
    expect(pair().refusal('DescribeInstances', { RegionId: home, ...parameters })).toBe(expected);
  });

  it('see neither another region nor another account', () => {
    const cloud = fleet({
      instances: [webB, anInstance({ id: 'i-far', region: abroad }), anInstance({ id: 'i-other', account: 'images' })],
    });
    expect(idsOf(cloud.list())).toEqual(['i-b']);
    expect(idsOf(cloud.list({ InstanceIds: '["i-far","i-other","i-b"]' }))).toEqual(['i-b']);
  });

  it('[INS-82] by tag or resource group end at 1,000 results, in either paging form', () => {
    const cloud = fleet({
      instances: [anInstance({ id: 'i-many', count: 1_010, tags: { team: 'web' }, resourceGroupId: 'rg-web' })],
    });
    const total = (parameters: Parameters): unknown =>
      page(cloud, { PageSize: 10, ...parameters }).answer['TotalCount'];
    expect(total({})).toBe(1_010);
    expect(total({ 'Tag.1.Key': 'team' })).toBe(1_000);
    expect(total({ ResourceGroupId: 'rg-web' })).toBe(1_000);
    let served = 0;
    for (let next = ''; ; ) {
      const part = page(cloud, { MaxResults: 100, 'Tag.1.Key': 'team', ...(next === '' ? {} : { NextToken: next }) });
      served += part.ids.length;
      next = part.next;
      if (next === '') break;
    }
    expect(served).toBe(1_000);
  });
});

describe('pages of DescribeInstances', () => {
  it('hold ten rows by default, with the true count', () => {
    const { ids, answer } = page(fleet({ instances: [crowd] }), {});
    expect(ids).toHaveLength(10);
    expect(answer).toMatchObject({ TotalCount: 25, PageNumber: 1, PageSize: 10, NextToken: '' });
  });

  it('by number cut the list, newest first', () => {
    const cloud = fleet({ instances: [crowd] });
    expect(page(cloud, { PageNumber: 3, PageSize: 10 }).ids).toEqual(['i-c-4', 'i-c-3', 'i-c-2', 'i-c-1', 'i-c-0']);
    expect(page(cloud, { PageNumber: 4, PageSize: 10 }).ids).toEqual([]);
  });

  it.each([
    [1, 10],
    [12, 12],
    [100, 25],
    [1000, 25],
  ])('with MaxResults=%i hold %i rows, and PageSize is ignored', (MaxResults, expected) => {
    const cloud = fleet({ instances: [crowd] });
    const { ids, answer } = page(cloud, { MaxResults, PageSize: 3, PageNumber: 2 });
    expect(ids).toHaveLength(expected);
    expect(answer).toMatchObject({ TotalCount: 0 });
  });

  it('by token show every row once, though instances come and go between them', () => {
    const cloud = fleet({ instances: [crowd] });
    const first = page(cloud, { MaxResults: 10 });
    const late = cloud.launchOne();
    cloud.call('DeleteInstance', { InstanceId: 'i-c-15', Force: true });
    const second = page(cloud, { MaxResults: 10, NextToken: first.next });
    const third = page(cloud, { MaxResults: 10, NextToken: second.next });
    const all = [...first.ids, ...second.ids, ...third.ids];
    expect(all).toHaveLength(25);
    expect(new Set(all).size).toBe(25);
    expect(all).not.toContain(late);
    expect(third.next).toBe('');
  });

  it('by token keep to the filter', () => {
    const cloud = fleet({ instances: [crowd, { ...crowd, id: 'i-d', name: 'd-{ordinal}' }] });
    const first = page(cloud, { MaxResults: 20, InstanceName: 'd-*' });
    const second = page(cloud, { MaxResults: 20, InstanceName: 'd-*', NextToken: first.next });
    expect([first.ids.length, second.ids.length, second.next]).toEqual([20, 5, '']);
  });

  it('deep in a long list look at their own rows only', () => {
    const cloud = fleet();
    const touched = { count: 0 };
    const rows = Array.from({ length: 10_000 }, (_, i) => ({ id: `i-${i}`, sequence: 10_000 - i }) as InstanceRow);
    const counting = new Proxy(rows, {
      get(target, key, receiver) {
        if (typeof key === 'string' && /^\d+$/.test(key)) touched.count += 1;
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
    cloud.world.change((world) => {
      const request = { MaxResults: 100, NextToken: undefined, PageNumber: undefined, PageSize: undefined };
      const first = pageOf({ rows: counting }, request, world);
      let next = first.members.NextToken;
      for (let i = 0; i < 60; i += 1)
        next = pageOf({ rows: counting }, { ...request, NextToken: next }, world).members.NextToken;
      touched.count = 0;
      const deep = pageOf({ rows: counting }, { ...request, NextToken: next }, world);
      expect(deep.rows[0]?.id).toBe('i-6100');
    });
    expect(touched.count).toBeLessThan(130);
  });
});

describe('one instance in the answer', () => {
  it('has the nesting of the reference', () => {
    const cloud = fleet();
    const id = cloud.launchOne({
      InternetMaxBandwidthOut: 5,
      KeyPairName: 'ops',
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'web',
    });
    cloud.advance(60);
    const row = cloud.instance(id);
    expect(cloud.seen(id)).toMatchObject({
      InstanceId: id,
      Status: 'Running',
      RegionId: home,
      ZoneId: 'cn-hangzhou-h',
      ImageId: 'm-plain',
      OSType: 'linux',
      InstanceTypeFamily: 'ecs.g7',
      Cpu: 2,
      Memory: 8192,
      CreationTime: '2026-01-01T00:00Z',
      AutoReleaseTime: '',
      IoOptimized: true,
      DeletionProtection: false,
      KeyPairName: 'ops',
      SecurityGroupIds: { SecurityGroupId: ['sg-web'] },
      Tags: { Tag: [{ TagKey: 'team', TagValue: 'web' }] },
      PublicIpAddress: { IpAddress: [row.publicIp] },
      VpcAttributes: { VSwitchId: 'vsw-web-h', PrivateIpAddress: { IpAddress: [row.privateIp] } },
      OperationLocks: { LockReason: [] },
      NetworkInterfaces: {
        NetworkInterface: [
          { Type: 'Primary', PrivateIpSets: { PrivateIpSet: [{ PrivateIpAddress: row.privateIp, Primary: true }] } },
        ],
      },
    });
  });

  it('says nothing of user data, encryption or the owner of the image', () => {
    const cloud = fleet();
    const id = cloud.launchOne({
      UserData: 'c2VjcmV0',
      'SystemDisk.Encrypted': 'true',
      'SystemDisk.KMSKeyId': 'key-prod',
    });
    expect(JSON.stringify(cloud.seen(id))).not.toMatch(/c2VjcmV0|key-prod|Encrypted|ImageOwnerId/);
  });

  it('shows what AdditionalAttributes ask for, and only then', () => {
    const cloud = fleet();
    const id = cloud.launchOne({
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 3,
      'ImageOptions.LoginAsNonRoot': true,
    });
    expect(cloud.seen(id)).not.toHaveProperty('MetadataOptions');
    expect(cloud.seen(id, { 'AdditionalAttributes.1': 'META_OPTIONS' })).toMatchObject({
      MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 3 },
    });
    expect(
      cloud.seen(id, { 'AdditionalAttributes.1': 'LOGIN_AS_NON_ROOT', 'AdditionalAttributes.2': 'WHATEVER' }),
    ).toMatchObject({
      ImageOptions: { LoginAsNonRoot: true },
    });
  });
});

describe('DescribeInstanceStatus', () => {
  it('pages by number, 50 at most, and knows only what is there', () => {
    const cloud = fleet({ instances: [crowd] });
    const ask = (parameters: Parameters) => cloud.call('DescribeInstanceStatus', { RegionId: home, ...parameters });
    expect(ask({ PageSize: 2 })).toEqual({
      InstanceStatuses: {
        InstanceStatus: [
          { InstanceId: 'i-c-24', Status: 'Running' },
          { InstanceId: 'i-c-23', Status: 'Running' },
        ],
      },
      TotalCount: 25,
      PageNumber: 1,
      PageSize: 2,
    });
    expect(ask({ 'InstanceId.1': 'i-c-3' })).toMatchObject({ TotalCount: 1 });
    expect(cloud.refusal('DescribeInstanceStatus', { RegionId: home, PageSize: 51 })).toBe('400 InvalidPageSize');
    expect(cloud.refusal('DescribeInstanceStatus', { RegionId: home, 'InstanceId.1': 'i-none' })).toBe(
      '404 InvalidInstanceId.NotFound',
    );
  });
});

describe('the small reads', () => {
  it.each<readonly [string, Parameters, object]>([
    [
      'DescribeUserData',
      { RegionId: home, InstanceId: 'i-web' },
      { RegionId: home, InstanceId: 'i-web', UserData: 'aGk=' },
    ],
    [
      'DescribeInstanceAttribute',
      { InstanceId: 'i-web' },
      { InstanceId: 'i-web', Status: 'Running', IoOptimized: 'optimized' },
    ],
    [
      'DescribeInstancesFullStatus',
      { RegionId: home },
      {
        InstanceFullStatusSet: {
          InstanceFullStatusType: [{ InstanceId: 'i-web', Status: { Code: 1, Name: 'Running' } }],
        },
        TotalCount: 1,
      },
    ],
    [
      'DescribeInstancesFullStatus',
      { RegionId: home, Status: 'Stopped' },
      { InstanceFullStatusSet: { InstanceFullStatusType: [] }, TotalCount: 0 },
    ],
    [
      'DescribeInstanceMaintenanceAttributes',
      { RegionId: home, 'InstanceId.1': 'i-web' },
      {
        MaintenanceAttributes: {
          MaintenanceAttribute: [{ InstanceId: 'i-web', ActionOnMaintenance: { Value: 'AutoRecover' } }],
        },
      },
    ],
    [
      'DescribeInstanceAttachmentAttributes',
      { RegionId: home, InstanceIds: '["i-web"]' },
      { Instances: { Instance: [{ InstanceId: 'i-web' }] } },
    ],
    [
      'DescribeInstanceAutoRenewAttribute',
      { RegionId: home },
      { InstanceRenewAttributes: { InstanceRenewAttribute: [] } },
    ],
  ])('%s with %j', (name, parameters, expected) => {
    expect(fleetIn('Running', {}, { userData: 'aGk=' }).call(name, parameters)).toMatchObject(expected);
  });

  it('DescribeInstanceAutoRenewAttribute is about subscriptions', () => {
    const ask = { RegionId: home, InstanceId: 'i-web' };
    expect(fleetIn('Running').refusal('DescribeInstanceAutoRenewAttribute', ask)).toBe('403 ChargeTypeViolation');
    expect(fleetIn('Running', {}, { chargeType: 'PrePaid' }).refusal('DescribeInstanceAutoRenewAttribute', ask)).toBe(
      'none',
    );
  });

  it('[INS-102] launch templates show the image that they launch', () => {
    const cloud = fleet({
      launchTemplates: [{ id: 'lt-web', account: 'prod', region: home, name: 'web', imageId: 'm-plain' }],
    });
    expect(cloud.call('DescribeLaunchTemplates', { RegionId: home })).toMatchObject({
      LaunchTemplateSets: {
        LaunchTemplateSet: [{ LaunchTemplateId: 'lt-web', LaunchTemplateName: 'web', DefaultVersionNumber: 1 }],
      },
      TotalCount: 1,
    });
    expect(cloud.call('DescribeLaunchTemplateVersions', { RegionId: home, LaunchTemplateId: 'lt-web' })).toMatchObject({
      LaunchTemplateVersionSets: {
        LaunchTemplateVersionSet: [{ VersionNumber: 1, LaunchTemplateData: { ImageId: 'm-plain' } }],
      },
    });
    expect(cloud.refusal('DescribeLaunchTemplateVersions', { RegionId: home, LaunchTemplateId: 'lt-no' })).toBe(
      '404 InvalidLaunchTemplate.NotFound',
    );
    expect(cloud.refusal('DescribeLaunchTemplateVersions', { RegionId: home })).toBe('400 MissingParameter');
  });
});
