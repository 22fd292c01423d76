import { describe, expect, test } from 'vitest';
import { applyExit } from '../../src/cli/exit-code.js';
import { aCopy, aFleet, cloudError, golden1, golden2, lost, source, World } from './support.js';

/** What is deleted, and what is spared at the last moment. */
const launchOnly = (replicas: number) => [source, aFleet(replicas, { image: { imageSource: 'golden' } })];

async function aScaleDown(): Promise<World> {
  const world = await World.open(launchOnly(1));
  await world.converge(1);
  world.documents = launchOnly(0);
  return world;
}

/** A copy that is beyond `history`, and that nothing runs. */
async function aSuperseded(): Promise<World> {
  const world = await World.open([source, aCopy({ history: 0 })]);
  await world.converge(1);
  world.emulator.change({ op: 'addImage', image: golden2 });
  await world.update();
  return world;
}

function sources(world: World): readonly (string | undefined)[] {
  return world.copies().map(({ tags }) => tags['tallyman:source-image']);
}

describe('a deletion', () => {
  test.each(['beforeWrite', 'afterWrite'] as const)('whose answer is lost (%s) happens once', async (when) => {
    const world = await aScaleDown();
    let isLost = false;
    const result = await world.apply({
      [when]: ({ operation }: { readonly operation: string }) => {
        if (operation !== 'deleteInstance' || isLost) return;
        isLost = true;
        throw lost(operation);
      },
    });
    expect(applyExit(result)).toBe(0);
    expect(world.members()).toEqual([]);
  });

  test('of an instance in its first minute waits for that', async () => {
    const world = await World.open(launchOnly(1), { timings: { initializingSeconds: 300 } });
    await world.apply();
    world.documents = launchOnly(0);
    expect(applyExit(await world.apply())).toBe(0);
    expect(world.members()).toEqual([]);
  });

  test('of a machine that runs is one call, which shuts it down', async () => {
    const world = await aScaleDown();
    const seen: (string | undefined)[] = [];
    const calls: string[] = [];
    const result = await world.apply({
      beforeWrite: ({ operation }) => void calls.push(operation),
      onRead: (_operation, _args, answer) => {
        seen.push(world.members()[0]?.status);
        return answer;
      },
    });
    expect(applyExit(result)).toBe(0);
    expect(calls).toEqual(['deleteInstance']);
    expect(seen).toContain('Stopping');
    expect(seen).not.toContain('Stopped');
  });

  test('goes on without the run that sent it: what a later commit wants again is made again', async () => {
    const world = await aScaleDown();
    const old = world.members()[0]?.id;
    await new Promise<void>((resolve) => {
      const run = world.start({
        afterWrite: ({ operation }) => {
          if (operation !== 'deleteInstance') return;
          run.kill();
          resolve();
        },
      });
    });
    world.documents = launchOnly(1);
    await world.apply();
    world.advance(60);
    await world.converge();
    expect(world.members().map(({ status }) => status)).toEqual(['Running']);
    expect(world.members()[0]?.id).not.toBe(old);
  });

  test('that is refused while somebody starts or stops the machine is tried again', async () => {
    const world = await aScaleDown();
    let isRefused = false;
    const result = await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation !== 'deleteInstance' || isRefused) return;
        isRefused = true;
        throw cloudError(operation, 'refused', 'IncorrectInstanceStatus');
      },
    });
    expect(applyExit(result)).toBe(0);
    expect(world.members()).toEqual([]);
  });

  test('that is refused for a quarter of an hour ends with the words of the refusal', async () => {
    const world = await aScaleDown();
    const result = await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation === 'deleteInstance') throw cloudError(operation, 'refused', 'IncorrectInstanceStatus');
      },
    });
    expect(applyExit(result)).toBe(1);
    expect(result.outcome?.actions[0]?.apiCode).toBe('IncorrectInstanceStatus');
    expect(world.members().map(({ status }) => status)).toEqual(['Running']);
  });

  test('is not believed from a list that may be older than the machine', async () => {
    const world = await World.open(launchOnly(1));
    await world.apply();
    world.documents = launchOnly(0);
    let lateUntilMs = 0;
    const result = await world.apply({
      onApprove: () => {
        lateUntilMs = (world.state.instances[0]?.createdAt ?? 0) + 60_000;
        expect(lateUntilMs).toBeGreaterThan(world.now);
      },
      onRead: (operation, _args, answer) =>
        operation === 'describeInstances' && world.now < lateUntilMs ? { ...(answer as object), items: [] } : answer,
    });
    expect(applyExit(result)).toBe(0);
    expect(world.state.instances).toEqual([]);
  });

  test('that is put off looks again before each call: what was given up meanwhile stays', async () => {
    const world = await aScaleDown();
    const id = world.members()[0]?.id ?? '';
    const result = await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation !== 'deleteInstance') return;
        world.emulator.change({ op: 'untag', id, keys: ['tallyman:project'] });
        throw cloudError(operation, 'refused', 'IncorrectInstanceStatus.Initializing');
      },
    });
    expect(applyExit(result)).toBe(1);
    expect(world.state.instances.map((row) => row.id)).toEqual([id]);
  });
});

