import { anObservedState, aPolicy, aReplacement } from '../../../support/build.js';
import { aStrictPolicy, describeRule } from '../rule-table.js';

const observed = anObservedState();
const two = { actions: [aReplacement(), aReplacement({ id: 'a2', address: 'Instance/web/1', instanceId: 'i-web1' })] };
const found = (count: number, max: number) => ({
  at: 'manifests/web.yaml: spec.image.imageCopy',
  address: 'Instance/web',
  message: `system disks of ${count} members are replaced, and at most ${max} may be`,
});

describeRule('lifecycle/system-disk-replaced', [
  { title: 'is off without parameters', observed, plan: two },
  {
    title: 'warns under strict',
    observed,
    plan: two,
    policies: [aStrictPolicy()],
    finds: [{ ...found(2, 0), severity: 'warning' }],
  },
  { title: 'passes as many as a Policy allows', observed, plan: two, rule: { maxMembers: 2 } },
  {
    title: 'finds more',
    observed,
    plan: two,
    rule: { maxMembers: 1, severity: 'error' },
    finds: [{ ...found(2, 1), severity: 'error' }],
  },
  {
    title: 'takes the smaller of two limits',
    observed,
    plan: two,
    policies: [
      aPolicy({ 'lifecycle/system-disk-replaced': { maxMembers: 5 } }),
      aPolicy({ 'lifecycle/system-disk-replaced': { maxMembers: 1 } }, { name: 'second' }),
    ],
    finds: [found(2, 1)],
  },
  {
    title: 'does not count other instances',
    observed,
    plan: { actions: [aReplacement({ address: 'Instance/batch/0' })] },
    rule: { maxMembers: 0 },
  },
]);
