import library, { type CredentialsProvider } from '@alicloud/credentials';
import type { Account, CredentialSource } from '../../domain/desired.js';
import { TallymanError } from '../../domain/errors.js';
import type { Endpoint } from './endpoint.js';
import { emulatorKeys } from './emulator-keys.js';
import type { Keys, KeySource } from './keys.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Asks STS for temporary keys of a role, signed with other keys. */
export type AssumeRole = (
  role: { readonly roleArn: string; readonly sessionName: string; readonly account: string; readonly region: string },
  base: Keys,
) => Promise<{ readonly keys: Keys; readonly expiresAt: string }>;

export interface CredentialOptions {
  readonly environment: Environment;
  readonly assumeRole: AssumeRole;
}

/** Real milliseconds that the instance role's address may take: outside of ECS nobody answers there. */
const metadataTimeoutMs = 500;

/** Temporary keys are replaced this long before they expire. */
const refreshBeforeMs = 15 * 60_000;

/**
 * Where the keys of each account come from. With a loopback endpoint only the emulator is asked. For tests of wrong
 * keys TALLYMAN_EMULATOR_USE_ENV=1 sends those of the environment there.
 */
export function credentialsFor(endpoint: Endpoint, options: CredentialOptions): (account: Account) => KeySource {
  const { environment } = options;
  if (endpoint.kind === 'cloud') return (account) => sourceOf(account, options);
  const keys = keysOfEnvironment(environment);
  if (environment['TALLYMAN_EMULATOR_USE_ENV'] === '1' && keys !== null) return () => ({ keys: async () => keys });
  return emulatorKeys(endpoint.host);
}

function sourceOf(account: Account, options: CredentialOptions): KeySource {
  const { credentials } = account;
  const { environment } = options;
  if (credentials.kind === 'role') return roleSource(account, credentials, options);
  if (credentials.kind === 'oidc') {
    return firstOf([oidcProvider(credentials, 'tallyman')], () => oidcFailed(account, credentials));
  }
  if (credentials.kind === 'profile') {
    const { profile } = credentials;
    return firstOf(profileProviders(profile, environment), () => noProfile(account, profile));
  }
  return firstOf(chain(environment), () => nothingSet(account, environment));
}

/** A step of a chain: made only when its turn comes, since some throw while they are made. */
type Step = () => CredentialsProvider;

/**
 * Keeps the first provider that gives keys. What the library says when one fails is never shown: it quotes the files
 * that it could not read.
 */
function firstOf(steps: readonly Step[], failed: () => TallymanError): KeySource {
  let chosen: Promise<CredentialsProvider> | null = null;
  return {
    async keys() {
      chosen ??= choose(steps);
      try {
        return await keysFrom(await chosen);
      } catch {
        chosen = null;
        throw failed();
      }
    },
  };
}

async function choose(steps: readonly Step[]): Promise<CredentialsProvider> {
  for (const step of steps) {
    try {
      const provider = step();
      await keysFrom(provider);
      return provider;
    } catch {
      // The next one is asked; when all have failed, the caller says what to set.
    }
  }
  throw new Error('no provider gives keys');
}

async function keysFrom(provider: CredentialsProvider): Promise<Keys> {
  const found = await provider.getCredentials();
  if (!found.accessKeyId || !found.accessKeySecret) throw new Error('no keys');
  return {
    accessKeyId: found.accessKeyId,
    accessKeySecret: found.accessKeySecret,
    securityToken: found.securityToken ?? '',
    providerName: found.providerName,
  };
}

/**
 * The order of the official chain. The library's own chain ends in a request to `https://undefined/` when nothing is
 * set, and hands a half-tried provider to concurrent callers; so its parts are asked here one after another.
 */
function chain(environment: Environment): readonly Step[] {
  const isOn = (name: string): boolean => environment[name]?.toLowerCase() === 'true';
  const keys = keysOfEnvironment(environment);
  const uri = environment['ALIBABA_CLOUD_CREDENTIALS_URI'];
  const oidc = oidcOfEnvironment(environment);
  return [
    ...(keys === null ? [] : [() => fixedProvider(keys)]),
    ...(oidc === null ? [] : [oidcProvider(oidc, environment['ALIBABA_CLOUD_ROLE_SESSION_NAME'] ?? 'tallyman')]),
    ...profileProviders(environment['ALIBABA_CLOUD_PROFILE'] ?? null, environment),
    ...(isOn('ALIBABA_CLOUD_ECS_METADATA_DISABLED') ? [] : [instanceRoleProvider(environment)]),
    ...(uri ? [() => library.URICredentialsProvider.builder().withCredentialsURI(uri).build()] : []),
  ];
}

