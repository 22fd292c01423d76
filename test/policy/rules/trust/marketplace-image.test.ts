import { anObservedImage, anObservedState } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const coded = anObservedState({ images: [anObservedImage({ productCode: 'cmjj0001' })] });
const found = {
  at: 'manifests/golden.yaml: spec.family',
  address: 'ImageSource/golden/cn-hangzhou',
  severity: 'error' as const,
  message: "image 'm-golden1' in 'cn-hangzhou' belongs to marketplace product 'cmjj0001'",
};

describeRule('trust/marketplace-image', [
  { title: 'passes an image without a product code', observed: anObservedState() },
  { title: 'finds the code that rides along in a shared image', observed: coded, finds: [found] },
  { title: 'passes a code that a Policy permits', observed: coded, rule: { productCodes: ['cmjj0001'] } },
  { title: 'is not content with another code', observed: coded, rule: { productCodes: ['cmjj0002'] }, finds: [found] },
  {
    title: 'finds an image of the marketplace itself, whatever its code',
    observed: anObservedState({ images: [anObservedImage({ ownerAlias: 'marketplace' })] }),
    finds: [{ ...found, message: "image 'm-golden1' in 'cn-hangzhou' belongs to marketplace product ''" }],
  },
]);
