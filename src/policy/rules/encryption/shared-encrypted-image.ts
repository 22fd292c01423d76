import { isForeign } from '../../../domain/desired.js';
import type { LockEntry } from '../../../domain/lock.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { Rule } from '../../rule.js';

/**
 * The owner's key does not come with a shared image: whoever uses an encrypted one re-encrypts with a key of their own.
 * The service says so late, after the machine is stopped. Source: ECS user guide, "Share an encrypted image".
 */
export const sharedEncryptedImage: Rule = {
  id: 'encryption/shared-encrypted-image',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['ImageCopy', 'Instance'],
  summary: "an encrypted shared image is used without encryption of one's own",
  description:
    'A copy of an encrypted shared image, and a system disk made from one, must say `encrypted: true`: the service ' +
    'refuses anything else. An image that does not say whether it is encrypted is taken for encrypted.',
  parameters: null,
  check: ({ desired, references, judged }) => [
    ...judged.imageCopies.flatMap((copy): readonly Violation[] => {
      const source = references.sourceNamed(copy.source);
      if (source === undefined || !isForeign(desired.project, source) || copy.encrypted === true) return [];
      const entry = references.entriesOf(source.name).find(isMaybeEncrypted);
      if (entry === undefined) return [];
      return [
        {
          at: child(copy.origin, 'spec', 'encrypted'),
          address: copy.address,
          message: `\`encrypted\` must be 'true': shared image '${entry.imageId}' in '${entry.region}' ${states(entry)}`,
          hint: 'Set `encrypted: true`; name a key for each destination with `kmsKeyId`, or the service key is used.',
          value: String(copy.encrypted),
        },
      ];
    }),
    ...judged.instances.flatMap((instance): readonly Violation[] => {
      if (instance.image.kind !== 'imageSource' || instance.systemDisk.encrypted === true) return [];
      const source = references.sourceNamed(instance.image.name);
      if (source === undefined || !isForeign(desired.project, source)) return [];
      const entry = references.entryFor(source.name, instance.region);
      if (entry === undefined || !isMaybeEncrypted(entry)) return [];
      return [
        {
          at: child(instance.origin, 'spec', 'systemDisk', 'encrypted'),
          address: instance.address,
          message: `\`encrypted\` of the system disk must be 'true': shared image '${entry.imageId}' in '${entry.region}' ${states(entry)}`,
          hint: 'Set `encrypted: true` on the system disk; name a key with `kmsKeyId`, or the service key is used.',
          value: String(instance.systemDisk.encrypted),
        },
      ];
    }),
  ],
};

function isMaybeEncrypted(entry: LockEntry): boolean {
  return entry.encrypted !== false;
}

function states(entry: LockEntry): string {
  return entry.encrypted === true ? 'is encrypted' : 'does not say whether it is encrypted';
}
