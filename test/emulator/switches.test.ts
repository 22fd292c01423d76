import { describe, expect, it } from 'vitest';
import type { ScenarioImage, ScenarioSpec } from '../../src/emulator/scenario/scenario.js';
import { type Switches, switchDefinitions } from '../../src/emulator/world/settings.js';
import { abroad, DirectCloud, home, type Parameters, thirdUid } from './direct.js';
import { imagesUid, prodUid } from './support.js';

/** What a client sees in each position of a switch: of a number its default and one other value. */
interface SwitchCase<K extends keyof Switches> {
  readonly probe: (cloud: DirectCloud) => unknown;
  readonly spec?: Partial<ScenarioSpec>;
  readonly positions: readonly (readonly [Switches[K], unknown])[];
}

const own = { account: 'prod', region: home };
const foreign = { account: 'images', region: home };
const encrypted = { encrypted: true, kmsKeyId: 'key-images' };
const images: readonly ScenarioImage[] = [
  { id: 'm-own', ...own, name: 'web-own', sizeGiB: 40, createdAt: '2025-12-01T00:00:00Z' },
  { id: 'm-a-late', ...own, name: 'Web-late', sizeGiB: 40, createdAt: '2025-12-02T00:00:00Z' },
  { id: 'm-locked', ...own, name: 'locked', sizeGiB: 40, encrypted: true, kmsKeyId: 'key-prod' },
  { id: 'm-market', ...own, name: 'market', productCode: 'cmjj000001' },
  { id: 'm-shared', ...foreign, name: 'shared', sharedWith: ['prod'], tags: { team: 'base' } },
  { id: 'm-secret', ...foreign, name: 'secret', ...encrypted, sharedWith: ['prod'] },
  { id: 'm-hidden', ...foreign, name: 'hidden' },
  { id: 'm-community', ...foreign, name: 'community', community: true },
  { id: 'm-abroad', account: 'prod', region: abroad, name: 'abroad' },
];
const kmsKeys = [
  { id: 'key-prod', ...own },
  { id: 'key-images', ...foreign },
];
const world: Partial<ScenarioSpec> = { images, kmsKeys };
const stopped: Partial<ScenarioSpec> = {
  ...world,
  instances: [
    { id: 'i-web', ...own, imageId: 'm-own', status: 'Stopped', disks: [{ id: 'd-old', tags: { team: 'web' } }] },
  ],
  timings: { replaceSystemDiskSeconds: 30 },
};
const running: Partial<ScenarioSpec> = { ...world, instances: [{ id: 'i-web', ...own, imageId: 'm-own' }] };
const crowd: Partial<ScenarioSpec> = { ...world, instances: [{ id: 'i-c', count: 25, ...own, imageId: 'm-own' }] };

const launch: Parameters = {
  RegionId: home,
  ImageId: 'm-own',
  InstanceType: 'ecs.g7.large',
  SecurityGroupId: 'sg-web',
  VSwitchId: 'vsw-web',
};
const order: Parameters = { RegionId: home, ImageId: 'm-own', DestinationRegionId: abroad };
const share: Parameters = { RegionId: home, ImageId: 'm-hidden' };
const copyInPlace: Parameters = { RegionId: home, DestinationRegionId: home };

function idOf(cloud: DirectCloud, action: string, parameters: Parameters, as = 'prod'): string {
  return String(cloud.call(action, parameters, as).body['ImageId']);
}

function statusAfter(cloud: DirectCloud, id: string, region: string, seconds: number): unknown {
  cloud.advance(seconds);
  return cloud.images({ RegionId: region, ImageId: id })[0]?.['Status'] ?? 'gone';
}

function nextPage(cloud: DirectCloud, between: () => void): readonly unknown[] {
  const ask = { RegionId: home, MaxResults: 10 };
  const { body } = cloud.call('DescribeInstances', ask);
  between();
  const rest = cloud.call('DescribeInstances', { ...ask, NextToken: String(body['NextToken']) });
  if (rest.code !== 'none') return [rest.code];
  const rows = (rest.body['Instances'] as { readonly Instance: readonly { readonly InstanceId: string }[] }).Instance;
  return rows.map(({ InstanceId }) => InstanceId);
}

