import { compareText } from '../domain/address.js';
import { accountOf, type Desired, type ImageSource, sharingAccountOf } from '../domain/desired.js';
import { ownerText } from '../domain/image-owner.js';
import type { ObservedImage, OwnerAlias, Scope } from '../domain/observed.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import { aliasOf } from './observe.js';
import { listByNumber } from './pages.js';
import { verifyIdentities } from './verify-identity.js';

/**
 * The images among which sources are resolved: for each account and region that a source names, all of the owner's
 * sort. Community images are never asked for. `only`: name of the one source to look for, null for all.
 *
 * Alias and IsPublic are always given: an empty alias mixes own, shared and public images in one list, where a stranger's
 * image of the right name can come first. Source: ECS API reference, DescribeImages.
 */
export async function observeSources(
  cloud: CloudReader,
  desired: Desired,
  only: string | null,
): Promise<readonly ObservedImage[]> {
  await verifyIdentities(cloud, desired);
  const sources = desired.imageSources.filter((source) => only === null || source.name === only);
  const lists = await Promise.all(
    listsFor(desired, sources).map(({ scope, alias }) => listImages(cloud, scope, alias)),
  );
  return lists.flat().sort(compareImages);
}

interface ImageList {
  readonly scope: Scope;
  readonly alias: OwnerAlias;
}

/** One list for all sources that look in the same place. */
function listsFor(desired: Desired, sources: readonly ImageSource[]): readonly ImageList[] {
  const lists = new Map<string, ImageList>();
  for (const source of sources) {
    if (source.owner === null) continue;
    const alias = aliasOf(ownerText(source.owner), accountOf(desired.project, source.account).uid);
    for (const region of source.regions) {
      const scope = { account: source.account, region };
      lists.set(`${source.account} ${region} ${alias}`, { scope, alias });
      const owner = sharingAccountOf(desired, source, region);
      if (owner !== null) lists.set(`${owner} ${region} self`, { scope: { account: owner, region }, alias: 'self' });
    }
  }
  return [...lists.values()];
}

function listImages(cloud: CloudReader, scope: Scope, alias: OwnerAlias): Promise<readonly ObservedImage[]> {
  return listByNumber(
    `images of '${scope.account}' in '${scope.region}'`,
    (image) => image.imageId,
    (pageNumber) => cloud.describeImages(scope, { ownerAlias: alias, isPublic: false, pageNumber }),
  );
}

function compareImages(a: ObservedImage, b: ObservedImage): number {
  return compareText(a.account, b.account) || compareText(a.region, b.region) || compareText(a.imageId, b.imageId);
}
