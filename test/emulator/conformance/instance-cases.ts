/* oxlint-disable vitest/no-standalone-expect -- each case is a function that a test runs */
import { expect } from 'vitest';
import type { ConformanceCase, Parameters, Stage } from './stage.js';
import {
  changing,
  disks,
  done,
  idsOf,
  instance,
  instances,
  launch,
  launchOf,
  launchOne,
  reading,
  refusal,
  refused,
  rowsOf,
  until,
} from './steps.js';

const launching = (
  title: string,
  rows: readonly string[],
  parameters: (stage: Stage) => Parameters,
  expected: string,
): ConformanceCase =>
  refusal(title, rows, 'RunInstances', (stage) => ({ ...launchOf(stage), ...parameters(stage) }), expected);
const replacing = (
  title: string,
  rows: readonly string[],
  parameters: (stage: Stage) => Parameters,
  expected: string,
): ConformanceCase =>
  refusal(
    title,
    rows,
    'ReplaceSystemDisk',
    (stage) => ({ InstanceId: stage.stoppedInstance, ImageId: stage.images.own, ...parameters(stage) }),
    expected,
  );
const onRunning = (
  action: string,
  rows: readonly string[],
  expected: string,
  parameters: Parameters = {},
): ConformanceCase =>
  refusal(
    `${action} of a running instance`,
    rows,
    action,
    (stage) => ({ InstanceId: stage.runningInstance, ...parameters }),
    expected,
  );

async function status(stage: Stage, id: string, wanted: string): Promise<void> {
  await until(stage, async () => (await instance(stage, id))['Status'] === wanted);
}

