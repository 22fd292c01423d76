import type { ImageSource } from '../domain/desired.js';
import type { LockEntry } from '../domain/lock.js';
import type { ObservedImage, ObservedState } from '../domain/observed.js';

/** The locked image as the account that looks for it sees it; undefined where it sees none. */
export function liveImageOf(observed: ObservedState, source: ImageSource, entry: LockEntry): ObservedImage | undefined {
  return observed.images.find(
    (image) => image.imageId === entry.imageId && image.region === entry.region && image.account === source.account,
  );
}
