import { anImageSource, anInstance } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

describeRule('region/image-region', [
  { title: 'passes an instance in a region of its copy' },
  {
    title: 'finds an instance in a region without a copy',
    desired: { instances: [anInstance({ region: 'ap-southeast-1' })] },
    finds: [
      {
        at: 'manifests/web.yaml: spec.image.imageCopy',
        address: 'Instance/web',
        severity: 'error',
        message: "`image` must be in 'ap-southeast-1' like the instance: 'web-base' is in 'cn-hangzhou'",
      },
    ],
  },
  {
    title: 'finds an instance in a region where its source is not',
    desired: {
      imageSources: [anImageSource({ regions: ['cn-hangzhou', 'cn-beijing'] })],
      instances: [anInstance({ region: 'ap-southeast-1', image: { kind: 'imageSource', name: 'golden' } })],
    },
    finds: [
      {
        at: 'manifests/web.yaml: spec.image.imageSource',
        address: 'Instance/web',
        message: "`image` must be in 'ap-southeast-1' like the instance: 'golden' is in 'cn-hangzhou', 'cn-beijing'",
      },
    ],
  },
]);
