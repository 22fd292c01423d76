import {
  anImageShare,
  anImageSource,
  anObservedCopy,
  anObservedImage,
  anObservedShare,
  anObservedState,
  aLock,
  aLockEntry,
  aSharee,
  uidOfImages,
  uidOfStranger,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const own = anImageSource({ name: 'golden-own', account: 'images', owner: { kind: 'account', uid: uidOfImages } });
const stranger = aSharee({ uid: uidOfStranger, account: null });
const lock = aLock(aLockEntry({ source: 'golden-own' }));
const withStranger = { imageSources: [own], imageShares: [anImageShare({ with: [stranger] })] };
const shared = { imageSources: [own], imageShares: [anImageShare()] };
const reporting = { imageSources: [own], imageShares: [anImageShare({ unlisted: 'Report' })] };
const seenByOwner = anObservedImage({ account: 'images', ownerAlias: 'self' });
const found = {
  at: 'manifests/golden-to-prod.yaml: spec.with.0',
  address: 'ImageShare/golden-to-prod',
  severity: 'error' as const,
  message: `\`with\` must name accounts of the project or of a Policy, and '${uidOfStranger}' is neither`,
};
const listed = { uid: uidOfStranger, reason: 'our partner in the north' };

describeRule('trust/share-target', [
  { title: "passes the project's own accounts", desired: shared },
  { title: 'finds an account that nobody lists', desired: withStranger, finds: [found] },
  { title: 'passes an account that a Policy lists', desired: withStranger, rule: { accounts: [listed] } },
  {
    title: 'passes up to the day on which the trust ends',
    desired: withStranger,
    rule: { accounts: [{ ...listed, until: '2026-01-15' }] },
  },
  {
    title: 'finds it from the day after',
    desired: withStranger,
    rule: { accounts: [{ ...listed, until: '2026-01-14' }] },
    finds: [found],
  },
  {
    title: 'compares UIDs as text: the same number with a zero in front is another account',
    desired: {
      ...withStranger,
      imageShares: [anImageShare({ with: [aSharee({ uid: `0${uidOfStranger}`, account: null })] })],
    },
    rule: { accounts: [listed] },
    finds: [{ ...found, message: found.message.replace(uidOfStranger, `0${uidOfStranger}`) }],
  },
  {
    title: 'passes where the cloud shows what is wanted',
    desired: shared,
    lock,
    observed: anObservedState({ images: [seenByOwner], shares: [anObservedShare()] }),
  },
  {
    title: 'finds a group',
    desired: shared,
    lock,
    observed: anObservedState({ images: [seenByOwner], shares: [anObservedShare({ groups: ['all'] })] }),
    finds: [
      {
        at: 'manifests/golden-to-prod.yaml: spec.image.imageSource',
        address: 'ImageShare/golden-to-prod/cn-hangzhou',
        message: "image 'm-golden1' in 'cn-hangzhou' must not be open to group 'all'",
      },
    ],
  },
  {
    title: 'finds an image that was published',
    desired: shared,
    lock,
    observed: anObservedState({ images: [{ ...seenByOwner, isPublic: true }], shares: [anObservedShare()] }),
    finds: [
      {
        at: 'manifests/golden-to-prod.yaml: spec.image.imageSource',
        address: 'ImageShare/golden-to-prod/cn-hangzhou',
        message: "image 'm-golden1' in 'cn-hangzhou' must not be open to everybody",
      },
    ],
  },
  {
    title: 'finds an account that `unlisted: Report` leaves in place',
    desired: reporting,
    lock,
    observed: anObservedState({ images: [seenByOwner], shares: [anObservedShare({ accounts: [uidOfStranger] })] }),
    finds: [
      {
        at: 'manifests/golden-to-prod.yaml: spec.unlisted',
        address: `ImageShare/golden-to-prod/cn-hangzhou/${uidOfStranger}`,
        message: `image 'm-golden1' in 'cn-hangzhou' is shared with account '${uidOfStranger}', which no Policy lists`,
      },
    ],
  },
  {
    title: 'leaves one to the plan that `unlisted: Remove` removes',
    desired: shared,
    lock,
    observed: anObservedState({ images: [seenByOwner], shares: [anObservedShare({ accounts: [uidOfStranger] })] }),
  },
  {
    title: 'finds the copy of a share by its tag',
    desired: { imageShares: [anImageShare({ account: 'prod', image: { kind: 'imageCopy', name: 'web-base' } })] },
    observed: anObservedState({
      images: [anObservedCopy({ isPublic: true })],
      shares: [anObservedShare({ account: 'prod', imageId: 'm-copy1' })],
    }),
    finds: [
      {
        at: 'manifests/golden-to-prod.yaml: spec.image.imageCopy',
        address: 'ImageShare/golden-to-prod/cn-hangzhou',
        message: "image 'm-copy1' in 'cn-hangzhou' must not be open to everybody",
      },
    ],
  },
]);
