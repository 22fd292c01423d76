import { ApiError, refuse } from '../../rpc/api-error.js';
import { boolean, list, type Parsed, required, text } from '../../rpc/parameters.js';
import { assertKeyAlive, serviceKeyId } from '../../world/encryption.js';
import { ownImage } from '../../world/image-visibility.js';
import type { ImageRow } from '../../world/state.js';
import type { World } from '../../world/world.js';
import { operation } from '../operation.js';
import { accessToImage } from './image-access.js';

/** Of each list the first so many are processed; the service drops the rest without an error. */
const accountsPerCallMax = 10;

const parameters = {
  RegionId: required(text()),
  ImageId: required(text()),
  AddAccount: list(text()),
  RemoveAccount: list(text()),
  IsPublic: boolean({ error: { status: 403, code: 'InvalidParameter.IsPublic' } }),
  LaunchPermission: text(),
};

type Request = Parsed<typeof parameters>;

/** Source: ECS API reference, ModifyImageSharePermission; ECS user guide, sharing of custom images. */
export const modifyImageSharePermission = operation({
  name: 'ModifyImageSharePermission',
  product: 'ecs',
  access: 'write',
  dryRun: 'DryRunOperation',
  parameters,
  accessRequest: accessToImage,
  run(request, { world, caller, regionId }) {
    assertCombination(request);
    const image = ownImage(world, caller.uid, regionId, request.ImageId);
    world.images.put(
      request.IsPublic === undefined
        ? withSharees(image, request, world)
        : withPublication(image, request.IsPublic, world),
    );
    return {};
  },
});

function assertCombination({ AddAccount, RemoveAccount, IsPublic, LaunchPermission }: Request): void {
  const namesAccounts = AddAccount.length + RemoveAccount.length > 0;
  if (LaunchPermission !== undefined) refuseLaunchPermission(LaunchPermission, namesAccounts);
  if (IsPublic !== undefined && namesAccounts) {
    refuse(403, 'InvalidParameter.IsPublic', 'IsPublic must not be combined with AddAccount or RemoveAccount.');
  }
  if (IsPublic === undefined && !namesAccounts) {
    refuse(400, 'MissingParameter', 'One of AddAccount, RemoveAccount and IsPublic is mandatory.');
  }
}

/** LaunchPermission is by invitation, and no account of the emulator is invited. */
function refuseLaunchPermission(value: string, namesAccounts: boolean): never {
  if (namesAccounts) {
    return refuse(400, 'UnnecessaryParameter.LaunchPermission', 'LaunchPermission excludes lists of accounts.');
  }
  if (value !== 'HIDDEN' && value !== 'PRIVATE') {
    return refuse(400, 'InvalidParameter.LaunchPermission', `LaunchPermission ${value} is not valid.`);
  }
  return refuse(400, 'ForbiddenParameter.LaunchPermission', 'The account must not use LaunchPermission.');
}

function withSharees(image: ImageRow, request: Request, world: World): ImageRow {
  const toAdd = accepted(request.AddAccount, image, world, addRefusal);
  const toRemove = accepted(request.RemoveAccount, image, world, removeRefusal);
  if (toAdd.length > 0) assertShareable(image, world);
  const isAddedLast = world.settings.switch('sharedInBothLists') === 'added';
  const after = isAddedLast
    ? added(removed(image.sharedWith, toRemove), toAdd, world.now)
    : removed(added(image.sharedWith, toAdd, world.now), toRemove);
  const { shareesPerImage } = world.settings.quotas;
  if (toAdd.length > 0 && Object.keys(after).length > shareesPerImage) {
    refuse(403, 'QuotaExceed.ShareImageUser', `An image can be shared with ${shareesPerImage} accounts.`);
  }
  return { ...image, sharedWith: after };
}

type Sharees = ImageRow['sharedWith'];

function added(sharees: Sharees, accounts: readonly string[], now: number): Sharees {
  return { ...Object.fromEntries(accounts.map((account) => [account, now])), ...sharees };
}

function removed(sharees: Sharees, accounts: readonly string[]): Sharees {
  return Object.fromEntries(Object.entries(sharees).filter(([account]) => !accounts.includes(account)));
}

