import { compareText, copyAddress } from '../domain/address.js';
import { accountOf, type Desired, ownerAccountOf } from '../domain/desired.js';
import { isCloudError } from '../domain/errors.js';
import { type ImageList, listsOf } from '../domain/image-owner.js';
import { entryFor, type Lock } from '../domain/lock.js';
import type {
  DiskSnapshot,
  ObservedDisk,
  ObservedImage,
  ObservedInstance,
  ObservedKey,
  ObservedShare,
  ObservedState,
  Scope,
} from '../domain/observed.js';
import { presentAddress } from '../domain/moved.js';
import { projectTag, tagKey } from '../domain/ownership.js';
import type { CloudReader, TagFilter } from '../ports/cloud-reader.js';
import { counting } from './counting.js';
import { listByNumber, listByToken } from './pages.js';
import { verifyIdentities } from './verify-identity.js';

/** A list that is filtered by tag ends at so many; from there on everything is listed. Source: ECS API reference. */
const tagFilterLimit = 1000;

/** IDs that one DescribeInstances call may name, and instances whose role one call tells. Source: ECS API reference. */
const instanceIdsMax = 100;
const rolesMax = 50;

/** So many disks are asked for by instance; for more, listing the region takes fewer calls. */
const askedSinglyMax = 5;

/** IDs that one DescribeImages call may name. */
export const imageIdsMax = 100;

/**
 * One immutable view of what the project owns and what its lock names. Every account is listed in every region of the
 * project, so that nothing owned is overlooked; a read that fails, is denied or is incomplete throws.
 */
export async function observe(cloud: CloudReader, desired: Desired, lock: Lock, nowMs: number): Promise<ObservedState> {
  const { reader, counts } = counting(cloud);
  await verifyIdentities(reader, desired);
  const scopes = scopesOf(desired);
  const views = await Promise.all(scopes.map((scope) => observeScope(reader, desired, lock, scope)));
  const state = {
    images: views.flatMap((view) => view.images).sort(by((image) => image.imageId)),
    instances: views.flatMap((view) => view.instances).sort(by((instance) => instance.instanceId)),
    disks: views.flatMap((view) => view.disks).sort(by((disk) => disk.diskId)),
    snapshots: views.flatMap((view) => view.snapshots).sort(by((snapshot) => snapshot.snapshotId)),
    keys: views.flatMap((view) => view.keys).sort(by((key) => key.keyId)),
    shares: views.flatMap((view) => view.shares).sort(by((share) => share.imageId)),
  };
  return { takenAt: new Date(nowMs).toISOString(), scopes, ...state, apiCalls: counts() };
}

export function by<T extends Scope>(idOf: (thing: T) => string): (a: T, b: T) => number {
  return (a, b) =>
    compareText(a.account, b.account) || compareText(a.region, b.region) || compareText(idOf(a), idOf(b));
}

/** Every account of the project in every region of it. */
export function scopesOf(desired: Desired): readonly Scope[] {
  return desired.project.accounts
    .flatMap((account) => desired.project.regions.map((region) => ({ account: account.name, region })))
    .sort((a, b) => compareText(a.account, b.account) || compareText(a.region, b.region));
}

interface ScopeView {
  readonly images: readonly ObservedImage[];
  readonly instances: readonly ObservedInstance[];
  readonly disks: readonly ObservedDisk[];
  readonly snapshots: readonly DiskSnapshot[];
  readonly keys: readonly ObservedKey[];
  readonly shares: readonly ObservedShare[];
}

