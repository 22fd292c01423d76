import { liveOwnerOf } from '../../../domain/image-owner.js';
import { fingerprintOf, type LockEntry } from '../../../domain/lock.js';
import type { ImageDiskFacts, ObservedImage } from '../../../domain/observed.js';
import type { Violation } from '../../../domain/policy.js';
import { lockedImagesOf } from '../../live-image.js';
import type { Rule } from '../../rule.js';
import { sourceViolation } from '../../source-violation.js';

/** Nothing proves that the content behind an image ID stays, so everything that can be seen of it is pinned. */
export const fingerprint: Rule = {
  id: 'trust/fingerprint',
  stage: 'plan',
  severity: { recommended: 'error', strict: 'error', none: 'error' },
  isWaivable: false,
  judges: ['ImageSource'],
  summary: 'the locked image is not what it was when it was locked',
  description:
    'The lock holds a fingerprint over ID, owner, creation time and disks of the image. What the cloud reports now ' +
    'must give the same one. Name, description, status, family and tags may change: the owner is free to edit them.',
  parameters: null,
  check: ({ desired, references, observed, judged }) =>
    judged.imageSources.flatMap((source) =>
      lockedImagesOf({ desired, observed, references }, source).flatMap(({ entry, image }): readonly Violation[] => {
        const live = { ...image, owner: liveOwnerOf(desired.project, image) };
        if (fingerprintOf(live) === entry.fingerprint) return [];
        const differences = differencesOf(entry, live);
        const what = differences.length === 0 ? 'the lock was edited by hand' : differences.join(', ');
        return [
          sourceViolation(
            source,
            entry,
            `image '${entry.imageId}' in '${entry.region}' differs from the lock: ${what}`,
            `Find out what happened to the image; if it is right, run \`tallyman update --source ${source.name}\` and review the lock.`,
          ),
        ];
      }),
    ),
};

function differencesOf(entry: LockEntry, live: ObservedImage): readonly string[] {
  const facts: readonly (readonly [string, string, string])[] = [
    ['owner', entry.owner, live.owner],
    ['createdAt', entry.createdAt, live.createdAt],
  ];
  return [
    ...facts
      .filter(([, locked, now]) => locked !== now)
      .map(([name, locked, now]) => `\`${name}\` '${locked}' -> '${now}'`),
    ...diskDifferences(entry.disks, live.disks),
  ];
}

function diskDifferences(locked: readonly ImageDiskFacts[], live: readonly ImageDiskFacts[]): readonly string[] {
  const devices = [...new Set([...locked, ...live].map((disk) => disk.device))];
  const differences = devices.flatMap((device) => {
    const before = locked.find((disk) => disk.device === device);
    const after = live.find((disk) => disk.device === device);
    if (after === undefined) return [`disk '${device}' is gone`];
    if (before === undefined) return [`disk '${device}' is new`];
    return (['type', 'sizeGiB', 'snapshotId', 'encrypted'] as const)
      .filter((field) => before[field] !== after[field])
      .map((field) => `\`${field}\` of disk '${device}' '${before[field]}' -> '${after[field]}'`);
  });
  return differences.length === 0 && isReordered(locked, live) ? ['the order of the disks'] : differences;
}

function isReordered(locked: readonly ImageDiskFacts[], live: readonly ImageDiskFacts[]): boolean {
  return locked.length !== live.length || locked.some((disk, index) => disk.device !== live[index]?.device);
}
