import { describe, expect, it } from 'vitest';
import { describeImages } from '../../../src/emulator/operations/images/describe-images.js';
import { describeImageFromFamily } from '../../../src/emulator/operations/images/describe-image-from-family.js';
import type { Call } from '../../../src/emulator/operations/operation.js';
import { readAll } from '../../../src/emulator/rpc/parameters.js';
import { BareNumber } from '../../../src/emulator/rpc/numbers.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import { callOperation, imagesUid, openWorld, prodUid, type TestWorld } from '../support.js';
import {
  abroad,
  anImage,
  firstDiskOf,
  home,
  idsOf,
  imageSeen,
  imageWorld,
  listImages,
  type Parameters,
  refusalOf,
} from './image-world.js';

const bigUid = '9007199254740993123';

const own = anImage({ id: 'm-own', account: 'prod' });
const shared = anImage({ id: 'm-shared', sharedWith: ['prod'], family: 'golden', tags: { team: 'web' } });
const hidden = anImage({ id: 'm-hidden' });
const community = anImage({ id: 'm-community', community: true, supplierName: 'somebody', family: 'free' });
const system = { id: 'almalinux_9_x64_20G_alibase.vhd', owner: 'system', region: home, name: 'almalinux' } as const;
const market = { id: 'm-market', owner: 'marketplace', region: home, productCode: 'cmjj001' } as const;

/** Newest last. */
const everyKind = [own, shared, hidden, community, system, market];

function switched(switches: Partial<Switches>, images = everyKind): TestWorld {
  return imageWorld(images, { switches });
}

describe('who is listed', () => {
  it.each<[string, Parameters, readonly string[]]>([
    ['no alias: system, own and shared', {}, [system.id, 'm-shared', 'm-own']],
    ['self', { ImageOwnerAlias: 'self' }, ['m-own']],
    ['system', { ImageOwnerAlias: 'system' }, [system.id]],
    ['others: shared alone', { ImageOwnerAlias: 'others' }, ['m-shared']],
    ['others and IsPublic=false: shared alone', { ImageOwnerAlias: 'others', IsPublic: false }, ['m-shared']],
    ['others and IsPublic: community alone', { ImageOwnerAlias: 'others', IsPublic: true }, ['m-community']],
    ['marketplace', { ImageOwnerAlias: 'marketplace' }, ['m-market']],
    ['an owner', { ImageOwnerAlias: 'others', ImageOwnerId: imagesUid }, ['m-shared']],
    ['another owner', { ImageOwnerAlias: 'others', ImageOwnerId: prodUid }, []],
  ])('with %s', (_title, parameters, expected) => {
    expect(idsOf(listImages(imageWorld(everyKind), 'prod', parameters))).toEqual(expected);
  });

  it('is another list in another region', () => {
    expect(listImages(imageWorld(everyKind), 'prod', { RegionId: abroad })).toEqual([]);
  });

  it('shows a community image to its owner as an own one, and to a sharee as a shared one', () => {
    const world = imageWorld([{ ...community, sharedWith: ['prod'] }]);
    expect(imageSeen(world, 'images', 'm-community')).toMatchObject({ ImageOwnerAlias: 'self', IsPublic: true });
    expect(imageSeen(world, 'prod', 'm-community')).toMatchObject({ ImageOwnerAlias: 'others', IsPublic: true });
    expect(imageSeen(world, 'third', 'm-community')).toBeUndefined();
  });
});

