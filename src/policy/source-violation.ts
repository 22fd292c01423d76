import type { ImageSource } from '../domain/desired.js';
import type { LockEntry } from '../domain/lock.js';
import { child } from '../domain/origin.js';
import type { Violation } from '../domain/policy.js';

/** A complaint about the image that a source is pinned to in one region; shown where the source chooses it. */
export function sourceViolation(source: ImageSource, entry: LockEntry, message: string, hint: string): Violation {
  return {
    at: child(source.origin, 'spec', source.selector.kind),
    address: `${source.address}/${entry.region}`,
    message,
    hint,
    value: entry.imageId,
  };
}
