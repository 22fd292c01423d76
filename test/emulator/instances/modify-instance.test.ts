import { describe, expect, it } from 'vitest';
import { fleet, fleetIn, home, type Parameters } from './fleet.js';

const web = { InstanceId: 'i-web' };

describe('ModifyInstanceAttribute', () => {
  it.each<readonly [Parameters, object]>([
    [{ InstanceName: 'new-name' }, { name: 'new-name' }],
    [{ Description: 'new text' }, { description: 'new text' }],
    [{ HostName: 'new-host' }, { hostName: 'new-host' }],
    [{ UserData: 'aGk=' }, { userData: 'aGk=' }],
    [{ DeletionProtection: true }, { deletionProtection: true }],
    [{ CreditSpecification: 'Unlimited' }, { creditSpecification: 'Unlimited' }],
    [{ 'SecurityGroupIds.1': 'sg-x', 'SecurityGroupIds.2': 'sg-y' }, { securityGroupIds: ['sg-x', 'sg-y'] }],
  ])('%j changes only that', (parameters, expected) => {
    const cloud = fleetIn('Stopped');
    const before = cloud.instance('i-web');
    expect(cloud.call('ModifyInstanceAttribute', { ...web, ...parameters })).toEqual({});
    expect(cloud.instance('i-web')).toEqual({ ...before, ...expected });
  });

  it.each<readonly [Parameters, string]>([
    [{ InstanceName: 'x' }, '400 InvalidInstanceName.Malformed'],
    [{ Description: 'http://x' }, '400 InvalidDescription.Malformed'],
    [{ HostName: '-x-' }, '400 InvalidHostName.Malformed'],
    [{ Password: 'weak' }, '400 InvalidPassword.Malformed'],
    [{ UserData: '?' }, '403 InvalidUserData.Base64FormatInvalid'],
    [{ 'SecurityGroupIds.1': 'sg-x', 'SecurityGroupIds.2': 'sg-x' }, '404 InvalidParameter.SecurityGroupIdRepeated'],
    [{ 'SecurityGroupIds.1': 'nonsense' }, '404 InvalidSecurityGroupId.NotFound'],
  ])('%j is refused with %s', (parameters, expected) => {
    expect(fleetIn('Stopped').refusal('ModifyInstanceAttribute', { ...web, ...parameters })).toBe(expected);
  });

  it('protects no subscription and no spot instance, and takes no group of another VPC', () => {
    const protect = { ...web, DeletionProtection: true };
    const expected = '403 InvalidChargeType.ValueNotSupported';
    expect(fleetIn('Running', {}, { chargeType: 'PrePaid' }).refusal('ModifyInstanceAttribute', protect)).toBe(
      expected,
    );
    expect(fleetIn('Running', {}, { spotStrategy: 'SpotAsPriceGo' }).refusal('ModifyInstanceAttribute', protect)).toBe(
      expected,
    );
    const cloud = fleetIn('Running', {
      securityGroups: [{ id: 'sg-far', account: 'prod', region: home, vpcId: 'vpc-far' }],
    });
    expect(cloud.refusal('ModifyInstanceAttribute', { ...web, 'SecurityGroupIds.1': 'sg-far' })).toBe(
      '404 InvalidSecurityGroupVpc.NotBelongToOneVpc',
    );
  });
});

