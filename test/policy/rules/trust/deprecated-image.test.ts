import { anObservedImage, anObservedState } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const deprecated = anObservedState({ images: [anObservedImage({ status: 'Deprecated' })] });
const found = {
  at: 'manifests/golden.yaml: spec.family',
  address: 'ImageSource/golden/cn-hangzhou',
  message: "image 'm-golden1' in 'cn-hangzhou' is deprecated by its owner",
};

describeRule('trust/deprecated-image', [
  { title: 'passes an image that is Available', observed: anObservedState() },
  {
    title: 'warns of a deprecated image, which the cloud still launches',
    observed: deprecated,
    finds: [{ ...found, severity: 'warning' }],
  },
  {
    title: 'takes the severity of a Policy',
    observed: deprecated,
    rule: { severity: 'error' },
    finds: [{ ...found, severity: 'error' }],
  },
  { title: 'says nothing of an image that is gone', observed: anObservedState({ images: [] }) },
]);
