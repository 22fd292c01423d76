import { describe, expect, it } from 'vitest';
import type { ScenarioSpec } from '../../src/emulator/scenario/scenario.js';
import { DirectCloud, home, type Parameters } from './direct.js';
import { prodUid } from './support.js';

const own = { account: 'prod', region: home };
const launch: Parameters = {
  RegionId: home,
  ImageId: 'm-own',
  InstanceType: 'ecs.g7.large',
  SecurityGroupId: 'sg-web',
  VSwitchId: 'vsw-web',
};
const images: ScenarioSpec['images'] = [
  { id: 'm-own', ...own, name: 'own', sizeGiB: 20 },
  { id: 'm-other', ...own, name: 'other', sizeGiB: 20 },
  { id: 'm-huge', ...own, name: 'huge', sizeGiB: 2049 },
];
const instances: NonNullable<ScenarioSpec['instances']> = [
  { id: 'i-web', ...own, imageId: 'm-own', status: 'Stopped', disks: [{ id: 'd-web' }] },
];

describe('what would grow without end', () => {
  it('[WIRE-37] tokens that have expired are dropped as new ones come', () => {
    const cloud = new DirectCloud({ images, switches: { clientTokenLifetimeSeconds: 60 } });
    for (let n = 0; n < 5; n += 1) {
      cloud.call('RunInstances', { ...launch, ClientToken: `token-${n}` });
      cloud.advance(31);
    }
    expect(cloud.emulator.state().tokens.map(({ id }) => id.slice(-1))).toEqual(['3', '4']);
  });

  it('[WIRE-18] credentials of STS are known for a day after their end, and then no longer', () => {
    const cloud = new DirectCloud({ ramRoles: [{ name: 'r', account: 'prod', policies: [] }] });
    const assume = (): Readonly<Record<string, string>> =>
      cloud.call('AssumeRole', { RoleArn: `acs:ram::${prodUid}:role/r`, RoleSessionName: 'ci', DurationSeconds: 900 })
        .body['Credentials'] as Readonly<Record<string, string>>;
    const { AccessKeyId = '', AccessKeySecret = '', SecurityToken = '' } = assume();
    const code = (): string => {
      const signer = { ...cloud.signer(), accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret };
      return cloud.send(cloud.sign('GetCallerIdentity', {}, signer, SecurityToken)).code;
    };
    expect(code()).toBe('none');
    cloud.realNow += 901_000;
    assume();
    expect(code()).toBe('InvalidSecurityToken.Expired');
    cloud.realNow += 25 * 3_600_000;
    assume();
    expect(code()).toBe('InvalidAccessKeyId.NotFound');
  });
});

it('[WIRE-62] of two faults that hit one call the one installed first is carried out', () => {
  const cloud = new DirectCloud();
  cloud.emulator.installFaults([
    { action: 'DescribeRegions', kind: 'throttle' },
    { action: '*', kind: 'server-error' },
  ]);
  expect(cloud.refusal('DescribeRegions')).toBe('400 Throttling.User');
  expect(cloud.refusal('DescribeZones', { RegionId: home })).toBe('503 ServiceUnavailable');
});

it.each([
  ['CopyImage', { ImageId: 'm-own', DestinationRegionId: home }],
  ['ModifyImageSharePermission', { ImageId: 'm-own', 'AddAccount.1': '1600000000000001' }],
] as const)('[WIRE-42] RAM cannot ask %s about the owner of an image', (action, parameters) => {
  const policy = (operator: 'StringEquals' | 'StringNotEquals') => ({
    Statement: [
      {
        Effect: 'Allow' as const,
        Action: 'ecs:*',
        Resource: '*',
        Condition: { [operator]: { 'ecs:ImageOwnerId': prodUid } },
      },
    ],
  });
  const codes = (['StringEquals', 'StringNotEquals'] as const).map((operator) => {
    const accessKeys = [{ id: 'EMULATORCI', secret: 'emulator' }];
    const cloud = new DirectCloud({
      images,
      ramUsers: [{ name: 'ci', account: 'prod', accessKeys, policies: [policy(operator)] }],
    });
    return cloud.refusal(action, { RegionId: home, ...parameters }, 'EMULATORCI');
  });
  // A key that a call does not carry equals nothing.
  expect(codes).toEqual(['403 Forbidden.RAM', 'none']);
});

