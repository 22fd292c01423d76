import { anImageSource, anObservedImage, anObservedState } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const coded = anObservedState({ images: [anObservedImage({ productCode: 'cmjj0001' })] });
const found = {
  at: 'manifests/golden.yaml: spec.family',
  address: 'ImageSource/golden/cn-hangzhou',
  severity: 'error' as const,
  message: "image 'm-golden1' in 'cn-hangzhou' belongs to marketplace product 'cmjj0001'",
};

const allowing = { imageSources: [anImageSource({ allow: ['marketplace'], owner: { kind: 'marketplace' } })] };

describeRule('trust/marketplace-image', [
  {
    title: 'finds a source that allows them where no Policy permits a code, without a look at the cloud',
    desired: allowing,
    finds: [
      {
        at: 'manifests/golden.yaml: spec.allow.0',
        address: 'ImageSource/golden',
        severity: 'error',
        message: '`allow` must not name images of the marketplace: no Policy permits a product code',
      },
    ],
  },
  { title: 'leaves which code it is to the plan', desired: allowing, rule: { productCodes: ['cmjj0001'] } },
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
