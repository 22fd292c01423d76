import type { ImageCopy, Instance } from '../../../domain/desired.js';
import { child } from '../../../domain/origin.js';
import { list, object, oneOf, text, withDefault } from '../../parameters.js';
import type { Rule } from '../../rule.js';

export interface RequiredTags {
  readonly tags: readonly string[];
  readonly kinds: readonly ('ImageCopy' | 'Instance')[];
}

const tagName = text('must be the key of a tag, at most 128 characters', /^.{1,128}$/s);

/** Tags tell who pays and whom to call; what the project's defaults give counts. */
export const requiredTags: Rule<RequiredTags> = {
  id: 'hygiene/required-tags',
  stage: 'lint',
  severity: { recommended: 'off', strict: 'error' },
  isWaivable: true,
  judges: ['ImageCopy', 'Instance'],
  summary: 'a tag is missing',
  description:
    'Off until a Policy names the tags. Each must be among `tags` of the resource or the defaults of the project. With ' +
    'several Policies the tags of all are required.',
  parameters: object({
    tags: list(tagName),
    kinds: withDefault(list(oneOf('ImageCopy', 'Instance')), ['ImageCopy', 'Instance']),
  }),
  check: ({ judged, parameters }) => {
    const asked: readonly (ImageCopy | Instance)[] = [
      ...(parameters.kinds.includes('ImageCopy') ? judged.imageCopies : []),
      ...(parameters.kinds.includes('Instance') ? judged.instances : []),
    ];
    return asked.flatMap((resource) =>
      parameters.tags
        .filter((tag) => (Object.hasOwn(resource.tags, tag) ? resource.tags[tag] : null) === null)
        .map((tag) => ({
          at: child(resource.origin, 'spec', 'tags'),
          address: resource.address,
          message: `\`tags\` must have '${tag}'`,
          hint: `Add '${tag}' to \`tags\` here or to the defaults of the project.`,
          value: tag,
        })),
    );
  },
};
