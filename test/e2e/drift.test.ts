import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tallyman } from './support/cli.js';
import { type EmulatorProcess, type LoggedCall, startEmulatorProcess } from './support/emulator-process.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';

let workspace: Workspace;
let emulator: EmulatorProcess;
let endpoint: readonly string[];

beforeAll(async () => {
  workspace = await copyGoldenFleet();
  emulator = await startEmulatorProcess(workspace.root, ['--speed', '600']);
  endpoint = ['--endpoint', emulator.endpoint];
  const apply = ['apply', '--auto-approve', '--audit-log', 'audit.jsonl'];
  for (const words of [['update'], apply]) {
    const { code, stderr } = await tallyman(workspace.root, [...words, ...endpoint]);
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${stderr}`);
  }
}, 120_000);

afterAll(async () => {
  await emulator.stop();
  await workspace.remove();
});

async function callsSince(count: number): Promise<readonly LoggedCall[]> {
  const { calls } = await emulator.get<{ readonly calls: readonly LoggedCall[] }>('calls');
  return calls.slice(count);
}

describe('tallyman drift', () => {
  const formats = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'markdown', 'html'];

  it('finds nothing on the commit that was applied, and only reads', async () => {
    const before = (await callsSince(0)).length;
    const run = await tallyman(workspace.root, ['drift', '--detailed-exitcode', ...endpoint]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('No drift. The cloud is as the manifests say.\n7 as they shall be.');
    const calls = await callsSince(before);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter(({ access }) => access !== 'read')).toEqual([]);
  });

  it('tells what somebody did in every format, with exit code 2, and still only reads', async () => {
    const { instances } = await emulator.get<{ readonly instances: readonly { id: string; tags: object }[] }>('state');
    const [victim] = instances;
    await emulator.post('changes', { op: 'deleteInstance', instanceId: victim?.id });
    const before = (await callsSince(0)).length;
    const outputs = formats.flatMap((format) => ['-o', `${format}=drift.${format}`]);
    const words = ['drift', '--audit-log', 'audit.jsonl', ...outputs, ...endpoint];
    expect(await tallyman(workspace.root, words)).toMatchObject({ code: 2, stdout: '' });
    for (const format of formats) expect(await workspace.read(`drift.${format}`)).toContain('Instance/web-');
    const json = JSON.parse(await readFile(workspace.path('drift.json'), 'utf8')) as Record<string, unknown>;
    expect(json).toMatchObject({
      drifted: true,
      summary: { missing: 1, changed: 0, unexpected: 0, unfinished: 0 },
      drift: [{ kind: 'missing', account: 'prod', who: { last_write: { operation: 'TagResources' } } }],
    });
    expect((await callsSince(before)).filter(({ access }) => access !== 'read')).toEqual([]);
  });

  it('passes over what it is told to ignore', async () => {
    const run = await tallyman(workspace.root, ['drift', '--detailed-exitcode', '--ignore', 'Instance/', ...endpoint]);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('Ignored in this run: Instance/web-');
  });

  it.each([
    [['--ignore', 'web'], "'web' is not an address"],
    [['--audit-log', 'none.jsonl'], "there is no audit log 'none.jsonl'"],
    [['--parallelism', '0'], '--parallelism'],
    [['--prune'], "`drift` has no flag '--prune'"],
  ])('ends with 4 and looks at nothing with %j', async (words, message) => {
    const before = (await callsSince(0)).length;
    const run = await tallyman(workspace.root, ['drift', ...words, ...endpoint]);
    expect(run).toMatchObject({ code: 4, stdout: '' });
    expect(run.stderr).toContain(message);
    expect(await callsSince(before)).toEqual([]);
  });
});
