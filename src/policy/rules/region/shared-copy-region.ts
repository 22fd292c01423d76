import { copyAddress } from '../../../domain/address.js';
import { type ImageCopy, isForeign } from '../../../domain/desired.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { Rule, RuleContext } from '../../rule.js';
import { allowed, isRegionAllowed } from './allowed.js';

/**
 * A shared image can only be copied inside its region, so a destination elsewhere takes two hops, and the first leaves
 * an own image behind in the source's region for a while. Source: ECS API reference, CopyImage.
 */
export const sharedCopyRegion: Rule = {
  id: 'region/shared-copy-region',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['ImageCopy'],
  summary: 'a shared image cannot be brought into a region',
  description:
    'A shared image is copied into another region in two hops: first beside the image, then from there. The source ' +
    'must be locked in a region where that first copy may be made: one of the project, which region/allowed permits.',
  parameters: null,
  check: (context) =>
    context.judged.imageCopies.flatMap((copy) => {
      const source = context.references.sourceNamed(copy.source);
      if (source === undefined || !isForeign(context.desired.project, source)) return [];
      return copy.destinations.flatMap((destination, index): readonly Violation[] => {
        const what = objectionTo(context, copy, destination.region);
        if (what === null) return [];
        return [
          {
            at: child(copy.origin, 'spec', 'destinations', index, 'region'),
            address: copyAddress(copy.name, destination.region),
            message: `'${copy.source}' cannot be copied to '${destination.region}': ${what}`,
            hint: `Have the owner share the image in '${destination.region}' and add that region to '${copy.source}', or allow the region of the hop.`,
            value: destination.region,
          },
        ];
      });
    }),
};

function objectionTo(context: RuleContext, copy: ImageCopy, destination: string): string | null {
  const { desired, references } = context;
  // A source that is not locked at all is trust/unlocked-source, once, instead of an error at every destination.
  if (references.entriesOf(copy.source).length === 0) return null;
  const entry = references.pinnedFor(copy, destination);
  if (entry === undefined) return 'it is locked in no region from which a copy could start';
  const isDestination = copy.destinations.some(({ region }) => region === entry.region);
  if (isDestination) return null;
  if (!desired.project.regions.includes(entry.region)) {
    return `its hop would be in '${entry.region}', which is not a region of the project`;
  }
  const isForbidden = context
    .parametersOf(allowed, copy)
    .some((parameters) => !isRegionAllowed(parameters, 'ImageCopy', copy.account, entry.region));
  return isForbidden ? `its hop would be in '${entry.region}', which region/allowed forbids` : null;
}
