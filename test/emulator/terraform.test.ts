/**
 * The calls that the Terraform provider 1.289.0 was seen to make, in its order, dialects and parameters, with a few that
 * only its source has: security groups, sizes of disks, attributes of images. And those of the aliyun CLI 3.4.11. Neither
 * binary is run here.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { DirectCloud, home, type Parameters } from './direct.js';
import { signV1 } from './signing.js';
import { prodUid, imagesUid } from './support.js';

type Body = Readonly<Record<string, unknown>>;
type Row = Readonly<Record<string, unknown>>;

const own = { account: 'prod', region: home };
let cloud: DirectCloud;
let nonce = 0;

beforeEach(() => {
  cloud = new DirectCloud({
    images: [
      { id: 'm-own', ...own, name: 'web-v1', sizeGiB: 40 },
      { id: 'm-next', ...own, name: 'web-v2', sizeGiB: 40 },
      {
        id: 'm-golden',
        account: 'images',
        region: home,
        name: 'golden',
        encrypted: true,
        kmsKeyId: 'key-i',
        sharedWith: ['prod'],
      },
    ],
    kmsKeys: [
      { id: 'key-p', ...own },
      { id: 'key-i', account: 'images', region: home },
    ],
    timings: { copyImage: { baseSeconds: 120, secondsPerGiB: 0 } },
  });
});

/** tea-rpc, which the provider uses for its younger calls: business parameters in the form, the rest in the query. */
function rpcPost(action: string, parameters: Parameters, as = 'prod'): Body {
  return send(action, parameters, { place: 'business-in-form', system: { Format: 'json' } }, as);
}

/** alibaba-cloud-sdk-go, for most calls and for the CLI: all in the query, and an empty SignatureType that is signed. */
function goSdk(action: string, parameters: Parameters, as = 'prod'): Body {
  return send(action, parameters, { place: 'query', system: { SignatureType: '' } }, as);
}

function send(action: string, parameters: Parameters, options: object, as: string): Body {
  nonce += 1;
  const texts = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const request = signV1(cloud.signer(as), action, texts, { at: cloud.realNow, nonce: `tf-${nonce}`, ...options });
  const { status, body } = cloud.send(request);
  return status === 200 ? body : { status, Code: body['Code'] };
}

function rows(body: Body, list: string): readonly Row[] {
  const [outer = '', inner = ''] = list.split('.');
  return (body[outer] as Readonly<Record<string, readonly Row[]>>)[inner] ?? [];
}

const region = { RegionId: home };
const additional = {
  'AdditionalAttributes.1': 'META_OPTIONS',
  'AdditionalAttributes.2': 'NETWORK_PRIMARY_ENI_IP',
  'AdditionalAttributes.3': 'LOGIN_AS_NON_ROOT',
  'AdditionalAttributes.4': 'DISK_HIGH_DENSITY_MODE',
};

function describeInstance(InstanceId: string): Row | undefined {
  const ask = { ...region, InstanceIds: JSON.stringify([InstanceId]), ...additional };
  return rows(goSdk('DescribeInstances', ask), 'Instances.Instance')[0];
}

function waitFor(InstanceId: string, status: string, pending: readonly string[]): void {
  for (let turn = 0; turn < 60; turn += 1) {
    const seen = String(describeInstance(InstanceId)?.['Status']);
    if (seen === status) return;
    expect(pending).toContain(seen);
    cloud.advance(10);
  }
  throw new Error(`${InstanceId} is not ${status} within ten minutes`);
}

function create(parameters: Parameters = {}): string {
  const body = rpcPost('RunInstances', {
    ...region,
    ClientToken: `TF-RunInstances-${nonce}`,
    ImageId: 'm-own',
    InstanceType: 'ecs.g7.large',
    'SecurityGroupIds.1': 'sg-web',
    VSwitchId: 'vsw-web',
    InstanceName: 'tf-web',
    'SystemDisk.Category': 'cloud_essd',
    'SystemDisk.Size': '40',
    'DataDisk.1.Size': 100,
    'DataDisk.1.Category': 'cloud_essd',
    'DataDisk.1.DeleteWithInstance': true,
    'DataDisk.1.Encrypted': false,
    'Tag.1.Key': 'team',
    'Tag.1.Value': 'web',
    DeletionProtection: false,
    DryRun: false,
    UserData: 'IyEvYmluL3NoCg==',
    ...parameters,
  });
  const ids = (body['InstanceIdSets'] as { readonly InstanceIdSet: readonly string[] }).InstanceIdSet;
  cloud.advance(10);
  waitFor(ids[0] ?? '', 'Running', ['Pending', 'Starting', 'Stopped']);
  return ids[0] ?? '';
}

