import { aLock, aLockEntry, anImageDisk, anObservedImage, anObservedState } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const at = 'manifests/golden.yaml: spec.family';
const address = 'ImageSource/golden/cn-hangzhou';
const differs = "image 'm-golden1' in 'cn-hangzhou' differs from the lock:";

describeRule('trust/fingerprint', [
  {
    title: 'lets the owner edit name, description, family and tags',
    observed: anObservedState({
      images: [
        anObservedImage({ name: 'other', description: 'new', family: '', tags: { a: 'b' }, status: 'Deprecated' }),
      ],
    }),
  },
  { title: 'leaves an image that cannot be seen to another rule', observed: anObservedState({ images: [] }) },
  {
    title: 'names the disk and what of it changed',
    observed: anObservedState({
      images: [anObservedImage({ disks: [anImageDisk({ snapshotId: 's-other', sizeGiB: 60 })] })],
    }),
    finds: [
      {
        at,
        address,
        severity: 'error',
        message: `${differs} \`sizeGiB\` of disk '/dev/xvda' '40' -> '60', \`snapshotId\` of disk '/dev/xvda' 's-golden1' -> 's-other'`,
      },
    ],
  },
  {
    title: 'names a disk that came and one that went',
    observed: anObservedState({ images: [anObservedImage({ disks: [anImageDisk({ device: '/dev/xvdb' })] })] }),
    finds: [{ at, address, message: `${differs} disk '/dev/xvda' is gone, disk '/dev/xvdb' is new` }],
  },
  {
    title: 'names the creation time',
    observed: anObservedState({ images: [anObservedImage({ createdAt: '2025-12-02T00:00:00Z' })] }),
    finds: [{ at, address, message: `${differs} \`createdAt\` '2025-12-01T00:00:00Z' -> '2025-12-02T00:00:00Z'` }],
  },
  {
    title: 'finds encryption that is not shown any more: unseen is not the same',
    observed: anObservedState({ images: [anObservedImage({ disks: [anImageDisk({ encrypted: 'unknown' })] })] }),
    finds: [{ at, address, message: `${differs} \`encrypted\` of disk '/dev/xvda' 'false' -> 'unknown'` }],
  },
  {
    title: 'finds a fingerprint that was edited by hand',
    lock: aLock({ ...aLockEntry(), fingerprint: 'sha256:0' }),
    observed: anObservedState(),
    finds: [{ at, address, message: `${differs} the lock was edited by hand` }],
  },
]);
