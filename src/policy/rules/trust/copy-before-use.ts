import { isForeign } from '../../../domain/desired.js';
import { ownerText } from '../../../domain/image-owner.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { Rule } from '../../rule.js';

/**
 * A foreign image is lost on the day its owner unshares or deletes it. System images and published ones are exempt:
 * none can be copied.
 */
export const copyBeforeUse: Rule = {
  id: 'trust/copy-before-use',
  stage: 'lint',
  severity: { recommended: 'warning', strict: 'error' },
  isWaivable: true,
  judges: ['Instance'],
  summary: 'an instance runs from an image that its owner can take away',
  description:
    'The owner of a shared image can unshare or delete it at any time, without notice. Running machines go on, but ' +
    'none can be started or re-initialised from it any more. An own copy stays.',
  parameters: null,
  check: ({ desired, references, judged }) =>
    judged.instances.flatMap((instance): readonly Violation[] => {
      if (instance.image.kind !== 'imageSource') return [];
      const source = references.sourceNamed(instance.image.name);
      if (source === undefined || source.owner === null || !isForeign(desired.project, source)) return [];
      if (source.allow.includes('community')) return [];
      return [
        {
          at: child(instance.origin, 'spec', 'image', 'imageSource'),
          address: instance.address,
          message: `\`image\` must name an ImageCopy: '${source.name}' belongs to account '${ownerText(source.owner)}'`,
          hint: `Add an ImageCopy of '${source.name}' and name it here.`,
          value: source.name,
        },
      ];
    }),
};
