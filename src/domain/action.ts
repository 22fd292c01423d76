import type { Address } from './address.js';
import type { DestructiveClass, Health, MetadataWish, Probe } from './desired.js';
import type { Scope, Tags } from './observed.js';

/** Each names the one API operation that an action sends, `Wait` apart, which only reads. */
export type ActionKind = Action['kind'];

/** Why an action is in a plan: a closed list. */
export type ActionReason =
  | 'not_found'
  | 'copy_failed'
  | 'superseded'
  | 'hop_done'
  | 'seal'
  | 'moved'
  | 'until_available'
  | 'until_running'
  | 'until_healthy'
  | 'siblings_healthy'
  | 'tags_differ'
  | 'attributes_differ'
  | 'family_differs'
  | 'image_differs'
  | 'rollout_mark'
  | 'rollout_snapshot'
  | 'rollout_disk_tags'
  | 'rollout_done'
  | 'type_differs'
  | 'disk_differs'
  | 'user_data_differs'
  | 'snapshot_policy_lost'
  | 'adopt'
  | 'power_differs'
  | 'scaled_down'
  | 'not_shared'
  | 'recreated'
  | 'not_listed'
  | 'not_wanted';

/** An image that is there, or the one that a copy of this plan makes. */
export type ImageRef =
  | { readonly kind: 'id'; readonly imageId: string }
  | { readonly kind: 'copy'; readonly address: Address; readonly imageName: string };

interface ActionBase {
  /** `a1`, `a2`, ... in the order of the plan. */
  readonly id: string;
  readonly address: Address;
  readonly scope: Scope;
  /** IDs of actions that must be done before. */
  readonly dependsOn: readonly string[];
  readonly class: DestructiveClass | null;
  readonly reason: ActionReason;
}

/** The thing that an action is about: there already, or made by an earlier action of this plan at the same address. */
export type InstanceRef = { readonly kind: 'id'; readonly instanceId: string } | { readonly kind: 'created' };

export interface CopyImageAction extends ActionBase {
  readonly kind: 'CopyImage';
  readonly role: 'copy' | 'hop';
  /** Image that is read: the locked one, or the hop's copy of it. */
  readonly from: ImageRef;
  readonly fromRegion: string;
  /** The locked image at the root, and its owner: the copy's lineage tags. */
  readonly sourceImageId: string;
  readonly sourceOwner: string;
  readonly imageName: string;
  readonly description: string | null;
  readonly encrypted: boolean | null;
  readonly kmsKeyId: string | null;
  readonly resourceGroupId: string | null;
  readonly tags: Tags;
  readonly sizeGiB: number;
}

export interface RunInstanceAction extends ActionBase {
  readonly kind: 'RunInstance';
  readonly image: ImageRef;
  readonly launch: LaunchSpec;
}

/** Everything of RunInstances but image, token and amount. */
export interface LaunchSpec {
  readonly instanceType: string;
  readonly instanceName: string;
  readonly hostName: string | null;
  readonly description: string | null;
  readonly zoneId: string | null;
  readonly vSwitchId: string;
  readonly securityGroupIds: readonly string[];
  readonly systemDisk: LaunchDisk;
  readonly dataDisks: readonly (LaunchDisk & { readonly deleteWithInstance: boolean })[];
  readonly keyPairName: string | null;
  readonly metadataOptions: MetadataWish | null;
  readonly ramRoleName: string | null;
  /** As text: the adapter encodes it. */
  readonly userData: string | null;
  readonly passwordInherit: boolean;
  readonly internetMaxBandwidthOut: number | null;
  readonly resourceGroupId: string | null;
  readonly deletionProtection: boolean | null;
  readonly tags: Tags;
}

export interface LaunchDisk {
  readonly category: string;
  readonly sizeGiB: number;
  readonly performanceLevel: string | null;
  readonly encrypted: boolean | null;
  readonly kmsKeyId: string | null;
}

/** What a tag action writes to. `id` null: the thing that this plan makes at the address. */
export type TagTarget =
  | { readonly type: 'instance' | 'image'; readonly id: string | null }
  /** The present system disk of an instance. */
  | { readonly type: 'system-disk'; readonly instanceId: string }
  /** The n-th (from 0) of the snapshots behind an image; `imageId` null: the hop that this plan makes. */
  | { readonly type: 'image-snapshot'; readonly imageId: string | null; readonly index: number };

