import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tagKey } from '../../src/domain/ownership.js';
import { tallyman } from './support/cli.js';
import { type EmulatorProcess, startEmulatorProcess } from './support/emulator-process.js';
import { copyGoldenFleet, secondImage, type Workspace } from './support/golden-fleet.js';

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, object>>;
}

interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

interface Printed {
  readonly accounts: readonly {
    readonly account: string;
    readonly uid: string;
    readonly plan: Policy;
    readonly apply: Policy;
  }[];
  readonly deny: Policy;
}

let space: Workspace;
let emulator: EmulatorProcess | null;
let scenario: string;

beforeEach(async () => {
  space = await copyGoldenFleet();
  scenario = await space.read('scenario.yaml');
  emulator = null;
});
afterEach(async () => {
  await emulator?.stop();
  await space.remove();
});

async function printed(): Promise<Printed['accounts'][number] & { readonly deny: Policy }> {
  const { code, stdout } = await tallyman(space.root, ['permissions', '-o', 'json']);
  expect(code).toBe(0);
  const { accounts, deny } = JSON.parse(stdout) as Printed;
  const [account] = accounts;
  if (account === undefined) throw new Error('no account');
  return { ...account, deny };
}

/** A cloud in which the project's account is a user who has this policy and nothing else. */
async function asUserWith(policy: Policy): Promise<void> {
  const users = [
    { name: 'prod', account: 'prod', accessKeys: [{ id: 'EMULATORUSER', secret: 'emulator' }], policies: [policy] },
  ];
  const templates = ['cn-hangzhou', 'ap-southeast-1'].map((region) => {
    return { id: `lt-${region}`, account: 'prod', region, imageId: 'm-of-somebody' };
  });
  const more = `  ramUsers: ${JSON.stringify(users)}\n  launchTemplates: ${JSON.stringify(templates)}\n`;
  await space.write('scenario.yaml', scenario + more);
  await startCloud(6000);
}

/** Goes on with the same world, at another pace. */
async function startCloud(speed: number): Promise<void> {
  await emulator?.stop();
  const words = ['--scenario', 'scenario.yaml', '--state', 'world', '--speed', String(speed)];
  emulator = await startEmulatorProcess(space.root, words);
}

async function run(...words: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const { code, stdout, stderr } = await tallyman(space.root, [...words, '--endpoint', emulator?.endpoint ?? '']);
  return { code, text: stdout + stderr };
}

async function shareImage(number: number): Promise<void> {
  const image = {
    ...(await secondImage()),
    id: `m-golden${number}`,
    name: `golden-v${number}`,
    createdAt: `2026-01-0${number}T00:00:00Z`,
  };
  await emulator?.post('changes', { op: 'addImage', image });
}

/** Operations of the service that were called, as actions of RAM. */
async function used(): Promise<ReadonlySet<string>> {
  const { calls } = (await emulator?.get<{ calls: readonly { action: string }[] }>('calls')) ?? { calls: [] };
  const unchecked = new Set(['GetCallerIdentity', 'DescribeEndpoints']);
  const names = calls.map(({ action }) => action).filter((action) => !unchecked.has(action));
  return new Set(names.map((action) => (action === 'DescribeKey' ? `kms:${action}` : `ecs:${action}`)));
}

const actionsOf = ({ Statement: list }: Policy): readonly string[] => list.flatMap(({ Action }) => Action).sort();
const without = (policy: Policy, action: string): Policy => ({
  ...policy,
  Statement: policy.Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((one) => one !== action),
  })).filter(({ Action }) => Action.length > 0),
});

describe('the policy to look', () => {
  it('is enough for update and plan, and nothing can be written with it', async () => {
    const { plan } = await printed();
    await asUserWith(plan);
    expect(await run('update')).toMatchObject({ code: 0 });
    expect(await run('plan')).toMatchObject({ code: 0, text: expect.stringContaining('Plan: ') as string });
    expect([1, 7]).toContain((await run('apply', '--auto-approve')).code);
    const { images, instances } =
      (await emulator?.get<{ images: { account: string }[]; instances: unknown[] }>('state')) ?? {};
    expect(instances).toStrictEqual([]);
    expect(images?.filter(({ account }) => account === 'prod')).toStrictEqual([]);
  });

  it.each([
    'ecs:DescribeDisks',
    'ecs:DescribeImages',
    'ecs:DescribeInstances',
    'ecs:DescribeSnapshots',
    'kms:DescribeKey',
  ])('is no longer enough without %s', async (action) => {
    const { plan } = await printed();
    await asUserWith(without(plan, action));
    const { code, text } = await run('plan');
    expect(text).toContain(action.split(':')[1]);
    expect(code).not.toBe(0);
  });
});

describe('the deny for everybody else', () => {
  it('names every tag that tallyman writes, and keeps its marks from being removed', async () => {
    const { deny } = await printed();
    const conditions = deny.Statement.map(({ Effect, Condition }) => [
      Effect,
      Object.keys(Condition?.['StringLike'] ?? {}),
    ]);
    expect(conditions).toStrictEqual([
      ...Object.values(tagKey)
        .sort()
        .map((key) => ['Deny', [`acs:RequestTag/${key}`]]),
      ['Deny', ['acs:ResourceTag/tallyman:project']],
    ]);
  });
});

describe('the policy to apply', () => {
  it.each(['ecs:CopyImage', 'ecs:RunInstances', 'ecs:TagResources'])(
    'is not enough to begin with without %s',
    async (action) => {
      const { apply } = await printed();
      await asUserWith(without(apply, action));
      const { code, text } = await run('apply', '--auto-approve');
      expect([1, 7]).toContain(code);
      expect(text).toContain(action.split(':')[1]);
    },
  );

  it('is enough for the life of a fleet, which needs each of its actions', async () => {
    const { apply } = await printed();
    await asUserWith(apply);
    const applied = async (...words: readonly string[]): Promise<void> => {
      const done = await run('apply', '--auto-approve', ...words);
      expect(done.text).not.toContain('Forbidden');
      expect(done.code).toBe(words.includes('--no-wait') ? 6 : 0);
    };
    await applied();
    await space.edit(
      'manifests/fleet.yaml',
      'securityGroupIds: [sg-web-hangzhou]',
      'securityGroupIds: [sg-web-hangzhou, sg-more]',
    );
    await space.edit(
      'manifests/fleet.yaml',
      'category: cloud_essd, sizeGiB: 40',
      'category: cloud_essd, sizeGiB: 600, performanceLevel: PL1',
    );
    await applied();
    await space.edit('manifests/fleet.yaml', 'performanceLevel: PL1', 'performanceLevel: PL2');
    await applied();
    for (const number of [2, 3]) {
      await shareImage(number);
      expect(await run('update')).toMatchObject({ code: 0 });
      await applied();
    }
    const first = await used();
    // A copy that is still on its way when the next image comes is cancelled: at this pace it takes minutes.
    await startCloud(1);
    await space.edit('manifests/images.yaml', 'history: 1', 'history: 0');
    for (const number of [4, 5]) {
      await shareImage(number);
      expect(await run('update')).toMatchObject({ code: 0 });
      await applied('--no-wait');
    }
    expect([...new Set([...first, ...(await used())])].sort()).toStrictEqual(actionsOf(apply));
  });
});