const launches: readonly ConformanceCase[] = [
  launching('without a vSwitch', ['INS-3'], () => ({ VSwitchId: '' }), '400 MissingParameter'),
  launching('without a type', ['INS-3'], () => ({ InstanceType: '' }), '400 MissingParameter'),
  launching(
    'an unknown type',
    ['INS-8'],
    () => ({ InstanceType: 'ecs.nothing.large' }),
    '400 InvalidInstanceType.ValueNotSupported',
  ),
  launching(
    'an Arm type',
    ['INS-9'],
    () => ({ InstanceType: 'ecs.g8y.large' }),
    '400 InvalidInstanceType.NotSupported',
  ),
  launching(
    'image and family',
    ['INS-4'],
    (stage) => ({ ImageFamily: stage.images.family }),
    '400 UnexpectedImageFamily.ImageIdSupplied',
  ),
  launching(
    'a family without image',
    ['INS-4'],
    () => ({ ImageId: '', ImageFamily: 'conformance-none' }),
    '403 InvalidImageFamily.MissingAvailableImage',
  ),
  launching(
    'an image that is not shared',
    ['INS-5', 'INS-6', 'IMG-98'],
    (stage) => ({ ImageId: stage.images.hidden }),
    '404 InvalidImageId.NotFound',
  ),
  launching(
    'both forms of groups',
    ['INS-11'],
    (stage) => ({ 'SecurityGroupIds.1': stage.securityGroupId }),
    '400 InvalidSecurityGroupId.SingleIdAndMultiIdConflict',
  ),
  launching(
    'a group that is unknown',
    ['INS-12', 'INS-13'],
    () => ({ SecurityGroupId: 'sg-conformance-none' }),
    '404 InvalidSecurityGroupId.NotFound',
  ),
  launching(
    'a vSwitch that is unknown',
    ['INS-13'],
    () => ({ VSwitchId: 'vsw-conformance-none' }),
    '404 InvalidVSwitchId.NotFound',
  ),
  launching(
    "a zone that is not the vSwitch's",
    ['INS-14'],
    (stage) => ({ ZoneId: `${stage.region}-a` }),
    '403 OperationDenied.InconsistentNetwork',
  ),
  launching(
    'an address outside the vSwitch',
    ['INS-15'],
    () => ({ PrivateIpAddress: '8.8.8.8' }),
    '400 InvalidPrivateIpAddress',
  ),
  launching('a malformed name', ['INS-16'], () => ({ InstanceName: 'x' }), '400 InvalidInstanceName.Malformed'),
  launching(
    'a malformed sequence',
    ['INS-16'],
    () => ({ InstanceName: 'web[0,9]', Amount: 2 }),
    '400 InvalidInstanceName.CustomMalformed',
  ),
  launching(
    'names beyond 999999',
    ['INS-17'],
    () => ({ InstanceName: 'web[999999,6]', Amount: 2 }),
    '400 InvalidInstanceName.CustomMalformed',
  ),
  launching(
    'a system disk smaller than the image',
    ['INS-18'],
    () => ({ 'SystemDisk.Size': '1' }),
    '404 InvalidSystemDiskSize.LessThanImageSize',
  ),
  launching(
    'a system disk that is too large',
    ['INS-18'],
    () => ({ 'SystemDisk.Size': '4096' }),
    '404 InvalidSystemDiskSize.MoreThanMaxSize',
  ),
  launching(
    'an old category with a new type',
    ['INS-21'],
    () => ({ 'SystemDisk.Category': 'cloud_efficiency' }),
    '403 InvalidInstanceType.NotSupportDiskCategory',
  ),
  launching(
    'a plain disk from an encrypted image',
    ['INS-23', 'IMG-53', 'IMG-60'],
    (stage) => ({ ImageId: stage.images.ownEncrypted, 'SystemDisk.Encrypted': 'false' }),
    '403 InvalidEncrypted.NotMatchSnapshot',
  ),
  launching(
    'a shared encrypted image without Encrypted',
    ['INS-23', 'IMG-55'],
    (stage) => ({ ImageId: stage.images.sharedEncrypted }),
    '400 InvalidParam.EncryptedMismatch',
  ),
  launching(
    'a key without Encrypted=true',
    ['INS-23', 'IMG-59'],
    (stage) => ({ 'SystemDisk.KMSKeyId': stage.keyId }),
    '400 InvalidParameter.EncryptedIllegal',
  ),
  launching(
    'user data that is not Base64',
    ['INS-26'],
    () => ({ UserData: 'a b' }),
    '400 InvalidUserData.Base64FormatInvalid',
  ),
  launching('a weak password', ['INS-26'], () => ({ Password: 'weak' }), '400 InvalidPassword.Malformed'),
  launching(
    '21 tags',
    ['INS-27'],
    () =>
      Object.fromEntries(
        Array.from({ length: 21 }, (_, n) => [
          [`Tag.${n + 1}.Key`, `k${n}`],
          [`Tag.${n + 1}.Value`, 'v'],
        ]).flat(),
      ) as Parameters,
    '400 NumberExceed.Tags',
  ),
  launching(
    'protection of a spot instance',
    ['INS-29'],
    () => ({ DeletionProtection: true, SpotStrategy: 'SpotAsPriceGo' }),
    '403 InvalidChargeType.ValueNotSupported',
  ),
  launching(
    'a release too soon',
    ['INS-29'],
    () => ({ AutoReleaseTime: '2020-01-01T00:00:00Z' }),
    '400 InvalidAutoReleaseTime.Malformed',
  ),
  launching('101 instances', ['INS-30'], () => ({ Amount: 101 }), '403 InvalidParam.Amount'),
  launching(
    'MinAmount above Amount',
    ['INS-30'],
    () => ({ Amount: 1, MinAmount: 2 }),
    '400 InvalidMinAmount.Malformed',
  ),
  launching(
    'an unknown template',
    ['INS-34'],
    () => ({ LaunchTemplateId: 'lt-conformance-none' }),
    '404 InvalidLaunchTemplate.NotFound',
  ),
  changing(
    'IDs come at once, and the instances run by themselves',
    ['INS-1', 'INS-15', 'INS-16', 'INS-27', 'INS-83'],
    async (stage) => {
      const ids = await launch(stage, {
        Amount: 2,
        InstanceName: 'conformance-[7,3]',
        'Tag.1.Key': 'conformance',
        'Tag.1.Value': 'yes',
      });
      expect((await instance(stage, ids[0] ?? ''))['Status']).toBe('Pending');
      for (const id of ids) await status(stage, id, 'Running');
      const listed = await instances(stage, { 'Tag.1.Key': 'conformance' });
      expect(idsOf(listed, 'InstanceName').toSorted()).toEqual(['conformance-007', 'conformance-008']);
      expect(idsOf(await disks(stage, { 'Tag.1.Key': 'conformance' }), 'DiskId')).toHaveLength(2);
    },
  ),
  changing('CreateInstance ends at Stopped and without a public address', ['INS-2', 'INS-39'], async (stage) => {
    const { body } = await done(stage.call('CreateInstance', { ...launchOf(stage), InternetMaxBandwidthOut: 5 }));
    const id = String(body['InstanceId']);
    await status(stage, id, 'Stopped');
    expect((await instance(stage, id))['PublicIpAddress']).toEqual({ IpAddress: [] });
    await done(stage.call('StartInstance', { InstanceId: id }));
    await status(stage, id, 'Running');
  }),
  changing('by family the newest image', ['INS-4', 'IMG-91'], async (stage) => {
    const id = await launchOne(stage, { ImageId: '', ImageFamily: stage.images.family });
    expect((await instance(stage, id))['ImageId']).toBe(stage.images.own);
  }),
  changing('the data disks of an image are made too', ['INS-22', 'INS-51', 'INS-47'], async (stage) => {
    const id = await launchOne(stage, {
      ImageId: stage.images.ownWithDataDisk,
      'DataDisk.1.Device': '/dev/xvdb',
      'DataDisk.1.DeleteWithInstance': false,
    });
    expect(idsOf(await disks(stage, { InstanceId: id }), 'Type').toSorted()).toEqual(['data', 'system']);
    await refused(
      stage.call('DeleteInstance', { InstanceId: id, Force: true }),
      '403 IncorrectInstanceStatus.Initializing',
    );
    await stage.wait(120);
    const [data] = await disks(stage, { InstanceId: id, DiskType: 'data' });
    await done(stage.call('DeleteInstance', { InstanceId: id, Force: true }));
    await until(stage, async () => (await instances(stage, { InstanceIds: JSON.stringify([id]) })).length === 0);
    const DiskIds = JSON.stringify([data?.['DiskId']]);
    expect(await disks(stage, { DiskIds })).toMatchObject([{ Status: 'Available', InstanceId: '' }]);
  }),
  changing('a shared encrypted image launches with an own key', ['INS-23', 'IMG-55'], async (stage) => {
    const {
      keyId,
      images: { sharedEncrypted },
    } = stage;
    const id = await launchOne(stage, {
      ImageId: sharedEncrypted,
      'SystemDisk.Encrypted': 'true',
      'SystemDisk.KMSKeyId': keyId,
    });
    expect(await disks(stage, { InstanceId: id })).toMatchObject([{ Encrypted: true, KMSKeyId: keyId }]);
  }),
  changing('an own encrypted image gives disks with its key', ['INS-23', 'IMG-53', 'IMG-56'], async (stage) => {
    const id = await launchOne(stage, { ImageId: stage.images.ownEncrypted });
    expect(await disks(stage, { InstanceId: id })).toMatchObject([{ Encrypted: true, KMSKeyId: stage.keyId }]);
  }),
  changing('bandwidth gives a public address', ['INS-25'], async (stage) => {
    const id = await launchOne(stage, { InternetMaxBandwidthOut: 5 });
    expect((await instance(stage, id))['PublicIpAddress']).toMatchObject({
      IpAddress: [expect.stringMatching(/^[\d.]+$/)],
    });
  }),
];

