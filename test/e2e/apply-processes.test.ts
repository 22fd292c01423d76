import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTallyman, tallyman } from './support/cli.js';
import {
  type EmulatedState,
  type EmulatorProcess,
  type LoggedCall,
  startEmulatorProcess,
} from './support/emulator-process.js';
import { comparable, copyGoldenFleet, type Workspace } from './support/golden-fleet.js';

describe('apply as a process among others', () => {
  let space: Workspace;
  let emulator: EmulatorProcess;
  let alone: unknown;
  const words = (...more: readonly string[]): readonly string[] => {
    return ['apply', '--auto-approve', '--quiet', '--endpoint', emulator.endpoint, ...more];
  };
  const state = async (): Promise<unknown> => comparable(await emulator.get<EmulatedState>('state'));
  const written = async (): Promise<readonly string[]> => {
    const { calls } = await emulator.get<{ calls: readonly LoggedCall[] }>('calls');
    return calls.filter(({ access }) => access === 'write').map(({ action }) => action);
  };

  beforeAll(async () => {
    space = await copyGoldenFleet();
    emulator = await startEmulatorProcess(space.root, ['--scenario', 'scenario.yaml', '--speed', '6000']);
    const run = await tallyman(space.root, words());
    if (run.code !== 0) throw new Error(`apply ended with ${run.code}: ${run.stdout}${run.stderr}`);
    alone = await state();
    await emulator.post('reset', {});
  });
  afterEach(() => emulator.post('reset', {}));
  afterAll(async () => {
    await emulator.stop();
    await space.remove();
  });

  it('two that start together leave the world that one of them leaves', async () => {
    const runs = await Promise.all([tallyman(space.root, words()), tallyman(space.root, words())]);
    for (const { code } of runs) expect([0, 6]).toContain(code);
    const last = await tallyman(space.root, words());
    expect(last).toMatchObject({ code: 0, signal: null });
    expect(await state()).toEqual(alone);
  });

  it('a reader of the result that goes away takes nothing with it', async () => {
    const started = startTallyman(space.root, words());
    started.child.stdout?.destroy();
    const run = await started.done;
    expect(run.signal).toBeNull();
    expect(run.stderr).not.toMatch(/EPIPE|at .*\.js:/);
    expect(await state()).toEqual(alone);
    expect(await tallyman(space.root, words())).toMatchObject({ code: 0 });
  });

  it.runIf(existsSync('/dev/full'))('an audit log that cannot be written ends it before the first write', async () => {
    const run = await tallyman(space.root, words('--audit-log', '/dev/full'));
    expect(run.code).not.toBe(0);
    expect(`${run.stdout}${run.stderr}`).toContain("the audit log '/dev/full' cannot be written");
    expect(await written()).toEqual([]);
    expect(await tallyman(space.root, words())).toMatchObject({ code: 0 });
    expect(await state()).toEqual(alone);
  });
});
