import { ResizeDiskRequest } from '@alicloud/ecs20140526/dist/models/ResizeDiskRequest.js';
import { ModifyInstanceSpecRequest } from '@alicloud/ecs20140526/dist/models/ModifyInstanceSpecRequest.js';
import { ModifyInstanceMetadataOptionsRequest } from '@alicloud/ecs20140526/dist/models/ModifyInstanceMetadataOptionsRequest.js';
import { ModifyDiskSpecRequest } from '@alicloud/ecs20140526/dist/models/ModifyDiskSpecRequest.js';
import { DetachInstanceRamRoleRequest } from '@alicloud/ecs20140526/dist/models/DetachInstanceRamRoleRequest.js';
import { AttachInstanceRamRoleRequest } from '@alicloud/ecs20140526/dist/models/AttachInstanceRamRoleRequest.js';
import { ApplyAutoSnapshotPolicyRequest } from '@alicloud/ecs20140526/dist/models/ApplyAutoSnapshotPolicyRequest.js';
import { CopyImageRequest as CopyImageModel } from '@alicloud/ecs20140526/dist/models/CopyImageRequest.js';
import { CreateSnapshotRequest } from '@alicloud/ecs20140526/dist/models/CreateSnapshotRequest.js';
import { CancelCopyImageRequest } from '@alicloud/ecs20140526/dist/models/CancelCopyImageRequest.js';
import { DeleteImageRequest } from '@alicloud/ecs20140526/dist/models/DeleteImageRequest.js';
import { DeleteInstanceRequest } from '@alicloud/ecs20140526/dist/models/DeleteInstanceRequest.js';
import { DeleteSnapshotRequest } from '@alicloud/ecs20140526/dist/models/DeleteSnapshotRequest.js';
import { ModifyImageAttributeRequest } from '@alicloud/ecs20140526/dist/models/ModifyImageAttributeRequest.js';
import { ModifyImageSharePermissionRequest } from '@alicloud/ecs20140526/dist/models/ModifyImageSharePermissionRequest.js';
import { ModifyInstanceAttributeRequest } from '@alicloud/ecs20140526/dist/models/ModifyInstanceAttributeRequest.js';
import { ReplaceSystemDiskRequest as ReplaceSystemDiskModel } from '@alicloud/ecs20140526/dist/models/ReplaceSystemDiskRequest.js';
import { RunInstancesRequest } from '@alicloud/ecs20140526/dist/models/RunInstancesRequest.js';
import { StartInstanceRequest } from '@alicloud/ecs20140526/dist/models/StartInstanceRequest.js';
import { StopInstanceRequest } from '@alicloud/ecs20140526/dist/models/StopInstanceRequest.js';
import { TagResourcesRequest } from '@alicloud/ecs20140526/dist/models/TagResourcesRequest.js';
import { UntagResourcesRequest } from '@alicloud/ecs20140526/dist/models/UntagResourcesRequest.js';
import type { DiskSetting, InstanceSetting, LaunchDisk, LaunchSpec } from '../../domain/action.js';
import type { Scope, Tags } from '../../domain/observed.js';
import type { CloudWriter, CopyImageRequest, ReplaceSystemDiskRequest } from '../../ports/cloud-writer.js';
import type { Answer } from './answer.js';
import { type Fields, wireQuery } from './request.js';
import type { Send } from './sender.js';

/** Where a call is sent, what it is called and what it says. */
type Query = Readonly<Record<string, string>>;

