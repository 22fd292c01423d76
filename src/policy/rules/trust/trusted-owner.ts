import type { ImageSource } from '../../../domain/desired.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import { day, list, object, optional, region, uid, withDefault, word } from '../../parameters.js';
import type { Rule } from '../../rule.js';

const ownerShape = object({
  uid,
  reason: word,
  regions: optional(list(region)),
  families: optional(list(word)),
  until: optional(day),
});

type TrustedOwner = NonNullable<ReturnType<typeof ownerShape.read>>;

export interface TrustedOwners {
  readonly owners: readonly TrustedOwner[];
}

/**
 * Alibaba Cloud vouches for no shared image: whoever is trusted is written down, with a reason, and where it can be with
 * an end. The project's own accounts and Alibaba Cloud itself need no entry.
 */
export const trustedOwner: Rule<TrustedOwners> = {
  id: 'trust/trusted-owner',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource'],
  summary: 'an image comes from an account that no Policy trusts',
  description:
    'The owner of an image decides what runs on every machine that starts from it. Accounts outside the project must ' +
    'be on the list of trusted owners, for the region and the family that the source names, on the day of the check.',
  parameters: object({ owners: withDefault(list(ownerShape), []) }),
  check: ({ desired, judged, parameters, today }) => {
    const own = new Set(desired.project.accounts.map((account) => account.uid));
    return judged.imageSources.flatMap((source): readonly Violation[] => {
      if (source.owner?.kind !== 'account' || own.has(source.owner.uid)) return [];
      const { uid: owner } = source.owner;
      const entries = parameters.owners.filter((candidate) => candidate.uid === owner);
      const objections = entries.map((entry) => objectionTo(source, entry, today));
      if (objections.includes(null)) return [];
      return [
        {
          at: child(source.origin, 'spec', 'owner'),
          address: source.address,
          message: objections[0] ?? `\`owner\` must be a trusted owner: no Policy lists '${owner}'`,
          hint: `Add '${owner}' with a reason to \`owners\` of trust/trusted-owner, or take the image from an account that is there.`,
          value: owner,
        },
      ];
    });
  },
};

/** Null where the entry covers the source. */
function objectionTo(source: ImageSource, entry: TrustedOwner, today: string): string | null {
  const { selector } = source;
  if (entry.until !== null && entry.until < today) {
    return `\`owner\` must be a trusted owner: trust in '${entry.uid}' ended with '${entry.until}'`;
  }
  const elsewhere = source.regions.find((region) => entry.regions?.includes(region) === false);
  if (elsewhere !== undefined) return `\`owner\` '${entry.uid}' is not trusted in region '${elsewhere}'`;
  if (entry.families === null) return null;
  if (selector.kind !== 'family')
    return `\`owner\` '${entry.uid}' is trusted for certain families only: select by \`family\``;
  return entry.families.includes(selector.family)
    ? null
    : `\`owner\` '${entry.uid}' is not trusted for family '${selector.family}'`;
}
