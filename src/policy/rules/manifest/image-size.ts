import type { Instance } from '../../../domain/desired.js';
import { type LockEntry, systemDiskSizeGiB } from '../../../domain/lock.js';
import { child } from '../../../domain/origin.js';
import type { References } from '../../references.js';
import type { Rule } from '../../rule.js';

/** A system disk holds its image. Source: ECS API reference, RunInstances and ReplaceSystemDisk, `SystemDisk.Size`. */
export const imageSize: Rule = {
  id: 'manifest/image-size',
  stage: 'lint',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['Instance'],
  summary: 'a system disk is smaller than the image that it is made from',
  description:
    'The service refuses to launch an instance, and to replace a system disk, where the new disk would be smaller than ' +
    'the system disk in the image. The lock says how large that is.',
  parameters: null,
  check: ({ references, judged }) =>
    judged.instances.flatMap((instance) => {
      const entry = entryBehind(references, instance);
      if (entry === undefined) return [];
      const { sizeGiB } = instance.systemDisk;
      const imageGiB = systemDiskSizeGiB(entry);
      if (sizeGiB >= imageGiB) return [];
      return [
        {
          at: child(instance.origin, 'spec', 'systemDisk', 'sizeGiB'),
          address: instance.address,
          message: `\`sizeGiB\` of the system disk must be at least ${imageGiB}, the size of image '${entry.imageId}', and is '${sizeGiB}'`,
          hint: `Set it to ${imageGiB} or more; on machines that exist the disk grows in place.`,
          value: String(sizeGiB),
        },
      ];
    }),
};

/** The pinned image that the instance is made from, or that the copy of its region is made from. */
function entryBehind(references: References, { image, region }: Instance): LockEntry | undefined {
  if (image.kind === 'imageSource') return references.entryFor(image.name, region);
  const copy = references.copyNamed(image.name);
  return copy === undefined ? undefined : references.pinnedFor(copy, region);
}
