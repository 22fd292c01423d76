import type { CopyDestination, ImageCopy } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import type { WantedCopy } from '../domain/lineage.js';
import type { ObservedImage } from '../domain/observed.js';
import { child } from '../domain/origin.js';
import { ownershipOf, tagKey } from '../domain/ownership.js';
import { holderOf } from './adoption.js';
import { type Draft, draftKey, type PlanningContext } from './context.js';

/** What a destination names as its copy, as far as there is something to say about it. */
export type ImageAdoption =
  /** Nobody's image, to be taken over. */
  | { readonly kind: 'adopt'; readonly image: ObservedImage; readonly draft: Draft }
  | { readonly kind: 'refused'; readonly finding: Finding }
  /** Nothing to take over: none is named, it is ours already, or it was made from another image than the locked one. */
  | { readonly kind: 'none' };

/**
 * Takes over an image that exists as the copy of a destination, by tags alone. Its name says nothing of what it was made
 * from, so the manifest does (`adoptedFrom`): only where that is the locked image is it the wanted copy; once another image
 * is locked, a copy is made like any other.
 */
export function planImageAdoption(context: PlanningContext, copy: ImageCopy, target: WantedCopy): ImageAdoption {
  const destination = destinationOf(copy, target);
  const adopted = destination?.adopt ?? null;
  if (destination === undefined || adopted === null || adopted.from !== target.entry.imageId) return { kind: 'none' };
  const scope = { account: copy.account, region: target.region };
  const image = context.observed.images.find(
    (one) => one.imageId === adopted.imageId && one.account === scope.account && one.region === scope.region,
  );
  const ownership =
    image === undefined ? 'foreign' : ownershipOf({ id: image.imageId, tags: image.tags }, context.project);
  if (image !== undefined && ownership !== 'foreign' && image.tags[tagKey.resource] === target.address) {
    return { kind: 'none' };
  }
  const obstacle = obstacleTo(context, copy, target, image);
  if (image === undefined || obstacle !== null) {
    return { kind: 'refused', finding: findingAt(destination, target, adopted.imageId, obstacle ?? 'it is not there') };
  }
  const draft: Draft = {
    id: draftKey(target.address, 'Adopt', 'adopt'),
    address: target.address,
    scope,
    dependsOn: [],
    class: null,
    kind: 'Adopt',
    reason: 'adopt',
    target: { type: 'image', id: image.imageId },
    tags: { [tagKey.sourceImage]: target.entry.imageId, [tagKey.sourceOwner]: target.entry.owner },
  };
  return { kind: 'adopt', image, draft };
}

/** Whether an owned image is the one that the destination took over for this very locked image. */
export function isAdoptedAs(copy: ImageCopy, target: WantedCopy, image: ObservedImage): boolean {
  const adopted = destinationOf(copy, target)?.adopt;
  return (
    adopted?.imageId === image.imageId &&
    adopted.from === target.entry.imageId &&
    image.tags[tagKey.sourceImage] === target.entry.imageId
  );
}

/** What a manifest names is never cleared away by `history`. */
export function isNamedForAdoption(copy: ImageCopy, image: ObservedImage): boolean {
  return copy.destinations.some(({ adopt }) => adopt?.imageId === image.imageId);
}

function destinationOf(copy: ImageCopy, target: WantedCopy): CopyDestination | undefined {
  if (target.role !== 'copy') return undefined;
  return copy.destinations.find(({ region }) => region === target.region);
}

function obstacleTo(
  context: PlanningContext,
  copy: ImageCopy,
  target: WantedCopy,
  image: ObservedImage | undefined,
): string | null {
  if (image === undefined) return `account '${copy.account}' owns no such image in ${target.region}`;
  if (image.ownerAlias !== 'self') return `account '${copy.account}' does not own it`;
  if (image.status !== 'Available') return `it is ${image.status}`;
  const isEncrypted = image.disks.length > 0 && image.disks.every((disk) => disk.encrypted === true);
  if (target.encrypted === true && !isEncrypted) return '`encrypted` is true, and it is not seen to be encrypted';
  return holderOf(context, image.imageId, image.tags);
}

function findingAt(destination: CopyDestination, target: WantedCopy, imageId: string, why: string): Finding {
  return {
    ruleId: 'manifest/adopt',
    severity: 'error',
    message: `'${imageId}' cannot be adopted as ${target.address}: ${why}`,
    hint: 'Correct the ID, or remove `adopt` and `adoptedFrom`.',
    at: child(destination.origin, 'adopt'),
    address: target.address,
    value: imageId,
    waiver: null,
    decidedBy: null,
    isInputError: false,
  };
}
