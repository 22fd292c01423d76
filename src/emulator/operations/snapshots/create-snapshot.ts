import { type ErrorSpec, refuse } from '../../rpc/api-error.js';
import { boolean, integer, type Parsed, required, text } from '../../rpc/parameters.js';
import { assertKeyAlive } from '../../world/encryption.js';
import type { DiskRow, SnapshotRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { operation, type Transition } from '../operation.js';
import { assertRoomForSnapshots } from '../images/image-quota.js';
import { description, resourceName } from '../images/image-text.js';
import { creationTags } from '../tags/tag-parameters.js';

const dayMs = 86_400_000;
const retentionDaysMax = 65_536;

/** Manual snapshots that one disk can have. */
const snapshotsPerDiskMax = 256;

const malformedName: ErrorSpec = { status: 400, code: 'InvalidSnapshotName.Malformed' };

const parameters = {
  DiskId: required(text()),
  /** Names of automatic snapshots begin with `auto`. */
  SnapshotName: text({ pattern: new RegExp(`^(?!auto)${resourceName.source.slice(1)}`, 'u'), error: malformedName }),
  Description: description({ status: 404, code: 'InvalidDescription.Malformed' }),
  RetentionDays: integer({
    min: 1,
    max: retentionDaysMax,
    error: { status: 400, code: 'InvalidRetentionDays.Malformed' },
  }),
  Category: text({
    oneOf: ['Standard', 'standard'],
    error: { status: 403, code: 'InvalidSnapshotCategory.Malformed' },
  }),
  InstantAccess: boolean(),
  InstantAccessRetentionDays: integer({ min: 1, max: 65_535 }),
  ResourceGroupId: text({ pattern: /^rg-/, error: { status: 404, code: 'InvalidResourceGroup.NotFound' } }),
  Tag: creationTags,
};

type Request = Parsed<typeof parameters>;

/** Source: ECS API reference, CreateSnapshot. */
export const createSnapshot = operation({
  name: 'CreateSnapshot',
  product: 'ecs',
  access: 'write',
  clientToken: { mismatch: { status: 403, code: 'IdempotentParameterMismatch' } },
  parameters,
  accessRequest: ({ DiskId }, { regionId, caller }) => ({
    resources: [`acs:ecs:${regionId}:${caller.uid}:disk/${DiskId}`],
  }),
  run(request, { world, caller }) {
    const disk = world.disks.get(request.DiskId);
    if (disk === undefined || disk.account !== caller.uid) {
      return refuse(404, 'InvalidDiskId.NotFound', `The disk ${request.DiskId} does not exist.`);
    }
    assertDiskFit(world, disk);
    assertNoOtherSnapshot(world, disk);
    assertRoomForSnapshots(world, disk.account, disk.region, 1);
    if (disk.kmsKeyId !== null) assertKeyAlive(world, disk.account, disk.kmsKeyId);
    const snapshot = snapshotOf(disk, request, world);
    world.snapshots.put(snapshot);
    world.schedule({ at: world.now + snapshot.durationMs, kind: 'snapshot-end', subject: snapshot.id });
    return { SnapshotId: snapshot.id };
  },
});

function assertDiskFit(world: World, disk: DiskRow): void {
  if (disk.status !== 'In_use' && disk.status !== 'Available') {
    refuse(403, 'IncorrectDiskStatus', `The disk ${disk.id} is ${disk.status}.`);
  }
  if (disk.status === 'Available' && disk.attachedAt === null) {
    refuse(403, 'IncorrectDiskStatus.NeverAttached', `The disk ${disk.id} was never attached.`);
  }
  const instance = disk.instanceId === '' ? undefined : world.instances.get(disk.instanceId);
  if (instance === undefined) return;
  if (instance.locks.includes('security')) {
    refuse(403, 'InstanceLockedForSecurity', `The instance ${instance.id} is locked for security reasons.`);
  }
  if (instance.status !== 'Running' && instance.status !== 'Stopped') {
    refuse(400, 'IncorrectInstanceStatus', `The instance ${instance.id} is ${instance.status}.`);
  }
  if (instance.startedAt === null) {
    refuse(403, 'IncorrectDiskStatus.NeverUsed', `The instance ${instance.id} was never started.`);
  }
}

function assertNoOtherSnapshot(world: World, disk: DiskRow): void {
  const others = world.snapshots.list(disk.account, disk.region).filter(({ sourceDiskId }) => sourceDiskId === disk.id);
  if (others.some(({ status }) => status === 'progressing')) {
    refuse(403, 'IncorrectDiskStatus.CreatingSnapshot', `A snapshot of the disk ${disk.id} is being created.`);
  }
  if (others.filter(({ isAutomatic }) => !isAutomatic).length >= snapshotsPerDiskMax) {
    refuse(403, 'QuotaExceed.Snapshot', `The disk ${disk.id} has ${snapshotsPerDiskMax} snapshots.`);
  }
}

function snapshotOf(disk: DiskRow, request: Request, world: World): SnapshotRow {
  const { baseSeconds, secondsPerGiB } = world.settings.timings.createSnapshot;
  return {
    id: world.newId('s', disk.region),
    account: disk.account,
    region: disk.region,
    sequence: world.nextSequence(),
    name: request.SnapshotName ?? '',
    description: request.Description ?? '',
    status: 'progressing',
    createdAt: world.now,
    durationMs: (baseSeconds + secondsPerGiB * disk.sizeGiB) * 1000,
    sizeGiB: disk.sizeGiB,
    sourceDiskId: disk.id,
    sourceDiskType: disk.type,
    encrypted: disk.encrypted,
    kmsKeyId: disk.kmsKeyId,
    retentionDays: request.RetentionDays ?? 0,
    isAutomatic: false,
    resourceGroupId: request.ResourceGroupId ?? '',
    tags: request.Tag,
  };
}

/** The retention period begins when the snapshot is finished. */
const snapshotEnd: Transition = {
  kind: 'snapshot-end',
  run({ subject }, world) {
    const snapshot = world.snapshots.get(subject);
    if (snapshot?.status !== 'progressing') return;
    world.snapshots.put({ ...snapshot, status: 'accomplished' });
    if (snapshot.retentionDays > 0) {
      world.schedule({ at: world.now + snapshot.retentionDays * dayMs, kind: 'snapshot-expiry', subject });
    }
  },
};

/** A snapshot that a custom image needs outlives its retention period. */
const snapshotExpiry: Transition = {
  kind: 'snapshot-expiry',
  run({ subject }, world) {
    const snapshot = world.snapshots.get(subject);
    if (snapshot !== undefined && !isInImage(world, snapshot)) world.snapshots.remove(subject);
  },
};

export function isInImage(world: World, snapshot: SnapshotRow): boolean {
  return world.images
    .list(snapshot.account, snapshot.region)
    .some(({ disks }) => disks.some(({ snapshotId }) => snapshotId === snapshot.id));
}

export const snapshotTransitions: readonly Transition[] = [snapshotEnd, snapshotExpiry];
