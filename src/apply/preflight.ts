import type { CopyImageAction, ImageRef } from '../domain/action.js';
import { accountOf, sourceNamed } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import { listsOf } from '../domain/image-owner.js';
import { encryptionOf, fingerprintOf, type LockEntry, systemDiskSizeGiB } from '../domain/lock.js';
import type { ObservedImage, Scope } from '../domain/observed.js';
import { ownershipOf, tagKey } from '../domain/ownership.js';
import type { ApplyContext } from './context.js';
import { knownImageId } from './context.js';
import { pollUntil } from './poll.js';
import { readOwnImage } from './reads.js';

/**
 * What is checked with a fresh read before harm can be done: whoever owns a shared image may take it away, deprecate
 * it or put another in its place between the plan and the call.
 */

/** The image that is copied is still the pinned one, or our own sealed copy of it. */
export async function assertSourceAsLocked(context: ApplyContext, action: CopyImageAction): Promise<void> {
  const imageId = knownImageId(context, action.from);
  const scope = { account: action.scope.account, region: action.fromRegion };
  const image =
    imageId === action.sourceImageId
      ? await assertPinned(context, scope, imageId)
      : await assertOwnCopy(context, scope, imageId, action.sourceImageId);
  assertUsable(image, ['Available']);
}

/** The image that instances are about to run is there, usable, and ours or as pinned. */
export async function assertLaunchable(context: ApplyContext, scope: Scope, ref: ImageRef): Promise<ObservedImage> {
  const imageId = knownImageId(context, ref);
  const isPinned = context.lock.entries.some((entry) => entry.imageId === imageId && entry.region === scope.region);
  const image = isPinned
    ? await assertPinned(context, scope, imageId)
    : await assertOwnCopy(context, scope, imageId, null);
  assertUsable(image, ['Available', 'Deprecated']);
  return image;
}

/** What a replacement asks of the new disk. */
export interface DiskInstead {
  readonly sizeGiB: number;
  readonly encrypted: boolean | null;
  readonly kmsKeyId: string | null;
}

/**
 * The image is launchable, and the service will take it for this disk: what it would refuse then, it would refuse with
 * the machine stopped. Source: ECS API reference, ReplaceSystemDisk; ECS user guide, encryption of disks.
 */
export async function assertReplaceable(
  context: ApplyContext,
  scope: Scope,
  ref: ImageRef,
  disk: DiskInstead,
): Promise<void> {
  const image = await assertLaunchable(context, scope, ref);
  const obstacle = diskObstacle(image, disk);
  if (obstacle !== null) throw unfit(image, obstacle.what, obstacle.hint);
  if (disk.kmsKeyId === null) return;
  const key = await context.cloud.describeKey(scope, disk.kmsKeyId);
  if (key.state === 'Enabled') return;
  const what = `the disk is to be encrypted with key '${key.keyId}', which is ${key.state}`;
  throw unfit(image, what, 'Enable the key, or name another one in `systemDisk.kmsKeyId`.');
}

function diskObstacle(
  image: ObservedImage,
  disk: DiskInstead,
): { readonly what: string; readonly hint: string } | null {
  if (image.disks.some(({ type }) => type === 'data')) {
    const hint = 'Pin an image of a system disk alone, or make new instances from this one.';
    return { what: 'it holds snapshots of data disks', hint };
  }
  const sizeGiB = systemDiskSizeGiB(image);
  if (sizeGiB > disk.sizeGiB) {
    const hint = `Set \`systemDisk.sizeGiB\` to at least ${sizeGiB}.`;
    return { what: `its system disk has ${sizeGiB} GiB and the new disk would have ${disk.sizeGiB}`, hint };
  }
  if (encryptionOf(image.disks) !== true) return null;
  if (image.ownerAlias !== 'self' && disk.encrypted !== true) {
    return { what: 'it is shared and encrypted, and the disk does not ask for encryption', hint: askForEncryption };
  }
  if (disk.encrypted === false) return { what: 'it is encrypted, and the disk is to be plain', hint: askForEncryption };
  return null;
}

const askForEncryption = 'Set `systemDisk.encrypted: true`, and `kmsKeyId` for a key of your own.';

