import { type ErrorSpec, refuse } from '../../rpc/api-error.js';
import { choice, group, type Parsed, required, text } from '../../rpc/parameters.js';
import { ownImage } from '../../world/image-visibility.js';
import type { ImageRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { operation } from '../operation.js';
import { accessToImage } from './image-access.js';
import { assertUnused } from './delete-image.js';
import { isUnfinished } from './image-progress.js';
import { assertNameFree, assertRoomInFamily } from './image-quota.js';
import { description, imageFamily, imageName } from './image-text.js';
import { isSharedOut } from './image-view.js';

const badRequest = (code: string): ErrorSpec => ({ status: 400, code });

const parameters = {
  RegionId: required(text()),
  ImageId: required(text()),
  ImageName: imageName,
  Description: description(),
  ImageFamily: imageFamily,
  Status: choice(['Deprecated', 'Available'], badRequest('InvalidParameter')),
  BootMode: text({ oneOf: ['BIOS', 'UEFI', 'UEFI-Preferred'], error: badRequest('InvalidBootMode.NotSupport') }),
  LicenseType: text({ oneOf: ['BYOL'], error: badRequest('InvalidLicenseType.NotSupported') }),
  Features: group({
    NvmeSupport: text({ oneOf: ['supported', 'unsupported'], error: badRequest('InvalidParameter') }),
    ImdsSupport: text({ oneOf: ['v1', 'v2'], error: badRequest('InvalidParameter.FeaturesImdsSupport') }),
  }),
};

type Request = Parsed<typeof parameters>;

/** What the request leaves out, or leaves empty, is kept. Source: ECS API reference, ModifyImageAttribute. */
export const modifyImageAttribute = operation({
  name: 'ModifyImageAttribute',
  product: 'ecs',
  access: 'write',
  dryRun: 'DryRunOperation',
  parameters,
  accessRequest: accessToImage,
  run(request, { world, caller, regionId }) {
    const image = ownImage(world, caller.uid, regionId, request.ImageId);
    if (isUnfinished(image)) refuse(403, 'InvalidStatus.ImageIsCreating', `The image ${image.id} is not finished.`);
    assertNaming(request, image, world);
    if (request.Status !== undefined) assertTransition(request.Status, image);
    if (request.BootMode !== undefined && request.BootMode !== image.bootMode) {
      assertUnused(world, image, 'OperationDeined.ImageUsingByInstance');
    }
    if (request.Features?.ImdsSupport === 'v1' && image.features.imdsSupport === 'v2') {
      refuse(403, 'InvalidOperation.FeaturesImdsSupportNotMatch', 'ImdsSupport cannot go back from v2 to v1.');
    }
    world.images.put(changed(image, request));
    return {};
  },
});

function assertNaming(request: Request, image: ImageRow, world: World): void {
  if (request.ImageName !== undefined) assertNameFree(world, image.account, image.region, request.ImageName, image);
  assertRoomInFamily(world, image, request.ImageFamily ?? '', {
    imagesOfFamily: badRequest('ImageQuotaFull.ImageFamily'),
    families: badRequest('ImageFamilyQuotaFull'),
  });
}

function assertTransition(status: string, image: ImageRow): void {
  if (status === 'Available') {
    if (image.status !== 'Deprecated')
      refuse(403, 'ImageStatus.NotDeprecated', `The image ${image.id} is not deprecated.`);
    return;
  }
  if (image.status !== 'Available') refuse(403, 'ImageStatus.NotAvailable', `The image ${image.id} is not available.`);
  if (isSharedOut(image)) refuse(403, 'ImageUseShared', `The image ${image.id} is shared; unshare it first.`);
}

function changed(image: ImageRow, request: Request): ImageRow {
  return {
    ...image,
    name: request.ImageName ?? image.name,
    description: request.Description ?? image.description,
    family: request.ImageFamily ?? image.family,
    status: request.Status ?? image.status,
    bootMode: request.BootMode ?? image.bootMode,
    licenseType: request.LicenseType ?? image.licenseType,
    features: {
      nvmeSupport: request.Features?.NvmeSupport ?? image.features.nvmeSupport,
      imdsSupport: request.Features?.ImdsSupport ?? image.features.imdsSupport,
    },
  };
}
