import type { DiskSetting } from '../domain/action.js';
import type { Instance } from '../domain/desired.js';
import { byDevice, type ObservedDisk } from '../domain/observed.js';
import { isIgnored } from './ignored.js';

/** Snapshot policies that a new instance is given once it runs: it cannot be made with them. */
export function firstPolicies({ systemDisk, dataDisks }: Instance): readonly DiskSetting[] {
  const ofSystem = systemDisk.autoSnapshotPolicyId;
  return [
    ...(ofSystem === null ? [] : [{ type: 'snapshot-policy', policyId: ofSystem } as const]),
    ...dataDisks.flatMap(({ autoSnapshotPolicyId: policyId }, dataDisk) =>
      policyId === null ? [] : [{ type: 'snapshot-policy', policyId, dataDisk } as const],
    ),
  ];
}

/**
 * Snapshot policies of data disks that differ. Which disk is meant is known only where as many are seen as the manifest
 * lists: those of an instance that was taken over carry no tags of ours, and may not be seen.
 */
export function dataDiskPolicies(instance: Instance, disks: readonly ObservedDisk[]): readonly DiskSetting[] {
  if (disks.length !== instance.dataDisks.length) return [];
  const seen = byDevice(disks);
  return instance.dataDisks.flatMap(({ autoSnapshotPolicyId: policyId }, dataDisk) => {
    const isSet = policyId === null || seen[dataDisk]?.autoSnapshotPolicyId === policyId;
    return isSet ? [] : [{ type: 'snapshot-policy', policyId, dataDisk } as const];
  });
}

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
