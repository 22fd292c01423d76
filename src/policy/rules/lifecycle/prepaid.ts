import { resourceOf } from '../../../domain/address.js';
import type { ObservedInstance } from '../../../domain/observed.js';
import type { Action } from '../../../domain/action.js';
import { child } from '../../../domain/origin.js';
import { list, object, oneOf, withDefault } from '../../parameters.js';
import type { Rule } from '../../rule.js';

type Touching = Extract<
  Action,
  { readonly kind: 'StopInstance' | 'StartInstance' | 'ReplaceSystemDisk' | 'ModifyInstance' }
>;

/** Subscription instances are somebody's long-term purchase; what else is never done to them, the planner knows. */
export const prepaid: Rule<{ readonly actions: readonly Touching['kind'][] }> = {
  id: 'lifecycle/prepaid',
  stage: 'plan',
  severity: { recommended: 'off', strict: 'warning' },
  isWaivable: true,
  judges: ['Instance'],
  summary: 'a plan touches a subscription instance',
  description:
    'Off until a Policy gives parameters. Names what a plan must not do to instances that are paid for in advance: by ' +
    'default it must neither stop them nor replace their system disks.',
  parameters: object({
    actions: withDefault(list(oneOf('StopInstance', 'StartInstance', 'ReplaceSystemDisk', 'ModifyInstance')), [
      'StopInstance',
      'ReplaceSystemDisk',
    ]),
  }),
  check: ({ plan, observed, judged, parameters }) => {
    const bought = new Set(observed.instances.filter(isPrepaid).map(({ instanceId }) => instanceId));
    const touching = (plan?.actions ?? []).filter(
      (action): action is Touching =>
        parameters.actions.some((kind) => kind === action.kind) &&
        'instanceId' in action &&
        action.instanceId !== null &&
        bought.has(action.instanceId),
    );
    return judged.instances.flatMap((instance) =>
      touching
        .filter((action) => resourceOf(action.address) === instance.address)
        .map((action) => ({
          at: child(instance.origin, 'spec'),
          address: action.address,
          message: `${action.kind} is planned for '${action.instanceId}', which is paid for in advance`,
          hint: 'Leave it out with `--exclude`, suspend the instance, or have the Policy allow it.',
          value: `${action.kind} ${action.instanceId}`,
        })),
    );
  },
};

function isPrepaid(instance: ObservedInstance): boolean {
  return instance.chargeType === 'PrePaid';
}
