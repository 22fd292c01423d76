import { hopAddress } from '../../../domain/address.js';
import { type Desired, type ImageCopy, type Instance, isForeign } from '../../../domain/desired.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import { type KeyUse, keyUsesOfCopy, keyUsesOfInstance } from '../../key-uses.js';
import { flag, list, object, optional, region, withDefault, word } from '../../parameters.js';
import type { References } from '../../references.js';
import type { Rule } from '../../rule.js';

export interface AllowedKeys {
  readonly keys: readonly { readonly id: string; readonly region: string | null }[];
  readonly serviceKey: boolean;
}

/** Whoever holds the key can read the disk, or make it unreadable: which keys count is the organisation's choice. */
export const keyAllowed: Rule<AllowedKeys> = {
  id: 'encryption/key-allowed',
  stage: 'lint',
  severity: { recommended: 'off', strict: 'error' },
  isWaivable: true,
  judges: ['ImageCopy', 'Instance'],
  summary: 'something is encrypted with a key that is not allowed',
  description:
    'Off until a Policy names the keys. What is encrypted names one of them, of its region; without a name the ' +
    "account's service key is used, which `serviceKey: true` allows. That holds for the copy that a hop leaves for a " +
    'while, too. With several Policies a key must be allowed by each.',
  parameters: object({
    keys: list(object({ id: word, region: optional(region) })),
    serviceKey: withDefault(flag, false),
  }),
  check: ({ desired, references, judged, parameters }) =>
    [
      ...judged.imageCopies.flatMap((copy) => [...keyUsesOfCopy(copy), ...hopUses(desired, references, copy)]),
      ...judged.instances.flatMap((instance) => ownKeyUses(references, instance)),
    ].flatMap((use): readonly Violation[] => {
      const what = objectionTo(use, parameters);
      if (what === null) return [];
      return [
        {
          at: use.at,
          address: use.address,
          message: what,
          hint: 'Name an allowed key of that region with `kmsKeyId`, or have the Policy allow this one.',
          value: use.kmsKeyId ?? 'service key',
        },
      ];
    }),
};

function objectionTo({ kmsKeyId, encrypted, region: place }: KeyUse, { keys, serviceKey }: AllowedKeys): string | null {
  if (kmsKeyId === null) {
    if (encrypted !== true || serviceKey) return null;
    return `\`kmsKeyId\` must name an allowed key in '${place}': without one the service key is used`;
  }
  const found = keys.some(({ id, region: where }) => id === kmsKeyId && (where === null || where === place));
  return found ? null : `\`kmsKeyId\` must be an allowed key in '${place}', and '${kmsKeyId}' is none`;
}

/** A system disk that names no key gets that of the encrypted copy that it is made from, which is judged there. */
function ownKeyUses(references: References, instance: Instance): readonly KeyUse[] {
  const [system, ...data] = keyUsesOfInstance(instance);
  if (system === undefined) return data;
  const isInherited =
    system.kmsKeyId === null &&
    instance.image.kind === 'imageCopy' &&
    references.copyNamed(instance.image.name)?.encrypted === true;
  return isInherited ? data : [system, ...data];
}

/** The copies that only lead into another region: no key can be named for them. */
function hopUses(desired: Desired, references: References, copy: ImageCopy): readonly KeyUse[] {
  const source = references.sourceNamed(copy.source);
  if (source === undefined || !isForeign(desired.project, source)) return [];
  const destinations = new Set(copy.destinations.map((destination) => destination.region));
  const hops = copy.destinations
    .map((destination) => references.pinnedFor(copy, destination.region)?.region)
    .filter((hop) => hop !== undefined && !destinations.has(hop));
  return [...new Set(hops)].map((hop = '') => ({
    address: hopAddress(copy.name, hop),
    at: child(copy.origin, 'spec', 'destinations'),
    account: copy.account,
    region: hop,
    encrypted: copy.encrypted,
    kmsKeyId: null,
  }));
}
