import type { Address } from './address.js';
import type { Move } from './moved.js';
import type { Origin } from './origin.js';
import type { Window } from './window.js';

/** Listed keys are enforced, others left alone; null removes the key. */
export type TagWishes = Readonly<Record<string, string | null>>;
export type Labels = Readonly<Record<string, string>>;

export type DestructiveClass = 'delete' | 'replace-system-disk' | 'stop' | 'unshare';

/** Where an account's credentials come from; the official chain where the manifest says nothing. */
export type CredentialSource =
  | { readonly kind: 'chain' }
  | { readonly kind: 'profile'; readonly profile: string }
  | { readonly kind: 'role'; readonly roleArn: string; readonly sessionName: string }
  | {
      readonly kind: 'oidc';
      readonly roleArn: string;
      readonly providerArn: string;
      readonly tokenFile: string;
    };

/** What the account of the credential chain is called where no project gives it a name. */
export const unnamedAccount = 'default';

export interface Account {
  readonly name: string;
  /** Digits, exact: a UID may be larger than 2^53. '' until the service has said whose the credentials are. */
  readonly uid: string;
  readonly credentials: CredentialSource;
  readonly origin: Origin;
}

export interface Safety {
  /** Whether things that carry our tags and that no manifest wants are deleted. */
  readonly prune: boolean;
  readonly allow: readonly DestructiveClass[];
  readonly maxRemovals: number;
}

/** One set of manifests; the scope of ownership. */
export interface Project {
  readonly name: string;
  /** Eight characters; null where the project has none yet: then prune is refused. */
  readonly id: string | null;
  readonly accounts: readonly Account[];
  /** Where the project may own things, sorted; every account is listed in all of them. */
  readonly regions: readonly string[];
  readonly approvers: readonly string[];
  readonly safety: Safety;
  /** Times in which apply is open or closed. */
  readonly windows: readonly Window[];
  /** Renames of resources, as written: in any order, and one may go on where another ends. */
  readonly moved: readonly Move[];
  readonly origin: Origin;
}

/** Who must own the image, resolved: a UID, or Alibaba Cloud itself. */
export type SourceOwner =
  | { readonly kind: 'account'; readonly uid: string }
  | { readonly kind: 'system' }
  /** The cloud does not say which account is behind an image of the marketplace. */
  | { readonly kind: 'marketplace' };

/** Images that nobody gave to the account that looks: only where the source allows them. */
export const publicSorts = ['community', 'marketplace'] as const;

export type PublicSort = (typeof publicSorts)[number];

export type ImageSelector =
  | { readonly kind: 'imageId'; readonly imageId: string }
  /** The newest image of the family by creation time; a tie is ambiguous. */
  | { readonly kind: 'family'; readonly family: string }
  /** Exact, or a glob with `*`. */
  | { readonly kind: 'name'; readonly name: string; readonly pick: 'newest' | null };

/** An image that exists and is only referred to. */
export interface ImageSource {
  readonly address: Address;
  readonly name: string;
  readonly labels: Labels;
  /** The project account that looks. */
  readonly account: string;
  /** In the order of the manifest: the first region is where copies elsewhere start. */
  readonly regions: readonly string[];
  /** Null where the manifest names none: trust/owner-required. */
  readonly owner: SourceOwner | null;
  readonly selector: ImageSelector;
  readonly architecture: string | null;
  readonly osType: string | null;
  readonly minSizeGiB: number | null;
  readonly minAgeDays: number | null;
  /** Sorted. */
  readonly allow: readonly PublicSort[];
  /** Digest of the source's spec: an edited selector makes the lock entry stale. */
  readonly selectorDigest: string;
  readonly origin: Origin;
}

export interface CopyDestination {
  readonly region: string;
  readonly kmsKeyId: string | null;
  readonly resourceGroupId: string | null;
  /** An image that is taken over as this copy, and the image that it was made from. */
  readonly adopt: { readonly imageId: string; readonly from: string } | null;
  readonly origin: Origin;
}