describe('alicloud_instance', () => {
  it('is created, and every read that follows is answered in the shape that the provider needs', () => {
    const InstanceId = create();
    const [disk] = rows(rpcPost('DescribeDisks', { ...region, InstanceId, DiskType: 'system' }), 'Disks.Disk');
    expect(disk?.['InstanceId']).toBe(InstanceId);
    expect(goSdk('DescribeUserData', { ...region, InstanceId })).toMatchObject({
      InstanceId,
      UserData: 'IyEvYmluL3NoCg==',
    });
    const role = goSdk('DescribeInstanceRamRole', { ...region, InstanceIds: JSON.stringify([InstanceId]) });
    expect(rows(role, 'InstanceRamRoleSets.InstanceRamRoleSet')).toMatchObject([{ InstanceId, RamRoleName: '' }]);
    const instance = describeInstance(InstanceId) ?? {};
    const { NetworkInterface } = instance['NetworkInterfaces'] as { NetworkInterface: readonly Row[] };
    const NetworkInterfaceId = String(NetworkInterface[0]?.['NetworkInterfaceId']);
    const enis = rpcPost('DescribeNetworkInterfaces', { ...region, 'NetworkInterfaceId.1': NetworkInterfaceId });
    expect(rows(enis, 'NetworkInterfaceSets.NetworkInterfaceSet')).toMatchObject([
      { NetworkInterfaceId, PrivateIpSets: { PrivateIpSet: [{ Primary: true }] } },
    ]);
    const maintenance = rpcPost('DescribeInstanceMaintenanceAttributes', { ...region, 'InstanceId.1': InstanceId });
    expect(rows(maintenance, 'MaintenanceAttributes.MaintenanceAttribute')).toMatchObject([
      { InstanceId, ActionOnMaintenance: { Value: 'AutoRecover' }, NotifyOnMaintenance: false },
    ]);
    expect(goSdk('DescribeInstanceAttribute', { ...region, InstanceId })).toMatchObject({ InstanceId });
    const attachment = rpcPost('DescribeInstanceAttachmentAttributes', {
      ...region,
      InstanceIds: JSON.stringify([InstanceId]),
    });
    expect(rows(attachment, 'Instances.Instance')).toMatchObject([
      { InstanceId, PrivatePoolOptionsMatchCriteria: 'None' },
    ]);
    // The fourth attribute repeats the third, as the provider sends it.
    const again = {
      ...region,
      InstanceIds: JSON.stringify([InstanceId]),
      ...additional,
      'AdditionalAttributes.4': 'LOGIN_AS_NON_ROOT',
      'AdditionalAttributes.5': 'CPU_OPTIONS_TOPOLOGY_TYPE',
    };
    expect(rows(rpcPost('DescribeInstances', again), 'Instances.Instance')).toHaveLength(1);
  });

  /** The provider sends back the mode that it read while the instance ran. */
  function stop(InstanceId: string): void {
    const mode = String(describeInstance(InstanceId)?.['StoppedMode']);
    expect(mode).toBe('Not-applicable');
    const wish = { ...region, InstanceId, ForceStop: false, StoppedMode: mode };
    expect(goSdk('StopInstance', wish)).toHaveProperty('RequestId');
    waitFor(InstanceId, 'Stopped', ['Stopping', 'Running']);
  }

  it('gets another image: stopped, replaced, started, without the key pair that it had', () => {
    const InstanceId = create({ KeyPairName: 'ops' });
    stop(InstanceId);
    const wish = { ...region, InstanceId, ImageId: 'm-golden', 'SystemDisk.Size': 40, ClientToken: 'TF-Replace' };
    expect(goSdk('ReplaceSystemDisk', wish)).toEqual({ status: 400, Code: 'InvalidParam.EncryptedMismatch' });
    const { DiskId } = goSdk('ReplaceSystemDisk', {
      ...wish,
      Encrypted: true,
      KMSKeyId: 'key-p',
      ClientToken: 'TF-Replace-2',
    });
    for (let turn = 0; ; turn += 1) {
      // An empty list here would end the run.
      const disks = rows(goSdk('DescribeDisks', { ...region, DiskIds: JSON.stringify([DiskId]) }), 'Disks.Disk');
      expect(disks).toHaveLength(1);
      if (describeInstance(InstanceId)?.['ImageId'] === 'm-golden' && disks[0]?.['Size'] === 40) break;
      expect(turn).toBeLessThan(100);
      cloud.advance(5);
    }
    expect(describeInstance(InstanceId)).toMatchObject({ Status: 'Stopped', KeyPairName: '' });
    expect(goSdk('StartInstance', { ...region, InstanceId })).toHaveProperty('RequestId');
    waitFor(InstanceId, 'Running', ['Stopped', 'Starting']);
  });

  it('is changed in place', () => {
    const InstanceId = create();
    const resource = { ...region, ResourceType: 'instance', 'ResourceId.1': InstanceId };
    expect(goSdk('UntagResources', { ...resource, 'TagKey.1': 'team' })).toHaveProperty('RequestId');
    expect(goSdk('TagResources', { ...resource, 'Tag.1.Key': 'env', 'Tag.1.Value': 'x' })).toHaveProperty('RequestId');
    // The Go SDK leaves an empty value out, and a tag must have one.
    expect(goSdk('TagResources', { ...resource, 'Tag.1.Key': 'none' })).toEqual({
      status: 400,
      Code: 'InvalidTag.Mismatch',
    });
    const named = { ...region, InstanceId, InstanceName: 'tf-renamed', ClientToken: 'TF-Modify' };
    expect(rpcPost('ModifyInstanceAttribute', named)).toHaveProperty('RequestId');
    const [disk] = rows(rpcPost('DescribeDisks', { ...region, InstanceId, DiskType: 'system' }), 'Disks.Disk');
    expect(
      goSdk('ResizeDisk', { ...region, DiskId: String(disk?.['DiskId']), NewSize: 60, Type: 'online' }),
    ).toHaveProperty('RequestId');
    expect(goSdk('JoinSecurityGroup', { ...region, InstanceId, SecurityGroupId: 'sg-b' })).toHaveProperty('RequestId');
    expect(goSdk('LeaveSecurityGroup', { ...region, InstanceId, SecurityGroupId: 'sg-web' })).toHaveProperty(
      'RequestId',
    );
    expect(describeInstance(InstanceId)).toMatchObject({
      InstanceName: 'tf-renamed',
      Tags: { Tag: [{ TagKey: 'env', TagValue: 'x' }] },
      SecurityGroupIds: { SecurityGroupId: ['sg-b'] },
    });
    stop(InstanceId);
    const retyped = { ...region, InstanceId, InstanceType: 'ecs.g7.xlarge', ClientToken: 'TF-Spec' };
    expect(goSdk('ModifyInstanceSpec', retyped)).toHaveProperty('RequestId');
    expect(goSdk('StartInstance', { ...region, InstanceId })).toHaveProperty('RequestId');
    waitFor(InstanceId, 'Running', ['Stopped', 'Starting']);
  });

  it('is destroyed, and polled until it is gone', () => {
    const InstanceId = create();
    const wish = { ...region, InstanceId, Force: true };
    expect(goSdk('DeleteInstance', wish)).toEqual({ status: 403, Code: 'IncorrectInstanceStatus.Initializing' });
    cloud.advance(60);
    expect(goSdk('DeleteInstance', wish)).toHaveProperty('RequestId');
    expect(describeInstance(InstanceId)).toBeUndefined();
    expect(goSdk('DeleteInstance', wish)).toEqual({ status: 404, Code: 'InvalidInstanceId.NotFound' });
  });
});