describe('ModifyInstanceSpec', () => {
  it('changes the type of a stopped instance, and then not again for five minutes', () => {
    const cloud = fleetIn('Stopped');
    cloud.call('ModifyInstanceSpec', { ...web, InstanceType: 'ecs.g7.xlarge' });
    expect(cloud.instance('i-web').instanceType).toBe('ecs.g7.xlarge');
    cloud.advance(299);
    expect(cloud.refusal('ModifyInstanceSpec', { ...web, InstanceType: 'ecs.g7.large' })).toBe('400 Throttling');
    cloud.advance(1);
    expect(cloud.refusal('ModifyInstanceSpec', { ...web, InstanceType: 'ecs.g7.large' })).toBe('none');
  });

  it.each<readonly [Parameters, string]>([
    [{}, '400 MissingParameter'],
    [{ InstanceType: 'ecs.g7.xlarge', InternetMaxBandwidthOut: 5 }, '400 InvalidParameter.Mismatch'],
    [{ InstanceType: 'ecs.g99.large' }, '400 InvalidInstanceType.ValueNotSupported'],
    [{ InstanceType: 'ecs.g8y.large' }, '403 ImageNotSupportInstanceType'],
    [{ InstanceType: 'ecs.c7.large' }, '403 OperationDenied.NoStock'],
    [{ InstanceType: 'ecs.g7.xlarge', 'SystemDisk.Category': 'cloud_ssd' }, '400 DependencyViolation.InstanceType'],
  ])('%j is refused with %s', (parameters, expected) => {
    const cloud = fleetIn('Stopped', { stock: { 'ecs.c7.large': 0 } });
    expect(cloud.refusal('ModifyInstanceSpec', { ...web, ...parameters })).toBe(expected);
  });

  it('is not for subscriptions, and takes the system disk along where asked', () => {
    expect(
      fleetIn('Stopped', {}, { chargeType: 'PrePaid' }).refusal('ModifyInstanceSpec', {
        ...web,
        InstanceType: 'ecs.g7.xlarge',
      }),
    ).toBe('403 ChargeTypeViolation');
    const cloud = fleetIn(
      'Stopped',
      {},
      { instanceType: 'ecs.g6.large', disks: [{ category: 'cloud_ssd', performanceLevel: '' }] },
    );
    expect(cloud.refusal('ModifyInstanceSpec', { ...web, InstanceType: 'ecs.g7.large' })).toBe(
      '400 DependencyViolation.InstanceType',
    );
    cloud.call('ModifyInstanceSpec', { ...web, InstanceType: 'ecs.g7.large', 'SystemDisk.Category': 'cloud_essd' });
    expect(cloud.systemDisk('i-web')).toMatchObject({ category: 'cloud_essd', performanceLevel: 'PL1' });
  });
});

describe('[INS-93] the RAM role of an instance', () => {
  const ask = { RegionId: home, InstanceIds: '["i-web"]' };

  it('is attached, listed and detached', () => {
    const cloud = fleetIn('Running');
    expect(cloud.call('AttachInstanceRamRole', { ...ask, RamRoleName: 'web' })).toEqual({
      AttachInstanceRamRoleResults: {
        AttachInstanceRamRoleResult: [{ InstanceId: 'i-web', Code: '200', Message: 'success', Success: true }],
      },
      TotalCount: 1,
      FailCount: 0,
      RamRoleName: 'web',
    });
    const sets = (role: string) => ({
      InstanceRamRoleSets: { InstanceRamRoleSet: [{ InstanceId: 'i-web', RamRoleName: role }] },
    });
    expect(cloud.call('DescribeInstanceRamRole', ask)).toMatchObject({ ...sets('web'), TotalCount: 1 });
    expect(cloud.call('DescribeInstanceRamRole', { RegionId: home, RamRoleName: 'other' })).toMatchObject({
      TotalCount: 0,
    });
    expect(cloud.call('DetachInstanceRamRole', { ...ask, RamRoleName: 'other' })).toMatchObject({ FailCount: 1 });
    expect(cloud.instance('i-web').ramRoleName).toBe('web');
    expect(cloud.call('DetachInstanceRamRole', { ...ask, RamRoleName: 'web' })).toMatchObject({ FailCount: 0 });
    expect(cloud.call('DescribeInstanceRamRole', ask)).toMatchObject(sets(''));
  });

  it('is one at most: a second one is a failed result', () => {
    const cloud = fleetIn('Running', {}, { ramRoleName: 'web' });
    expect(cloud.call('AttachInstanceRamRole', { ...ask, RamRoleName: 'other' })).toMatchObject({ FailCount: 1 });
    expect(cloud.instance('i-web').ramRoleName).toBe('web');
  });

  it.each<readonly [string, Parameters, string]>([
    ['AttachInstanceRamRole', { ...ask, RamRoleName: 'none' }, '404 InvalidRamRole.NotFound'],
    [
      'AttachInstanceRamRole',
      { ...ask, InstanceIds: '["i-none"]', RamRoleName: 'web' },
      '404 InvalidInstanceId.NotFound',
    ],
    ['AttachInstanceRamRole', { ...ask, InstanceIds: 'i-web', RamRoleName: 'web' }, '400 InvalidInstanceIds.Malformed'],
    ['AttachInstanceRamRole', { ...ask, InstanceIds: '[]', RamRoleName: 'web' }, '400 InvalidInstanceIds.Malformed'],
    ['AttachInstanceRamRole', ask, '400 MissingParameter'],
    ['DescribeInstanceRamRole', { ...ask, InstanceIds: '["i-none"]' }, '404 InvalidInstanceId.NotFound'],
    ['DescribeInstanceRamRole', { ...ask, PageSize: 51 }, '400 InvalidPageSize'],
  ])('%s %j is refused with %s', (name, parameters, expected) => {
    const cloud = fleetIn('Running', { ramRoles: [{ name: 'web', account: 'prod' }] });
    expect(cloud.refusal(name, parameters)).toBe(expected);
  });
});

