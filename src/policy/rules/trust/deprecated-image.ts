import { lockedImagesOf } from '../../live-image.js';
import type { Rule } from '../../rule.js';
import { sourceViolation } from '../../source-violation.js';

/** The cloud still launches a deprecated image by its ID. Source: ECS API reference, ModifyImageAttribute. */
export const deprecatedImage: Rule = {
  id: 'trust/deprecated-image',
  stage: 'plan',
  severity: { recommended: 'warning', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource'],
  summary: 'the owner has deprecated a locked image',
  description:
    'Deprecating is how an owner says that an image should not be used any more. Nothing in the cloud stops a launch ' +
    'from it, so the word has to be heard here.',
  parameters: null,
  check: ({ judged, ...context }) =>
    judged.imageSources.flatMap((source) =>
      lockedImagesOf(context, source)
        .filter(({ image }) => image.status === 'Deprecated')
        .map(({ entry }) =>
          sourceViolation(
            source,
            entry,
            `image '${entry.imageId}' in '${entry.region}' is deprecated by its owner`,
            `Run \`tallyman update --source ${source.name}\` to pin the image that takes its place.`,
          ),
        ),
    ),
};