describe('alicloud_image_copy', () => {
  it('copies, polls five states in one list, is tagged, and deleted', () => {
    const Status = 'Creating,Waiting,Available,UnAvailable,CreateFailed';
    const ordered = goSdk('CopyImage', {
      ...region,
      ImageId: 'm-golden',
      DestinationRegionId: home,
      DestinationImageName: 'tf-copy',
      Encrypted: true,
      KMSKeyId: 'key-p',
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'web',
    });
    const ImageId = String(ordered['ImageId']);
    const seen = (): Row | undefined =>
      rows(goSdk('DescribeImages', { ...region, ImageId, Status }), 'Images.Image')[0];
    cloud.advance(60);
    expect(seen()?.['Status']).toBe('Creating');
    cloud.advance(60);
    expect(seen()).toMatchObject({ Status: 'Available', ImageName: 'tf-copy' });
    expect(goSdk('ModifyImageAttribute', { ...region, ImageId, Description: 'by tf' })).toHaveProperty('RequestId');
    const resource = { ...region, ResourceType: 'image', 'ResourceId.1': ImageId };
    goSdk('TagResources', { ...resource, 'Tag.1.Key': 'env', 'Tag.1.Value': 'x' });
    goSdk('UntagResources', { ...resource, 'TagKey.1': 'team' });
    expect(rows(rpcPost('ListTagResources', resource), 'TagResources.TagResource')).toMatchObject([{ TagKey: 'env' }]);
    expect(goSdk('DeleteImage', { ...region, ImageId })).toHaveProperty('RequestId');
    expect(seen()).toBeUndefined();
  });
});

