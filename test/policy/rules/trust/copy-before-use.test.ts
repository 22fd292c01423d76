import { anImageSource, anInstance, uidOfProd } from '../../../support/build.js';
import { aStrictPolicy, describeRule } from '../rule-table.js';

const direct = [anInstance({ image: { kind: 'imageSource', name: 'golden' } })];
const finding = {
  at: 'manifests/web.yaml: spec.image.imageSource',
  address: 'Instance/web',
  message: "`image` must name an ImageCopy: 'golden' belongs to account '1600000000000001'",
};

describeRule('trust/copy-before-use', [
  { title: 'passes an instance on a copy' },
  {
    title: 'warns of an instance on a shared image',
    desired: { instances: direct },
    finds: [{ ...finding, severity: 'warning' }],
  },
  {
    title: 'is an error under strict',
    desired: { instances: direct },
    policies: [aStrictPolicy()],
    finds: [{ ...finding, severity: 'error' }],
  },
  { title: 'can be turned off', desired: { instances: direct }, rule: { severity: 'off' } },
  {
    title: 'passes an own image',
    desired: { instances: direct, imageSources: [anImageSource({ owner: { kind: 'account', uid: uidOfProd } })] },
  },
  {
    title: 'does not ask it of Alibaba Cloud’s images: none can be copied',
    desired: { instances: direct, imageSources: [anImageSource({ owner: { kind: 'system' } })] },
  },
]);
