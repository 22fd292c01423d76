import { anImageSource, anObservedImage, anObservedState, uidOfImages, uidOfStranger } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const published = anObservedState({ images: [anObservedImage({ isPublic: true })] });
const found = {
  at: 'manifests/golden.yaml: spec.family',
  address: 'ImageSource/golden/cn-hangzhou',
  severity: 'error' as const,
  message: `image 'm-golden1' in 'cn-hangzhou' is a community image, published by account '${uidOfImages}'`,
};

const allowing = { imageSources: [anImageSource({ allow: ['community'] })] };
const notPermitted = {
  at: 'manifests/golden.yaml: spec.allow.0',
  address: 'ImageSource/golden',
  severity: 'error' as const,
  message: `\`allow\` must not name community images of account '${uidOfImages}': no Policy permits them`,
};

describeRule('trust/community-image', [
  { title: 'finds a source that allows them, without a look at the cloud', desired: allowing, finds: [notPermitted] },
  {
    title: 'finds it once where the image is looked at as well',
    desired: allowing,
    observed: published,
    finds: [notPermitted],
  },
  {
    title: 'passes a source whose owner a Policy permits',
    desired: allowing,
    rule: { owners: [{ uid: uidOfImages, reason: 'the vendor publishes it' }] },
  },
  { title: 'passes an image that was shared', observed: anObservedState() },
  { title: 'finds an image that everybody can use', observed: published, finds: [found] },
  {
    title: 'passes where a Policy permits the owner',
    observed: published,
    rule: { owners: [{ uid: uidOfImages, reason: 'the vendor publishes it' }] },
  },
  {
    title: 'is not content with another owner',
    observed: published,
    rule: { owners: [{ uid: uidOfStranger, reason: 'the vendor publishes it' }] },
    finds: [found],
  },
  {
    title: 'leaves images of Alibaba Cloud alone, which are public by nature',
    observed: anObservedState({ images: [anObservedImage({ isPublic: true, ownerAlias: 'system', owner: 'system' })] }),
  },
]);
