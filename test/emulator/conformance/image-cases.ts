/* oxlint-disable vitest/no-standalone-expect -- each case is a function that a test runs */
import { expect } from 'vitest';
import type { ConformanceCase, Parameters, Stage } from './stage.js';
import { changing, copy, done, idsOf, images, launchOne, reading, refusal, refused, rowsOf, until } from './steps.js';

const inRegion = (stage: Stage, parameters: Parameters = {}): Parameters => ({ RegionId: stage.region, ...parameters });
const describing = (
  title: string,
  rows: readonly string[],
  parameters: Parameters,
  expected: string,
): ConformanceCase => refusal(title, rows, 'DescribeImages', (stage) => inRegion(stage, parameters), expected);
const copying = (
  title: string,
  rows: readonly string[],
  parameters: (stage: Stage) => Parameters,
  expected: string,
): ConformanceCase =>
  refusal(
    title,
    rows,
    'CopyImage',
    (stage) =>
      inRegion(stage, { ImageId: stage.images.own, DestinationRegionId: stage.otherRegion, ...parameters(stage) }),
    expected,
  );
const sharing = (
  title: string,
  rows: readonly string[],
  parameters: (stage: Stage) => Parameters,
  expected: string,
): ConformanceCase =>
  refusal(
    title,
    rows,
    'ModifyImageSharePermission',
    (stage) => inRegion(stage, { ImageId: stage.images.hidden, ...parameters(stage) }),
    expected,
    ({ sharer }) => sharer,
  );
const tagging = (
  title: string,
  rows: readonly string[],
  parameters: (stage: Stage) => Parameters,
  expected: string,
): ConformanceCase =>
  refusal(
    title,
    rows,
    'TagResources',
    (stage) =>
      inRegion(stage, {
        ResourceType: 'image',
        'ResourceId.1': stage.images.own,
        'Tag.1.Key': 'conformance',
        'Tag.1.Value': 'yes',
        ...parameters(stage),
      }),
    expected,
  );

async function available(stage: Stage, id: string, region: string): Promise<void> {
  await until(
    stage,
    async () => (await images(stage, { RegionId: region, ImageId: id }))[0]?.['Status'] === 'Available',
  );
}

