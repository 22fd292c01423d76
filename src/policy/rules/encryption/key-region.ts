import { type ObservedKey, isIn } from '../../../domain/observed.js';
import type { Violation } from '../../../domain/policy.js';
import { keyUsesOfCopy, keyUsesOfInstance } from '../../key-uses.js';
import type { Rule } from '../../rule.js';

/** Keys are regional: one of another region encrypts nothing here. Source: KMS API reference, DescribeKey. */
export const keyRegion: Rule = {
  id: 'encryption/key-region',
  stage: 'plan',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['ImageCopy', 'Instance'],
  summary: 'a key cannot be used where it is named',
  description:
    'A key that a copy or a disk names must exist in that account and region and be enabled, or the service refuses ' +
    'the copy, the launch or the replacement.',
  parameters: null,
  check: ({ observed, judged }) =>
    [...judged.imageCopies.flatMap(keyUsesOfCopy), ...judged.instances.flatMap(keyUsesOfInstance)].flatMap(
      (use): readonly Violation[] => {
        if (use.kmsKeyId === null) return [];
        const key = observed.keys.find((candidate) => candidate.keyId === use.kmsKeyId && isIn(candidate, use));
        const what = key === undefined ? null : objections[key.state];
        if (what === null) return [];
        return [
          {
            at: use.at,
            address: use.address,
            message: `\`kmsKeyId\` must name an enabled key of account '${use.account}' in '${use.region}': '${use.kmsKeyId}' ${what}`,
            hint: 'Name a key of that account and region, or have this one enabled.',
            value: use.kmsKeyId,
          },
        ];
      },
    ),
};

/** Null where the key can be used, or where its state is one that is not known to forbid it. */
const objections: Readonly<Record<ObservedKey['state'], string | null>> = {
  Missing: 'does not exist there',
  Disabled: 'is disabled',
  PendingDeletion: 'is about to be deleted',
  Enabled: null,
  Other: null,
};
