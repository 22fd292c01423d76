import { aLock, aLockEntry, anImageDisk, anInstance, aSystemDisk } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const large = aLock(aLockEntry({ sizeGiB: 60, disks: [anImageDisk({ sizeGiB: 60 })] }));
const at = 'manifests/web.yaml: spec.systemDisk.sizeGiB';
const message = "`sizeGiB` of the system disk must be at least 60, the size of image 'm-golden1', and is '40'";

describeRule('manifest/image-size', [
  { title: 'passes a disk of the size of the image' },
  {
    title: 'finds a disk that a copy of the pinned image does not fit on',
    lock: large,
    finds: [{ at, address: 'Instance/web', severity: 'error', message }],
  },
  {
    title: 'finds a disk that the pinned image itself does not fit on',
    desired: { instances: [anInstance({ image: { kind: 'imageSource', name: 'golden' } })] },
    lock: large,
    finds: [{ at, address: 'Instance/web', message }],
  },
  {
    title: 'asks for the system disk of an image that brings data disks as well',
    lock: aLock(
      aLockEntry({
        sizeGiB: 140,
        disks: [anImageDisk(), anImageDisk({ device: '/dev/xvdb', type: 'data', sizeGiB: 100 })],
      }),
    ),
  },
  {
    title: 'passes a larger disk',
    desired: { instances: [anInstance({ systemDisk: aSystemDisk({ sizeGiB: 61 }) })] },
    lock: large,
  },
  { title: 'says nothing where the lock does not', lock: aLock(aLockEntry({ source: 'another', sizeGiB: 60 })) },
]);
