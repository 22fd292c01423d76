import { compareText } from './address.js';
import type { Encryption } from './lock.js';

/** One account in one region: what one list call covers. `account` is the project's name for it. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

export type Tags = Readonly<Record<string, string>>;

export interface ImageDiskFacts {
  readonly device: string;
  readonly type: 'system' | 'data';
  readonly sizeGiB: number;
  readonly snapshotId: string;
  /** 'unknown' where the answer does not say: unseen is not plain. */
  readonly encrypted: Encryption;
}

export type ImageStatus = 'Creating' | 'Waiting' | 'Available' | 'UnAvailable' | 'CreateFailed' | 'Deprecated';
export type OwnerAlias = 'self' | 'others' | 'system' | 'marketplace';

/** What an image brings along for the safety of what starts from it. Null: the answer does not say. */
export interface ImageHardening {
  /** `BIOS`, `UEFI` or `UEFI-Preferred`. */
  readonly bootMode: string | null;
  readonly nvme: boolean | null;
  /** `v1` or `v2`: the oldest edition of the metadata service that instances answer to. */
  readonly imds: string | null;
  readonly nonRootLogin: boolean | null;
  readonly cloudInit: boolean | null;
  /** What the service's examination found; null where there was none. */
  readonly risks: readonly ImageRisk[] | null;
}

export interface ImageRisk {
  readonly name: string;
  /** `High`, `Medium`. */
  readonly level: string;
}

export interface ObservedImage extends Scope {
  readonly imageId: string;
  readonly name: string;
  readonly description: string;
  /** As the API shows it: `acs:<uid>:<family>` for a foreign image. */
  readonly family: string;
  readonly ownerAlias: OwnerAlias;
  /** UID as exact digits, `system` or `marketplace`; '' where the answer names none. */
  readonly owner: string;
  readonly isPublic: boolean;
  readonly status: ImageStatus;
  /** Null where the answer does not say. */
  readonly usable: boolean | null;
  /** `57%`, or ''. */
  readonly progress: string;
  /** The longest remaining time of a disk that is being copied, in seconds; null where none is. */
  readonly remainingSeconds: number | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly sizeGiB: number;
  readonly architecture: string;
  readonly osType: string;
  readonly productCode: string;
  readonly hardening: ImageHardening;
  readonly disks: readonly ImageDiskFacts[];
  readonly tags: Tags;
}

export type InstanceStatus = 'Pending' | 'Starting' | 'Running' | 'Stopping' | 'Stopped';

export interface ObservedInstance extends Scope {
  readonly instanceId: string;
  readonly name: string;
  readonly hostName: string;
  readonly description: string;
  readonly status: InstanceStatus;
  readonly imageId: string;
  readonly instanceType: string;
  readonly zoneId: string;
  readonly vSwitchId: string;
  /** The primary one; '' where it has none yet. */
  readonly privateIp: string;
  readonly securityGroupIds: readonly string[];
  readonly chargeType: string;
  readonly spotStrategy: string;
  readonly deletionProtection: boolean;
  readonly keyPairName: string;
  readonly metadataOptions: {
    readonly httpEndpoint: string;
    readonly httpTokens: string;
    readonly httpPutResponseHopLimit: number;
  } | null;
  /** '' where it has none; null where nobody asked. */
  readonly ramRoleName: string | null;
  /** Reasons of the instance's operation locks; empty when nothing is under way. */
  readonly locks: readonly string[];
  readonly createdAt: string;
  readonly tags: Tags;
}

export interface ObservedDisk extends Scope {
  readonly diskId: string;
  /** '' where it is attached to nothing. */
  readonly instanceId: string;
  readonly type: 'system' | 'data';
  readonly device: string;
  readonly status: string;
  readonly category: string;
  readonly performanceLevel: string;
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
  /** '' where it has none. */
  readonly autoSnapshotPolicyId: string;
  /** The image that the disk was made from; it never changes in the life of a disk. */
  readonly imageId: string;
  readonly createdAt: string;
  readonly tags: Tags;
}

/** The cloud's snapshot of a disk. */
export interface DiskSnapshot extends Scope {
  readonly snapshotId: string;
  readonly sourceDiskId: string;
  readonly status: string;
  readonly createdAt: string;
  readonly tags: Tags;
}

export interface ObservedKey extends Scope {
  readonly keyId: string;
  /** 'Missing' where the account has no such key in the region. */
  readonly state: 'Enabled' | 'Disabled' | 'PendingDeletion' | 'Missing' | 'Other';
}

/** Who an own image is shared with. */
export interface ObservedShare extends Scope {
  readonly imageId: string;
  /** UIDs as exact digits, sorted. */
  readonly accounts: readonly string[];
  /** Groups such as `all`: they cannot be managed, and never count as accounts. */
  readonly groups: readonly string[];
}

/** What the cloud reports, as one immutable view. Lists are sorted by ID. */
export interface ObservedState {
  /** When the first list began; ISO 8601, UTC. */
  readonly takenAt: string;
  readonly scopes: readonly Scope[];
  /** Images that carry the project's tags, and those that the lock names. */
  readonly images: readonly ObservedImage[];
  readonly instances: readonly ObservedInstance[];
  readonly disks: readonly ObservedDisk[];
  readonly snapshots: readonly DiskSnapshot[];
  readonly keys: readonly ObservedKey[];
  /** Of the images that an ImageShare manages. */
  readonly shares: readonly ObservedShare[];
  /** Number of calls by operation that it took. */
  readonly apiCalls: Readonly<Record<string, number>>;
}

/** The data disks of an instance are told apart by their devices, which the cloud gives out in the order of creation. */
export function byDevice(disks: readonly ObservedDisk[]): readonly ObservedDisk[] {
  return [...disks].sort((a, b) => compareText(a.device, b.device) || compareText(a.diskId, b.diskId));
}

export function isIn(thing: Scope, scope: Scope): boolean {
  return thing.account === scope.account && thing.region === scope.region;
}
