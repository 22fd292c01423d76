import { anObservedInstance, anObservedState, aReplacement } from '../../../support/build.js';
import { describeRule } from '../rule-table.js';

const bought = anObservedState({ instances: [anObservedInstance({ chargeType: 'PrePaid' })] });
const plan = { actions: [aReplacement()] };

describeRule('lifecycle/prepaid', [
  { title: 'is off without parameters', observed: bought, plan },
  {
    title: 'finds what a Policy forbids for subscription instances',
    observed: bought,
    plan,
    rule: { actions: ['ReplaceSystemDisk'] },
    finds: [
      {
        at: 'manifests/web.yaml: spec',
        address: 'Instance/web/0',
        severity: 'warning',
        message: "ReplaceSystemDisk is planned for 'i-web0', which is paid for in advance",
      },
    ],
  },
  { title: 'passes what it does not name', observed: bought, plan, rule: { actions: ['StopInstance'] } },
  {
    title: 'passes a pay-as-you-go instance',
    observed: anObservedState({ instances: [anObservedInstance()] }),
    plan,
    rule: { actions: ['ReplaceSystemDisk'] },
  },
]);
