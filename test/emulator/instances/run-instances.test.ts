import { describe, expect, it } from 'vitest';
import { abroad, fleet, home, type Parameters, plainLaunch } from './fleet.js';

describe('RunInstances', () => {
  it('answers with IDs at once, and the instance goes from Pending over Starting to Running by itself', () => {
    const cloud = fleet({ timings: { pendingSeconds: 5, startingSeconds: 10 } });
    const id = cloud.launchOne();
    expect(cloud.status(id)).toBe('Pending');
    cloud.advance(4);
    expect(cloud.status(id)).toBe('Pending');
    cloud.advance(1);
    expect(cloud.status(id)).toBe('Starting');
    cloud.advance(10);
    expect(cloud.status(id)).toBe('Running');
    expect(cloud.seen(id)).toMatchObject({ StartTime: '2026-01-01T00:00Z', StoppedMode: 'Not-applicable' });
  });

  it('answers TradePrice as a number and the IDs as a flat list', () => {
    const cloud = fleet();
    const answer = cloud.call('RunInstances', { ...plainLaunch, Amount: 2 });
    expect(answer['TradePrice']).toBe(0);
    const { InstanceIdSet } = answer['InstanceIdSets'] as { InstanceIdSet: readonly string[] };
    expect(InstanceIdSet).toHaveLength(2);
    for (const id of InstanceIdSet) expect(id).toMatch(/^i-[a-z0-9]{20}$/);
  });

  it('puts the tags on the instance and its new disks', () => {
    const cloud = fleet();
    const id = cloud.launchOne({ 'Tag.1.Key': 'team', 'Tag.1.Value': 'web', 'DataDisk.1.Size': 100 });
    expect(cloud.instance(id).tags).toEqual({ team: 'web' });
    expect(cloud.disks(id).map((disk) => disk.tags)).toEqual([{ team: 'web' }, { team: 'web' }]);
  });

  it('takes the newest available image of a family', () => {
    const cloud = fleet();
    const { ImageId: _, ...rest } = plainLaunch;
    const answer = cloud.call('RunInstances', { ...rest, ImageFamily: 'base' });
    const { InstanceIdSet } = answer['InstanceIdSets'] as { InstanceIdSet: readonly string[] };
    expect(cloud.instance(InstanceIdSet[0] ?? '').imageId).toBe('m-newer');
  });

  it('takes the image of a launch template, and its own where the request names one', () => {
    const cloud = fleet({
      launchTemplates: [{ id: 'lt-web', account: 'prod', region: home, name: 'web', imageId: 'm-newer' }],
    });
    const { ImageId: _, ...rest } = plainLaunch;
    const launched = (parameters: Parameters): string => {
      const answer = cloud.call('RunInstances', { ...rest, ...parameters });
      return (answer['InstanceIdSets'] as { InstanceIdSet: readonly string[] }).InstanceIdSet[0] ?? '';
    };
    expect(cloud.instance(launched({ LaunchTemplateId: 'lt-web' })).imageId).toBe('m-newer');
    expect(cloud.instance(launched({ LaunchTemplateName: 'web' })).imageId).toBe('m-newer');
    expect(cloud.instance(launched({ LaunchTemplateId: 'lt-web', ImageId: 'm-plain' })).imageId).toBe('m-plain');
    expect(cloud.refusal('RunInstances', { ...rest, LaunchTemplateId: 'lt-other' })).toBe(
      '404 InvalidLaunchTemplate.NotFound',
    );
    expect(cloud.refusal('RunInstances', { ...rest, LaunchTemplateId: 'lt-web', LaunchTemplateVersion: '2' })).toBe(
      '404 InvalidLaunchTemplate.Version.NotFound',
    );
  });

  it('gives a public address exactly where outgoing bandwidth is asked for', () => {
    const cloud = fleet();
    expect(cloud.instance(cloud.launchOne()).publicIp).toBe('');
    expect(cloud.instance(cloud.launchOne({ InternetMaxBandwidthOut: 5 })).publicIp).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  it('rounds AutoReleaseTime to the minute and releases the instance then', () => {
    const cloud = fleet();
    const id = cloud.launchOne({ AutoReleaseTime: '2026-01-01T01:00:30Z', DeletionProtection: true });
    expect(cloud.seen(id)).toMatchObject({ AutoReleaseTime: '2026-01-01T01:00:00Z' });
    cloud.advance(3599);
    expect(cloud.status(id)).toBe('Running');
    cloud.advance(1);
    expect(cloud.status(id)).toBe('gone');
  });

  it('takes consecutive private addresses from the wished one', () => {
    const cloud = fleet({
      vSwitches: [{ id: 'vsw-web-h', account: 'prod', region: home, cidrBlock: '10.0.0.0/28' }],
    });
    const ids = cloud.launch({ PrivateIpAddress: '10.0.0.4', Amount: 3 });
    expect(ids.map((id) => cloud.instance(id).privateIp)).toEqual(['10.0.0.4', '10.0.0.5', '10.0.0.6']);
    expect(cloud.launchRefusal({ PrivateIpAddress: '10.0.0.6' })).toBe('400 InvalidPrivateIpAddress.Duplicated');
    expect(cloud.launchRefusal({ PrivateIpAddress: '10.0.0.0' })).toBe('400 InvalidPrivateIpAddress');
    expect(cloud.launchRefusal({ PrivateIpAddress: '10.0.0.13' })).toBe('400 InvalidPrivateIpAddress');
    expect(cloud.launchRefusal({ PrivateIpAddress: '10.0.0' })).toBe('400 InvalidPrivateIpAddress.Malformed');
    expect(cloud.launchRefusal({ Amount: 10 })).toBe('400 QuotaExceeded.PrivateIpAddress');
  });
});

describe('names of launched instances', () => {
  it.each<readonly [string, Parameters, readonly string[]]>([
    ['one name for all', { InstanceName: 'web', Amount: 2 }, ['web', 'web']],
    ['UniqueSuffix', { InstanceName: 'web', UniqueSuffix: true, Amount: 2 }, ['web001', 'web002']],
    ['begin and bits', { InstanceName: 'web-[9,3]', Amount: 2 }, ['web-009', 'web-010']],
    ['empty brackets', { InstanceName: 'web[]', Amount: 1 }, ['web000000']],
    ['begin alone', { InstanceName: 'web[7,]', Amount: 1 }, ['web000007']],
    ['bits alone', { InstanceName: 'web[,2]', Amount: 2 }, ['web00', 'web01']],
    ['a bare comma', { InstanceName: 'web[,]', Amount: 1 }, ['web000000']],
    ['no second suffix where the name counts itself', { InstanceName: 'w[1,2]', UniqueSuffix: true }, ['w01']],
    ['a suffix after the bracket', { InstanceName: 'w[1,2]x', UniqueSuffix: true }, ['w01x001']],
  ])('%s', (_what, parameters, expected) => {
    const cloud = fleet();
    expect(cloud.launch(parameters).map((id) => cloud.instance(id).name)).toEqual(expected);
  });

  it('default to the ID', () => {
    const cloud = fleet();
    const id = cloud.launchOne();
    expect(cloud.instance(id).name).toBe(id);
  });

  it.each<readonly [Parameters, string]>([
    [{ InstanceName: 'w' }, '400 InvalidInstanceName.Malformed'],
    [{ InstanceName: 'http://web' }, '400 InvalidInstanceName.Malformed'],
    [{ InstanceName: 'web one' }, '400 InvalidInstanceName.Malformed'],
    [{ InstanceName: 'web[1]' }, '400 InvalidInstanceName.CustomMalformed'],
    [{ InstanceName: 'web[1,7]' }, '400 InvalidInstanceName.CustomMalformed'],
    [{ InstanceName: `w${'e'.repeat(127)}`, UniqueSuffix: true }, '403 InvalidParams.InstanceNameExceed'],
    [{ HostName: 'a' }, '400 InvalidHostName.Malformed'],
    [{ HostName: '-web' }, '400 InvalidHostName.Malformed'],
    [{ HostName: 'web..one' }, '400 InvalidHostName.Malformed'],
    [{ HostName: 'web_one' }, '400 InvalidHostName.Malformed'],
    [{ HostName: `w${'e'.repeat(63)}`, UniqueSuffix: true }, '403 InvalidParams.HostnameExceed'],
    [{ ImageId: 'm-windows', HostName: 'web.one' }, '400 InvalidHostName.Malformed'],
    [{ ImageId: 'm-windows', HostName: '12345' }, '400 InvalidHostName.Malformed'],
    [{ ImageId: 'm-windows', HostName: 'w'.repeat(16) }, '400 InvalidHostName.Malformed'],
    [{ HostName: 'web', 'HostNames.1': 'web' }, '403 InvalidHostname.SingleAndMultiConflict'],
    [{ Amount: 2, 'HostNames.1': 'web' }, '403 InvalidHostname.SizeInvalid'],
  ])('%j is refused with %s', (parameters, expected) => {
    expect(fleet().launchRefusal(parameters)).toBe(expected);
  });

  it('fill the placeholder of a Linux host name with the ID', () => {
    const cloud = fleet();
    const id = cloud.launchOne({ HostName: 'web-${instance_id}' });
    expect(cloud.instance(id).hostName).toBe(`web-${id}`);
  });
});

describe('the disks of a launch', () => {
  it.each<readonly [string, Parameters, object]>([
    [
      '[INS-19] at least 40 GiB, ESSD PL0 where the type takes nothing older',
      {},
      { sizeGiB: 40, category: 'cloud_essd', performanceLevel: 'PL0' },
    ],
    [
      'cloud_efficiency where the type takes it',
      { InstanceType: 'ecs.g6.large' },
      { category: 'cloud_efficiency', performanceLevel: '' },
    ],
    ['the size of a larger image', { ImageId: 'm-newer' }, { sizeGiB: 50 }],
    ['PL1 where ESSD is named without a level', { 'SystemDisk.Category': 'cloud_essd' }, { performanceLevel: 'PL1' }],
    [
      'what is asked for',
      { 'SystemDisk.Category': 'cloud_auto', 'SystemDisk.Size': '100', 'SystemDisk.DiskName': 'root' },
      { category: 'cloud_auto', sizeGiB: 100, name: 'root' },
    ],
  ])('system: %s', (_what, parameters, expected) => {
    const cloud = fleet();
    expect(cloud.systemDisk(cloud.launchOne(parameters))).toMatchObject({
      type: 'system',
      device: '/dev/xvda',
      status: 'In_use',
      deleteWithInstance: true,
      ...expected,
    });
  });

  it.each<readonly [Parameters, string]>([
    [{ ImageId: 'm-newer', 'SystemDisk.Size': 49 }, '404 InvalidSystemDiskSize.LessThanImageSize'],
    [
      { 'SystemDisk.Category': 'cloud_essd', 'SystemDisk.PerformanceLevel': 'PL2' },
      '404 InvalidSystemDiskSize.LessThanMinSize',
    ],
    [
      { 'SystemDisk.Category': 'cloud_essd', 'SystemDisk.PerformanceLevel': 'PL2', 'SystemDisk.Size': 460 },
      '404 InvalidSystemDiskSize.LessThanMinSize',
    ],
    [{ 'SystemDisk.Category': 'cloud_essd', 'SystemDisk.PerformanceLevel': 'PL2', 'SystemDisk.Size': 461 }, 'none'],
    [
      { 'SystemDisk.Category': 'cloud_essd', 'SystemDisk.PerformanceLevel': 'PL3', 'SystemDisk.Size': 1260 },
      '404 InvalidSystemDiskSize.LessThanMinSize',
    ],
    [{ 'SystemDisk.Size': 2049 }, '404 InvalidSystemDiskSize.MoreThanMaxSize'],
    [{ 'SystemDisk.Size': 'big' }, '400 InvalidSystemDiskSize.ValueNotSupported'],
    [{ 'SystemDisk.Category': 'cloud_gold' }, '400 InvalidSystemDiskCategory.ValueNotSupported'],
    [{ 'SystemDisk.Category': 'cloud_efficiency' }, '403 InvalidInstanceType.NotSupportDiskCategory'],
    [
      { 'SystemDisk.Category': 'cloud_auto', 'SystemDisk.PerformanceLevel': 'PL1' },
      '400 InvalidPerformanceLevel.Malformed',
    ],
    [{ 'SystemDisk.DiskName': 'x' }, '400 InvalidDiskName.Malformed'],
    [{ 'SystemDisk.Description': 'http://x' }, '400 InvalidDiskDescription.Malformed'],
    [{ 'SystemDisk.AutoSnapshotPolicyId': 'policy' }, '404 InvalidAutoSnapshotPolicyId.NotFound'],
    [{ 'DataDisk.1.Category': 'cloud_essd' }, '400 InvalidDataDiskSize.ValueNotSupported'],
    [{ 'DataDisk.1.Size': 70_000 }, '400 InvalidDataDiskSize.ValueNotSupported'],
    [{ 'DataDisk.1.Size': 40, 'DataDisk.1.Category': 'cloud_gold' }, '400 InvalidDataDiskCategory.ValueNotSupported'],
    [{ 'DataDisk.1.SnapshotId': 's-none' }, '404 InvalidDataDiskSnapshotId.NotFound'],
    [{ 'DataDisk.1.SnapshotId': 's-foreign' }, '404 InvalidDataDiskSnapshotId.NotFound'],
    [{ 'DataDisk.1.SnapshotId': 's-full-b', 'DataDisk.1.Size': 99 }, '403 InvalidDiskSize.TooSmall'],
  ])('%j gives %s', (parameters, expected) => {
    expect(fleet().launchRefusal(parameters)).toBe(expected);
  });

  it('are at most 16 data disks', () => {
    const disks = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`DataDisk.${i + 1}.Size`, 40]));
    expect(fleet().launchRefusal(disks)).toBe('400 InstanceDiskNumber.LimitExceed');
  });

  it('data: from the image first, each overridden by the same device, then the others in order', () => {
    const cloud = fleet();
    const id = cloud.launchOne({
      ImageId: 'm-full',
      'DataDisk.1.Size': 40,
      'DataDisk.2.Device': '/dev/xvdb',
      'DataDisk.2.Size': 200,
      'DataDisk.2.DeleteWithInstance': false,
    });
    expect(
      cloud
        .disks(id)
        .map(({ device, sizeGiB, sourceSnapshotId, deleteWithInstance }) => [
          device,
          sizeGiB,
          sourceSnapshotId,
          deleteWithInstance,
        ]),
    ).toEqual([
      ['/dev/xvda', 40, 's-full-a', true],
      ['/dev/xvdb', 200, 's-full-b', false],
      ['/dev/xvdc', 40, '', true],
    ]);
  });
});

