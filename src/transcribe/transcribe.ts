import { type Address, compareText } from '../domain/address.js';
import type {
  DataDiskWish,
  Desired,
  DiskWish,
  ImageCopy,
  ImageReference,
  ImageShare,
  ImageSource,
  Instance,
  Project,
  PublicSort,
  SourceOwner,
  UpdateStrategy,
} from '../domain/desired.js';
import { digestOf } from '../domain/digest.js';
import { liveOwnerOf } from '../domain/image-owner.js';
import { encryptionOf, fingerprintOf, type Lock, type LockEntry } from '../domain/lock.js';
import type {
  ObservedDisk,
  ObservedImage,
  ObservedInstance,
  ObservedShare,
  ObservedState,
} from '../domain/observed.js';
import type { Origin } from '../domain/origin.js';
import { tagKey } from '../domain/ownership.js';

/** What exists, as manifests and lock would say it. */
export interface Transcript {
  readonly desired: Desired;
  readonly lock: Lock;
  /** Addresses of the instances that run an image, by address of the image and of the image at its root. */
  readonly runningOn: ReadonlyMap<Address, readonly Address[]>;
  /** Instances whose image no account sees any more. */
  readonly unseen: readonly { readonly instance: Instance; readonly imageId: string }[];
}

/** Where no file says anything. */
const nowhere: Origin = { file: '', document: 0, path: [] };

/**
 * The cloud written down as resources, each under its ID: instances, images as sources, own images that carry their
 * source in our tags as copies of it, and shares. What the service does not show is absent: user data, keys of images,
 * and how an instance would be updated. Pure, and in the order of the observed state.
 */
export function transcribe(project: Project, observed: ObservedState): Transcript {
  const names = namesOf(observed.images);
  const isCopy = (image: ObservedImage): boolean => rootOf(image) !== null;
  const seen = observed.images.filter((image) => !isCopy(image));
  const sources = seen.map((image) => sourceOf(project, image, names.of(image)));
  const copies = observed.images.filter(isCopy).map((image) => copyOf(image, names));
  const roots = observed.images.filter(isCopy).flatMap((image) => rootSource(image, names) ?? []);
  const imageSources = [...new Map([...roots, ...sources].map((source) => [source.name, source])).values()];
  const disks = disksByInstance(observed);
  const instances = observed.instances.map((instance) => instanceOf(instance, names, disks));
  const desired: Desired = {
    project,
    environment: null,
    imageSources: imageSources.sort(byName),
    imageCopies: copies.toSorted(byName),
    imageShares: observed.shares
      .filter(isShared)
      .map((share) => shareOf(project, share, names))
      .sort(byName),
    instances: instances.toSorted(byName),
  };
  const entries = seen.map((image) => entryOf(project, image, names.of(image)));
  return {
    desired,
    lock: { file: '', entries },
    runningOn: runningOn(desired),
    unseen: observed.instances.flatMap((instance, index) => {
      const transcribed = instances[index];
      const isSeen = names.find(instance, instance.imageId) !== undefined;
      return isSeen || transcribed === undefined ? [] : [{ instance: transcribed, imageId: instance.imageId }];
    }),
  };
}

interface Names {
  of(image: ObservedImage): string;
  /** The image as an account sees it in a region; `anywhere`: in any region. */
  find(place: { readonly account: string; readonly region: string }, imageId: string): ObservedImage | undefined;
  anywhere(account: string, imageId: string): ObservedImage | undefined;
}

/** The ID is the name, unless several accounts see the image: then it is another thing to each. */
function namesOf(images: readonly ObservedImage[]): Names {
  const accounts = new Map<string, Set<string>>();
  const byPlace = new Map<string, ObservedImage>();
  const byAccount = new Map<string, ObservedImage>();
  for (const image of images) {
    accounts.set(image.imageId, (accounts.get(image.imageId) ?? new Set()).add(image.account));
    byPlace.set(`${image.account} ${image.region} ${image.imageId}`, image);
    byAccount.set(`${image.account} ${image.imageId}`, image);
  }
  return {
    of: ({ imageId, account }) => ((accounts.get(imageId)?.size ?? 0) > 1 ? `${imageId} in ${account}` : imageId),
    find: ({ account, region }, imageId) => byPlace.get(`${account} ${region} ${imageId}`),
    anywhere: (account, imageId) => byAccount.get(`${account} ${imageId}`),
  };
}

