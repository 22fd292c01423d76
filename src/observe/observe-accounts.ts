import { compareText } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type {
  ObservedDisk,
  ObservedImage,
  ObservedInstance,
  ObservedShare,
  ObservedState,
  OwnerAlias,
  Scope,
} from '../domain/observed.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import { counting } from './counting.js';
import { by, chunksOf, imageIdsMax, readShares, scopesOf, withRoles } from './observe.js';
import { listByNumber, listByToken } from './pages.js';
import { verifyIdentities } from './verify-identity.js';

/** Lists of sharees that are read at the same time in one account and region: there is one for each own image. */
const sharesAtOnce = 10;

/** What takes calls of its own for single things, beside the lists. */
export interface Details {
  /** Who each own image is shared with: a call for each. */
  readonly shares: boolean;
  /** The roles of instances: a call for each 50. */
  readonly roles: boolean;
}

/**
 * One immutable view of everything that the accounts hold in the project's regions, whoever made it: instances, disks,
 * own images and who they are shared with, images that others share with the accounts, and the images that instances
 * run. A read that fails, is denied or is incomplete throws.
 */
export async function observeAccounts(
  cloud: CloudReader,
  desired: Desired,
  nowMs: number,
  details: Details = { shares: true, roles: false },
): Promise<ObservedState> {
  const { reader, counts } = counting(cloud);
  await verifyIdentities(reader, desired);
  const scopes = scopesOf(desired);
  const views = await Promise.all(scopes.map((scope) => observeScope(reader, scope, details)));
  return {
    takenAt: new Date(nowMs).toISOString(),
    scopes,
    images: views.flatMap((view) => view.images).sort(by((image) => image.imageId)),
    instances: views.flatMap((view) => view.instances).sort(by((instance) => instance.instanceId)),
    disks: views.flatMap((view) => view.disks).sort(by((disk) => disk.diskId)),
    snapshots: [],
    keys: [],
    shares: views.flatMap((view) => view.shares).sort(by((share) => share.imageId)),
    apiCalls: counts(),
  };
}

async function observeScope(
  cloud: CloudReader,
  scope: Scope,
  details: Details,
): Promise<Pick<ObservedState, 'images' | 'instances' | 'disks' | 'shares'>> {
  await cloud.assertMayDescribeInstances(scope);
  const [instances, disks, own, shared] = await Promise.all([
    listByToken<ObservedInstance>(
      `instances in ${scope.region}`,
      (instance) => instance.instanceId,
      (nextToken) => cloud.describeInstances(scope, nextToken === undefined ? {} : { nextToken }),
    ),
    listByToken<ObservedDisk>(
      `disks in ${scope.region}`,
      (disk) => disk.diskId,
      (nextToken) => cloud.describeDisks(scope, nextToken === undefined ? {} : { nextToken }),
    ),
    listImages(cloud, scope, 'self'),
    listImages(cloud, scope, 'others'),
  ]);
  const listed = [...own, ...shared];
  const published = await publishedImages(cloud, scope, imagesOf(instances, listed));
  return {
    images: [...listed, ...published],
    instances: details.roles ? await withRoles(cloud, scope, instances) : instances,
    disks,
    shares: details.shares ? await sharesOf(cloud, scope, own) : [],
  };
}

function listImages(cloud: CloudReader, scope: Scope, ownerAlias: OwnerAlias): Promise<readonly ObservedImage[]> {
  return listByNumber(
    `images in ${scope.region}`,
    (image) => image.imageId,
    (pageNumber) => cloud.describeImages(scope, { ownerAlias, isPublic: false, pageNumber }),
  );
}

/** IDs of the images that instances run and that are not among the listed ones. */
function imagesOf(instances: readonly ObservedInstance[], listed: readonly ObservedImage[]): readonly string[] {
  const known = new Set(listed.map((image) => image.imageId));
  const ids = new Set(instances.map((instance) => instance.imageId).filter((id) => !known.has(id)));
  return [...ids].sort(compareText);
}

/** Where an image may be that neither belongs to the account nor is shared with it, one after the other. */
const publicPlaces: readonly { readonly ownerAlias: OwnerAlias; readonly isPublic: boolean }[] = [
  { ownerAlias: 'system', isPublic: false },
  { ownerAlias: 'marketplace', isPublic: false },
  { ownerAlias: 'others', isPublic: true },
];

/** Asked by ID: there are thousands that nobody here runs. What is in none of the places is gone. */
async function publishedImages(
  cloud: CloudReader,
  scope: Scope,
  wanted: readonly string[],
): Promise<readonly ObservedImage[]> {
  const found = new Map<string, ObservedImage>();
  for (const place of publicPlaces) {
    const missing = wanted.filter((id) => !found.has(id));
    const pages = await Promise.all(
      chunksOf(missing, imageIdsMax).map((imageIds) => cloud.describeImages(scope, { ...place, imageIds })),
    );
    for (const image of pages.flatMap((page) => page.items)) found.set(image.imageId, image);
  }
  return [...found.values()];
}

async function sharesOf(
  cloud: CloudReader,
  scope: Scope,
  own: readonly ObservedImage[],
): Promise<readonly ObservedShare[]> {
  const shares: ObservedShare[] = [];
  for (const chunk of chunksOf(own, sharesAtOnce)) {
    const read = await Promise.all(chunk.map((image) => readShares(cloud, scope, image.imageId)));
    shares.push(...read.filter((share) => share !== null));
  }
  return shares;
}
