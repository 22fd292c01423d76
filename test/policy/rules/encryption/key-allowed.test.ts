import { aDestination, anImageCopy, anInstance, aPolicy, aSystemDisk } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const keys = [{ id: 'key-hangzhou', region: 'cn-hangzhou' }];
const withKey = (kmsKeyId: string, region = 'cn-hangzhou') => ({
  imageCopies: [anImageCopy({ destinations: [aDestination({ kmsKeyId, region })] })],
});
const copy = { at: 'manifests/web-base.yaml: spec.destinations.0.kmsKeyId', address: 'ImageCopy/web-base/cn-hangzhou' };

describeRule('encryption/key-allowed', [
  { title: 'is off until a Policy names keys', desired: withKey('key-other') },
  { title: 'passes a listed key, and disks that inherit it', desired: withKey('key-hangzhou'), rule: { keys } },
  {
    title: 'finds another key',
    desired: withKey('key-other'),
    rule: { keys },
    finds: [
      {
        ...copy,
        severity: 'error',
        message: "`kmsKeyId` must be an allowed key in 'cn-hangzhou', and 'key-other' is none",
      },
    ],
  },
  {
    title: 'finds the service key, which nothing names',
    rule: { keys },
    finds: [
      { ...copy, message: "`kmsKeyId` must name an allowed key in 'cn-hangzhou': without one the service key is used" },
    ],
  },
  { title: 'lets the service key pass where the Policy does', rule: { keys, serviceKey: true } },
  {
    title: 'finds a listed key in another region, and the service key of the hop on the way',
    desired: withKey('key-hangzhou', 'ap-southeast-1'),
    rule: { keys },
    finds: [
      {
        at: 'manifests/web-base.yaml: spec.destinations.0.kmsKeyId',
        address: 'ImageCopy/web-base/ap-southeast-1',
        message: "`kmsKeyId` must be an allowed key in 'ap-southeast-1', and 'key-hangzhou' is none",
      },
      {
        at: 'manifests/web-base.yaml: spec.destinations',
        address: 'ImageCopy/web-base/hop/cn-hangzhou',
        message: "`kmsKeyId` must name an allowed key in 'cn-hangzhou': without one the service key is used",
      },
    ],
  },
  {
    title: 'finds a system disk with another key',
    desired: {
      ...withKey('key-hangzhou'),
      instances: [anInstance({ systemDisk: aSystemDisk({ kmsKeyId: 'key-other' }) })],
    },
    rule: { keys },
    finds: [
      {
        at: 'manifests/web.yaml: spec.systemDisk.kmsKeyId',
        address: 'Instance/web',
        message: "`kmsKeyId` must be an allowed key in 'cn-hangzhou', and 'key-other' is none",
      },
    ],
  },
  {
    title: 'allows what every Policy allows',
    desired: withKey('key-hangzhou'),
    policies: [
      aPolicy({ 'encryption/key-allowed': { keys } }),
      aPolicy({ 'encryption/key-allowed': { keys: [{ id: 'key-other' }], serviceKey: true } }, { name: 'second' }),
    ],
    finds: [{ ...copy, message: "`kmsKeyId` must be an allowed key in 'cn-hangzhou', and 'key-hangzhou' is none" }],
  },
]);
