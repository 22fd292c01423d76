import type { ImageSource, Project } from '../domain/desired.js';
import { matchesGlob } from '../domain/glob.js';
import { liveOwnerOf, ownerText } from '../domain/image-owner.js';
import type { ObservedImage } from '../domain/observed.js';

/** What a source's selector comes to among the images of one region. */
export type Pick =
  | { readonly kind: 'picked'; readonly image: ObservedImage }
  | { readonly kind: 'ambiguous'; readonly images: readonly ObservedImage[]; readonly why: string }
  /** `leftOut`: how many of the seen images fell at each question, in the order of the questions. */
  | { readonly kind: 'nothing'; readonly seen: number; readonly leftOut: readonly LeftOut[] };

export interface LeftOut {
  readonly why: string;
  readonly images: readonly ObservedImage[];
  /** Owner of each image, where the owner is what was wrong: a look-alike. */
  readonly owners: readonly string[] | null;
}

const msPerDay = 86_400_000;

/**
 * Chooses among `images`, all of one account and region. The owner is compared as exact text; an image of another
 * owner is never chosen, whatever its name, family and age.
 */
export function pickImage(
  project: Project,
  source: ImageSource,
  images: readonly ObservedImage[],
  nowMs: number,
): Pick {
  const leftOut: LeftOut[] = [];
  let left = images;
  for (const question of questionsFor(project, source, nowMs)) {
    const out = left.filter((image) => !question.holds(image));
    left = left.filter((image) => question.holds(image));
    if (out.length === 0) continue;
    const owners = question.isAboutOwner ? out.map((image) => liveOwnerOf(project, image)) : null;
    leftOut.push({ why: question.otherwise, images: out, owners });
  }
  if (left.length === 0) return { kind: 'nothing', seen: images.length, leftOut };
  return choose(source, left);
}

interface Question {
  readonly holds: (image: ObservedImage) => boolean;
  readonly otherwise: string;
  readonly isAboutOwner?: true;
}

/** The selector comes first, so that what is said about owners is said about look-alikes alone. */
function questionsFor(project: Project, source: ImageSource, nowMs: number): readonly Question[] {
  const owner = source.owner === null ? '' : ownerText(source.owner);
  const { architecture, osType, minSizeGiB, minAgeDays } = source;
  return [
    { holds: (image) => isSelected(source, image), otherwise: describeSelector(source) },
    { holds: (image) => liveOwnerOf(project, image) === owner, otherwise: 'of another owner', isAboutOwner: true },
    {
      holds: (image) => isOfRightSort(source, image),
      otherwise: 'public or of the marketplace, and `allow` does not say so',
    },
    { holds: (image) => image.status === 'Available', otherwise: 'not Available' },
    { holds: (image) => image.usable !== false, otherwise: 'not usable yet' },
    {
      holds: (image) => architecture === null || image.architecture === architecture,
      otherwise: `not of architecture '${architecture}'`,
    },
    { holds: (image) => osType === null || image.osType === osType, otherwise: `not of osType '${osType}'` },
    {
      holds: (image) => minSizeGiB === null || image.sizeGiB >= minSizeGiB,
      otherwise: `smaller than ${minSizeGiB} GiB`,
    },
    {
      holds: (image) => minAgeDays === null || nowMs - Date.parse(image.createdAt) >= minAgeDays * msPerDay,
      otherwise: `younger than ${minAgeDays} days`,
    },
  ];
}

function isSelected({ selector, owner }: ImageSource, image: ObservedImage): boolean {
  if (selector.kind === 'imageId') return image.imageId === selector.imageId;
  if (selector.kind === 'name') return matchesGlob(selector.name, image.name);
  return (owner?.kind === 'system' ? image.family : bareFamilyOf(image)) === selector.family;
}

/**
 * A foreign family is shown as `acs:<owner>:<family>`. Only the image's own owner is cut, as exact text.
 * Source: ECS user guide, "Image families".
 */
function bareFamilyOf(image: ObservedImage): string {
  const prefix = `acs:${image.owner}:`;
  return image.ownerAlias === 'others' && image.family.startsWith(prefix)
    ? image.family.slice(prefix.length)
    : image.family;
}

function describeSelector({ selector }: ImageSource): string {
  if (selector.kind === 'imageId') return `without ID '${selector.imageId}'`;
  if (selector.kind === 'name') return `without name '${selector.name}'`;
  return `without family '${selector.family}'`;
}

/** Alibaba Cloud's own images are public by nature; a public image of anybody else is a community image. */
function isOfRightSort({ owner, allow }: ImageSource, image: ObservedImage): boolean {
  if (owner?.kind === 'system') return image.ownerAlias === 'system';
  if (image.ownerAlias === 'marketplace') return allow.includes('marketplace');
  const isGiven = image.ownerAlias === 'self' || image.ownerAlias === 'others';
  return isGiven && (!image.isPublic || allow.includes('community'));
}

function choose({ selector }: ImageSource, images: readonly ObservedImage[]): Pick {
  const newestFirst = [...images].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  const [newest, next] = newestFirst;
  if (newest === undefined) throw new Error('there is nothing to choose from');
  if (next === undefined) return { kind: 'picked', image: newest };
  if (selector.kind === 'name' && selector.pick === null) {
    return { kind: 'ambiguous', images: newestFirst, why: `match '${selector.name}'` };
  }
  const ties = newestFirst.filter((image) => Date.parse(image.createdAt) === Date.parse(newest.createdAt));
  if (ties.length > 1) return { kind: 'ambiguous', images: ties, why: `were created at '${newest.createdAt}'` };
  return { kind: 'picked', image: newest };
}
