import { describe, expect, it } from 'vitest';
import { cancelCopyImage } from '../../../src/emulator/operations/images/cancel-copy-image.js';
import { copyImage } from '../../../src/emulator/operations/images/copy-image.js';
import { deleteImage } from '../../../src/emulator/operations/images/delete-image.js';
import { modifyImageSharePermission } from '../../../src/emulator/operations/images/modify-image-share-permission.js';
import type { ScenarioSpec } from '../../../src/emulator/scenario/scenario.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import { callOperation, imagesUid, prodUid, type TestWorld } from '../support.js';
import {
  abroad,
  anImage,
  copy,
  firstDiskOf,
  home,
  imageSeen,
  imageWorld,
  type Parameters,
  refusalOf,
} from './image-world.js';

const timings = { copyImage: { baseSeconds: 60, secondsPerGiB: 1 } };

const golden = anImage({
  id: 'm-golden',
  family: 'golden',
  description: 'the golden one',
  tags: { team: 'web' },
  resourceGroupId: 'rg-golden',
  sizeGiB: 40,
  sharedWith: ['prod'],
});

function worldOf(spec: Partial<ScenarioSpec> & { switches?: Partial<Switches> } = {}, facts: object = {}): TestWorld {
  return imageWorld([{ ...golden, ...facts }], { timings, ...spec });
}

const order = { RegionId: home, ImageId: 'm-golden', DestinationRegionId: abroad };

/** Refusal of the sharee's copy within its region, which is the one a sharee may order. */
function refusalForSharee(world: TestWorld, parameters: Parameters = {}): string {
  return refusalOf(copyImage, { ...order, DestinationRegionId: home, ...parameters }, 'prod', world);
}

describe('a copy', () => {
  it('is an own image that inherits system facts, and neither family nor tags nor resource group', () => {
    const world = worldOf();
    const id = copy(world, 'images', {
      DestinationImageName: 'golden-copy',
      DestinationDescription: 'a copy',
      'Tag.1.Key': 'env',
      'Tag.1.Value': 'prod',
    });
    world.advance(100);
    expect(imageSeen(world, 'images', id, abroad)).toMatchObject({
      ImageId: id,
      ImageName: 'golden-copy',
      Description: 'a copy',
      ImageFamily: '',
      ImageOwnerAlias: 'self',
      IsCopied: true,
      IsSelfShared: 'False',
      ResourceGroupId: '',
      Size: 40,
      Status: 'Available',
      Usable: true,
      Progress: '100%',
      Tags: { Tag: [{ TagKey: 'env', TagValue: 'prod' }] },
    });
    expect(imageSeen(world, 'images', 'm-golden', abroad)).toBeUndefined();
  });

  it('gets a name of its own where the request has none', () => {
    const world = worldOf();
    const first = copy(world, 'images', {});
    world.advance(100);
    const second = copy(world, 'images', {});
    const names = [first, second].map((id) => imageSeen(world, 'images', id, abroad)?.['ImageName']);
    expect(new Set(names).size).toBe(2);
  });

  it('reports percent and remaining seconds of each disk by the emulated clock', () => {
    const world = worldOf();
    const id = copy(world, 'images', {});
    const read = () => {
      const image = imageSeen(world, 'images', id, abroad);
      const disk = firstDiskOf(image);
      return [image?.['Status'], image?.['Progress'], image?.['Usable'], disk['Progress'], disk['RemainTime']];
    };
    expect(read()).toEqual(['Creating', '0%', false, '0%', 100]);
    world.advance(25);
    expect(read()).toEqual(['Creating', '25%', false, '25%', 75]);
    world.advance(74.5);
    expect(read()).toEqual(['Creating', '99%', false, '99%', 1]);
    world.advance(0.5);
    expect(read()).toEqual(['Available', '100%', true, '', 0]);
  });

  it('leaves one snapshot per disk in the destination, which outlive it', () => {
    const world = worldOf({}, { disks: [{}, { sizeGiB: 100 }], encrypted: false });
    const id = copy(world, 'images', { Encrypted: true });
    const snapshots = () => world.change((rows) => rows.snapshots.list(imagesUid, abroad));
    expect(snapshots().map(({ status, encrypted }) => [status, encrypted])).toEqual([
      ['progressing', true],
      ['progressing', true],
    ]);
    world.advance(200);
    callOperation(deleteImage, { RegionId: abroad, ImageId: id }, { as: 'images', world });
    expect(snapshots().map(({ status, sizeGiB }) => [status, sizeGiB])).toEqual([
      ['accomplished', 100],
      ['accomplished', 40],
    ]);
  });

  it('belongs to the sharee that ordered it, and stays when the source is unshared and deleted afterwards', () => {
    const world = worldOf();
    const id = copy(world, 'prod', { DestinationRegionId: home });
    world.advance(100);
    callOperation(
      modifyImageSharePermission,
      { RegionId: home, ImageId: 'm-golden', 'RemoveAccount.1': prodUid },
      { as: 'images', world },
    );
    callOperation(deleteImage, { RegionId: home, ImageId: 'm-golden' }, { as: 'images', world });
    expect(imageSeen(world, 'prod', id)).toMatchObject({ ImageOwnerAlias: 'self', Status: 'Available' });
    expect(imageSeen(world, 'images', id)).toBeUndefined();
  });

  it('of an encrypted image keeps the key that was asked for on every disk and snapshot', () => {
    const world = worldOf({}, { encrypted: true, kmsKeyId: 'key-images' });
    const id = copy(world, 'prod', { DestinationRegionId: home, Encrypted: true, KMSKeyId: 'key-prod' });
    world.change((rows) => {
      expect(rows.images.get(id)?.disks.map(({ kmsKeyId }) => kmsKeyId)).toEqual(['key-prod']);
      expect(rows.snapshots.list(prodUid, home).map(({ kmsKeyId }) => kmsKeyId)).toEqual(['key-prod']);
    });
  });
});

