import { describe, expect, test } from 'vitest';
import { applyExit } from '../../src/cli/exit-code.js';
import type { Outcome } from '../../src/domain/outcome.js';
import { aCopy, aFleet, golden1, golden2, lost, prodUid, source, World } from './support.js';

/** What can happen to copies: their name is their identity, and two hops take a while. */
const near = [source, aCopy()];
const far = [source, aCopy({ destinations: [{ region: 'ap-southeast-1' }] })];

/** A hook that does something at the first read after so many emulated seconds of the run. */
function after(world: World, seconds: number, act: () => void) {
  const dueMs = world.now + seconds * 1000;
  let isDone = false;
  return {
    onRead: (_operation: string, _args: readonly unknown[], answer: unknown): unknown => {
      if (!isDone && world.now >= dueMs) {
        isDone = true;
        act();
      }
      return answer;
    },
  };
}

function places(world: World): readonly string[] {
  return world.copies().map(({ region, tags, status }) => `${region} ${tags['tallyman:source-image']} ${status}`);
}

function failures(outcome: Outcome | null): readonly (string | null)[] {
  return (outcome?.actions ?? []).filter(({ status }) => status === 'failed').map(({ message }) => message);
}

/** Snapshots of the project's account that belong to no image. */
function strays(world: World): readonly string[] {
  const used = world.state.images.flatMap(({ disks }) => disks.map(({ snapshotId }) => snapshotId));
  return world.state.snapshots
    .filter(({ account, id }) => account === prodUid && !used.includes(id))
    .map(({ id }) => id);
}

describe('a copy whose answer is lost', () => {
  test.each(['before', 'after'] as const)('%s it took effect is made once', async (when) => {
    const world = await World.open(near);
    let isLost = false;
    const lose = ({ operation }: { readonly operation: string }): void => {
      if (operation !== 'copyImage' || isLost) return;
      isLost = true;
      throw lost(operation);
    };
    await world.converge(1, when === 'before' ? { beforeWrite: lose } : { afterWrite: lose });
    expect(places(world)).toEqual(['cn-hangzhou m-golden1 Available']);
  });

  test('and whose token is forgotten early is found by its name', async () => {
    const world = await World.open(near, { switches: { clientTokenLifetimeSeconds: 1 } });
    let isLost = false;
    await world.converge(1, {
      afterWrite: ({ operation }) => {
        if (operation !== 'copyImage' || isLost) return;
        isLost = true;
        world.advance(2);
        throw lost(operation);
      },
    });
    expect(places(world)).toEqual(['cn-hangzhou m-golden1 Available']);
  });
});

describe('a copy that fails in the cloud', () => {
  test.each(['stay', 'vanish'])(
    'is cleared away and made again with another token (failed images %s)',
    async (stays) => {
      const world = await World.open(near, { switches: { copyImageFailures: 1, createFailedImages: stays } });
      const first = await world.apply();
      expect(applyExit(first)).toBe(7);
      expect(failures(first.outcome)[0]).toContain('failed in the cloud');
      await world.converge(2);
      expect(places(world)).toEqual(['cn-hangzhou m-golden1 Available']);
      const [one, replayed, other] = world.tokensOf('CopyImage');
      expect(replayed).toBe(one);
      expect(other).not.toBe(one);
      expect(strays(world)).toEqual([]);
    },
  );

  test('and is deleted by somebody while it is waited for ends the wait soon', async () => {
    const world = await World.open(near);
    const beganMs = world.now;
    const result = await world.apply(
      after(world, 30, () => world.emulator.change({ op: 'deleteImage', imageId: world.copies()[0]?.id ?? '' })),
    );
    expect(failures(result.outcome)[0]).toContain('is gone');
    expect(world.now - beganMs).toBeLessThan(5 * 60_000);
    await world.converge(2);
    expect(places(world)).toEqual(['cn-hangzhou m-golden1 Available']);
  });
});

test("a name that somebody else's image has fails the copy, names that image, and leaves it alone", async () => {
  const named = await World.open(near);
  await named.converge(1);
  const name = named.copies()[0]?.name ?? '';
  const foreign = { ...golden2, id: 'm-theirs', account: 'prod', name, family: '', sharedWith: [] };
  const world = await World.open(near, { images: [golden1, foreign] });
  const result = await world.apply();
  expect(applyExit(result)).toBe(1);
  expect(failures(result.outcome)[0]).toContain(`'${name}' is taken by image 'm-theirs'`);
  expect(world.written()).toEqual([]);
  expect(world.copies()).toEqual([]);
});

describe('a source that changes', () => {
  const cases = [
    ['during the first hop', 20],
    ['between the hops', 165],
    ['during the second hop', 200],
  ] as const;

  test.each(cases)('%s, with the run that began it killed, converges on the new one', async (_when, seconds) => {
    const world = await World.open(far);
    await new Promise<void>((resolve) => {
      const run = world.start(
        after(world, seconds, () => {
          run.kill();
          resolve();
        }),
      );
    });
    world.emulator.change({ op: 'addImage', image: golden2 });
    await world.update();
    await world.converge();
    expect(places(world).filter((place) => place.includes('m-golden2'))).toEqual([
      'ap-southeast-1 m-golden2 Available',
    ]);
    world.advance(3600);
    await world.converge();
    expect(world.copies().filter(({ region }) => region === 'cn-hangzhou')).toEqual([]);
    expect(strays(world)).toEqual([]);
  });
});