const power: readonly ConformanceCase[] = [
  onRunning('StartInstance', ['INS-38'], '403 IncorrectInstanceStatus'),
  onRunning('DeleteInstance', ['INS-38'], '403 IncorrectInstanceStatus'),
  onRunning('ModifyInstanceSpec', ['INS-38', 'INS-91'], '400 InvalidInstanceStatus.NotStopped', {
    InstanceType: 'ecs.g7.xlarge',
  }),
  refusal(
    'stopping what is stopped',
    ['INS-38'],
    'StopInstance',
    (stage) => ({ InstanceId: stage.stoppedInstance }),
    '403 IncorrectInstanceStatus',
  ),
  refusal(
    'rebooting what is stopped',
    ['INS-38'],
    'RebootInstance',
    (stage) => ({ InstanceId: stage.stoppedInstance }),
    '403 IncorrectInstanceStatus',
  ),
  refusal(
    'an unknown instance',
    ['INS-38'],
    'StartInstance',
    () => ({ InstanceId: 'i-conformance-none' }),
    '404 InvalidInstanceId.NotFound',
  ),
  refusal(
    'a batch of 101',
    ['INS-45'],
    'StartInstances',
    (stage) => ({
      RegionId: stage.region,
      ...Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`InstanceId.${n + 1}`, `i-${n}`])),
    }),
    '403 InvalidParameter.TooManyInstanceIds',
  ),
  changing('stop and start, one after the other', ['INS-39', 'INS-40', 'INS-41'], async (stage) => {
    const { call, runningInstance: InstanceId } = stage;
    await done(call('StopInstance', { InstanceId }));
    expect((await instance(stage, InstanceId))['Status']).toBe('Stopping');
    await status(stage, InstanceId, 'Stopped');
    expect((await instance(stage, InstanceId))['StoppedMode']).toBe('KeepCharging');
    await done(call('StartInstance', { InstanceId }));
    await status(stage, InstanceId, 'Running');
  }),
  changing('AllTogether undoes, SuccessFirst does what it can', ['INS-45'], async (stage) => {
    const { call, region, runningInstance, stoppedInstance } = stage;
    const both = { RegionId: region, 'InstanceId.1': runningInstance, 'InstanceId.2': stoppedInstance };
    await refused(call('StopInstances', both), '403 IncorrectInstanceStatus');
    expect((await instance(stage, runningInstance))['Status']).toBe('Running');
    const answer = await done(call('StopInstances', { ...both, BatchOptimization: 'SuccessFirst' }));
    expect(idsOf(rowsOf(answer, 'InstanceResponses.InstanceResponse'), 'Code')).toEqual([
      '200',
      'IncorrectInstanceStatus',
    ]);
  }),
  changing('protection keeps an instance, until it is lifted', ['INS-50', 'INS-89'], async (stage) => {
    const InstanceId = stage.stoppedInstance;
    await done(stage.call('ModifyInstanceAttribute', { InstanceId, DeletionProtection: true }));
    await refused(stage.call('DeleteInstance', { InstanceId, Force: true }), '403 InvalidOperation.DeletionProtection');
    await done(stage.call('ModifyInstanceAttribute', { InstanceId, DeletionProtection: false }));
    await done(stage.call('DeleteInstance', { InstanceId }));
  }),
];

