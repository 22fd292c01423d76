import type { Violation } from '../../../domain/policy.js';
import { daysBetween } from '../../days.js';
import { object, wholeNumber, withDefault } from '../../parameters.js';
import type { Rule } from '../../rule.js';
import { sourceViolation } from '../../source-violation.js';

/** An image gets no fixes after it is baked: the older it is, the more of them are missing. */
export const imageAge: Rule<{ readonly maxDays: number }> = {
  id: 'trust/image-age',
  stage: 'lint',
  severity: { recommended: 'warning', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource'],
  summary: 'a locked image is old',
  description:
    'The age is counted in whole days from the creation time in the lock. A machine that starts from an old image ' +
    'lacks every fix since then until it is patched.',
  parameters: object({ maxDays: withDefault(wholeNumber(1, 3650), 90) }),
  tighter: (a, b) => (a.maxDays < b.maxDays ? a : b),
  check: ({ references, judged, parameters, today }) =>
    judged.imageSources.flatMap((source) =>
      references.entriesOf(source.name).flatMap((entry): readonly Violation[] => {
        const days = daysBetween(entry.createdAt.slice(0, 10), today);
        if (days <= parameters.maxDays) return [];
        return [
          sourceViolation(
            source,
            entry,
            `image '${entry.imageId}' in '${entry.region}' must be at most ${parameters.maxDays} days old, and is ${days}`,
            `Run \`tallyman update --source ${source.name}\` to pin a newer image.`,
          ),
        ];
      }),
    ),
};
