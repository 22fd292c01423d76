/**
 * Who may make what out of what, as far as encryption goes. One truth table for copies of images and for disks:
 *
 * | source            | Encrypted=true             | Encrypted=false          | absent                                   |
 * |-------------------|----------------------------|--------------------------|------------------------------------------|
 * | plain             | the key named, else default | plain (1)               | plain, or the default key (1)            |
 * | own, encrypted    | the key named, else (2)    | refused                  | switch `encryptedUnset`: inherit, refuse |
 * | shared, encrypted | the key named, else default | refused                 | refused                                  |
 *
 * (1) While default encryption is on for the account, `false` is refused and an absent value means the default key.
 * (2) A disk keeps the key of its source; a copy takes the service key. Nothing encrypted ever becomes plain.
 * Source: ECS user guide, encryption of disks and images; error tables of CopyImage and RunInstances.
 */

import { type ErrorSpec, refuse } from '../rpc/api-error.js';
import type { World } from './world.js';

/** The key that the service keeps in every account and region; it needs no role, and its images cannot be shared. */
export const serviceKeyId = 'alias/acs/ecs';

export interface EncryptionSource {
  /** 'public' are system, marketplace and community images: those are never encrypted. */
  readonly kind: 'own' | 'shared' | 'public';
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
  /** Where the source's key lives: the account that owns the source, and its region. */
  readonly account: string;
  readonly region: string;
}

export interface EncryptionWish {
  /** 'replacement' is a system disk made by ReplaceSystemDisk: one code differs from the other disks. */
  readonly purpose: 'copy' | 'disk' | 'replacement';
  readonly source: EncryptionSource;
  /** undefined where the request leaves it out, which is not the same as false. */
  readonly encrypted: boolean | undefined;
  readonly kmsKeyId: string | undefined;
}

export interface Encryption {
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
}

/** A disk that grows from nothing: a plain source of the caller's own. */
export function blankSource(account: string, region: string): EncryptionSource {
  return { kind: 'own', encrypted: false, kmsKeyId: null, account, region };
}

/** What the copy or disk in `account` and `region` will be. Refuses with the code of the operation's error table. */
export function resolveEncryption(wish: EncryptionWish, world: World, account: string, region: string): Encryption {
  if (wish.kmsKeyId !== undefined && wish.encrypted !== true) refuseKeyWithoutEncrypted(world);
  const result = wish.source.encrypted ? fromEncrypted(wish, world, region) : fromPlain(wish, world, account, region);
  if (wish.source.kmsKeyId !== null) assertKeyAlive(world, wish.source.account, wish.source.kmsKeyId);
  if (wish.kmsKeyId !== undefined) assertKeyUsable(world, account, region, wish.kmsKeyId);
  return result;
}

function fromPlain(wish: EncryptionWish, world: World, account: string, region: string): Encryption {
  const isDefault = world.settings.switch('defaultEncryption') === 'on';
  if (wish.encrypted === true) {
    if (wish.purpose === 'copy' && wish.source.region !== region) refuseAcrossRegionsIfSwitched(world);
    return { encrypted: true, kmsKeyId: wish.kmsKeyId ?? serviceKeyId };
  }
  if (!isDefault) return { encrypted: false, kmsKeyId: null };
  if (wish.encrypted === undefined) return { encrypted: true, kmsKeyId: serviceKeyId };
  return refuse(
    403,
    'InvalidEncrypted.NotMatchDiskDefaultEncryption',
    `Encrypted must not be false: encryption by default is enabled for account ${account}.`,
  );
}

function fromEncrypted(wish: EncryptionWish, world: World, region: string): Encryption {
  if (wish.encrypted === true) return { encrypted: true, kmsKeyId: wish.kmsKeyId ?? keyWhenNoneNamed(wish) };
  if (wish.source.kind === 'own' && wish.encrypted === undefined) return inherited(wish, world, region);
  return refuseWith(refusalOfPlain(wish, world));
}

