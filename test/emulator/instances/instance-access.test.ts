import { describe, expect, it } from 'vitest';
import { instanceOperations, instanceTransitions } from '../../../src/emulator/operations/instances/index.js';
import type { Call } from '../../../src/emulator/operations/operation.js';
import { readAll } from '../../../src/emulator/rpc/parameters.js';
import { imagesUid, prodUid } from '../support.js';
import { type Fleet, fleet, fleetIn, home, operationNamed, type Parameters, plainLaunch } from './fleet.js';

/** What RAM would be asked about a call of account `prod`. */
function asked(cloud: Fleet, name: string, parameters: Parameters) {
  const raw = new Map(Object.entries(parameters).map(([key, value]) => [key, String(value)]));
  const operation = operationNamed(name);
  return cloud.world.change((world) => {
    const caller = { uid: prodUid, accountName: 'prod', kind: 'RAMUser', arn: `acs:ram::${prodUid}:user/u` } as const;
    const call: Call = { caller, regionId: home, world, raw };
    return operation.accessRequest?.(readAll(operation.parameters, raw), call);
  });
}

describe('[WIRE-40 INS-106] what RAM is asked about a launch', () => {
  it.each<readonly [Parameters, object]>([
    [{ ImageId: 'm-shared' }, { 'ecs:ImageOwnerId': imagesUid, 'ecs:ImageSource': 'Shared' }],
    [{ ImageId: 'm-plain' }, { 'ecs:ImageOwnerId': prodUid, 'ecs:ImageSource': 'Custom' }],
    [{ ImageId: '', ImageFamily: 'base' }, { 'ecs:ImageOwnerId': prodUid }],
    [{ ImageId: '', LaunchTemplateId: 'lt-shared' }, { 'ecs:ImageOwnerId': imagesUid }],
    [{ ImageId: 'm-windows' }, { 'ecs:ImagePlatform': 'Windows Server 2022' }],
    [{}, { 'ecs:InstanceType': 'ecs.g7.large', 'ecs:InstanceTypeFamily': 'ecs.g7' }],
    [
      {},
      {
        'ecs:IsSystemDiskEncrypted': 'false',
        'ecs:IsSystemDiskByokEncrypted': 'false',
        'ecs:IsDiskEncrypted': 'false',
      },
    ],
    [
      { 'SystemDisk.Encrypted': 'true', 'SystemDisk.KMSKeyId': 'key-prod' },
      { 'ecs:IsSystemDiskEncrypted': 'true', 'ecs:IsSystemDiskByokEncrypted': 'true', 'ecs:IsDiskEncrypted': 'true' },
    ],
    [
      { 'SystemDisk.Encrypted': 'true', 'DataDisk.1.Size': 40 },
      { 'ecs:IsSystemDiskEncrypted': 'true', 'ecs:IsDiskEncrypted': 'false' },
    ],
    [{ InternetMaxBandwidthOut: 5 }, { 'ecs:AssociatePublicIpAddress': 'true' }],
    [{ SecurityGroupId: '' }, { 'ecs:NotSpecifySecurityGroupId': 'true' }],
    [{ PasswordInherit: true }, { 'ecs:PasswordInherit': 'true' }],
    [{ 'ImageOptions.LoginAsNonRoot': true }, { 'ecs:LoginAsNonRoot': 'true' }],
  ])('%j has the condition keys %j', (parameters, conditions) => {
    const cloud = fleet({
      launchTemplates: [{ id: 'lt-shared', account: 'prod', region: home, imageId: 'm-shared' }],
    });
    expect(asked(cloud, 'RunInstances', { ...plainLaunch, ...parameters })).toMatchObject({
      resources: [`acs:ecs:${home}:${prodUid}:*`],
      conditions,
    });
  });

  it('has no owner where the image is unknown', () => {
    const request = asked(fleet(), 'RunInstances', { ...plainLaunch, ImageId: 'm-foreign' });
    expect(request).not.toHaveProperty(['conditions', 'ecs:ImageOwnerId']);
  });
});

describe('what RAM is asked about ReplaceSystemDisk', () => {
  it('[INS-69 WIRE-41] is about instance, image and disk, and cannot be about the owner of the image', () => {
    const cloud = fleetIn('Stopped', {}, { disks: [{ id: 'd-root' }] });
    expect(asked(cloud, 'ReplaceSystemDisk', { InstanceId: 'i-web', ImageId: 'm-shared', Encrypted: true })).toEqual({
      resources: ['instance/i-web', 'image/m-shared', 'disk/d-root'].map(
        (each) => `acs:ecs:${home}:${prodUid}:${each}`,
      ),
      conditions: {
        'ecs:ImagePlatform': 'Aliyun',
        'ecs:IsSystemDiskEncrypted': 'true',
        'ecs:IsSystemDiskByokEncrypted': 'false',
        'ecs:PasswordInherit': 'false',
        'ecs:LoginAsNonRoot': 'false',
      },
    });
  });
});

describe('a caller without the right to list', () => {
  it('gets an empty list from DescribeInstances and a refusal from every other read', () => {
    const quiet = instanceOperations.filter((operation) => 'denied' in operation);
    expect(quiet.map(({ name }) => name)).toEqual(['DescribeInstances']);
    const cloud = fleetIn('Running');
    const raw = new Map([['RegionId', home]]);
    const answer = cloud.world.change((world) => {
      const caller = { uid: prodUid, accountName: 'prod', kind: 'RAMUser', arn: '' } as const;
      const operation = operationNamed('DescribeInstances');
      return operation.denied?.(readAll(operation.parameters, raw), { caller, regionId: home, world, raw });
    });
    expect(answer).toMatchObject({ Instances: { Instance: [] }, TotalCount: 0 });
  });
});

describe('the operations of the instance side', () => {
  const namesWith = (has: (operation: (typeof instanceOperations)[number]) => boolean) =>
    instanceOperations.filter(has).map((operation) => operation.name);

  it('take client tokens where the reference says so', () => {
    expect(namesWith(({ clientToken }) => clientToken !== undefined).sort()).toEqual([
      'CreateInstance',
      'DeleteInstances',
      'ModifyInstanceSpec',
      'ReplaceSystemDisk',
      'ResizeDisk',
      'RunInstances',
    ]);
  });

  it('answer dry runs with one of two codes, and ReplaceSystemDisk has none', () => {
    expect(namesWith(({ dryRun }) => dryRun === 'DRYRUN.SUCCESS').sort()).toEqual([
      'DeleteInstances',
      'RebootInstances',
      'StartInstances',
      'StopInstances',
    ]);
    expect(namesWith(({ dryRun }) => dryRun === 'DryRunOperation').sort()).toEqual([
      'CreateInstance',
      'DeleteInstance',
      'DescribeDisks',
      'DescribeInstances',
      'ModifyDiskSpec',
      'ModifyInstanceSpec',
      'RebootInstance',
      'RunInstances',
      'StartInstance',
      'StopInstance',
    ]);
  });

  it('have unique names and transition kinds', () => {
    const names = instanceOperations.map((operation) => `${operation.product}/${operation.name}`);
    const kinds = instanceTransitions.map((transition) => transition.kind);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});
