import { resourceOf } from '../../../domain/address.js';
import { isForeign } from '../../../domain/desired.js';
import type { LockEntry } from '../../../domain/lock.js';
import type { ImageDiskFacts } from '../../../domain/observed.js';
import { child } from '../../../domain/origin.js';
import type { Violation } from '../../../domain/policy.js';
import type { LiveContext, Rule } from '../../rule.js';
import { sourceViolation } from '../../source-violation.js';

/**
 * The size of an image shows its system disk only, so data disks that ride along are easily overlooked. Source: ECS API
 * reference, DescribeImages, and ReplaceSystemDisk, code OperationDenied.
 */
export const dataDiskSnapshots: Rule = {
  id: 'trust/data-disk-snapshots',
  stage: 'plan',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['ImageSource', 'Instance'],
  summary: 'an image brings data disks along',
  description:
    'A foreign image with snapshots of data disks adds those disks, with what somebody else put on them, to every ' +
    'machine. And no system disk can be replaced by an image that has them.',
  parameters: null,
  check: (context) => [...complainOfSources(context), ...complainOfReplacements(context)],
};

function complainOfSources({ desired, references, judged }: LiveContext): readonly Violation[] {
  return judged.imageSources
    .filter((source) => isForeign(desired.project, source))
    .flatMap((source) =>
      references
        .entriesOf(source.name)
        .filter((entry) => dataDisksOf(entry).length > 0)
        .map((entry) =>
          sourceViolation(
            source,
            entry,
            `image '${entry.imageId}' in '${entry.region}' brings ${dataDisksOf(entry).map(show).join(', ')} along`,
            'Ask its owner for an image of the system disk alone.',
          ),
        ),
    );
}

function complainOfReplacements({ plan, references, judged }: LiveContext): readonly Violation[] {
  const replaced = new Set(
    plan?.actions.filter(({ kind }) => kind === 'ReplaceSystemDisk').map(({ address }) => resourceOf(address)),
  );
  return judged.instances.flatMap((instance): readonly Violation[] => {
    const source = references.rootSourceOf(instance);
    if (!replaced.has(instance.address) || source === undefined) return [];
    const entry = references.entriesOf(source.name).find((each) => dataDisksOf(each).length > 0);
    if (entry === undefined) return [];
    return [
      {
        at: child(instance.origin, 'spec', 'image', instance.image.kind),
        address: instance.address,
        message: `the system disk cannot be replaced: image '${entry.imageId}' has ${dataDisksOf(entry).map(show).join(', ')}`,
        hint: 'Name an image of the system disk alone, or set `onImageChange: Ignore`.',
        value: entry.imageId,
      },
    ];
  });
}

function dataDisksOf(entry: LockEntry): readonly ImageDiskFacts[] {
  return entry.disks.filter((disk) => disk.type === 'data');
}

function show({ device, sizeGiB }: ImageDiskFacts): string {
  return `data disk '${device}' of ${sizeGiB} GiB`;
}
