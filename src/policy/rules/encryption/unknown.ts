import type { ImageCopy, ImageSource } from '../../../domain/desired.js';
import { encryptionOf } from '../../../domain/lock.js';
import type { ObservedState } from '../../../domain/observed.js';
import { child } from '../../../domain/origin.js';
import { isOwned, projectTag, tagKey } from '../../../domain/ownership.js';
import { resourceOf } from '../../../domain/address.js';
import type { Violation } from '../../../domain/policy.js';
import type { References } from '../../references.js';
import type { Rule } from '../../rule.js';
import { sourceViolation } from '../../source-violation.js';

/**
 * The service shows encryption in one place only, per disk of an image, and may leave it out: what is not seen is not
 * encrypted. Images of Alibaba Cloud itself are plain and are not asked. Source: ECS API reference, DescribeImages.
 */
export const unknown: Rule = {
  id: 'encryption/unknown',
  stage: 'lint',
  severity: { recommended: 'warning', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource', 'ImageCopy'],
  summary: 'nobody knows whether an image is encrypted',
  description:
    'A locked image whose disks do not say whether they are encrypted is used without asking for encryption; or an ' +
    'own copy that should be encrypted does not show that it is.',
  parameters: null,
  check: ({ desired, references, observed, judged }) => [
    ...judged.imageSources.flatMap((source) => complainOfSource(references, source)),
    ...(observed === null
      ? []
      : judged.imageCopies.flatMap((copy) =>
          complainOfCopy(observed, projectTag(desired.project, desired.environment), copy),
        )),
  ],
};

function complainOfSource(references: References, source: ImageSource): readonly Violation[] {
  if (source.owner?.kind === 'system' || !isUsedPlain(references, source)) return [];
  return references
    .entriesOf(source.name)
    .filter((entry) => entry.encrypted === 'unknown')
    .map((entry) =>
      sourceViolation(
        source,
        entry,
        `image '${entry.imageId}' in '${entry.region}' does not say whether its disks are encrypted`,
        'Set `encrypted: true` wherever it is used, so that the answer does not matter.',
      ),
    );
}

/** Whether something is made from the source without asking for encryption. */
function isUsedPlain(references: References, source: ImageSource): boolean {
  return (
    references.copiesOf(source.name).some((copy) => copy.encrypted !== true) ||
    references.instancesOn(source.name).some((instance) => instance.systemDisk.encrypted !== true)
  );
}

function complainOfCopy(observed: ObservedState, project: string, copy: ImageCopy): readonly Violation[] {
  if (copy.encrypted !== true) return [];
  return observed.images
    .filter((image) => isOwned({ id: image.imageId, tags: image.tags }, project))
    .filter((image) => resourceOf(image.tags[tagKey.resource] ?? '') === copy.address)
    .filter((image) => image.status === 'Available' && encryptionOf(image.disks) === 'unknown')
    .map((image) => ({
      at: child(copy.origin, 'spec', 'encrypted'),
      address: image.tags[tagKey.resource] ?? copy.address,
      message: `copy '${image.imageId}' must be encrypted, and does not say that it is`,
      hint: 'Look at its snapshots in the console; delete the copy if they are plain, and it is made again.',
      value: image.imageId,
    }));
}
