import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tallyman } from './support/cli.js';
import { type EmulatorProcess, startEmulatorProcess } from './support/emulator-process.js';
import { copyGoldenFleet, secondImage, type Workspace } from './support/golden-fleet.js';
import { expectTold } from './support/told.js';

const asOf = ['--as-of', '2026-01-02'] as const;

describe('an image that looks like the golden one and belongs to somebody else', () => {
  let space: Workspace;
  let emulator: EmulatorProcess;
  const run = (...words: readonly string[]) => tallyman(space.root, [...words, '--endpoint', emulator.endpoint]);
  const lock = (): Promise<string> => space.read('tallyman.lock.yaml');

  beforeEach(async () => {
    space = await copyGoldenFleet();
    emulator = await startEmulatorProcess(space.root, ['--scenario', 'scenario.yaml', '--speed', '1200']);
    const image = {
      ...(await secondImage()),
      id: 'm-newest',
      account: 'stranger',
      kmsKeyId: undefined,
      encrypted: false,
    };
    await emulator.post('changes', { op: 'addImage', image: { ...image, name: 'golden-v2' } });
  });
  afterEach(async () => {
    await emulator.stop();
    await space.remove();
  });

  it('is not newer news, whatever its age, name and family', async () => {
    const before = await lock();
    expect(await run('update', '--check')).toMatchObject({ code: 0 });
    const update = await run('update');
    expect(update).toMatchObject({ code: 0 });
    expect(update.stdout).toContain('1 unchanged');
    expect(await lock()).toBe(before);
  });

  it.each(['family: golden, minSizeGiB: 1', 'name: golden-v1', 'name: "golden-*", pick: newest'])(
    'is never chosen by {%s}',
    async (selector) => {
      await space.edit('manifests/images.yaml', 'family: golden', selector);
      await space.write('tallyman.lock.yaml', (await lock()).replace(/ {2}entries:[^]*/, '  entries: []\n'));
      expect(await run('update')).toMatchObject({ code: 0 });
      expect(await lock()).toContain('imageId: m-golden1');
      expect(await lock()).not.toMatch(/m-newest|m-lookalike|1600000000000009/);
    },
  );

  it('does not take the place of the locked image when that is gone or shared no longer', async () => {
    const before = await lock();
    await emulator.post('changes', { op: 'unshare', imageId: 'm-golden1', accounts: ['prod'] });
    for (const command of [['update'], ['update', '--check']]) {
      const told = {
        code: 3,
        says: ["matches no image of '1600000000000001'", 'of another owner'],
        hint: 'Compare `owner`',
      };
      expectTold(await run(...command), told);
      expect(await lock()).toBe(before);
    }
    const says = ['trust/image-unavailable', "'m-golden1'", 'This plan cannot be applied'];
    expectTold(await run('plan', ...asOf), { code: 3, says, hint: 'Ask its owner' });
    expectTold(await run('apply', '--auto-approve', ...asOf), { code: 3, says, hint: 'Ask its owner' });
    const { images } = await emulator.get<{ images: readonly { account: string }[] }>('state');
    expect(images.filter(({ account }) => account === '1600000000000002')).toEqual([]);
  });

  it('is not taken where the lock names it', async () => {
    await space.edit('tallyman.lock.yaml', 'imageId: m-golden1', 'imageId: m-newest');
    const says = ['trust/owner-mismatch', "'m-newest'", "owned by '1600000000000009'"];
    expectTold(await run('plan', ...asOf), { code: 3, says, hint: 'Find out who changed' });
  });
});
