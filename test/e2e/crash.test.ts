import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTallyman, tallyman } from './support/cli.js';
import {
  type EmulatedState,
  type EmulatorProcess,
  type LoggedCall,
  startEmulatorProcess,
} from './support/emulator-process.js';
import { comparable, copyGoldenFleet, secondImage, type Workspace } from './support/golden-fleet.js';

/**
 * Kills `apply` at every call of the golden fleet's story that changes something, once before it takes effect and once
 * after, and runs it again: the world must end as if nothing had happened.
 */
interface Stage {
  readonly space: Workspace;
  readonly begin: EmulatedState;
  /** How many calls that write an undisturbed apply sends. */
  readonly writes: number;
  readonly end: unknown;
}

/** How many stages run beside each other, each with an emulator and a folder of its own. */
const lanes = 2;

/** Emulated seconds a real second: a copy of four minutes takes a fifth of a real one. */
const speed = '1200';

const kinds = ['hang-before', 'hang-after'] as const;

/** A hundred cases of two or three processes each, on a busy machine. */
const crashTimeoutMs = 15 * 60_000;

async function applied(space: Workspace, emulator: EmulatorProcess): Promise<void> {
  const run = await tallyman(space.root, ['apply', '--auto-approve', '--quiet', '--endpoint', emulator.endpoint]);
  if (run.code !== 0) throw new Error(`apply ended with ${run.code}: ${run.stdout}${run.stderr}`);
}

async function stageOf(space: Workspace, emulator: EmulatorProcess): Promise<Stage> {
  const begin = await emulator.get<EmulatedState>('state');
  const writesSoFar = async (): Promise<number> => {
    const { calls } = await emulator.get<{ calls: readonly LoggedCall[] }>('calls');
    return calls.filter(({ access }) => access === 'write').length;
  };
  const before = await writesSoFar();
  await applied(space, emulator);
  const end = comparable(await emulator.get<EmulatedState>('state'));
  return { space, begin, writes: (await writesSoFar()) - before, end };
}

/** Returns once the fault holds a call, or false when apply ended without meeting it. */
async function hangs(emulator: EmulatorProcess, done: Promise<unknown>): Promise<boolean> {
  const ended = done.then(() => true);
  for (;;) {
    const faults = await emulator.get<readonly { hits: number }[]>('faults');
    if (faults.some(({ hits }) => hits > 0)) return true;
    const isOver = await Promise.race([ended, new Promise<false>((resolve) => setTimeout(() => resolve(false), 20))]);
    if (isOver) return false;
  }
}

async function killedAt(
  stage: Stage,
  emulator: EmulatorProcess,
  kind: (typeof kinds)[number],
  nth: number,
): Promise<void> {
  await emulator.post('reset', { state: stage.begin });
  await emulator.post('faults', { action: '*', mutatingOnly: true, kind, nth });
  const { child, done } = startTallyman(stage.space.root, [
    'apply',
    '--auto-approve',
    '--quiet',
    '--endpoint',
    emulator.endpoint,
  ]);
  const isHanging = await hangs(emulator, done);
  child.kill('SIGKILL');
  const { code, stdout, stderr } = await done;
  await emulator.post('faults', { clear: true });
  expect(isHanging, `apply never sent write ${nth} and ended with ${code}: ${stdout}${stderr}`).toBe(true);
  await applied(stage.space, emulator);
  expect(comparable(await emulator.get<EmulatedState>('state'))).toEqual(stage.end);
}

describe('apply, killed at any write and run again', () => {
  const emulators: EmulatorProcess[] = [];
  const spaces: Workspace[] = [];
  const stages = new Map<string, Stage>();

  beforeAll(async () => {
    const first = await copyGoldenFleet();
    const second = await copyGoldenFleet();
    spaces.push(first, second);
    for (let lane = 0; lane < lanes; lane += 1) {
      emulators.push(await startEmulatorProcess(first.root, ['--scenario', 'scenario.yaml', '--speed', speed]));
    }
    const [emulator] = emulators;
    if (emulator === undefined) throw new Error('there is no lane');
    stages.set('the first apply', await stageOf(first, emulator));
    await emulator.post('changes', { op: 'addImage', image: await secondImage() });
    const update = await tallyman(second.root, ['update', '--endpoint', emulator.endpoint]);
    if (update.code !== 0) throw new Error(`update ended with ${update.code}: ${update.stderr}`);
    stages.set('the apply that moves the fleet onto another image', await stageOf(second, emulator));
  });
  afterAll(async () => {
    await Promise.all(emulators.map((emulator) => emulator.stop()));
    await Promise.all(spaces.map((space) => space.remove()));
  });

  it.each(['the first apply', 'the apply that moves the fleet onto another image'])(
    'ends %s as if nothing had happened',
    async (name) => {
      const stage = stages.get(name);
      if (stage === undefined) throw new Error(`the stage '${name}' was not prepared`);
      const cases = kinds.flatMap((kind) =>
        Array.from({ length: stage.writes }, (_, index) => ({ kind, nth: index + 1 })),
      );
      const queue = [...cases];
      await Promise.all(
        emulators.map(async (emulator) => {
          for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
            await killedAt(stage, emulator, next.kind, next.nth).catch((error: unknown) => {
              throw new Error(`${next?.kind} at write ${next?.nth}`, { cause: error });
            });
          }
        }),
      );
      expect(cases.length).toBe(2 * stage.writes);
    },
    crashTimeoutMs,
  );

  it('ends with two current copies, two superseded ones, and five running members', async () => {
    const [emulator] = emulators;
    const stage = stages.get('the apply that moves the fleet onto another image');
    if (emulator === undefined || stage === undefined) throw new Error('the stage was not prepared');
    await emulator.post('reset', { state: stage.begin });
    await applied(stage.space, emulator);
    const { images, instances } = await emulator.get<EmulatedState>('state');
    const sources = images
      .filter(({ tags }) => tags['tallyman:resource'] !== undefined)
      .map(({ region, tags }) => `${region} ${tags['tallyman:source-image']}`);
    expect(sources.sort()).toEqual([
      'ap-southeast-1 m-golden1',
      'ap-southeast-1 m-golden2',
      'cn-hangzhou m-golden1',
      'cn-hangzhou m-golden2',
    ]);
    expect(instances.map((instance) => instance['status'])).toEqual(Array.from({ length: 5 }, () => 'Running'));
  });
});