function unfit(image: ObservedImage, what: string, hint: string): TallymanError {
  return new TallymanError('cloud/refused', `image '${image.imageId}' cannot replace a system disk: ${what}`, hint);
}

async function assertPinned(context: ApplyContext, scope: Scope, imageId: string): Promise<ObservedImage> {
  const entry = context.lock.entries.find((one) => one.imageId === imageId && one.region === scope.region);
  if (entry === undefined) throw new Error(`image '${imageId}' is not in the lock: the planner takes images from it`);
  const image = await readPinned(context, scope, entry);
  if (image === undefined) {
    throw new TallymanError(
      'cloud/refused',
      `image '${imageId}' of account '${entry.owner}' is not visible in ${scope.region} any more`,
      'Ask its owner whether it was unshared or deleted; then run: tallyman update',
    );
  }
  if (image.owner !== entry.owner) throw changed(imageId, `its owner is '${image.owner}' and was '${entry.owner}'`);
  if (fingerprintOf(image) !== entry.fingerprint)
    throw changed(imageId, 'its disks or its creation time differ from the lock');
  return image;
}

async function readPinned(context: ApplyContext, scope: Scope, entry: LockEntry): Promise<ObservedImage | undefined> {
  const uid = accountOf(context.desired.project, scope.account).uid;
  const allow = sourceNamed(context.desired, entry.source)?.allow ?? [];
  // What was shared is looked at first, as the plan looks at it last.
  for (const list of listsOf(entry.owner, uid, allow).toReversed()) {
    const page = await context.cloud.describeImages(scope, { ...list, imageIds: [entry.imageId] });
    const image = page.items.find(({ imageId }) => imageId === entry.imageId);
    if (image !== undefined) return image;
  }
  return undefined;
}

async function assertOwnCopy(
  context: ApplyContext,
  scope: Scope,
  imageId: string,
  sourceImageId: string | null,
): Promise<ObservedImage> {
  const image = await readSettledCopy(context, scope, imageId);
  if (image === undefined) {
    throw new TallymanError(
      'cloud/refused',
      `our copy '${imageId}' is gone from ${scope.region}`,
      'Run apply again: it makes the copy anew.',
    );
  }
  if (ownershipOf({ id: imageId, tags: image.tags }, context.project) !== 'sealed') {
    throw changed(imageId, 'it does not carry our tags and its own ID any more');
  }
  if (sourceImageId !== null && image.tags[tagKey.sourceImage] !== sourceImageId) {
    throw changed(
      imageId,
      `it is a copy of '${image.tags[tagKey.sourceImage]}', and the lock names '${sourceImageId}'`,
    );
  }
  return image;
}

/**
 * A read may be older than the one by which our copy was seen Available: one that shows it unfinished, or not at all, is
 * believed only once it cannot be late any more.
 */
async function readSettledCopy(
  context: ApplyContext,
  scope: Scope,
  imageId: string,
): Promise<ObservedImage | undefined> {
  const settled = await pollUntil(context, context.times.settleMs, async () => {
    const image = await readOwnImage(context, scope, imageId);
    if (image === undefined || image.usable === false) return undefined;
    if (image.status === 'Creating' || image.status === 'Waiting') return undefined;
    return ownershipOf({ id: imageId, tags: image.tags }, context.project) === 'sealed' ? image : undefined;
  });
  return settled ?? (await readOwnImage(context, scope, imageId));
}

/** A deprecated image still launches, with a finding that policy may make an error; it cannot be copied. */
function assertUsable(image: ObservedImage, statuses: readonly ObservedImage['status'][]): void {
  const isLaunchable = statuses.includes(image.status) && image.usable !== false;
  if (isLaunchable) return;
  throw new TallymanError(
    'cloud/refused',
    `image '${image.imageId}' is ${image.status}${image.usable === false ? ' and not usable' : ''}`,
    'Wait until it is Available, or pin another image with: tallyman update',
  );
}

function changed(imageId: string, what: string): TallymanError {
  return new TallymanError(
    'cloud/refused',
    `image '${imageId}' changed after the plan was made: ${what}`,
    'Make a new plan; if the lock is out of date, run: tallyman update',
  );
}