/** What is written on a member before it is stopped, so that a run after a crash knows what was going on. */
export interface RolloutMark {
  readonly instanceId: string;
  /** The system disk that is to be replaced. */
  readonly diskId: string;
  readonly image: ImageRef;
  readonly previousImageId: string;
  /** How many members of the resource may be down at once. */
  readonly maxUnavailable: number;
  /** What the member must answer to before it is stopped: a probe that never passed says nothing of an image. */
  readonly probes: readonly Probe[];
}

export interface TagResourceAction extends ActionBase {
  readonly kind: 'TagResource';
  readonly target: TagTarget;
  /** Beside these, a seal writes the thing's own ID, and a mark what it says. */
  readonly tags: Tags;
  readonly mark: RolloutMark | null;
  /** The address that the thing's tag may still say; `address` is what is written. */
  readonly movedFrom?: Address;
}

export interface UntagResourceAction extends ActionBase {
  readonly kind: 'UntagResource';
  readonly target: TagTarget;
  readonly keys: readonly string[];
}

export interface StopInstanceAction extends ActionBase {
  readonly kind: 'StopInstance';
  readonly instanceId: string;
  /**
   * The system disk that the stop prepares to replace: another one means that somebody was quicker, and without the
   * mark for it nothing is stopped.
   */
  readonly diskId: string;
}

export interface StartInstanceAction extends ActionBase {
  readonly kind: 'StartInstance';
  readonly instanceId: string;
}

export interface ReplaceSystemDiskAction extends ActionBase {
  readonly kind: 'ReplaceSystemDisk';
  readonly instanceId: string;
  readonly diskId: string;
  readonly image: ImageRef;
  /** Never below the size of the present disk: the service refuses that. */
  readonly sizeGiB: number;
  readonly encrypted: boolean | null;
  readonly kmsKeyId: string | null;
  /** Passed again: a key pair does not survive a replacement. */
  readonly keyPairName: string | null;
  readonly passwordInherit: boolean;
}

export interface CreateSnapshotAction extends ActionBase {
  readonly kind: 'CreateSnapshot';
  readonly instanceId: string;
  readonly diskId: string;
  readonly image: ImageRef;
  /** 0 = keep. */
  readonly retentionDays: number;
}

export interface ModifyInstanceAction extends ActionBase {
  readonly kind: 'ModifyInstance';
  readonly instanceId: string;
  readonly setting: InstanceSetting;
}

/** What is set on an instance: each has an API operation of its own. */
export type InstanceSetting =
  | { readonly type: 'attributes'; readonly changes: InstanceChanges }
  /** Takes effect with the next start. */
  | { readonly type: 'user-data'; readonly userData: string }
  /** Only on a stopped instance. */
  | { readonly type: 'instance-type'; readonly instanceType: string }
  | { readonly type: 'metadata-options'; readonly options: MetadataWish }
  | { readonly type: 'attach-role' | 'detach-role'; readonly ramRoleName: string };

/** Sets something on a disk that an instance has when the action is carried out. */
export interface ModifyDiskAction extends ActionBase {
  readonly kind: 'ModifyDisk';
  /** Null: the instance that this plan makes at the address. */
  readonly instanceId: string | null;
  readonly setting: DiskSetting;
}

export type DiskSetting =
  | { readonly type: 'size'; readonly sizeGiB: number }
  | { readonly type: 'spec'; readonly category: string; readonly performanceLevel: string | null }
  /** `dataDisk`: which of the data disks, in the order of their devices; absent: the system disk. */
  | { readonly type: 'snapshot-policy'; readonly policyId: string; readonly dataDisk?: number };

/** Takes over an instance or an own image that somebody else made, by tags alone. */
export interface AdoptAction extends ActionBase {
  readonly kind: 'Adopt';
  readonly target: { readonly type: 'instance' | 'image'; readonly id: string };
  /** Beside the marks of ownership: of an image its lineage. */
  readonly tags: Tags;
}

export interface InstanceChanges {
  readonly instanceName?: string;
  readonly description?: string;
  readonly securityGroupIds?: readonly string[];
  readonly deletionProtection?: boolean;
}

export interface ModifyImageAction extends ActionBase {
  readonly kind: 'ModifyImage';
  /** Null: the copy that this plan makes at the address. */
  readonly imageId: string | null;
  readonly changes: { readonly family?: string; readonly description?: string };
}

export interface ShareImageAction extends ActionBase {
  readonly kind: 'ShareImage';
  readonly image: ImageRef;
  /** UIDs, at most `accountsPerCallMax`. */
  readonly accounts: readonly string[];
}

