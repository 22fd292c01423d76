import {
  aLock,
  aLockEntry,
  anImageSource,
  anObservedImage,
  anObservedState,
  uidOfProd,
  uidOfStranger,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const at = 'manifests/golden.yaml: spec.owner';
const address = 'ImageSource/golden/cn-hangzhou';
const own = { owner: { kind: 'account', uid: uidOfProd } } as const;

describeRule('trust/owner-mismatch', [
  { title: 'passes where declared, locked and live owner are one', observed: anObservedState() },
  {
    title: 'finds an image that belongs to somebody else now',
    observed: anObservedState({ images: [anObservedImage({ owner: uidOfStranger })] }),
    finds: [
      {
        at,
        address,
        severity: 'error',
        message: "`owner` is '1600000000000001', but image 'm-golden1' in 'cn-hangzhou' is owned by '1600000000000009'",
      },
    ],
  },
  {
    title: 'tells two owners above 2^53 apart',
    desired: { imageSources: [anImageSource({ owner: { kind: 'account', uid: '9007199254740993' } })] },
    lock: aLock(aLockEntry({ owner: '9007199254740993' })),
    observed: anObservedState({ images: [anObservedImage({ owner: '9007199254740992' })] }),
    finds: [
      {
        at,
        address,
        message: "`owner` is '9007199254740993', but image 'm-golden1' in 'cn-hangzhou' is owned by '9007199254740992'",
      },
    ],
  },
  {
    title: 'finds a lock with another owner, even where the image cannot be seen',
    lock: aLock(aLockEntry({ owner: uidOfStranger })),
    observed: anObservedState({ images: [] }),
    finds: [
      {
        at,
        address,
        message:
          "`owner` is '1600000000000001', but image 'm-golden1' in 'cn-hangzhou' is locked with owner '1600000000000009'",
      },
    ],
  },
  {
    title: 'finds a lock with another owner than declared and live',
    lock: aLock(aLockEntry({ owner: uidOfStranger })),
    observed: anObservedState(),
    finds: [
      {
        at,
        address,
        message:
          "`owner` is '1600000000000001', but image 'm-golden1' in 'cn-hangzhou' is locked with owner '1600000000000009'",
      },
    ],
  },
  {
    title: 'takes an own image without a UID for the own account’s',
    desired: { imageSources: [anImageSource(own)] },
    lock: aLock(aLockEntry({ owner: uidOfProd })),
    observed: anObservedState({ images: [anObservedImage({ owner: '', ownerAlias: 'self' })] }),
  },
  {
    title: 'takes a shared image without a UID for nobody’s',
    observed: anObservedState({ images: [anObservedImage({ owner: '' })] }),
    finds: [
      {
        at,
        address,
        message: "`owner` is '1600000000000001', but image 'm-golden1' in 'cn-hangzhou' is owned by ''",
      },
    ],
  },
]);