async function observeScope(cloud: CloudReader, desired: Desired, lock: Lock, scope: Scope): Promise<ScopeView> {
  await cloud.assertMayDescribeInstances(scope);
  const ours: TagFilter = { key: tagKey.project, value: projectTag(desired.project, desired.environment) };
  const expected = expectedIn(desired, scope);
  const [own, locked, instances, taggedDisks, snapshots, keys] = await Promise.all([
    listOwnImages(cloud, scope, ours),
    listLockedImages(cloud, desired, lock, scope),
    listInstances(cloud, scope, ours, expected.instances),
    listDisks(cloud, scope, ours, expected.disks),
    listSnapshots(cloud, scope, ours),
    Promise.all(keysIn(desired, scope).map((keyId) => cloud.describeKey(scope, keyId))),
  ]);
  const known = [...instances, ...(await listAdopted(cloud, desired, scope, instances))];
  const members = isRoleManaged(desired, scope) ? await withRoles(cloud, scope, known) : known;
  const disks = await withSystemDisks(cloud, scope, members, taggedDisks);
  const imageById = new Map([...locked, ...own].map((image) => [image.imageId, image]));
  const shares = await Promise.all(
    sharedImages(desired, lock, scope, own).map((imageId) => readShares(cloud, scope, imageId)),
  );
  return {
    images: [...imageById.values()],
    instances: members,
    disks,
    snapshots,
    keys,
    shares: shares.filter((share) => share !== null),
  };
}

/** How many things the manifests ask for in one account and region. */
function expectedIn(desired: Desired, scope: Scope): { readonly instances: number; readonly disks: number } {
  const here = desired.instances.filter((one) => one.account === scope.account && one.region === scope.region);
  return {
    instances: here.reduce((sum, { replicas }) => sum + replicas, 0),
    disks: here.reduce((sum, { replicas, dataDisks }) => sum + replicas * (1 + dataDisks.length), 0),
  };
}

/**
 * What carries our tag: listed by tag while that list is whole, else picked from everything. Where the manifests ask
 * for more than a tag filter lists, everything is listed at once.
 */