function keysOfEnvironment(environment: Environment): Keys | null {
  const accessKeyId = environment['ALIBABA_CLOUD_ACCESS_KEY_ID'];
  const accessKeySecret = environment['ALIBABA_CLOUD_ACCESS_KEY_SECRET'];
  if (!accessKeyId || !accessKeySecret) return null;
  const securityToken = environment['ALIBABA_CLOUD_SECURITY_TOKEN'] ?? '';
  return { accessKeyId, accessKeySecret, securityToken, providerName: 'env' };
}

function fixedProvider(keys: Keys): CredentialsProvider {
  return { getCredentials: async () => keys, getProviderName: () => keys.providerName };
}

type OidcRole = Omit<Extract<CredentialSource, { kind: 'oidc' }>, 'kind'>;

function oidcOfEnvironment(environment: Environment): OidcRole | null {
  const roleArn = environment['ALIBABA_CLOUD_ROLE_ARN'];
  const providerArn = environment['ALIBABA_CLOUD_OIDC_PROVIDER_ARN'];
  const tokenFile = environment['ALIBABA_CLOUD_OIDC_TOKEN_FILE'];
  return roleArn && providerArn && tokenFile ? { roleArn, providerArn, tokenFile } : null;
}

function oidcProvider(role: OidcRole, sessionName: string): Step {
  return () =>
    library.OIDCRoleArnCredentialsProvider.builder()
      .withRoleArn(role.roleArn)
      .withOIDCProviderArn(role.providerArn)
      .withOIDCTokenFilePath(role.tokenFile)
      .withRoleSessionName(sessionName)
      .build();
}

/** Null: the profile that the file itself names. The CLI's file first, then the SDKs'. */
function profileProviders(profile: string | null, environment: Environment): readonly Step[] {
  const isCliOff = environment['ALIBABA_CLOUD_CLI_PROFILE_DISABLED']?.toLowerCase() === 'true';
  const cli = () => named(library.CLIProfileCredentialsProvider.builder(), profile).build();
  const ini = () => named(library.ProfileCredentialsProvider.builder(), profile).build();
  return isCliOff ? [ini] : [cli, ini];
}

function named<B extends { withProfileName(name: string): B }>(builder: B, profile: string | null): B {
  return profile === null ? builder : builder.withProfileName(profile);
}

function instanceRoleProvider(environment: Environment): Step {
  return () => {
    const builder = library.ECSRAMRoleCredentialsProvider.builder()
      .withConnectTimeout(metadataTimeoutMs)
      .withReadTimeout(metadataTimeoutMs);
    const role = environment['ALIBABA_CLOUD_ECS_METADATA'];
    return (role ? builder.withRoleName(role) : builder).build();
  };
}

/** A role is assumed with the keys of the official chain. */
function roleSource(
  account: Account,
  role: Extract<CredentialSource, { kind: 'role' }>,
  { environment, assumeRole }: CredentialOptions,
): KeySource {
  const base = firstOf(chain(environment), () => nothingSet(account, environment));
  let current: ReturnType<AssumeRole> | null = null;
  const assume = (region: string): ReturnType<AssumeRole> => {
    const assumed = base.keys(region).then((keys) => assumeRole({ ...role, account: account.name, region }, keys));
    current = assumed;
    // A refusal must not be remembered: the next call asks again.
    assumed.catch(() => {
      if (current === assumed) current = null;
    });
    return assumed;
  };
  return {
    async keys(region) {
      const held = current === null ? null : await current;
      if (held !== null && Date.parse(held.expiresAt) - Date.now() > refreshBeforeMs) return held.keys;
      return (await assume(region)).keys;
    },
  };
}

function nothingSet(account: Account, environment: Environment): TallymanError {
  const half = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'].filter((name) => environment[name]);
  const found = half.length === 1 ? `only ${half[0]} is set` : 'nothing is set';
  return new TallymanError(
    'cloud/credentials',
    `account '${account.name}': no credentials were found: ${found}`,
    'Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a `profile`, a role or an `oidc` role in `credentials` of the account (docs/credentials.md).',
  );
}

function noProfile(account: Account, profile: string): TallymanError {
  return new TallymanError(
    'cloud/credentials',
    `account '${account.name}': profile '${profile}' gives no credentials`,
    `Run \`aliyun configure --profile ${profile}\`, or add it to ~/.alibabacloud/credentials.`,
  );
}

function oidcFailed(account: Account, role: OidcRole): TallymanError {
  return new TallymanError(
    'cloud/credentials',
    `account '${account.name}': role '${role.roleArn}' could not be assumed with the token in '${role.tokenFile}'`,
    'Check that the file holds a token that has not expired, and that the role trusts the provider.',
  );
}
