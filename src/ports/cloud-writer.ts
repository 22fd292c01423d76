import type { DiskSetting, InstanceSetting, LaunchSpec } from '../domain/action.js';
import type { Scope, Tags } from '../domain/observed.js';

export interface CopyImageRequest {
  readonly imageId: string;
  /** Region of the image that is read; `scope.region` is where the copy goes. */
  readonly fromRegion: string;
  readonly imageName: string;
  readonly description: string | null;
  readonly encrypted: boolean | null;
  readonly kmsKeyId: string | null;
  readonly resourceGroupId: string | null;
  readonly tags: Tags;
  readonly clientToken: string;
}

export interface ReplaceSystemDiskRequest {
  readonly instanceId: string;
  readonly imageId: string;
  readonly sizeGiB: number;
  readonly encrypted: boolean | null;
  readonly kmsKeyId: string | null;
  readonly keyPairName: string | null;
  readonly passwordInherit: boolean;
  readonly clientToken: string;
}

/**
 * The calls that change something: each is one API call, sent once. All of them throw CloudError, whose `failure`
 * says whether the call may have taken effect all the same. No method here retries.
 */
export interface CloudWriter {
  /** ID of the copy, which is not ready yet. */
  copyImage(scope: Scope, request: CopyImageRequest): Promise<{ readonly imageId: string }>;
  deleteImage(scope: Scope, imageId: string): Promise<void>;
  /** Removes a copy that is not complete yet. */
  cancelCopyImage(scope: Scope, imageId: string): Promise<void>;
  modifyImage(
    scope: Scope,
    imageId: string,
    changes: { readonly family?: string; readonly description?: string },
  ): Promise<void>;
  /** At most ten accounts in all: the service passes over more without a word. Never touches public exposure. */
  modifyImageShares(
    scope: Scope,
    imageId: string,
    changes: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<void>;
  runInstance(
    scope: Scope,
    request: LaunchSpec & { readonly imageId: string; readonly clientToken: string },
  ): Promise<{ readonly instanceId: string }>;
  startInstance(scope: Scope, instanceId: string): Promise<void>;
  /** Always with StoppedMode=KeepCharging: without it the machine may not get its place back. */
  stopInstance(scope: Scope, instanceId: string): Promise<void>;
  /**
   * A Running one is shut down first, as by a stop, and then goes: one call, so that nothing is left stopped in between.
   * Source: ECS API reference, DeleteInstance.
   */
  deleteInstance(scope: Scope, instanceId: string): Promise<void>;
  modifyInstance(scope: Scope, instanceId: string, setting: InstanceSetting): Promise<void>;
  /** Online: the instance keeps running. */
  modifyDisk(scope: Scope, diskId: string, setting: DiskSetting): Promise<void>;
  /** ID of the new system disk. */
  replaceSystemDisk(scope: Scope, request: ReplaceSystemDiskRequest): Promise<{ readonly diskId: string }>;
  createSnapshot(
    scope: Scope,
    request: {
      readonly diskId: string;
      /** 0 = keep. */
      readonly retentionDays: number;
      readonly tags: Tags;
      readonly clientToken: string;
    },
  ): Promise<{ readonly snapshotId: string }>;
  deleteSnapshot(scope: Scope, snapshotId: string): Promise<void>;
  /** At most 50 IDs and 20 tags a call. */
  tagResources(
    scope: Scope,
    type: 'instance' | 'image' | 'disk' | 'snapshot',
    ids: readonly string[],
    tags: Tags,
  ): Promise<void>;
  untagResources(
    scope: Scope,
    type: 'instance' | 'image' | 'disk' | 'snapshot',
    ids: readonly string[],
    keys: readonly string[],
  ): Promise<void>;
}