describe('an owner who', () => {
  test('unshares the source during a copy makes it fail, and nothing is made from another image instead', async () => {
    const world = await World.open(near);
    const result = await world.apply(
      after(world, 20, () => world.emulator.change({ op: 'unshare', imageId: golden1.id, account: 'prod' })),
    );
    expect(failures(result.outcome)[0]).toContain('failed in the cloud');
    const again = await world.apply();
    expect(applyExit(again)).not.toBe(0);
    expect(places(world).filter((place) => place.endsWith('Available'))).toEqual([]);
    world.emulator.change({ op: 'share', imageId: golden1.id, account: 'prod' });
    await world.converge();
    expect(places(world)).toEqual(['cn-hangzhou m-golden1 Available']);
  });

  test('deprecates it between plan and call gets no copy of it made', async () => {
    const world = await World.open(near);
    const result = await world.apply({
      beforeWrite: () => undefined,
      onRead: (operation, _args, answer) => {
        if (operation === 'describeSnapshots') world.emulator.change({ op: 'deprecate', imageId: golden1.id });
        return answer;
      },
    });
    expect(failures(result.outcome)[0]).toContain('Deprecated');
    expect(world.written()).toEqual([]);
  });
});

describe('a hop', () => {
  test('that another copy still runs from is left for the next run', async () => {
    const world = await World.open([source, aCopy({ destinations: [{ region: 'ap-southeast-1' }] })]);
    let hop = '';
    const result = await world.apply({
      beforeWrite: ({ operation, args }) => {
        if (operation !== 'deleteImage') return;
        hop = String(args[0]);
        const rows = world.state;
        const copying = rows.images.find(({ region }) => region === 'ap-southeast-1');
        if (copying === undefined) throw new Error('no copy to busy the hop with');
        const task = {
          kind: 'copy' as const,
          sourceImageId: hop,
          sourceRegion: 'cn-hangzhou',
          startedAt: world.now,
          durationMs: 600_000,
          outcome: 'Available' as const,
        };
        const other = { ...copying, id: 'm-other', name: 'other', status: 'Creating' as const, tags: {}, task };
        const at = world.now;
        world.restore({ state: { ...rows, images: [...rows.images, other] }, atMs: at });
      },
    });
    expect(applyExit(result)).toBe(6);
    const rows = world.state;
    world.restore({ state: { ...rows, images: rows.images.filter(({ id }) => id !== 'm-other') }, atMs: world.now });
    await world.converge();
    expect(world.copies().map(({ region }) => region)).toEqual(['ap-southeast-1']);
    expect(strays(world)).toEqual([]);
  });

  test('is left with its snapshots by nobody', async () => {
    const world = await World.open(far);
    await world.converge(1);
    expect(world.copies().map(({ region }) => region)).toEqual(['ap-southeast-1']);
    expect(strays(world)).toEqual([]);
  });
});

test('--no-wait starts the copy and leaves; the same command goes on and then is done', async () => {
  const world = await World.open(far);
  const codes: number[] = [];
  for (let run = 0; run < 8; run += 1) {
    codes.push(applyExit(await world.apply({ plan: { noWait: true } })));
    world.advance(120);
  }
  expect(codes[0]).toBe(6);
  expect(codes.at(-1)).toBe(0);
  expect(new Set(codes)).toEqual(new Set([6, 0]));
  expect(places(world)).toEqual(['ap-southeast-1 m-golden1 Available']);
});

test.each([2, 3, 4])(
  'a copy that was seen Available is not given up when every read of number %i is an older one',
  async (every) => {
    const staleReads = { action: 'DescribeImages', kind: 'stale-read', seconds: 50, every } as const;
    const world = await World.open([...near, aFleet(3)], { faults: [staleReads] });
    world.advance(60);
    expect(applyExit(await world.apply())).toBe(0);
  },
);

describe('a copy whose source is no longer locked while it is being made', () => {
  async function overtaken(history: number, spec: Parameters<typeof World.open>[1] = {}): Promise<World> {
    const world = await World.open([source, aCopy({ history })], spec);
    await world.apply({ plan: { noWait: true } });
    world.emulator.change({ op: 'addImage', image: golden2 });
    await world.update();
    return world;
  }

  test('is cancelled where `history` would not keep it', async () => {
    const world = await overtaken(0);
    expect(places(world)).toEqual(['cn-hangzhou m-golden1 Creating']);
    expect(applyExit(await world.apply())).toBe(0);
    expect(places(world)).toEqual(['cn-hangzhou m-golden2 Available']);
    expect(world.written()).toContain('CancelCopyImage');
    expect(world.written()).not.toContain('DeleteImage');
    expect((await world.plan()).plan.actions).toEqual([]);
  });

  test('is finished where `history` keeps it', async () => {
    const world = await overtaken(1);
    await world.converge();
    expect(places(world).toSorted()).toEqual(['cn-hangzhou m-golden1 Available', 'cn-hangzhou m-golden2 Available']);
    expect(world.written()).not.toContain('CancelCopyImage');
  });

  test('and that completes a moment before the call is deleted by the next run', async () => {
    const world = await overtaken(0);
    const result = await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation === 'cancelCopyImage') world.advance(24 * 3600);
      },
    });
    expect(failures(result.outcome)).toEqual([]);
    await world.converge();
    expect(places(world)).toEqual(['cn-hangzhou m-golden2 Available']);
  });

  test('and cannot be cancelled is under way, and deleted when it is complete', async () => {
    const world = await overtaken(0, { switches: { cancelCopy: 'not-supported' } });
    expect(applyExit(await world.apply())).toBe(6);
    await world.converge();
    expect(places(world)).toEqual(['cn-hangzhou m-golden2 Available']);
  });
});
