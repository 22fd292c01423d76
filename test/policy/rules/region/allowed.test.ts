import { aDestination, anImageCopy, anImageSource, anInstance, aPolicy } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const beyond = {
  imageSources: [anImageSource({ regions: ['cn-beijing'] })],
  imageCopies: [anImageCopy({ destinations: [aDestination(), aDestination({ region: 'cn-beijing' })] })],
  instances: [anInstance({ region: 'cn-beijing' })],
};
const message = "`region` must be one of 'cn-hangzhou', not 'cn-beijing'";
const copy = {
  at: 'manifests/web-base.yaml: spec.destinations.1.region',
  address: 'ImageCopy/web-base/cn-beijing',
  message,
};
const instance = { at: 'manifests/web.yaml: spec.region', address: 'Instance/web', message };

describeRule('region/allowed', [
  { title: 'is off until a Policy names regions', desired: beyond },
  {
    title: 'finds copies and instances elsewhere, as errors where the Policy gives no severity',
    desired: beyond,
    rule: { regions: ['cn-hangzhou'] },
    finds: [
      { ...copy, severity: 'error' },
      { ...instance, severity: 'error' },
    ],
  },
  { title: 'passes in allowed regions', rule: { regions: ['cn-hangzhou', 'cn-beijing'] } },
  {
    title: 'asks sources only where the Policy names their kind',
    desired: beyond,
    rule: { regions: ['cn-hangzhou'], kinds: ['ImageSource'] },
    finds: [{ at: 'manifests/golden.yaml: spec.region', address: 'ImageSource/golden/cn-beijing', message }],
  },
  {
    title: 'asks only the named accounts',
    desired: beyond,
    rule: { regions: ['cn-hangzhou'], accounts: ['images'] },
  },
  {
    title: 'allows what every Policy allows',
    desired: beyond,
    policies: [
      aPolicy({ 'region/allowed': { regions: ['cn-hangzhou', 'cn-beijing'] } }),
      aPolicy({ 'region/allowed': { regions: ['cn-hangzhou'], kinds: ['Instance'] } }, { name: 'second' }),
    ],
    finds: [instance],
  },
]);
