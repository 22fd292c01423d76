import type { Resource } from '../../../domain/desired.js';
import { child, type FieldPath } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import { list, object, oneOf, optional, region, withDefault, word } from '../../parameters.js';
import type { ResourceKind, Rule } from '../../rule.js';

export interface AllowedRegions {
  readonly regions: readonly string[];
  readonly kinds: readonly ResourceKind[];
  readonly accounts: readonly string[] | null;
}

/** Where things may be made. A source is only a reference, so it is asked only where a Policy names its kind. */
export const allowed: Rule<AllowedRegions> = {
  id: 'region/allowed',
  stage: 'lint',
  severity: { recommended: 'off', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource', 'ImageCopy', 'ImageShare', 'Instance'],
  summary: 'something is in a region where it may not be',
  description:
    'Off until a Policy names the regions. Instances, copies and shares must be in one of them; `kinds` and ' +
    '`accounts` narrow what is asked. With several Policies a region must be allowed by each.',
  parameters: object({
    regions: list(region),
    kinds: withDefault(list(oneOf('ImageSource', 'ImageCopy', 'ImageShare', 'Instance')), [
      'ImageCopy',
      'ImageShare',
      'Instance',
    ]),
    accounts: optional(list(word)),
  }),
  check: ({ judged, parameters }) => [
    ...judged.imageSources.flatMap((source) =>
      source.regions.flatMap((name, index) =>
        complain(parameters, 'ImageSource', source, name, source.regions.length > 1 ? ['regions', index] : ['region']),
      ),
    ),
    ...judged.imageCopies.flatMap((copy) =>
      copy.destinations.flatMap((destination, index) =>
        complain(parameters, 'ImageCopy', copy, destination.region, ['destinations', index, 'region']),
      ),
    ),
    ...judged.imageShares.flatMap((share) =>
      share.regions.flatMap((name, index) => complain(parameters, 'ImageShare', share, name, ['regions', index])),
    ),
    ...judged.instances.flatMap((instance) => complain(parameters, 'Instance', instance, instance.region, ['region'])),
  ],
};

/** Whether the region is open to things of this kind in this account. */
export function isRegionAllowed(
  { regions, kinds, accounts }: AllowedRegions,
  kind: ResourceKind,
  account: string,
  name: string,
): boolean {
  return !kinds.includes(kind) || accounts?.includes(account) === false || regions.includes(name);
}

function complain(
  parameters: AllowedRegions,
  kind: ResourceKind,
  resource: Resource,
  name: string,
  field: FieldPath,
): readonly Violation[] {
  if (isRegionAllowed(parameters, kind, resource.account, name)) return [];
  return [
    {
      at: child(resource.origin, 'spec', ...field),
      address: kind === 'Instance' ? resource.address : `${resource.address}/${name}`,
      message: `\`region\` must be one of ${parameters.regions.map((each) => `'${each}'`).join(', ')}, not '${name}'`,
      hint: 'Move it to an allowed region, or have the Policy allow this one.',
      value: name,
    },
  ];
}
