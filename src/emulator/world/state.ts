/**
 * The emulated cloud as plain rows. Everything here is JSON: it is what the state folder holds and what
 * `GET /_emulator/state` shows. Rows are never mutated: an operation puts a new row in place of the old one.
 * Times are emulated milliseconds since 1970 unless a name says otherwise; account UIDs are digit strings.
 */

export type Tags = Readonly<Record<string, string>>;

/** What every row of a regional table has. `sequence` grows with each creation: lists are newest first by it. */
export interface Row {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly sequence: number;
}

export type ImageStatus = 'Creating' | 'Waiting' | 'Available' | 'UnAvailable' | 'CreateFailed' | 'Deprecated';

export interface ImageDisk {
  readonly device: string;
  readonly type: 'system' | 'data';
  readonly sizeGiB: number;
  readonly snapshotId: string;
  readonly encrypted: boolean;
  /** Set exactly where `encrypted`; 'alias/acs/ecs' stands for the account's service key. */
  readonly kmsKeyId: string | null;
}

export interface ImageRow extends Row {
  readonly name: string;
  readonly description: string;
  readonly family: string;
  readonly version: string;
  /** 'system' and 'marketplace' images belong to no account of the scenario: their `account` is ''. */
  readonly kind: 'custom' | 'system' | 'marketplace';
  readonly status: ImageStatus;
  readonly usable: boolean;
  readonly createdAt: number;
  readonly sizeGiB: number;
  readonly architecture: string;
  readonly osType: string;
  readonly osName: string;
  readonly platform: string;
  readonly bootMode: string;
  readonly isCopied: boolean;
  /** Published as a community image. */
  readonly isPublic: boolean;
  readonly productCode: string;
  readonly supplierName: string;
  readonly resourceGroupId: string;
  readonly licenseType: string;
  readonly features: { readonly nvmeSupport: string; readonly imdsSupport: string };
  readonly isSupportCloudinit: boolean;
  readonly loginAsNonRootSupported: boolean;
  readonly detection: {
    readonly status: string;
    readonly items: readonly { name: string; value: string; riskCode: string; riskLevel: string }[];
  } | null;
  readonly disks: readonly ImageDisk[];
  readonly tags: Tags;
  /** Sharees by UID with the time of sharing. */
  readonly sharedWith: Readonly<Record<string, number>>;
  readonly shareGroups: readonly string[];
  /** Present while the image is made by CopyImage or CreateImage. */
  readonly task: {
    readonly kind: 'copy' | 'create';
    readonly sourceImageId: string;
    readonly sourceRegion: string;
    /** null while it waits in the queue. */
    readonly startedAt: number | null;
    readonly durationMs: number;
    readonly outcome: 'Available' | 'CreateFailed';
  } | null;
}

export interface SnapshotRow extends Row {
  readonly name: string;
  readonly description: string;
  readonly status: 'progressing' | 'accomplished' | 'failed';
  readonly createdAt: number;
  readonly durationMs: number;
  readonly sizeGiB: number;
  readonly sourceDiskId: string;
  readonly sourceDiskType: 'system' | 'data';
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
  /** 0 = kept until deleted. */
  readonly retentionDays: number;
  readonly isAutomatic: boolean;
  readonly resourceGroupId: string;
  readonly tags: Tags;
}

export type InstanceStatus = 'Pending' | 'Starting' | 'Running' | 'Stopping' | 'Stopped';

export interface InstanceRow extends Row {
  readonly name: string;
  readonly hostName: string;
  readonly description: string;
  readonly status: InstanceStatus;
  readonly imageId: string;
  readonly instanceType: string;
  readonly zoneId: string;
  readonly vpcId: string;
  readonly vSwitchId: string;
  readonly privateIp: string;
  readonly publicIp: string;
  readonly securityGroupIds: readonly string[];
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly chargeType: 'PostPaid' | 'PrePaid';
  readonly spotStrategy: string;
  readonly internetMaxBandwidthIn: number;
  readonly internetMaxBandwidthOut: number;
  readonly internetChargeType: string;
  readonly keyPairName: string;
  readonly ramRoleName: string;
  readonly userData: string;
  readonly deletionProtection: boolean;
  readonly stoppedMode: 'KeepCharging' | 'StopCharging' | 'Not-applicable';
  readonly autoReleaseAt: number | null;
  readonly resourceGroupId: string;
  readonly metadataOptions: {
    readonly httpEndpoint: string;
    readonly httpTokens: string;
    readonly httpPutResponseHopLimit: number;
  };
  readonly locks: readonly string[];
  readonly loginAsNonRoot: boolean;
  readonly creditSpecification: string;
  readonly networkInterfaceId: string;
  readonly macAddress: string;
  readonly serialNumber: string;
  /** Emulated time of the last ModifyInstanceSpec, for the five-minute rule. */
  readonly specChangedAt: number | null;
  readonly tags: Tags;
  /** Launched by a call, not part of the scenario: only such instances take from its stock. */
  readonly isLaunched?: boolean;
}

export type DiskStatus = 'Creating' | 'Attaching' | 'In_use' | 'Detaching' | 'Available' | 'ReIniting';

export interface DiskRow extends Row {
  readonly name: string;
  readonly description: string;
  readonly type: 'system' | 'data';
  readonly status: DiskStatus;
  readonly category: string;
  readonly performanceLevel: string;
  readonly sizeGiB: number;
  readonly zoneId: string;
  /** '' where it is not attached. */
  readonly instanceId: string;
  readonly device: string;
  readonly imageId: string;
  readonly sourceSnapshotId: string;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
  readonly deleteWithInstance: boolean;
  readonly deleteAutoSnapshot: boolean;
  readonly autoSnapshotPolicyId: string;
  readonly createdAt: number;
  readonly attachedAt: number | null;
  readonly chargeType: 'PostPaid' | 'PrePaid';
  readonly provisionedIops: number;
  readonly burstingEnabled: boolean;
  readonly resourceGroupId: string;
  readonly tags: Tags;
}

export const keyStates = ['Enabled', 'Disabled', 'PendingDeletion'] as const;

export interface KeyRow extends Row {
  readonly arn: string;
  readonly state: (typeof keyStates)[number];
  readonly spec: string;
  readonly usage: string;
  readonly aliases: readonly string[];
  readonly createdAt: number;
  readonly tags: Tags;
}

/** A named thing of the scenario that operations only look up. */
export interface NamedRow extends Row {
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What is due when: run in order of `at`, then `order`, before any later request is answered. */
export interface ScheduledEvent {
  readonly at: number;
  readonly order: number;
  readonly kind: string;
  readonly subject: string;
}

/** An answer kept for a client token. */
export interface TokenRow {
  readonly id: string;
  readonly action: string;
  readonly parameters: string;
  readonly answeredAt: number;
  readonly answer: { readonly status: number; readonly body: string };
}
