import { describe, expect, it } from 'vitest';
import type { ScenarioKey } from '../../../src/emulator/scenario/scenario.js';
import { ApiError } from '../../../src/emulator/rpc/api-error.js';
import {
  type Encryption,
  type EncryptionSource,
  type EncryptionWish,
  resolveEncryption,
} from '../../../src/emulator/world/encryption.js';
import type { Switches } from '../../../src/emulator/world/settings.js';
import { imagesUid, prodUid } from '../support.js';
import { abroad, home, imageWorld } from './image-world.js';

const serviceKey = 'alias/acs/ecs';

const kmsKeys: readonly ScenarioKey[] = [
  { id: 'key-prod', account: 'prod', region: home },
  { id: 'key-abroad', account: 'prod', region: abroad },
  { id: 'key-images', account: 'images', region: home },
  { id: 'key-off', account: 'prod', region: home, state: 'Disabled' },
  { id: 'key-pair', account: 'prod', region: home, spec: 'RSA_2048' },
];

const plain: EncryptionSource = { kind: 'own', encrypted: false, kmsKeyId: null, account: prodUid, region: home };
const ownEncrypted: EncryptionSource = { ...plain, encrypted: true, kmsKeyId: 'key-prod' };
const sharedPlain: EncryptionSource = { ...plain, kind: 'shared', account: imagesUid };
const sharedEncrypted: EncryptionSource = { ...sharedPlain, encrypted: true, kmsKeyId: 'key-images' };
const publicPlain: EncryptionSource = { ...plain, kind: 'public', account: '' };

interface Wish {
  readonly purpose?: EncryptionWish['purpose'];
  readonly encrypted?: boolean;
  readonly key?: string;
  readonly region?: string;
  readonly keys?: readonly ScenarioKey[] | 'none listed';
  readonly switches?: Partial<Switches>;
}

/** What `prod` gets: 'plain', the key, or status and code of the refusal. */
function outcome(source: EncryptionSource, wish: Wish): string {
  const keys = wish.keys ?? kmsKeys;
  const world = imageWorld([], {
    ...(keys === 'none listed' ? {} : { kmsKeys: keys }),
    ...(wish.switches === undefined ? {} : { switches: wish.switches }),
  });
  try {
    return textOf(
      world.change((rows) =>
        resolveEncryption(
          { purpose: wish.purpose ?? 'copy', source, encrypted: wish.encrypted, kmsKeyId: wish.key },
          rows,
          prodUid,
          wish.region ?? home,
        ),
      ),
    );
  } catch (error) {
    if (error instanceof ApiError) return `${error.status} ${error.code}`;
    throw error;
  }
}

function textOf({ encrypted, kmsKeyId }: Encryption): string {
  return encrypted ? String(kmsKeyId) : kmsKeyId === null ? 'plain' : `plain with ${kmsKeyId}`;
}

describe('the encryption of a copy', () => {
  it.each<[string, EncryptionSource, Wish, string]>([
    ['own plain, true and a key', plain, { encrypted: true, key: 'key-prod' }, 'key-prod'],
    ['own plain, true without a key', plain, { encrypted: true }, serviceKey],
    ['own plain, false', plain, { encrypted: false }, 'plain'],
    ['own plain, absent', plain, {}, 'plain'],
    ['own encrypted, true and another key', ownEncrypted, { encrypted: true, key: 'key-prod' }, 'key-prod'],
    ['own encrypted, true without a key', ownEncrypted, { encrypted: true }, serviceKey],
    ['own encrypted, false', ownEncrypted, { encrypted: false }, '403 OperationDeined.EncryptedSnapshot'],
    ['own encrypted, absent', ownEncrypted, {}, 'key-prod'],
    ['own encrypted, absent, abroad', ownEncrypted, { region: abroad }, '403 OperationDeined.EncryptedSnapshot'],
    ['own service key, absent, abroad', { ...ownEncrypted, kmsKeyId: serviceKey }, { region: abroad }, serviceKey],
    ['shared encrypted, true and a key', sharedEncrypted, { encrypted: true, key: 'key-prod' }, 'key-prod'],
    ['shared encrypted, true without a key', sharedEncrypted, { encrypted: true }, serviceKey],
    ['shared encrypted, false', sharedEncrypted, { encrypted: false }, '403 OperationDeined.EncryptedSnapshot'],
    ['shared encrypted, absent', sharedEncrypted, {}, '403 OperationDeined.EncryptedSnapshot'],
    ['shared plain, true and a key', sharedPlain, { encrypted: true, key: 'key-prod' }, 'key-prod'],
    ['shared plain, absent', sharedPlain, {}, 'plain'],
    ['a key without true', plain, { key: 'key-prod' }, '400 InvalidParameter.EncryptedIllegal'],
    ['a key with false', plain, { encrypted: false, key: 'key-prod' }, '400 InvalidParameter.EncryptedIllegal'],
    ['a key of the destination region', plain, { encrypted: true, key: 'key-abroad', region: abroad }, 'key-abroad'],
  ])('%s', (_title, source, wish, expected) => {
    expect(outcome(source, wish)).toBe(expected);
  });
});

