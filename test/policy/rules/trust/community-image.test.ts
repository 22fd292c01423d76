import { anObservedImage, anObservedState, uidOfImages, uidOfStranger } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const published = anObservedState({ images: [anObservedImage({ isPublic: true })] });
const found = {
  at: 'manifests/golden.yaml: spec.family',
  address: 'ImageSource/golden/cn-hangzhou',
  severity: 'error' as const,
  message: `image 'm-golden1' in 'cn-hangzhou' is a community image, published by account '${uidOfImages}'`,
};

describeRule('trust/community-image', [
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