describe('what an image tells', () => {
  it('to a sharee: the owner, the family with the owner in it, and no tags', () => {
    const world = imageWorld([{ ...shared, encrypted: true, kmsKeyId: 'key-images', resourceGroupId: 'rg-x' }]);
    expect(imageSeen(world, 'prod', 'm-shared')).toMatchObject({
      ImageOwnerAlias: 'others',
      ImageOwnerId: new BareNumber(imagesUid),
      ImageFamily: `acs:${imagesUid}:golden`,
      IsPublic: false,
      IsSelfShared: '',
      IsCopied: false,
      ResourceGroupId: '',
      Tags: { Tag: [] },
      CreationTime: '2026-01-01T00:00:00Z',
      DiskDeviceMappings: {
        DiskDeviceMapping: [
          { Type: 'system', Device: '/dev/xvda', Size: '40', SnapshotId: 's-shared', Encrypted: true, RemainTime: 0 },
        ],
      },
    });
  });

  it('to its owner: bare family, tags, and that it is shared', () => {
    const world = imageWorld([shared, hidden]);
    expect(imageSeen(world, 'images', 'm-shared')).toMatchObject({
      ImageOwnerAlias: 'self',
      ImageFamily: 'golden',
      IsSelfShared: 'True',
      Tags: { Tag: [{ TagKey: 'team', TagValue: 'web' }] },
    });
    expect(imageSeen(world, 'images', 'm-hidden')).toMatchObject({ IsSelfShared: 'False' });
  });

  it('of a UID beyond 2^53: every digit', () => {
    const world = openWorld({
      accounts: [
        { name: 'big', uid: bigUid },
        { name: 'prod', uid: prodUid },
      ],
      images: [{ id: 'm-big', account: 'big', region: home, sharedWith: ['prod'] }],
    });
    expect(imageSeen(world, 'prod', 'm-big')?.['ImageOwnerId']).toEqual(new BareNumber(bigUid));
  });

  it('of system images: public, and no owner', () => {
    const image = imageSeen(imageWorld(everyKind), 'prod', system.id);
    expect(image).toMatchObject({ ImageOwnerAlias: 'system', IsPublic: true });
    expect(image).not.toHaveProperty('ImageOwnerId');
  });

  it('of a full image: the size of the system disk, and each disk', () => {
    const full = anImage({ id: 'm-full', disks: [{ sizeGiB: 40 }, { sizeGiB: 500 }] });
    const image = imageSeen(imageWorld([full]), 'images', 'm-full');
    expect(image).toMatchObject({
      Size: 40,
      DiskDeviceMappings: { DiskDeviceMapping: [{ Size: '40' }, { Type: 'data', Device: '/dev/xvdb', Size: '500' }] },
    });
  });

  it('of a detection: the level only where there is a risk', () => {
    const items = [
      { name: 'NVME', value: 'Installed', riskCode: '', riskLevel: '' },
      { name: 'SSH', value: 'PasswordLogin', riskCode: 'ssh.password', riskLevel: 'High' },
    ];
    const image = imageSeen(
      imageWorld([anImage({ id: 'm-checked', detection: { status: 'Finished', items } })]),
      'images',
      'm-checked',
    );
    expect(image?.['DetectionOptions']).toEqual({
      Status: 'Finished',
      Items: {
        Item: [
          { Name: 'NVME', Value: 'Installed', RiskCode: '' },
          { Name: 'SSH', Value: 'PasswordLogin', RiskCode: 'ssh.password', RiskLevel: 'High' },
        ],
      },
    });
  });
});