function replaced(cloud: DirectCloud): DirectCloud {
  cloud.call('ReplaceSystemDisk', { InstanceId: 'i-web', ImageId: 'm-a-late' });
  return cloud;
}

const sharees = (cloud: DirectCloud): readonly unknown[] =>
  cloud
    .rows('Accounts.Account', 'DescribeImageSharePermission', { ImageId: 'm-hidden' }, 'images')
    .map(({ AliyunId }) => AliyunId);
const refusalOf =
  (action: string, parameters: Parameters, as = 'prod') =>
  (cloud: DirectCloud): unknown =>
    cloud.refusal(action, parameters, as);
const ids = (rows: readonly Readonly<Record<string, unknown>>[], name = 'ImageId'): readonly unknown[] =>
  rows.map((row) => row[name]);
const firstOf = (list: unknown, member: string): Readonly<Record<string, unknown>> =>
  (list as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>)[member]?.[0] ?? {};

function sessionOf(cloud: DirectCloud): Readonly<Record<string, string>> {
  const wish = { RoleArn: `acs:ram::${prodUid}:role/r`, RoleSessionName: 'test' };
  return cloud.call('AssumeRole', wish).body['Credentials'] as Readonly<Record<string, string>>;
}

const launchWithToken: Parameters = { ...launch, ClientToken: 'token' };
const tooMany = Object.fromEntries(
  Array.from({ length: 21 }, (_, n) => [
    [`Tag.${(n % 20) + 1}.Key`, `k${n}`],
    [`Tag.${(n % 20) + 1}.Value`, 'v'],
  ]).flat(),
);
const tagging: Parameters = { RegionId: home, ResourceType: 'image', 'ResourceId.1': 'm-own' };

