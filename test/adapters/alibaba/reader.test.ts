import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/adapters/alibaba/sender.js';
import type { CloudReader } from '../../../src/ports/cloud-reader.js';
import { connectTo, type FakeCloud, scope, startFakeCloud, testSecret } from '../fake-cloud.js';

let cloud: FakeCloud;
let reader: CloudReader;
let calls: CallRecord[];

beforeAll(async () => {
  cloud = await startFakeCloud();
  calls = [];
  ({ reader } = await connectTo(cloud, { onCall: (call) => calls.push(call) }));
});

beforeEach(() => {
  cloud.requests.length = 0;
  calls.length = 0;
});

afterAll(() => cloud.close());

function answers(body: string | Readonly<Record<string, unknown>>): void {
  cloud.answer = () => ({
    body: typeof body === 'string' ? body : JSON.stringify({ RequestId: 'R-1', ...body }),
  });
}

const image = {
  ImageId: 'm-1',
  ImageName: 'golden-v1',
  ImageOwnerAlias: 'others',
  Status: 'Available',
  CreationTime: '2025-12-01T00:00:00Z',
  Size: 40,
};

const anyImage = { ownerAlias: 'others', isPublic: false } as const;

describe('who is calling', () => {
  it('is answered with the exact digits, as text and as number', async () => {
    answers('{"RequestId":"R","AccountId":"9007199254740993","Arn":"acs:ram::9007199254740993:root"}');
    expect(await reader.getCallerIdentity(scope)).toEqual({
      accountId: '9007199254740993',
      arn: 'acs:ram::9007199254740993:root',
    });
    answers('{"RequestId":"R","AccountId":9007199254740993}');
    expect(await reader.getCallerIdentity(scope)).toMatchObject({ accountId: '9007199254740993' });
    expect(cloud.requests[0]).toMatchObject({ action: 'GetCallerIdentity', version: '2015-04-01' });
  });

  it('is signed with the key that the emulator lists for the UID', async () => {
    answers({ AccountId: '1' });
    await reader.getCallerIdentity(scope);
    expect(cloud.requests[0]?.headers['authorization']).toContain('Credential=KEYPROD,');
    expect(JSON.stringify(cloud.requests)).not.toContain(testSecret);
  });

  it('is reported with operation, place and request ID', async () => {
    answers({ AccountId: '1' });
    await reader.getCallerIdentity(scope);
    expect(calls).toEqual([
      { operation: 'GetCallerIdentity', ...scope, ms: expect.any(Number), code: null, requestId: 'R-1' },
    ]);
  });
});

