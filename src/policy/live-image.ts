import { type Desired, type ImageSource, sharingAccountOf } from '../domain/desired.js';
import type { LockEntry } from '../domain/lock.js';
import type { ObservedImage, ObservedState } from '../domain/observed.js';
import type { LiveContext } from './rule.js';

/**
 * The locked image as the account that looks for it sees it; undefined where it sees none. An image that was locked by
 * its owner's eyes, since it is not shared yet, is seen by those as long as an ImageShare is going to share it.
 */
export function liveImageOf(
  desired: Desired,
  observed: ObservedState,
  source: ImageSource,
  entry: LockEntry,
): ObservedImage | undefined {
  const seenBy = (account: string): ObservedImage | undefined =>
    observed.images.find(
      (image) => image.imageId === entry.imageId && image.region === entry.region && image.account === account,
    );
  const sharer = entry.via === 'owner' ? sharingAccountOf(desired, source, entry.region) : null;
  return seenBy(source.account) ?? (sharer === null ? undefined : seenBy(sharer));
}

/** The locked images of a source that are there, each with its entry. */
export function lockedImagesOf(
  { desired, observed, references }: Pick<LiveContext<unknown>, 'desired' | 'observed' | 'references'>,
  source: ImageSource,
): readonly { readonly entry: LockEntry; readonly image: ObservedImage }[] {
  return references.entriesOf(source.name).flatMap((entry) => {
    const image = liveImageOf(desired, observed, source, entry);
    return image === undefined ? [] : [{ entry, image }];
  });
}