describe('CopyImage refuses', () => {
  it.each<[string, Parameters, string]>([
    ['400 MissingParameter', { ImageId: '' }, 'without a source'],
    ['404 InvalidImageId.NotFound', { ImageId: 'm-nothing' }, 'an unknown image'],
    ['400 DestinationRegion.NotFound', { DestinationRegionId: 'cn-nowhere' }, 'an unknown destination'],
    ['400 InvalidImageName.Malformed', { DestinationImageName: '1golden' }, 'a name that begins with a digit'],
    ['400 InvalidImageName.Malformed', { DestinationImageName: 'g' }, 'a name of one character'],
    ['400 InvalidImageName.Malformed', { DestinationImageName: 'aliyun-golden' }, 'a name of the vendor'],
    ['400 InvalidDescription.Malformed', { DestinationDescription: 'https://x' }, 'a description that is a URL'],
    ['400 InvalidImageName.Duplicated', { DestinationImageName: 'taken' }, 'a name that is taken there'],
    ['404 InvalidResourceGroup.NotFound', { ResourceGroupId: 'group' }, 'what is no resource group'],
    ['400 InvalidParameter.EncryptedIllegal', { KMSKeyId: 'key-x' }, 'a key without Encrypted=true'],
    ['400 InvalidTagKey.Malformed', { 'Tag.1.Key': '' }, 'an empty tag key'],
    ['400 NoPermission.SystemTag', { 'Tag.1.Key': 'acs:x' }, 'a tag of the system'],
  ])('with %s %j: %s', (expected, parameters) => {
    const world = imageWorld([golden, anImage({ id: 'm-taken', region: abroad, name: 'taken' })]);
    expect(refusalOf(copyImage, { ...order, ...parameters }, 'images', world)).toBe(expected);
  });

  it.each<[string, object]>([
    ['400 IncorrectImageStatus', { status: 'Deprecated', sharedWith: [] }],
    ['400 IncorrectImageStatus', { status: 'UnAvailable' }],
    ['400 OperationDenied.CommunityImage', { community: true }],
    ['403 SizeExceed.Image', { sizeGiB: 4096 }],
  ])('with %s an own image that is %j', (expected, facts) => {
    expect(refusalOf(copyImage, order, 'images', worldOf({}, facts))).toBe(expected);
  });

  it('a copy of a shared image into another region', () => {
    expect(refusalForSharee(worldOf(), { DestinationRegionId: abroad })).toBe('403 OperationDenied.SameRegionOnly');
  });

  it('an image that is shared with others, as if there were none', () => {
    expect(refusalOf(copyImage, order, 'third', worldOf())).toBe('404 InvalidImageId.NotFound');
  });

  it('public and marketplace images', () => {
    const world = imageWorld([
      { id: 'centos.vhd', owner: 'system', region: home },
      { id: 'm-market', owner: 'marketplace', region: home },
    ]);
    expect(refusalForSharee(world, { ImageId: 'centos.vhd' })).toBe('403 OperationDenied');
    expect(refusalForSharee(world, { ImageId: 'm-market' })).toBe('403 OperationDenied');
  });

  it('beyond the quotas of images and snapshots in the destination', () => {
    const taken = anImage({ id: 'm-taken', region: abroad });
    const refusal = (quotas: object) => refusalOf(copyImage, order, 'images', imageWorld([golden, taken], { quotas }));
    expect(refusal({ imagesPerRegion: 1 })).toBe('403 QuotaExceed.Image');
    expect(refusal({ snapshotsPerRegion: 1 })).toBe('403 QuotaExceed.Snapshot');
    expect(refusal({ imagesPerRegion: 2, snapshotsPerRegion: 2 })).toBe('none');
  });

  it('a second copy of an image into the region while the first is running', () => {
    const world = worldOf();
    copy(world, 'images', {});
    expect(refusalOf(copyImage, order, 'images', world)).toBe('400 OperationDenied.ImageCopyConflict');
    expect(refusalOf(copyImage, { ...order, DestinationRegionId: home }, 'images', world)).toBe('none');
    world.advance(100);
    expect(refusalOf(copyImage, order, 'images', world)).toBe('none');
  });
});

