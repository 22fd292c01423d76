import { aDestination, anImageCopy, anImageShare } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const share = anImageShare({ account: 'prod', image: { kind: 'imageCopy', name: 'web-base' } });
const keyed = anImageCopy({ destinations: [aDestination({ kmsKeyId: 'key-hangzhou' })] });

describeRule('encryption/share-service-key', [
  { title: 'passes a copy with a customer key', desired: { imageShares: [share], imageCopies: [keyed] } },
  {
    title: 'finds a copy with the service key',
    desired: { imageShares: [share] },
    finds: [
      {
        at: 'manifests/golden-to-prod.yaml: spec.image.imageCopy',
        address: 'ImageShare/golden-to-prod/cn-hangzhou',
        severity: 'error',
        message: "'web-base' cannot be shared from 'cn-hangzhou': it is encrypted with the service key there",
      },
    ],
  },
  { title: 'passes a plain copy', desired: { imageShares: [share], imageCopies: [anImageCopy({ encrypted: false })] } },
  {
    title: 'asks only where it is shared',
    desired: {
      imageShares: [share],
      imageCopies: [anImageCopy({ destinations: [...keyed.destinations, aDestination({ region: 'ap-southeast-1' })] })],
    },
  },
  { title: 'says nothing of an own image, whose key nobody sees', desired: { imageShares: [anImageShare()] } },
]);
