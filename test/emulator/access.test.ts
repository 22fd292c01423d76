import { afterEach, describe, expect, it } from 'vitest';
import { decide, matches } from '../../src/emulator/access/ram.js';
import type { PolicyStatement } from '../../src/emulator/access/policy.js';
import { type RunningEmulator, type ScenarioSpec, startEmulator } from '../../src/emulator/index.js';
import { sendRaw, type Signer, type SignOptions, signV3 } from './signing.js';
import { prodUid, twoAccounts } from './support.js';

describe('RAM', () => {
  const ask = (
    statements: readonly PolicyStatement[],
    action: string,
    resource = 'acs:ecs:cn-hangzhou:1:instance/i-1',
  ): string =>
    decide([{ Statement: statements }], {
      action,
      resources: [resource],
      conditions: { 'ecs:ImageOwnerId': '77', n: '5' },
    });
  const allowAll: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

  it('denies what nothing allows', () => {
    expect(ask([], 'ecs:RunInstances')).toBe('ImplicitDeny');
    expect(ask([{ ...allowAll, Action: 'ecs:Describe*' }], 'ecs:RunInstances')).toBe('ImplicitDeny');
  });

  it('allows by wildcard, list and any case of the action', () => {
    expect(ask([{ ...allowAll, Action: ['ecs:Stop*', 'ECS:runInstances'] }], 'ecs:RunInstances')).toBe('Allow');
    expect(ask([{ ...allowAll, Action: 'ecs:Run?nstances' }], 'ecs:RunInstances')).toBe('Allow');
  });

  it('lets a Deny beat every Allow, in whatever order', () => {
    const deny: PolicyStatement = { Effect: 'Deny', Action: 'ecs:*', Resource: 'acs:ecs:*:*:instance/i-1' };
    expect(ask([allowAll, deny], 'ecs:StopInstance')).toBe('ExplicitDeny');
    expect(ask([deny, allowAll], 'ecs:StopInstance')).toBe('ExplicitDeny');
    expect(ask([deny, allowAll], 'ecs:StopInstance', 'acs:ecs:cn-hangzhou:1:instance/i-2')).toBe('Allow');
  });

  it('wants each resource of a call to be allowed', () => {
    const question = { action: 'ecs:ReplaceSystemDisk', resources: ['a', 'b'], conditions: {} };
    expect(decide([{ Statement: [{ ...allowAll, Resource: 'a' }] }], question)).toBe('ImplicitDeny');
    expect(decide([{ Statement: [{ ...allowAll, Resource: ['a', 'b'] }] }], question)).toBe('Allow');
  });

  it.each([
    ['StringEquals', 'ecs:ImageOwnerId', '77', true],
    ['StringEquals', 'ecs:ImageOwnerId', '78', false],
    ['StringEquals', 'absent', '77', false],
    ['StringNotEquals', 'ecs:ImageOwnerId', ['78', '79'], true],
    ['StringNotEquals', 'ecs:ImageOwnerId', ['78', '77'], false],
    ['StringNotEquals', 'absent', '77', true],
    ['StringLike', 'ecs:ImageOwnerId', '7*', true],
    ['StringNotLike', 'ecs:ImageOwnerId', '7*', false],
    ['NumericLessThan', 'n', '6', true],
    ['NumericGreaterThanEquals', 'n', '6', false],
    ['Bool', 'n', 'true', false],
  ] as const)('%s %s %s: %s', (operator, key, wanted, isAllowed) => {
    const statement: PolicyStatement = { ...allowAll, Condition: { [operator]: { [key]: wanted } } };
    expect(ask([statement], 'ecs:RunInstances')).toBe(isAllowed ? 'Allow' : 'ImplicitDeny');
  });

  it.each([
    ['*', '', true],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'a1b2', false],
    ['?', '', false],
    ['a.c', 'abc', false],
    ['*'.repeat(40) + 'x', 'y'.repeat(2_000), false],
  ])('the pattern %s on %s: %s', (pattern, text, isMatch) => {
    expect(matches(pattern, text)).toBe(isMatch);
  });
});