describe('the queue of copies', () => {
  const many = Array.from({ length: 7 }, (_, index) => anImage({ id: `m-${index}`, sizeGiB: 40 }));
  const statuses = (world: TestWorld, ids: readonly string[], region = abroad) =>
    ids.map((id) => imageSeen(world, 'images', id, region)?.['Status']);

  it('runs five copies of an account into a region at once, and goes on in the order of the requests', () => {
    const world = imageWorld(many, { timings });
    const ids = many.map(({ id }) => copy(world, 'images', { ImageId: String(id) }));
    expect(statuses(world, ids)).toEqual([...Array<string>(5).fill('Creating'), 'Waiting', 'Waiting']);
    callOperation(cancelCopyImage, { RegionId: abroad, ImageId: ids[1] ?? '' }, { as: 'images', world });
    expect(statuses(world, ids)).toEqual([
      'Creating',
      undefined,
      'Creating',
      'Creating',
      'Creating',
      'Creating',
      'Waiting',
    ]);
    world.advance(100);
    expect(statuses(world, ids).at(-1)).toBe('Creating');
    world.advance(100);
    expect(new Set(statuses(world, ids))).toEqual(new Set(['Available', undefined]));
  });

  it('does not hold up another region, nor another account', () => {
    const shared = anImage({ id: 'm-shared', sharedWith: ['prod'] });
    const world = imageWorld([...many, shared], { timings });
    for (const { id } of many) copy(world, 'images', { ImageId: String(id), DestinationRegionId: home });
    const elsewhere = copy(world, 'images', { ImageId: 'm-0' });
    const others = copy(world, 'prod', { ImageId: 'm-shared', DestinationRegionId: home });
    expect(statuses(world, [elsewhere])).toEqual(['Creating']);
    expect(imageSeen(world, 'prod', others)?.['Status']).toBe('Creating');
  });

  it.each<[Switches['copyQueueScope'], string, string]>([
    ['account-and-destination', 'Creating', 'Creating'],
    ['account-and-source', 'Waiting', 'Creating'],
    ['destination', 'Creating', 'Waiting'],
  ])('shares its places by the switch %s', (copyQueueScope, elsewhereStatus, othersStatus) => {
    const shared = anImage({ id: 'm-shared', sharedWith: ['prod'] });
    const world = imageWorld([...many, shared], { timings, switches: { copyQueueScope } });
    for (const { id } of many) copy(world, 'images', { ImageId: String(id), DestinationRegionId: home });
    const elsewhere = copy(world, 'images', { ImageId: 'm-0' });
    const others = copy(world, 'prod', { ImageId: 'm-shared', DestinationRegionId: home });
    expect(statuses(world, [elsewhere])).toEqual([elsewhereStatus]);
    expect(imageSeen(world, 'prod', others)?.['Status']).toBe(othersStatus);
  });
});

