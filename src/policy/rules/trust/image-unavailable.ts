import { type Address, copyAddress } from '../../../domain/address.js';
import type { Desired, ImageCopy, ImageSource } from '../../../domain/desired.js';
import { isNamedAs, wantedCopies } from '../../../domain/lineage.js';
import type { Lock, LockEntry } from '../../../domain/lock.js';
import type { ObservedImage, ObservedState } from '../../../domain/observed.js';
import { child, type Origin } from '../../../domain/origin.js';
import { isOwned, projectTag, tagKey } from '../../../domain/ownership.js';
import type { Violation } from '../../../domain/policy.js';
import { liveImageOf } from '../../live-image.js';
import { imagesRunning, membersOf } from '../../running-images.js';
import type { Rule } from '../../rule.js';

/** Asked only where the image is still needed: a copy that is made already outlives its source. */
export const imageUnavailable: Rule = {
  id: 'trust/image-unavailable',
  stage: 'plan',
  severity: { recommended: 'error', strict: 'error' },
  isWaivable: true,
  judges: ['ImageCopy', 'ImageShare', 'Instance'],
  summary: 'a locked image that is still needed cannot be used',
  description:
    'The locked image is no longer visible to the account (deleted, or unshared by its owner), or it is not ready for ' +
    'use, while a copy has still to be made from it, an instance has still to start from it, or it is to be shared.',
  parameters: null,
  check: ({ desired, lock, references, observed, judged }) => {
    const running = imagesRunning(desired, observed);
    const objections = (source: ImageSource | undefined, entry: LockEntry | undefined, address: Address, at: Origin) =>
      source === undefined || entry === undefined ? [] : objectionsTo(desired, observed, source, entry, address, at);
    return [
      ...judged.imageCopies.flatMap((copy) => {
        const made = copiesMade(desired, lock, observed, copy);
        const at = child(copy.origin, 'spec', 'source', 'imageSource');
        return copy.destinations.flatMap((destination) => {
          const address = copyAddress(copy.name, destination.region);
          if (made.has(address)) return [];
          const entry = references.pinnedFor(copy, destination.region);
          return objections(references.sourceNamed(copy.source), entry, address, at);
        });
      }),
      ...judged.imageShares.flatMap((share) => {
        const { image } = share;
        if (image.kind !== 'imageSource') return [];
        const at = child(share.origin, 'spec', 'image', 'imageSource');
        return share.regions.flatMap((region) =>
          objections(references.sourceNamed(image.name), references.entryFor(image.name, region), share.address, at),
        );
      }),
      ...judged.instances.flatMap((instance) => {
        if (instance.image.kind !== 'imageSource') return [];
        const entry = references.entryFor(instance.image.name, instance.region);
        if (membersOf(instance).every((address) => running.get(address) === entry?.imageId)) return [];
        const at = child(instance.origin, 'spec', 'image', 'imageSource');
        return objections(references.sourceNamed(instance.image.name), entry, instance.address, at);
      }),
    ];
  },
};

function objectionsTo(
  desired: Desired,
  observed: ObservedState,
  source: ImageSource,
  entry: LockEntry,
  address: Address,
  at: Origin,
): readonly Violation[] {
  const what = objectionTo(liveImageOf(desired, observed, source, entry));
  if (what === null) return [];
  return [
    {
      at,
      address,
      message: `image '${entry.imageId}' of '${source.name}' in '${entry.region}' is needed here, but ${what}`,
      hint: `Ask its owner, or run \`tallyman update --source ${source.name}\` to pin another image.`,
      value: entry.imageId,
    },
  ];
}

/** A deprecated image can still be copied and launched by its ID. Source: ECS API reference, ModifyImageAttribute. */
function objectionTo(image: ObservedImage | undefined): string | null {
  if (image === undefined) return 'it is gone or no longer shared';
  if (image.status !== 'Available' && image.status !== 'Deprecated') return `its status is '${image.status}'`;
  return image.usable === false ? 'it cannot be used yet' : null;
}

/**
 * Addresses of the wanted copies that are there and ready. One of the same source and another name, as with another key,
 * is another copy; one that was adopted keeps the name that it had.
 */
function copiesMade(desired: Desired, lock: Lock, observed: ObservedState, copy: ImageCopy): ReadonlySet<Address> {
  const project = projectTag(desired.project, desired.environment);
  const ready = observed.images.filter(
    (image) => image.status === 'Available' && isOwned({ id: image.imageId, tags: image.tags }, project),
  );
  const adopted = new Set(copy.destinations.flatMap(({ adopt }) => (adopt === null ? [] : [adopt.imageId])));
  const made = wantedCopies(desired, lock, copy).filter((target) =>
    ready.some(
      ({ imageId, name, tags }) =>
        tags[tagKey.resource] === target.address &&
        tags[tagKey.sourceImage] === target.entry.imageId &&
        (isNamedAs(target, name) || adopted.has(imageId)),
    ),
  );
  return new Set(made.map(({ address }) => address));
}