const describeImages: readonly ConformanceCase[] = [
  reading('an image that the account does not see is an empty list', ['IMG-1', 'IMG-67'], async (stage) => {
    expect(await images(stage, { ImageId: stage.images.hidden })).toEqual([]);
    expect(await images(stage, { ImageId: 'm-conformance-none' })).toEqual([]);
    expect(await images(stage, { ImageId: stage.images.own, RegionId: stage.otherRegion })).toEqual([]);
  }),
  reading('a deprecated image is not listed unless Status asks for it', ['IMG-2'], async (stage) => {
    const ask = inRegion(stage, { ImageId: stage.images.deprecated });
    expect(rowsOf(await stage.call('DescribeImages', ask), 'Images.Image')).toEqual([]);
    expect(idsOf(await images(stage, ask))).toEqual([stage.images.deprecated]);
    expect(
      idsOf(rowsOf(await stage.call('DescribeImages', { ...ask, Status: 'Creating,Deprecated' }), 'Images.Image')),
    ).toEqual([stage.images.deprecated]);
  }),
  describing('Usable without Status', ['IMG-2'], { Usable: true }, '400 InvalidParamter'),
  describing('ALL among other states', ['IMG-2'], { Status: 'ALL,Available' }, '400 InvalidParamter'),
  reading('without alias: system, own and shared images, and no community image', ['IMG-3', 'IMG-5'], async (stage) => {
    const listed = idsOf(await images(stage, {}));
    const { own, shared, system, community } = stage.images;
    expect(listed).toEqual(expect.arrayContaining([own, shared, system]));
    expect(listed).not.toContain(community);
  }),
  reading('others is shared images, and with IsPublic the community', ['IMG-4'], async (stage) => {
    const shared = await images(stage, { ImageOwnerAlias: 'others', ImageOwnerId: stage.sharerUid });
    expect(idsOf(shared)).toContain(stage.images.shared);
    expect(idsOf(shared)).not.toContain(stage.images.community);
    const community = await images(stage, { ImageOwnerAlias: 'others', IsPublic: true });
    expect(idsOf(community)).toContain(stage.images.community);
    expect(idsOf(community)).not.toContain(stage.images.shared);
  }),
  describing(
    'IsPublic with another alias',
    ['IMG-4'],
    { ImageOwnerAlias: 'self', IsPublic: true },
    '400 InvalidImageOwnerAlias.PublicImageUnsupported',
  ),
  describing(
    'an unknown alias',
    ['IMG-21'],
    { ImageOwnerAlias: 'mine' },
    '400 InvalidImageOwnerAlias.ValueNotSupported',
  ),
  describing('a bad OSType', ['IMG-21'], { OSType: 'beos' }, '404 InvalidOSType'),
  describing('a bad Architecture', ['IMG-21'], { Architecture: 'sparc' }, '404 InvalidArchitecture'),
  describing('a bad Usage', ['IMG-21'], { Usage: 'some' }, '404 InvalidUsage'),
  describing(
    'an unknown filter key',
    ['IMG-21'],
    { 'Filter.1.Key': 'Colour', 'Filter.1.Value': 'red' },
    '404 InvalidFilterKey.NotFound',
  ),
  describing('a tag value without key', ['IMG-21'], { 'Tag.1.Value': 'x' }, '400 InvalidTag.Mismatch'),
  describing(
    'an owner for own images',
    ['IMG-14'],
    { ImageOwnerAlias: 'self', ImageOwnerId: '1' },
    '400 InvalidOperation.ImageOwnerIdUnsupported',
  ),
  describing(
    'an owner without alias',
    ['IMG-15'],
    { ImageOwnerId: '1' },
    '400 InvalidOperation.ImageOwnerIdUnsupported',
  ),
  describing('a page of more than 100', ['IMG-10'], { PageSize: 101 }, '400 InvalidParamter'),
  reading('several IDs, separated by commas', ['IMG-6'], async (stage) => {
    const { own, shared } = stage.images;
    expect(idsOf(await images(stage, { ImageId: `${own},${shared}` })).toSorted()).toEqual([own, shared].toSorted());
  }),
  reading('a name is found by a part of it', ['IMG-7'], async (stage) => {
    const part = stage.images.ownName.slice(1, -1);
    expect(idsOf(await images(stage, { ImageName: part, ImageOwnerAlias: 'self' }))).toContain(stage.images.own);
  }),
  reading('a shared image says whose it is, and its family too', ['IMG-11', 'IMG-12', 'IMG-19'], async (stage) => {
    const { shared, sharedFamily } = stage.images;
    const [image] = await images(stage, { ImageId: shared });
    const family = `acs:${stage.sharerUid}:${sharedFamily}`;
    expect(image).toMatchObject({ ImageOwnerAlias: 'others', ImageFamily: family, IsSelfShared: '' });
    expect(String(image?.['ImageOwnerId'])).toBe(stage.sharerUid);
    expect(idsOf(await images(stage, { ImageFamily: family }))).toContain(shared);
    const [seenByOwner] = await images(stage, { ImageId: shared }, stage.sharer);
    expect(seenByOwner).toMatchObject({ ImageFamily: sharedFamily, IsSelfShared: 'True', ImageOwnerAlias: 'self' });
  }),
  reading("a sharee does not see the owner's tags", ['IMG-16'], async (stage) => {
    expect((await images(stage, { ImageId: stage.images.shared }))[0]?.['Tags']).toEqual({ Tag: [] });
  }),
  reading('each disk says whether it is encrypted', ['IMG-18'], async (stage) => {
    const [image] = await images(stage, { ImageId: stage.images.ownEncrypted });
    expect(image?.['DiskDeviceMappings']).toMatchObject({ DiskDeviceMapping: [{ Type: 'system', Encrypted: true }] });
  }),
  reading('an Arm type does not take an x86_64 image', ['IMG-22'], async (stage) => {
    expect(idsOf(await images(stage, { ImageId: stage.images.own, InstanceType: 'ecs.g8y.large' }))).toEqual([]);
    expect(idsOf(await images(stage, { ImageId: stage.images.own, InstanceType: stage.instanceType }))).toEqual([
      stage.images.own,
    ]);
  }),
  reading('ChangeOS leaves out images with data disks', ['IMG-23'], async (stage) => {
    expect(await images(stage, { ImageId: stage.images.ownWithDataDisk, ActionType: 'ChangeOS' })).toEqual([]);
  }),
  reading('a family is its newest image, told without owner and encryption', ['IMG-91', 'IMG-92'], async (stage) => {
    const { body } = await done(
      stage.call('DescribeImageFromFamily', inRegion(stage, { ImageFamily: stage.images.family })),
    );
    expect(body['Image']).toMatchObject({ ImageId: stage.images.own });
    expect(body['Image']).not.toHaveProperty('ImageOwnerId');
    const { body: none } = await done(
      stage.call('DescribeImageFromFamily', inRegion(stage, { ImageFamily: 'conformance-none' })),
    );
    expect(none).not.toHaveProperty('Image');
  }),
];