describe('alicloud_image_share_permission', () => {
  it('shares, finds the account in the list, and takes it back', () => {
    const image = { ...region, ImageId: 'm-own' };
    const accounts = (): readonly Row[] => rows(goSdk('DescribeImageSharePermission', image), 'Accounts.Account');
    goSdk('ModifyImageSharePermission', { ...image, 'AddAccount.1': imagesUid });
    expect(accounts()).toMatchObject([{ AliyunId: imagesUid }]);
    goSdk('ModifyImageSharePermission', { ...image, 'RemoveAccount.1': imagesUid });
    expect(accounts()).toEqual([]);
    expect(goSdk('DescribeImageSharePermission', { ...region, ImageId: 'm-none' })).toEqual({
      status: 404,
      Code: 'InvalidImageId.NotFound',
    });
  });
});

describe('data sources', () => {
  it('alicloud_images goes on page by page while fifty come back', () => {
    const ask = { ...region, PageNumber: 1, PageSize: 100, ImageOwnerAlias: 'self', Status: 'Available' };
    expect(rows(goSdk('DescribeImages', ask), 'Images.Image')).toHaveLength(2);
    expect(rows(goSdk('DescribeImages', { ...ask, PageNumber: 2 }), 'Images.Image')).toEqual([]);
    // For the tags of each image it asks an older operation; it logs the refusal, and goes on as if there were no tags.
    expect(goSdk('DescribeTags', { ...region, ResourceType: 'image', ResourceId: 'm-own' })).toEqual({
      status: 400,
      Code: 'UnsupportedOperation.Emulator',
    });
  });

  it('alicloud_instances reads instances, roles and disks', () => {
    const InstanceId = create();
    expect(
      rows(goSdk('DescribeInstances', { ...region, PageNumber: 1, PageSize: 100 }), 'Instances.Instance'),
    ).toHaveLength(1);
    const roles = goSdk('DescribeInstanceRamRole', {
      ...region,
      InstanceIds: JSON.stringify([InstanceId]),
      PageNumber: 1,
      PageSize: 50,
    });
    expect(roles).toMatchObject({ TotalCount: 1 });
    expect(rows(goSdk('DescribeDisks', { ...region, PageNumber: 1, PageSize: 100 }), 'Disks.Disk')).toHaveLength(2);
  });
});

describe('the aliyun CLI', () => {
  it('sends parameters in the query, its own extra ones too, and sees a dry run as an error', () => {
    const ask = { ...region, 'Tag.1.Key': 'team', 'Tag.1.Value': 'web' };
    expect(goSdk('DescribeInstances', ask)).toMatchObject({ Instances: { Instance: [] } });
    expect(goSdk('DescribeInstances', { ...ask, DryRun: true })).toEqual({ status: 400, Code: 'DryRunOperation' });
    expect(goSdk('DescribeRegions', { SourceIp: '10.0.0.1', SecureTransport: 'true' })).toHaveProperty('Regions');
  });

  it('asks the Location service where no endpoint is given, by GET', () => {
    const options = { method: 'GET' as const, at: cloud.realNow, nonce: 'location' };
    const ask = { Id: home, ServiceCode: 'ecs', Type: 'openAPI' };
    const { body } = cloud.send(signV1(cloud.signer(), 'DescribeEndpoints', ask, options));
    expect(body).toMatchObject({ Success: true, Endpoints: { Endpoint: [{ Id: home, SerivceCode: 'ecs' }] } });
  });

  it('is told who it is', () => {
    const options = { at: cloud.realNow, nonce: 'identity' };
    const { body } = cloud.send(signV1(cloud.signer(), 'GetCallerIdentity', {}, options));
    expect(body).toMatchObject({ AccountId: prodUid, IdentityType: 'Account', Arn: `acs:ram::${prodUid}:root` });
  });
});
