import {
  aLock,
  aLockEntry,
  anImageCopy,
  anImageDisk,
  anImageSource,
  anObservedCopy,
  anObservedImage,
  anObservedState,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const unseen = aLock(aLockEntry({ disks: [anImageDisk({ encrypted: 'unknown' })] }));
const silent = { imageCopies: [anImageCopy({ encrypted: null })] };

describeRule('encryption/unknown', [
  { title: 'passes where the image says that it is plain', desired: silent },
  {
    title: 'finds an image that does not say, used without encryption',
    desired: silent,
    lock: unseen,
    finds: [
      {
        at: 'manifests/golden.yaml: spec.family',
        address: 'ImageSource/golden/cn-hangzhou',
        severity: 'warning',
        message: "image 'm-golden1' in 'cn-hangzhou' does not say whether its disks are encrypted",
      },
    ],
  },
  { title: 'does not mind where everything that uses it is encrypted', lock: unseen },
  {
    title: 'does not ask Alibaba Cloud’s images, which are plain',
    desired: { ...silent, imageSources: [anImageSource({ owner: { kind: 'system' } })] },
    lock: unseen,
  },
  {
    title: 'finds a copy that should be encrypted and does not show it',
    observed: anObservedState({
      images: [anObservedImage(), anObservedCopy({ disks: [anImageDisk({ encrypted: 'unknown' })] })],
    }),
    finds: [
      {
        at: 'manifests/web-base.yaml: spec.encrypted',
        address: 'ImageCopy/web-base/cn-hangzhou',
        message: "copy 'm-copy1' must be encrypted, and does not say that it is",
      },
    ],
  },
  {
    title: 'passes a copy that shows it',
    observed: anObservedState({ images: [anObservedImage(), anObservedCopy()] }),
  },
]);
