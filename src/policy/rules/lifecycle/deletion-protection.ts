import { child } from '../../../domain/origin.js';
import { flag, object, withDefault } from '../../parameters.js';
import type { Rule } from '../../rule.js';

/** Absent is not protected: without a word the cloud protects nothing. */
export const deletionProtection: Rule<{ readonly required: boolean }> = {
  id: 'lifecycle/deletion-protection',
  stage: 'plan',
  severity: { recommended: 'off', strict: 'warning' },
  isWaivable: true,
  judges: ['Instance'],
  summary: 'an instance is not protected from deletion',
  description:
    'Off until a Policy gives parameters. Instances say `deletionProtection: true`, so that nobody deletes them by ' +
    'hand, in the console or by another tool, without taking the protection off first.',
  parameters: object({ required: withDefault(flag, true) }),
  tighter: (a, b) => (a.required ? a : b),
  check: ({ judged, parameters }) =>
    judged.instances
      .filter((instance) => parameters.required && instance.deletionProtection !== true)
      .map((instance) => ({
        at: child(instance.origin, 'spec', 'deletionProtection'),
        address: instance.address,
        message: `\`deletionProtection\` must be 'true'${instance.deletionProtection === null ? '' : ", not 'false'"}`,
        hint: 'Set it to true.',
        value: String(instance.deletionProtection),
      })),
};
