import { compareText } from '../domain/address.js';
import { accountOf, type Desired, type ImageSource, sharingAccountOf } from '../domain/desired.js';
import { type ImageList, listsOf, ownerText } from '../domain/image-owner.js';
import type { ObservedImage, Scope } from '../domain/observed.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import { listByNumber } from './pages.js';
import { verifyIdentities } from './verify-identity.js';

/**
 * The images among which sources are resolved: for each account and region that a source names, all of the owner's
 * sort. What anybody may publish is asked for only where a source allows it. `only`: name of the one source to look for,
 * null for all.
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
  const lists = await Promise.all(listsFor(desired, sources).map((question) => listImages(cloud, question)));
  // An image that was published and shared as well stands in both lists.
  const seen = lists.flat().map((image) => [`${image.account} ${image.region} ${image.imageId}`, image] as const);
  return [...new Map(seen).values()].sort(compareImages);
}

interface Question {
  readonly scope: Scope;
  readonly query: Omit<Parameters<CloudReader['describeImages']>[1], 'pageNumber'>;
}

/** One list for all sources that look in the same place; where anybody may publish, one for each source. */
function listsFor(desired: Desired, sources: readonly ImageSource[]): readonly Question[] {
  const questions = new Map<string, Question>();
  const ask = (question: Question): void => {
    questions.set(JSON.stringify([question.scope, question.query]), question);
  };
  for (const source of sources) {
    if (source.owner === null) continue;
    const lists = listsOf(ownerText(source.owner), accountOf(desired.project, source.account).uid, source.allow);
    for (const region of source.regions) {
      const scope = { account: source.account, region };
      for (const list of lists) ask({ scope, query: { ...list, ...narrowing(source, list) } });
      const owner = sharingAccountOf(desired, source, region);
      if (owner !== null) {
        ask({ scope: { account: owner, region }, query: { ownerAlias: 'self', isPublic: false } });
      }
    }
  }
  return [...questions.values()];
}

/** Thousands are published, so of those only what the source can choose is asked for, as far as the cloud can tell. */
function narrowing({ owner, selector }: ImageSource, { ownerAlias, isPublic }: ImageList): Partial<Question['query']> {
  if (!isPublic && ownerAlias !== 'marketplace') return {};
  return {
    ...(isPublic && owner?.kind === 'account' ? { owner: owner.uid } : {}),
    ...(selector.kind === 'imageId' ? { imageIds: [selector.imageId] } : {}),
    ...(selector.kind === 'name' && !selector.name.includes('*') ? { name: selector.name } : {}),
  };
}

function listImages(cloud: CloudReader, { scope, query }: Question): Promise<readonly ObservedImage[]> {
  return listByNumber(
    `images of '${scope.account}' in '${scope.region}'`,
    (image) => image.imageId,
    (pageNumber) => cloud.describeImages(scope, { ...query, pageNumber }),
  );
}

function compareImages(a: ObservedImage, b: ObservedImage): number {
  return compareText(a.account, b.account) || compareText(a.region, b.region) || compareText(a.imageId, b.imageId);
}
