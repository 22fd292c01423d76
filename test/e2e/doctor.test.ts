import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliRun, tallyman } from './support/cli.js';
import { type EmulatorProcess, type LoggedCall, startEmulatorProcess } from './support/emulator-process.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';

let space: Workspace;
let emulator: EmulatorProcess;

beforeEach(async () => {
  space = await copyGoldenFleet();
  emulator = await startEmulatorProcess(space.root, ['--scenario', 'scenario.yaml']);
});
afterEach(async () => {
  await emulator.stop();
  await space.remove();
});

const doctor = (...words: readonly string[]): Promise<CliRun> =>
  tallyman(space.root, ['doctor', '--endpoint', emulator.endpoint, ...words], { env: { TALLYMAN_TIMEOUT: '20s' } });

describe('doctor', () => {
  it('finds nothing wrong with a good setup, says where settings came from, and writes nothing', async () => {
    const { code, stdout } = await doctor();
    expect(stdout).toMatch(/^ok {7}setting: timeout = 20s \(TALLYMAN_TIMEOUT\)$/m);
    expect(stdout).toContain(`setting: endpoint = ${emulator.endpoint} (command line)`);
    expect(stdout).toContain(`project: ${space.root}/tallyman.yaml, found from here upwards`);
    expect(stdout).toMatch(/^ok {7}clock: /m);
    expect(stdout).toContain("account prod: acs:ram::1600000000000002:root, by profile 'prod'");
    expect(stdout).toContain('permissions of prod in cn-hangzhou: may look: 5 questions answered');
    expect(stdout).toMatch(/0 problems, 0 warnings\.\n$/);
    expect(code).toBe(0);
    const { calls } = await emulator.get<{ calls: readonly LoggedCall[] }>('calls');
    expect(calls.length).toBeGreaterThan(8);
    expect(calls.filter(({ access }) => access === 'write')).toStrictEqual([]);
  });

  it('says which right is missing, and goes on', async () => {
    await emulator.stop();
    const allowed = ['ecs:DescribeInstances', 'ecs:DescribeImages', 'ecs:DescribeSnapshots', 'kms:DescribeKey'];
    const policy = { Statement: [{ Effect: 'Allow', Action: allowed, Resource: '*' }] };
    const user = {
      name: 'prod',
      account: 'prod',
      accessKeys: [{ id: 'EMULATORUSER', secret: 'emulator' }],
      policies: [policy],
    };
    await space.write('scenario.yaml', `${await space.read('scenario.yaml')}  ramUsers: ${JSON.stringify([user])}\n`);
    emulator = await startEmulatorProcess(space.root, ['--scenario', 'scenario.yaml']);
    const { code, stdout } = await doctor('-o', 'json');
    expect(code).toBe(1);
    const { healthy, checks } = JSON.parse(stdout) as {
      healthy: boolean;
      checks: { name: string; status: string; hint: string }[];
    };
    expect(healthy).toBe(false);
    const wrong = checks.filter(({ status }) => status === 'problem');
    expect(wrong.map(({ name }) => name)).toStrictEqual([
      'permissions of prod in ap-southeast-1',
      'permissions of prod in cn-hangzhou',
    ]);
    expect(wrong[0]?.hint).toContain("Grant 'ecs:DescribeDisks'");
  });

  it('says whose credentials they are where they are of another account', async () => {
    await emulator.stop();
    await space.edit('scenario.yaml', 'name: prod, uid: "1600000000000002"', 'name: prod, uid: "1600000000000005"');
    emulator = await startEmulatorProcess(space.root, ['--scenario', 'scenario.yaml']);
    const { code, stdout } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^problem {2}account prod: /m);
  });

  it('sends to lint where manifests cannot be used, and asks the cloud nothing', async () => {
    await space.edit('manifests/fleet.yaml', 'kind: Instance', 'kind: Instanz');
    const { code, stdout } = await doctor();
    expect(code).toBe(4);
    expect(stdout).toMatch(/^problem {2}manifests: .*\n\s+See them:\n\s+tallyman lint$/m);
    expect((await emulator.get<{ calls: readonly LoggedCall[] }>('calls')).calls).toStrictEqual([]);
  });

  it('says that nobody answers, and leaves it at that', async () => {
    const run = await tallyman(space.root, ['doctor', '--endpoint', 'http://127.0.0.1:9', '--timeout', '2s']);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("'127.0.0.1:9' does not answer") as string });
  });
});
