import {
  aLock,
  aLockEntry,
  anImageCopy,
  anImageDisk,
  anImageSource,
  anInstance,
  aPolicy,
  aSystemDisk,
  uidOfProd,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const encrypted = aLock(aLockEntry({ disks: [anImageDisk({ encrypted: true })] }));
const unseen = aLock(aLockEntry({ disks: [anImageDisk({ encrypted: 'unknown' })] }));
const silent = { imageCopies: [anImageCopy({ encrypted: null })] };
const direct = { image: { kind: 'imageSource', name: 'golden' } } as const;
const copy = { at: 'manifests/web-base.yaml: spec.encrypted', address: 'ImageCopy/web-base' };
const must = "must be 'true': shared image 'm-golden1' in 'cn-hangzhou'";

describeRule('encryption/shared-encrypted-image', [
  { title: 'passes an encrypted copy of an encrypted image', lock: encrypted },
  { title: 'passes a silent copy of a plain image', desired: silent },
  {
    title: 'finds a silent copy of an encrypted image',
    desired: silent,
    lock: encrypted,
    finds: [{ ...copy, severity: 'error', message: `\`encrypted\` ${must} is encrypted` }],
  },
  {
    title: 'takes an image that does not say for encrypted',
    desired: silent,
    lock: unseen,
    finds: [{ ...copy, message: `\`encrypted\` ${must} does not say whether it is encrypted` }],
  },
  {
    title: 'finds a plain copy, under the preset none too',
    desired: { imageCopies: [anImageCopy({ encrypted: false })] },
    lock: encrypted,
    policies: [aPolicy({}, { extends: ['none'] })],
    finds: [{ ...copy, severity: 'error', message: `\`encrypted\` ${must} is encrypted` }],
  },
  {
    title: 'finds a silent system disk of an instance on the image itself',
    desired: { imageCopies: [], instances: [anInstance({ ...direct, systemDisk: aSystemDisk({ encrypted: null }) })] },
    lock: encrypted,
    finds: [
      {
        at: 'manifests/web.yaml: spec.systemDisk.encrypted',
        address: 'Instance/web',
        message: `\`encrypted\` of the system disk ${must} is encrypted`,
      },
    ],
  },
  {
    title: 'passes an encrypted system disk on the image itself',
    desired: { imageCopies: [], instances: [anInstance(direct)] },
    lock: encrypted,
  },
  {
    title: 'does not ask it of own images',
    desired: { ...silent, imageSources: [anImageSource({ owner: { kind: 'account', uid: uidOfProd } })] },
    lock: encrypted,
  },
]);
