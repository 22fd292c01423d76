import { applyAutoSnapshotPolicy, cancelAutoSnapshotPolicy } from '../disks/auto-snapshot-policy.js';
import { describeDisks } from '../disks/describe-disks.js';
import { modifyDiskAttribute } from '../disks/modify-disk-attribute.js';
import { modifyDiskSpec } from '../disks/modify-disk-spec.js';
import { reInitDisk, reInitDiskTransitions } from '../disks/re-init-disk.js';
import { resizeDisk } from '../disks/resize-disk.js';
import { describeAvailableResource } from '../instance-types/describe-available-resource.js';
import { describeInstanceTypes } from '../instance-types/describe-instance-types.js';
import {
  describeNetworkInterfaces,
  describeSecurityGroups,
  describeVpcs,
  describeVSwitches,
} from '../network/describe-network.js';
import type { AnyOperation, Transition } from '../operation.js';
import { createInstance } from './create-instance.js';
import { deleteInstance, deleteInstances } from './delete-instance.js';
import {
  describeInstanceAttachmentAttributes,
  describeInstanceAttribute,
  describeInstanceAutoRenewAttribute,
  describeInstanceMaintenanceAttributes,
  describeInstancesFullStatus,
  describeUserData,
} from './describe-instance-details.js';
import { describeInstanceStatus } from './describe-instance-status.js';
import { describeInstances } from './describe-instances.js';
import { describeLaunchTemplates, describeLaunchTemplateVersions } from './describe-launch-templates.js';
import { attachInstanceRamRole, describeInstanceRamRole, detachInstanceRamRole } from './instance-ram-role.js';
import { joinResourceGroup } from './join-resource-group.js';
import { modifyInstanceAttribute } from './modify-instance-attribute.js';
import { modifyInstanceMetadataOptions } from './modify-instance-metadata-options.js';
import { modifyInstanceSpec } from './modify-instance-spec.js';
import { powerTransitions } from './power.js';
import { rebootInstance, rebootInstances } from './reboot-instance.js';
import { replaceSystemDisk, replaceSystemDiskTransitions } from './replace-system-disk.js';
import { runInstances } from './run-instances.js';
import { joinSecurityGroup, leaveSecurityGroup } from './security-group-membership.js';
import { startInstance, startInstances } from './start-instance.js';
import { stopInstance, stopInstances } from './stop-instance.js';

export const instanceOperations: readonly AnyOperation[] = [
  runInstances,
  createInstance,
  startInstance,
  startInstances,
  stopInstance,
  stopInstances,
  rebootInstance,
  rebootInstances,
  deleteInstance,
  deleteInstances,
  replaceSystemDisk,
  modifyInstanceAttribute,
  modifyInstanceSpec,
  modifyInstanceMetadataOptions,
  attachInstanceRamRole,
  detachInstanceRamRole,
  describeInstanceRamRole,
  describeInstances,
  describeInstanceStatus,
  describeInstancesFullStatus,
  describeInstanceAttribute,
  describeUserData,
  describeInstanceMaintenanceAttributes,
  describeInstanceAttachmentAttributes,
  describeInstanceAutoRenewAttribute,
  describeLaunchTemplates,
  describeLaunchTemplateVersions,
  joinResourceGroup,
  joinSecurityGroup,
  leaveSecurityGroup,
  describeDisks,
  resizeDisk,
  reInitDisk,
  modifyDiskSpec,
  modifyDiskAttribute,
  applyAutoSnapshotPolicy,
  cancelAutoSnapshotPolicy,
  describeInstanceTypes,
  describeAvailableResource,
  describeSecurityGroups,
  describeVSwitches,
  describeVpcs,
  describeNetworkInterfaces,
];

export const instanceTransitions: readonly Transition[] = [
  ...powerTransitions,
  ...replaceSystemDiskTransitions,
  ...reInitDiskTransitions,
];
