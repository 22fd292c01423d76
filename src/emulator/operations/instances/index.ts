import { describeDisks } from '../disks/describe-disks.js';
import type { AnyOperation, Transition } from '../operation.js';
import { createInstance } from './create-instance.js';
import { deleteInstance, deleteInstances } from './delete-instance.js';
import { describeInstanceStatus } from './describe-instance-status.js';
import { describeInstances } from './describe-instances.js';
import { attachInstanceRamRole, describeInstanceRamRole, detachInstanceRamRole } from './instance-ram-role.js';
import { modifyInstanceAttribute } from './modify-instance-attribute.js';
import { modifyInstanceMetadataOptions } from './modify-instance-metadata-options.js';
import { modifyInstanceSpec } from './modify-instance-spec.js';
import { powerTransitions } from './power.js';
import { rebootInstance, rebootInstances } from './reboot-instance.js';
import { replaceSystemDisk, replaceSystemDiskTransitions } from './replace-system-disk.js';
import { runInstances } from './run-instances.js';
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
  describeDisks,
];

export const instanceTransitions: readonly Transition[] = [...powerTransitions, ...replaceSystemDiskTransitions];
