import { compareText } from '../../domain/address.js';
import { ImageBook } from './images.js';
import type { ImportedDocument, ImportNote, Skipped } from '../../domain/imported.js';
import type { ObservedImage } from '../../domain/observed.js';
import { instanceDocuments, takeInstances } from './instances.js';
import { asksForImage, asksForInstance } from './request.js';
import { shareDocuments, takeShares } from './shares.js';
import { type ImportInput, importWorld, type ImportWorld } from './world.js';

const kinds: readonly ImportedDocument['kind'][] = ['ImageSource', 'ImageCopy', 'ImageShare', 'Instance'];

/** What exists, as manifests: to be read, linted and adopted. */
export interface Imported {
  /** Sources, copies, shares, instances; each by name. */
  readonly documents: readonly ImportedDocument[];
  /** The images that each new source is to be pinned to, by its name: one in each region. */
  readonly pins: ReadonlyMap<string, readonly ObservedImage[]>;
  /** By kind and ID. */
  readonly skipped: readonly Skipped[];
  readonly notes: readonly ImportNote[];
  /** How many instances the documents adopt. */
  readonly instances: number;
}

/**
 * What exists and was asked for, as manifests that adopt it and change nothing: fields say what is there, and what the
 * service does not show, such as user data, is absent. The same world gives the same documents, in whatever order it was
 * listed. What cannot be written down is listed with the reason.
 */
export function writeManifests(input: ImportInput): Imported {
  const world = importWorld(input);
  const images = new ImageBook(world);
  const instances = takeInstances(world, images);
  const shares = takeShares(world, images);
  // From here on everything that needs an image has asked for it.
  const documents = [
    ...images.documents(),
    ...shareDocuments(world, images, shares.taken),
    ...instanceDocuments(world, images, instances.taken),
  ];
  const skipped = [...images.skipped, ...instances.skipped, ...shares.skipped];
  const notes = [...images.notes, ...instances.notes, ...shares.notes];
  return {
    documents: documents.sort(byKindAndName),
    pins: images.pins,
    skipped: [...skipped, ...unknownIds(world)].sort(byKindAndId),
    notes: notes.sort((a, b) => compareText(a.id, b.id) || compareText(a.message, b.message)),
    instances: instances.taken.length,
  };
}

function byKindAndName(a: ImportedDocument, b: ImportedDocument): number {
  return kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || compareText(a.metadata.name, b.metadata.name);
}

function byKindAndId(a: Skipped, b: Skipped): number {
  return compareText(a.kind, b.kind) || compareText(a.id, b.id) || compareText(idOf(a.scope), idOf(b.scope));
}

function idOf(scope: Skipped['scope']): string {
  return scope === null ? '' : `${scope.account} ${scope.region}`;
}

/** IDs that were named and led to nothing: nobody shall believe that they were imported. */
function unknownIds({ request, observed }: ImportWorld): readonly Skipped[] {
  return request.ids.flatMap((id): readonly Skipped[] => {
    const instance = observed.instances.find(({ instanceId }) => instanceId === id);
    const image = observed.images.find(({ imageId }) => imageId === id);
    const kind = id.startsWith('i-') ? 'instance' : 'image';
    if (instance === undefined && image === undefined) {
      const message = 'no account that was looked at has or sees it, in none of the regions';
      return [{ kind, id, scope: null, reason: 'not-found', message }];
    }
    const isAsked =
      (instance !== undefined && asksForInstance(request, instance)) ||
      (image !== undefined && (['images', 'shares'] as const).some((each) => asksForImage(request, each, image)));
    if (isAsked) return [];
    const { account, region } = instance ?? image ?? { account: '', region: '' };
    const message = 'it is there, and another flag leaves it out';
    return [{ kind, id, scope: { account, region }, reason: 'not-selected', message }];
  });
}
