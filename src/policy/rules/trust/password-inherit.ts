import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { Rule } from '../../rule.js';

/** Whoever baked an image knows the password in it: at least it must be known where the image went since. */
export const passwordInherit: Rule = {
  id: 'trust/password-inherit',
  stage: 'lint',
  severity: { recommended: 'warning', strict: 'error' },
  isWaivable: true,
  judges: ['Instance'],
  summary: 'an instance takes its password from an image that is no own copy',
  description:
    '`passwordInherit` gives a machine the password that is set inside its image. Whoever baked the image knows it, and ' +
    'so does everybody whom the image was shared with. It is allowed for an own copy alone.',
  parameters: null,
  check: ({ judged }) =>
    judged.instances.flatMap((instance): readonly Violation[] => {
      if (!instance.passwordInherit || instance.image.kind === 'imageCopy') return [];
      return [
        {
          at: child(instance.origin, 'spec', 'passwordInherit'),
          address: instance.address,
          message: `\`passwordInherit\` must not be 'true' on source '${instance.image.name}': only an ImageCopy may bring a password along`,
          hint: 'Remove it and use `keyPairName`, or run the instance from an ImageCopy.',
          value: 'true',
        },
      ];
    }),
};