const replacements: readonly ConformanceCase[] = [
  refusal(
    'replacing while it runs',
    ['INS-53'],
    'ReplaceSystemDisk',
    (stage) => ({ InstanceId: stage.runningInstance, ImageId: stage.images.own }),
    '403 IncorrectInstanceStatus',
  ),
  replacing(
    'by an image with data disks',
    ['INS-66'],
    (stage) => ({ ImageId: stage.images.ownWithDataDisk }),
    '400 OperationDenied',
  ),
  replacing(
    'by an image that is not shared',
    ['IMG-98'],
    (stage) => ({ ImageId: stage.images.hidden }),
    '404 InvalidImageId.NotFound',
  ),
  replacing(
    'by a smaller disk',
    ['INS-65'],
    () => ({ 'SystemDisk.Size': 30 }),
    '404 InvalidSystemDiskSize.LessThanImageSize',
  ),
  replacing('without an image', ['INS-53'], () => ({ ImageId: '' }), '400 MissingParameter'),
  replacing(
    'by a shared encrypted image without Encrypted',
    ['INS-67', 'IMG-61'],
    (stage) => ({ ImageId: stage.images.sharedEncrypted }),
    '400 InvalidParam.EncryptedMismatch',
  ),
  replacing(
    'by a shared encrypted image, Encrypted=false',
    ['IMG-55'],
    (stage) => ({ ImageId: stage.images.sharedEncrypted, Encrypted: false }),
    '400 InvalidParam.EncryptedMismatch',
  ),
  changing(
    'a shared encrypted image is installed with Encrypted=true, and nothing starts the instance',
    ['INS-54', 'INS-55', 'INS-57', 'INS-60', 'INS-62', 'INS-64', 'INS-87'],
    async (stage) => {
      const {
        call,
        stoppedInstance: InstanceId,
        keyId,
        images: { sharedEncrypted: ImageId },
      } = stage;
      const [before] = await disks(stage, { InstanceId, DiskType: 'system' });
      const { body } = await done(call('ReplaceSystemDisk', { InstanceId, ImageId, Encrypted: true, KMSKeyId: keyId }));
      const DiskIds = JSON.stringify([body['DiskId']]);
      expect(await disks(stage, { InstanceId, DiskType: 'system' })).toMatchObject([{ DiskId: body['DiskId'] }]);
      expect(await disks(stage, { DiskIds })).toMatchObject([
        { ImageId, Encrypted: true, KMSKeyId: keyId, Tags: { Tag: [] } },
      ]);
      expect(await disks(stage, { DiskIds: JSON.stringify([before?.['DiskId']]) })).toEqual([]);
      await until(stage, async () => (await instance(stage, InstanceId))['ImageId'] === ImageId);
      expect(await instance(stage, InstanceId)).toMatchObject({
        Status: 'Stopped',
        OperationLocks: { LockReason: [] },
      });
      expect(await disks(stage, { InstanceId })).toMatchObject([
        { DiskId: body['DiskId'], Status: 'In_use', Category: before?.['Category'] },
      ]);
    },
  ),
  changing('a second replacement and a start have to wait', ['INS-61'], async (stage) => {
    const {
      call,
      stoppedInstance: InstanceId,
      images: { own: ImageId },
    } = stage;
    await done(call('ReplaceSystemDisk', { InstanceId, ImageId }));
    await refused(call('ReplaceSystemDisk', { InstanceId, ImageId }), '403 IncorrectDiskStatus');
    await refused(call('StartInstance', { InstanceId }), '403 IncorrectInstanceStatus');
  }),
  changing('ReInitDisk needs the image, which unsharing takes away', ['INS-70', 'INS-71'], async (stage) => {
    const {
      call,
      sharer,
      stoppedInstance: InstanceId,
      region,
      images: { shared: ImageId },
    } = stage;
    const { body } = await done(call('ReplaceSystemDisk', { InstanceId, ImageId }));
    await until(stage, async () => (await instance(stage, InstanceId))['ImageId'] === ImageId);
    await done(call('ReInitDisk', { DiskId: String(body['DiskId']) }));
    await until(stage, async () => (await disks(stage, { InstanceId }))[0]?.['Status'] === 'In_use');
    await done(sharer('ModifyImageSharePermission', { RegionId: region, ImageId, 'RemoveAccount.1': stage.uid }));
    await refused(call('ReInitDisk', { DiskId: String(body['DiskId']) }), '403 SharedImageDeleted');
  }),
];

