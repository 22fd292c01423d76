import { list, object, withDefault, word } from '../../parameters.js';
import { lockedImagesOf } from '../../live-image.js';
import type { Rule } from '../../rule.js';
import { sourceViolation } from '../../source-violation.js';

/** A product code rides along in shared images and copies, and the account that runs them pays. */
export const marketplaceImage: Rule<{ readonly productCodes: readonly string[] }> = {
  id: 'trust/marketplace-image',
  stage: 'plan',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource'],
  summary: 'a locked image belongs to a product of the marketplace',
  description:
    'An image made from a product of the marketplace keeps its product code when it is shared. Whoever runs it pays ' +
    'its fee, and cannot start it any more once it is off sale. It is refused unless a Policy permits the code.',
  parameters: object({ productCodes: withDefault(list(word), []) }),
  check: ({ judged, parameters, ...context }) =>
    judged.imageSources.flatMap((source) =>
      lockedImagesOf(context, source)
        .filter(({ image }) => image.productCode !== '' || image.ownerAlias === 'marketplace')
        .filter(({ image }) => !parameters.productCodes.includes(image.productCode))
        .map(({ entry, image }) =>
          sourceViolation(
            source,
            entry,
            `image '${entry.imageId}' in '${entry.region}' belongs to marketplace product '${image.productCode}'`,
            'Take an image without a product code, or have a Policy permit this one and its fee.',
          ),
        ),
    ),
};
