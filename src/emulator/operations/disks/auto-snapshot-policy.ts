/** These two spell their parameters with a small first letter. Source: ECS API reference, ApplyAutoSnapshotPolicy. */

import { jsonStrings, required, text } from '../../rpc/parameters.js';
import type { DiskRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { ownDisk } from './own-disk.js';

const diskIds = required(jsonStrings({ max: 100, error: { status: 400, code: 'InvalidDiskIds.Malformed' } }));
const policyId = text({
  pattern: /^sp-[A-Za-z0-9_-]+$/,
  error: { status: 404, code: 'InvalidAutoSnapshotPolicyId.NotFound' },
});

export const applyAutoSnapshotPolicy = operation({
  name: 'ApplyAutoSnapshotPolicy',
  product: 'ecs',
  access: 'write',
  parameters: { regionId: required(text()), diskIds, autoSnapshotPolicyId: required(policyId) },
  run(wish, call) {
    for (const disk of named(wish, call)) {
      call.world.disks.put({ ...disk, autoSnapshotPolicyId: wish.autoSnapshotPolicyId });
    }
    return {};
  },
});

/** Without a policy every policy of the disks is cancelled. */
export const cancelAutoSnapshotPolicy = operation({
  name: 'CancelAutoSnapshotPolicy',
  product: 'ecs',
  access: 'write',
  parameters: { regionId: required(text()), diskIds, autoSnapshotPolicyId: policyId },
  run(wish, call) {
    const { autoSnapshotPolicyId: policy } = wish;
    for (const disk of named(wish, call)) {
      if (policy === undefined || policy === disk.autoSnapshotPolicyId) {
        call.world.disks.put({ ...disk, autoSnapshotPolicyId: '' });
      }
    }
    return {};
  },
});

function named(wish: { readonly regionId: string; readonly diskIds: readonly string[] }, call: Call): DiskRow[] {
  return wish.diskIds.map((id) => ownDisk({ ...call, regionId: wish.regionId }, id));
}
