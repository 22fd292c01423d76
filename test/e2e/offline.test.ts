import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';
import { tallymanWithoutNetwork } from './support/offline-run.js';

const forbiddenModule = /@alicloud|@darabonba|dist\/emulator\/|dist\/adapters\/(?:alibaba|emulator)/;

describe('without a network', () => {
  let space: Workspace;
  beforeAll(async () => {
    space = await copyGoldenFleet();
  });
  afterAll(() => space.remove());

  it.each([
    ['lint', 'lint --as-of 2026-01-02'],
    ['lint as JSON', 'lint --as-of 2026-01-02 -o json'],
    ['version', 'version'],
    ['--version', '--version'],
    ['--help', '--help'],
    ['the help of a command that talks to the cloud', 'apply --help'],
  ])('%s works, opens nothing, and loads neither SDK nor emulator', async (_title, line) => {
    const run = await tallymanWithoutNetwork(space.root, line.split(' '));
    expect(run).toMatchObject({ code: 0, stderr: '', network: [] });
    expect(run.modules.some((module) => module.endsWith('dist/main.js'))).toBe(true);
    expect(run.modules.filter((module) => forbiddenModule.test(module))).toEqual([]);
  });

  it('is noticed by these tests where a command does need it', async () => {
    const run = await tallymanWithoutNetwork(space.root, ['plan', '--endpoint', 'http://127.0.0.1:1']);
    expect(run.code).toBe(1);
    expect(run.network.join()).toContain('127.0.0.1');
    expect(run.modules.some((module) => forbiddenModule.test(module))).toBe(true);
  });

  it('lints the same whatever the environment says about credentials and endpoints', async () => {
    const bare = await tallymanWithoutNetwork(space.root, ['lint', '--as-of', '2026-01-02']);
    const env = {
      TALLYMAN_ENDPOINT: 'http://127.0.0.1:1',
      TALLYMAN_EMULATOR: '1',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'SOMEBODY',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'canary-secret',
    };
    const other = await tallymanWithoutNetwork(space.root, ['lint', '--as-of', '2026-01-02'], { env });
    expect(other.stdout).toBe(bare.stdout);
    expect(other).toMatchObject({ code: 0, network: [] });
  });
});