describe('filters', () => {
  const base = { account: 'prod' };
  const images = [
    anImage({ id: 'm-1', ...base, name: 'golden-v1', family: 'golden', osType: 'windows', tags: { a: '1', b: '2' } }),
    anImage({ id: 'm-2', ...base, name: 'Golden-v2', architecture: 'arm64', tags: { a: '1' } }),
    anImage({ id: 'm-3', ...base, name: 'evil-golden', status: 'Deprecated', isSupportCloudinit: false }),
    anImage({ id: 'm-4', ...base, name: 'other', status: 'Creating', usable: false, resourceGroupId: 'rg-1' }),
    anImage({ id: 'm-5', ...base, name: 'full', disks: [{}, {}], createdAt: '2025-06-01T00:00:00Z' }),
    { ...shared, tags: { a: '1' } },
  ];
  const world = imageWorld(images, {
    instances: [{ id: 'i-1', account: 'prod', region: home, imageId: 'm-2' }],
  });

  it.each<[Parameters, readonly string[]]>([
    [{ Status: '' }, ['m-shared', 'm-2', 'm-1', 'm-5']],
    [{ Status: 'Deprecated,Creating' }, ['m-4', 'm-3']],
    [{ Usable: true }, ['m-shared', 'm-3', 'm-2', 'm-1', 'm-5']],
    [{ Usable: false }, ['m-4']],
    [{ ImageId: 'm-3, m-1,m-nothing,m-1' }, ['m-3', 'm-1']],
    [{ ImageName: 'golden' }, ['m-3', 'm-1']],
    [{ ImageName: 'gold*v1' }, ['m-1']],
    [{ ImageName: 'golden.v1' }, []],
    [{ ImageFamily: 'golden' }, ['m-1']],
    [{ ImageFamily: `acs:${imagesUid}:golden` }, ['m-shared']],
    [{ SnapshotId: 's-5-1' }, ['m-5']],
    [{ Usage: 'instance' }, ['m-2']],
    [{ OSType: 'windows' }, ['m-1']],
    [{ Architecture: 'arm64' }, ['m-2']],
    [{ InstanceType: 'ecs.c8y.large' }, ['m-2']],
    [{ InstanceType: 'ecs.g7.large', ImageId: 'm-1,m-2' }, ['m-1']],
    [{ IsSupportCloudinit: false }, ['m-3']],
    [{ IsSupportIoOptimized: false }, []],
    [{ ActionType: 'ChangeOS', ImageId: 'm-1,m-5' }, ['m-1']],
    [{ ResourceGroupId: 'rg-1' }, ['m-4']],
    [{ 'Tag.1.Key': 'a' }, ['m-2', 'm-1']],
    [{ 'Tag.1.Key': 'a', 'Tag.2.Key': 'b', 'Tag.2.Value': '2' }, ['m-1']],
    [{ 'Tag.1.key': 'b', 'Tag.1.value': '2' }, ['m-1']],
    [{ 'Tag.1.Key': 'a', 'Tag.1.Value': '2' }, []],
    [{ 'Filter.1.Key': 'CreationEndTime', 'Filter.1.Value': '2025-07-01T00:00Z' }, ['m-5']],
    [
      {
        'Filter.1.Key': 'CreationStartTime',
        'Filter.1.Value': '2025-07-01T00:00Z',
        'Filter.2.Key': 'NetworkType',
        'Filter.2.Value': 'vpc',
      },
      ['m-shared', 'm-4', 'm-3', 'm-2', 'm-1'],
    ],
    [{ 'Filter.1.Key': 'CpuOnlineUpgrade', 'Filter.1.Value': 'supported' }, []],
  ])('%j', (parameters, expected) => {
    expect(idsOf(listImages(world, 'prod', parameters))).toEqual(expected);
  });
});

describe('pages', () => {
  const world = imageWorld(Array.from({ length: 23 }, (_, index) => anImage({ id: `m-${index}` })));
  const page = (parameters: Parameters) => {
    const answer = callOperation(describeImages, { RegionId: home, ...parameters }, { as: 'images', world });
    const { Image } = answer['Images'] as { Image: readonly Record<string, unknown>[] };
    return [answer['TotalCount'], answer['PageNumber'], answer['PageSize'], idsOf(Image)];
  };

  it('hold ten images unless said otherwise, and count all', () => {
    expect(page({})).toEqual([23, 1, 10, Array.from({ length: 10 }, (_, index) => `m-${22 - index}`)]);
    expect(page({ PageNumber: 3 })).toEqual([23, 3, 10, ['m-2', 'm-1', 'm-0']]);
    expect(page({ PageNumber: 4 })).toEqual([23, 4, 10, []]);
    expect(page({ PageNumber: 2, PageSize: 22 })).toEqual([23, 2, 22, ['m-0']]);
  });

  it('[IMG-20] end after a thousand results of a query by tag', () => {
    const tagged = Array.from({ length: 1005 }, (_, index) => anImage({ id: `m-${index}`, tags: { a: '1' } }));
    const many = imageWorld(tagged, { quotas: { imagesPerRegion: 2000 } });
    const count = (parameters: Parameters) =>
      callOperation(describeImages, { RegionId: home, ...parameters }, { as: 'images', world: many })['TotalCount'];
    expect(count({})).toBe(1005);
    expect(count({ 'Tag.1.Key': 'a' })).toBe(1000);
  });
});