describe('encryption of a launch', () => {
  it.each<readonly [string, Parameters, object]>([
    ['plain from plain', {}, { encrypted: false, kmsKeyId: null }],
    [
      'the service key where none is named',
      { 'SystemDisk.Encrypted': 'true' },
      { encrypted: true, kmsKeyId: 'alias/acs/ecs' },
    ],
    [
      'the named key',
      { 'SystemDisk.Encrypted': 'true', 'SystemDisk.KMSKeyId': 'key-prod' },
      { encrypted: true, kmsKeyId: 'key-prod' },
    ],
    [
      "the image's key where nothing is said of an own encrypted image",
      { ImageId: 'm-locked' },
      { encrypted: true, kmsKeyId: 'key-prod' },
    ],
    [
      'the service key for a shared encrypted image',
      { ImageId: 'm-secret', 'SystemDisk.Encrypted': 'true' },
      { encrypted: true, kmsKeyId: 'alias/acs/ecs' },
    ],
  ])('%s', (_what, parameters, expected) => {
    const cloud = fleet();
    expect(cloud.systemDisk(cloud.launchOne(parameters))).toMatchObject(expected);
  });

  it.each<readonly [Parameters, string]>([
    [{ ImageId: 'm-secret' }, '400 InvalidParam.EncryptedMismatch'],
    [{ ImageId: 'm-secret', 'SystemDisk.Encrypted': 'false' }, '400 InvalidParam.EncryptedMismatch'],
    [{ ImageId: 'm-locked', 'SystemDisk.Encrypted': 'false' }, '403 InvalidEncrypted.NotMatchSnapshot'],
    [{ 'SystemDisk.KMSKeyId': 'key-prod' }, '400 InvalidParameter.EncryptedIllegal'],
    [{ 'SystemDisk.Encrypted': 'true', 'SystemDisk.KMSKeyId': 'key-none' }, '404 InvalidParameter.KMSKeyId.NotFound'],
    [{ 'SystemDisk.Encrypted': 'true', 'SystemDisk.KMSKeyId': 'key-images' }, '404 InvalidParameter.KMSKeyId.NotFound'],
    [
      { 'SystemDisk.Encrypted': 'true', 'SystemDisk.KMSKeyId': 'key-off' },
      '403 InvalidParameter.KMSKeyId.CMKNotEnabled',
    ],
  ])('%j is refused with %s', (parameters, expected) => {
    expect(fleet().launchRefusal(parameters)).toBe(expected);
  });
});

