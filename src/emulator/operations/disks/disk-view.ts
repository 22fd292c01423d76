/** A disk as DescribeDisks shows it. Source: ECS API reference, DescribeDisks. */

import type { DiskRow } from '../../world/state.js';
import { tagsView } from '../instances/instance-view.js';
import { neverExpires, toSecondText } from '../instances/time-text.js';

/** InstanceId and Device have a value only while the disk is in use or being detached. */
function isAttachmentShown(disk: DiskRow): boolean {
  return disk.instanceId !== '' && (disk.status === 'In_use' || disk.status === 'Detaching');
}

export function diskView(disk: DiskRow, hasPlacement: boolean) {
  return {
    DiskId: disk.id,
    DiskName: disk.name,
    Description: disk.description,
    RegionId: disk.region,
    ZoneId: disk.zoneId,
    Type: disk.type,
    Category: disk.category,
    PerformanceLevel: disk.performanceLevel,
    Size: disk.sizeGiB,
    Status: disk.status,
    ImageId: disk.imageId,
    SourceSnapshotId: disk.sourceSnapshotId,
    SourceDiskId: '',
    SerialNumber: disk.id.slice('d-'.length),
    Encrypted: disk.encrypted,
    KMSKeyId: disk.kmsKeyId ?? '',
    Portable: disk.type === 'data',
    ResourceGroupId: disk.resourceGroupId,
    Tags: tagsView(disk.tags),
    OperationLocks: { OperationLock: [] },
    ...lifeView(disk),
    ...attachmentView(disk),
    ...performanceView(disk),
    ...(hasPlacement ? { Placement: { ZoneIds: disk.zoneId } } : {}),
  };
}

function lifeView(disk: DiskRow) {
  return {
    CreationTime: toSecondText(disk.createdAt),
    ExpiredTime: neverExpires,
    DiskChargeType: disk.chargeType,
    ProductCode: '',
    DeleteWithInstance: disk.deleteWithInstance,
    DeleteAutoSnapshot: disk.deleteAutoSnapshot,
    EnableAutoSnapshot: true,
    EnableAutomatedSnapshotPolicy: disk.autoSnapshotPolicyId !== '',
    AutoSnapshotPolicyId: disk.autoSnapshotPolicyId,
  };
}

function attachmentView(disk: DiskRow) {
  const isShown = isAttachmentShown(disk);
  const attachedTime = disk.attachedAt === null ? '' : toSecondText(disk.attachedAt);
  const attachments = isShown ? [{ InstanceId: disk.instanceId, Device: disk.device, AttachedTime: attachedTime }] : [];
  return {
    InstanceId: isShown ? disk.instanceId : '',
    Device: isShown ? disk.device : '',
    AttachedTime: isShown ? attachedTime : '',
    DetachedTime: '',
    MultiAttach: 'Disabled',
    MountInstanceNum: attachments.length,
    MountInstances: { MountInstance: attachments },
    Attachments: { Attachment: attachments },
  };
}

function performanceView(disk: DiskRow) {
  return {
    ProvisionedIops: disk.provisionedIops,
    BurstingEnabled: disk.burstingEnabled,
    StorageSetId: '',
    StorageSetPartitionNumber: 0,
    StorageClusterId: '',
    BdfId: '',
  };
}