const copyImage: readonly ConformanceCase[] = [
  copying(
    'a shared image into another region',
    ['IMG-26'],
    ({ images: { shared } }) => ({ ImageId: shared }),
    '403 OperationDenied.SameRegionOnly',
  ),
  copying(
    'a community image',
    ['IMG-27'],
    ({ images: { community } }) => ({ ImageId: community }),
    '400 OperationDenied.CommunityImage',
  ),
  copying('a system image', ['IMG-27'], ({ images: { system } }) => ({ ImageId: system }), '403 OperationDenied'),
  copying(
    'a deprecated image',
    ['IMG-28'],
    ({ images: { deprecated } }) => ({ ImageId: deprecated }),
    '400 IncorrectImageStatus',
  ),
  copying(
    'an image that is not shared',
    ['IMG-67'],
    ({ images: { hidden } }) => ({ ImageId: hidden }),
    '404 InvalidImageId.NotFound',
  ),
  copying(
    'to a region that is none',
    ['IMG-26'],
    () => ({ DestinationRegionId: 'xx-nowhere' }),
    '400 DestinationRegion.NotFound',
  ),
  copying('a malformed name', ['IMG-30'], () => ({ DestinationImageName: 'acs:x' }), '400 InvalidImageName.Malformed'),
  copying(
    'a name that is used',
    ['IMG-30'],
    ({ region, images: { ownName } }) => ({ DestinationRegionId: region, DestinationImageName: ownName }),
    '400 InvalidImageName.Duplicated',
  ),
  copying(
    'a key without Encrypted=true',
    ['IMG-59'],
    ({ region, keyId }) => ({ DestinationRegionId: region, KMSKeyId: keyId }),
    '400 InvalidParameter.EncryptedIllegal',
  ),
  copying(
    'a key that is unknown',
    ['IMG-63'],
    ({ region }) => ({ DestinationRegionId: region, Encrypted: true, KMSKeyId: 'key-conformance-none' }),
    '404 InvalidParameter.KMSKeyId.NotFound',
  ),
  copying(
    'an encrypted image to a plain one',
    ['IMG-52'],
    ({ images: { ownEncrypted } }) => ({ ImageId: ownEncrypted, Encrypted: false }),
    '403 OperationDeined.EncryptedSnapshot',
  ),
  copying(
    'a shared encrypted image, Encrypted=false',
    ['IMG-54'],
    ({ region, images: { sharedEncrypted } }) => ({
      DestinationRegionId: region,
      ImageId: sharedEncrypted,
      Encrypted: false,
    }),
    '403 OperationDeined.EncryptedSnapshot',
  ),
  copying(
    'a shared encrypted image without Encrypted',
    ['IMG-54', 'IMG-58'],
    ({ region, images: { sharedEncrypted } }) => ({ DestinationRegionId: region, ImageId: sharedEncrypted }),
    '403 OperationDeined.EncryptedSnapshot',
  ),
  changing(
    'a copy across regions is an own image without family and tags',
    ['IMG-26', 'IMG-29', 'IMG-39', 'IMG-44', 'IMG-51'],
    async (stage) => {
      const id = await copy(stage, { DestinationImageName: 'conformance-copy' });
      const [pending] = await images(stage, { RegionId: stage.otherRegion, ImageId: id });
      expect(['Creating', 'Waiting']).toContain(pending?.['Status']);
      expect(pending?.['Progress']).toMatch(/^\d+%$/);
      await available(stage, id, stage.otherRegion);
      const [image] = await images(stage, { RegionId: stage.otherRegion, ImageId: id });
      expect(image).toMatchObject({
        ImageOwnerAlias: 'self',
        IsCopied: true,
        ImageName: 'conformance-copy',
        ImageFamily: '',
        Progress: '100%',
        Usable: true,
        Tags: { Tag: [] },
      });
    },
  ),
  changing(
    'a shared encrypted image becomes an own one under an own key, and survives the unsharing',
    ['IMG-54', 'IMG-43'],
    async (stage) => {
      const {
        region,
        keyId,
        images: { sharedEncrypted },
      } = stage;
      const id = await copy(stage, {
        ImageId: sharedEncrypted,
        DestinationRegionId: region,
        Encrypted: true,
        KMSKeyId: keyId,
      });
      await available(stage, id, region);
      await done(
        stage.sharer(
          'ModifyImageSharePermission',
          inRegion(stage, { ImageId: sharedEncrypted, 'RemoveAccount.1': stage.uid }),
        ),
      );
      expect(await images(stage, { ImageId: sharedEncrypted })).toEqual([]);
      expect((await images(stage, { ImageId: id }))[0]?.['DiskDeviceMappings']).toMatchObject({
        DiskDeviceMapping: [{ Encrypted: true }],
      });
    },
  ),
  changing('a second copy of an image while the first runs', ['IMG-34', 'IMG-35', 'IMG-36'], async (stage) => {
    await copy(stage);
    await refused(
      stage.call('CopyImage', inRegion(stage, { ImageId: stage.images.own, DestinationRegionId: stage.otherRegion })),
      '400 OperationDenied.ImageCopyConflict',
    );
    await copy(stage, { DestinationRegionId: stage.region });
  }),
  changing('a copy is cancelled while it runs, and its snapshot stays', ['IMG-40', 'IMG-46'], async (stage) => {
    const { call, otherRegion } = stage;
    const id = await copy(stage);
    await done(call('CancelCopyImage', { RegionId: otherRegion, ImageId: id }));
    expect(await images(stage, { RegionId: otherRegion, ImageId: id })).toEqual([]);
    expect(rowsOf(await call('DescribeSnapshots', { RegionId: otherRegion }), 'Snapshots.Snapshot')).toHaveLength(1);
    await refused(
      call('CancelCopyImage', { RegionId: stage.region, ImageId: stage.images.own }),
      '400 ImageCreatedNotFromCopy',
    );
  }),
  changing('source and target of a running copy cannot be deleted', ['IMG-70'], async (stage) => {
    const id = await copy(stage);
    await refused(
      stage.call('DeleteImage', { RegionId: stage.otherRegion, ImageId: id }),
      '403 OperationDenied.ImageCopying',
    );
    await refused(
      stage.call('DeleteImage', inRegion(stage, { ImageId: stage.images.own, Force: true })),
      '403 OperationDenied.ImageCopying',
    );
  }),
  changing('a sixth copy waits', ['IMG-32'], async (stage) => {
    const sources = [stage.images.own, stage.images.ownEncrypted, stage.images.ownWithDataDisk];
    const ids: string[] = [];
    for (const [n, region] of [stage.region, stage.otherRegion].entries()) {
      for (const source of sources) {
        const wish = {
          ImageId: source,
          DestinationRegionId: region,
          Encrypted: true,
          DestinationImageName: `conformance-${n}-${ids.length}`,
        };
        ids.push(await copy(stage, wish));
      }
    }
    expect(new Set(ids).size).toBe(6);
  }),
];

