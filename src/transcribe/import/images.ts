import { compareText } from '../../domain/address.js';
import type { ImageReference } from '../../domain/desired.js';
import type { ImageCopyDocument, ImageSourceDocument } from '../../domain/generated/documents.js';
import { liveOwnerOf } from '../../domain/image-owner.js';
import { encryptionOf } from '../../domain/lock.js';
import type { ObservedImage } from '../../domain/observed.js';
import { tagKey } from '../../domain/ownership.js';
import { fit } from './fit.js';
import type { ImportNote, Skipped } from '../../domain/imported.js';
import { nameAll, type Unnamed } from './names.js';
import { asksForImage } from './request.js';
import { tagsAsTheyAre } from './tags.js';
import { type ImportWorld, type Obstacle, placeOf } from './world.js';

/** What an image will be called, once everything that needs one is known. */
export type ImageHandle =
  | { readonly kind: 'declared'; readonly reference: ImageReference }
  | { readonly kind: 'source' | 'copy'; readonly key: string };

/** One image that an account sees, in all regions in which it is needed. */
interface NewSource extends Unnamed {
  readonly images: Map<string, ObservedImage>;
}

interface NewCopy extends Unnamed {
  readonly root: ImageHandle;
  readonly images: readonly ObservedImage[];
}

const apiVersion = 'tallyman.dev/v1';

/** The sources and copies that come about: first everybody says what he needs, then they get their names. */
export class ImageBook {
  readonly skipped: Skipped[] = [];
  readonly notes: ImportNote[] = [];
  readonly pins = new Map<string, readonly ObservedImage[]>();
  readonly #sources = new Map<string, NewSource>();
  readonly #copies = new Map<string, NewCopy>();
  readonly #copyOf = new Map<string, string>();
  #names: Readonly<Record<'source' | 'copy', ReadonlyMap<string, string>>> = { source: new Map(), copy: new Map() };

  constructor(private readonly world: ImportWorld) {
    const asked = world.observed.images.filter((image) => asksForImage(world.request, 'images', image));
    const free = asked.filter((image) => this.#isFree(image));
    this.#takeCopies(free.filter((image) => this.#rootOf(image) !== undefined));
    for (const image of free) if (!this.#copyOf.has(placeOf(image, image.imageId))) this.#takeSource(image);
  }

  /** The image as a manifest may name it, or why it may not. */
  handleOf(image: ObservedImage): ImageHandle | Obstacle {
    const reference = this.world.declared(image);
    if (reference !== undefined) return { kind: 'declared', reference };
    const copy = this.#copyOf.get(placeOf(image, image.imageId));
    if (copy !== undefined) return { kind: 'copy', key: copy };
    return obstacleTo(this.world, image) ?? this.#sourceFor(image);
  }

  referenceTo(handle: ImageHandle): ImageReference {
    if (handle.kind === 'declared') return handle.reference;
    const name = this.#names[handle.kind].get(handle.key) ?? '';
    return { kind: handle.kind === 'copy' ? 'imageCopy' : 'imageSource', name };
  }

  /** Called once, when nobody asks for further images. */
  documents(): readonly (ImageSourceDocument | ImageCopyDocument)[] {
    const { imageSources, imageCopies } = this.world.desired;
    this.#names = {
      source: nameAll([...this.#sources.values()], new Set(imageSources.map(({ name }) => name))),
      copy: nameAll([...this.#copies.values()], new Set(imageCopies.map(({ name }) => name))),
    };
    return [
      ...[...this.#sources.values()].map((source) => this.#sourceDocument(source)),
      ...[...this.#copies.values()].map((copy) => this.#copyDocument(copy)),
    ];
  }

  #isFree(image: ObservedImage): boolean {
    const obstacle = this.#obstacleToTaking(image);
    if (obstacle !== undefined) this.#skip(image, obstacle);
    return obstacle === undefined;
  }

  #obstacleToTaking(image: ObservedImage): Obstacle | undefined {
    const { imageId, tags, status } = image;
    const holder = image.ownerAlias === 'self' ? this.world.holderOf(imageId, tags) : undefined;
    if (holder !== undefined) return holder;
    const declared = this.world.declared(image);
    if (declared !== undefined) {
      const kind = declared.kind === 'imageCopy' ? 'ImageCopy' : 'ImageSource';
      return { reason: 'declared-here', message: `${kind}/${declared.name} names it already` };
    }
    if (status !== 'Available' && status !== 'Deprecated') {
      return { reason: 'not-available', message: `it is ${status}` };
    }
    return obstacleTo(this.world, image);
  }

  #takeSource(image: ObservedImage): void {
    this.#sourceFor(image);
  }

  #sourceFor(image: ObservedImage): ImageHandle {
    const { account, imageId } = image;
    const key = `${account} ${imageId}`;
    const source = this.#sources.get(key) ?? {
      key,
      title: image.name,
      id: imageId,
      account,
      region: image.region,
      images: new Map<string, ObservedImage>(),
    };
    source.images.set(image.region, image);
    this.#sources.set(key, source);
    return { kind: 'source', key };
  }

  /** What an own image says in our tags that it was copied from, where the account still sees that. */
  #rootOf(image: ObservedImage): readonly ObservedImage[] | undefined {
    const { ownerAlias, account, tags, status } = image;
    const rootId = tags[tagKey.sourceImage];
    const owner = tags[tagKey.sourceOwner];
    if (ownerAlias !== 'self' || rootId === undefined || owner === undefined || status !== 'Available')
      return undefined;
    // A list of accounts is known only of what the project names already, so the image stays what it is to its share.
    const isShared = (this.world.shareOf(image)?.accounts ?? []).length > 0;
    if (isShared && asksForImage(this.world.request, 'shares', image)) return undefined;
    const roots = this.world
      .imagesOf(account, rootId)
      .filter((root) => liveOwnerOf(this.world.project, root) === owner && obstacleTo(this.world, root) === undefined);
    return roots.length === 0 ? undefined : roots;
  }

  /** One ImageCopy for all copies that an account has of an image under the same tags; of several in a region the newest. */
  #takeCopies(images: readonly ObservedImage[]): void {
    const newestFirst = [...images].sort(
      (a, b) => compareText(b.createdAt, a.createdAt) || compareText(a.imageId, b.imageId),
    );
    const newest = new Map<string, ObservedImage>();
    for (const image of newestFirst) {
      const place = placeOf(image, image.tags[tagKey.sourceImage] ?? '');
      const newer = newest.get(place);
      if (newer === undefined) newest.set(place, image);
      else this.#skip(image, { reason: 'superseded', message: `'${newer.imageId}' is a newer copy of the same image` });
    }
    const byLikeness = new Map<string, ObservedImage[]>();
    for (const image of newest.values()) {
      const { tags } = tagsAsTheyAre(image.tags, this.world.defaultTags);
      const key = `${image.account} ${image.tags[tagKey.sourceImage] ?? ''} ${JSON.stringify(tags)}`;
      byLikeness.set(key, [...(byLikeness.get(key) ?? []), image]);
    }
    for (const [key, alike] of byLikeness) this.#takeCopy(key, alike);
  }

