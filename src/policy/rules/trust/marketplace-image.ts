import type { ImageSource } from '../../../domain/desired.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
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
  summary: 'an image belongs to a product of the marketplace',
  description:
    'An image made from a product of the marketplace keeps its product code when it is shared. Whoever runs it pays ' +
    'its fee, and cannot start it any more once it is off sale. It is refused unless a Policy permits the code.',
  parameters: object({ productCodes: withDefault(list(word), []) }),
  foresee: ({ judged, parameters }) =>
    parameters.productCodes.length > 0
      ? []
      : judged.imageSources.filter(({ allow }) => allow.includes('marketplace')).map(allowed),
  check: ({ judged, parameters, ...context }) =>
    judged.imageSources
      .filter(({ allow }) => !allow.includes('marketplace') || parameters.productCodes.length > 0)
      .flatMap((source) =>
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

function allowed(source: ImageSource): Violation {
  return {
    at: child(source.origin, 'spec', 'allow', source.allow.indexOf('marketplace')),
    address: source.address,
    message: '`allow` must not name images of the marketplace: no Policy permits a product code',
    hint: 'Take an image without a product code, or have a Policy permit this one and its fee.',
    value: 'marketplace',
  };
}
