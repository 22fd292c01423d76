import { wantedCopies } from '../../../../src/domain/lineage.js';
import {
  aDesired,
  aLock,
  anImageCopy,
  anImageShare,
  anInstance,
  anObservedCopy,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedState,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const direct = { imageCopies: [], instances: [anInstance({ image: { kind: 'imageSource', name: 'golden' } })] };
const needed = "image 'm-golden1' of 'golden' in 'cn-hangzhou' is needed here, but";
const [wanted] = wantedCopies(aDesired(), aLock(), anImageCopy());
const made = anObservedCopy({ name: wanted?.imageName ?? '' });
const copy = {
  at: 'manifests/web-base.yaml: spec.source.imageSource',
  address: 'ImageCopy/web-base/cn-hangzhou',
};

describeRule('trust/image-unavailable', [
  { title: 'passes where the image is there', observed: anObservedState() },
  {
    title: 'finds an image that is gone before it was copied',
    observed: anObservedState({ images: [] }),
    finds: [{ ...copy, severity: 'error', message: `${needed} it is gone or no longer shared` }],
  },
  {
    title: 'passes where the copy is made: it outlives its source',
    observed: anObservedState({ images: [made] }),
  },
  {
    title: 'does not count a copy of another name, as with another key: another one is still to be made',
    observed: anObservedState({ images: [anObservedCopy({ name: 'web-base-000000000000' })] }),
    finds: [{ ...copy, message: `${needed} it is gone or no longer shared` }],
  },
  {
    title: 'does not count a copy that is still being made',
    observed: anObservedState({ images: [anObservedCopy({ ...made, status: 'Creating' })] }),
    finds: [{ ...copy, message: `${needed} it is gone or no longer shared` }],
  },
  {
    title: 'does not count a clone of the copy',
    observed: anObservedState({
      images: [anObservedCopy({ ...made, tags: { ...made.tags, 'tallyman:id': 'm-other' } })],
    }),
    finds: [{ ...copy, message: `${needed} it is gone or no longer shared` }],
  },
  {
    title: 'finds an image that is gone before it was shared',
    desired: {
      imageCopies: [],
      instances: [],
      imageShares: [anImageShare({ image: { kind: 'imageSource', name: 'golden' } })],
    },
    observed: anObservedState({ images: [] }),
    finds: [
      {
        at: 'manifests/golden-to-prod.yaml: spec.image.imageSource',
        address: 'ImageShare/golden-to-prod',
        message: `${needed} it is gone or no longer shared`,
      },
    ],
  },
  {
    title: 'names a status that cannot be used',
    observed: anObservedState({ images: [anObservedImage({ status: 'UnAvailable' })] }),
    finds: [{ ...copy, message: `${needed} its status is 'UnAvailable'` }],
  },
  {
    title: 'finds an image that is Available but not usable yet',
    observed: anObservedState({ images: [anObservedImage({ usable: false })] }),
    finds: [{ ...copy, message: `${needed} it cannot be used yet` }],
  },
  {
    title: 'lets a deprecated image pass: it still launches',
    observed: anObservedState({ images: [anObservedImage({ status: 'Deprecated' })] }),
  },
  {
    title: 'finds an image that an instance has still to start from',
    desired: direct,
    observed: anObservedState({ images: [] }),
    finds: [
      {
        at: 'manifests/web.yaml: spec.image.imageSource',
        address: 'Instance/web',
        message: `${needed} it is gone or no longer shared`,
      },
    ],
  },
  {
    title: 'passes where every member runs from the image already',
    desired: direct,
    observed: anObservedState({
      images: [],
      instances: [anObservedInstance({ imageId: 'm-golden1' })],
      disks: [anObservedDisk({ imageId: 'm-golden1' })],
    }),
  },
  {
    title: 'believes the disk, not the instance, about what runs',
    desired: direct,
    observed: anObservedState({
      images: [],
      instances: [anObservedInstance({ imageId: 'm-golden1' })],
      disks: [anObservedDisk({ imageId: 'm-golden0' })],
    }),
    finds: [
      {
        at: 'manifests/web.yaml: spec.image.imageSource',
        address: 'Instance/web',
        message: `${needed} it is gone or no longer shared`,
      },
    ],
  },
]);