describe('a superseded copy', () => {
  test('goes with its snapshots', async () => {
    const world = await aSuperseded();
    await world.converge(1);
    expect(sources(world)).toEqual(['m-golden2']);
    expect(world.state.snapshots.filter(({ account }) => account !== world.state.images[0]?.account)).toHaveLength(1);
  });

  test("that somebody's instance runs at the last moment is left for a later run", async () => {
    const world = await aSuperseded();
    const old = world.copies()[0]?.id ?? '';
    let isDone = false;
    const result = await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation !== 'tagResources' || isDone || world.copies().length < 2) return;
        isDone = true;
        const rows = world.state;
        const other = new World([], {
          instances: [{ id: 'i-theirs', account: 'prod', region: 'cn-hangzhou', imageId: 'm-golden1' }],
          images: [golden1],
        }).state;
        const instances = other.instances.map((row) => ({ ...row, imageId: old }));
        world.restore({ state: { ...rows, instances, disks: other.disks }, atMs: world.now });
      },
    });
    expect(applyExit(result)).toBe(6);
    expect(sources(world)).toEqual(['m-golden1', 'm-golden2']);
    const left = result.outcome?.actions.find(({ status }) => status === 'left-alone');
    expect(left?.message).toBe("instance 'i-theirs' runs it");
  });

  test('that is shared at the last moment is left for a later run', async () => {
    const world = await aSuperseded();
    const old = world.copies()[0]?.id ?? '';
    const result = await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation === 'tagResources') world.emulator.change({ op: 'share', imageId: old, account: 'images' });
      },
    });
    expect(applyExit(result)).toBe(6);
    expect(sources(world)).toEqual(['m-golden1', 'm-golden2']);
    world.emulator.change({ op: 'unshare', imageId: old, account: 'images' });
    await world.converge();
    expect(sources(world)).toEqual(['m-golden2']);
  });
});

describe('an image that a launch template names', () => {
  /** The world with templates beside it: who launches from them needs the image. */
  async function withTemplates(imageIdOf: (copyId: string) => string): Promise<World> {
    const first = await aSuperseded();
    const copyId = first.copies()[0]?.id ?? '';
    const place = { account: 'prod', region: 'cn-hangzhou' };
    const world = new World(first.documents, {
      launchTemplates: [
        ...Array.from({ length: 60 }, (_, n) => ({
          ...place,
          id: `lt-${String(n).padStart(3, '0')}`,
          imageId: 'm-other',
        })),
        { ...place, id: 'lt-web', versions: [{ imageId: imageIdOf(copyId) }, { imageId: 'm-other' }] },
      ],
    });
    world.lock = first.lock;
    world.restore(first.snapshot());
    return world;
  }

  test('stays, whatever version names it', async () => {
    const world = await withTemplates((copyId) => copyId);
    const result = await world.apply();
    expect(sources(world)).toEqual(['m-golden1', 'm-golden2']);
    const deletion = result.outcome?.actions.find(({ action }) => action.kind === 'DeleteImage');
    expect(deletion).toMatchObject({ status: 'left-alone', message: "launch template 'lt-web' names it" });
  });

  test('is not to be confused with one that none names', async () => {
    const world = await withTemplates(() => 'm-other');
    await world.apply();
    expect(sources(world)).toEqual(['m-golden2']);
  });

  test('is looked for only where an image is to be deleted', async () => {
    const world = await World.open([source, aCopy()]);
    await world.converge(1);
    const asked = world.emulator.calls().calls.filter(({ action }) => action.startsWith('DescribeLaunchTemplate'));
    expect(asked).toEqual([]);
  });
});