describe('metadata options', () => {
  it('change what is given and keep the rest; HttpEndpoint is mandatory', () => {
    const cloud = fleetIn('Running');
    const ask = { RegionId: home, ...web };
    cloud.call('ModifyInstanceMetadataOptions', { ...ask, HttpEndpoint: 'enabled', HttpTokens: 'required' });
    expect(cloud.instance('i-web').metadataOptions).toEqual({
      httpEndpoint: 'enabled',
      httpTokens: 'required',
      httpPutResponseHopLimit: 1,
    });
    expect(cloud.refusal('ModifyInstanceMetadataOptions', { ...ask, HttpTokens: 'required' })).toBe(
      '400 MissingParameter',
    );
    expect(cloud.refusal('ModifyInstanceMetadataOptions', { ...ask, HttpEndpoint: 'on' })).toBe(
      '400 InvalidHttpEndpoint',
    );
  });
});

describe('[INS-98] membership of groups', () => {
  it('of security groups: joined once, never left altogether', () => {
    const cloud = fleetIn('Running', { quotas: { securityGroupsPerInstance: 2 } }, { securityGroupIds: ['sg-one'] });
    const ask = (SecurityGroupId: string) => ({ ...web, SecurityGroupId });
    expect(cloud.refusal('JoinSecurityGroup', ask('sg-one'))).toBe('403 InvalidInstanceId.AlreadyExists');
    cloud.call('JoinSecurityGroup', ask('sg-two'));
    expect(cloud.refusal('JoinSecurityGroup', ask('sg-three'))).toBe('400 JoinedGroupLimitExceed');
    cloud.call('LeaveSecurityGroup', ask('sg-one'));
    expect(cloud.instance('i-web').securityGroupIds).toEqual(['sg-two']);
    expect(cloud.refusal('LeaveSecurityGroup', ask('sg-one'))).toBe('403 InstanceNotInSecurityGroup');
    expect(cloud.refusal('LeaveSecurityGroup', ask('sg-two'))).toBe('403 InstanceLastSecurityGroup');
  });

  it.each([
    ['instance', 'i-web'],
    ['disk', 'd-web'],
    ['image', 'm-plain'],
  ])('of a resource group: an own %s', (ResourceType, ResourceId) => {
    const cloud = fleetIn('Running', {}, { disks: [{ id: 'd-web' }] });
    const ask = { RegionId: home, ResourceGroupId: 'rg-new', ResourceType, ResourceId };
    expect(cloud.refusal('JoinResourceGroup', { ...ask, ResourceGroupId: 'new' })).toBe(
      '404 InvalidResourceGroup.NotFound',
    );
    expect(cloud.refusal('JoinResourceGroup', ask, 'images')).toBe('404 InvalidResourceId.NotFound');
    expect(cloud.call('JoinResourceGroup', ask)).toEqual({});
    const { instances, disks, images } = cloud.world.store;
    const row = instances.get(ResourceId) ?? disks.get(ResourceId) ?? images.get(ResourceId);
    expect(row?.resourceGroupId).toBe('rg-new');
  });
});

