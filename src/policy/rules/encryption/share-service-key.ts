import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { Rule } from '../../rule.js';

/** The service key of an account cannot be used by another. Source: ECS user guide, "Share an encrypted image". */
export const shareServiceKey: Rule = {
  id: 'encryption/share-service-key',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['ImageShare'],
  summary: 'an image encrypted with the service key is shared',
  description:
    "An image that is encrypted with its account's service key cannot be shared: the service refuses. A copy that is " +
    'to be shared on names a customer key for its destination.',
  parameters: null,
  check: ({ references, judged }) =>
    judged.imageShares.flatMap((share) => {
      const copy = share.image.kind === 'imageCopy' ? references.copyNamed(share.image.name) : undefined;
      if (copy?.encrypted !== true) return [];
      return copy.destinations
        .filter(({ region, kmsKeyId }) => kmsKeyId === null && share.regions.includes(region))
        .map(
          ({ region }): Violation => ({
            at: child(share.origin, 'spec', 'image', 'imageCopy'),
            address: `${share.address}/${region}`,
            message: `'${copy.name}' cannot be shared from '${region}': it is encrypted with the service key there`,
            hint: `Name a customer key with \`kmsKeyId\` at the destination '${region}' of ImageCopy '${copy.name}'.`,
            value: region,
          }),
        );
    }),
};
