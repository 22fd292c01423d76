import { describe, expect, test } from 'vitest';
import { tagKey } from '../../src/domain/ownership.js';
import { transcribe } from '../../src/transcribe/transcribe.js';
import {
  anImageDisk,
  anObservedCopy,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedShare,
  anObservedState,
  aProject,
  uidOfImages,
  uidOfProd,
  uidOfStranger,
} from '../support/build.js';

const written = (changes: Parameters<typeof anObservedState>[0] = {}) =>
  transcribe(aProject(), anObservedState(changes));

describe('the cloud written down', () => {
  test('names each instance by its ID, on the source or the copy that it runs', () => {
    const { desired } = written({
      images: [anObservedImage(), anObservedCopy()],
      instances: [
        anObservedInstance({ instanceId: 'i-copy', imageId: 'm-copy1' }),
        anObservedInstance({ instanceId: 'i-direct', imageId: 'm-golden1' }),
      ],
    });
    expect(desired.instances.map(({ address, image }) => [address, image])).toEqual([
      ['Instance/i-copy', { kind: 'imageCopy', name: 'm-copy1' }],
      ['Instance/i-direct', { kind: 'imageSource', name: 'm-golden1' }],
    ]);
    expect(desired.imageCopies.map(({ address, source }) => [address, source])).toEqual([
      ['ImageCopy/m-copy1', 'm-golden1'],
    ]);
  });

  test('takes the owner of a foreign image as the cloud names it, and its family without the prefix', () => {
    const { desired } = written();
    expect(desired.imageSources.map(({ owner, selector }) => [owner, selector])).toEqual([
      [
        { kind: 'account', uid: uidOfImages },
        { kind: 'family', family: 'golden' },
      ],
    ]);
  });

  test.each([
    ['of Alibaba Cloud', { ownerAlias: 'system' as const, owner: '' }, { kind: 'system' }],
    ['of the account itself', { ownerAlias: 'self' as const, owner: '' }, { kind: 'account', uid: uidOfProd }],
    ['of nobody that is named', { ownerAlias: 'others' as const, owner: '' }, { kind: 'account', uid: '' }],
  ])('takes an image %s for what it is', (_, changes, owner) => {
    expect(written({ images: [anObservedImage(changes)] }).desired.imageSources.map((each) => each.owner)).toEqual([
      owner,
    ]);
  });

  test('keeps the owner of a copy’s source, though the source is not seen any more', () => {
    const tags = { [tagKey.sourceImage]: 'm-gone', [tagKey.sourceOwner]: uidOfStranger };
    const { desired, lock } = written({ images: [anObservedCopy({ tags })] });
    expect(desired.imageSources.map(({ address, owner, regions }) => [address, owner, regions])).toEqual([
      ['ImageSource/m-gone', { kind: 'account', uid: uidOfStranger }, []],
    ]);
    expect(lock.entries).toEqual([]);
  });

  test('believes no foreign image that says it is a copy', () => {
    const tags = { [tagKey.sourceImage]: 'm-trusted', [tagKey.sourceOwner]: uidOfImages };
    const { desired } = written({ images: [anObservedImage({ owner: uidOfStranger, tags })] });
    expect(desired.imageCopies).toEqual([]);
    expect(desired.imageSources.map(({ owner }) => owner)).toEqual([{ kind: 'account', uid: uidOfStranger }]);
  });

  test('shows disks as they are, and one that no answer shows as one that is not encrypted', () => {
    const disks = [
      anObservedDisk({ encrypted: false }),
      anObservedDisk({ diskId: 'd-data', type: 'data', encrypted: true, kmsKeyId: 'key-1' }),
    ];
    const instances = [anObservedInstance(), anObservedInstance({ instanceId: 'i-web1' })];
    const [seen, unseen] = written({ instances, disks }).desired.instances;
    expect(seen?.systemDisk.encrypted).toBe(false);
    expect(seen?.dataDisks.map(({ encrypted, kmsKeyId }) => [encrypted, kmsKeyId])).toEqual([[true, 'key-1']]);
    expect([unseen?.systemDisk.encrypted, unseen?.dataDisks]).toEqual([null, []]);
  });

  test('lists who an image is shared with, and no share where it is shared with nobody', () => {
    const shares = [
      anObservedShare({ accounts: [uidOfProd, uidOfStranger] }),
      anObservedShare({ imageId: 'm-2', accounts: [] }),
    ];
    expect(
      written({ shares }).desired.imageShares.map((share) => share.with.map(({ uid, account }) => [uid, account])),
    ).toEqual([
      [
        [uidOfProd, 'prod'],
        [uidOfStranger, null],
      ],
    ]);
  });

  test('pins each image that is seen to what the cloud says of it', () => {
    const disks = [anImageDisk({ encrypted: true })];
    const [entry] = written({ images: [anObservedImage({ disks })] }).lock.entries;
    expect(entry).toMatchObject({ source: 'm-golden1', imageId: 'm-golden1', owner: uidOfImages, encrypted: true });
  });

  test('tells two accounts apart that see one image', () => {
    const images = [anObservedImage({ account: 'images', ownerAlias: 'self', family: 'golden' }), anObservedImage()];
    const { desired } = written({ images, instances: [anObservedInstance({ imageId: 'm-golden1' })] });
    expect(desired.imageSources.map(({ name, account }) => [name, account])).toEqual([
      ['m-golden1 in images', 'images'],
      ['m-golden1 in prod', 'prod'],
    ]);
    expect(desired.instances.map(({ image }) => image.name)).toEqual(['m-golden1 in prod']);
  });

  test('lists the instances of an image, of the one at its root too, and those whose image nobody sees', () => {
    const { runningOn, unseen } = written({
      images: [anObservedImage(), anObservedCopy()],
      instances: [
        anObservedInstance({ instanceId: 'i-1', imageId: 'm-copy1' }),
        anObservedInstance({ instanceId: 'i-2', imageId: 'm-golden1' }),
        anObservedInstance({ instanceId: 'i-3', imageId: 'm-gone' }),
      ],
    });
    expect(Object.fromEntries(runningOn)).toEqual({
      'ImageCopy/m-copy1': ['Instance/i-1'],
      'ImageSource/m-golden1': ['Instance/i-1', 'Instance/i-2'],
    });
    expect(unseen.map(({ instance, imageId }) => [instance.address, imageId])).toEqual([['Instance/i-3', 'm-gone']]);
  });
});
