import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tallyman } from './support/cli.js';
import { type EmulatedState, type EmulatorProcess, startEmulatorProcess } from './support/emulator-process.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';

let workspace: Workspace;
let emulator: EmulatorProcess;
let endpoint: readonly string[];

beforeAll(async () => {
  workspace = await copyGoldenFleet();
  emulator = await startEmulatorProcess(workspace.root, ['--speed', '600']);
  endpoint = ['--endpoint', emulator.endpoint];
  for (const words of [['update'], ['apply', '--auto-approve']]) {
    const { code, stderr } = await tallyman(workspace.root, [...words, ...endpoint]);
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${stderr}`);
  }
}, 120_000);

afterAll(async () => {
  await emulator.stop();
  await workspace.remove();
});

async function owned(): Promise<number> {
  const { instances, images, snapshots } = await emulator.get<EmulatedState>('state');
  return [...instances, ...images, ...snapshots].filter(({ tags }) => 'tallyman:project' in tags).length;
}

describe('tallyman destroy', () => {
  it.each([
    [['--auto-approve'], 'class delete is not allowed'],
    [['--allow', 'delete'], 'Nobody can be asked here'],
    [['--allow', 'delete', '--auto-approve', '--max-removals', '2'], 'the budget is 2'],
  ])('ends with 8 and deletes nothing with %j', async (words, message) => {
    const before = await owned();
    const run = await tallyman(workspace.root, ['destroy', ...words, ...endpoint]);
    expect(run.code).toBe(8);
    expect(`${run.stderr}${run.stdout}`).toContain(message);
    expect(await owned()).toBe(before);
  });

  it('takes no path and no target: what is destroyed is the whole project', async () => {
    const narrowed = await tallyman(workspace.root, ['destroy', '--target', 'Instance/web-hangzhou', ...endpoint]);
    expect(narrowed).toMatchObject({ code: 4, stdout: '' });
    expect((await tallyman(workspace.root, ['destroy', 'manifests/fleet.yaml', ...endpoint])).code).toBe(4);
  });

  it('leaves nothing that the project owns, in every format, and then has nothing to do', async () => {
    const formats = ['text', 'json', 'jsonl', 'junit', 'markdown', 'html'];
    const outputs = formats.flatMap((format) => ['-o', `${format}=destroy.${format}`]);
    const words = ['destroy', '--allow', 'delete', '--auto-approve', '--audit-log', 'destroyed.jsonl', ...outputs];
    expect((await tallyman(workspace.root, [...words, ...endpoint])).code).toBe(0);
    expect(await owned()).toBe(0);
    for (const format of formats)
      expect(await workspace.read(`destroy.${format}`)).toContain('Instance/web-hangzhou/0');
    expect(await workspace.read('destroyed.jsonl')).toContain('"operation":"DeleteInstance"');
    const again = await tallyman(workspace.root, ['destroy', '--allow', 'delete', '--auto-approve', ...endpoint]);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('Nothing to destroy.');
  }, 60_000);
});
