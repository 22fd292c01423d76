import { type Desired, type ImageCopy, type Instance, isForeign } from '../../../domain/desired.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { References } from '../../references.js';
import type { Rule } from '../../rule.js';

/** What was encrypted once never becomes plain again. Source: ECS API reference, CopyImage and RunInstances. */
export const noPlainFromEncrypted: Rule = {
  id: 'encryption/no-plain-from-encrypted',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['ImageCopy', 'Instance'],
  summary: 'something plain is wanted from an encrypted image',
  description:
    'A copy of an encrypted image, and a disk made from one, are encrypted; `encrypted: false` is refused by the ' +
    'service. Shared images are judged by encryption/shared-encrypted-image.',
  parameters: null,
  check: ({ desired, references, judged }) => [
    ...judged.imageCopies.flatMap((copy): readonly Violation[] => {
      if (copy.encrypted !== false || !isOwnSourceEncrypted(desired, references, copy.source)) return [];
      return [
        {
          at: child(copy.origin, 'spec', 'encrypted'),
          address: copy.address,
          message: `\`encrypted\` must not be 'false': '${copy.source}' is encrypted`,
          hint: 'Remove `encrypted`, or set it to true.',
          value: 'false',
        },
      ];
    }),
    ...judged.instances.flatMap((instance): readonly Violation[] => {
      if (instance.systemDisk.encrypted !== false || !isImageEncrypted(desired, references, instance)) return [];
      return [
        {
          at: child(instance.origin, 'spec', 'systemDisk', 'encrypted'),
          address: instance.address,
          message: `\`encrypted\` of the system disk must not be 'false': '${instance.image.name}' is encrypted`,
          hint: 'Remove `encrypted`, or set it to true.',
          value: 'false',
        },
      ];
    }),
  ],
};

function isImageEncrypted(desired: Desired, references: References, { image }: Instance): boolean {
  if (image.kind === 'imageSource') return isOwnSourceEncrypted(desired, references, image.name);
  const copy = references.copyNamed(image.name);
  return copy !== undefined && isCopyEncrypted(desired, references, copy);
}

/** A copy that says nothing keeps what its source is. */
function isCopyEncrypted(desired: Desired, references: References, copy: ImageCopy): boolean {
  return copy.encrypted ?? isOwnSourceEncrypted(desired, references, copy.source);
}

function isOwnSourceEncrypted(desired: Desired, references: References, name: string): boolean {
  const source = references.sourceNamed(name);
  if (source === undefined || isForeign(desired.project, source)) return false;
  return references.entriesOf(name).some((entry) => entry.encrypted === true);
}
