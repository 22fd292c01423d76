import { aLock, aLockEntry, anEmptyLock, anImageSource } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const at = 'manifests/golden.yaml: spec.family';

describeRule('trust/unlocked-source', [
  { title: 'passes a source with an entry for its selector' },
  {
    title: 'finds a source without an entry',
    lock: anEmptyLock(),
    finds: [
      {
        at,
        address: 'ImageSource/golden/cn-hangzhou',
        severity: 'error',
        message: "'golden' must have an entry for 'cn-hangzhou' in the lock",
      },
    ],
  },
  {
    title: 'asks for an entry in each region',
    desired: { imageSources: [anImageSource({ regions: ['cn-hangzhou', 'cn-beijing'] })] },
    finds: [
      {
        at,
        address: 'ImageSource/golden/cn-beijing',
        message: "'golden' must have an entry for 'cn-beijing' in the lock",
      },
    ],
  },
  {
    title: 'finds an entry that another selector led to',
    lock: aLock(aLockEntry({ selector: 'sha256:older' })),
    finds: [
      {
        at,
        address: 'ImageSource/golden/cn-hangzhou',
        message: "'golden' was edited after 'm-golden1' was locked for 'cn-hangzhou'",
      },
    ],
  },
]);