const changes: readonly ConformanceCase[] = [
  refusal(
    'deleting an image of another account',
    ['IMG-67'],
    'DeleteImage',
    (stage) => inRegion(stage, { ImageId: stage.images.shared }),
    '404 InvalidImageId.NotFound',
  ),
  refusal(
    'deleting a shared image, even by force',
    ['IMG-69'],
    'DeleteImage',
    (stage) => inRegion(stage, { ImageId: stage.images.shared, Force: true }),
    '403 ImageUseShared',
    ({ sharer }) => sharer,
  ),
  refusal(
    'deleting a community image',
    ['IMG-69'],
    'DeleteImage',
    (stage) => inRegion(stage, { ImageId: stage.images.community }),
    '403 ImageIsPublic',
    ({ sharer }) => sharer,
  ),
  refusal(
    'deleting an image in use',
    ['IMG-68'],
    'DeleteImage',
    (stage) => inRegion(stage, { ImageId: stage.images.own }),
    '403 ImageUsingByInstance',
  ),
  changing('deleting an ID that never was', ['IMG-66'], async (stage) => {
    await done(stage.call('DeleteImage', inRegion(stage, { ImageId: 'm-conformance-none' })));
  }),
  changing(
    'by force an image in use is gone, its instances and its snapshots are not',
    ['IMG-68', 'IMG-71'],
    async (stage) => {
      const [image = {}] = await images(stage, { ImageId: stage.images.own });
      await done(stage.call('DeleteImage', inRegion(stage, { ImageId: stage.images.own, Force: true })));
      expect(await images(stage, { ImageId: stage.images.own })).toEqual([]);
      const { DiskDeviceMapping } = image['DiskDeviceMappings'] as { DiskDeviceMapping: { SnapshotId: string }[] };
      const SnapshotIds = JSON.stringify([DiskDeviceMapping[0]?.SnapshotId]);
      expect(
        rowsOf(await stage.call('DescribeSnapshots', inRegion(stage, { SnapshotIds })), 'Snapshots.Snapshot'),
      ).toHaveLength(1);
    },
  ),
  changing('what is absent or empty is kept', ['IMG-72'], async (stage) => {
    const ImageId = stage.images.own;
    await done(
      stage.call(
        'ModifyImageAttribute',
        inRegion(stage, { ImageId, Description: 'from conformance', ImageFamily: '' }),
      ),
    );
    expect((await images(stage, { ImageId }))[0]).toMatchObject({
      Description: 'from conformance',
      ImageFamily: stage.images.family,
    });
  }),
  changing(
    'an image is deprecated and restored, and launches meanwhile',
    ['IMG-73', 'IMG-97', 'INS-5'],
    async (stage) => {
      const ImageId = stage.images.own;
      await done(stage.call('ModifyImageAttribute', inRegion(stage, { ImageId, Status: 'Deprecated' })));
      await launchOne(stage);
      await done(stage.call('ModifyImageAttribute', inRegion(stage, { ImageId, Status: 'Available' })));
      expect((await images(stage, { ImageId }))[0]?.['Status']).toBe('Available');
    },
  ),
  refusal(
    'deprecating a shared image',
    ['IMG-73'],
    'ModifyImageAttribute',
    (stage) => inRegion(stage, { ImageId: stage.images.shared, Status: 'Deprecated' }),
    '403 ImageUseShared',
    ({ sharer }) => sharer,
  ),
  refusal(
    'a sharee changes nothing',
    ['IMG-67'],
    'ModifyImageAttribute',
    (stage) => inRegion(stage, { ImageId: stage.images.shared, Description: 'mine' }),
    '404 InvalidImageId.NotFound',
  ),
  refusal(
    'the boot mode of an image in use',
    ['IMG-74'],
    'ModifyImageAttribute',
    (stage) => inRegion(stage, { ImageId: stage.images.own, BootMode: 'BIOS' }),
    '403 OperationDeined.ImageUsingByInstance',
  ),
  sharing(
    'with oneself',
    ['IMG-78'],
    ({ sharerUid }) => ({ 'AddAccount.1': sharerUid }),
    '404 InvalidAccount.Forbbiden',
  ),
  sharing('with nobody', ['IMG-78'], () => ({ 'AddAccount.1': '1' }), '404 InvalidAccount.NotFound'),
  sharing(
    'what the service key encrypts',
    ['IMG-79'],
    ({ uid, images: { hiddenServiceKey } }) => ({ ImageId: hiddenServiceKey, 'AddAccount.1': uid }),
    '403 InvalidOperation.ServiceKeyEncryptedImageUnsupported',
  ),
  sharing(
    'LaunchPermission without an invitation',
    ['IMG-88'],
    () => ({ LaunchPermission: 'HIDDEN' }),
    '400 ForbiddenParameter.LaunchPermission',
  ),
  refusal(
    'a sharee shares on',
    ['IMG-67'],
    'ModifyImageSharePermission',
    (stage) => inRegion(stage, { ImageId: stage.images.shared, 'AddAccount.1': stage.uid }),
    '404 InvalidImageId.NotFound',
  ),
  changing('sharing and unsharing, again and again', ['IMG-82', 'IMG-87', 'IMG-81'], async (stage) => {
    const {
      sharer,
      uid,
      images: { hidden: ImageId },
    } = stage;
    const change = async (parameters: Parameters): Promise<unknown> =>
      done(sharer('ModifyImageSharePermission', inRegion(stage, { ImageId, ...parameters })));
    const accounts = async (): Promise<readonly string[]> =>
      idsOf(
        rowsOf(await sharer('DescribeImageSharePermission', inRegion(stage, { ImageId })), 'Accounts.Account'),
        'AliyunId',
      );
    await change({ 'AddAccount.1': uid });
    await change({ 'AddAccount.1': uid });
    expect(await accounts()).toEqual([uid]);
    expect(idsOf(await images(stage, { ImageId }))).toEqual([ImageId]);
    await change({ 'RemoveAccount.1': uid });
    await change({ 'RemoveAccount.1': uid });
    expect(await accounts()).toEqual([]);
    await change({ 'AddAccount.1': uid, 'RemoveAccount.1': uid });
    expect(await accounts()).toEqual([]);
  }),
  changing(
    'publishing, and unpublishing, which keeps earlier shares',
    ['IMG-85', 'IMG-86', 'IMG-84'],
    async (stage) => {
      const ImageId = stage.images.shared;
      for (const IsPublic of [true, false, false])
        await done(stage.sharer('ModifyImageSharePermission', inRegion(stage, { ImageId, IsPublic })));
      expect(idsOf(await images(stage, { ImageId, ImageOwnerAlias: 'others' }))).toEqual([ImageId]);
    },
  ),
  refusal(
    'publishing an encrypted image',
    ['IMG-86'],
    'ModifyImageSharePermission',
    (stage) => inRegion(stage, { ImageId: stage.images.hiddenServiceKey, IsPublic: true }),
    '403 OperationDeined.EncryptedSnapshot',
    ({ sharer }) => sharer,
  ),
];

