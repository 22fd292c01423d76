import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CloudWriter } from '../../../src/ports/cloud-writer.js';
import { connectTo, type FakeCloud, scope, startFakeCloud } from '../fake-cloud.js';

let cloud: FakeCloud;
let writer: CloudWriter;

beforeAll(async () => {
  cloud = await startFakeCloud();
  ({ writer } = await connectTo(cloud));
});

beforeEach(() => {
  cloud.requests.length = 0;
  cloud.answer = () => ({ body: '{"RequestId":"R"}' });
});

afterAll(() => cloud.close());

const launch = {
  imageId: 'm-1',
  clientToken: 'token',
  instanceType: 'ecs.g7.large',
  instanceName: 'web-0',
  hostName: null,
  description: null,
  zoneId: null,
  vSwitchId: 'vsw-1',
  securityGroupIds: ['sg-1'],
  systemDisk: { category: 'cloud_essd', sizeGiB: 40, performanceLevel: null, encrypted: true, kmsKeyId: 'key-1' },
  dataDisks: [
    {
      category: 'cloud_essd',
      sizeGiB: 20,
      performanceLevel: 'PL1',
      encrypted: null,
      kmsKeyId: null,
      deleteWithInstance: false,
    },
  ],
  keyPairName: null,
  metadataOptions: null,
  ramRoleName: null,
  userData: null,
  passwordInherit: false,
  internetMaxBandwidthOut: 0,
  resourceGroupId: null,
  deletionProtection: false,
  tags: { team: '' },
};

describe('a launch', () => {
  it('asks for one instance and leaves out what is not said', async () => {
    cloud.answer = () => ({ body: '{"RequestId":"R","InstanceIdSets":{"InstanceIdSet":["i-1"]}}' });
    expect(await writer.runInstance(scope, launch)).toEqual({ instanceId: 'i-1' });
    expect(cloud.requests[0]?.query).toEqual({
      RegionId: 'cn-hangzhou',
      Amount: '1',
      ImageId: 'm-1',
      InstanceType: 'ecs.g7.large',
      InstanceName: 'web-0',
      VSwitchId: 'vsw-1',
      'SecurityGroupIds.1': 'sg-1',
      'SystemDisk.Category': 'cloud_essd',
      'SystemDisk.Size': '40',
      'SystemDisk.Encrypted': 'true',
      'SystemDisk.KMSKeyId': 'key-1',
      'DataDisk.1.Category': 'cloud_essd',
      'DataDisk.1.Size': '20',
      'DataDisk.1.PerformanceLevel': 'PL1',
      'DataDisk.1.DeleteWithInstance': 'false',
      InternetMaxBandwidthOut: '0',
      DeletionProtection: 'false',
      'Tag.1.Key': 'team',
      'Tag.1.Value': '',
      ClientToken: 'token',
    });
  });

  it('reads the ID from the list that the reference nests once more', async () => {
    cloud.answer = () => ({ body: '{"RequestId":"R","InstanceIdSets":{"InstanceIdSet":[["i-1"]]}}' });
    expect(await writer.runInstance(scope, launch)).toEqual({ instanceId: 'i-1' });
  });

  it.each(['[]', '["i-1","i-2"]'])('that answers with %s instead of one ID may have taken effect', async (ids) => {
    cloud.answer = () => ({ body: `{"RequestId":"R","InstanceIdSets":{"InstanceIdSet":${ids}}}` });
    await expect(writer.runInstance(scope, launch)).rejects.toMatchObject({
      code: 'cloud/incomplete',
      failure: 'server',
    });
  });
});