const describing = (
  title: string,
  rows: readonly string[],
  action: string,
  parameters: Parameters,
  expected: string,
): ConformanceCase => refusal(title, rows, action, (stage) => ({ RegionId: stage.region, ...parameters }), expected);

const reads: readonly ConformanceCase[] = [
  reading('an empty list of IDs matches nothing, and unknown IDs are not answered', ['INS-72'], async (stage) => {
    expect(await instances(stage, { InstanceIds: '[]' })).toEqual([]);
    expect(
      idsOf(
        await instances(stage, { InstanceIds: JSON.stringify(['i-conformance-none', stage.runningInstance]) }),
        'InstanceId',
      ),
    ).toEqual([stage.runningInstance]);
    expect(await disks(stage, { DiskIds: '[]' })).toEqual([]);
  }),
  reading('filters are ANDed', ['INS-72'], async (stage) => {
    expect(idsOf(await instances(stage, { Status: 'Stopped' }), 'InstanceId')).toContain(stage.stoppedInstance);
    expect(await instances(stage, { Status: 'Stopped', InstanceIds: JSON.stringify([stage.runningInstance]) })).toEqual(
      [],
    );
  }),
  reading('attributes that nobody knows are passed over', ['INS-73'], async (stage) => {
    expect((await instances(stage, { 'AdditionalAttributes.1': 'NO_SUCH_THING' })).length).toBeGreaterThan(0);
  }),
  reading("neither user data nor encryption nor the image's owner", ['INS-85'], async (stage) => {
    const row = await instance(stage, stage.runningInstance);
    for (const name of ['UserData', 'Encrypted', 'KMSKeyId', 'ImageOwnerId']) expect(row).not.toHaveProperty(name);
  }),
  reading('pages by token, small sizes being moved to ten', ['INS-76', 'INS-80', 'INS-81'], async (stage) => {
    const { body } = await done(stage.call('DescribeInstances', { RegionId: stage.region, MaxResults: 1 }));
    expect((body['Instances'] as { Instance: object[] }).Instance.length).toBeGreaterThan(1);
    expect(body['NextToken']).toBe('');
  }),
  describing('a page of more than 100', ['INS-76'], 'DescribeInstances', { PageSize: 101 }, '400 InvalidPageSize'),
  describing(
    'a bad token',
    ['INS-79'],
    'DescribeInstances',
    { NextToken: 'conformance', MaxResults: 10 },
    '403 Invalid.NextToken',
  ),
  describing(
    '101 instance IDs',
    ['INS-74'],
    'DescribeInstances',
    { InstanceIds: JSON.stringify(Array.from({ length: 101 }, (_, n) => `i-${n}`)) },
    '403 InvalidParameter.TooManyInstanceIds',
  ),
  describing(
    'IDs that are no list',
    ['INS-75'],
    'DescribeInstances',
    { InstanceIds: 'i-a,i-b' },
    '400 InvalidInstanceIds.Malformed',
  ),
  describing(
    'an unknown status',
    ['INS-72'],
    'DescribeInstances',
    { Status: 'Sleeping' },
    '404 InvalidStatus.NotFound',
  ),
  describing(
    'an unknown filter key',
    ['INS-72'],
    'DescribeInstances',
    { 'Filter.1.Key': 'Colour', 'Filter.1.Value': 'red' },
    '404 InvalidFilterKey.NotFound',
  ),
  describing(
    '101 disk IDs',
    ['INS-72'],
    'DescribeDisks',
    { DiskIds: JSON.stringify(Array.from({ length: 101 }, (_, n) => `d-${n}`)) },
    '403 InvalidDiskIds.Malformed',
  ),
  reading('types, zones and what they have', ['INS-100', 'INS-101'], async ({ call, region, instanceType }) => {
    const types = rowsOf(
      await call('DescribeInstanceTypes', { 'InstanceTypes.1': instanceType }),
      'InstanceTypes.InstanceType',
    );
    expect(types).toMatchObject([{ InstanceTypeId: instanceType, CpuArchitecture: 'X86' }]);
    const ask = { RegionId: region, DestinationResource: 'InstanceType', InstanceType: instanceType };
    const zones = rowsOf(await call('DescribeAvailableResource', ask), 'AvailableZones.AvailableZone');
    expect(zones[0]).toMatchObject({ RegionId: region, Status: 'Available' });
  }),
  reading('what is around an instance', ['INS-103', 'INS-104'], async (stage) => {
    const { call, region, runningInstance: InstanceId } = stage;
    const ask = { RegionId: region, InstanceId };
    expect((await done(call('DescribeInstanceAttribute', ask))).body).toMatchObject({ InstanceId });
    expect((await done(call('DescribeUserData', ask))).body).toMatchObject({
      InstanceId,
      UserData: expect.any(String),
    });
    expect(
      rowsOf(await call('DescribeNetworkInterfaces', ask), 'NetworkInterfaceSets.NetworkInterfaceSet'),
    ).toMatchObject([{ Type: 'Primary' }]);
    const maintenance = await call('DescribeInstanceMaintenanceAttributes', {
      RegionId: region,
      'InstanceId.1': InstanceId,
    });
    expect(rowsOf(maintenance, 'MaintenanceAttributes.MaintenanceAttribute')).toMatchObject([{ InstanceId }]);
  }),
];