async function oursOf<T extends { readonly tags: Readonly<Record<string, string>> }>(
  ours: TagFilter,
  expected: number,
  list: (tags: readonly TagFilter[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  if (expected < tagFilterLimit) {
    const tagged = await list([ours]);
    if (tagged.length < tagFilterLimit) return tagged;
  }
  return (await list([])).filter((thing) => thing.tags[ours.key] === ours.value);
}

function listInstances(
  cloud: CloudReader,
  scope: Scope,
  ours: TagFilter,
  expected: number,
): Promise<readonly ObservedInstance[]> {
  return oursOf(ours, expected, (tags) =>
    listByToken(
      `instances in ${scope.region}`,
      (instance) => instance.instanceId,
      (nextToken) => cloud.describeInstances(scope, { tags, ...(nextToken === undefined ? {} : { nextToken }) }),
    ),
  );
}

/** IDs of the instances that `adopt` names in one account and region, sorted, each once. */
export function adoptedIn(desired: Desired, scope: Scope): readonly string[] {
  const ids = desired.instances
    .filter((instance) => instance.account === scope.account && instance.region === scope.region)
    .flatMap((instance) => instance.adopt);
  return [...new Set(ids)].sort(compareText);
}

/** Instances that `adopt` names and that are not ours yet. */
async function listAdopted(
  cloud: CloudReader,
  desired: Desired,
  scope: Scope,
  ours: readonly ObservedInstance[],
): Promise<readonly ObservedInstance[]> {
  const known = new Set(ours.map((instance) => instance.instanceId));
  const ids = adoptedIn(desired, scope).filter((id) => !known.has(id));
  const chunks = chunksOf(ids, instanceIdsMax);
  const pages = await Promise.all(chunks.map((instanceIds) => cloud.describeInstances(scope, { instanceIds })));
  return pages.flatMap((page) => page.items);
}

/** The roles of instances are asked for only where a manifest sets one. */
function isRoleManaged(desired: Desired, scope: Scope): boolean {
  return desired.instances.some(
    (instance) =>
      instance.account === scope.account && instance.region === scope.region && instance.ramRoleName !== null,
  );
}

export async function withRoles(
  cloud: CloudReader,
  scope: Scope,
  instances: readonly ObservedInstance[],
): Promise<readonly ObservedInstance[]> {
  const chunks = chunksOf(instances, rolesMax);
  const maps = await Promise.all(
    chunks.map((chunk) =>
      cloud.describeInstanceRoles(
        scope,
        chunk.map((instance) => instance.instanceId),
      ),
    ),
  );
  const roleById = new Map(maps.flatMap((map) => [...map]));
  return instances.map((instance) => ({ ...instance, ramRoleName: roleById.get(instance.instanceId) ?? '' }));
}

function listDisks(
  cloud: CloudReader,
  scope: Scope,
  ours: TagFilter,
  expected: number,
): Promise<readonly ObservedDisk[]> {
  return oursOf(ours, expected, (tags) =>
    listByToken(
      `disks in ${scope.region}`,
      (disk) => disk.diskId,
      (nextToken) => cloud.describeDisks(scope, { tags, ...(nextToken === undefined ? {} : { nextToken }) }),
    ),
  );
}

/**
 * A disk that a replacement made carries no tags until the rollout has written them, so a rollout that was cut short
 * leaves instances whose system disk the tag filter does not show: a few are asked for one by one, more in one list.
 */
async function withSystemDisks(
  cloud: CloudReader,
  scope: Scope,
  instances: readonly ObservedInstance[],
  tagged: readonly ObservedDisk[],
): Promise<readonly ObservedDisk[]> {
  const covered = new Set(tagged.filter((disk) => disk.type === 'system').map((disk) => disk.instanceId));
  const missing = instances.filter((instance) => !covered.has(instance.instanceId));
  const further =
    missing.length <= askedSinglyMax
      ? (await Promise.all(missing.map(({ instanceId }) => cloud.describeDisks(scope, { instanceId })))).flatMap(
          (page) => page.items,
        )
      : await listDisksOf(cloud, scope, new Set(missing.map(({ instanceId }) => instanceId)));
  const diskById = new Map([...tagged, ...further].map((disk) => [disk.diskId, disk]));
  return [...diskById.values()];
}

async function listDisksOf(
  cloud: CloudReader,
  scope: Scope,
  instanceIds: ReadonlySet<string>,
): Promise<readonly ObservedDisk[]> {
  const all = await listByToken<ObservedDisk>(
    `disks in ${scope.region}`,
    (disk) => disk.diskId,
    (nextToken) => cloud.describeDisks(scope, nextToken === undefined ? {} : { nextToken }),
  );
  return all.filter((disk) => instanceIds.has(disk.instanceId));
}

function listSnapshots(cloud: CloudReader, scope: Scope, ours: TagFilter): Promise<readonly DiskSnapshot[]> {
  return oursOf(ours, 0, (tags) =>
    listByToken(
      `snapshots in ${scope.region}`,
      (snapshot) => snapshot.snapshotId,
      (nextToken) => cloud.describeSnapshots(scope, { tags, ...(nextToken === undefined ? {} : { nextToken }) }),
    ),
  );
}

function listOwnImages(cloud: CloudReader, scope: Scope, ours: TagFilter): Promise<readonly ObservedImage[]> {
  return oursOf(ours, 0, (tags) =>
    listByNumber(
      `images in ${scope.region}`,
      (image) => image.imageId,
      (pageNumber) => cloud.describeImages(scope, { ownerAlias: 'self', isPublic: false, tags, pageNumber }),
    ),
  );
}

async function listLockedImages(
  cloud: CloudReader,
  desired: Desired,
  lock: Lock,
  scope: Scope,
): Promise<readonly ObservedImage[]> {
  const lists = lockedIn(desired, lock, scope).flatMap(({ ownerAlias, isPublic, imageIds }) =>
    chunksOf(imageIds, imageIdsMax).map((some) =>
      cloud.describeImages(scope, { ownerAlias, isPublic, imageIds: some }),
    ),
  );
  return (await Promise.all(lists)).flatMap((page) => page.items);
}

/** A list of the cloud, and the images of which it may hold some. */
export interface LockedImages extends ImageList {
  /** Sorted, each once. */
  readonly imageIds: readonly string[];
}

/**
 * The images that the lock or `adopt` names and that this account looks at here, by the list that holds them. Lists of
 * what anybody may publish come first: an image that was shared as well is what it is to whom it was shared with.
 */
export function lockedIn(desired: Desired, lock: Lock, scope: Scope): readonly LockedImages[] {
  const found = new Map<string, ImageList & { readonly ids: Set<string> }>();
  const note = (list: ImageList, imageId: string): void => {
    const key = `${list.ownerAlias} ${list.isPublic}`;
    const known = found.get(key) ?? { ...list, ids: new Set<string>() };
    known.ids.add(imageId);
    found.set(key, known);
  };
  const uid = accountOf(desired.project, scope.account).uid;
  for (const source of desired.imageSources) {
    for (const entry of lock.entries) {
      if (entry.source !== source.name || entry.region !== scope.region) continue;
      const looks = entry.via === 'owner' ? ownerAccountOf(desired.project, source) : source.account;
      if (looks !== scope.account) continue;
      for (const list of listsOf(entry.owner, uid, source.allow)) note(list, entry.imageId);
    }
  }
  const adopted = desired.imageCopies
    .filter((copy) => copy.account === scope.account)
    .flatMap((copy) => copy.destinations)
    .flatMap(({ region, adopt }) => (region === scope.region && adopt !== null ? [adopt.imageId] : []));
  for (const id of adopted) note({ ownerAlias: 'self', isPublic: false }, id);
  const isOpen = ({ ownerAlias, isPublic }: ImageList): boolean => isPublic || ownerAlias === 'marketplace';
  return [...found.values()]
    .sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)))
    .map(({ ids, ...list }) => ({ ...list, imageIds: [...ids].sort(compareText) }));
}