describe('what surrounds instances', () => {
  const cloud = fleet({
    vSwitches: [
      { id: 'vsw-a', account: 'prod', region: home, zone: 'cn-hangzhou-a', vpcId: 'vpc-one' },
      { id: 'vsw-b', account: 'prod', region: home, zone: 'cn-hangzhou-b', vpcId: 'vpc-one' },
      { id: 'vsw-foreign', account: 'images', region: home },
    ],
    securityGroups: [{ id: 'sg-web', account: 'prod', region: home, vpcId: 'vpc-one' }],
    stock: { 'ecs.g7.large': 0 },
  });

  it.each<readonly [string, Parameters, object]>([
    [
      'DescribeVSwitches',
      { RegionId: home, ZoneId: 'cn-hangzhou-b' },
      { VSwitches: { VSwitch: [{ VSwitchId: 'vsw-b', VpcId: 'vpc-one' }] }, TotalCount: 1 },
    ],
    [
      'DescribeVpcs',
      { RegionId: home },
      { Vpcs: { Vpc: [{ VpcId: 'vpc-one', VSwitchIds: { VSwitchId: ['vsw-a', 'vsw-b'] } }] } },
    ],
    [
      'DescribeSecurityGroups',
      { RegionId: home, SecurityGroupIds: '["sg-web"]' },
      { SecurityGroups: { SecurityGroup: [{ SecurityGroupId: 'sg-web', VpcId: 'vpc-one' }] } },
    ],
    ['DescribeSecurityGroups', { RegionId: home, VpcId: 'vpc-two' }, { SecurityGroups: { SecurityGroup: [] } }],
    [
      'DescribeInstanceTypes',
      { 'InstanceTypes.1': 'ecs.g7.large' },
      {
        InstanceTypes: {
          InstanceType: [{ InstanceTypeId: 'ecs.g7.large', CpuCoreCount: 2, MemorySize: 8, CpuArchitecture: 'X86' }],
        },
        NextToken: '',
      },
    ],
    [
      'DescribeInstanceTypes',
      { 'InstanceTypes.1': 'ecs.t6-c1m1.large' },
      { InstanceTypes: { InstanceType: [{ CpuCoreCount: 2, MemorySize: 2 }] } },
    ],
    [
      'DescribeInstanceTypes',
      { InstanceTypeFamily: 'ecs.g8y', MaximumCpuCoreCount: 2 },
      { InstanceTypes: { InstanceType: [{ InstanceTypeId: 'ecs.g8y.large', CpuArchitecture: 'ARM' }] } },
    ],
    [
      'DescribeAvailableResource',
      { RegionId: home, ZoneId: 'cn-hangzhou-a', DestinationResource: 'InstanceType', InstanceType: 'ecs.g7.large' },
      {
        AvailableZones: {
          AvailableZone: [
            {
              ZoneId: 'cn-hangzhou-a',
              AvailableResources: {
                AvailableResource: [
                  {
                    Type: 'InstanceType',
                    SupportedResources: {
                      SupportedResource: [{ Value: 'ecs.g7.large', StatusCategory: 'WithoutStock' }],
                    },
                  },
                ],
              },
            },
          ],
        },
      },
    ],
  ])('%s %j', (name, parameters, expected) => {
    expect(cloud.call(name, parameters)).toMatchObject(expected);
  });

  it('instance types come in pages', () => {
    const first = cloud.call('DescribeInstanceTypes', { MaxResults: 100 });
    const typesOf = (answer: Readonly<Record<string, unknown>>) =>
      (answer['InstanceTypes'] as { InstanceType: readonly { InstanceTypeId: string }[] }).InstanceType;
    const second = cloud.call('DescribeInstanceTypes', { MaxResults: 100, NextToken: String(first['NextToken']) });
    const ids = [...typesOf(first), ...typesOf(second)].map((type) => type.InstanceTypeId);
    expect(new Set(ids).size).toBe(200);
    expect(cloud.refusal('DescribeInstanceTypes', { NextToken: 'guess' })).toBe('403 Invalid.NextToken');
    expect(cloud.refusal('DescribeAvailableResource', { RegionId: home, DestinationResource: 'Luck' })).toBe(
      '404 Invalid.DestinationResource',
    );
  });

  it('every instance has one primary network interface', () => {
    const one = fleetIn('Running', {}, { networkInterfaceId: 'eni-web' });
    const ask = (id: string) => one.call('DescribeNetworkInterfaces', { RegionId: home, 'NetworkInterfaceId.1': id });
    expect(ask('eni-web')).toMatchObject({
      NetworkInterfaceSets: {
        NetworkInterfaceSet: [
          {
            NetworkInterfaceId: 'eni-web',
            Attachment: { InstanceId: 'i-web' },
            PrivateIpSets: { PrivateIpSet: [{ Primary: true }] },
          },
        ],
      },
    });
    expect(ask('eni-none')).toMatchObject({ TotalCount: 0 });
  });
});
