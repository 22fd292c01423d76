import { compareText } from '../domain/address.js';
import { type Desired, type ImageSource, sharingAccountOf } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import { liveOwnerOf, ownerText } from '../domain/image-owner.js';
import { compareEntries, encryptionOf, entryFor, fingerprintOf, type Lock, type LockEntry } from '../domain/lock.js';
import { isIn, type ObservedImage } from '../domain/observed.js';
import { child } from '../domain/origin.js';
import type { LockChange } from '../domain/result.js';
import { type LeftOut, type Pick, pickImage } from './pick-image.js';

/** Images named in one message; the rest is counted. */
const namedMax = 3;

export interface ResolveInput {
  readonly desired: Desired;
  readonly previous: Lock;
  /** What the accounts see: own images, those shared with them, and Alibaba Cloud's. */
  readonly candidates: readonly ObservedImage[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Name of the one source to resolve; all others keep their entries. Null: all of them. */
  readonly only: string | null;
}

export interface ResolveResult {
  readonly lock: Lock;
  /** By source and region. */
  readonly changes: readonly LockChange[];
  readonly findings: readonly Finding[];
}

/**
 * Pins every source to one image in each of its regions. Where that cannot be done there is a finding, and an entry
 * that is there already stays. Entries of sources and regions that no manifest names any more are dropped.
 */
export function resolveLock(input: ResolveInput): ResolveResult {
  const { desired, previous, only } = input;
  const isAsked = (name: string) => only === null || only === name;
  const resolved = desired.imageSources
    .filter((source) => isAsked(source.name) && source.owner !== null)
    .flatMap((source) => source.regions.map((region) => resolveSource(input, source, region)));
  const entries = [
    ...previous.entries.filter((entry) => !isAsked(entry.source)),
    ...resolved.flatMap(({ entry }) => entry ?? []),
  ].sort(compareEntries);
  const lock = { file: previous.file, entries };
  return { lock, changes: changesBetween(previous, lock), findings: resolved.flatMap(({ findings }) => findings) };
}

interface Resolved {
  readonly entry: LockEntry | undefined;
  readonly findings: readonly Finding[];
}

function resolveSource(
  { desired, previous, candidates, now }: ResolveInput,
  source: ImageSource,
  region: string,
): Resolved {
  const seen = visibleTo(desired, source, region, candidates);
  const pick = pickImage(desired.project, source, seen, now);
  if (pick.kind !== 'picked') {
    return { entry: entryFor(previous, source.name, region), findings: [explain(source, region, pick)] };
  }
  const image = { ...pick.image, owner: liveOwnerOf(desired.project, pick.image) };
  return { entry: pinOf(source, region, image), findings: [] };
}

/**
 * What the account sees, and what an owner that is an account of the project has and did not share yet: such an image
 * is locked `via: owner`, and can be planned only behind an ImageShare.
 */
function visibleTo(
  desired: Desired,
  source: ImageSource,
  region: string,
  candidates: readonly ObservedImage[],
): readonly ObservedImage[] {
  const seen = candidates.filter((image) => isIn(image, { account: source.account, region }));
  const ids = new Set(seen.map((image) => image.imageId));
  const owner = sharingAccountOf(desired, source, region);
  if (owner === null) return seen;
  const unshared = candidates.filter((image) => isIn(image, { account: owner, region }) && !ids.has(image.imageId));
  return [...seen, ...unshared];
}

/** The source pinned to the image there; `image` says who owns it. */
export function pinOf(source: ImageSource, region: string, image: ObservedImage): LockEntry {
  return {
    source: source.name,
    region,
    selector: source.selectorDigest,
    imageId: image.imageId,
    owner: image.owner,
    name: image.name,
    createdAt: image.createdAt,
    sizeGiB: image.sizeGiB,
    encrypted: encryptionOf(image.disks),
    disks: image.disks,
    fingerprint: fingerprintOf(image),
    via: image.account === source.account ? null : 'owner',
  };
}

function explain(source: ImageSource, region: string, pick: Exclude<Pick, { kind: 'picked' }>): Finding {
  return {
    ruleId: pick.kind === 'ambiguous' ? 'trust/ambiguous-source' : 'trust/unlocked-source',
    severity: 'error',
    message: pick.kind === 'ambiguous' ? tellAmbiguity(source, region, pick) : tellNothing(source, region, pick),
    hint:
      pick.kind === 'ambiguous'
        ? 'Select by `imageId`, or by a `name` that only one image has; `pick: newest` takes the newest of those that match a `name`.'
        : 'Compare `owner` and the selector with what is there; an image must be shared with the account, in that region.',
    at: child(source.origin, 'spec', source.selector.kind),
    address: `${source.address}/${region}`,
    value: region,
    waiver: null,
    decidedBy: null,
    isInputError: false,
  };
}

function tellAmbiguity(source: ImageSource, region: string, pick: Extract<Pick, { kind: 'ambiguous' }>): string {
  return `'${source.name}' in '${region}' is ambiguous: ${pick.images.length} images ${pick.why} (${nameImages(pick.images)})`;
}

function tellNothing(source: ImageSource, region: string, pick: Extract<Pick, { kind: 'nothing' }>): string {
  const owner = source.owner === null ? '' : ownerText(source.owner);
  const seen = `'${source.name}' in '${region}' matches no image of '${owner}': account '${source.account}' sees ${count(pick.seen)}`;
  if (pick.leftOut.length === 0) return seen;
  return `${seen}, ${pick.leftOut.map(tellLeftOut).join(', ')}`;
}

/** Look-alikes are named with their owner; images that fell at the selector are only counted. */
function tellLeftOut({ why, images, owners }: LeftOut, index: number): string {
  if (owners !== null) return `${images.length} ${why} (${nameImages(images, owners)})`;
  return index === 0 && why.startsWith('without')
    ? `${images.length} ${why}`
    : `${images.length} ${why} (${nameImages(images)})`;
}

function count(images: number): string {
  return images === 1 ? '1 image' : `${images} images`;
}

function nameImages(images: readonly ObservedImage[], owners: readonly string[] | null = null): string {
  const names = images
    .map((image, index) => (owners === null ? `'${image.imageId}'` : `'${image.imageId}' of '${owners[index] ?? ''}'`))
    .sort(compareText);
  const more = names.length - namedMax;
  return more > 0 ? `${names.slice(0, namedMax).join(', ')} and ${more} more` : names.join(', ');
}

/** By source and region. */
export function changesBetween(before: Lock, after: Lock): readonly LockChange[] {
  const keys = [...before.entries, ...after.entries].sort(compareEntries);
  const changes = new Map<string, LockChange>();
  for (const { source, region } of keys) {
    changes.set(`${source} ${region}`, changeOf(source, region, before, after));
  }
  return [...changes.values()];
}

function changeOf(source: string, region: string, before: Lock, after: Lock): LockChange {
  const old = entryFor(before, source, region) ?? null;
  const next = entryFor(after, source, region) ?? null;
  const kind = old === null ? 'added' : next === null ? 'removed' : isSame(old, next) ? 'unchanged' : 'changed';
  return { source, region, kind, before: old, after: next };
}

/** The fingerprint covers ID, owner, creation time and disks. */
function isSame(a: LockEntry, b: LockEntry): boolean {
  const fields = [
    'selector',
    'imageId',
    'owner',
    'name',
    'createdAt',
    'sizeGiB',
    'encrypted',
    'fingerprint',
    'via',
  ] as const;
  return fields.every((field) => a[field] === b[field]);
}
