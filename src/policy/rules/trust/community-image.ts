import { list, object, uid, withDefault, word } from '../../parameters.js';
import { lockedImagesOf } from '../../live-image.js';
import type { Rule } from '../../rule.js';
import { sourceViolation } from '../../source-violation.js';

export interface PermittedCommunity {
  readonly owners: readonly { readonly uid: string; readonly reason: string }[];
}

/** A shared image was meant for us by somebody; a community image is meant for nobody, and everybody can publish one. */
export const communityImage: Rule<PermittedCommunity> = {
  id: 'trust/community-image',
  stage: 'plan',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource'],
  summary: 'a locked image is published to everybody',
  description:
    'A community image is published by an account that nobody has checked, without support, and can be withdrawn at ' +
    'any time. It is refused unless a Policy permits its owner.',
  parameters: object({ owners: withDefault(list(object({ uid, reason: word })), []) }),
  check: ({ judged, parameters, ...context }) =>
    judged.imageSources.flatMap((source) =>
      lockedImagesOf(context, source)
        .filter(({ image }) => image.isPublic && image.ownerAlias === 'others')
        .filter(({ image }) => !parameters.owners.some((owner) => owner.uid === image.owner))
        .map(({ entry, image }) =>
          sourceViolation(
            source,
            entry,
            `image '${entry.imageId}' in '${entry.region}' is a community image, published by account '${image.owner}'`,
            'Take the image from an account that shares it with you, or have a Policy permit this owner.',
          ),
        ),
    ),
};