export interface UnshareImageAction extends ActionBase {
  readonly kind: 'UnshareImage';
  readonly imageId: string;
  /** UIDs, at most `accountsPerCallMax`. */
  readonly accounts: readonly string[];
}

/**
 * Accounts that one ModifyImageSharePermission may add or remove. The service ignores the rest without an error, so
 * the planner splits. Source: ECS API reference, ModifyImageSharePermission.
 */
export const accountsPerCallMax = 10;

export interface DeleteInstanceAction extends ActionBase {
  readonly kind: 'DeleteInstance';
  readonly instanceId: string;
}

export interface DeleteImageAction extends ActionBase {
  readonly kind: 'DeleteImage';
  /** Null: the hop that this plan makes at the address. */
  readonly imageId: string | null;
}

/** Ends a copy that is still being made and that nothing wants any more. */
export interface CancelCopyImageAction extends ActionBase {
  readonly kind: 'CancelCopyImage';
  readonly imageId: string;
}

/** Deletes the snapshots that a deleted copy leaves behind; they cost money and nothing else names them. */
export interface DeleteSnapshotAction extends ActionBase {
  readonly kind: 'DeleteSnapshot';
  /** A snapshot that is there, or the n-th (from 0) behind the hop that this plan makes and deletes. */
  readonly snapshot:
    | { readonly kind: 'id'; readonly id: string }
    | { readonly kind: 'behind-hop'; readonly index: number };
}

export interface WaitAction extends ActionBase {
  readonly kind: 'Wait';
  readonly until: WaitGoal;
}

export type WaitGoal =
  | { readonly kind: 'image-available'; readonly imageId: string | null; readonly imageName: string }
  | { readonly kind: 'instance-running'; readonly instance: InstanceRef }
  /** Running on the wanted image for so long, and `settle` after our last write. */
  | {
      readonly kind: 'instance-healthy';
      readonly instanceId: string;
      readonly image: ImageRef;
      readonly minReadySeconds: number;
      readonly health: Health;
      /** `GiveUp`: the member was being rolled back, so nothing is left to try, and another image is to blame. */
      readonly onFailure: 'Halt' | 'Rollback' | 'GiveUp';
    }
  /** All members of the resource that run the wanted image already answer to its probes. */
  | { readonly kind: 'siblings-healthy'; readonly image: ImageRef; readonly health: Health };

export type Action =
  | CopyImageAction
  | RunInstanceAction
  | TagResourceAction
  | UntagResourceAction
  | StopInstanceAction
  | StartInstanceAction
  | ReplaceSystemDiskAction
  | CreateSnapshotAction
  | ModifyInstanceAction
  | ModifyDiskAction
  | AdoptAction
  | ModifyImageAction
  | ShareImageAction
  | UnshareImageAction
  | DeleteInstanceAction
  | DeleteImageAction
  | CancelCopyImageAction
  | DeleteSnapshotAction
  | WaitAction;

/** The API operation that an action sends; null for one that only waits. */
export function operationOf(action: Action): string | null {
  switch (action.kind) {
    case 'RunInstance':
      return 'RunInstances';
    case 'TagResource':
    case 'Adopt':
      return 'TagResources';
    case 'UntagResource':
      return 'UntagResources';
    case 'ShareImage':
    case 'UnshareImage':
      return 'ModifyImageSharePermission';
    case 'ModifyImage':
      return 'ModifyImageAttribute';
    case 'ModifyInstance':
      return instanceOperations[action.setting.type];
    case 'ModifyDisk':
      return diskOperations[action.setting.type];
    case 'Wait':
      return null;
    case 'CopyImage':
    case 'StopInstance':
    case 'StartInstance':
    case 'ReplaceSystemDisk':
    case 'CreateSnapshot':
    case 'DeleteInstance':
    case 'DeleteImage':
    case 'CancelCopyImage':
    case 'DeleteSnapshot':
      return action.kind;
  }
}

const instanceOperations: Readonly<Record<InstanceSetting['type'], string>> = {
  attributes: 'ModifyInstanceAttribute',
  'user-data': 'ModifyInstanceAttribute',
  'instance-type': 'ModifyInstanceSpec',
  'metadata-options': 'ModifyInstanceMetadataOptions',
  'attach-role': 'AttachInstanceRamRole',
  'detach-role': 'DetachInstanceRamRole',
};

const diskOperations: Readonly<Record<DiskSetting['type'], string>> = {
  size: 'ResizeDisk',
  spec: 'ModifyDiskSpec',
  'snapshot-policy': 'ApplyAutoSnapshotPolicy',
};