describe('a copy', () => {
  it('names the source region as RegionId and carries tags and token', async () => {
    cloud.answer = () => ({ body: '{"RequestId":"R","ImageId":"m-2"}' });
    const copied = await writer.copyImage(
      { account: 'prod', region: 'ap-southeast-1' },
      {
        imageId: 'm-1',
        fromRegion: 'cn-hangzhou',
        imageName: 'web-base-abc',
        description: null,
        encrypted: null,
        kmsKeyId: null,
        resourceGroupId: null,
        tags: { a: 'b', c: 'd' },
        clientToken: 'token',
      },
    );
    expect(copied).toEqual({ imageId: 'm-2' });
    expect(cloud.requests[0]?.query).toEqual({
      RegionId: 'cn-hangzhou',
      ImageId: 'm-1',
      DestinationRegionId: 'ap-southeast-1',
      DestinationImageName: 'web-base-abc',
      'Tag.1.Key': 'a',
      'Tag.1.Value': 'b',
      'Tag.2.Key': 'c',
      'Tag.2.Value': 'd',
      ClientToken: 'token',
    });
  });
});

describe('a write', () => {
  it.each<[string, () => Promise<unknown>, Readonly<Record<string, string>>]>([
    [
      'DeleteInstance',
      () => writer.deleteInstance(scope, 'i-1'),
      { InstanceId: 'i-1', Force: 'true', ForceStop: 'false' },
    ],
    ['StartInstance', () => writer.startInstance(scope, 'i-1'), { InstanceId: 'i-1' }],
    ['StopInstance', () => writer.stopInstance(scope, 'i-1'), { InstanceId: 'i-1', StoppedMode: 'KeepCharging' }],
    ['DeleteImage', () => writer.deleteImage(scope, 'm-1'), { RegionId: 'cn-hangzhou', ImageId: 'm-1' }],
    ['CancelCopyImage', () => writer.cancelCopyImage(scope, 'm-1'), { RegionId: 'cn-hangzhou', ImageId: 'm-1' }],
    ['DeleteSnapshot', () => writer.deleteSnapshot(scope, 's-1'), { SnapshotId: 's-1' }],
    [
      'ModifyImageAttribute',
      () => writer.modifyImage(scope, 'm-1', { family: 'golden' }),
      { RegionId: 'cn-hangzhou', ImageId: 'm-1', ImageFamily: 'golden' },
    ],
    [
      'ModifyInstanceAttribute',
      () =>
        writer.modifyInstance(scope, 'i-1', {
          type: 'attributes',
          changes: { securityGroupIds: ['sg-1', 'sg-2'], deletionProtection: true },
        }),
      { InstanceId: 'i-1', 'SecurityGroupIds.1': 'sg-1', 'SecurityGroupIds.2': 'sg-2', DeletionProtection: 'true' },
    ],
    [
      'ModifyInstanceAttribute',
      () => writer.modifyInstance(scope, 'i-1', { type: 'user-data', userData: '#!/bin/sh' }),
      { InstanceId: 'i-1', UserData: 'IyEvYmluL3No' },
    ],
    [
      'ModifyInstanceSpec',
      () => writer.modifyInstance(scope, 'i-1', { type: 'instance-type', instanceType: 'ecs.g7.xlarge' }),
      { InstanceId: 'i-1', InstanceType: 'ecs.g7.xlarge' },
    ],
    [
      'ModifyInstanceMetadataOptions',
      () =>
        writer.modifyInstance(scope, 'i-1', {
          type: 'metadata-options',
          options: { httpEndpoint: null, httpTokens: 'required', httpPutResponseHopLimit: null },
        }),
      { RegionId: 'cn-hangzhou', InstanceId: 'i-1', HttpEndpoint: 'enabled', HttpTokens: 'required' },
    ],
    [
      'AttachInstanceRamRole',
      () => writer.modifyInstance(scope, 'i-1', { type: 'attach-role', ramRoleName: 'web' }),
      { RegionId: 'cn-hangzhou', InstanceIds: '["i-1"]', RamRoleName: 'web' },
    ],
    [
      'DetachInstanceRamRole',
      () => writer.modifyInstance(scope, 'i-1', { type: 'detach-role', ramRoleName: 'web' }),
      { RegionId: 'cn-hangzhou', InstanceIds: '["i-1"]', RamRoleName: 'web' },
    ],
    [
      'ResizeDisk',
      () => writer.modifyDisk(scope, 'd-1', { type: 'size', sizeGiB: 80 }),
      { DiskId: 'd-1', NewSize: '80', Type: 'online' },
    ],
    [
      'ModifyDiskSpec',
      () => writer.modifyDisk(scope, 'd-1', { type: 'spec', category: 'cloud_essd', performanceLevel: 'PL1' }),
      { DiskId: 'd-1', DiskCategory: 'cloud_essd', PerformanceLevel: 'PL1' },
    ],
    [
      'ApplyAutoSnapshotPolicy',
      () => writer.modifyDisk(scope, 'd-1', { type: 'snapshot-policy', policyId: 'sp-1' }),
      { regionId: 'cn-hangzhou', autoSnapshotPolicyId: 'sp-1', diskIds: '["d-1"]' },
    ],
    [
      'ModifyImageSharePermission',
      () => writer.modifyImageShares(scope, 'm-1', { add: ['9007199254740993'], remove: [] }),
      { RegionId: 'cn-hangzhou', ImageId: 'm-1', 'AddAccount.1': '9007199254740993' },
    ],
    [
      'TagResources',
      () => writer.tagResources(scope, 'disk', ['d-1'], { 'tallyman:id': 'd-1' }),
      {
        RegionId: 'cn-hangzhou',
        ResourceType: 'disk',
        'ResourceId.1': 'd-1',
        'Tag.1.Key': 'tallyman:id',
        'Tag.1.Value': 'd-1',
      },
    ],
    [
      'UntagResources',
      () => writer.untagResources(scope, 'instance', ['i-1'], ['a', 'b']),
      { RegionId: 'cn-hangzhou', ResourceType: 'instance', 'ResourceId.1': 'i-1', 'TagKey.1': 'a', 'TagKey.2': 'b' },
    ],
  ])('%s sends exactly what it is about', async (action, write, query) => {
    await write();
    expect(cloud.requests).toMatchObject([{ action, version: '2014-05-26' }]);
    expect(cloud.requests[0]?.query).toEqual(query);
  });

  it('replaces a system disk with a size in GiB and a boolean encryption', async () => {
    cloud.answer = () => ({ body: '{"RequestId":"R","DiskId":"d-2"}' });
    const replaced = await writer.replaceSystemDisk(scope, {
      instanceId: 'i-1',
      imageId: 'm-2',
      sizeGiB: 40,
      encrypted: true,
      kmsKeyId: null,
      keyPairName: 'ops',
      passwordInherit: false,
      clientToken: 'token',
    });
    expect(replaced).toEqual({ diskId: 'd-2' });
    expect(cloud.requests[0]?.query).toEqual({
      InstanceId: 'i-1',
      ImageId: 'm-2',
      'SystemDisk.Size': '40',
      Encrypted: 'true',
      KeyPairName: 'ops',
      ClientToken: 'token',
    });
  });

  it('keeps a snapshot for good when no days are given', async () => {
    cloud.answer = () => ({ body: '{"RequestId":"R","SnapshotId":"s-1"}' });
    const request = { diskId: 'd-1', tags: {}, clientToken: 'token' };
    expect(await writer.createSnapshot(scope, { ...request, retentionDays: 0 })).toEqual({ snapshotId: 's-1' });
    await writer.createSnapshot(scope, { ...request, retentionDays: 7 });
    expect(cloud.requests.map((sent) => sent.query['RetentionDays'])).toEqual([undefined, '7']);
  });

  it('is sent once, whatever the answer', async () => {
    cloud.answer = () => ({ status: 503, body: '{"Code":"ServiceUnavailable"}' });
    await expect(writer.deleteImage(scope, 'm-1')).rejects.toMatchObject({ failure: 'server' });
    expect(cloud.requests).toHaveLength(1);
  });
});
