import type { ImageSource } from '../../../domain/desired.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
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
  summary: 'an image is published to everybody',
  description:
    'A community image is published by an account that nobody has checked, without support, and can be withdrawn at ' +
    'any time. It is refused unless a Policy permits its owner.',
  parameters: object({ owners: withDefault(list(object({ uid, reason: word })), []) }),
  foresee: ({ judged, parameters }) =>
    judged.imageSources
      .filter((source) => source.allow.includes('community') && !isPermitted(parameters, uidOf(source)))
      .map((source) => allowed(source, uidOf(source))),
  check: ({ judged, parameters, ...context }) =>
    judged.imageSources
      .filter((source) => !source.allow.includes('community') || isPermitted(parameters, uidOf(source)))
      .flatMap((source) =>
        lockedImagesOf(context, source)
          .filter(({ image }) => image.isPublic && image.ownerAlias === 'others')
          .filter(({ image }) => !isPermitted(parameters, image.owner))
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

function isPermitted({ owners }: PermittedCommunity, uid: string): boolean {
  return owners.some((owner) => owner.uid === uid);
}

/** '' where no account is named: that no Policy permits. */
function uidOf({ owner }: ImageSource): string {
  return owner?.kind === 'account' ? owner.uid : '';
}

function allowed(source: ImageSource, owner: string): Violation {
  return {
    at: child(source.origin, 'spec', 'allow', source.allow.indexOf('community')),
    address: source.address,
    message: `\`allow\` must not name community images of account '${owner}': no Policy permits them`,
    hint: 'Take the image from an account that shares it with you, or have a Policy permit this owner.',
    value: owner,
  };
}