export function cloudWriter(send: Send): CloudWriter {
  const write = <T>(scope: Scope, name: string, query: Query, parse: (answer: Answer) => T): Promise<T> =>
    send(scope, { product: 'ecs', name }, query, parse);
  return {
    // Sent to the source's region, which is what RegionId means there.
    copyImage: (scope, request) =>
      write({ ...scope, region: request.fromRegion }, 'CopyImage', copyImageQuery(scope, request), (answer) => ({
        imageId: answer.get('ImageId').id(),
      })),
    cancelCopyImage: (scope, imageId) =>
      write(
        scope,
        'CancelCopyImage',
        wireQuery(CancelCopyImageRequest, { regionId: scope.region, imageId }),
        acknowledged,
      ),
    deleteImage: (scope, imageId) =>
      write(scope, 'DeleteImage', wireQuery(DeleteImageRequest, { regionId: scope.region, imageId }), acknowledged),
    modifyImage: (scope, imageId, { family, description }) =>
      write(
        scope,
        'ModifyImageAttribute',
        wireQuery(ModifyImageAttributeRequest, { regionId: scope.region, imageId, imageFamily: family, description }),
        acknowledged,
      ),
    modifyImageShares: (scope, imageId, { add, remove }) =>
      write(
        scope,
        'ModifyImageSharePermission',
        wireQuery(ModifyImageSharePermissionRequest, {
          regionId: scope.region,
          imageId,
          addAccount: add.length === 0 ? undefined : add,
          removeAccount: remove.length === 0 ? undefined : remove,
        }),
        acknowledged,
      ),
    runInstance: (scope, request) =>
      write(scope, 'RunInstances', runInstancesQuery(scope, request), (answer) => ({
        instanceId: onlyInstance(answer),
      })),
    startInstance: (scope, instanceId) =>
      write(scope, 'StartInstance', wireQuery(StartInstanceRequest, { instanceId }), acknowledged),
    stopInstance: (scope, instanceId) =>
      write(
        scope,
        'StopInstance',
        wireQuery(StopInstanceRequest, { instanceId, stoppedMode: 'KeepCharging' }),
        acknowledged,
      ),
    deleteInstance: (scope, instanceId) =>
      write(
        scope,
        'DeleteInstance',
        wireQuery(DeleteInstanceRequest, { instanceId, force: true, forceStop: false }),
        acknowledged,
      ),
    modifyInstance: (scope, instanceId, setting) => {
      const [name, query] = instanceSettingQuery(scope, instanceId, setting);
      return write(scope, name, query, acknowledged);
    },
    modifyDisk: (scope, diskId, setting) => {
      const [name, query] = diskSettingQuery(scope, diskId, setting);
      return write(scope, name, query, acknowledged);
    },
    replaceSystemDisk: (scope, request) =>
      write(scope, 'ReplaceSystemDisk', replaceSystemDiskQuery(request), (answer) => ({
        diskId: answer.get('DiskId').id(),
      })),
    createSnapshot: (scope, { diskId, retentionDays, tags, clientToken }) =>
      write(
        scope,
        'CreateSnapshot',
        wireQuery(CreateSnapshotRequest, {
          diskId,
          retentionDays: retentionDays === 0 ? undefined : retentionDays,
          tag: tagList(tags),
          clientToken,
        }),
        (answer) => ({ snapshotId: answer.get('SnapshotId').id() }),
      ),
    deleteSnapshot: (scope, snapshotId) =>
      write(scope, 'DeleteSnapshot', wireQuery(DeleteSnapshotRequest, { snapshotId }), acknowledged),
    tagResources: (scope, resourceType, resourceId, tags) =>
      write(
        scope,
        'TagResources',
        wireQuery(TagResourcesRequest, { regionId: scope.region, resourceType, resourceId, tag: tagList(tags) }),
        acknowledged,
      ),
    untagResources: (scope, resourceType, resourceId, tagKey) =>
      write(
        scope,
        'UntagResources',
        wireQuery(UntagResourcesRequest, { regionId: scope.region, resourceType, resourceId, tagKey }),
        acknowledged,
      ),
  };
}

/** Operations without a result answer with their request ID alone. */
function acknowledged(answer: Answer): void {
  answer.get('RequestId').id();
}

function copyImageQuery(scope: Scope, request: CopyImageRequest): Query {
  return wireQuery(CopyImageModel, {
    regionId: request.fromRegion,
    imageId: request.imageId,
    destinationRegionId: scope.region,
    destinationImageName: request.imageName,
    destinationDescription: request.description ?? undefined,
    encrypted: request.encrypted ?? undefined,
    KMSKeyId: request.kmsKeyId ?? undefined,
    resourceGroupId: request.resourceGroupId ?? undefined,
    tag: tagList(request.tags),
    clientToken: request.clientToken,
  });
}

function runInstancesQuery(
  scope: Scope,
  request: LaunchSpec & { readonly imageId: string; readonly clientToken: string },
): Query {
  const { systemDisk } = request;
  return wireQuery(RunInstancesRequest, {
    regionId: scope.region,
    amount: 1,
    imageId: request.imageId,
    instanceType: request.instanceType,
    instanceName: request.instanceName,
    hostName: request.hostName ?? undefined,
    description: request.description ?? undefined,
    zoneId: request.zoneId ?? undefined,
    vSwitchId: request.vSwitchId,
    securityGroupIds: request.securityGroupIds,
    systemDisk: { ...diskFields(systemDisk), size: String(systemDisk.sizeGiB) },
    dataDisk: request.dataDisks.map((disk) => ({
      ...diskFields(disk),
      size: disk.sizeGiB,
      deleteWithInstance: disk.deleteWithInstance,
    })),
    keyPairName: request.keyPairName ?? undefined,
    httpEndpoint: request.metadataOptions?.httpEndpoint ?? undefined,
    httpTokens: request.metadataOptions?.httpTokens ?? undefined,
    httpPutResponseHopLimit: request.metadataOptions?.httpPutResponseHopLimit ?? undefined,
    ramRoleName: request.ramRoleName ?? undefined,
    userData: request.userData === null ? undefined : encoded(request.userData),
    passwordInherit: request.passwordInherit || undefined,
    internetMaxBandwidthOut: request.internetMaxBandwidthOut ?? undefined,
    resourceGroupId: request.resourceGroupId ?? undefined,
    deletionProtection: request.deletionProtection ?? undefined,
    tag: tagList(request.tags),
    clientToken: request.clientToken,
  });
}

