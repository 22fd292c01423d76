import { anInstance, anObservedState } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const observed = anObservedState();
const found = { at: 'manifests/web.yaml: spec.deletionProtection', address: 'Instance/web' };

describeRule('lifecycle/deletion-protection', [
  { title: 'is off without parameters', observed },
  {
    title: 'takes silence for no protection',
    observed,
    rule: { required: true },
    finds: [{ ...found, severity: 'warning', message: "`deletionProtection` must be 'true'" }],
  },
  {
    title: 'finds an instance that says no',
    observed,
    desired: { instances: [anInstance({ deletionProtection: false })] },
    rule: { required: true },
    finds: [{ ...found, message: "`deletionProtection` must be 'true', not 'false'" }],
  },
  {
    title: 'passes a protected one',
    observed,
    desired: { instances: [anInstance({ deletionProtection: true })] },
    rule: { required: true },
  },
  { title: 'asks for nothing where a Policy says so', observed, rule: { required: false } },
]);
