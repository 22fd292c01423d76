import type { Instance } from '../../../domain/desired.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { References } from '../../references.js';
import type { Rule } from '../../rule.js';

/** An image is launched in its own region only. Source: ECS API reference, RunInstances. */
export const imageRegion: Rule = {
  id: 'region/image-region',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['Instance'],
  summary: 'an instance names an image of another region',
  description:
    'Images are regional: an instance starts only from an image of its own region. The copy that it names needs a ' +
    'destination there, the source an entry.',
  parameters: null,
  check: ({ references, judged }) =>
    judged.instances.flatMap((instance): readonly Violation[] => {
      const regions = regionsOf(references, instance);
      if (regions === null || regions.includes(instance.region)) return [];
      const { kind, name } = instance.image;
      return [
        {
          at: child(instance.origin, 'spec', 'image', kind),
          address: instance.address,
          message: `\`image\` must be in '${instance.region}' like the instance: '${name}' is in ${regions.map((region) => `'${region}'`).join(', ')}`,
          hint:
            kind === 'imageCopy'
              ? `Add a destination in '${instance.region}' to ImageCopy '${name}'.`
              : `Add '${instance.region}' to \`regions\` of ImageSource '${name}', or run an ImageCopy of it.`,
          value: name,
        },
      ];
    }),
};

/** Null where the reference is broken, which is somebody else's finding. */
function regionsOf(references: References, { image }: Instance): readonly string[] | null {
  if (image.kind === 'imageSource') return references.sourceNamed(image.name)?.regions ?? null;
  return references.copyNamed(image.name)?.destinations.map((destination) => destination.region) ?? null;
}
