import type { DiskSetting } from '../domain/action.js';
import type { Instance } from '../domain/desired.js';
import type { ObservedDisk } from '../domain/observed.js';
import { isIgnored } from './ignored.js';

/** What can be changed on a system disk while its instance runs: size upwards, category, level, snapshot policy. */
export function diskSettings(instance: Instance, disk: ObservedDisk, isReplaced: boolean): readonly DiskSetting[] {
  const { category, performanceLevel, sizeGiB, autoSnapshotPolicyId } = instance.systemDisk;
  const settings: DiskSetting[] = [];
  const hasCategory = category === disk.category || isIgnored(instance, 'systemDisk.category');
  const hasLevel =
    performanceLevel === null ||
    performanceLevel === disk.performanceLevel ||
    isIgnored(instance, 'systemDisk.performanceLevel');
  if (!hasCategory || !hasLevel) settings.push({ type: 'spec', category, performanceLevel });
  // A replacement brings the size with it.
  const isGrowing = sizeGiB > disk.sizeGiB && !isIgnored(instance, 'systemDisk.sizeGiB');
  if (isGrowing && !isReplaced) settings.push({ type: 'size', sizeGiB });
  const policyId = autoSnapshotPolicyId;
  const hasPolicy =
    policyId === null ||
    policyId === disk.autoSnapshotPolicyId ||
    isIgnored(instance, 'systemDisk.autoSnapshotPolicyId');
  if (!hasPolicy && !isReplaced) settings.push({ type: 'snapshot-policy', policyId });
  return settings;
}
