import { describe, expect, it } from 'vitest';
import { aCopy, aFleet, Deaths, golden1, golden2, source, World } from './support.js';

/** The fleet under other names. */
function renamed(replicas: number, copy: Readonly<Record<string, unknown>> = {}) {
  return [
    source,
    { ...aCopy(copy), metadata: { name: 'platform' } },
    { ...aFleet(replicas, { image: { imageCopy: 'platform' } }), metadata: { name: 'shop' } },
  ];
}

const moved = [
  { from: 'ImageCopy/base', to: 'ImageCopy/platform' },
  { from: 'Instance/web', to: 'Instance/front' },
  { from: 'Instance/front', to: 'Instance/shop' },
];

async function aRenamedFleet(replicas = 2): Promise<World> {
  const world = await World.open([source, aCopy(), aFleet(2)]);
  await world.converge();
  world.documents = renamed(replicas);
  world.projectSpec = { moved };
  return world;
}

const addressesIn = (world: World) =>
  [...world.members(), ...world.copies()].map(({ tags }) => tags['tallyman:resource']).sort();

describe('a renamed copy and its renamed instances', () => {
  it('get new addresses, and nothing is made or deleted', async () => {
    const world = await aRenamedFleet();
    const before = world.written().length;
    const { plan, isApplyable } = await world.plan();
    expect(isApplyable).toBe(true);
    expect(plan.actions.map(({ kind, address, reason }) => `${kind} ${address} ${reason}`)).toEqual([
      'TagResource ImageCopy/platform/cn-hangzhou moved',
      'TagResource Instance/shop/0 moved',
      'TagResource Instance/shop/1 moved',
    ]);
    expect(plan.changes.map(({ verb, reason, before: old }) => [verb, reason, old?.['moved_from']])).toEqual([
      ['update', 'moved', 'ImageCopy/base/cn-hangzhou'],
      ['update', 'moved', 'Instance/web/0'],
      ['update', 'moved', 'Instance/web/1'],
    ]);
    await world.converge();
    expect(world.written().slice(before)).toEqual(['TagResources', 'TagResources', 'TagResources']);
    expect(addressesIn(world)).toEqual(['ImageCopy/platform/cn-hangzhou', 'Instance/shop/0', 'Instance/shop/1']);
  });

  it('stay as they are when the renames are taken out of the project', async () => {
    const world = await aRenamedFleet();
    await world.converge();
    world.projectSpec = {};
    expect((await world.plan()).plan.actions).toEqual([]);
  });

  it('are orphans without the renames, and made anew', async () => {
    const world = await aRenamedFleet();
    world.projectSpec = {};
    const { plan } = await world.plan();
    expect(plan.actions.map(({ kind }) => kind)).toContain('RunInstance');
    expect(plan.notices.filter(({ kind }) => kind === 'orphan')).toHaveLength(3);
  });

  it('are scaled in the same run under the new name', async () => {
    const world = await aRenamedFleet(1);
    await world.converge();
    expect(addressesIn(world)).toEqual(['ImageCopy/platform/cn-hangzhou', 'Instance/shop/0']);
  });

  it('take a new image like any other', async () => {
    const world = await World.open([source, aCopy(), aFleet(1)], { images: [golden1, golden2] });
    await world.converge();
    world.documents = renamed(1, { history: 0 });
    world.projectSpec = { moved };
    await world.converge();
    expect(world.copies().map(({ name }) => name.replace(/-[0-9a-f]{12}$/, ''))).toEqual(['base']);
  });

  it('converge wherever a run dies', async () => {
    const world = await aRenamedFleet(1);
    const deaths = new Deaths(world);
    await world.apply(deaths.disturbance());
    expect(deaths.all.length).toBeGreaterThan(3);
    for (const death of deaths.all) {
      world.restore(death);
      world.advance(120);
      await world.converge();
      expect([death.at, ...addressesIn(world)]).toEqual([
        death.at,
        'ImageCopy/platform/cn-hangzhou',
        'Instance/shop/0',
      ]);
    }
  });

  it('are left alone where somebody else holds the new address', async () => {
    const world = await aRenamedFleet();
    const second = world.members().find(({ tags }) => tags['tallyman:resource'] === 'Instance/web/1');
    world.emulator.change({
      op: 'tag',
      id: second?.id ?? '',
      tags: { 'tallyman:resource': 'Instance/shop/0' },
    });
    const { plan, isApplyable } = await world.plan();
    expect(isApplyable).toBe(false);
    expect(plan.findings.map(({ ruleId, address }) => [ruleId, address])).toEqual([
      ['lifecycle/duplicate', 'Instance/shop/0'],
    ]);
    expect(plan.actions.filter(({ address }) => address === 'Instance/shop/0')).toEqual([]);
  });
});
