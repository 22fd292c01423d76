import { type Account, unnamedAccount } from '../../domain/desired.js';
import { TallymanError } from '../../domain/errors.js';
import { callEmulator } from '../emulator-control.js';
import { Answer, WrongShape } from './answer.js';
import type { Keys, KeySource } from './keys.js';

/** A key of the emulated cloud. */
interface EmulatorKey {
  readonly account: string;
  readonly uid: string;
  /** Name of the RAM user; '' for the account itself. */
  readonly user: string;
  readonly keys: Keys;
}

/**
 * Keys for emulated accounts, by UID, from the emulator itself: real credentials are never read there. A profile with
 * the name of an emulated RAM user of the account stands for that user, so that missing permissions can be tried out.
 */
export function emulatorKeys(host: string): (account: Account) => KeySource {
  let listed: Promise<readonly EmulatorKey[]> | null = null;
  return (account) => ({
    async keys() {
      listed ??= listKeys(host);
      return pickKey(await listed, account).keys;
    },
  });
}

async function listKeys(host: string): Promise<readonly EmulatorKey[]> {
  const body = await callEmulator(host, 'GET', 'credentials');
  try {
    return Answer.parse(body)
      .list()
      .map((entry) => ({
        account: entry.get('account').text(),
        uid: entry.get('uid').id(),
        user: entry.get('user').textOr(''),
        keys: {
          accessKeyId: entry.get('accessKeyId').id(),
          accessKeySecret: entry.get('accessKeySecret').id(),
          securityToken: '',
          providerName: 'emulator',
        },
      }));
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error;
    throw new TallymanError(
      'cloud/credentials',
      `'${host}' does not list its keys as an emulator does: ${error.message}`,
      'Check that --endpoint names an emulator of the same tallyman version.',
    );
  }
}

/** Where nobody has said whose keys they are: those of the account of that name, else of the scenario's first. */
function keysNamed(keys: readonly EmulatorKey[], name: string): readonly EmulatorKey[] {
  if (name !== unnamedAccount) return keys.filter((key) => key.account === name);
  return keys.filter((key) => key.uid === keys[0]?.uid);
}

function pickKey(keys: readonly EmulatorKey[], account: Account): EmulatorKey {
  const own = account.uid === '' ? keysNamed(keys, account.name) : keys.filter((key) => key.uid === account.uid);
  const { credentials } = account;
  const user = credentials.kind === 'profile' ? own.find((key) => key.user === credentials.profile) : undefined;
  const key = user ?? own.find((candidate) => candidate.user === '') ?? own[0];
  if (key !== undefined) return key;
  const known = [...new Set(keys.map((candidate) => `'${candidate.account}' (${candidate.uid})`))].join(', ');
  throw new TallymanError(
    'cloud/credentials',
    `account '${account.name}': the emulator has no access key for ${account.uid === '' ? 'that name' : `UID ${account.uid}`}; it has ${known || 'no accounts'}`,
    'Give the account of the scenario the same `uid` as that of the project, and an entry in `accessKeys`.',
  );
}