describe('DescribeImages refuses', () => {
  const twentyOneTags = Object.fromEntries(
    Array.from({ length: 21 }, (_, index) => [`Tag.${index + 1}.Key`, `k${index}`]),
  );

  it.each<[string, Parameters]>([
    ['400 MissingParameter', { RegionId: '' }],
    ['400 InvalidImageOwnerAlias.ValueNotSupported', { ImageOwnerAlias: 'Self' }],
    ['400 InvalidImageOwnerAlias.PublicImageUnsupported', { IsPublic: true }],
    ['400 InvalidImageOwnerAlias.PublicImageUnsupported', { IsPublic: true, ImageOwnerAlias: 'self' }],
    ['400 InvalidOperation.ImageOwnerIdUnsupported', { ImageOwnerId: imagesUid }],
    ['400 InvalidOperation.ImageOwnerIdUnsupported', { ImageOwnerId: imagesUid, ImageOwnerAlias: 'self' }],
    ['400 InvalidParamter', { ImageOwnerId: 'images' }],
    ['400 InvalidParamter', { Status: 'ALL,Available' }],
    ['400 InvalidParamter', { Status: 'available' }],
    ['400 InvalidParamter', { Usable: true }],
    ['400 InvalidParamter', { PageSize: 101 }],
    ['400 InvalidParamter', { PageSize: 0 }],
    ['400 InvalidParamter', { PageNumber: 0 }],
    ['400 InvalidParamter', { ActionType: 'CreateOS' }],
    ['400 InvalidParamter', { ImageId: Array.from({ length: 101 }, (_, index) => `m-${index}`).join(',') }],
    ['404 InvalidUsage', { Usage: 'instances' }],
    ['404 InvalidOSType', { OSType: 'Linux' }],
    ['404 InvalidArchitecture', { Architecture: 'x86' }],
    ['400 InvalidInstanceType.ValueNotSupported', { InstanceType: 'large' }],
    ['404 InvalidFilterKey.NotFound', { 'Filter.1.Key': 'Name', 'Filter.1.Value': 'x' }],
    ['404 InvalidFilterValue', { 'Filter.1.Key': 'CreationStartTime', 'Filter.1.Value': '2026-01-01' }],
    ['404 InvalidFilterValue', { 'Filter.1.Key': 'CpuOnlineUpgrade', 'Filter.1.Value': 'yes' }],
    ['400 InvalidFilterValue.NetworkType', { 'Filter.1.Key': 'NetworkType', 'Filter.1.Value': 'VPC' }],
    ['400 InvalidTag.Mismatch', { 'Tag.1.Value': 'web' }],
    ['400 InvalidTagCount', twentyOneTags],
  ])('with %s: %j', (expected, parameters) => {
    expect(refusalOf(describeImages, { RegionId: home, ...parameters }, 'images', imageWorld([]))).toBe(expected);
  });
});

describe('RAM', () => {
  const asked = (parameters: Parameters) => {
    const raw = new Map(
      Object.entries<unknown>({ RegionId: home, ...parameters }).map(([name, value]) => [name, String(value)]),
    );
    const caller = { uid: prodUid, accountName: 'prod', kind: 'RAMUser', arn: `acs:ram::${prodUid}:user/ci` } as const;
    return imageWorld([]).change((world) => {
      const call: Call = { caller, regionId: home, world, raw };
      return describeImages.accessRequest?.(readAll(describeImages.parameters, raw), call);
    });
  };

  it('is asked about images, and not at all where the images of others are listed', () => {
    const arn = `acs:ecs:${home}:${prodUid}:image`;
    expect(asked({})).toEqual({ resources: [`${arn}/*`] });
    expect(asked({ ImageOwnerAlias: 'self', ImageId: 'm-1,m-2' })).toEqual({ resources: [`${arn}/m-1`, `${arn}/m-2`] });
    expect(asked({ ImageOwnerAlias: 'others' })).toBe('unchecked');
    expect(asked({ ImageOwnerAlias: 'system' })).toBe('unchecked');
  });
});

