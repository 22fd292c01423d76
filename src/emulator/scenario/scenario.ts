import type { PolicyDocument } from '../access/policy.js';
import type { Fault } from '../faults/fault.js';
import type { RateLimits } from '../rpc/throttle.js';
import type { Quotas, Timings } from '../world/settings.js';
import type { DiskRow, ImageDisk, ImageRow, InstanceRow, KeyRow, SnapshotRow, Tags } from '../world/state.js';

/** The document that says what the emulated cloud holds when it starts. `schemas/scenario.schema.json` describes each field. */
export interface Scenario {
  readonly apiVersion: 'tallyman.dev/v1';
  readonly kind: 'Scenario';
  readonly metadata: { readonly name: string };
  readonly spec: ScenarioSpec;
}

export interface ScenarioSpec {
  readonly seed?: number;
  readonly clock?: { readonly start?: string; readonly speed?: number };
  readonly latencyMs?: number;
  readonly accounts: readonly ScenarioAccount[];
  readonly images?: readonly ScenarioImage[];
  readonly snapshots?: readonly ScenarioSnapshot[];
  readonly instances?: readonly ScenarioInstance[];
  readonly disks?: readonly ScenarioDisk[];
  readonly kmsKeys?: readonly ScenarioKey[];
  readonly vSwitches?: readonly ScenarioVSwitch[];
  readonly securityGroups?: readonly ScenarioNamed[];
  readonly keyPairs?: readonly ScenarioKeyPair[];
  readonly ramRoles?: readonly ScenarioRole[];
  readonly ramUsers?: readonly ScenarioUser[];
  readonly launchTemplates?: readonly ScenarioLaunchTemplate[];
  readonly stock?: Readonly<Record<string, number>>;
  readonly quotas?: Partial<Quotas>;
  readonly timings?: PartialTimings;
  readonly rateLimits?: RateLimits;
  readonly faults?: readonly Fault[];
  readonly switches?: Readonly<Record<string, unknown>>;
}

/** Seconds are set as a whole; of the two parts of a duration either may be left out. */
export type PartialTimings = {
  readonly [K in keyof Timings]?: Timings[K] extends number ? Timings[K] : Partial<Timings[K]>;
};

export interface ScenarioAccessKey {
  readonly id: string;
  readonly secret: string;
  readonly status?: 'Active' | 'Inactive';
}

export interface ScenarioAccount {
  readonly name: string;
  readonly uid: string;
  readonly accessKeys?: readonly ScenarioAccessKey[];
}

interface Placed {
  readonly id?: string;
  /** A name or a UID. */
  readonly account: string;
  readonly region: string;
}

type Facts<T, Given extends keyof T> = { readonly [K in keyof Omit<T, Given | 'sequence'>]?: T[K] };

export interface ScenarioImage
  extends Omit<Placed, 'account'>,
    Facts<ImageRow, 'id' | 'account' | 'region' | 'kind' | 'createdAt' | 'disks' | 'sharedWith' | 'isPublic' | 'task'> {
  readonly account?: string;
  /** Instead of `account`: an image of Alibaba Cloud, or one of the marketplace. */
  readonly owner?: 'system' | 'marketplace';
  readonly createdAt?: string;
  readonly encrypted?: boolean;
  readonly kmsKeyId?: string;
  readonly disks?: readonly Partial<ImageDisk>[];
  readonly sharedWith?: readonly string[];
  readonly community?: boolean;
}

export interface ScenarioSnapshot extends Placed, Facts<SnapshotRow, 'id' | 'account' | 'region' | 'createdAt'> {
  readonly createdAt?: string;
}

export interface ScenarioInstance
  extends Placed,
    Facts<InstanceRow, 'id' | 'account' | 'region' | 'createdAt' | 'startedAt' | 'autoReleaseAt' | 'specChangedAt'> {
  readonly imageId: string;
  /** So many of them; `{ordinal}` in ID and names counts from 0. */
  readonly count?: number;
  readonly createdAt?: string;
  readonly disks?: readonly Omit<ScenarioDisk, 'account' | 'region'>[];
}

export interface ScenarioDisk extends Placed, Facts<DiskRow, 'id' | 'account' | 'region' | 'createdAt' | 'attachedAt'> {
  readonly createdAt?: string;
}

export interface ScenarioKey extends Placed {
  readonly id: string;
  readonly state?: KeyRow['state'];
  readonly spec?: string;
  readonly usage?: string;
  readonly aliases?: readonly string[];
  readonly createdAt?: string;
  readonly tags?: Tags;
}

export interface ScenarioNamed extends Placed {
  readonly id: string;
  readonly vpcId?: string;
}

export interface ScenarioVSwitch extends ScenarioNamed {
  readonly zone?: string;
  readonly cidrBlock?: string;
}

export interface ScenarioKeyPair {
  readonly name: string;
  readonly account: string;
  readonly region?: string;
}

export interface ScenarioRole {
  readonly name: string;
  readonly account: string;
  readonly arn?: string;
  /** Who may assume it: ARNs or UIDs of accounts, ARNs of users, of OIDC providers, or services. */
  readonly trusted?: readonly string[];
  readonly policies?: readonly PolicyDocument[];
}

export interface ScenarioUser {
  readonly name: string;
  readonly account: string;
  readonly accessKeys?: readonly ScenarioAccessKey[];
  readonly policies?: readonly PolicyDocument[];
}

/** What a version of a launch template sets for whoever launches from it. */
export interface ScenarioTemplateVersion {
  readonly description?: string;
  readonly imageId?: string;
  readonly instanceType?: string;
  readonly vSwitchId?: string;
  readonly securityGroupIds?: readonly string[];
  readonly keyPairName?: string;
  readonly ramRoleName?: string;
  readonly systemDisk?: { readonly category?: string; readonly sizeGiB?: number };
}

/** Its own fields are those of its only version where it has no list of `versions`. */
export interface ScenarioLaunchTemplate extends Placed, ScenarioTemplateVersion {
  readonly id: string;
  readonly name?: string;
  readonly createdAt?: string;
  readonly tags?: Tags;
  /** Numbered from 1. */
  readonly versions?: readonly ScenarioTemplateVersion[];
  readonly defaultVersion?: number;
}
