import {
  aLock,
  aLockEntry,
  anImageDisk,
  anImageSource,
  anObservedState,
  aReplacement,
  uidOfProd,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const full = [anImageDisk(), anImageDisk({ device: '/dev/xvdb', type: 'data', sizeGiB: 200, snapshotId: 's-data' })];
const ownFull = {
  desired: { imageSources: [anImageSource({ owner: { kind: 'account', uid: uidOfProd } })] },
  lock: aLock(aLockEntry({ owner: uidOfProd, disks: full })),
};

describeRule('trust/data-disk-snapshots', [
  { title: 'passes an image of the system disk alone', observed: anObservedState() },
  {
    title: 'finds the disks that a foreign image adds to every machine',
    lock: aLock(aLockEntry({ disks: full })),
    observed: anObservedState(),
    finds: [
      {
        at: 'manifests/golden.yaml: spec.family',
        address: 'ImageSource/golden/cn-hangzhou',
        severity: 'error',
        message: "image 'm-golden1' in 'cn-hangzhou' brings data disk '/dev/xvdb' of 200 GiB along",
      },
    ],
  },
  { title: 'lets an own image have them', ...ownFull, observed: anObservedState() },
  {
    title: 'finds a replacement that the service would refuse, own image or not',
    ...ownFull,
    observed: anObservedState(),
    plan: { actions: [aReplacement()] },
    finds: [
      {
        at: 'manifests/web.yaml: spec.image.imageCopy',
        address: 'Instance/web',
        message: "the system disk cannot be replaced: image 'm-golden1' has data disk '/dev/xvdb' of 200 GiB",
      },
    ],
  },
]);
