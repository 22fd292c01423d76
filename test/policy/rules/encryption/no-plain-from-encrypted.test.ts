import {
  aLock,
  aLockEntry,
  anImageCopy,
  anImageDisk,
  anImageSource,
  anInstance,
  aSystemDisk,
  uidOfProd,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const own = [anImageSource({ owner: { kind: 'account', uid: uidOfProd } })];
const encrypted = aLock(aLockEntry({ owner: uidOfProd, disks: [anImageDisk({ encrypted: true })] }));
const plainDisk = { systemDisk: aSystemDisk({ encrypted: false }) };
const system = { at: 'manifests/web.yaml: spec.systemDisk.encrypted', address: 'Instance/web' };

describeRule('encryption/no-plain-from-encrypted', [
  { title: 'passes where all is encrypted', desired: { imageSources: own }, lock: encrypted },
  {
    title: 'finds a plain copy of an own encrypted image',
    desired: { imageSources: own, imageCopies: [anImageCopy({ encrypted: false })] },
    lock: encrypted,
    finds: [
      {
        at: 'manifests/web-base.yaml: spec.encrypted',
        address: 'ImageCopy/web-base',
        severity: 'error',
        message: "`encrypted` must not be 'false': 'golden' is encrypted",
      },
    ],
  },
  {
    title: 'finds a plain disk on an encrypted copy',
    desired: { instances: [anInstance(plainDisk)] },
    finds: [{ ...system, message: "`encrypted` of the system disk must not be 'false': 'web-base' is encrypted" }],
  },
  {
    title: 'finds a plain disk on a silent copy of an encrypted image, which stays encrypted',
    desired: { imageSources: own, imageCopies: [anImageCopy({ encrypted: null })], instances: [anInstance(plainDisk)] },
    lock: encrypted,
    finds: [{ ...system, message: "`encrypted` of the system disk must not be 'false': 'web-base' is encrypted" }],
  },
  {
    title: 'finds a plain disk on an own encrypted image',
    desired: {
      imageSources: own,
      imageCopies: [],
      instances: [anInstance({ ...plainDisk, image: { kind: 'imageSource', name: 'golden' } })],
    },
    lock: encrypted,
    finds: [{ ...system, message: "`encrypted` of the system disk must not be 'false': 'golden' is encrypted" }],
  },
  {
    title: 'passes a plain disk on a plain copy',
    desired: { imageCopies: [anImageCopy({ encrypted: false })], instances: [anInstance(plainDisk)] },
  },
]);
