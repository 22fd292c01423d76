import { describe, expect, test } from 'vitest';
import type { CloudReader } from '../../src/ports/cloud-reader.js';
import { aCopy, aFleet, golden2, source, World } from './support.js';

/** Two runs on one world at once, interleaved by a seed; each call of either waits a random while before and after. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Up to so many emulated seconds before and after a call: more than a call takes, and less than it may take. */
const delayMaxSeconds = 12;

class Interleaving {
  readonly #random: () => number;
  downMax = 0;
  readonly problems = new Set<string>();

  constructor(
    readonly world: World,
    seed: number,
  ) {
    this.#random = random(seed);
  }

  /** What one of the runs is disturbed by. */
  disturbance() {
    return {
      skewMs: Math.floor(this.#random() * 8_000),
      beforeWrite: () => this.#pause(),
      afterWrite: () => {
        this.#look();
        return this.#pause();
      },
      onRead: async (_operation: keyof CloudReader, _args: readonly unknown[], answer: unknown) => {
        if (this.#random() < 0.1) await this.#pause();
        this.#look();
        return answer;
      },
    };
  }

  #pause(): Promise<void> {
    return this.world.sleep(this.#random() * delayMaxSeconds * 1000);
  }

  #look(): void {
    const members = this.world.members();
    const addresses = members.map(({ tags }) => tags['tallyman:resource']);
    for (const address of addresses) {
      if (addresses.indexOf(address) !== addresses.lastIndexOf(address)) this.problems.add(`two at ${address}`);
    }
    const names = this.world.copies().map(({ region, name }) => `${region} ${name}`);
    if (new Set(names).size !== names.length) this.problems.add('two copies of one name');
    const down = members.filter(({ status }) => status === 'Stopped' || status === 'Stopping').length;
    this.downMax = Math.max(this.downMax, down);
  }
}

/** Four and ten once made two instances at one address: their lists began in the quiet time of an epoch. */
const seeds = [1, 2, 3, 4, 5, 10];
const manifests = [source, aCopy(), aFleet(3)];

function expectWhole(world: World, sourceId: string): void {
  const image = world.copies().find(({ tags }) => tags['tallyman:source-image'] === sourceId)?.id;
  expect(world.members().map(({ status, imageId }) => [status, imageId])).toEqual(
    Array.from({ length: 3 }, () => ['Running', image]),
  );
}

describe('two appliers at once', () => {
  test.each(seeds)('make each thing once (seed %i)', async (seed) => {
    const world = await World.open(manifests);
    const interleaving = new Interleaving(world, seed);
    await Promise.all([world.apply(interleaving.disturbance()), world.apply(interleaving.disturbance())]);
    await world.converge();
    expect([...interleaving.problems]).toEqual([]);
    expect(world.copies()).toHaveLength(1);
    expectWhole(world, 'm-golden1');
  });

  test.each(seeds)('make each thing once across the boundary of an epoch (seed %i)', async (seed) => {
    const launchOnly = [source, aFleet(3, { image: { imageSource: 'golden' } })];
    const world = await World.open(launchOnly, {
      clock: { start: '2026-01-01T00:29:40Z', speed: 0 },
      switches: { launchVisibilityDelaySeconds: 45 },
    });
    const interleaving = new Interleaving(world, seed);
    await Promise.all([world.apply(interleaving.disturbance()), world.apply(interleaving.disturbance())]);
    await world.converge();
    expect([...interleaving.problems]).toEqual([]);
    expect(world.members()).toHaveLength(3);
  });

  test.each(seeds)('move members one after the other, and replace no disk twice (seed %i)', async (seed) => {
    const world = await World.open(manifests);
    await world.converge(1);
    world.emulator.change({ op: 'addImage', image: golden2 });
    await world.update();
    const interleaving = new Interleaving(world, seed);
    await Promise.all([world.apply(interleaving.disturbance()), world.apply(interleaving.disturbance())]);
    await world.converge();
    expect([...interleaving.problems]).toEqual([]);
    expect(interleaving.downMax).toBeLessThanOrEqual(1);
    expect(new Set(world.tokensOf('ReplaceSystemDisk')).size).toBe(3);
    expectWhole(world, 'm-golden2');
  });

  test.each(seeds)(
    'with two locks end on the one that goes on, with no machine left stopped unseen (seed %i)',
    async (seed) => {
      const world = await World.open(manifests);
      await world.converge(1);
      const before = world.lock;
      world.emulator.change({ op: 'addImage', image: golden2 });
      await world.update();
      const interleaving = new Interleaving(world, seed);
      const old = world.start(interleaving.disturbance());
      await world.sleep(200_000 + seed * 7_000);
      await world.apply({ ...interleaving.disturbance(), lock: before });
      await old.done;
      world.advance(31 * 60);
      await world.converge();
      expect([...interleaving.problems]).toEqual([]);
      expect(interleaving.downMax).toBeLessThanOrEqual(1);
      expectWhole(world, 'm-golden2');
    },
  );
});
