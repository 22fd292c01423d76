import type { ImageSource, Instance, Resource } from '../../../domain/desired.js';
import { matchesGlob } from '../../../domain/glob.js';
import { ownerText } from '../../../domain/image-owner.js';
import { child, type FieldPath } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import { list, object, optional, region, uid, word } from '../../parameters.js';
import type { References } from '../../references.js';
import type { Rule } from '../../rule.js';

export interface Residency {
  readonly regions: readonly string[];
  /** Names of ImageSources, with `*` for any characters; null = all. */
  readonly sources: readonly string[] | null;
  /** Null = all. */
  readonly owners: readonly string[] | null;
}

/** Where region/allowed asks what stands somewhere, this asks where it comes from. */
export const residency: Rule<Residency> = {
  id: 'region/residency',
  stage: 'lint',
  severity: { recommended: 'off', strict: 'error' },
  isWaivable: true,
  judges: ['ImageCopy', 'ImageShare', 'Instance'],
  summary: 'an image goes where it must not go',
  description:
    'Off until a Policy names the regions. Copies of the images that `sources` or `owners` select, hops between them, ' +
    'instances that run from them and shares of them stay in those regions. With several Policies each must hold.',
  parameters: object({ regions: list(region), sources: optional(list(word)), owners: optional(list(uid)) }),
  check: ({ references, judged, parameters }) => [
    ...judged.imageCopies.flatMap((copy) => {
      const source = references.sourceNamed(copy.source);
      return copy.destinations.flatMap((destination, index) => [
        ...complain(parameters, source, copy, destination.region, ['destinations', index, 'region']),
        ...complain(parameters, source, copy, references.pinnedFor(copy, destination.region)?.region, [
          'destinations',
          index,
          'region',
        ]),
      ]);
    }),
    ...judged.imageShares.flatMap((share) =>
      share.regions.flatMap((name) =>
        complain(parameters, rootOf(references, share.image), share, name, ['regions', share.regions.indexOf(name)]),
      ),
    ),
    ...judged.instances.flatMap((instance) =>
      complain(parameters, references.rootSourceOf(instance), instance, instance.region, ['region']),
    ),
  ],
};

function rootOf(references: References, image: Instance['image']): ImageSource | undefined {
  const name = image.kind === 'imageSource' ? image.name : references.copyNamed(image.name)?.source;
  return name === undefined ? undefined : references.sourceNamed(name);
}

function complain(
  { regions, sources, owners }: Residency,
  source: ImageSource | undefined,
  resource: Resource,
  name: string | undefined,
  field: FieldPath,
): readonly Violation[] {
  if (source === undefined || name === undefined || regions.includes(name)) return [];
  if (sources?.some((pattern) => matchesGlob(pattern, source.name)) === false) return [];
  if (owners?.some((owner) => source.owner !== null && owner === ownerText(source.owner)) === false) return [];
  return [
    {
      at: child(resource.origin, 'spec', ...field),
      address: resource.address.startsWith('Instance/') ? resource.address : `${resource.address}/${name}`,
      message: `what comes from '${source.name}' must stay in ${regions.map((each) => `'${each}'`).join(', ')}, and goes to '${name}'`,
      hint: 'Keep it in those regions, or have the Policy open this one.',
      value: name,
    },
  ];
}