type Refusal = (account: string, image: ImageRow, world: World) => ApiError | undefined;

/** The accounts of one list that are processed. Throws for the first bad one, unless bad ones are to be skipped. */
function accepted(accounts: readonly string[], image: ImageRow, world: World, refusalOf: Refusal): readonly string[] {
  const isSkipping = world.settings.switch('shareListFailure') === 'skip';
  return accounts.slice(0, accountsPerCallMax).filter((account) => {
    const refusal = refusalOf(account, image, world);
    if (refusal !== undefined && !isSkipping) throw refusal;
    return refusal === undefined;
  });
}

function addRefusal(account: string, image: ImageRow, world: World): ApiError | undefined {
  if (account === image.account) return ownAccount();
  if (world.accountUid(account) !== account) return unknownAccount(account);
  return Object.hasOwn(image.sharedWith, account) ? withoutEffect(account, world) : undefined;
}

function removeRefusal(account: string, image: ImageRow, world: World): ApiError | undefined {
  if (account === image.account) return ownAccount();
  if (Object.hasOwn(image.sharedWith, account)) return undefined;
  return world.accountUid(account) === account ? withoutEffect(account, world) : unknownAccount(account);
}

function ownAccount(): ApiError {
  return new ApiError(404, 'InvalidAccount.Forbbiden', 'An image cannot be shared with its own account.');
}

function unknownAccount(account: string): ApiError {
  return new ApiError(404, 'InvalidAccount.NotFound', `The account ${account} does not exist.`);
}

function withoutEffect(account: string, world: World): ApiError | undefined {
  if (world.settings.switch('shareWithoutEffect') === 'ignored') return undefined;
  return new ApiError(400, 'InvalidParameter', `The share with account ${account} would not change.`);
}

function assertShareable(image: ImageRow, world: World): void {
  if (image.status !== 'Available') {
    refuse(403, 'OperationDenied.InvalidImageStatus', `The image ${image.id} is ${image.status}.`);
  }
  if (image.isPublic) refuse(403, 'Image.Public', `The community image ${image.id} cannot be shared.`);
  const keyIds = image.disks.flatMap((disk) => disk.kmsKeyId ?? []);
  if (keyIds.length === 0) return;
  if (keyIds.includes(serviceKeyId)) {
    refuse(
      403,
      'InvalidOperation.ServiceKeyEncryptedImageUnsupported',
      `The image ${image.id} is encrypted with the service key; copy it with a customer key and share the copy.`,
    );
  }
  if (image.disks.length > 1) {
    refuse(403, 'OperationDeined.FullImage', `The encrypted image ${image.id} has more than one snapshot.`);
  }
  for (const keyId of keyIds) assertKeyAlive(world, image.account, keyId);
  if (world.settings.switch('shareRole') === 'missing') {
    refuse(403, 'AssumeRoleError', 'The role AliyunECSShareEncryptImageDefaultRole cannot be assumed.');
  }
}

function withPublication(image: ImageRow, isPublic: boolean, world: World): ImageRow {
  if (isPublic) assertPublishable(image, world);
  else if (!image.isPublic && world.settings.switch('unpublishPlainImage') === 'refuse') {
    refuse(403, 'Image.NotPublic', `The image ${image.id} is not a community image.`);
  }
  return { ...image, isPublic };
}

/** A community image must be Available and plain, and its owner must have signed the agreement. */
function assertPublishable(image: ImageRow, world: World): void {
  if (image.isPublic) refuse(403, 'Image.Public', `The image ${image.id} is a community image already.`);
  if (world.settings.switch('communityAgreement') === 'not-signed') {
    refuse(403, 'PublicImageAgreement.NotSigned', 'The agreement on community images is not signed.');
  }
  if (image.status !== 'Available') {
    refuse(403, 'OperationDenied.InvalidImageStatus', `The image ${image.id} is ${image.status}.`);
  }
  if (image.disks.some((disk) => disk.encrypted)) {
    refuse(403, 'OperationDeined.EncryptedSnapshot', `The encrypted image ${image.id} cannot be published.`);
  }
}