describe('images', () => {
  it('are asked for with explicit status, owner alias and visibility', async () => {
    answers({ TotalCount: 0, Images: { Image: [] } });
    await reader.describeImages(scope, {
      ownerAlias: 'self',
      isPublic: false,
      imageIds: ['m-1', 'm-2'],
      tags: [{ key: 'tallyman:project', value: 'web.k3v9x2ab' }, { key: 'any' }],
      pageNumber: 3,
    });
    expect(cloud.requests[0]?.query).toEqual({
      RegionId: 'cn-hangzhou',
      ImageOwnerAlias: 'self',
      IsPublic: 'false',
      Status: 'ALL',
      ImageId: 'm-1,m-2',
      'Tag.1.Key': 'tallyman:project',
      'Tag.1.Value': 'web.k3v9x2ab',
      'Tag.2.Key': 'any',
      PageNumber: '3',
      PageSize: '100',
    });
  });

  it('keep owners apart whose UIDs differ only beyond 2^53', async () => {
    const facts = JSON.stringify(image).slice(0, -1);
    answers(
      `{"TotalCount":2,"Images":{"Image":[${facts},"ImageOwnerId":9007199254740992},${facts},"ImageOwnerId":9007199254740993}]}}`,
    );
    const { items } = await reader.describeImages(scope, anyImage);
    expect(items.map((item) => item.owner)).toEqual(['9007199254740992', '9007199254740993']);
  });

  it('belong to the account that looks when they are its own, and to system when they are that', async () => {
    answers({ TotalCount: 1, Images: { Image: [{ ...image, ImageOwnerAlias: 'self' }] } });
    const own = await reader.describeImages(scope, { ownerAlias: 'self', isPublic: false });
    answers({ TotalCount: 1, Images: { Image: [{ ...image, ImageOwnerAlias: 'system', ImageOwnerId: 5 }] } });
    const system = await reader.describeImages(scope, { ownerAlias: 'system', isPublic: false });
    answers({ TotalCount: 1, Images: { Image: [image] } });
    const foreign = await reader.describeImages(scope, anyImage);
    expect([own, system, foreign].map((page) => page.items[0]?.owner)).toEqual(['9007199254740993', 'system', '']);
  });

  it('are matched by exact name on our side', async () => {
    answers({ TotalCount: 2, Images: { Image: [image, { ...image, ImageId: 'm-2', ImageName: 'golden-v1-evil' }] } });
    const page = await reader.describeImages(scope, { ...anyImage, name: 'golden-v1' });
    expect(page.items.map((item) => item.imageId)).toEqual(['m-1']);
    expect(cloud.requests[0]?.query['ImageName']).toBe('golden-v1');
  });

  it('are read whatever type a field has today', async () => {
    const disk = { Type: 'system', Device: '/dev/xvda', Size: '40', SnapshotId: 's-1', RemainTime: 90, Progress: '3%' };
    const disks = [{ ...disk, Device: '/dev/xvdb', Type: 'data', Size: 10, Encrypted: 'True', RemainTime: 120 }, disk];
    answers({
      TotalCount: 1,
      Images: {
        Image: [
          {
            ...image,
            ImageVersion: 1,
            IsSelfShared: '',
            Usable: true,
            Size: '40',
            Progress: '3%',
            Status: 'Creating',
            DiskDeviceMappings: { DiskDeviceMapping: disks },
            Tags: { Tag: [{ TagKey: '__proto__', TagValue: 'x' }, { TagKey: 'empty' }] },
          },
        ],
      },
    });
    const { items } = await reader.describeImages(scope, anyImage);
    expect(items[0]).toEqual({
      ...scope,
      imageId: 'm-1',
      name: 'golden-v1',
      description: '',
      family: '',
      ownerAlias: 'others',
      owner: '',
      isPublic: false,
      status: 'Creating',
      usable: true,
      progress: '3%',
      remainingSeconds: 120,
      createdAt: '2025-12-01T00:00:00Z',
      sizeGiB: 40,
      architecture: '',
      osType: '',
      productCode: '',
      hardening: { bootMode: null, nvme: null, imds: null, nonRootLogin: null, cloudInit: null, risks: null },
      disks: [
        { device: '/dev/xvda', type: 'system', sizeGiB: 40, snapshotId: 's-1', encrypted: 'unknown' },
        { device: '/dev/xvdb', type: 'data', sizeGiB: 10, snapshotId: 's-1', encrypted: true },
      ],
      tags: Object.fromEntries([
        ['__proto__', 'x'],
        ['empty', ''],
      ]),
    });
  });
});

describe('instances and disks', () => {
  it('are listed by token with the largest page', async () => {
    answers({
      NextToken: 'next',
      Instances: {
        Instance: [
          {
            InstanceId: 'i-1',
            Status: 'Running',
            ImageId: 'm-1',
            InstanceType: 'ecs.g7.large',
            CreationTime: '2017-12-10T04:04Z',
            VpcAttributes: { VSwitchId: 'vsw-1' },
            SecurityGroupIds: { SecurityGroupId: ['sg-2', 'sg-1'] },
            OperationLocks: { LockReason: [{ LockReason: 'security' }] },
          },
        ],
      },
    });
    const page = await reader.describeInstances(scope, { instanceIds: ['i-1'], nextToken: '' });
    expect(page.nextToken).toBe('next');
    expect(page.items[0]).toMatchObject({
      createdAt: '2017-12-10T04:04:00Z',
      vSwitchId: 'vsw-1',
      securityGroupIds: ['sg-1', 'sg-2'],
      locks: ['security'],
      deletionProtection: false,
    });
    expect(cloud.requests[0]?.query).toEqual({
      RegionId: 'cn-hangzhou',
      InstanceIds: '["i-1"]',
      MaxResults: '100',
      'AdditionalAttributes.1': 'META_OPTIONS',
    });
  });

  it('have disks whose missing key is null and whose unseen encryption is none', async () => {
    const disk = { DiskId: 'd-1', Type: 'system', Status: 'In_use', Size: 40, CreationTime: '2021-06-07T06:08:54Z' };
    answers({ Disks: { Disk: [disk, { ...disk, DiskId: 'd-2', Encrypted: true, KMSKeyId: 'key-1' }] } });
    const page = await reader.describeDisks(scope, { instanceId: 'i-1', nextToken: 'T' });
    expect(page.nextToken).toBe('');
    expect(page.items.map((item) => [item.encrypted, item.kmsKeyId])).toEqual([
      [false, null],
      [true, 'key-1'],
    ]);
    expect(cloud.requests[0]?.query).toMatchObject({ MaxResults: '500', NextToken: 'T', InstanceId: 'i-1' });
  });

  it('have snapshots', async () => {
    const snapshot = {
      SnapshotId: 's-1',
      SourceDiskId: 'd-1',
      Status: 'accomplished',
      CreationTime: '2021-06-07T06:08:54Z',
    };
    answers({ Snapshots: { Snapshot: [snapshot] }, NextToken: '' });
    const page = await reader.describeSnapshots(scope, { snapshotIds: ['s-1'] });
    expect(page.items[0]).toMatchObject({ snapshotId: 's-1', sourceDiskId: 'd-1', status: 'accomplished' });
    expect(cloud.requests[0]?.query).toMatchObject({ SnapshotIds: '["s-1"]', MaxResults: '100' });
  });
});