describe('RunInstances refuses', () => {
  it.each<readonly [string]>([['ImageId'], ['InstanceType'], ['VSwitchId'], ['SecurityGroupId']])(
    'a launch without %s',
    (name) => {
      const { [name]: _, ...rest } = plainLaunch;
      expect(fleet().refusal('RunInstances', rest)).toBe('400 MissingParameter');
    },
  );

  it.each<readonly [Parameters, string]>([
    [{ ImageFamily: 'base' }, '400 UnexpectedImageFamily.ImageIdSupplied'],
    [{ ImageId: 'm-none' }, '404 InvalidImageId.NotFound'],
    [{ ImageId: 'm-foreign' }, '404 InvalidImageId.NotFound'],
    [{ ImageId: 'm-abroad' }, '404 InvalidImageId.NotFound'],
    [{ ImageId: 'm-creating' }, '403 OperationDenied.ImageNotValid'],
    [{ InstanceType: 'ecs.g99.large' }, '400 InvalidInstanceType.ValueNotSupported'],
    [{ InstanceType: 'ecs.g8y.large' }, '400 InvalidInstanceType.NotSupported'],
    [{ ImageId: 'm-arm' }, '400 InvalidInstanceType.NotSupported'],
    [{ ImageId: 'm-arm', InstanceType: 'ecs.g8y.large' }, 'none'],
    [{ ZoneId: 'cn-beijing-a' }, '404 InvalidZoneId.NotFound'],
    [{ VSwitchId: 'web' }, '404 InvalidVSwitchId.NotFound'],
    [{ SecurityGroupId: 'web' }, '404 InvalidSecurityGroupId.NotFound'],
    [{ 'SecurityGroupIds.1': 'sg-two' }, '400 InvalidSecurityGroupId.SingleIdAndMultiIdConflict'],
    [{ ResourceGroupId: 'group' }, '404 InvalidResourceGroup.NotFound'],
    [{ DeploymentSetId: 'ds-1' }, '404 DeploymentSet.NotFound'],
    [{ DedicatedHostId: 'dh-1' }, '400 UnsupportedParameter'],
    [{ 'NetworkInterface.1.VSwitchId': 'vsw-a' }, '400 UnsupportedParameter'],
    [{ Amount: 0 }, '403 InvalidParam.Amount'],
    [{ Amount: 101 }, '403 InvalidParam.Amount'],
    [{ Amount: 'two' }, '403 InvalidParam.Amount'],
    [{ Amount: 101, DryRun: true }, '403 DryRun.InvalidAmount'],
    [{ MinAmount: 0 }, '400 InvalidMinAmount.Malformed'],
    [{ Amount: 2, MinAmount: 3 }, '400 InvalidMinAmount.Malformed'],
    [{ Description: 'x' }, '400 InvalidDescription.Malformed'],
    [{ Description: 'https://x' }, '400 InvalidDescription.Malformed'],
    [{ InstanceChargeType: 'PrePaid' }, '400 MissingParameter'],
    [{ InstanceChargeType: 'PrePaid', Period: 1, DeletionProtection: true }, '403 InvalidChargeType.ValueNotSupported'],
    [{ SpotStrategy: 'SpotAsPriceGo', DeletionProtection: true }, '403 InvalidChargeType.ValueNotSupported'],
    [{ SpotStrategy: 'Cheap' }, '400 InvalidSpotStrategy'],
    [{ InternetMaxBandwidthOut: 101 }, '400 InvalidInternetMaxBandwidthOut'],
    [{ InternetMaxBandwidthIn: 11 }, '400 InvalidInternetMaxBandwidthIn'],
    [{ InternetMaxBandwidthOut: 50, InternetMaxBandwidthIn: 50 }, 'none'],
    [{ Password: 'short' }, '400 InvalidPassword.Malformed'],
    [{ Password: 'onlylowercase' }, '400 InvalidPassword.Malformed'],
    [{ Password: 'Good-enough1', PasswordInherit: true }, '400 InvalidPasswordParam.Mismatch'],
    [{ Password: 'Good-enough1' }, 'none'],
    [{ UserData: 'not base64!' }, '400 InvalidUserData.Base64FormatInvalid'],
    [{ UserData: 'aGk=', ImageId: 'm-bare' }, '400 ImageNotSupportCloudInit'],
    [{ 'ImageOptions.LoginAsNonRoot': true, ImageId: 'm-bare' }, '400 LoginAsNonRoot.ImageNotSupport'],
    [{ AutoReleaseTime: '2026-01-01T00:29:00Z' }, '400 InvalidAutoReleaseTime.Malformed'],
    [{ AutoReleaseTime: '2029-01-02T00:00:00Z' }, '400 InvalidAutoReleaseTime.Malformed'],
    [{ AutoReleaseTime: 'tomorrow' }, '400 InvalidAutoReleaseTime.Malformed'],
    [{ HttpPutResponseHopLimit: 65 }, '400 InvalidHttpPutResponseHopLimit'],
    [{ 'Tag.1.Key': 'aliyun-x', 'Tag.1.Value': 'v' }, '400 NoPermission.SystemTag'],
    [{ 'Tag.1.Key': 'k', 'Tag.1.Value': 'v', 'Tag.2.Key': 'k', 'Tag.2.Value': 'w' }, '400 Duplicate.TagKey'],
    [{ 'Tag.1.Key': 'http://k', 'Tag.1.Value': 'v' }, '400 InvalidTagKey.Malformed'],
  ])('%j with %s', (parameters, expected) => {
    expect(fleet().launchRefusal(parameters)).toBe(expected);
  });

  it('user data of more than 32 KB', () => {
    const userData = (bytes: number): Parameters => ({ UserData: Buffer.alloc(bytes).toString('base64') });
    expect(fleet().launchRefusal(userData(32 * 1024 + 1))).toBe('400 InvalidUserData.SizeExceeded');
    expect(fleet().launchRefusal(userData(32 * 1024))).toBe('none');
  });

  it('an empty family with 403 InvalidImageFamily.MissingAvailableImage', () => {
    const { ImageId: _, ...rest } = plainLaunch;
    expect(fleet().refusal('RunInstances', { ...rest, ImageFamily: 'nothing' })).toBe(
      '403 InvalidImageFamily.MissingAvailableImage',
    );
  });

  it('six security groups, and one twice', () => {
    const { SecurityGroupId: _, ...rest } = plainLaunch;
    const groups = (ids: readonly string[]): Parameters =>
      Object.fromEntries(ids.map((id, i) => [`SecurityGroupIds.${i + 1}`, id]));
    const six = groups(['sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5', 'sg-6']);
    expect(fleet().refusal('RunInstances', { ...rest, ...six })).toBe('400 JoinedGroupLimitExceed');
    expect(fleet().refusal('RunInstances', { ...rest, ...groups(['sg-1', 'sg-1']) })).toBe(
      '400 InvalidParameter.SecurityGroupIdRepeated',
    );
  });

  it('what a present list of the scenario does not hold, while an absent list lets any well-formed ID pass', () => {
    const listed = fleet({
      vSwitches: [{ id: 'vsw-web-h', account: 'prod', region: home, zone: 'cn-hangzhou-h', vpcId: 'vpc-a' }],
      securityGroups: [
        { id: 'sg-web', account: 'prod', region: home, vpcId: 'vpc-a' },
        { id: 'sg-far', account: 'prod', region: home, vpcId: 'vpc-b' },
      ],
      keyPairs: [{ name: 'ops', account: 'prod' }],
      ramRoles: [{ name: 'web', account: 'prod' }],
    });
    const cases: readonly (readonly [Parameters, string])[] = [
      [{ VSwitchId: 'vsw-other' }, '404 InvalidVSwitchId.NotFound'],
      [{ SecurityGroupId: 'sg-other' }, '404 InvalidSecurityGroupId.NotFound'],
      [{ SecurityGroupId: 'sg-far' }, '400 InvalidParameter.Mismatch'],
      [{ ZoneId: 'cn-hangzhou-a' }, '403 OperationDenied.InconsistentNetwork'],
      [{ KeyPairName: 'other' }, '404 InvalidKeyPairName.NotFound'],
      [{ RamRoleName: 'other' }, '404 InvalidRamRole.NotFound'],
      [{ KeyPairName: 'ops', RamRoleName: 'web', ZoneId: 'cn-hangzhou-h' }, 'none'],
    ];
    for (const [parameters, expected] of cases) expect(listed.launchRefusal(parameters)).toBe(expected);
    expect(fleet().launchRefusal({ KeyPairName: 'any', RamRoleName: 'any', VSwitchId: 'vsw-any' })).toBe('none');
  });

  it('a vSwitch of another account or region', () => {
    const cloud = fleet({
      vSwitches: [
        { id: 'vsw-foreign', account: 'images', region: home },
        { id: 'vsw-abroad', account: 'prod', region: abroad },
      ],
    });
    expect(cloud.launchRefusal({ VSwitchId: 'vsw-foreign' })).toBe('404 InvalidVSwitchId.NotFound');
    expect(cloud.launchRefusal({ VSwitchId: 'vsw-abroad' })).toBe('404 InvalidVSwitchId.NotFound');
  });
});