describe('a failed copy', () => {
  it('comes as often as the scenario says, stays listed and can be deleted', () => {
    const world = worldOf({ switches: { copyImageFailures: 1 } });
    const failed = copy(world, 'images', {});
    world.advance(100);
    expect(imageSeen(world, 'images', failed, abroad)).toMatchObject({ Status: 'CreateFailed', Usable: false });
    world.advance(86_400);
    expect(imageSeen(world, 'images', failed, abroad)).toBeDefined();
    callOperation(deleteImage, { RegionId: abroad, ImageId: failed }, { as: 'images', world });
    const next = copy(world, 'images', {});
    world.advance(100);
    expect(imageSeen(world, 'images', next, abroad)?.['Status']).toBe('Available');
  });

  it('vanishes after an hour where the switch says so', () => {
    const world = worldOf({ switches: { copyImageFailures: 1, createFailedImages: 'vanish' } });
    const failed = copy(world, 'images', {});
    world.advance(100);
    expect(imageSeen(world, 'images', failed, abroad)?.['Status']).toBe('CreateFailed');
    world.advance(3600);
    expect(imageSeen(world, 'images', failed, abroad)).toBeUndefined();
  });

  it.each<[Switches['unsharedDuringCopy'], string]>([
    ['fails', 'CreateFailed'],
    ['completes', 'Available'],
  ])('is what an unshared source leaves behind where the switch is %s', (unsharedDuringCopy, expected) => {
    const world = worldOf({ switches: { unsharedDuringCopy } });
    const id = copy(world, 'prod', { DestinationRegionId: home });
    callOperation(
      modifyImageSharePermission,
      { RegionId: home, ImageId: 'm-golden', 'RemoveAccount.1': prodUid },
      { as: 'images', world },
    );
    world.advance(100);
    expect(imageSeen(world, 'prod', id)?.['Status']).toBe(expected);
  });

  it('comes later for a shared encrypted source without Encrypted=true where the switch says so', () => {
    const encrypted = { encrypted: true, kmsKeyId: 'key-images' };
    expect(refusalForSharee(worldOf({}, encrypted))).toBe('403 OperationDeined.EncryptedSnapshot');
    const world = worldOf({ switches: { sharedEncryptedCopy: 'fail-later' } }, encrypted);
    const id = copy(world, 'prod', { DestinationRegionId: home });
    world.advance(100);
    expect(imageSeen(world, 'prod', id)?.['Status']).toBe('CreateFailed');
  });
});