export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

/** The images of this account and region whose list of accounts an ImageShare manages. */
export function sharedImages(
  desired: Desired,
  lock: Lock,
  scope: Scope,
  own: readonly ObservedImage[],
): readonly string[] {
  const ids = new Set<string>();
  for (const share of desired.imageShares) {
    if (share.account !== scope.account || !share.regions.includes(scope.region)) continue;
    const { image } = share;
    if (image.kind === 'imageSource') {
      const entry = entryFor(lock, image.name, scope.region);
      if (entry !== undefined) ids.add(entry.imageId);
    } else {
      const address = copyAddress(image.name, scope.region);
      for (const copy of own) {
        const present = presentAddress(desired.project.moved, copy.tags[tagKey.resource] ?? '');
        if (present === address) ids.add(copy.imageId);
      }
    }
  }
  return [...ids].sort(compareText);
}

/** Who an own image is shared with; null where it is gone, which is for policy to judge and hides nothing else. */
export async function readShares(cloud: CloudReader, scope: Scope, imageId: string): Promise<ObservedShare | null> {
  try {
    return await sharesOf(cloud, scope, imageId);
  } catch (error) {
    if (isCloudError(error, 'InvalidImageId.NotFound')) return null;
    throw error;
  }
}

async function sharesOf(cloud: CloudReader, scope: Scope, imageId: string): Promise<ObservedShare> {
  let groups: readonly string[] = [];
  const accounts = await listByNumber<string>(
    `accounts that '${imageId}' is shared with`,
    (uid) => uid,
    async (pageNumber) => {
      const page = await cloud.describeImageShares(scope, { imageId, pageNumber });
      groups = page.groups;
      return page;
    },
  );
  return { ...scope, imageId, accounts: [...accounts].sort(compareText), groups };
}

/** The keys that copies and disks of this account and region name, each once. */
export function keysIn(desired: Desired, scope: Scope): readonly string[] {
  const keys = new Set<string | null>();
  for (const copy of desired.imageCopies) {
    if (copy.account !== scope.account) continue;
    for (const destination of copy.destinations)
      if (destination.region === scope.region) keys.add(destination.kmsKeyId);
  }
  for (const instance of desired.instances) {
    if (instance.account !== scope.account || instance.region !== scope.region) continue;
    for (const disk of [instance.systemDisk, ...instance.dataDisks]) keys.add(disk.kmsKeyId);
  }
  return [...keys].filter((key) => key !== null).sort(compareText);
}
