import type { PolicyDocument } from '../../access/policy.js';
import type { SessionRow } from '../../access/session.js';
import { isPolicyDocument } from '../../access/policy-document.js';
import { refuse } from '../../rpc/api-error.js';
import { integer, required, text, withDefault } from '../../rpc/parameters.js';
import type { ScenarioRole, ScenarioSpec } from '../../scenario/scenario.js';
import { accountLookup } from '../../scenario/world-facts.js';
import type { World } from '../../world/world.js';
import { type AnyOperation, type Caller, operation } from '../operation.js';

/** What STS needs beside the world: roles, a place for the credentials it gives out, and the real time. */
export interface StsParts {
  readonly spec: ScenarioSpec;
  keep(session: SessionRow): void;
  realNow(): number;
}

const getCallerIdentity = operation({
  name: 'GetCallerIdentity',
  product: 'sts',
  access: 'read',
  parameters: {},
  /** Who may nothing at all may still ask who he is. */
  accessRequest: () => 'unchecked',
  run: (_, { caller }) => {
    const name = caller.arn.slice(caller.arn.indexOf('/') + 1);
    return {
      IdentityType: caller.kind,
      AccountId: caller.uid,
      PrincipalId: caller.kind === 'Account' ? caller.uid : name,
      ...(caller.kind === 'RAMUser' ? { UserId: name } : {}),
      ...(caller.kind === 'AssumedRoleUser' ? { RoleId: name.split('/')[0] } : {}),
      Arn: caller.arn,
    };
  },
});

const sessionParameters = {
  RoleArn: required(text()),
  RoleSessionName: required(
    text({ pattern: /^[\w.@-]{2,64}$/, error: { status: 400, code: 'InvalidParameter.RoleSessionName' } }),
  ),
  DurationSeconds: withDefault(
    integer({ min: 900, max: 43_200, error: { status: 400, code: 'InvalidParameter.DurationSeconds' } }),
    3_600,
  ),
  Policy: text(),
};

interface Wish {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds: number;
  readonly Policy: string | undefined;
}

export function stsOperations(parts: StsParts): readonly AnyOperation[] {
  const assumeRole = operation({
    name: 'AssumeRole',
    product: 'sts',
    access: 'read',
    parameters: { ...sessionParameters, ExternalId: text() },
    accessRequest: ({ RoleArn }) => ({ resources: [RoleArn] }),
    run: (wish, { caller, world }) => {
      const role = roleOf(parts.spec, wish.RoleArn);
      if (!role.trusted.some((trusted) => isTrusted(trusted, caller, parts.spec))) notTrusted(wish.RoleArn);
      return openSession(parts, world, role, wish);
    },
  });
  /** The token itself is not verified: the scenario has no keys of an identity provider. */
  const assumeRoleWithOidc = operation({
    name: 'AssumeRoleWithOIDC',
    product: 'sts',
    access: 'read',
    parameters: { ...sessionParameters, OIDCProviderArn: required(text()), OIDCToken: required(text()) },
    accessRequest: () => 'unchecked',
    run: (wish, { world }) => {
      const role = roleOf(parts.spec, wish.RoleArn);
      if (!role.trusted.includes(wish.OIDCProviderArn)) notTrusted(wish.RoleArn);
      return openSession(parts, world, role, wish);
    },
  });
  return [getCallerIdentity, assumeRole, assumeRoleWithOidc];
}

interface Role {
  readonly name: string;
  readonly account: string;
  readonly arn: string;
  readonly trusted: readonly string[];
  readonly policies: readonly PolicyDocument[];
}

function roleOf(spec: ScenarioSpec, arn: string): Role {
  const uidOf = accountLookup(spec);
  const roles = (spec.ramRoles ?? []).map((role) => complete(role, uidOf(role.account) ?? role.account));
  const role = roles.find((candidate) => candidate.arn === arn);
  if (role === undefined) refuse(404, 'EntityNotExist.Role', `The role '${arn}' does not exist.`);
  return role;
}

function complete(role: ScenarioRole, account: string): Role {
  const arn = role.arn ?? `acs:ram::${account}:role/${role.name}`;
  return { name: role.name, account, arn, trusted: role.trusted ?? [account], policies: role.policies ?? [] };
}

/** A whole account is trusted by its name, its UID or the ARN of its root; one user or role session by its own ARN. */
function isTrusted(trusted: string, caller: Caller, spec: ScenarioSpec): boolean {
  const account = accountLookup(spec)(trusted) ?? /^acs:ram::(\d+):root$/.exec(trusted)?.[1];
  return account === undefined ? trusted === caller.arn : account === caller.uid;
}

function notTrusted(roleArn: string): never {
  return refuse(
    403,
    'NoPermission',
    `You are not authorized to do this action: '${roleArn}' does not trust the caller.`,
  );
}

function openSession(parts: StsParts, world: World, role: Role, wish: Wish): Readonly<Record<string, unknown>> {
  const turn = world.nextCount('sts-sessions');
  const expiresAt = parts.realNow() + wish.DurationSeconds * 1000;
  const session: SessionRow = {
    id: `STS.EMULATED${String(turn).padStart(6, '0')}`,
    secret: randomText(world, 44),
    token: randomText(world, 64),
    account: role.account,
    roleName: role.name,
    sessionName: wish.RoleSessionName,
    expiresAt,
    policies: role.policies,
    sessionPolicy: wish.Policy === undefined ? null : parsePolicy(wish.Policy),
  };
  parts.keep(session);
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${role.name}:${wish.RoleSessionName}`,
      Arn: `acs:ram::${role.account}:assumed-role/${role.name}/${wish.RoleSessionName}`,
    },
    Credentials: {
      AccessKeyId: session.id,
      AccessKeySecret: session.secret,
      SecurityToken: session.token,
      Expiration: new Date(expiresAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    },
  };
}

function parsePolicy(text: string): PolicyDocument {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    policy = undefined;
  }
  if (!isPolicyDocument(policy))
    refuse(400, 'InvalidParameter.PolicyGrammar', 'The parameter Policy has not passed the grammar check.');
  return policy;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function randomText(world: World, length: number): string {
  return Array.from({ length }, () => letters.charAt(Math.floor(world.random() * letters.length))).join('');
}