describe('switches of CopyImage', () => {
  it('copyWithoutDestination', () => {
    const refusal = (copyWithoutDestination: Switches['copyWithoutDestination']) =>
      refusalOf(
        copyImage,
        { ...order, DestinationRegionId: '' },
        'images',
        worldOf({ switches: { copyWithoutDestination } }),
      );
    expect(refusal('same-region')).toBe('none');
    expect(refusal('refuse')).toBe('400 MissingParameter');
  });

  it('plainCopyInRegion', () => {
    const refusal = (plainCopyInRegion: Switches['plainCopyInRegion'], encrypted: boolean) =>
      refusalOf(
        copyImage,
        { ...order, DestinationRegionId: home, Encrypted: encrypted },
        'images',
        worldOf({ switches: { plainCopyInRegion } }),
      );
    expect(refusal('allow', false)).toBe('none');
    expect(refusal('refuse', false)).toBe('403 IncorrectDestinationRegion');
    expect(refusal('refuse', true)).toBe('none');
  });

  it('copyConflictCode and copyConflictScope', () => {
    const refusal = (switches: Partial<Switches>, destination: string) => {
      const world = worldOf({ switches });
      copy(world, 'images', {});
      return refusalOf(copyImage, { ...order, DestinationRegionId: destination }, 'images', world);
    };
    expect(refusal({ copyConflictCode: 'OperationDenied.ImageCopying' }, abroad)).toBe(
      '403 OperationDenied.ImageCopying',
    );
    expect(refusal({ copyConflictScope: 'same-destination' }, home)).toBe('none');
    expect(refusal({ copyConflictScope: 'any-destination' }, home)).toBe('400 OperationDenied.ImageCopyConflict');
  });

  it('copyUsable and copyUsableDelaySeconds', () => {
    const seen = (switches: Partial<Switches>, seconds: number) => {
      const world = worldOf({ switches });
      const id = copy(world, 'images', {});
      world.advance(100 + seconds);
      return imageSeen(world, 'images', id, abroad)?.['Usable'];
    };
    expect(seen({ copyUsable: 'absent' }, 0)).toBeUndefined();
    expect(seen({ copyUsableDelaySeconds: 30 }, 29)).toBe(false);
    expect(seen({ copyUsableDelaySeconds: 30 }, 30)).toBe(true);
  });
});

describe('CancelCopyImage', () => {
  const cancel = (world: TestWorld, id: string, as = 'images', region = abroad) =>
    refusalOf(cancelCopyImage, { RegionId: region, ImageId: id }, as, world);

  it('removes the unfinished copy and leaves its snapshots and its source', () => {
    const world = worldOf();
    const id = copy(world, 'images', {});
    expect(cancel(world, id)).toBe('none');
    expect(imageSeen(world, 'images', id, abroad)).toBeUndefined();
    expect(imageSeen(world, 'images', 'm-golden')?.['Status']).toBe('Available');
    world.change((rows) =>
      expect(rows.snapshots.list(imagesUid, abroad).map(({ status }) => status)).toEqual(['failed']),
    );
    world.advance(100);
    expect(imageSeen(world, 'images', id, abroad)).toBeUndefined();
  });

  it('refuses what is no copy, a finished one, a failed one, and what the caller does not own', () => {
    const world = worldOf({ switches: { copyImageFailures: 1 } });
    const failed = copy(world, 'images', {});
    const finished = copy(world, 'images', { DestinationRegionId: home });
    const running = copy(world, 'prod', { DestinationRegionId: home });
    expect(cancel(world, running, 'images', home)).toBe('404 InvalidImageId.NotFound');
    world.advance(100);
    expect(cancel(world, 'm-golden', 'images', home)).toBe('400 ImageCreatedNotFromCopy');
    expect(cancel(world, finished, 'images', home)).toBe('400 IncorrectImageStatus');
    expect(cancel(world, failed)).toBe('400 IncorrectImageStatus');
    expect(cancel(world, finished, 'images', abroad)).toBe('404 InvalidImageId.NotFound');
  });

  it('is refused altogether where the switch says so', () => {
    const world = worldOf({ switches: { cancelCopy: 'not-supported' } });
    expect(cancel(world, copy(world, 'images', {}))).toBe('400 CancelNotSupported');
  });
});
