import { isForeign } from '../../../domain/desired.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import { liveImageOf } from '../../live-image.js';
import type { Rule } from '../../rule.js';
import { imagesRunning, membersOf } from '../../running-images.js';

/** Machines go on when their image is unshared, but cannot be re-initialised any more, and nobody is told. */
export const shareSourceDisappeared: Rule = {
  id: 'trust/share-source-disappeared',
  stage: 'plan',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['Instance'],
  summary: 'a shared image is gone although machines run from it',
  description:
    'The owner has deleted or unshared an image from which members run. They keep running; what they can no longer ' +
    'do is re-initialise their disks, and no further member can start.',
  parameters: null,
  check: ({ desired, observed, references, judged }) => {
    const running = imagesRunning(desired, observed);
    return judged.instances.flatMap((instance): readonly Violation[] => {
      if (instance.image.kind !== 'imageSource') return [];
      const source = references.sourceNamed(instance.image.name);
      const entry = references.entryFor(instance.image.name, instance.region);
      if (source === undefined || entry === undefined || !isForeign(desired.project, source)) return [];
      const members = membersOf(instance).filter((address) => running.get(address) === entry.imageId);
      if (members.length === 0 || liveImageOf(desired, observed, source, entry) !== undefined) return [];
      return [
        {
          at: child(instance.origin, 'spec', 'image', 'imageSource'),
          address: instance.address,
          message: `image '${entry.imageId}' of '${source.name}' is gone or no longer shared, and ${members.join(', ')} ${members.length === 1 ? 'runs' : 'run'} it`,
          hint: 'Ask its owner to share it again, or move the instance onto an ImageCopy.',
          value: entry.imageId,
        },
      ];
    });
  },
};
