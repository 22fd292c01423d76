import {
  aDestination,
  anImageCopy,
  anImageShare,
  anInstance,
  uidOfImages,
  uidOfStranger,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const abroad = { imageCopies: [anImageCopy({ destinations: [aDestination({ region: 'ap-southeast-1' })] })] };
const home = ['cn-hangzhou'];
const must = "what comes from 'golden' must stay in 'cn-hangzhou', and goes to 'ap-southeast-1'";
const copyFound = {
  at: 'manifests/web-base.yaml: spec.destinations.0.region',
  address: 'ImageCopy/web-base/ap-southeast-1',
  message: must,
};

describeRule('region/residency', [
  { title: 'is off without parameters', desired: abroad },
  { title: 'passes what stays', rule: { regions: home } },
  {
    title: 'finds a copy that leaves',
    desired: abroad,
    rule: { regions: home },
    finds: [{ ...copyFound, severity: 'error' }],
  },
  {
    title: 'finds a hop that is made outside',
    desired: abroad,
    rule: { regions: ['ap-southeast-1'] },
    finds: [
      {
        at: copyFound.at,
        address: 'ImageCopy/web-base/cn-hangzhou',
        message: "what comes from 'golden' must stay in 'ap-southeast-1', and goes to 'cn-hangzhou'",
      },
      {
        at: 'manifests/web.yaml: spec.region',
        address: 'Instance/web',
        message: "what comes from 'golden' must stay in 'ap-southeast-1', and goes to 'cn-hangzhou'",
      },
    ],
  },
  {
    title: 'finds an instance by what its copy comes from',
    desired: { instances: [anInstance({ region: 'ap-southeast-1' })] },
    rule: { regions: home },
    finds: [{ at: 'manifests/web.yaml: spec.region', address: 'Instance/web', message: must }],
  },
  {
    title: 'finds a share that gives it away elsewhere',
    desired: {
      imageShares: [
        anImageShare({ regions: ['ap-southeast-1', 'cn-hangzhou'], image: { kind: 'imageCopy', name: 'web-base' } }),
      ],
    },
    rule: { regions: home },
    finds: [
      {
        at: 'manifests/golden-to-prod.yaml: spec.regions.0',
        address: 'ImageShare/golden-to-prod/ap-southeast-1',
        message: must,
      },
    ],
  },
  { title: 'asks only of the sources that it names', desired: abroad, rule: { regions: home, sources: ['secret-*'] } },
  {
    title: 'takes `*` for any characters',
    desired: abroad,
    rule: { regions: home, sources: ['gold*'] },
    finds: [copyFound],
  },
  { title: 'asks only of the owners that it names', desired: abroad, rule: { regions: home, owners: [uidOfStranger] } },
  { title: 'finds by owner', desired: abroad, rule: { regions: home, owners: [uidOfImages] }, finds: [copyFound] },
]);
