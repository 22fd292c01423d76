import { type Address, copyAddress, hopAddress } from './address.js';
import {
  accountOf,
  type CopyDestination,
  type Desired,
  type ImageCopy,
  type ImageSource,
  sourceNamed,
} from './desired.js';
import { canonicalJson, sha256Hex } from './digest.js';
import { matchesGlob } from './glob.js';
import { entriesOf, entryFor, type Lock, type LockEntry } from './lock.js';

/** Hexadecimal digits of the digest in a copy's name: 48 bits tell the copies of one project apart. */
const digestLength = 12;

/** One image that an ImageCopy asks for. */
export interface WantedCopy {
  readonly address: Address;
  readonly role: 'copy' | 'hop';
  readonly region: string;
  /** The pinned image at the root. */
  readonly entry: LockEntry;
  /** Address of the copy that this one is made from; null where it is made from the pinned image itself. */
  readonly via: Address | null;
  readonly fromRegion: string;
  readonly imageName: string;
  /** The same with `*` for the name of the resource. */
  readonly imageNameGlob: string;
  readonly encrypted: boolean | null;
  readonly kmsKeyId: string | null;
  readonly resourceGroupId: string | null;
}

/**
 * The copies that one ImageCopy asks for under this lock, each after the one that it is made from. A region with a
 * pinned image of its own is copied there; the others start from the first pinned region: directly where the account
 * owns the source, else by a hop, because a shared image can only be copied inside its region.
 * Empty where the lock does not pin the source.
 */
export function wantedCopies(desired: Desired, lock: Lock, copy: ImageCopy): readonly WantedCopy[] {
  const wanted = new Map<Address, WantedCopy>();
  for (const destination of [...copy.destinations].sort((a, b) => hopOrder(lock, copy, a) - hopOrder(lock, copy, b))) {
    const entry = pinnedEntry(sourceNamed(desired, copy.source), entriesOf(lock, copy.source), destination.region);
    if (entry === undefined) continue;
    const via = viaOf(desired, copy, entry, destination);
    if (via !== null && !wanted.has(via)) wanted.set(via, hopCopy(copy, entry, via));
    const address = copyAddress(copy.name, destination.region);
    wanted.set(address, {
      address,
      role: 'copy',
      region: destination.region,
      entry,
      via,
      fromRegion: entry.region,
      ...namesOf(copy, entry, 'copy', destination.region, copy.encrypted, destination.kmsKeyId),
      encrypted: copy.encrypted,
      kmsKeyId: destination.kmsKeyId,
      resourceGroupId: destination.resourceGroupId,
    });
  }
  return [...wanted.values()];
}

/** Destinations in a pinned region come first: they may be the hop of the others. */
function hopOrder(lock: Lock, copy: ImageCopy, destination: CopyDestination): number {
  return entryFor(lock, copy.source, destination.region) === undefined ? 1 : 0;
}

/**
 * The pinned image that a copy into a region is made from: the region's own, else that of the first region of the
 * source that has one. Undefined where the source is pinned nowhere. `entries`: those of the source.
 */
export function pinnedEntry(
  source: ImageSource | undefined,
  entries: readonly LockEntry[],
  region: string,
): LockEntry | undefined {
  return [region, ...(source?.regions ?? [])]
    .map((candidate) => entries.find((entry) => entry.region === candidate))
    .find((entry) => entry !== undefined);
}

function viaOf(desired: Desired, copy: ImageCopy, entry: LockEntry, destination: CopyDestination): Address | null {
  const isOwn = entry.owner === accountOf(desired.project, copy.account).uid;
  if (entry.region === destination.region || isOwn) return null;
  const isDestination = copy.destinations.some((candidate) => candidate.region === entry.region);
  return isDestination ? copyAddress(copy.name, entry.region) : hopAddress(copy.name, entry.region);
}

/** No key is named for a hop, so the account's service key encrypts it. */
function hopCopy(copy: ImageCopy, entry: LockEntry, address: Address): WantedCopy {
  return {
    address,
    role: 'hop',
    region: entry.region,
    entry,
    via: null,
    fromRegion: entry.region,
    ...namesOf(copy, entry, 'hop', entry.region, copy.encrypted, null),
    encrypted: copy.encrypted,
    kmsKeyId: null,
    resourceGroupId: null,
  };
}

/** The name is the identity of a copy: it changes with everything that would make it another image. */
function namesOf(
  copy: ImageCopy,
  entry: LockEntry,
  role: WantedCopy['role'],
  region: string,
  encrypted: boolean | null,
  kmsKeyId: string | null,
): Pick<WantedCopy, 'imageName' | 'imageNameGlob'> {
  const digest = sha256Hex(canonicalJson([entry.imageId, role, region, encrypted, kmsKeyId])).slice(0, digestLength);
  return {
    imageName: filled(copy, digest, region, copy.name),
    imageNameGlob: filled(copy, digest, region, '*'),
  };
}

function filled(copy: ImageCopy, digest: string, region: string, name: string): string {
  return copy.imageName.replaceAll('{name}', name).replaceAll('{digest}', digest).replaceAll('{region}', region);
}

/**
 * Whether an image at the target's address is the wanted copy. What makes it another image (source, role, region,
 * encryption, key) is in the digest of its name; the part that `{name}` stands for may be an older name of the resource,
 * since an image that was renamed with it is still the same image.
 */
export function isNamedAs(target: WantedCopy, imageName: string): boolean {
  return imageName === target.imageName || matchesGlob(target.imageNameGlob, imageName);
}
