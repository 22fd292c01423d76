import { type ErrorSpec, refuse } from '../../rpc/api-error.js';
import { group, integer, list, type Parsed, required, text } from '../../rpc/parameters.js';
import { assertKeyAlive } from '../../world/encryption.js';
import type { ImageDisk, ImageRow, InstanceRow, SnapshotRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { creationTags } from '../tags/tag-parameters.js';
import { assertNameFree, assertRoomForImage, assertRoomForSnapshots, assertRoomInFamily } from './image-quota.js';
import { beginTask } from './image-task.js';
import { description, imageFamily, imageName } from './image-text.js';

const dataDisksMax = 16;
const badRequest = (code: string): ErrorSpec => ({ status: 400, code });

const parameters = {
  RegionId: required(text()),
  InstanceId: text(),
  SnapshotId: text(),
  DiskDeviceMapping: list(
    group({
      SnapshotId: text(),
      Size: integer({ min: 1, max: 32_768 }),
      Device: text({ pattern: /^\/dev\/xvd[a-z]$/, error: badRequest('InvalidDevice.Malformed') }),
      DiskType: text({ oneOf: ['system', 'data'], error: badRequest('InvalidParameter') }),
    }),
  ),
  ImageName: imageName,
  ImageFamily: imageFamily,
  ImageVersion: text({ maxLength: 40, error: badRequest('InvalidParameter') }),
  Description: description(),
  Platform: text(),
  Architecture: text({ oneOf: ['i386', 'x86_64', 'arm64'], error: badRequest('InvalidArchitecture.Malformed') }),
  BootMode: text({ oneOf: ['BIOS', 'UEFI', 'UEFI-Preferred'], error: badRequest('InvalidBootMode.NotSupport') }),
  DetectionStrategy: text({ oneOf: ['Standard'], error: badRequest('InvalidParameter') }),
  Features: group({
    ImdsSupport: text({ oneOf: ['v1', 'v2'], error: badRequest('InvalidParameter.FeaturesImdsSupport') }),
  }),
  ResourceGroupId: text({ pattern: /^rg-/, error: { status: 404, code: 'InvalidResourceGroup.NotFound' } }),
  Tag: creationTags,
};

type Request = Parsed<typeof parameters>;

/** A disk of the image to be. Without a snapshot ID the task makes a new snapshot for it. */
type Plan = { readonly disks: readonly ImageDisk[]; readonly instance: InstanceRow | undefined };

/** From an instance, else from a disk mapping, else from a system disk's snapshot. Source: ECS API reference, CreateImage. */
export const createImage = operation({
  name: 'CreateImage',
  product: 'ecs',
  access: 'write',
  clientToken: { mismatch: { status: 400, code: 'IdempotenceParamNotMatch' } },
  dryRun: 'DryRunOperation',
  parameters,
  accessRequest: (request, { regionId, caller }) => ({
    resources: [
      `acs:ecs:${regionId}:${caller.uid}:image/*`,
      ...(request.InstanceId === undefined ? [] : [`acs:ecs:${regionId}:${caller.uid}:instance/${request.InstanceId}`]),
    ],
  }),
  run(request, call) {
    const { world } = call;
    const plan = planOf(request, call);
    for (const { kmsKeyId } of plan.disks) {
      if (kmsKeyId !== null) assertKeyAlive(world, call.caller.uid, kmsKeyId);
    }
    const image = imageOf(plan, request, call);
    assertNameFree(world, image.account, image.region, image.name);
    assertRoomForImage(world, image.account, image.region);
    const snapshotsToMake = plan.disks.filter(({ snapshotId }) => snapshotId === '').length;
    assertRoomForSnapshots(world, image.account, image.region, snapshotsToMake);
    assertRoomInFamily(world, { ...image, family: '' }, image.family, {
      imagesOfFamily: badRequest('ImageQuotaExceed.ImageFamily'),
      families: badRequest('ImageFamilyQuotaExceed'),
    });
    beginTask(world, image);
    return { ImageId: image.id };
  },
});

function planOf(request: Request, call: Call): Plan {
  if (request.InstanceId !== undefined) return fromInstance(request.InstanceId, call);
  if (request.DiskDeviceMapping.length > 0) return { disks: fromMappings(request, call), instance: undefined };
  if (request.SnapshotId === undefined) {
    return refuse(400, 'MissingParameter', 'One of InstanceId, DiskDeviceMapping and SnapshotId is mandatory.');
  }
  const snapshot = ownSnapshot(request.SnapshotId, call);
  if (snapshot.sourceDiskType !== 'system') {
    refuse(403, 'OperationDenied', `The snapshot ${snapshot.id} is not of a system disk.`);
  }
  return { disks: [diskOf(snapshot, 'system', '/dev/xvda', snapshot.sizeGiB)], instance: undefined };
}

function fromInstance(instanceId: string, { world, caller, regionId }: Call): Plan {
  const instance = world.instances.get(instanceId);
  if (instance === undefined || instance.account !== caller.uid || instance.region !== regionId) {
    return refuse(404, 'InvalidInstanceId.NotFound', `The instance ${instanceId} does not exist.`);
  }
  if (instance.locks.includes('security')) {
    refuse(403, 'InstanceLockedForSecurity', `The instance ${instanceId} is locked for security reasons.`);
  }
  if (instance.status !== 'Running' && instance.status !== 'Stopped') {
    refuse(400, 'IncorrectInstanceStatus', `The instance ${instanceId} is ${instance.status}.`);
  }
  const disks = world.disks.list(caller.uid, regionId).filter((disk) => disk.instanceId === instanceId);
  const busy = new Set(
    world.snapshots
      .list(caller.uid, regionId)
      .flatMap(({ status, sourceDiskId }) => (status === 'progressing' ? [sourceDiskId] : [])),
  );
  if (disks.some(({ id }) => busy.has(id))) {
    refuse(403, 'IncorrectDiskStatus.CreatingSnapshot', `A snapshot of the instance ${instanceId} is being created.`);
  }
  return {
    instance,
    disks: disks
      .map(({ device, type, sizeGiB, encrypted, kmsKeyId }) => ({
        device,
        type,
        sizeGiB,
        encrypted,
        kmsKeyId,
        snapshotId: '',
      }))
      .sort((a, b) => (a.device < b.device ? -1 : 1)),
  };
}

function fromMappings(request: Request, call: Call): readonly ImageDisk[] {
  const disks = request.DiskDeviceMapping.map((mapping, index) => {
    if (mapping.SnapshotId === undefined) {
      return refuse(400, 'MissingParameter', `DiskDeviceMapping.${index + 1}.SnapshotId is mandatory.`);
    }
    const snapshot = ownSnapshot(mapping.SnapshotId, call);
    const sizeGiB = mapping.Size ?? snapshot.sizeGiB;
    if (sizeGiB < snapshot.sizeGiB) {
      refuse(403, 'InvalidDiskSize.TooSmall', `The size must be at least ${snapshot.sizeGiB} GiB.`);
    }
    const type = mapping.DiskType ?? (mapping.Device === '/dev/xvda' ? 'system' : snapshot.sourceDiskType);
    const device = mapping.Device ?? `/dev/xvd${String.fromCharCode('a'.charCodeAt(0) + index)}`;
    return diskOf(snapshot, type === 'system' ? 'system' : 'data', device, sizeGiB);
  });
  const systemCount = disks.filter(({ type }) => type === 'system').length;
  if (systemCount !== 1 || disks.length - systemCount > dataDisksMax) {
    refuse(400, 'InvalidParameter', `An image has one system disk and at most ${dataDisksMax} data disks.`);
  }
  return disks;
}

function ownSnapshot(snapshotId: string, { world, caller, regionId }: Call): SnapshotRow {
  const snapshot = world.snapshots.get(snapshotId);
  if (snapshot === undefined || snapshot.account !== caller.uid || snapshot.region !== regionId) {
    return refuse(404, 'InvalidSnapshotId.NotFound', `The snapshot ${snapshotId} does not exist.`);
  }
  if (snapshot.status !== 'accomplished') {
    refuse(403, 'IncorrectSnapshotStatus', `The snapshot ${snapshotId} is ${snapshot.status}.`);
  }
  return snapshot;
}

function diskOf(snapshot: SnapshotRow, type: ImageDisk['type'], device: string, sizeGiB: number): ImageDisk {
  const { id: snapshotId, encrypted, kmsKeyId } = snapshot;
  return { device, type, sizeGiB, snapshotId, encrypted, kmsKeyId };
}

function imageOf(plan: Plan, request: Request, { world, caller, regionId }: Call): ImageRow {
  const id = world.newId('m', regionId);
  const system = plan.disks.find(({ type }) => type === 'system');
  const base = plan.instance === undefined ? undefined : world.images.get(plan.instance.imageId);
  const { baseSeconds, secondsPerGiB } = world.settings.timings.createImage;
  const totalGiB = plan.disks.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  return {
    ...systemFacts(base, request),
    id,
    account: caller.uid,
    region: regionId,
    sequence: world.nextSequence(),
    name: request.ImageName ?? id,
    description: request.Description ?? '',
    family: request.ImageFamily ?? '',
    version: request.ImageVersion ?? '',
    kind: 'custom',
    status: 'Creating',
    usable: false,
    createdAt: world.now,
    sizeGiB: system?.sizeGiB ?? 0,
    isCopied: false,
    isPublic: false,
    supplierName: '',
    resourceGroupId: request.ResourceGroupId ?? '',
    detection: request.DetectionStrategy === undefined ? null : { status: 'Finished', items: [] },
    disks: plan.disks,
    tags: request.Tag,
    sharedWith: {},
    shareGroups: [],
    task: {
      kind: 'create',
      sourceImageId: base?.id ?? '',
      sourceRegion: regionId,
      startedAt: null,
      durationMs: (baseSeconds + secondsPerGiB * totalGiB) * 1000,
      outcome: 'Available',
    },
  };
}

type SystemFacts = Pick<
  ImageRow,
  | 'architecture'
  | 'osType'
  | 'osName'
  | 'platform'
  | 'bootMode'
  | 'productCode'
  | 'licenseType'
  | 'features'
  | 'isSupportCloudinit'
  | 'loginAsNonRootSupported'
>;

/** What an image says of its system: from the instance's image, else from the request and its documented defaults. */
function systemFacts(base: ImageRow | undefined, request: Request): SystemFacts {
  return {
    architecture: base?.architecture ?? request.Architecture ?? 'x86_64',
    osType: base?.osType ?? (request.Platform?.startsWith('Windows') === true ? 'windows' : 'linux'),
    osName: base?.osName ?? request.Platform ?? 'Others Linux',
    platform: base?.platform ?? request.Platform ?? 'Others Linux',
    bootMode: request.BootMode ?? base?.bootMode ?? 'BIOS',
    productCode: base?.productCode ?? '',
    licenseType: base?.licenseType ?? '',
    features: {
      nvmeSupport: base?.features.nvmeSupport ?? 'unsupported',
      imdsSupport: request.Features?.ImdsSupport ?? base?.features.imdsSupport ?? 'v1',
    },
    isSupportCloudinit: base?.isSupportCloudinit ?? true,
    loginAsNonRootSupported: base?.loginAsNonRootSupported ?? false,
  };
}
