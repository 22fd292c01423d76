import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { Rule } from '../../rule.js';

/** Only `update` chooses images, into the lock, where people see it: what is not locked is not planned. */
export const unlockedSource: Rule = {
  id: 'trust/unlocked-source',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource'],
  summary: 'a source is not pinned to an image',
  description:
    'Every source needs an entry in the lock for each of its regions, made from the selector as it is now. A new or ' +
    'edited source has none until the next update.',
  parameters: null,
  check: ({ references, judged }) =>
    judged.imageSources.flatMap((source) =>
      source.regions.flatMap((region): readonly Violation[] => {
        const entry = references.entryFor(source.name, region);
        if (entry?.selector === source.selectorDigest) return [];
        return [
          {
            at: child(source.origin, 'spec', source.selector.kind),
            address: `${source.address}/${region}`,
            message:
              entry === undefined
                ? `'${source.name}' must have an entry for '${region}' in the lock`
                : `'${source.name}' was edited after '${entry.imageId}' was locked for '${region}'`,
            hint: `Run \`tallyman update --source ${source.name}\` and commit the lock.`,
            value: region,
          },
        ];
      }),
    ),
};
