import { describe, expect, it } from 'vitest';
import { applyExit } from '../../src/cli/exit-code.js';
import { aCopy, aFleet, golden1, golden2, source, World } from './support.js';

/** An image of prod that somebody copied from the golden image by hand. */
const found = {
  id: 'm-found1',
  account: 'prod',
  region: 'cn-hangzhou',
  name: 'by-hand',
  sizeGiB: 20,
  encrypted: true,
  createdAt: '2025-12-05T00:00:00Z',
};

const adopting = (from = golden1.id, more = {}) =>
  aCopy({ destinations: [{ region: 'cn-hangzhou', adopt: found.id, adoptedFrom: from }], ...more });

const aWorld = (image: object = {}, copy = adopting()) =>
  World.open([source, copy, aFleet(1)], { images: [golden1, { ...found, ...image }] });

describe('an image that a destination adopts', () => {
  it('becomes its copy by tags alone, and instances run it', async () => {
    const world = await aWorld();
    const { plan, document } = await world.plan();
    expect(plan.actions.slice(0, 2).map(({ kind, address }) => `${kind} ${address}`)).toEqual([
      'Adopt ImageCopy/base/cn-hangzhou',
      'RunInstance Instance/web/0',
    ]);
    expect(document.resource_changes[0]?.change).toMatchObject({ actions: ['update'], importing: { id: found.id } });
    expect(document.summary).toMatchObject({ adopt: 1, create: 1 });
    await world.converge();
    expect(world.written()).not.toContain('CopyImage');
    expect(world.copies()).toMatchObject([
      {
        id: found.id,
        name: 'by-hand',
        tags: {
          'tallyman:resource': 'ImageCopy/base/cn-hangzhou',
          'tallyman:id': found.id,
          'tallyman:source-image': golden1.id,
        },
      },
    ]);
    expect(world.members().map(({ imageId }) => imageId)).toEqual([found.id]);
  });

  it('is followed by a copy once another image is locked, and is never cleared away while it is named', async () => {
    const world = await aWorld({}, adopting(golden1.id, { history: 0 }));
    await world.converge();
    world.emulator.change({ op: 'addImage', image: golden2 });
    await world.update();
    await world.converge();
    expect(world.copies().map(({ name }) => name.replace(/-[0-9a-f]{12}$/, ''))).toEqual(['by-hand', 'base']);
  });

  it('is not taken where it was made from another image than the locked one: a copy is made', async () => {
    const world = await aWorld({}, adopting('m-older'));
    expect((await world.plan()).plan.actions[0]?.kind).toBe('CopyImage');
  });

  it.each([
    [
      'belongs to another project',
      { tags: { 'tallyman:project': 'other.aaaaaaaa', 'tallyman:resource': 'ImageCopy/x/y' } },
      "it carries the tags of project 'other.aaaaaaaa'",
    ],
    ['is not encrypted as wished', { encrypted: false }, '`encrypted` is true, and it is not seen to be encrypted'],
    [
      'is managed by a service',
      { tags: { 'acs:autoscaling:scalingGroupId': 'asg-1' } },
      "its tag 'acs:autoscaling:scalingGroupId' says that another service manages 'm-found1'",
    ],
    [
      'is somebody else\u2019s',
      { account: 'images', sharedWith: ['prod'] },
      "account 'prod' owns no such image in cn-hangzhou",
    ],
  ])('is refused where it %s', async (_, image, why) => {
    const world = await aWorld(image);
    const { plan, isApplyable } = await world.plan();
    expect(isApplyable).toBe(false);
    expect(plan.findings.map(({ ruleId, message }) => [ruleId, message])).toEqual([
      ['manifest/adopt', `'m-found1' cannot be adopted as ImageCopy/base/cn-hangzhou: ${why}`],
    ]);
    expect(applyExit(await world.apply())).toBe(3);
    expect(world.written()).toEqual([]);
  });
});