const cases: { readonly [K in keyof Switches]: SwitchCase<K> } = {
  clientTokenLifetimeSeconds: {
    probe: (cloud) => {
      const first = cloud.call('RunInstances', launchWithToken).body['InstanceIdSets'];
      cloud.advance(3600);
      return (
        JSON.stringify(cloud.call('RunInstances', launchWithToken).body['InstanceIdSets']) === JSON.stringify(first)
      );
    },
    positions: [
      [86_400, true],
      [3_600, false],
    ],
  },
  failedCallsOccupyToken: {
    probe: (cloud) => {
      const [first, second] = ['a', 'b'].map((ClientToken) => ({ ...launch, ImageId: 'm-later', ClientToken }));
      cloud.call('RunInstances', first);
      cloud.call('RunInstances', second);
      cloud.emulator.change({ op: 'addImage', image: { id: 'm-later', ...own } });
      return [cloud.refusal('RunInstances', first), cloud.refusal('RunInstances', { ...second, Amount: 2 })];
    },
    positions: [
      ['no', ['none', 'none']],
      ['stored', ['404 InvalidImageId.NotFound', '400 IdempotentParameterMismatch']],
      ['silently', ['none', '400 IdempotentParameterMismatch']],
    ],
  },
  tokenMismatchCode: {
    probe: (cloud) => {
      const wish = { ...order, ClientToken: 'token' };
      cloud.call('CopyImage', wish);
      cloud.call('RunInstances', launchWithToken);
      return [
        cloud.refusal('CopyImage', { ...wish, DestinationDescription: 'other' }),
        cloud.refusal('RunInstances', { ...launchWithToken, Amount: 2 }),
      ];
    },
    positions: [
      ['per-operation', ['400 IdempotenceParamNotMatch', '400 IdempotentParameterMismatch']],
      ['IdempotentParameterMismatch', ['400 IdempotentParameterMismatch', '400 IdempotentParameterMismatch']],
      ['IdempotenceParamNotMatch', ['400 IdempotenceParamNotMatch', '400 IdempotenceParamNotMatch']],
    ],
  },
  clientTokenScope: {
    probe: (cloud) => {
      cloud.call('RunInstances', launchWithToken);
      return cloud.refusal('CopyImage', { ...order, ClientToken: 'token' });
    },
    positions: [
      ['operation', 'none'],
      ['account', '400 IdempotenceParamNotMatch'],
    ],
  },
  dryRunOccupiesToken: {
    probe: (cloud) => {
      cloud.call('RunInstances', { ...launchWithToken, DryRun: true });
      return cloud.refusal('RunInstances', launchWithToken);
    },
    positions: [
      ['no', 'none'],
      ['yes', '400 IdempotentParameterMismatch'],
    ],
  },
  securityTokenStatus: {
    spec: { ramRoles: [{ name: 'r', account: 'prod', policies: [] }] },
    probe: (cloud) => {
      const { AccessKeyId = '', AccessKeySecret = '' } = sessionOf(cloud);
      const signer = { ...cloud.signer(), accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret };
      const { status, code } = cloud.send(cloud.sign('GetCallerIdentity', {}, signer, 'another'));
      return `${status} ${code}`;
    },
    positions: [
      [400, '400 InvalidSecurityToken.Malformed'],
      [403, '403 InvalidSecurityToken.Malformed'],
    ],
  },
  ramDenialCode: {
    spec: {
      ramUsers: [{ name: 'ci', account: 'prod', accessKeys: [{ id: 'EMULATORCI', secret: 'emulator' }], policies: [] }],
    },
    probe: refusalOf('DescribeDisks', { RegionId: home }, 'EMULATORCI'),
    positions: [
      ['Forbidden.RAM', '403 Forbidden.RAM'],
      ['NoPermission', '403 NoPermission'],
    ],
  },
  retryAfterHeader: {
    spec: { rateLimits: { DescribeRegions: { perSecond: 1 } } },
    probe: (cloud) => {
      cloud.call('DescribeRegions');
      return cloud.call('DescribeRegions').headers['x-acs-retry-after'] ?? 'absent';
    },
    positions: [
      ['sent', '1000'],
      ['absent', 'absent'],
    ],
  },
  defaultEncryption: {
    probe: (cloud) => {
      cloud.call('RunInstances', launch);
      return [ids(cloud.disks(), 'Encrypted'), cloud.refusal('CopyImage', { ...order, Encrypted: false })];
    },
    positions: [
      ['off', [[false], 'none']],
      ['on', [[true], '403 InvalidEncrypted.NotMatchDiskDefaultEncryption']],
    ],
  },
  encryptedUnset: {
    probe: refusalOf('RunInstances', { ...launch, ImageId: 'm-locked' }),
    positions: [
      ['inherit', 'none'],
      ['refuse', '403 InvalidEncrypted.NotMatchSnapshot'],
    ],
  },
  keyWithoutEncryptedCode: {
    probe: refusalOf('CopyImage', { ...order, DestinationRegionId: home, KMSKeyId: 'key-prod' }),
    positions: [
      ['InvalidParameter.EncryptedIllegal', '400 InvalidParameter.EncryptedIllegal'],
      ['InvalidEncrypted.NotMatchKmsKeyId', '400 InvalidEncrypted.NotMatchKmsKeyId'],
    ],
  },
  plainDiskFromEncryptedCode: {
    probe: refusalOf('RunInstances', { ...launch, ImageId: 'm-locked', 'SystemDisk.Encrypted': 'false' }),
    positions: [
      ['InvalidEncrypted.NotMatchSnapshot', '403 InvalidEncrypted.NotMatchSnapshot'],
      ['InvalidParameter.Encrypted', '400 InvalidParameter.Encrypted'],
    ],
  },
  sharedEncryptedReplaceCode: {
    spec: stopped,
    probe: refusalOf('ReplaceSystemDisk', { InstanceId: 'i-web', ImageId: 'm-secret' }),
    positions: [
      ['InvalidParam.EncryptedMismatch', '400 InvalidParam.EncryptedMismatch'],
      ['InvalidParameter.Encrypted', '400 InvalidParameter.Encrypted'],
    ],
  },
  plainToEncryptedAcrossRegions: {
    probe: refusalOf('CopyImage', { ...order, Encrypted: true }),
    positions: [
      ['allow', 'none'],
      ['refuse', '403 OperationDenied.EncryptSnapshotAcrossRegion'],
    ],
  },
  unsharedImageLaunchCode: {
    probe: refusalOf('RunInstances', { ...launch, ImageId: 'm-hidden' }),
    positions: [
      ['InvalidImageId.NotFound', '404 InvalidImageId.NotFound'],
      ['OperationDenied.ImageNotValid', '403 OperationDenied.ImageNotValid'],
    ],
  },
  imageNameMatch: {
    probe: (cloud) => ['eb-o', 'web-*', 'web-own'].map((ImageName) => ids(cloud.images({ ImageName })).length),
    positions: [
      ['part', [1, 1, 1]],
      ['part-ignoring-case', [1, 2, 1]],
      ['whole', [0, 1, 1]],
    ],
  },
  imageOrder: {
    probe: (cloud) => ids(cloud.images({ ImageOwnerAlias: 'self' })).slice(0, 2),
    positions: [
      ['newest-first', ['m-market', 'm-locked']],
      ['oldest-first', ['m-own', 'm-a-late']],
      ['by-id', ['m-a-late', 'm-locked']],
    ],
  },
  imagePageSizeBeyondMax: {
    probe: refusalOf('DescribeImages', { RegionId: home, PageSize: 101 }),
    positions: [
      ['refuse', '400 InvalidParamter'],
      ['clamp', 'none'],
    ],
  },
  ownImageOwnerId: {
    probe: (cloud) => Object.hasOwn(cloud.images({ ImageId: 'm-own' })[0] ?? {}, 'ImageOwnerId'),
    positions: [
      ['shown', true],
      ['absent', false],
    ],
  },
  ownerIdWithoutAlias: {
    probe: refusalOf('DescribeImages', { RegionId: home, ImageOwnerId: imagesUid }),
    positions: [
      ['refuse', '400 InvalidOperation.ImageOwnerIdUnsupported'],
      ['accept', 'none'],
    ],
  },
  communityWithoutAlias: {
    probe: (cloud) => ids(cloud.images()).includes('m-community'),
    positions: [
      ['hidden', false],
      ['listed', true],
    ],
  },
  ownerTagsForSharees: {
    probe: (cloud) => cloud.images({ ImageId: 'm-shared' })[0]?.['Tags'],
    positions: [
      ['hidden', { Tag: [] }],
      ['shown', { Tag: [{ TagKey: 'team', TagValue: 'base' }] }],
    ],
  },
  sharedImageUsage: {
    spec: { ...world, instances: [{ id: 'i-theirs', ...foreign, imageId: 'm-shared' }] },
    probe: (cloud) => cloud.images({ ImageId: 'm-shared' })[0]?.['Usage'],
    positions: [
      ['own-instances', 'none'],
      ['all-instances', 'instance'],
    ],
  },
  imageDiskEncrypted: {
    probe: (cloud) =>
      Object.hasOwn(
        firstOf(cloud.images({ ImageId: 'm-locked' })[0]?.['DiskDeviceMappings'], 'DiskDeviceMapping'),
        'Encrypted',
      ),
    positions: [
      ['shown', true],
      ['absent', false],
    ],
  },
  copyUsable: {
    probe: (cloud) => {
      const ImageId = idOf(cloud, 'CopyImage', order);
      cloud.advance(3600);
      return cloud.images({ RegionId: abroad, ImageId })[0]?.['Usable'] ?? 'absent';
    },
    positions: [
      ['shown', true],
      ['absent', 'absent'],
    ],
  },
  copyUsableDelaySeconds: {
    spec: { ...world, timings: { copyImage: { baseSeconds: 100, secondsPerGiB: 0 } } },
    probe: (cloud) => {
      const ImageId = idOf(cloud, 'CopyImage', order);
      cloud.advance(100);
      return cloud.images({ RegionId: abroad, ImageId })[0]?.['Usable'];
    },
    positions: [
      [0, true],
      [1, false],
    ],
  },
  shareeTaggingCode: {
    probe: refusalOf('TagResources', { ...tagging, 'ResourceId.1': 'm-shared', 'Tag.1.Key': 'a', 'Tag.1.Value': 'b' }),
    positions: [
      ['InvalidResourceId.NotFound', '404 InvalidResourceId.NotFound'],
      ['NoPermission.Tag', '403 NoPermission.Tag'],
    ],
  },
  tagQuotaCode: {
    probe: (cloud) => {
      cloud.call('TagResources', { ...tagging, ...tooMany });
      return cloud.refusal('TagResources', { ...tagging, 'Tag.1.Key': 'one-more', 'Tag.1.Value': '' });
    },
    positions: [
      ['OperationDenied.QuotaExceed', '400 OperationDenied.QuotaExceed'],
      ['QuotaExceed.Tags', '403 QuotaExceed.Tags'],
    ],
  },
  tagsPerPage: {
    probe: (cloud) => {
      cloud.call('TagResources', { ...tagging, ...tooMany });
      return cloud.rows('TagResources.TagResource', 'ListTagResources', tagging).length;
    },
    positions: [
      [50, 20],
      [7, 7],
    ],
  },
  copyWithoutDestination: {
    probe: refusalOf('CopyImage', { RegionId: home, ImageId: 'm-own' }),
    positions: [
      ['same-region', 'none'],
      ['refuse', '400 MissingParameter'],
    ],
  },
  plainCopyInRegion: {
    probe: refusalOf('CopyImage', { ...copyInPlace, ImageId: 'm-own' }),
    positions: [
      ['allow', 'none'],
      ['refuse', '403 IncorrectDestinationRegion'],
    ],
  },
  sharedEncryptedCopy: {
    probe: (cloud) => {
      const { status, body } = cloud.call('CopyImage', { ...copyInPlace, ImageId: 'm-secret' });
      return status === 200
        ? statusAfter(cloud, String(body['ImageId']), home, 3600)
        : `${status} ${String(body['Code'])}`;
    },
    positions: [
      ['refuse', '403 OperationDeined.EncryptedSnapshot'],
      ['fail-later', 'CreateFailed'],
    ],
  },
  copyConflictCode: {
    probe: (cloud) => {
      cloud.call('CopyImage', order);
      return cloud.refusal('CopyImage', order);
    },
    positions: [
      ['OperationDenied.ImageCopyConflict', '400 OperationDenied.ImageCopyConflict'],
      ['OperationDenied.ImageCopying', '403 OperationDenied.ImageCopying'],
    ],
  },
  copyConflictScope: {
    probe: (cloud) => {
      cloud.call('CopyImage', order);
      return cloud.refusal('CopyImage', { ...order, DestinationRegionId: home });
    },
    positions: [
      ['same-destination', 'none'],
      ['any-destination', '400 OperationDenied.ImageCopyConflict'],
    ],
  },
  copyQueueScope: {
    spec: {
      images: [
        ...['1', '2', '3', '4', '5', '6'].map((n) => ({ id: `m-${n}`, ...own, name: `n-${n}` })),
        { id: 'm-theirs', ...foreign },
      ],
    },
    probe: (cloud) => {
      for (const n of [1, 2, 3, 4, 5]) cloud.call('CopyImage', { ...order, ImageId: `m-${n}` });
      const elsewhere = idOf(cloud, 'CopyImage', { ...order, ImageId: 'm-6', DestinationRegionId: 'cn-beijing' });
      const theirs = idOf(cloud, 'CopyImage', { ...order, ImageId: 'm-theirs' }, 'images');
      return [
        cloud.images({ RegionId: 'cn-beijing', ImageId: elsewhere })[0]?.['Status'],
        cloud.images({ RegionId: abroad, ImageId: theirs }, 'images')[0]?.['Status'],
      ];
    },
    positions: [
      ['account-and-destination', ['Creating', 'Creating']],
      ['account-and-source', ['Waiting', 'Creating']],
      ['destination', ['Creating', 'Waiting']],
    ],
  },
  unsharedDuringCopy: {
    probe: (cloud) => {
      const id = idOf(cloud, 'CopyImage', { ...copyInPlace, ImageId: 'm-shared' });
      cloud.call(
        'ModifyImageSharePermission',
        { RegionId: home, ImageId: 'm-shared', 'RemoveAccount.1': prodUid },
        'images',
      );
      return statusAfter(cloud, id, home, 3600);
    },
    positions: [
      ['fails', 'CreateFailed'],
      ['completes', 'Available'],
    ],
  },
  copyImageFailures: {
    probe: (cloud) => statusAfter(cloud, idOf(cloud, 'CopyImage', order), abroad, 3600),
    positions: [
      [0, 'Available'],
      [1, 'CreateFailed'],
    ],
  },
  createFailedImages: {
    probe: (cloud) => {
      const id = idOf(cloud, 'CopyImage', { ...copyInPlace, ImageId: 'm-shared' });
      cloud.emulator.change({ op: 'unshare', imageId: 'm-shared', account: 'prod' });
      return [statusAfter(cloud, id, home, 300), statusAfter(cloud, id, home, 3600)];
    },
    positions: [
      ['stay', ['CreateFailed', 'CreateFailed']],
      ['vanish', ['CreateFailed', 'gone']],
    ],
  },
  cancelCopy: {
    probe: (cloud) => {
      const ImageId = idOf(cloud, 'CopyImage', order);
      return cloud.refusal('CancelCopyImage', { RegionId: abroad, ImageId });
    },
    positions: [
      ['supported', 'none'],
      ['not-supported', '400 CancelNotSupported'],
    ],
  },
  deleteMissingImage: {
    probe: refusalOf('DeleteImage', { RegionId: home, ImageId: 'm-never' }),
    positions: [
      ['ignored', 'none'],
      ['not-found', '404 InvalidImageId.NotFound'],
    ],
  },
  forceDeletesShared: {
    probe: refusalOf('DeleteImage', { RegionId: home, ImageId: 'm-shared', Force: true }, 'images'),
    positions: [
      ['no', '403 ImageUseShared'],
      ['yes', 'none'],
    ],
  },
  shareListFailure: {
    probe: (cloud) => {
      const wish = { ...share, 'AddAccount.1': '9', 'AddAccount.2': thirdUid };
      return [cloud.refusal('ModifyImageSharePermission', wish, 'images'), sharees(cloud)];
    },
    positions: [
      ['atomic', ['404 InvalidAccount.NotFound', []]],
      ['skip', ['none', [thirdUid]]],
    ],
  },
  sharedInBothLists: {
    probe: (cloud) => {
      cloud.call(
        'ModifyImageSharePermission',
        { ...share, 'AddAccount.1': prodUid, 'RemoveAccount.1': prodUid },
        'images',
      );
      return sharees(cloud);
    },
    positions: [
      ['removed', []],
      ['added', [prodUid]],
    ],
  },
  shareWithoutEffect: {
    probe: refusalOf('ModifyImageSharePermission', { ...share, 'RemoveAccount.1': prodUid }, 'images'),
    positions: [
      ['ignored', 'none'],
      ['refuse', '400 InvalidParameter'],
    ],
  },
  unpublishPlainImage: {
    probe: refusalOf('ModifyImageSharePermission', { ...share, IsPublic: false }, 'images'),
    positions: [
      ['no-change', 'none'],
      ['refuse', '403 Image.NotPublic'],
    ],
  },
  shareRole: {
    probe: refusalOf(
      'ModifyImageSharePermission',
      { ...share, ImageId: 'm-secret', 'AddAccount.1': thirdUid },
      'images',
    ),
    positions: [
      ['present', 'none'],
      ['missing', '403 AssumeRoleError'],
    ],
  },
  shareeIdForm: {
    probe: (cloud) => {
      cloud.call('ModifyImageSharePermission', { ...share, 'AddAccount.1': prodUid }, 'images');
      return sharees(cloud);
    },
    positions: [
      ['string', [prodUid]],
      ['number', [Number(prodUid)]],
    ],
  },
  instanceListOrder: {
    spec: crowd,
    probe: (cloud) => ids(cloud.instances(), 'InstanceId').slice(0, 2),
    positions: [
      ['newest-first', ['i-c-24', 'i-c-23']],
      ['oldest-first', ['i-c-0', 'i-c-1']],
    ],
  },
  nextTokenMeaning: {
    spec: crowd,
    probe: (cloud) => nextPage(cloud, () => cloud.call('RunInstances', launch))[0],
    positions: [
      ['row', 'i-c-14'],
      ['position', 'i-c-15'],
    ],
  },
  nextTokenLifetimeSeconds: {
    spec: crowd,
    probe: (cloud) => nextPage(cloud, () => cloud.advance(61))[0],
    positions: [
      [86_400, 'i-c-14'],
      [60, 'Invalid.NextToken'],
    ],
  },
  lastNextToken: {
    probe: (cloud) => cloud.call('DescribeInstances', { RegionId: home, MaxResults: 10 }).body['NextToken'] ?? 'absent',
    positions: [
      ['empty', ''],
      ['absent', 'absent'],
    ],
  },
  totalCountBesideToken: {
    spec: crowd,
    probe: (cloud) => cloud.call('DescribeInstances', { RegionId: home, MaxResults: 10 }).body['TotalCount'],
    positions: [
      ['zero', 0],
      ['exact', 25],
    ],
  },
  launchVisibilityDelaySeconds: {
    probe: (cloud) => {
      cloud.call('RunInstances', launch);
      return cloud.instances().length;
    },
    positions: [
      [0, 1],
      [30, 0],
    ],
  },
  tooManyInstanceIdsCode: {
    probe: refusalOf('DescribeInstances', {
      RegionId: home,
      InstanceIds: JSON.stringify(Array.from({ length: 101 }, (_, n) => `i-${n}`)),
    }),
    positions: [
      ['InvalidParameter.TooManyInstanceIds', '403 InvalidParameter.TooManyInstanceIds'],
      ['InvalidInstanceIds.Malformed', '400 InvalidInstanceIds.Malformed'],
    ],
  },
  malformedInstanceIds: {
    probe: refusalOf('DescribeInstances', { RegionId: home, InstanceIds: 'i-web' }),
    positions: [
      ['refuse', '400 InvalidInstanceIds.Malformed'],
      ['match-nothing', 'none'],
    ],
  },
  forceDeleteInTransit: {
    spec: {
      ...world,
      instances: [{ id: 'i-web', ...own, imageId: 'm-own', status: 'Starting', createdAt: '2025-12-01T00:00:00Z' }],
    },
    probe: refusalOf('DeleteInstance', { InstanceId: 'i-web', Force: true }),
    positions: [
      ['refuse', '403 IncorrectInstanceStatus'],
      ['allow', 'none'],
    ],
  },
  replaceSystemDiskLock: {
    spec: stopped,
    probe: (cloud) => replaced(cloud).instances()[0]?.['OperationLocks'],
    positions: [
      ['replaceSystemDisk', { LockReason: [{ LockReason: 'replaceSystemDisk', LockMsg: '' }] }],
      ['Recycling', { LockReason: [{ LockReason: 'Recycling', LockMsg: '' }] }],
      ['none', { LockReason: [] }],
    ],
  },
  replaceSystemDiskInstanceStatus: {
    spec: stopped,
    probe: (cloud) => replaced(cloud).instances()[0]?.['Status'],
    positions: [
      ['Stopped', 'Stopped'],
      ['Pending', 'Pending'],
    ],
  },
  replaceSystemDiskImageId: {
    spec: stopped,
    probe: (cloud) => replaced(cloud).instances()[0]?.['ImageId'],
    positions: [
      ['when-done', 'm-own'],
      ['at-once', 'm-a-late'],
    ],
  },
  replacedDiskStatus: {
    spec: stopped,
    probe: (cloud) => ids(replaced(cloud).disks(), 'Status'),
    positions: [
      ['Creating', ['Creating']],
      ['In_use', ['In_use']],
    ],
  },
  oldSystemDiskListedSeconds: {
    spec: stopped,
    probe: (cloud) => ids(replaced(cloud).disks(), 'DiskId').includes('d-old'),
    positions: [
      [0, false],
      [20, true],
    ],
  },
  replacementInheritsTags: {
    spec: stopped,
    probe: (cloud) => replaced(cloud).disks()[0]?.['Tags'],
    positions: [
      ['no', { Tag: [] }],
      ['yes', { Tag: [{ TagKey: 'team', TagValue: 'web' }] }],
    ],
  },
  unknownSecurityGroupStatus: {
    spec: { ...world, securityGroups: [] },
    probe: refusalOf('RunInstances', launch),
    positions: [
      [404, '404 InvalidSecurityGroupId.NotFound'],
      [400, '400 InvalidSecurityGroupId.NotFound'],
    ],
  },
  essdOnlyCategoryAbroad: {
    probe: refusalOf('RunInstances', { ...launch, RegionId: abroad, ImageId: 'm-abroad' }),
    positions: [
      ['cloud_essd', 'none'],
      ['cloud_efficiency', '403 InvalidInstanceType.NotSupportDiskCategory'],
    ],
  },
  orderedNamesPastEnd: {
    probe: refusalOf('RunInstances', { ...launch, InstanceName: 'web[999999,]', Amount: 2 }),
    positions: [
      ['refuse', '400 InvalidInstanceName.CustomMalformed'],
      ['wrap', 'none'],
    ],
  },
  unlistedInstanceTypes: {
    probe: refusalOf('RunInstances', { ...launch, InstanceType: 'ecs.gn7i-c8g1.2xlarge' }),
    positions: [
      ['refuse', '400 InvalidInstanceType.ValueNotSupported'],
      ['accept', 'none'],
    ],
  },
  stockShortage: {
    spec: { ...world, stock: { 'ecs.g7.large': 1 } },
    probe: (cloud) => {
      const refusal = cloud.refusal('RunInstances', { ...launch, Amount: 2 });
      cloud.advance(60);
      return [refusal, cloud.instances().length];
    },
    positions: [
      ['refuse', ['403 OperationDenied.NoStock', 0]],
      ['vanish', ['none', 1]],
    ],
  },
  economicalModeByDefault: {
    spec: running,
    probe: (cloud) => {
      cloud.call('StopInstance', { InstanceId: 'i-web' });
      cloud.advance(60);
      return cloud.instances()[0]?.['StoppedMode'];
    },
    positions: [
      ['off', 'KeepCharging'],
      ['on', 'StopCharging'],
    ],
  },
  marketplaceImages: {
    probe: refusalOf('RunInstances', { ...launch, ImageId: 'm-market' }),
    positions: [
      ['subscribed', 'none'],
      ['not-subscribed', '403 ImageNotSubscribed'],
    ],
  },
  unsharedReInitCode: {
    spec: {
      ...world,
      instances: [{ id: 'i-web', ...own, imageId: 'm-hidden', status: 'Stopped', disks: [{ id: 'd-root' }] }],
    },
    probe: refusalOf('ReInitDisk', { DiskId: 'd-root' }),
    positions: [
      ['SharedImageDeleted', '403 SharedImageDeleted'],
      ['InvalidImageId.NotFound', '404 InvalidImageId.NotFound'],
    ],
  },
  communityAgreement: {
    probe: refusalOf('ModifyImageSharePermission', { ...share, IsPublic: true }, 'images'),
    positions: [
      ['signed', 'none'],
      ['not-signed', '403 PublicImageAgreement.NotSigned'],
    ],
  },
};

describe('the switch', () => {
  const rows = (Object.keys(cases) as readonly (keyof Switches)[]).flatMap((name) =>
    cases[name].positions.map(([position, expected]) => ({ name, position, expected })),
  );

  it.each(rows)('$name in the position $position', ({ name, position, expected }) => {
    const { probe, spec = world } = cases[name];
    const isDefault = position === switchDefinitions[name].fallback;
    const cloud = new DirectCloud({ ...spec, ...(isDefault ? {} : { switches: { [name]: position } }) });
    expect(probe(cloud)).toEqual(expected);
  });

  it.each(Object.keys(cases) as readonly (keyof Switches)[])(
    '%s is tried in every position, and each shows',
    (name) => {
      const definition: { readonly fallback: unknown; readonly choices?: readonly unknown[] } = switchDefinitions[name];
      const { positions } = cases[name];
      const tried = positions.map(([position]) => position);
      const other: unknown = expect.any(Number);
      expect(tried).toEqual(definition.choices ?? [definition.fallback, other]);
      const seen = new Set(positions.map(([, outcome]) => JSON.stringify(outcome)));
      expect(seen.size).toBe(positions.length);
    },
  );

  it('list here is the list of the switches', () => {
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(switchDefinitions).toSorted());
  });
});
