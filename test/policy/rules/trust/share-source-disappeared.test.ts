import {
  anImageSource,
  anInstance,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedState,
  uidOfProd,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const direct = { imageCopies: [], instances: [anInstance({ image: { kind: 'imageSource', name: 'golden' } })] };
const running = { instances: [anObservedInstance()], disks: [anObservedDisk({ imageId: 'm-golden1' })] };

describeRule('trust/share-source-disappeared', [
  {
    title: 'passes where the image is still shared',
    desired: direct,
    observed: anObservedState({ ...running, images: [anObservedImage()] }),
  },
  {
    title: 'names the members that run what is gone',
    desired: direct,
    observed: anObservedState({ ...running, images: [] }),
    finds: [
      {
        at: 'manifests/web.yaml: spec.image.imageSource',
        address: 'Instance/web',
        severity: 'error',
        message: "image 'm-golden1' of 'golden' is gone or no longer shared, and Instance/web/0 runs it",
      },
    ],
  },
  {
    title: 'says nothing where no member runs it',
    desired: direct,
    observed: anObservedState({ images: [], instances: [anObservedInstance()], disks: [anObservedDisk()] }),
  },
  {
    title: 'says nothing of an own copy, which stays',
    observed: anObservedState({ ...running, images: [] }),
  },
  {
    title: 'says nothing of an own image: nobody shared it',
    desired: { ...direct, imageSources: [anImageSource({ owner: { kind: 'account', uid: uidOfProd } })] },
    observed: anObservedState({ ...running, images: [] }),
  },
]);