it('[IMG-31] an image beyond 2 TiB is not copied', () => {
  const wish = { RegionId: home, ImageId: 'm-huge', DestinationRegionId: 'cn-beijing' };
  expect(new DirectCloud({ images }).refusal('CopyImage', wish)).toBe('403 SizeExceed.Image');
});

it('[IMG-113] a snapshot under the service key shows no key', () => {
  const cloud = new DirectCloud({
    snapshots: [
      { id: 's-service', ...own, encrypted: true },
      { id: 's-customer', ...own, encrypted: true, kmsKeyId: 'key-prod' },
    ],
  });
  const rows = cloud.rows('Snapshots.Snapshot', 'DescribeSnapshots');
  expect(rows.map(({ SnapshotId, Encrypted, KMSKeyId }) => [SnapshotId, Encrypted, KMSKeyId])).toEqual([
    ['s-customer', true, 'key-prod'],
    ['s-service', true, ''],
  ]);
});

it.each([
  ['security', 'StartInstance', '403 InstanceLockedForSecurity'],
  ['financial', 'StartInstance', '403 InstanceExpired'],
  ['security', 'ReplaceSystemDisk', '403 InstanceLockedForSecurity'],
  ['financial', 'ReplaceSystemDisk', '403 InstanceExpiredOrInArrears'],
  ['financial', 'ModifyInstanceAttribute', 'none'],
] as const)('[INS-44] the lock %s, %s: %s', (lock, action, expected) => {
  const cloud = new DirectCloud({ images, instances: instances.map((each) => ({ ...each, locks: [lock] })) });
  expect(cloud.refusal(action, { InstanceId: 'i-web', ImageId: 'm-other', Description: 'x1' })).toBe(expected);
});

it('[INS-86] the system of an instance is told while its image exists', () => {
  const cloud = new DirectCloud({
    images: [{ id: 'm-own', ...own, osType: 'windows', osName: 'Windows Server 2022' }],
    instances,
  });
  expect(cloud.instances()[0]).toMatchObject({ OSType: 'windows', OSName: 'Windows Server 2022' });
  cloud.emulator.change({ op: 'deleteImage', imageId: 'm-own' });
  expect(cloud.instances()[0]).toMatchObject({ OSType: 'linux', OSName: '' });
});

it('[INS-92] a type that cannot boot the image is refused', () => {
  const cloud = new DirectCloud({ images, instances });
  const wish = { InstanceId: 'i-web', InstanceType: 'ecs.g8y.large' };
  expect(cloud.refusal('ModifyInstanceSpec', wish)).toBe('403 ImageNotSupportInstanceType');
});

it('[INS-97] a snapshot policy is applied to disks and taken away', () => {
  const cloud = new DirectCloud({ images, instances });
  const disk = { regionId: home, diskIds: '["d-web"]' };
  cloud.call('ApplyAutoSnapshotPolicy', { ...disk, autoSnapshotPolicyId: 'sp-daily' });
  expect(cloud.disks()[0]).toMatchObject({ AutoSnapshotPolicyId: 'sp-daily' });
  cloud.call('CancelAutoSnapshotPolicy', disk);
  expect(cloud.disks()[0]).toMatchObject({ AutoSnapshotPolicyId: '' });
});

