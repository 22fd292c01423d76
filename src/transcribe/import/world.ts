import type { Desired, ImageReference, Project, TagWishes } from '../../domain/desired.js';
import { wantedCopies, isNamedAs } from '../../domain/lineage.js';
import { entriesOf, type Lock } from '../../domain/lock.js';
import type { ObservedDisk, ObservedImage, ObservedShare, ObservedState, Scope, Tags } from '../../domain/observed.js';
import { managerTag, ownershipOf, projectTag, tagKey } from '../../domain/ownership.js';
import type { SkipReason } from '../../domain/imported.js';
import type { Judge } from './fit.js';
import type { ImportRequest } from './request.js';

export interface ImportInput {
  readonly request: ImportRequest;
  /** What the project's manifests say already, without the files that are to be replaced. */
  readonly desired: Desired;
  readonly lock: Lock;
  /** Everything that the accounts hold, whoever made it. */
  readonly observed: ObservedState;
  /** Tags that every resource has that does not say otherwise. */
  readonly defaultTags: TagWishes;
  readonly judge: Judge;
}

export interface Obstacle {
  readonly reason: SkipReason;
  readonly message: string;
}

/** What exists and what is declared, by what writing it down asks for. */
export interface ImportWorld extends ImportInput {
  readonly project: Project;
  imageAt(place: Scope, imageId: string): ObservedImage | undefined;
  /** The regions in which the account sees the image, sorted. */
  imagesOf(account: string, imageId: string): readonly ObservedImage[];
  disksOf(instanceId: string): readonly ObservedDisk[];
  shareOf(image: ObservedImage): ObservedShare | undefined;
  /** What the project calls the image already. */
  declared(image: ObservedImage): ImageReference | undefined;
  /** Why a thing with these tags is not free to be taken over; undefined where it is. */
  holderOf(id: string, tags: Tags): Obstacle | undefined;
}

export function importWorld(input: ImportInput): ImportWorld {
  const { desired, observed } = input;
  const byPlace = new Map(observed.images.map((image) => [placeOf(image, image.imageId), image]));
  const byAccount = listsBy(observed.images, (image) => `${image.account} ${image.imageId}`);
  const disks = listsBy(observed.disks, (disk) => disk.instanceId);
  const shares = new Map(observed.shares.map((share) => [placeOf(share, share.imageId), share]));
  const declared = declaredImages(input);
  return {
    ...input,
    project: desired.project,
    imageAt: (place, imageId) => byPlace.get(placeOf(place, imageId)),
    imagesOf: (account, imageId) => byAccount.get(`${account} ${imageId}`) ?? [],
    disksOf: (instanceId) => disks.get(instanceId) ?? [],
    shareOf: (image) => shares.get(placeOf(image, image.imageId)),
    declared: (image) => declared.get(placeOf(image, image.imageId)),
    holderOf: (id, tags) => holderOf(projectTag(desired.project, desired.environment), id, tags),
  };
}

export function placeOf({ account, region }: Scope, id: string): string {
  return `${account} ${region} ${id}`;
}

function listsBy<T>(things: readonly T[], keyOf: (thing: T) => string): ReadonlyMap<string, readonly T[]> {
  const lists = new Map<string, T[]>();
  for (const thing of things) {
    const list = lists.get(keyOf(thing));
    if (list === undefined) lists.set(keyOf(thing), [thing]);
    else list.push(thing);
  }
  return lists;
}

/** Images that the lock pins for a source, and the current copies of the project's ImageCopies, by place. */
function declaredImages({ desired, lock, observed }: ImportInput): ReadonlyMap<string, ImageReference> {
  const declared = new Map<string, ImageReference>();
  for (const { name, account, selectorDigest } of desired.imageSources) {
    for (const { region, imageId, selector, via } of entriesOf(lock, name)) {
      const place = placeOf({ account, region }, imageId);
      const isUsable = selector === selectorDigest && via === null && !declared.has(place);
      if (isUsable) declared.set(place, { kind: 'imageSource', name });
    }
  }
  const own = listsBy(
    observed.images.filter((image) => image.ownerAlias === 'self'),
    (image) => `${image.account} ${image.region}`,
  );
  for (const copy of desired.imageCopies) {
    for (const target of wantedCopies(desired, lock, copy).filter(({ role }) => role === 'copy')) {
      const adopted = copy.destinations.find(({ region }) => region === target.region)?.adopt;
      const current = own.get(`${copy.account} ${target.region}`)?.find((image) => {
        const isOurs = image.tags[tagKey.resource] === target.address && isNamedAs(target, image.name);
        return isOurs || (adopted?.imageId === image.imageId && adopted.from === target.entry.imageId);
      });
      if (current !== undefined)
        declared.set(placeOf(current, current.imageId), { kind: 'imageCopy', name: copy.name });
    }
  }
  return declared;
}

function holderOf(project: string, id: string, tags: Tags): Obstacle | undefined {
  const ownership = ownershipOf({ id, tags }, project);
  const address = tags[tagKey.resource] ?? '';
  if (ownership === 'clone') {
    const message = `it carries the tags of ${address} and the ID of '${tags[tagKey.seal]}': somebody cloned a thing of this project`;
    return { reason: 'clone', message };
  }
  if (ownership !== 'foreign') return { reason: 'managed-here', message: `it is ${address} of this project already` };
  const other = tags[tagKey.project];
  if (other !== undefined) return { reason: 'other-project', message: `it carries the tags of project '${other}'` };
  const manager = managerTag(tags);
  if (manager === undefined) return undefined;
  return { reason: 'other-service', message: `its tag '${manager}' says that another service manages it` };
}