describe('over HTTP', () => {
  let emulator: RunningEmulator | undefined;
  let real = Date.parse('2026-03-01T12:00:00Z');

  async function start(spec: Partial<ScenarioSpec> = {}): Promise<Signer> {
    emulator = await startEmulator({
      scenario: {
        apiVersion: 'tallyman.dev/v1',
        kind: 'Scenario',
        metadata: { name: 'access' },
        spec: { clock: { speed: 0 }, accounts: twoAccounts, ...spec },
      },
      now: () => real,
    });
    return { endpoint: emulator.endpoint, accessKeyId: 'EMULATORPROD', accessKeySecret: 'emulator' };
  }

  const ask = async (
    signer: Signer,
    action: string,
    parameters: Record<string, string> = {},
    options: SignOptions = {},
  ) => sendRaw(signV3(signer, action, parameters, { at: real, ...options }));

  afterEach(async () => {
    await emulator?.close();
    emulator = undefined;
  });

  it('a RAM user does what his policies allow, and may always ask who he is', async () => {
    const prod = await start({
      ramUsers: [
        {
          name: 'reader',
          account: 'prod',
          accessKeys: [{ id: 'READER', secret: 's' }],
          policies: [
            { Statement: [{ Effect: 'Allow', Action: 'ecs:DescribeZones', Resource: 'acs:ecs:cn-hangzhou:*:*' }] },
          ],
        },
      ],
    });
    const reader = { ...prod, accessKeyId: 'READER', accessKeySecret: 's' };
    expect(await ask(reader, 'DescribeZones', { RegionId: 'cn-hangzhou' })).toMatchObject({ status: 200 });
    expect(await ask(reader, 'DescribeZones', { RegionId: 'cn-beijing' })).toMatchObject({ status: 403 });
    expect(await ask(reader, 'DescribeRegions')).toMatchObject({ status: 403, body: { Code: 'Forbidden.RAM' } });
    expect((await ask(reader, 'GetCallerIdentity')).body).toMatchObject({
      IdentityType: 'RAMUser',
      AccountId: prodUid,
      Arn: `acs:ram::${prodUid}:user/reader`,
    });
  });

  it('RAM is asked before parameters are judged', async () => {
    const prod = await start({ ramUsers: [{ name: 'n', account: 'prod', accessKeys: [{ id: 'N', secret: 's' }] }] });
    const answer = await ask({ ...prod, accessKeyId: 'N', accessKeySecret: 's' }, 'DescribeZones');
    expect(answer.body.Code).toBe('Forbidden.RAM');
    expect((await ask(prod, 'DescribeZones')).body.Code).toBe('MissingParameter');
  });

  const role = {
    name: 'deployer',
    account: 'prod',
    trusted: ['images'],
    policies: [{ Statement: [{ Effect: 'Allow' as const, Action: 'ecs:*', Resource: '*' }] }],
  };

  async function assume(signer: Signer, more: Record<string, string> = {}): Promise<{ signer: Signer; token: string }> {
    const answer = await ask(signer, 'AssumeRole', {
      RoleArn: `acs:ram::${prodUid}:role/deployer`,
      RoleSessionName: 'ci',
      ...more,
    });
    const given = answer.body['Credentials'] as Record<'AccessKeyId' | 'AccessKeySecret' | 'SecurityToken', string>;
    return {
      signer: { ...signer, accessKeyId: given.AccessKeyId, accessKeySecret: given.AccessKeySecret },
      token: given.SecurityToken,
    };
  }

  it('[WIRE-44 WIRE-19] an assumed role acts in its own account until its credentials expire by the real clock', async () => {
    const prod = await start({ ramRoles: [role] });
    const session = await assume({ ...prod, accessKeyId: 'EMULATORIMAGES' }, { DurationSeconds: '900' });
    const options = { token: session.token };
    expect((await ask(session.signer, 'GetCallerIdentity', {}, options)).body).toMatchObject({
      IdentityType: 'AssumedRoleUser',
      AccountId: prodUid,
      Arn: `acs:ram::${prodUid}:assumed-role/deployer/ci`,
    });
    expect(await ask(session.signer, 'DescribeRegions', {}, options)).toMatchObject({ status: 200 });
    emulator?.advance(3_600);
    expect(await ask(session.signer, 'DescribeRegions', {}, options)).toMatchObject({ status: 200 });
    real += 900_000;
    expect((await ask(session.signer, 'DescribeRegions', {}, options)).body.Code).toBe('InvalidSecurityToken.Expired');
  });

  it('[WIRE-16] temporary credentials need their own token', async () => {
    const prod = await start({ ramRoles: [role] });
    const session = await assume({ ...prod, accessKeyId: 'EMULATORIMAGES' });
    expect((await ask(session.signer, 'DescribeRegions')).body.Code).toBe('MissingSecurityToken');
    expect((await ask(session.signer, 'DescribeRegions', {}, { token: 'x' })).body.Code).toBe(
      'InvalidSecurityToken.Malformed',
    );
  });

  it('[WIRE-44] a policy given with the call narrows the role', async () => {
    const prod = await start({ ramRoles: [role] });
    const policy = { Statement: [{ Effect: 'Allow', Action: 'ecs:DescribeRegions', Resource: '*' }] };
    const session = await assume({ ...prod, accessKeyId: 'EMULATORIMAGES' }, { Policy: JSON.stringify(policy) });
    const options = { token: session.token };
    expect(await ask(session.signer, 'DescribeRegions', {}, options)).toMatchObject({ status: 200 });
    expect(await ask(session.signer, 'DescribeZones', { RegionId: 'cn-hangzhou' }, options)).toMatchObject({
      status: 403,
    });
  });

  it.each([
    ['a caller that the role does not trust', 'EMULATORPROD', {}, 403, 'NoPermission'],
    ['a role that is not there', 'EMULATORIMAGES', { RoleArn: 'acs:ram::1:role/x' }, 404, 'EntityNotExist.Role'],
    ['a life that is too short', 'EMULATORIMAGES', { DurationSeconds: '60' }, 400, 'InvalidParameter.DurationSeconds'],
    ['a policy that is none', 'EMULATORIMAGES', { Policy: '{' }, 400, 'InvalidParameter.PolicyGrammar'],
  ])('AssumeRole refuses %s', async (_, accessKeyId, more, status, code) => {
    const prod = await start({ ramRoles: [role] });
    const parameters = { RoleArn: `acs:ram::${prodUid}:role/deployer`, RoleSessionName: 'ci', ...more };
    expect(await ask({ ...prod, accessKeyId }, 'AssumeRole', parameters)).toMatchObject({
      status,
      body: { Code: code },
    });
  });

  it('[WIRE-45] AssumeRoleWithOIDC is asked without a signature', async () => {
    const provider = `acs:ram::${prodUid}:oidc-provider/github`;
    const { endpoint } = await start({ ramRoles: [{ ...role, trusted: [provider] }] });
    const query = new URLSearchParams({ Action: 'AssumeRoleWithOIDC', Version: '2015-04-01', Format: 'JSON' });
    const body = new URLSearchParams({
      RoleArn: `acs:ram::${prodUid}:role/deployer`,
      RoleSessionName: 'ci',
      OIDCProviderArn: provider,
      OIDCToken: 'token',
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await sendRaw({ method: 'POST', url: `${endpoint}/?${query}`, headers, body: body.toString() });
    expect(answer).toMatchObject({ status: 200, body: { Credentials: { SecurityToken: expect.any(String) } } });
    expect(JSON.stringify(emulator?.calls())).not.toContain('"token"');
  });

  it('KMS keys are found by ID, alias and ARN, and no others', async () => {
    const prod = await start({
      kmsKeys: [{ id: 'key-1', account: 'prod', region: 'cn-hangzhou', aliases: ['alias/web'], state: 'Disabled' }],
    });
    const arn = `acs:kms:cn-hangzhou:${prodUid}:key/key-1`;
    for (const KeyId of ['key-1', 'alias/web', arn]) {
      expect((await ask(prod, 'DescribeKey', { KeyId })).body['KeyMetadata']).toMatchObject({
        KeyId: 'key-1',
        Arn: arn,
        KeyState: 'Disabled',
      });
    }
    expect(await ask(prod, 'DescribeKey', { KeyId: 'key-2' })).toMatchObject({
      status: 404,
      body: { Code: 'Forbidden.KeyNotFound' },
    });
    expect(await ask(prod, 'DescribeKey', { KeyId: 'alias/x' })).toMatchObject({
      status: 404,
      body: { Code: 'Forbidden.AliasNotFound' },
    });
    const foreign = { ...prod, accessKeyId: 'EMULATORIMAGES' };
    expect(await ask(foreign, 'DescribeKey', { KeyId: 'key-1' })).toMatchObject({ status: 404 });
    expect((await ask(prod, 'ListAliases')).body).toMatchObject({
      Aliases: { Alias: [{ AliasName: 'alias/web', KeyId: 'key-1' }] },
    });
  });
});