const modifications: readonly ConformanceCase[] = [
  changing('a type is changed while stopped, and not twice in five minutes', ['INS-91'], async (stage) => {
    const InstanceId = stage.stoppedInstance;
    await done(stage.call('ModifyInstanceSpec', { InstanceId, InstanceType: 'ecs.g7.xlarge' }));
    expect((await instance(stage, InstanceId))['InstanceType']).toBe('ecs.g7.xlarge');
    await refused(stage.call('ModifyInstanceSpec', { InstanceId, InstanceType: 'ecs.g7.2xlarge' }), '400 Throttling');
  }),
  changing('a disk grows and does not shrink', ['INS-95', 'INS-96'], async (stage) => {
    const [disk] = await disks(stage, { InstanceId: stage.stoppedInstance });
    const DiskId = String(disk?.['DiskId']);
    await done(stage.call('ResizeDisk', { DiskId, NewSize: 100 }));
    await refused(stage.call('ResizeDisk', { DiskId, NewSize: 50 }), '403 InvalidDiskSize.TooSmall');
    await done(stage.call('ModifyDiskAttribute', { RegionId: stage.region, DiskId, DiskName: 'conformance' }));
    expect((await disks(stage, { DiskIds: JSON.stringify([DiskId]) }))[0]).toMatchObject({
      Size: 100,
      DiskName: 'conformance',
    });
  }),
  changing('a name and a description, and what is malformed', ['INS-89'], async (stage) => {
    const InstanceId = stage.runningInstance;
    await done(stage.call('ModifyInstanceAttribute', { InstanceId, InstanceName: 'conformance-renamed' }));
    await refused(
      stage.call('ModifyInstanceAttribute', { InstanceId, InstanceName: 'http://x' }),
      '400 InvalidInstanceName.Malformed',
    );
    expect((await instance(stage, InstanceId))['InstanceName']).toBe('conformance-renamed');
  }),
  changing('metadata options', ['INS-94'], async (stage) => {
    const ask = {
      RegionId: stage.region,
      InstanceId: stage.runningInstance,
      HttpEndpoint: 'enabled',
      HttpTokens: 'required',
    };
    await done(stage.call('ModifyInstanceMetadataOptions', ask));
    const [row] = await instances(stage, {
      InstanceIds: JSON.stringify([stage.runningInstance]),
      'AdditionalAttributes.1': 'META_OPTIONS',
    });
    expect(row?.['MetadataOptions']).toMatchObject({ HttpTokens: 'required' });
  }),
];

export const instanceCases: readonly ConformanceCase[] = [
  ...launches,
  ...power,
  ...replacements,
  ...reads,
  ...modifications,
];
