import { liveOwnerOf, ownerText } from '../../../domain/image-owner.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import { liveImageOf } from '../../live-image.js';
import type { Rule } from '../../rule.js';

/** UIDs are compared as text: as numbers, two accounts above 2^53 can look like one. */
export const ownerMismatch: Rule = {
  id: 'trust/owner-mismatch',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['ImageSource'],
  summary: 'the locked image belongs to another account than declared',
  description:
    'Three accounts must be one: the owner that the source declares, the owner that the lock pins, and the owner that ' +
    'the cloud reports, where it is looked at. They are compared digit by digit.',
  parameters: null,
  check: ({ desired, references, observed, judged }) =>
    judged.imageSources.flatMap((source) =>
      references.entriesOf(source.name).flatMap((entry): readonly Violation[] => {
        const declared = source.owner === null ? '' : ownerText(source.owner);
        const image = observed === null ? undefined : liveImageOf(desired, observed, source, entry);
        const actual = image === undefined ? declared : liveOwnerOf(desired.project, image);
        if (actual === declared && entry.owner === declared) return [];
        const wrong = actual === declared ? `locked with owner '${entry.owner}'` : `owned by '${actual}'`;
        return [
          {
            at: child(source.origin, 'spec', 'owner'),
            address: `${source.address}/${entry.region}`,
            message: `\`owner\` is '${declared}', but image '${entry.imageId}' in '${entry.region}' is ${wrong}`,
            hint: 'Find out who changed the image or the lock; do not run what this image holds before you know.',
            value: actual === declared ? entry.owner : actual,
          },
        ];
      }),
    ),
};
