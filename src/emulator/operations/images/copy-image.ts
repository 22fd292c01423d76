import { refuse } from '../../rpc/api-error.js';
import { boolean, type Parsed, required, text } from '../../rpc/parameters.js';
import { type Encryption, resolveEncryption } from '../../world/encryption.js';
import { encryptionSourceOf, refuseUnknown, relationTo, seenImage } from '../../world/image-visibility.js';
import type { ImageDisk, ImageRow } from '../../world/state.js';
import { type Call, operation } from '../operation.js';
import { creationTags } from '../tags/tag-parameters.js';
import { accessToAnyImage } from './image-access.js';
import { assertNameFree, assertRoomForImage, assertRoomForSnapshots } from './image-quota.js';
import { beginTask, copiesOf } from './image-task.js';
import { description, imageName } from './image-text.js';

/** Larger disks must go by CopySnapshot. */
const diskSizeGiBMax = 2048;

const parameters = {
  RegionId: required(text()),
  ImageId: required(text()),
  DestinationRegionId: text(),
  DestinationImageName: imageName,
  DestinationDescription: description(),
  Encrypted: boolean(),
  KMSKeyId: text(),
  ResourceGroupId: text({ pattern: /^rg-/, error: { status: 404, code: 'InvalidResourceGroup.NotFound' } }),
  Tag: creationTags,
};

type Request = Parsed<typeof parameters>;

/**
 * Orders a copy and answers its ID at once. Family, tags, resource group and encryption come from the request alone:
 * nothing is inherited. Source: ECS API reference, CopyImage.
 */
export const copyImage = operation({
  name: 'CopyImage',
  product: 'ecs',
  access: 'write',
  unknownRegion: { status: 400, code: 'SourceRegion.NotFound' },
  clientToken: { mismatch: { status: 400, code: 'IdempotenceParamNotMatch' } },
  dryRun: 'DryRunOperation',
  parameters,
  accessRequest: accessToAnyImage,
  run(request, call) {
    const destination = destinationOf(request, call);
    const source = sourceOf(request, call, destination);
    const disks = source.disks.map((disk) => copiedDisk(source, disk, request, call, destination));
    assertPlainCopyAllowed(source, disks, call, destination);
    assertNotCopying(source, call, destination);
    const copy = copyOf(source, disks, request, call, destination);
    assertNameFree(call.world, copy.account, destination, copy.name);
    assertRoomForImage(call.world, copy.account, destination);
    assertRoomForSnapshots(call.world, copy.account, destination, disks.length);
    beginTask(call.world, copy);
    return { ImageId: copy.id };
  },
});

function destinationOf({ DestinationRegionId }: Request, { world, regionId }: Call): string {
  if (DestinationRegionId === undefined) {
    if (world.settings.switch('copyWithoutDestination') === 'same-region') return regionId;
    return refuse(400, 'MissingParameter', 'The parameter DestinationRegionId is mandatory.');
  }
  if (!world.isRegion(DestinationRegionId)) {
    refuse(400, 'DestinationRegion.NotFound', `The destination region ${DestinationRegionId} does not exist.`);
  }
  return DestinationRegionId;
}

function sourceOf({ ImageId }: Request, { world, caller, regionId }: Call, destination: string): ImageRow {
  const source = seenImage(world, caller.uid, regionId, ImageId) ?? refuseUnknown(ImageId);
  const relation = relationTo(source, caller.uid);
  if (source.isPublic) {
    refuse(400, 'OperationDenied.CommunityImage', `The community image ${ImageId} cannot be copied.`);
  }
  if (relation !== 'own' && relation !== 'shared') {
    refuse(403, 'OperationDenied', `The image ${ImageId} is neither a custom image nor shared with the caller.`);
  }
  if (relation === 'shared' && destination !== regionId) {
    refuse(403, 'OperationDenied.SameRegionOnly', 'A shared image can be copied only within its region.');
  }
  if (source.status !== 'Available') {
    refuse(400, 'IncorrectImageStatus', `The image ${ImageId} is ${source.status}; it must be Available.`);
  }
  if (source.disks.some((disk) => disk.sizeGiB > diskSizeGiBMax)) {
    refuse(403, 'SizeExceed.Image', `A disk of the image exceeds ${diskSizeGiBMax} GiB; copy its snapshots.`);
  }
  return source;
}

