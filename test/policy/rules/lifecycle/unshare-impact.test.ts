import {
  anImageShare,
  anObservedDisk,
  anObservedInstance,
  anObservedState,
  anUnshare,
  uidOfProd,
  uidOfStranger,
} from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const desired = { imageShares: [anImageShare({ with: [] })] };
const running = anObservedState({ instances: [anObservedInstance({ imageId: 'm-golden1' })] });
const plan = { actions: [anUnshare()] };
const found = {
  at: 'manifests/golden-to-prod.yaml: spec.with',
  address: `ImageShare/golden-to-prod/cn-hangzhou/${uidOfProd}`,
  message: `account '${uidOfProd}' would lose image 'm-golden1', and 1 instances there run it`,
};

describeRule('lifecycle/unshare-impact', [
  { title: 'is off without parameters', desired, observed: running, plan },
  {
    title: 'finds machines that would lose their image',
    desired,
    observed: running,
    plan,
    rule: { maxInstances: 0 },
    finds: [{ ...found, severity: 'warning' }],
  },
  { title: 'passes as many as a Policy allows', desired, observed: running, plan, rule: { maxInstances: 1 } },
  { title: 'passes where nothing runs it', desired, observed: anObservedState(), plan, rule: { maxInstances: 0 } },
  {
    title: 'believes the disk, not the instance, about what runs',
    desired,
    observed: anObservedState({ ...running, disks: [anObservedDisk({ imageId: 'm-copy1' })] }),
    plan,
    rule: { maxInstances: 0 },
  },
  {
    title: 'takes an account that nobody looks at for too many',
    desired,
    observed: running,
    plan: { actions: [anUnshare({ accounts: [uidOfStranger] })] },
    rule: { maxInstances: 100 },
    finds: [
      {
        at: found.at,
        address: `ImageShare/golden-to-prod/cn-hangzhou/${uidOfStranger}`,
        message: `account '${uidOfStranger}' would lose image 'm-golden1', and what runs it there is unknown`,
      },
    ],
  },
]);
