import { anImageCopy, anInstance, aSystemDisk } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const dataDisk = { ...aSystemDisk(), deleteWithInstance: true };
const silent = anImageCopy({ encrypted: null });
const copy = { at: 'manifests/web-base.yaml: spec.encrypted', address: 'ImageCopy/web-base' };
const system = { at: 'manifests/web.yaml: spec.systemDisk.encrypted', address: 'Instance/web' };

describeRule('encryption/required', [
  { title: 'passes where all is encrypted' },
  {
    title: 'finds a copy that says nothing',
    desired: { imageCopies: [silent] },
    finds: [{ ...copy, severity: 'warning', message: "`encrypted` must be 'true'" }],
  },
  {
    title: 'finds a copy that is plain',
    desired: { imageCopies: [anImageCopy({ encrypted: false })] },
    finds: [{ ...copy, message: "`encrypted` must be 'true', not 'false'" }],
  },
  {
    title: 'finds a plain system disk',
    desired: { instances: [anInstance({ systemDisk: aSystemDisk({ encrypted: false }) })] },
    finds: [{ ...system, message: "`encrypted` of the system disk must be 'true', not 'false'" }],
  },
  {
    title: 'lets a system disk be silent on an encrypted copy',
    desired: { instances: [anInstance({ systemDisk: aSystemDisk({ encrypted: null }) })] },
  },
  {
    title: 'finds a silent system disk on a copy that is not encrypted',
    desired: { imageCopies: [silent], instances: [anInstance({ systemDisk: aSystemDisk({ encrypted: null }) })] },
    rule: { kinds: ['Instance'] },
    finds: [{ ...system, message: "`encrypted` of the system disk must be 'true'" }],
  },
  {
    title: 'finds each data disk',
    desired: { instances: [anInstance({ dataDisks: [dataDisk, { ...dataDisk, encrypted: null }] })] },
    finds: [
      {
        at: 'manifests/web.yaml: spec.dataDisks.1.encrypted',
        address: 'Instance/web',
        message: "`encrypted` of data disk 1 must be 'true'",
      },
    ],
  },
  {
    title: 'asks only the kinds that the Policy names',
    desired: { imageCopies: [silent] },
    rule: { kinds: ['Instance'] },
  },
]);
