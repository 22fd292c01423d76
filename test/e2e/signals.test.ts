import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTallyman, type StartedCli, tallyman } from './support/cli.js';
import {
  type EmulatedState,
  type EmulatorProcess,
  type LoggedCall,
  startEmulatorProcess,
} from './support/emulator-process.js';
import { comparable, copyGoldenFleet, type Workspace } from './support/golden-fleet.js';

describe('a signal during apply', () => {
  let space: Workspace;
  let emulator: EmulatorProcess;
  let undisturbed: unknown;
  const words = (): readonly string[] => ['apply', '--auto-approve', '--endpoint', emulator.endpoint];
  const writes = async (): Promise<number> => {
    const { calls } = await emulator.get<{ calls: readonly LoggedCall[] }>('calls');
    return calls.filter(({ access }) => access === 'write').length;
  };

  /** Starts apply and comes back when the fault holds one of its calls. */
  async function startHeld(fault: object): Promise<StartedCli> {
    await emulator.post('faults', fault);
    const started = startTallyman(space.root, words());
    const isOver = started.done.then(() => true);
    for (;;) {
      const faults = await emulator.get<readonly { hits: number }[]>('faults');
      if (faults.some(({ hits }) => hits > 0)) return started;
      if (await Promise.race([isOver, pause()])) throw new Error('apply ended before the fault held it');
    }
  }
  const pause = (): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), 20));
  const letGo = () => emulator.post('faults', { clear: true });

  /** Resolves when standard error holds the text. */
  const said = ({ child, done }: StartedCli, text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      let all = '';
      child.stderr?.on('data', (part: string) => {
        all += part;
        if (all.includes(text)) resolve();
      });
      void done.then((run) => reject(new Error(`'${text}' was not said: ${run.stderr}`)));
    });

  async function signalled(started: StartedCli, signal: NodeJS.Signals): Promise<void> {
    const told = said(started, 'stopping');
    started.child.kill(signal);
    await told;
  }

  async function expectConvergence(): Promise<void> {
    expect(await tallyman(space.root, [...words(), '--quiet'])).toMatchObject({ code: 0 });
    expect(comparable(await emulator.get<EmulatedState>('state'))).toEqual(undisturbed);
  }

  beforeAll(async () => {
    space = await copyGoldenFleet();
    emulator = await startEmulatorProcess(space.root, ['--scenario', 'scenario.yaml', '--speed', '6000']);
    const run = await tallyman(space.root, [...words(), '--quiet']);
    if (run.code !== 0) throw new Error(`apply ended with ${run.code}: ${run.stdout}${run.stderr}`);
    undisturbed = comparable(await emulator.get<EmulatedState>('state'));
    await emulator.post('reset', {});
  });
  afterEach(async () => {
    await letGo();
    await emulator.post('reset', {});
  });
  afterAll(async () => {
    await emulator.stop();
    await space.remove();
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('before any write ends it with its own code: %s, %i', async (signal, code) => {
    const started = await startHeld({ action: 'DescribeInstances', kind: 'hang-before' });
    await signalled(started, signal);
    await letGo();
    const run = await started.done;
    expect(run).toMatchObject({ code, signal: null });
    expect(run.stderr).toContain(`interrupted by ${signal} before anything was written`);
    expect(run.stderr).toContain('Run it again');
    expect(await writes()).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'after a write lets it be finished, says what is left, and the next apply goes on: %s',
    async (signal) => {
      const started = await startHeld({ action: 'CopyImage', kind: 'hang-before' });
      await signalled(started, signal);
      await letGo();
      const run = await started.done;
      expect(run).toMatchObject({ code: 7, signal: null });
      expect(run.stdout).toMatch(/Done:\n {2}ImageCopy\/web-base\/cn-hangzhou .*CopyImage/);
      expect(run.stdout).toContain('Not attempted:');
      expect(run.stdout).toContain('Running it again');
      expect(await writes()).toBeGreaterThan(0);
      await expectConvergence();
    },
  );

  it.each(['hang-before', 'hang-after'])(
    'twice ends it at once, names the write that may be half-done (%s), and the next apply goes on',
    async (kind) => {
      const started = await startHeld({ action: 'CopyImage', kind });
      await signalled(started, 'SIGINT');
      started.child.kill('SIGINT');
      const run = await started.done;
      expect(run).toMatchObject({ code: 7, signal: null });
      expect(run.stderr).toContain('possibly half-done: CopyImage ImageCopy/web-base/cn-hangzhou');
      await letGo();
      await expectConvergence();
    },
  );

  it('twice before any write ends it at once, with nothing half-done', async () => {
    const started = await startHeld({ action: 'DescribeInstances', kind: 'hang-before' });
    await signalled(started, 'SIGINT');
    started.child.kill('SIGINT');
    const run = await started.done;
    expect(run).toMatchObject({ code: 130, signal: null });
    expect(run.stderr).toContain('no call was in flight');
    expect(await writes()).toBe(0);
  });
});