const tagsAndSnapshots: readonly ConformanceCase[] = [
  tagging(
    'keys that differ in case only',
    ['IMG-101'],
    () => ({ 'Tag.2.Key': 'Conformance', 'Tag.2.Value': 'x' }),
    '403 TagKey.Duplication',
  ),
  tagging(
    'a key of the service',
    ['IMG-99'],
    () => ({ 'Tag.2.Key': 'acs:x', 'Tag.2.Value': 'x' }),
    '403 NoPermission.Tag',
  ),
  tagging('no resources', ['IMG-100'], () => ({ 'ResourceId.1': '' }), '404 MissingParameter.ResourceIds'),
  tagging('an unknown type', ['IMG-106'], () => ({ ResourceType: 'sandwich' }), '404 InvalidResourceType.NotFound'),
  tagging(
    'a shared image',
    ['IMG-103'],
    ({ images: { shared } }) => ({ 'ResourceId.1': shared }),
    '404 InvalidResourceId.NotFound',
  ),
  tagging(
    'one good and one unknown resource: neither',
    ['IMG-99'],
    () => ({ 'ResourceId.2': 'm-conformance-none' }),
    '404 InvalidResourceId.NotFound',
  ),
  changing('the same key overwrites, and can be found and removed', ['IMG-99', 'IMG-105'], async (stage) => {
    const resource = inRegion(stage, { ResourceType: 'image', 'ResourceId.1': stage.images.own });
    for (const value of ['one', 'two']) {
      await done(stage.call('TagResources', { ...resource, 'Tag.1.Key': 'conformance', 'Tag.1.Value': value }));
    }
    const tags = async (): Promise<unknown> =>
      rowsOf(
        await stage.call('ListTagResources', { ...resource, 'Tag.1.Key': 'conformance' }),
        'TagResources.TagResource',
      );
    expect(await tags()).toMatchObject([{ TagKey: 'conformance', TagValue: 'two' }]);
    expect(idsOf(await images(stage, { 'Tag.1.Key': 'conformance', 'Tag.1.Value': 'two' }))).toEqual([
      stage.images.own,
    ]);
    await done(stage.call('UntagResources', { ...resource, 'TagKey.1': 'conformance' }));
    expect(await tags()).toEqual([]);
  }),
  changing(
    'a snapshot of a disk, one at a time, and an image of it',
    ['IMG-93', 'IMG-108', 'IMG-111', 'INS-53'],
    async (stage) => {
      const { call, stoppedInstance } = stage;
      const [disk] = rowsOf(
        await call('DescribeDisks', inRegion(stage, { InstanceId: stoppedInstance })),
        'Disks.Disk',
      );
      const DiskId = String(disk?.['DiskId']);
      const { body } = await done(call('CreateSnapshot', { DiskId, SnapshotName: 'conformance' }));
      await refused(
        call('ReplaceSystemDisk', { InstanceId: stoppedInstance, ImageId: stage.images.own }),
        '403 DiskCreatingSnapshot',
      );
      const SnapshotId = String(body['SnapshotId']);
      const ask = inRegion(stage, { SnapshotIds: JSON.stringify([SnapshotId]) });
      await until(
        stage,
        async () =>
          rowsOf(await call('DescribeSnapshots', ask), 'Snapshots.Snapshot')[0]?.['Status'] === 'accomplished',
      );
      await done(call('CreateImage', inRegion(stage, { SnapshotId, ImageName: 'conformance-image' })));
      await refused(call('DeleteSnapshot', { SnapshotId, Force: true }), '403 SnapshotCreatedImage');
      await done(call('DeleteSnapshot', { SnapshotId: 's-conformance-none' }));
    },
  ),
  changing('an instance of a shared image yields an own image', ['IMG-94', 'IMG-95'], async (stage) => {
    const id = await launchOne(stage, { ImageId: stage.images.shared });
    await until(
      stage,
      async () =>
        rowsOf(
          await stage.call('DescribeInstances', inRegion(stage, { InstanceIds: JSON.stringify([id]) })),
          'Instances.Instance',
        )[0]?.['Status'] === 'Running',
    );
    const { body } = await done(
      stage.call('CreateImage', inRegion(stage, { InstanceId: id, ImageName: 'conformance-laundered' })),
    );
    expect((await images(stage, { ImageId: String(body['ImageId']) }))[0]).toMatchObject({
      ImageOwnerAlias: 'self',
      Status: 'Creating',
    });
  }),
];

export const imageCases: readonly ConformanceCase[] = [
  ...describeImages,
  ...copyImage,
  ...changes,
  ...tagsAndSnapshots,
];
