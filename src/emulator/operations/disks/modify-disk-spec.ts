import { refuse } from '../../rpc/api-error.js';
import { choice, integer, type Parsed, required, text } from '../../rpc/parameters.js';
import type { DiskRow, InstanceRow } from '../../world/state.js';
import { instanceType } from '../instance-types/catalogue.js';
import { operation } from '../operation.js';
import { minimumOfLevel } from './disk-limits.js';
import { performanceLevelError } from './disk-parameters.js';
import { assertChangeable, diskAccess, ownDisk } from './own-disk.js';

const parameters = {
  DiskId: required(text()),
  PerformanceLevel: choice(['PL0', 'PL1', 'PL2', 'PL3'], performanceLevelError),
  DiskCategory: choice(['cloud_essd', 'cloud_ssd', 'cloud_efficiency', 'cloud_auto'], {
    status: 400,
    code: 'InvalidDiskCategory.ValueNotSupported',
  }),
  ProvisionedIops: integer({ min: 0 }),
};

export const modifyDiskSpec = operation({
  name: 'ModifyDiskSpec',
  product: 'ecs',
  access: 'write',
  parameters,
  dryRun: 'DryRunOperation',
  accessRequest: (wish, call) => diskAccess(call, wish.DiskId),
  run(wish, call) {
    const disk = ownDisk(call, wish.DiskId);
    const instance = assertChangeable(disk, call.world);
    const changed = changedDisk(disk, wish, instance);
    call.world.disks.put(changed);
    return changed.category === disk.category ? {} : { TaskId: `t-${disk.id.slice('d-'.length)}` };
  },
});

type SpecWish = Parsed<typeof parameters>;

function changedDisk(disk: DiskRow, wish: SpecWish, instance: InstanceRow | undefined): DiskRow {
  const category = wish.DiskCategory ?? disk.category;
  const isEssd = category === 'cloud_essd';
  if (wish.PerformanceLevel !== undefined && !isEssd) {
    refuse(400, 'InvalidPerformanceLevel.Malformed', `A disk of category ${category} has no performance level.`);
  }
  const level = isEssd ? (wish.PerformanceLevel ?? (disk.performanceLevel || 'PL1')) : '';
  if (level === 'PL0' && disk.performanceLevel !== 'PL0') {
    refuse(403, 'OperationDenied', 'A performance level cannot be lowered to PL0.');
  }
  if (isEssd && disk.sizeGiB < minimumOfLevel(level)) {
    refuse(403, 'OperationDenied.PerformanceLevelNotMatch', `${level} needs ${minimumOfLevel(level)} GiB at least.`);
  }
  if (disk.chargeType === 'PrePaid' && level < disk.performanceLevel) {
    refuse(403, 'OperationDenied', 'The performance level of a subscription can only go up.');
  }
  const type = instance === undefined ? undefined : instanceType(instance.instanceType);
  if (type !== undefined && !type.diskCategories.includes(category)) {
    refuse(403, 'OperationDenied', `The instance type ${type.id} does not take disk category ${category}.`);
  }
  return { ...disk, category, performanceLevel: level, provisionedIops: wish.ProvisionedIops ?? disk.provisionedIops };
}
