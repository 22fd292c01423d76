import {
  aDestination,
  anImageCopy,
  anInstance,
  anObservedKey,
  anObservedState,
  aSystemDisk,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const keyed = { imageCopies: [anImageCopy({ destinations: [aDestination({ kmsKeyId: 'key-hangzhou' })] })] };
const copy = {
  at: 'manifests/web-base.yaml: spec.destinations.0.kmsKeyId',
  address: 'ImageCopy/web-base/cn-hangzhou',
};
const must = "`kmsKeyId` must name an enabled key of account 'prod' in 'cn-hangzhou': 'key-hangzhou'";

describeRule('encryption/key-region', [
  { title: 'passes an enabled key', desired: keyed, observed: anObservedState({ keys: [anObservedKey()] }) },
  {
    title: 'finds a key that is not there',
    desired: keyed,
    observed: anObservedState({ keys: [anObservedKey({ state: 'Missing' })] }),
    finds: [{ ...copy, severity: 'error', message: `${must} does not exist there` }],
  },
  {
    title: 'finds a disabled key',
    desired: keyed,
    observed: anObservedState({ keys: [anObservedKey({ state: 'Disabled' })] }),
    finds: [{ ...copy, message: `${must} is disabled` }],
  },
  {
    title: 'finds a key that is about to be deleted, on a system disk',
    desired: { instances: [anInstance({ systemDisk: aSystemDisk({ kmsKeyId: 'key-hangzhou' }) })] },
    observed: anObservedState({ keys: [anObservedKey({ state: 'PendingDeletion' })] }),
    finds: [
      {
        at: 'manifests/web.yaml: spec.systemDisk.kmsKeyId',
        address: 'Instance/web',
        message: `${must} is about to be deleted`,
      },
    ],
  },
  {
    title: 'does not mix up regions',
    desired: keyed,
    observed: anObservedState({ keys: [anObservedKey({ region: 'ap-southeast-1', state: 'Missing' })] }),
  },
]);