describe('switches of DescribeImages', () => {
  it.each<[Switches['imageNameMatch'], readonly string[]]>([
    ['part', ['m-2']],
    ['part-ignoring-case', ['m-2', 'm-1']],
    ['whole', []],
  ])('imageNameMatch: %s', (imageNameMatch, expected) => {
    const images = [anImage({ id: 'm-1', name: 'Golden-v1' }), anImage({ id: 'm-2', name: 'golden-v2' })];
    const world = switched({ imageNameMatch }, images);
    expect(idsOf(listImages(world, 'images', { ImageName: 'golden' }))).toEqual(expected);
    expect(idsOf(listImages(world, 'images', { ImageName: 'golden-v*' }))).toEqual(
      imageNameMatch === 'whole' ? ['m-2'] : expected,
    );
  });

  it.each<[Switches['imageOrder'], readonly string[]]>([
    ['newest-first', ['m-a', 'm-c', 'm-b']],
    ['oldest-first', ['m-b', 'm-c', 'm-a']],
    ['by-id', ['m-a', 'm-b', 'm-c']],
  ])('imageOrder: %s', (imageOrder, expected) => {
    const images = ['m-b', 'm-c', 'm-a'].map((id) => anImage({ id }));
    expect(idsOf(listImages(switched({ imageOrder }, images), 'images'))).toEqual(expected);
  });

  it('imagePageSizeBeyondMax: a larger page is cut to a hundred', () => {
    const world = switched({ imagePageSizeBeyondMax: 'clamp' });
    const answer = callOperation(describeImages, { RegionId: home, PageSize: 500 }, { as: 'prod', world });
    expect(answer['PageSize']).toBe(100);
  });

  it('ownImageOwnerId', () => {
    const ownerOf = (switches: Partial<Switches>) => imageSeen(switched(switches), 'prod', 'm-own')?.['ImageOwnerId'];
    expect(ownerOf({})).toEqual(new BareNumber(prodUid));
    expect(ownerOf({ ownImageOwnerId: 'absent' })).toBeUndefined();
  });

  it('ownerIdWithoutAlias', () => {
    const world = switched({ ownerIdWithoutAlias: 'accept' });
    expect(idsOf(listImages(world, 'prod', { ImageOwnerId: imagesUid }))).toEqual(['m-shared']);
  });

  it('communityWithoutAlias', () => {
    expect(idsOf(listImages(switched({ communityWithoutAlias: 'listed' }), 'prod'))).toContain('m-community');
    expect(idsOf(listImages(switched({}), 'prod'))).not.toContain('m-community');
  });

  it('ownerTagsForSharees', () => {
    const world = switched({ ownerTagsForSharees: 'shown' });
    expect(imageSeen(world, 'prod', 'm-shared')?.['Tags']).toEqual({ Tag: [{ TagKey: 'team', TagValue: 'web' }] });
    expect(idsOf(listImages(world, 'prod', { 'Tag.1.Key': 'team' }))).toEqual(['m-shared']);
  });

  it('sharedImageUsage', () => {
    const usage = (switches: Partial<Switches>) =>
      imageSeen(
        imageWorld([{ ...shared, sharedWith: ['prod', 'third'] }], {
          switches,
          instances: [{ id: 'i-1', account: 'third', region: home, imageId: 'm-shared' }],
        }),
        'prod',
        'm-shared',
      )?.['Usage'];
    expect(usage({})).toBe('none');
    expect(usage({ sharedImageUsage: 'all-instances' })).toBe('instance');
  });

  it('imageDiskEncrypted', () => {
    const image = imageSeen(switched({ imageDiskEncrypted: 'absent' }), 'prod', 'm-own');
    expect(firstDiskOf(image)).toHaveProperty('SnapshotId');
    expect(firstDiskOf(image)).not.toHaveProperty('Encrypted');
  });
});

describe('DescribeImageFromFamily', () => {
  const images = [
    anImage({
      id: 'm-newest',
      family: 'golden',
      status: 'Deprecated',
      createdAt: '2025-03-01T00:00:00Z',
      sharedWith: ['prod'],
    }),
    anImage({ id: 'm-newer', family: 'golden', createdAt: '2025-02-01T00:00:00Z', sharedWith: ['prod'] }),
    anImage({ id: 'm-older', family: 'golden', createdAt: '2025-01-01T00:00:00Z', sharedWith: ['prod'] }),
    community,
  ];
  const resolved = (as: string, ImageFamily: string) => {
    const world = imageWorld(images);
    const answer = callOperation(describeImageFromFamily, { RegionId: home, ImageFamily }, { as, world });
    return answer['Image'] as Record<string, unknown> | undefined;
  };

  it('answers the newest available image, to others under the name with the owner', () => {
    expect(resolved('images', 'golden')?.['ImageId']).toBe('m-newer');
    expect(resolved('prod', `acs:${imagesUid}:golden`)?.['ImageId']).toBe('m-newer');
    expect(resolved('prod', `acs:${imagesUid}:free`)?.['ImageId']).toBe('m-community');
    expect(resolved('prod', 'golden')).toBeUndefined();
    expect(resolved('third', `acs:${imagesUid}:golden`)).toBeUndefined();
  });

  it('tells neither owner nor usability nor encryption', () => {
    const image = resolved('prod', `acs:${imagesUid}:golden`);
    for (const field of ['ImageOwnerId', 'IsPublic', 'Usable', 'BootMode', 'Features', 'ResourceGroupId']) {
      expect(image).not.toHaveProperty(field);
    }
    expect(firstDiskOf(image)).toHaveProperty('SnapshotId');
    expect(firstDiskOf(image)).not.toHaveProperty('Encrypted');
  });
});
