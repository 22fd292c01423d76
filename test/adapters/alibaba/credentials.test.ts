import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AssumeRole, credentialsFor, type Environment } from '../../../src/adapters/alibaba/credentials.js';
import { publicCloud } from '../../../src/adapters/alibaba/endpoint.js';
import type { Account, CredentialSource } from '../../../src/domain/desired.js';
import { TallymanError } from '../../../src/domain/errors.js';
import { type FakeCloud, prod, startFakeCloud, testSecret } from '../fake-cloud.js';

const noRole: AssumeRole = () => Promise.reject(new Error('no role is assumed in this test'));

/** Without the address that only answers inside of ECS, and without files of whoever runs the test. */
const bare: Environment = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true', ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true' };

const inEnvironment: Environment = {
  ...bare,
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'KEYENV',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: testSecret,
};

function using(credentials: CredentialSource, account: Partial<Account> = {}): Account {
  return { ...prod, ...account, credentials };
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallyman-credentials-'));
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(() => {
  vi.stubEnv('ALIBABA_CLOUD_CREDENTIALS_FILE', join(folder, 'credentials'));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function failureOf(account: Account, environment: Environment): Promise<TallymanError> {
  const source = credentialsFor(publicCloud, { environment, assumeRole: noRole })(account);
  const error: unknown = await source.keys('cn-hangzhou').catch((caught: unknown) => caught);
  if (!(error instanceof TallymanError)) throw new Error(`no TallymanError: ${inspect(error)}`);
  return error;
}

describe('the official chain', () => {
  it('begins with the environment', async () => {
    const source = credentialsFor(publicCloud, { environment: inEnvironment, assumeRole: noRole })(prod);
    expect(await source.keys('cn-hangzhou')).toMatchObject({
      accessKeyId: 'KEYENV',
      accessKeySecret: testSecret,
      securityToken: '',
    });
  });

  it('says what to set when nothing is', async () => {
    const error = await failureOf(prod, bare);
    expect(error.code).toBe('cloud/credentials');
    expect(error.message).toContain("account 'prod'");
    for (const word of ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'profile', 'oidc']) {
      expect(error.hint).toContain(word);
    }
  });

  it('says which half of a key is there', async () => {
    const error = await failureOf(prod, { ...bare, ALIBABA_CLOUD_ACCESS_KEY_ID: 'KEYENV' });
    expect(error.message).toContain('only ALIBABA_CLOUD_ACCESS_KEY_ID is set');
  });
});

describe('a profile', () => {
  it('is read from the file of the SDKs', async () => {
    const text = `[images]\ntype = access_key\naccess_key_id = KEYFILE\naccess_key_secret = ${testSecret}\n`;
    await writeFile(join(folder, 'credentials'), text);
    const account = using({ kind: 'profile', profile: 'images' });
    const source = credentialsFor(publicCloud, { environment: bare, assumeRole: noRole })(account);
    expect(await source.keys('cn-hangzhou')).toMatchObject({ accessKeyId: 'KEYFILE', accessKeySecret: testSecret });
  });

  it('that is not there is named, and nothing of the file is quoted', async () => {
    await writeFile(join(folder, 'credentials'), `[other]\ntype = nonsense\naccess_key_secret = ${testSecret}\n`);
    const error = await failureOf(using({ kind: 'profile', profile: 'images' }), inEnvironment);
    expect(error.message).toBe("account 'prod': profile 'images' gives no credentials");
    expect(inspect(error, { depth: 9 })).not.toContain(testSecret);
  });
});

describe('a role', () => {
  const role: CredentialSource = { kind: 'role', roleArn: 'acs:ram::1:role/tallyman', sessionName: 'ci' };

  it('is assumed once with the keys of the chain, and again shortly before its keys expire', async () => {
    const livesMs = [60 * 60_000, 10 * 60_000, 60 * 60_000];
    const assumeRole = vi.fn<AssumeRole>(async () => ({
      keys: { accessKeyId: 'TEMP', accessKeySecret: 's', securityToken: 't', providerName: 'role' },
      expiresAt: new Date(Date.now() + (livesMs.shift() ?? 0)).toISOString(),
    }));
    const source = credentialsFor(publicCloud, { environment: inEnvironment, assumeRole })(using(role));
    await source.keys('cn-hangzhou');
    await source.keys('cn-hangzhou');
    expect(assumeRole).toHaveBeenCalledTimes(1);
    expect(assumeRole).toHaveBeenCalledWith(
      expect.objectContaining({ roleArn: 'acs:ram::1:role/tallyman', sessionName: 'ci', region: 'cn-hangzhou' }),
      expect.objectContaining({ accessKeyId: 'KEYENV' }),
    );
    const late = credentialsFor(publicCloud, { environment: inEnvironment, assumeRole })(using(role));
    await late.keys('cn-hangzhou');
    await late.keys('cn-hangzhou');
    expect(assumeRole).toHaveBeenCalledTimes(3);
  });

  it('that was refused is asked for again', async () => {
    const assumeRole = vi.fn<AssumeRole>(() => Promise.reject(new Error('refused')));
    const source = credentialsFor(publicCloud, { environment: inEnvironment, assumeRole })(using(role));
    await expect(source.keys('cn-hangzhou')).rejects.toThrow('refused');
    await expect(source.keys('cn-hangzhou')).rejects.toThrow('refused');
    expect(assumeRole).toHaveBeenCalledTimes(2);
  });
});

describe('an OIDC role', () => {
  it('without its token is an error that names role and file', async () => {
    const tokenFile = join(folder, 'no-such-token');
    const oidc = {
      kind: 'oidc',
      roleArn: 'acs:ram::1:role/ci',
      providerArn: 'acs:ram::1:oidc-provider/p',
      tokenFile,
    } as const;
    const error = await failureOf(using(oidc), bare);
    expect(error.message).toContain("role 'acs:ram::1:role/ci'");
    expect(error.message).toContain(tokenFile);
  });
});

describe('on an emulator', () => {
  let cloud: FakeCloud;

  beforeAll(async () => {
    cloud = await startFakeCloud();
  });

  afterAll(() => cloud.close());

  async function keyOn(account: Account, environment: Environment): Promise<string> {
    const endpoint = { kind: 'loopback', host: cloud.host } as const;
    const source = credentialsFor(endpoint, { environment, assumeRole: noRole })(account);
    return (await source.keys('cn-hangzhou')).accessKeyId;
  }

  it('the keys are its own, by UID, and those of the environment are not read', async () => {
    expect(await keyOn(prod, inEnvironment)).toBe('KEYPROD');
    expect(await keyOn(using({ kind: 'role', roleArn: 'r', sessionName: 's' }), inEnvironment)).toBe('KEYPROD');
  });

  it('a profile with the name of a RAM user stands for that user', async () => {
    expect(await keyOn(using({ kind: 'profile', profile: 'viewer' }), {})).toBe('KEYVIEWER');
    expect(await keyOn(using({ kind: 'profile', profile: 'other' }), {})).toBe('KEYPROD');
  });

  it('an account that it does not have is an error that lists what it has', async () => {
    const stranger = using({ kind: 'chain' }, { name: 'stage', uid: '9007199254740992' });
    await expect(keyOn(stranger, inEnvironment)).rejects.toMatchObject({
      code: 'cloud/credentials',
      message: expect.stringMatching(/'stage'.*UID 9007199254740992.*'prod' \(9007199254740993\)/),
    });
  });

  it('the keys of the environment can be tried on demand', async () => {
    expect(await keyOn(prod, { ...inEnvironment, TALLYMAN_EMULATOR_USE_ENV: '1' })).toBe('KEYENV');
    expect(await keyOn(prod, { TALLYMAN_EMULATOR_USE_ENV: '1' })).toBe('KEYPROD');
  });
});
