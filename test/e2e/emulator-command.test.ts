import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTallyman, tallyman } from './support/cli.js';
import { type EmulatedState, type EmulatorProcess, startEmulatorProcess } from './support/emulator-process.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';
import { expectTold } from './support/told.js';

const share = (imageId: string): string => JSON.stringify({ op: 'share', imageId, accounts: ['prod'] });

describe('tallyman emulator', () => {
  let space: Workspace;
  let emulator: EmulatorProcess;
  const run = (...words: readonly string[]) => tallyman(space.root, ['emulator', ...words]);
  beforeAll(async () => {
    space = await copyGoldenFleet();
    emulator = await startEmulatorProcess(space.root, ['--state', 'world']);
  });
  afterAll(async () => {
    await emulator.stop();
    await space.remove();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('prints its address alone, and ends well by %s', async (signal) => {
    const { child, done } = startTallyman(space.root, ['emulator', '--quiet']);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill(signal);
    expect(await done).toMatchObject({
      code: 0,
      signal: null,
      stdout: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\n$/),
      stderr: '',
    });
  });

  it('says that its port is taken', async () => {
    const port = new URL(emulator.endpoint).port;
    expectTold(await run('--port', port), {
      code: 1,
      says: [`127.0.0.1:${port}`, 'EADDRINUSE'],
      hint: 'Choose another port',
    });
  });

  it.each([
    ['an emulator', ['--state', 'world']],
    ['a change', ['change', share('m-golden1'), '--state', 'world']],
  ])('says that its folder is in use by another process, to %s', async (_title, words) => {
    expectTold(await run(...words), { code: 1, says: [/world'? is in use by process \d+/], hint: 'Stop that process' });
  });

  it.each([
    ['--port 99999', '`--port`', '65535'],
    ['--port many', "'many'", 'Correct'],
    ['--speed -3', "'-3'", 'Correct'],
    ['--scenario missing.yaml', 'missing.yaml', 'Name a file of kind Scenario'],
    ['--scenario tallyman.yaml', /tallyman\.yaml:3:7/, 'Correct the scenario'],
    ['chnage', "'chnage'", '--scenario FILE'],
    ['change {}', 'state folder', '--state DIR'],
    ['change {"op" --state other', 'not JSON', '"op"'],
    ['change {"op":"stop","instanceId":"i-none"} --state other', "'i-none'", 'Correct the change'],
    ['change {"op":"explode"} --state other', "'explode'", 'Correct the change'],
  ])('refuses %s', async (line, says, hint) => {
    expectTold(await run(...line.split(' ')), { code: 4, says: [says], hint });
  });

  it('keeps in the folder what was changed, for who opens it next', async () => {
    const unshare = JSON.stringify({ op: 'unshare', imageId: 'm-golden1', accounts: ['prod'] });
    expect(await run('change', unshare, '--state', 'kept')).toMatchObject({ code: 0, stdout: '' });
    const next = await startEmulatorProcess(space.root, ['--state', 'kept']);
    const { images } = await next.get<EmulatedState>('state');
    await next.stop();
    expect(images.find(({ id }) => id === 'm-golden1')?.['sharedWith']).toEqual({});
  });
});