/** ID and owner of the image that an own image says it was copied from; null where it says nothing. */
export function rootOf(image: ObservedImage): { readonly imageId: string; readonly owner: string } | null {
  const imageId = image.tags[tagKey.sourceImage];
  const owner = image.tags[tagKey.sourceOwner];
  if (image.ownerAlias !== 'self' || imageId === undefined || owner === undefined) return null;
  return { imageId, owner };
}

function sourceOf(project: Project, image: ObservedImage, name: string): ImageSource {
  const { imageId, account, region, family } = image;
  const owner = liveOwnerOf(project, image);
  const own = family.replace(`acs:${owner}:`, '');
  const selector = own === '' ? ({ kind: 'imageId', imageId } as const) : ({ kind: 'family', family: own } as const);
  return {
    ...aSource({ imageId, name, account, regions: [region], owner: ownerOf(owner), selector }),
    allow: sortsOf(image),
  };
}

/** The source of a copy, where its image is not seen itself: then nobody can tell its region and family. */
function rootSource(copy: ObservedImage, names: Names): ImageSource | null {
  const root = rootOf(copy);
  if (root === null || names.anywhere(copy.account, root.imageId) !== undefined) return null;
  const { imageId } = root;
  const selector = { kind: 'imageId', imageId } as const;
  return aSource({ imageId, name: imageId, account: copy.account, regions: [], owner: ownerOf(root.owner), selector });
}

function aSource({
  imageId,
  ...known
}: Pick<ImageSource, 'name' | 'account' | 'regions' | 'owner' | 'selector'> & {
  readonly imageId: string;
}): ImageSource {
  return {
    ...known,
    address: `ImageSource/${imageId}`,
    labels: {},
    architecture: null,
    osType: null,
    minSizeGiB: null,
    minAgeDays: null,
    allow: [],
    selectorDigest: selectorOf(imageId),
    origin: nowhere,
  };
}

/** It is there, so it is allowed: what a Policy says to that is for the rules. */
function sortsOf({ isPublic, ownerAlias }: ObservedImage): readonly PublicSort[] {
  if (ownerAlias === 'marketplace') return ['marketplace'];
  return isPublic && ownerAlias === 'others' ? ['community'] : [];
}

/** '' stays an account: nobody's, which no list of trusted owners holds. */
function ownerOf(owner: string): SourceOwner {
  return owner === 'system' || owner === 'marketplace' ? { kind: owner } : { kind: 'account', uid: owner };
}

function selectorOf(imageId: string): string {
  return digestOf({ imageId });
}

function entryOf(project: Project, image: ObservedImage, source: string): LockEntry {
  const { imageId, region, name, createdAt, sizeGiB, disks } = image;
  const owner = liveOwnerOf(project, image);
  const facts = { imageId, owner, createdAt, disks };
  return {
    ...facts,
    source,
    region,
    selector: selectorOf(imageId),
    name,
    sizeGiB,
    encrypted: encryptionOf(disks),
    fingerprint: fingerprintOf(facts),
    via: null,
  };
}

function copyOf(image: ObservedImage, names: Names): ImageCopy {
  const { imageId, account, region, family, description } = image;
  const rootId = rootOf(image)?.imageId ?? '';
  const root = names.anywhere(account, rootId);
  const encrypted = encryptionOf(image.disks);
  return {
    address: `ImageCopy/${imageId}`,
    name: names.of(image),
    labels: {},
    account,
    source: root === undefined ? rootId : names.of(root),
    destinations: [{ region, kmsKeyId: null, resourceGroupId: null, adopt: null, origin: nowhere }],
    encrypted: encrypted === 'unknown' ? null : encrypted,
    imageName: image.name,
    description: description === '' ? null : description,
    family: family === '' ? null : family,
    tags: image.tags,
    keepHop: false,
    history: null,
    deletionPolicy: 'Retain',
    suspend: false,
    origin: nowhere,
  };
}

function isShared({ accounts, groups }: ObservedShare): boolean {
  return accounts.length > 0 || groups.length > 0;
}

function shareOf(project: Project, share: ObservedShare, names: Names): ImageShare {
  const { imageId, account, region, accounts } = share;
  return {
    address: `ImageShare/${imageId}`,
    name: imageId,
    labels: {},
    account,
    image: referenceTo(names.find(share, imageId), imageId, names),
    regions: [region],
    with: accounts.map((uid) => {
      const known = project.accounts.find((candidate) => candidate.uid === uid);
      return { uid, account: known?.name ?? null, origin: nowhere };
    }),
    unlisted: 'Report',
    suspend: false,
    origin: nowhere,
  };
}