function keyWhenNoneNamed(wish: EncryptionWish): string {
  const doesKeepKey = wish.purpose !== 'copy' && wish.source.kind === 'own';
  return doesKeepKey ? (wish.source.kmsKeyId ?? serviceKeyId) : serviceKeyId;
}

function inherited(wish: EncryptionWish, world: World, region: string): Encryption {
  if (world.settings.switch('encryptedUnset') === 'refuse') return refuseWith(refusalOfPlain(wish, world));
  const keyId = wish.source.kmsKeyId ?? serviceKeyId;
  // Keys are regional: a customer key cannot follow a copy into another region, so nobody has said which key to use.
  if (keyId !== serviceKeyId && wish.source.region !== region) return refuseWith(refusalOfPlain(wish, world));
  return { encrypted: true, kmsKeyId: keyId };
}

function refusalOfPlain(wish: EncryptionWish, world: World): ErrorSpec {
  if (wish.purpose === 'copy') return { status: 403, code: 'OperationDeined.EncryptedSnapshot' };
  if (wish.source.kind === 'own') return specOf(world.settings.switch('plainDiskFromEncryptedCode'));
  if (wish.purpose === 'replacement') return specOf(world.settings.switch('sharedEncryptedReplaceCode'));
  return specOf('InvalidParam.EncryptedMismatch');
}

function specOf(code: string): ErrorSpec {
  return { status: code === 'InvalidEncrypted.NotMatchSnapshot' ? 403 : 400, code };
}

function refuseWith(spec: ErrorSpec): never {
  return refuse(spec.status, spec.code, 'The source is encrypted; Encrypted must be true.');
}

function refuseKeyWithoutEncrypted(world: World): never {
  const code = world.settings.switch('keyWithoutEncryptedCode');
  return refuse(400, code, 'KMSKeyId requires that Encrypted is true.');
}

function refuseAcrossRegionsIfSwitched(world: World): void {
  if (world.settings.switch('plainToEncryptedAcrossRegions') === 'allow') return;
  refuse(
    403,
    'OperationDenied.EncryptSnapshotAcrossRegion',
    'A plain snapshot cannot be encrypted while it is copied to another region.',
  );
}

const symmetricSpecs: readonly string[] = ['Aliyun_AES_256', 'Aliyun_SM4'];
const wellFormedKeyId = /^[A-Za-z0-9][A-Za-z0-9-]{0,127}$/;

/**
 * What a key encrypted can be read only while its owner keeps the key enabled. A key that the scenario does not list is:
 * it is named by a row of the scenario, not by a request.
 */
export function assertKeyAlive(world: World, account: string, keyId: string): void {
  const key = world.keys.get(keyId);
  if (key?.account === account && key.state !== 'Enabled') refuseDisabled(keyId);
}

function refuseDisabled(keyId: string): never {
  return refuse(403, 'InvalidParameter.KMSKeyId.CMKNotEnabled', `The key ${keyId} is not enabled.`);
}

/** For a key that a request names. The key exists in that account and region, is enabled and symmetric. The service key always is. */
export function assertKeyUsable(world: World, account: string, region: string, keyId: string): void {
  if (keyId === serviceKeyId) return;
  const key = world.keys.get(keyId);
  if (key === undefined && !world.settings.areKmsKeysListed && wellFormedKeyId.test(keyId)) return;
  if (key === undefined || key.account !== account || key.region !== region) {
    refuse(404, 'InvalidParameter.KMSKeyId.NotFound', `The specified KMSKeyId ${keyId} does not exist.`);
  }
  if (key.state !== 'Enabled') refuseDisabled(keyId);
  if (!symmetricSpecs.includes(key.spec)) {
    refuse(400, 'InvalidKMSKeyId.NotSymmetric', `The key ${keyId} is not symmetric.`);
  }
}