export interface ImageCopy {
  readonly address: Address;
  readonly name: string;
  readonly labels: Labels;
  readonly account: string;
  /** Name of an ImageSource. */
  readonly source: string;
  readonly destinations: readonly CopyDestination[];
  /** Null where the manifest says nothing: the cloud decides. */
  readonly encrypted: boolean | null;
  /** With the placeholders `{name} {digest} {region}`. */
  readonly imageName: string;
  readonly description: string | null;
  readonly family: string | null;
  readonly tags: TagWishes;
  readonly keepHop: boolean;
  /** How many superseded copies stay; null = delete none. */
  readonly history: number | null;
  readonly deletionPolicy: 'Delete' | 'Retain';
  readonly suspend: boolean;
  readonly origin: Origin;
}

export interface Placement {
  readonly zone: string | null;
  readonly vSwitchId: string;
}

export interface DiskWish {
  readonly category: string;
  readonly sizeGiB: number;
  readonly performanceLevel: string | null;
  readonly encrypted: boolean | null;
  readonly kmsKeyId: string | null;
  readonly autoSnapshotPolicyId: string | null;
}

export interface SystemDiskWish extends DiskWish {
  /** True refuses replacement: the disk holds data. */
  readonly stateful: boolean;
}

export interface DataDiskWish extends DiskWish {
  readonly deleteWithInstance: boolean;
}

export type ImageReference =
  | { readonly kind: 'imageCopy'; readonly name: string }
  | { readonly kind: 'imageSource'; readonly name: string };

/** How the metadata service of an instance answers; null members are not managed. */
export interface MetadataWish {
  readonly httpEndpoint: 'enabled' | 'disabled' | null;
  /** `required`: only with a token (IMDS v2). */
  readonly httpTokens: 'optional' | 'required' | null;
  readonly httpPutResponseHopLimit: number | null;
}

/** Fields of an Instance that may be left out of comparison, as `ignoreChanges` names them. */
export const ignorableFields = [
  'description',
  'deletionProtection',
  'hostName',
  'instanceName',
  'instanceType',
  'keyPairName',
  'metadataOptions',
  'placement',
  'ramRoleName',
  'securityGroupIds',
  'systemDisk.autoSnapshotPolicyId',
  'systemDisk.category',
  'systemDisk.performanceLevel',
  'systemDisk.sizeGiB',
  'tags',
  'userData',
] as const;

export type IgnorableField = (typeof ignorableFields)[number];

export interface UpdateStrategy {
  /** `Recreate`: another image, and every field that is fixed at creation, lead to a new instance. */
  readonly onImageChange: 'ReplaceSystemDisk' | 'Recreate' | 'Ignore';
  /** Members, at least 1. */
  readonly maxUnavailable: number;
  readonly snapshotBefore: boolean;
  /** 0 = keep. */
  readonly snapshotRetentionDays: number;
  readonly health: Health;
  readonly minReadySeconds: number;
  readonly onFailure: 'Halt' | 'Rollback';
}

/** What must hold of a member on a new image. */
export interface Health {
  /** How the status Running is waited for. */
  readonly instanceStatus: Pace;
  /** Asked over the network, from where tallyman runs, at the member's private address. */
  readonly probes: readonly Probe[];
}

export interface Pace {
  readonly timeoutSeconds: number;
  readonly periodSeconds: number;
  /** So many in a row. */
  readonly successes: number;
}

export type Probe = ProbeTarget & Pace;

export type ProbeTarget =
  | { readonly kind: 'tcp'; readonly port: number }
  | { readonly kind: 'http'; readonly port: number; readonly path: string; readonly scheme: 'http' | 'https' };