describe('the encryption of a disk', () => {
  it.each<[string, EncryptionSource, Wish, string]>([
    ['public image, absent', publicPlain, {}, 'plain'],
    ['public image, true and a key', publicPlain, { encrypted: true, key: 'key-prod' }, 'key-prod'],
    ['own encrypted, true without a key', ownEncrypted, { encrypted: true }, 'key-prod'],
    ['own encrypted, absent', ownEncrypted, {}, 'key-prod'],
    ['own encrypted, false', ownEncrypted, { encrypted: false }, '403 InvalidEncrypted.NotMatchSnapshot'],
    ['shared encrypted, true without a key', sharedEncrypted, { encrypted: true }, serviceKey],
    ['shared encrypted, absent', sharedEncrypted, {}, '400 InvalidParam.EncryptedMismatch'],
    ['shared encrypted, false', sharedEncrypted, { encrypted: false }, '400 InvalidParam.EncryptedMismatch'],
    ['a key without true', plain, { key: 'key-prod' }, '400 InvalidParameter.EncryptedIllegal'],
  ])('%s', (_title, source, wish, expected) => {
    expect(outcome(source, { purpose: 'disk', ...wish })).toBe(expected);
  });
});

describe('keys', () => {
  const notFound = '404 InvalidParameter.KMSKeyId.NotFound';

  it.each<[string, Wish, string]>([
    ['a key that is not listed', { key: 'key-nowhere' }, notFound],
    ['a key of another account', { key: 'key-images' }, notFound],
    ['a key of another region', { key: 'key-abroad' }, notFound],
    ['a disabled key', { key: 'key-off' }, '403 InvalidParameter.KMSKeyId.CMKNotEnabled'],
    ['an asymmetric key', { key: 'key-pair' }, '400 InvalidKMSKeyId.NotSymmetric'],
    ['any well-formed key where none is listed', { key: 'key-any', keys: 'none listed' }, 'key-any'],
    ['a malformed key where none is listed', { key: 'key/any', keys: 'none listed' }, notFound],
    ['an unlisted key where a list is empty', { key: 'key-any', keys: [] }, notFound],
  ])('%s', (_title, wish, expected) => {
    expect(outcome(plain, { encrypted: true, ...wish })).toBe(expected);
  });

  it('[IMG-64] stop a sharee when the owner has disabled the key of the image', () => {
    const keys: ScenarioKey[] = [...kmsKeys, { id: 'key-gone', account: 'images', region: home, state: 'Disabled' }];
    const source = { ...sharedEncrypted, kmsKeyId: 'key-gone' };
    expect(outcome(source, { encrypted: true, keys })).toBe('403 InvalidParameter.KMSKeyId.CMKNotEnabled');
  });
});

describe('switches of encryption', () => {
  it.each<[Partial<Switches>, EncryptionSource, Wish, string]>([
    [{ defaultEncryption: 'on' }, plain, {}, serviceKey],
    [{ defaultEncryption: 'on' }, plain, { encrypted: false }, '403 InvalidEncrypted.NotMatchDiskDefaultEncryption'],
    [{ encryptedUnset: 'refuse' }, ownEncrypted, {}, '403 OperationDeined.EncryptedSnapshot'],
    [{ encryptedUnset: 'refuse' }, ownEncrypted, { purpose: 'disk' }, '403 InvalidEncrypted.NotMatchSnapshot'],
    [
      { keyWithoutEncryptedCode: 'InvalidEncrypted.NotMatchKmsKeyId' },
      plain,
      { key: 'key-prod' },
      '400 InvalidEncrypted.NotMatchKmsKeyId',
    ],
    [
      { plainDiskFromEncryptedCode: 'InvalidParameter.Encrypted' },
      ownEncrypted,
      { purpose: 'disk', encrypted: false },
      '400 InvalidParameter.Encrypted',
    ],
    [
      { sharedEncryptedReplaceCode: 'InvalidParameter.Encrypted' },
      sharedEncrypted,
      { purpose: 'replacement' },
      '400 InvalidParameter.Encrypted',
    ],
    [{}, sharedEncrypted, { purpose: 'replacement' }, '400 InvalidParam.EncryptedMismatch'],
    [{ plainToEncryptedAcrossRegions: 'allow' }, plain, { encrypted: true, region: abroad }, serviceKey],
    [
      { plainToEncryptedAcrossRegions: 'refuse' },
      plain,
      { encrypted: true, region: abroad },
      '403 OperationDenied.EncryptSnapshotAcrossRegion',
    ],
    [{ plainToEncryptedAcrossRegions: 'refuse' }, plain, { encrypted: true }, serviceKey],
  ])('%j', (switches, source, wish, expected) => {
    expect(outcome(source, { ...wish, switches })).toBe(expected);
  });
});
