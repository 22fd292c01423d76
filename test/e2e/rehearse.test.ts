import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tallyman } from './support/cli.js';
import { type EmulatorProcess, type LoggedCall, startEmulatorProcess } from './support/emulator-process.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';

let workspace: Workspace;
let emulator: EmulatorProcess;
let endpoint: readonly string[];

beforeAll(async () => {
  workspace = await copyGoldenFleet();
  emulator = await startEmulatorProcess(workspace.root);
  endpoint = ['--endpoint', emulator.endpoint];
  for (const words of [['update'], ['snapshot', '--out', 'snapshot.json']]) {
    const { code, stderr } = await tallyman(workspace.root, [...words, ...endpoint]);
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${stderr}`);
  }
}, 60_000);

afterAll(async () => {
  await emulator.stop();
  await workspace.remove();
});

interface Rehearsed {
  readonly applyable: boolean;
  readonly plan_digest: string;
  readonly rehearsal?: { readonly status: string; readonly problems: readonly Record<string, unknown>[] };
}

async function plan(...words: readonly string[]): Promise<{ readonly code: number | null; readonly plan: Rehearsed }> {
  const { code, stdout } = await tallyman(workspace.root, ['plan', '-o', 'json', ...words]);
  return { code, plan: JSON.parse(stdout) as Rehearsed };
}

describe('tallyman plan --rehearse', () => {
  it('passes, live and from a snapshot, and says the same of the same world', async () => {
    const live = await plan('--rehearse', ...endpoint);
    expect(live).toMatchObject({ code: 0, plan: { applyable: true, rehearsal: { status: 'passed', problems: [] } } });
    const recorded = await plan('--rehearse', '--snapshot', 'snapshot.json');
    expect(recorded).toMatchObject({ code: 0, plan: { applyable: true, rehearsal: { status: 'passed' } } });
    expect((await plan('--rehearse', '--snapshot', 'snapshot.json')).plan).toEqual(recorded.plan);
    expect((await plan('--snapshot', 'snapshot.json')).plan.rehearsal).toBeUndefined();
  });

  it('shows what it meets at its line in every format, saves a plan that cannot be applied, and touches nothing', async () => {
    await workspace.edit('manifests/fleet.yaml', 'instanceType: ecs.g7.large', 'instanceType: ecs.g8y.large');
    const formats = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'markdown', 'html'];
    const outputs = formats.flatMap((format) => ['-o', `${format}=rehearsed.${format}`]);
    const run = await tallyman(workspace.root, ['plan', '--rehearse', '--out', 'plan.json', ...outputs, ...endpoint]);
    expect(run).toMatchObject({ code: 8, stdout: '' });
    for (const format of formats) {
      const shown = await workspace.read(`rehearsed.${format}`);
      expect(shown).toContain('InvalidInstanceType.NotSupported');
      expect(shown).toContain('manifests/fleet.yaml');
    }
    expect(JSON.parse(await workspace.read('plan.json'))).toMatchObject({
      applyable: false,
      refusals: [{ reason: 'rehearsal-failed' }],
      rehearsal: {
        status: 'failed',
        problems: [
          {
            api_code: 'InvalidInstanceType.NotSupported',
            operation: 'RunInstances',
            addresses: ['Instance/web-hangzhou/0', 'Instance/web-hangzhou/1', 'Instance/web-hangzhou/2'],
            diagnostic: { range: { filename: 'manifests/fleet.yaml', start: { line: 12, column: 17 } } },
          },
        ],
      },
    });
    const applied = await tallyman(workspace.root, ['apply', 'plan.json', ...endpoint]);
    expect(applied).toMatchObject({ code: 8, stdout: '' });
    expect(applied.stderr).toContain('the rehearsal failed');
    const shown = await tallyman(workspace.root, ['show', 'plan.json']);
    expect(shown.stdout).toContain('rehearsal/action-failed');
    const { calls } = await emulator.get<{ readonly calls: readonly LoggedCall[] }>('calls');
    expect(calls.filter(({ access }) => access !== 'read')).toEqual([]);
  });

  it('shows the error that a wrong key would meet, beside the rule that forbids it', async () => {
    await workspace.edit('manifests/fleet.yaml', 'instanceType: ecs.g8y.large', 'instanceType: ecs.g7.large');
    await workspace.edit('manifests/images.yaml', 'kmsKeyId: key-prod-hangzhou', 'kmsKeyId: key-wrong');
    const { code, plan: made } = await plan('--rehearse', ...endpoint);
    expect(code).toBe(3);
    expect(made.rehearsal?.problems).toMatchObject([
      { operation: 'CopyImage', api_code: 'InvalidParameter.KMSKeyId.NotFound' },
    ]);
  });
});