describe('[INS-33] quota and stock', () => {
  it('refuse all of a launch that they do not suffice for', () => {
    const cloud = fleet({ stock: { 'ecs.g7.large': 2 } });
    expect(cloud.launchRefusal({ Amount: 3 })).toBe('403 OperationDenied.NoStock');
    expect(cloud.launch({ Amount: 2 })).toHaveLength(2);
    expect(cloud.launchRefusal({})).toBe('403 OperationDenied.NoStock');
    expect(cloud.launchRefusal({ InstanceType: 'ecs.g7.xlarge' })).toBe('none');
  });

  it('launch as many as possible from MinAmount on', () => {
    const cloud = fleet({ stock: { 'ecs.g7.large': 2 }, quotas: { instancesPerRegion: 3 } });
    expect(cloud.launch({ Amount: 5, MinAmount: 1 })).toHaveLength(2);
    expect(cloud.launchRefusal({ InstanceType: 'ecs.g7.xlarge', Amount: 5, MinAmount: 2 })).toBe(
      '403 QuotaExceed.ElasticQuota',
    );
    expect(cloud.launch({ InstanceType: 'ecs.g7.xlarge', Amount: 5, MinAmount: 1 })).toHaveLength(1);
  });

  it('[INS-31] count stock by zone, leave out what was there at the start, and get it back with a release', () => {
    const cloud = fleet({
      instances: [{ id: 'i-old', account: 'prod', region: home, imageId: 'm-plain' }],
      stock: { [`${home}/${home}-h/ecs.g7.large`]: 1 },
    });
    const id = cloud.launchOne();
    expect(cloud.launchRefusal({})).toBe('403 OperationDenied.NoStock');
    expect(cloud.launchRefusal({ ZoneId: `${home}-a` })).toBe('none');
    cloud.advance(60);
    cloud.call('DeleteInstance', { InstanceId: id, Force: true });
    expect(cloud.launchRefusal({})).toBe('none');
  });
});

describe('CreateInstance', () => {
  it('ends at Stopped, without a public address', () => {
    const cloud = fleet();
    const { InstanceId } = cloud.call('CreateInstance', { ...plainLaunch, InternetMaxBandwidthOut: 5 });
    const id = String(InstanceId);
    expect(cloud.status(id)).toBe('Pending');
    cloud.advance(60);
    expect(cloud.instance(id)).toMatchObject({ status: 'Stopped', publicIp: '', internetMaxBandwidthOut: 5 });
    cloud.call('StartInstance', { InstanceId: id });
    cloud.advance(60);
    expect(cloud.status(id)).toBe('Running');
  });

  it('has no way to encrypt the system disk, so a shared encrypted image is refused', () => {
    const parameters = { ...plainLaunch, ImageId: 'm-secret', 'SystemDisk.Encrypted': 'true' };
    expect(fleet().refusal('CreateInstance', parameters)).toBe('400 InvalidParam.EncryptedMismatch');
  });
});