function copiedDisk(
  source: ImageRow,
  disk: ImageDisk,
  request: Request,
  { world, caller }: Call,
  destination: string,
): ImageDisk {
  const wish = {
    purpose: 'copy',
    source: encryptionSourceOf(source, disk, caller.uid),
    encrypted: request.Encrypted,
    kmsKeyId: request.KMSKeyId,
  } as const;
  const encryption: Encryption = failsLater(source, request, { world, caller })
    ? { encrypted: disk.encrypted, kmsKeyId: disk.kmsKeyId }
    : resolveEncryption(wish, world, caller.uid, destination);
  return { ...disk, ...encryption, snapshotId: '' };
}

/** Whether the copy of a shared encrypted image that does not ask for encryption is let in, only to fail. */
function failsLater(source: ImageRow, request: Request, { world, caller }: Pick<Call, 'world' | 'caller'>): boolean {
  return (
    relationTo(source, caller.uid) === 'shared' &&
    source.disks.some((disk) => disk.encrypted) &&
    request.Encrypted !== true &&
    request.KMSKeyId === undefined &&
    world.settings.switch('sharedEncryptedCopy') === 'fail-later'
  );
}

function assertPlainCopyAllowed(
  source: ImageRow,
  disks: readonly ImageDisk[],
  { world, caller, regionId }: Call,
  destination: string,
): void {
  const isPlainAgain = destination === regionId && disks.every((disk) => !disk.encrypted);
  if (!isPlainAgain || relationTo(source, caller.uid) !== 'own') return;
  if (world.settings.switch('plainCopyInRegion') === 'allow') return;
  refuse(403, 'IncorrectDestinationRegion', 'The destination region must differ from the source region.');
}

function assertNotCopying(source: ImageRow, { world, caller }: Call, destination: string): void {
  const scope = world.settings.switch('copyConflictScope') === 'same-destination' ? destination : undefined;
  if (!copiesOf(world, caller.uid, scope).some(({ task }) => task?.sourceImageId === source.id)) return;
  const code = world.settings.switch('copyConflictCode');
  const status = code === 'OperationDenied.ImageCopyConflict' ? 400 : 403;
  refuse(status, code, `The image ${source.id} is already being copied.`);
}

function copyOf(
  source: ImageRow,
  disks: readonly ImageDisk[],
  request: Request,
  { world, caller, regionId }: Call,
  destination: string,
): ImageRow {
  const id = world.newId('m', destination);
  const isDoomed =
    failsLater(source, request, { world, caller }) ||
    world.nextCount('CopyImage') <= world.settings.switch('copyImageFailures');
  return {
    ...source,
    id,
    account: caller.uid,
    region: destination,
    sequence: world.nextSequence(),
    name: request.DestinationImageName ?? `copy-of-${source.id}-${id}`.slice(0, 128),
    description: request.DestinationDescription ?? '',
    family: '',
    status: 'Waiting',
    usable: false,
    createdAt: world.now,
    isCopied: true,
    supplierName: '',
    resourceGroupId: request.ResourceGroupId ?? '',
    disks,
    tags: request.Tag,
    sharedWith: {},
    shareGroups: [],
    task: {
      kind: 'copy',
      sourceImageId: source.id,
      sourceRegion: regionId,
      startedAt: null,
      durationMs: copyDurationMs(source, world.settings.timings.copyImage),
      outcome: isDoomed ? 'CreateFailed' : 'Available',
    },
  };
}

function copyDurationMs(source: ImageRow, timing: { baseSeconds: number; secondsPerGiB: number }): number {
  const sizeGiB = source.disks.reduce((sum, disk) => sum + disk.sizeGiB, 0);
  return (timing.baseSeconds + timing.secondsPerGiB * sizeGiB) * 1000;
}
