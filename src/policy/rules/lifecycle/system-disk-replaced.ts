import { resourceOf } from '../../../domain/address.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import { object, wholeNumber, withDefault } from '../../parameters.js';
import type { Rule } from '../../rule.js';

/** What is on a system disk is lost with it. The Project's class says whether, this rule for which and how many. */
export const systemDiskReplaced: Rule<{ readonly maxMembers: number }> = {
  id: 'lifecycle/system-disk-replaced',
  stage: 'plan',
  severity: { recommended: 'off', strict: 'warning' },
  isWaivable: true,
  judges: ['Instance'],
  summary: 'a plan replaces more system disks than a Policy allows',
  description:
    'Off until a Policy gives parameters. At most so many members of one Instance may get a new system disk in one ' +
    'plan; none, unless the Policy says otherwise.',
  parameters: object({ maxMembers: withDefault(wholeNumber(0, 1000), 0) }),
  tighter: (a, b) => (a.maxMembers < b.maxMembers ? a : b),
  check: ({ plan, judged, parameters }) =>
    judged.instances.flatMap((instance): readonly Violation[] => {
      const replaced = (plan?.actions ?? []).filter(
        ({ kind, address }) => kind === 'ReplaceSystemDisk' && resourceOf(address) === instance.address,
      );
      if (replaced.length <= parameters.maxMembers) return [];
      return [
        {
          at: child(instance.origin, 'spec', 'image', instance.image.kind),
          address: instance.address,
          message: `system disks of ${replaced.length} members are replaced, and at most ${parameters.maxMembers} may be`,
          hint: 'Move fewer members at once with `--target`, or have the Policy allow more.',
          value: String(replaced.length),
        },
      ];
    }),
};