/** `Encrypted` of a disk at launch is a text, in ReplaceSystemDisk and CopyImage a boolean. */
function diskFields(disk: LaunchDisk): Omit<Fields<NonNullable<RunInstancesRequest['systemDisk']>>, 'size'> {
  return {
    category: disk.category,
    performanceLevel: disk.performanceLevel ?? undefined,
    encrypted: disk.encrypted === null ? undefined : String(disk.encrypted),
    KMSKeyId: disk.kmsKeyId ?? undefined,
  };
}

function replaceSystemDiskQuery(request: ReplaceSystemDiskRequest): Query {
  return wireQuery(ReplaceSystemDiskModel, {
    instanceId: request.instanceId,
    imageId: request.imageId,
    systemDisk: { size: request.sizeGiB },
    encrypted: request.encrypted ?? undefined,
    KMSKeyId: request.kmsKeyId ?? undefined,
    keyPairName: request.keyPairName ?? undefined,
    passwordInherit: request.passwordInherit || undefined,
    clientToken: request.clientToken,
  });
}

/** The reference's example nests the list once more than its schema; one ID is in it, since one was asked for. */
function onlyInstance(answer: Answer): string {
  const items = answer.get('InstanceIdSets').get('InstanceIdSet').list();
  const [first, ...others] = items.flatMap((item) => (item.isList ? item.list() : [item]));
  return first === undefined || others.length > 0 ? answer.reject('one instance ID was expected') : first.id();
}

function tagList(tags: Tags): readonly { readonly key: string; readonly value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** User data travels as Base64. Source: ECS API reference, RunInstances. */
function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function instanceSettingQuery(scope: Scope, instanceId: string, setting: InstanceSetting): readonly [string, Query] {
  const regionId = scope.region;
  switch (setting.type) {
    case 'attributes':
      return ['ModifyInstanceAttribute', wireQuery(ModifyInstanceAttributeRequest, { instanceId, ...setting.changes })];
    case 'user-data': {
      const userData = encoded(setting.userData);
      return ['ModifyInstanceAttribute', wireQuery(ModifyInstanceAttributeRequest, { instanceId, userData })];
    }
    case 'instance-type': {
      const { instanceType } = setting;
      return ['ModifyInstanceSpec', wireQuery(ModifyInstanceSpecRequest, { instanceId, instanceType })];
    }
    case 'metadata-options':
      return [
        'ModifyInstanceMetadataOptions',
        wireQuery(ModifyInstanceMetadataOptionsRequest, {
          regionId,
          instanceId,
          // The operation asks for it even where only the others change.
          httpEndpoint: setting.options.httpEndpoint ?? 'enabled',
          httpTokens: setting.options.httpTokens ?? undefined,
          httpPutResponseHopLimit: setting.options.httpPutResponseHopLimit ?? undefined,
        }),
      ];
    case 'attach-role':
    case 'detach-role': {
      const instanceIds = JSON.stringify([instanceId]);
      const { ramRoleName } = setting;
      return setting.type === 'attach-role'
        ? ['AttachInstanceRamRole', wireQuery(AttachInstanceRamRoleRequest, { regionId, instanceIds, ramRoleName })]
        : ['DetachInstanceRamRole', wireQuery(DetachInstanceRamRoleRequest, { regionId, instanceIds, ramRoleName })];
    }
  }
}

function diskSettingQuery(scope: Scope, diskId: string, setting: DiskSetting): readonly [string, Query] {
  switch (setting.type) {
    case 'size':
      return ['ResizeDisk', wireQuery(ResizeDiskRequest, { diskId, newSize: setting.sizeGiB, type: 'online' })];
    case 'spec': {
      const { category, performanceLevel } = setting;
      return [
        'ModifyDiskSpec',
        wireQuery(ModifyDiskSpecRequest, {
          diskId,
          diskCategory: category,
          performanceLevel: performanceLevel ?? undefined,
        }),
      ];
    }
    case 'snapshot-policy':
      return [
        'ApplyAutoSnapshotPolicy',
        wireQuery(ApplyAutoSnapshotPolicyRequest, {
          regionId: scope.region,
          autoSnapshotPolicyId: setting.policyId,
          diskIds: JSON.stringify([diskId]),
        }),
      ];
  }
}