export interface Instance {
  readonly address: Address;
  readonly name: string;
  readonly labels: Labels;
  readonly account: string;
  readonly region: string;
  readonly replicas: number;
  /** Ordinal modulo length. */
  readonly placement: readonly Placement[];
  readonly image: ImageReference;
  readonly instanceType: string;
  /** With `{ordinal}`; null = not managed, `<name>-<ordinal>` at creation. */
  readonly instanceName: string | null;
  readonly hostName: string | null;
  readonly description: string | null;
  readonly tags: TagWishes;
  readonly securityGroupIds: readonly string[];
  readonly deletionProtection: boolean | null;
  readonly systemDisk: SystemDiskWish;
  readonly dataDisks: readonly DataDiskWish[];
  readonly keyPairName: string | null;
  readonly metadataOptions: MetadataWish | null;
  readonly ramRoleName: string | null;
  /** As text; it is never shown, only its length and digest. */
  readonly userData: string | null;
  /** The file of the project that `userData` was read from; null where it stands in the manifest. */
  readonly userDataFile: string | null;
  readonly passwordInherit: boolean;
  /** IDs of instances that are taken over, by ordinal. */
  readonly adopt: readonly string[];
  readonly ignoreChanges: readonly IgnorableField[];
  readonly internetMaxBandwidthOut: number | null;
  readonly resourceGroupId: string | null;
  readonly power: 'Running' | 'Unmanaged';
  readonly update: UpdateStrategy;
  readonly suspend: boolean;
  readonly deletionPolicy: 'Delete' | 'Retain';
  readonly origin: Origin;
}

/** One account that an image is shared with. */
export interface Sharee {
  /** Digits, exact. */
  readonly uid: string;
  /** The project's name for the account; null for one that it does not know. */
  readonly account: string | null;
  readonly origin: Origin;
}

/** Who may use an image of one of the project's accounts. */
export interface ImageShare {
  readonly address: Address;
  readonly name: string;
  readonly labels: Labels;
  /** The account that owns the image. */
  readonly account: string;
  readonly image: ImageReference;
  readonly regions: readonly string[];
  /** Sorted by UID, each once. */
  readonly with: readonly Sharee[];
  /** What happens to accounts that are not listed: they lose access, or are only named. */
  readonly unlisted: 'Remove' | 'Report';
  readonly suspend: boolean;
  readonly origin: Origin;
}

/** What the manifests say, defaults filled in, every list sorted by name. */
export interface Desired {
  readonly project: Project;
  /** The environment chosen by `--env`; null where there is none. */
  readonly environment: string | null;
  readonly imageSources: readonly ImageSource[];
  readonly imageCopies: readonly ImageCopy[];
  readonly imageShares: readonly ImageShare[];
  readonly instances: readonly Instance[];
}

export type Resource = ImageSource | ImageCopy | ImageShare | Instance;

export function accountOf(project: Project, name: string): Account {
  const account = project.accounts.find((candidate) => candidate.name === name);
  if (account === undefined) throw new Error(`no account '${name}': references are checked when manifests are read`);
  return account;
}

export function sourceNamed(desired: Desired, name: string): ImageSource | undefined {
  return named(desired.imageSources, name);
}

export function copyNamed(desired: Desired, name: string): ImageCopy | undefined {
  return named(desired.imageCopies, name);
}

/** Each instance of a project asks for one: a search from the beginning would take as long as the square of its size. */
function named<One extends { readonly name: string }>(list: readonly One[], name: string): One | undefined {
  const places = placesByName.get(list) ?? new Map(list.map((one, index) => [one.name, index]));
  placesByName.set(list, places);
  const place = places.get(name);
  return place === undefined ? undefined : list[place];
}

const placesByName = new WeakMap<readonly unknown[], ReadonlyMap<string, number>>();

/** Name of the project's account that owns the source, where that is another one than the account that looks. */
export function ownerAccountOf(project: Project, source: ImageSource): string | null {
  if (source.owner?.kind !== 'account') return null;
  const uid = source.owner.uid;
  return project.accounts.find((account) => account.uid === uid && account.name !== source.account)?.name ?? null;
}

/**
 * Name of the project's account that owns the source and whose ImageShare gives it to the account that looks, in that
 * region: then the image may be looked up with the owner's eyes before it is shared.
 */
export function sharingAccountOf(desired: Desired, source: ImageSource, region: string): string | null {
  const owner = ownerAccountOf(desired.project, source);
  const { uid } = accountOf(desired.project, source.account);
  const isShared = desired.imageShares.some(
    (share) =>
      share.account === owner && share.regions.includes(region) && share.with.some((sharee) => sharee.uid === uid),
  );
  return isShared ? owner : null;
}

/** Whether somebody else owns the source: neither Alibaba Cloud nor the account that looks. */
export function isForeign(project: Project, source: ImageSource): boolean {
  return source.owner?.kind === 'account' && source.owner.uid !== accountOf(project, source.account).uid;
}