function referenceTo(image: ObservedImage | undefined, imageId: string, names: Names): ImageReference {
  if (image === undefined) return { kind: 'imageSource', name: imageId };
  return { kind: rootOf(image) === null ? 'imageSource' : 'imageCopy', name: names.of(image) };
}

function instanceOf(
  instance: ObservedInstance,
  names: Names,
  disks: ReadonlyMap<string, readonly ObservedDisk[]>,
): Instance {
  const { instanceId, account, region, imageId } = instance;
  const own = disks.get(instanceId) ?? [];
  const system = own.find((disk) => disk.type === 'system');
  return {
    address: `Instance/${instanceId}`,
    name: instanceId,
    labels: {},
    account,
    region,
    replicas: 1,
    placement: [{ zone: instance.zoneId, vSwitchId: instance.vSwitchId }],
    image: referenceTo(names.find(instance, imageId), imageId, names),
    instanceType: instance.instanceType,
    instanceName: instance.name,
    hostName: instance.hostName,
    description: instance.description,
    tags: instance.tags,
    securityGroupIds: instance.securityGroupIds,
    deletionProtection: instance.deletionProtection,
    systemDisk: { ...(system === undefined ? unseenDisk : diskOf(system)), stateful: false },
    dataDisks: own.filter((disk) => disk.type === 'data').map(dataDiskOf),
    keyPairName: instance.keyPairName === '' ? null : instance.keyPairName,
    metadataOptions: null,
    ramRoleName: null,
    userData: null,
    userDataFile: null,
    passwordInherit: false,
    adopt: [instanceId],
    ignoreChanges: [],
    internetMaxBandwidthOut: null,
    resourceGroupId: null,
    power: 'Unmanaged',
    update: neverUpdated,
    suspend: false,
    deletionPolicy: 'Retain',
    origin: nowhere,
  };
}

/** A disk that no answer shows is not encrypted, as far as anybody can tell. */
const unseenDisk: DiskWish = {
  category: '',
  sizeGiB: 0,
  performanceLevel: null,
  encrypted: null,
  kmsKeyId: null,
  autoSnapshotPolicyId: null,
};

function diskOf(disk: ObservedDisk): DiskWish {
  return {
    category: disk.category,
    sizeGiB: disk.sizeGiB,
    performanceLevel: disk.performanceLevel === '' ? null : disk.performanceLevel,
    encrypted: disk.encrypted,
    kmsKeyId: disk.kmsKeyId,
    autoSnapshotPolicyId: disk.autoSnapshotPolicyId === '' ? null : disk.autoSnapshotPolicyId,
  };
}

function dataDiskOf(disk: ObservedDisk): DataDiskWish {
  return { ...diskOf(disk), deleteWithInstance: false };
}

const neverUpdated: UpdateStrategy = {
  onImageChange: 'Ignore',
  maxUnavailable: 1,
  snapshotBefore: true,
  snapshotRetentionDays: 0,
  health: { instanceStatus: { timeoutSeconds: 900, periodSeconds: 5, successes: 1 }, probes: [] },
  minReadySeconds: 0,
  onFailure: 'Halt',
};

function disksByInstance({ disks }: ObservedState): ReadonlyMap<string, readonly ObservedDisk[]> {
  const byInstance = new Map<string, ObservedDisk[]>();
  for (const disk of disks) append(byInstance, disk.instanceId, disk);
  return byInstance;
}

function runningOn({ instances, imageCopies, imageSources }: Desired): Transcript['runningOn'] {
  const copies = new Map(imageCopies.map((copy) => [copy.name, copy]));
  const sources = new Map(imageSources.map((source) => [source.name, source]));
  const running = new Map<Address, Address[]>();
  const note = (image: Address | undefined, instance: Address): void => {
    if (image !== undefined) append(running, image, instance);
  };
  for (const { image, address } of instances) {
    const copy = image.kind === 'imageCopy' ? copies.get(image.name) : undefined;
    note(copy?.address, address);
    note(sources.get(copy?.source ?? image.name)?.address, address);
  }
  return running;
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareText(a.name, b.name);
}
