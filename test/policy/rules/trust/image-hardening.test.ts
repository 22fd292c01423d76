import type { ImageHardening, ObservedState } from '../../../../src/domain/observed.js';
import { aHardening, anObservedImage, anObservedState } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

function seen(changes: Partial<ImageHardening>): ObservedState {
  return anObservedState({ images: [anObservedImage({ hardening: aHardening(changes) })] });
}

function found(what: string) {
  return {
    at: 'manifests/golden.yaml: spec.family',
    address: 'ImageSource/golden/cn-hangzhou',
    severity: 'warning' as const,
    message: `image 'm-golden1' in 'cn-hangzhou' ${what}`,
  };
}

describeRule('trust/image-hardening', [
  { title: 'passes an image that has everything', observed: anObservedState() },
  {
    title: 'finds an old metadata service',
    observed: seen({ imds: 'v1' }),
    finds: [found('does not support version 2 of the metadata service')],
  },
  {
    title: 'counts what the answer does not say as missing',
    observed: seen({ nvme: null }),
    finds: [found('does not say whether it supports NVMe')],
  },
  {
    title: 'names all that is missing at once',
    observed: seen({ nonRootLogin: false, cloudInit: false }),
    finds: [found('does not support login without root, does not support cloud-init')],
  },
  {
    title: 'asks only for what a Policy names',
    observed: seen({ nvme: false, cloudInit: false }),
    rule: { require: ['nvme'] },
    finds: [found('does not support NVMe')],
  },
  { title: 'takes any boot mode unless a Policy names some', observed: seen({ bootMode: 'BIOS' }) },
  {
    title: 'finds a boot mode that a Policy does not name',
    observed: seen({ bootMode: 'BIOS' }),
    rule: { bootModes: ['UEFI'] },
    finds: [found("boots with 'BIOS'")],
  },
  {
    title: 'finds what an examination found',
    observed: seen({ risks: [{ name: 'GuestOS.Clamav', level: 'High' }] }),
    finds: [found("was examined with a risk of level 'High': 'GuestOS.Clamav'")],
  },
  {
    title: 'passes risks below the levels that a Policy names',
    observed: seen({ risks: [{ name: 'GuestOS.Ntp', level: 'Medium' }] }),
    rule: { risks: ['High'] },
  },
]);