  #takeCopy(key: string, images: readonly ObservedImage[]): void {
    const sorted = [...images].sort((a, b) => compareText(a.region, b.region));
    const [first] = sorted;
    if (first === undefined) return;
    const roots = this.#rootOf(first) ?? [];
    const [root] = roots;
    if (root === undefined) return;
    for (const each of roots) this.#sourceFor(each);
    this.#copies.set(key, {
      key,
      title: root.name,
      id: root.imageId,
      account: first.account,
      region: first.region,
      root: { kind: 'source', key: `${root.account} ${root.imageId}` },
      images: sorted,
    });
    for (const image of sorted) this.#copyOf.set(placeOf(image, image.imageId), key);
  }

  #sourceDocument({ key, id, account, images }: NewSource): ImageSourceDocument {
    const name = this.#names.source.get(key) ?? '';
    const seen = [...images.values()].sort((a, b) => compareText(a.region, b.region));
    const regions = seen.map(({ region }) => region);
    const [first] = seen;
    if (first === undefined) throw new Error(`nobody sees '${id}', which was asked for`);
    this.pins.set(name, seen);
    return {
      apiVersion,
      kind: 'ImageSource',
      metadata: { name },
      spec: {
        account,
        ...(regions.length === 1 ? { region: first.region } : { regions }),
        owner: ownerWord(this.world, first),
        imageId: id,
        ...allowFor(first),
      },
    };
  }

  #copyDocument({ key, account, root, images }: NewCopy): ImageCopyDocument {
    const { defaultTags, judge } = this.world;
    const isEncrypted = images.every(({ disks }) => encryptionOf(disks) === true);
    const { tags } = tagsAsTheyAre(images[0]?.tags ?? {}, defaultTags);
    const document: ImageCopyDocument = {
      apiVersion,
      kind: 'ImageCopy',
      metadata: { name: this.#names.copy.get(key) ?? '' },
      spec: {
        account,
        source: { imageSource: this.referenceTo(root).name },
        destinations: images.map(({ region, imageId, tags: own }) => {
          return { region, adopt: imageId, adoptedFrom: own[tagKey.sourceImage] ?? '' };
        }),
        ...(isEncrypted ? { encrypted: true } : {}),
        ...(tags === undefined ? {} : { tags }),
        deletionPolicy: 'Retain',
      },
    };
    const fitted = fit(document, images[0]?.imageId ?? '', judge);
    if ('obstacle' in fitted) throw new Error(`an ImageCopy that was made cannot be written: ${fitted.obstacle}`);
    this.notes.push(...fitted.notes);
    return fitted.document;
  }

  #skip({ imageId, account, region }: ObservedImage, obstacle: Obstacle): void {
    this.skipped.push({ kind: 'image', id: imageId, scope: { account, region }, ...obstacle });
  }
}

/** Why an image cannot be referred to at all. */
function obstacleTo({ project }: ImportWorld, image: ObservedImage): Obstacle | undefined {
  const { imageId } = image;
  if (liveOwnerOf(project, image) !== '') return undefined;
  return { reason: 'image-owner-unknown', message: `the cloud does not say who owns image '${imageId}'` };
}

function allowFor({ ownerAlias, isPublic }: ObservedImage): { readonly allow?: ['community' | 'marketplace'] } {
  if (ownerAlias === 'marketplace') return { allow: ['marketplace'] };
  return isPublic && ownerAlias === 'others' ? { allow: ['community'] } : {};
}

/** `self`, `system`, `marketplace`, the project's name for the account, or its UID. */
function ownerWord({ project }: ImportWorld, image: ObservedImage): string {
  const owner = liveOwnerOf(project, image);
  if (owner === 'system' || owner === 'marketplace') return owner;
  const account = project.accounts.find(({ uid }) => uid === owner)?.name;
  return account === image.account ? 'self' : (account ?? owner);
}
