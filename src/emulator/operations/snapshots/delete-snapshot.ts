import { refuse } from '../../rpc/api-error.js';
import { boolean, required, text } from '../../rpc/parameters.js';
import { operation } from '../operation.js';
import { isInImage } from './create-snapshot.js';

/**
 * An ID that does not exist is ignored, another account's is 404. Force helps against disks, never against images.
 * Source: ECS API reference, DeleteSnapshot.
 */
export const deleteSnapshot = operation({
  name: 'DeleteSnapshot',
  product: 'ecs',
  access: 'write',
  parameters: { SnapshotId: required(text()), Force: boolean() },
  accessRequest: ({ SnapshotId }, { regionId, caller }) => ({
    resources: [`acs:ecs:${regionId}:${caller.uid}:snapshot/${SnapshotId}`],
  }),
  run({ SnapshotId, Force }, { world, caller }) {
    const snapshot = world.snapshots.get(SnapshotId);
    if (snapshot === undefined) return {};
    if (snapshot.account !== caller.uid) {
      refuse(404, 'InvalidSnapshotId.NotFound', `The snapshot ${SnapshotId} does not exist.`);
    }
    if (isInImage(world, snapshot)) {
      refuse(403, 'SnapshotCreatedImage', `A custom image was made from the snapshot ${SnapshotId}.`);
    }
    const isOfDisk = world.disks
      .list(snapshot.account, snapshot.region)
      .some(({ sourceSnapshotId }) => sourceSnapshotId === snapshot.id);
    if (isOfDisk && Force !== true) {
      refuse(403, 'SnapshotCreatedDisk', `A disk was made from the snapshot ${SnapshotId}.`);
    }
    world.snapshots.remove(SnapshotId);
    return {};
  },
});