describe('shares and keys', () => {
  it('lists accounts by exact UID, and groups beside them', async () => {
    answers({
      TotalCount: 2,
      Accounts: { Account: [{ AliyunId: 1 }, { AliyunId: '2', SharedTime: '2026-01-01T00:00:00Z' }] },
      ShareGroups: { ShareGroup: [{ Group: 'all' }] },
    });
    expect(await reader.describeImageShares(scope, { imageId: 'm-1' })).toEqual({
      items: ['1', '2'],
      totalCount: 2,
      groups: ['all'],
      sharedAt: new Map([['2', '2026-01-01T00:00:00Z']]),
    });
  });

  it.each([
    [{ KeyMetadata: { KeyState: 'Enabled' } }, 200, 'Enabled'],
    [{ KeyMetadata: { KeyState: 'PendingImport' } }, 200, 'Other'],
    [{ Code: 'Forbidden.KeyNotFound', Message: 'x' }, 404, 'Missing'],
  ])('tells the state of a key from %j', async (body, status, state) => {
    cloud.answer = () => ({ status, body: JSON.stringify(body) });
    expect(await reader.describeKey(scope, 'key-1')).toEqual({ ...scope, keyId: 'key-1', state });
    expect(cloud.requests[0]).toMatchObject({ version: '2016-01-20', query: { KeyId: 'key-1' } });
  });
});

describe('the right to list instances', () => {
  it('is there when the dry run passes, which is an error', async () => {
    cloud.answer = () => ({ status: 400, body: '{"Code":"DryRunOperation","Message":"passed"}' });
    await expect(reader.assertMayDescribeInstances(scope)).resolves.toBeUndefined();
    expect(cloud.requests[0]?.query).toEqual({ RegionId: 'cn-hangzhou', DryRun: 'true' });
  });

  it.each([
    [200, { Instances: { Instance: [] } }],
    [403, { Code: 'Forbidden.RAM', Message: 'User not authorized' }],
    [400, { Code: 'InvalidParameter', Message: 'x' }],
  ])('is missing after status %i %j', async (status, body) => {
    cloud.answer = () => ({ status, body: JSON.stringify(body) });
    await expect(reader.assertMayDescribeInstances(scope)).rejects.toMatchObject({
      code: 'cloud/denied',
      failure: 'denied',
      hint: expect.stringContaining('ecs:DescribeInstances'),
    });
  });

  it('is not judged while the service is throttling', async () => {
    cloud.answer = () => ({ status: 400, body: '{"Code":"Throttling.User","Message":"x"}' });
    await expect(reader.assertMayDescribeInstances(scope)).rejects.toMatchObject({ code: 'cloud/throttled' });
  });
});

describe('an answer of the wrong shape', () => {
  it.each([
    ['', 'is not JSON'],
    ['<html>', 'is not JSON'],
    ['{"TotalCount":0,"Images":{"Image":[]}', 'is not JSON'],
    ['[]', "'Images' is missing|is not an object"],
    ['{}', "'Images.Image' is missing"],
    ['{"Images":[]}', "'Images' is not an object"],
    ['{"Images":{"Image":{}}}', "'Images.Image' is not a list"],
    ['{"Images":{"Image":[]}}', "'TotalCount' is missing"],
    [
      JSON.stringify({ TotalCount: 1, Images: { Image: [{ ...image, Status: 'Nice' }] } }),
      "'Images.Image\\[0\\].Status'",
    ],
    [JSON.stringify({ TotalCount: 1, Images: { Image: [{ ...image, CreationTime: 'soon' }] } }), 'is not a time'],
    [JSON.stringify({ TotalCount: 1, Images: { Image: [{ ...image, ImageId: '' }] } }), 'not empty'],
  ])('is an error and no empty list: %s', async (body, told) => {
    answers(body);
    await expect(reader.describeImages(scope, anyImage)).rejects.toMatchObject({
      code: 'cloud/incomplete',
      message: expect.stringMatching(told),
    });
  });
});

describe('the reader', () => {
  it('has nothing that writes', () => {
    const writing = /^(?:copy|delete|modify|run|start|stop|replace|create|tag|untag)/;
    expect(Object.keys(reader).filter((name) => writing.test(name))).toEqual([]);
    // @ts-expect-error: a reader has no such method, at compile time either.
    expect(reader.deleteImage).toBeUndefined();
  });
});