describe('[INS-34] [INS-102] launch templates', () => {
  const spec: Partial<ScenarioSpec> = {
    images,
    launchTemplates: [
      {
        id: 'lt-web',
        ...own,
        name: 'web',
        tags: { team: 'web' },
        defaultVersion: 2,
        versions: [
          { description: 'first', imageId: 'm-own', instanceType: 'ecs.g7.large', vSwitchId: 'vsw-web' },
          {
            imageId: 'm-other',
            instanceType: 'ecs.g7.xlarge',
            vSwitchId: 'vsw-web',
            securityGroupIds: ['sg-a', 'sg-b'],
            keyPairName: 'ops',
            systemDisk: { category: 'cloud_essd', sizeGiB: 60 },
          },
        ],
      },
    ],
  };
  const versions = (parameters: Parameters = {}) =>
    new DirectCloud(spec).rows('LaunchTemplateVersionSets.LaunchTemplateVersionSet', 'DescribeLaunchTemplateVersions', {
      LaunchTemplateId: 'lt-web',
      ...parameters,
    });

  it('are listed with their default and latest version', () => {
    const [row] = new DirectCloud(spec).rows('LaunchTemplateSets.LaunchTemplateSet', 'DescribeLaunchTemplates');
    expect(row).toMatchObject({
      LaunchTemplateId: 'lt-web',
      LaunchTemplateName: 'web',
      DefaultVersionNumber: 2,
      LatestVersionNumber: 2,
      CreateTime: '2026-01-01T00:00:00Z',
      Tags: { Tag: [{ TagKey: 'team', TagValue: 'web' }] },
    });
  });

  it('show in each version what it sets, and nothing else', () => {
    expect(versions().map(({ VersionNumber, DefaultVersion }) => [VersionNumber, DefaultVersion])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(versions({ 'LaunchTemplateVersion.1': 1 })[0]?.['LaunchTemplateData']).toEqual({
      ImageId: 'm-own',
      InstanceType: 'ecs.g7.large',
      VSwitchId: 'vsw-web',
    });
    expect(versions({ DefaultVersion: true })[0]?.['LaunchTemplateData']).toMatchObject({
      ImageId: 'm-other',
      SecurityGroupIds: { SecurityGroupId: ['sg-a', 'sg-b'] },
      SystemDisk: { Category: 'cloud_essd', Size: 60 },
    });
    expect(versions({ MinVersion: 3 })).toEqual([]);
  });

  it('fill what a launch leaves open, by the default version or the one named', () => {
    const cloud = new DirectCloud(spec);
    const ask = { RegionId: home, LaunchTemplateId: 'lt-web' };
    expect(cloud.refusal('RunInstances', ask)).toBe('none');
    expect(cloud.instances()[0]).toMatchObject({
      ImageId: 'm-other',
      InstanceType: 'ecs.g7.xlarge',
      KeyPairName: 'ops',
      SecurityGroupIds: { SecurityGroupId: ['sg-a', 'sg-b'] },
    });
    expect(cloud.disks()[0]).toMatchObject({ Size: 60, Category: 'cloud_essd' });
    expect(cloud.refusal('RunInstances', { ...ask, LaunchTemplateVersion: 1 })).toBe('400 MissingParameter');
    expect(cloud.refusal('RunInstances', { ...ask, LaunchTemplateVersion: 1, SecurityGroupId: 'sg-c' })).toBe('none');
    expect(cloud.instances()[0]).toMatchObject({ ImageId: 'm-own', SecurityGroupIds: { SecurityGroupId: ['sg-c'] } });
    expect(cloud.refusal('RunInstances', { ...ask, LaunchTemplateVersion: 3 })).toBe(
      '404 InvalidLaunchTemplate.Version.NotFound',
    );
  });
});

it('a private address is free again after its instance is gone', () => {
  const cloud = new DirectCloud({ images, vSwitches: [{ id: 'vsw-web', ...own, cidrBlock: '192.168.0.0/29' }] });
  const address = { ...launch, PrivateIpAddress: '192.168.0.2' };
  expect(cloud.refusal('RunInstances', address)).toBe('none');
  expect(cloud.refusal('RunInstances', address)).toBe('400 InvalidPrivateIpAddress.Duplicated');
  cloud.emulator.change({ op: 'deleteInstance', id: String(cloud.instances()[0]?.['InstanceId']) });
  expect(cloud.refusal('RunInstances', address)).toBe('none');
  // Of eight addresses the first and the last three are kept.
  expect(cloud.refusal('RunInstances', { ...launch, Amount: 3 })).toBe('none');
  expect(cloud.refusal('RunInstances', launch)).toBe('400 QuotaExceeded.PrivateIpAddress');
});
