import { compareText } from './address.js';
import { digestOf } from './digest.js';
import type { ImageDiskFacts, ObservedImage } from './observed.js';

/** One source pinned to one image in one region. */
export interface LockEntry {
  readonly source: string;
  readonly region: string;
  /** Digest of the source's spec when it was resolved. */
  readonly selector: string;
  readonly imageId: string;
  /** UID of the owner as digits, `system` or `marketplace`. */
  readonly owner: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly sizeGiB: number;
  readonly encrypted: Encryption;
  readonly disks: readonly ImageDiskFacts[];
  readonly fingerprint: string;
  /**
   * `owner`: the image was looked up with the owner's account of the project, which has not shared it yet. Such an
   * entry can be planned only behind an ImageShare. Null: the account that looks sees the image.
   */
  readonly via: 'owner' | null;
}

export type Encryption = true | false | 'unknown';

/** What `tallyman.lock.yaml` holds, sorted by source and region. */
export interface Lock {
  /** Relative to the project root. */
  readonly file: string;
  readonly entries: readonly LockEntry[];
}

export function entriesOf(lock: Lock, source: string): readonly LockEntry[] {
  return lock.entries.filter((entry) => entry.source === source);
}

export function entryFor(lock: Lock, source: string, region: string): LockEntry | undefined {
  return lock.entries.find((entry) => entry.source === source && entry.region === region);
}

export function compareEntries(a: LockEntry, b: LockEntry): number {
  return compareText(a.source, b.source) || compareText(a.region, b.region);
}

/**
 * sha256 over what cannot change behind an image ID without the image being another one: ID, owner, creation time and
 * disks. Name, description, status, family and tags are outside: their owner may change them at any time.
 */
export function fingerprintOf(image: Pick<ObservedImage, 'imageId' | 'owner' | 'createdAt' | 'disks'>): string {
  return digestOf({
    imageId: image.imageId,
    owner: image.owner,
    createdAt: image.createdAt,
    disks: image.disks,
  });
}

/** What a system disk made from the image needs at least. `sizeGiB` of the image may count its data disks as well. */
export function systemDiskSizeGiB(image: Pick<ObservedImage, 'disks' | 'sizeGiB'>): number {
  return image.disks.find(({ type }) => type === 'system')?.sizeGiB ?? image.sizeGiB;
}

/** One disk encrypted makes the image encrypted; one disk unseen makes it unknown, never plain. */
export function encryptionOf(disks: readonly ImageDiskFacts[]): Encryption {
  if (disks.some((disk) => disk.encrypted === true)) return true;
  if (disks.length === 0 || disks.some((disk) => disk.encrypted === 'unknown')) return 'unknown';
  return false;
}
