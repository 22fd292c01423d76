import { describe, expect, test } from 'vitest';
import { applyExit } from '../../src/cli/exit-code.js';
import { TallymanError } from '../../src/domain/errors.js';
import type { PlanDocument } from '../../src/domain/result.js';
import { planDigest } from '../../src/flows/plan-document.js';
import { parseSavedPlan } from '../../src/flows/saved-plan.js';
import { aCopy, aFleet, Deaths, golden2, source, World } from '../apply/support.js';

/** A plan that was reviewed is carried out as it is, or not at all. */
const manifests = [source, aCopy({ family: 'web' }), aFleet(2)];

async function saved(world: World): Promise<string> {
  return JSON.stringify((await world.plan()).document);
}

/** The exit code and the message that an apply of this plan is refused with, and how many calls wrote. */
async function refusal(
  world: World,
  text: string,
  plan: Record<string, unknown> = {},
): Promise<readonly [number, string, number]> {
  const before = world.written().length;
  const error: unknown = await world
    .apply({ plan: { savedPlan: parseSavedPlan(text, 'plan.json'), ...plan } })
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof TallymanError)) throw new Error('it was not refused', { cause: error });
  return [error.exitCode, error.message, world.written().length - before];
}

function edited(text: string, edit: (document: PlanDocument) => Partial<PlanDocument>, isResealed: boolean): string {
  const document = JSON.parse(text) as PlanDocument;
  const changed = { ...document, ...edit(document) };
  return JSON.stringify(isResealed ? { ...changed, plan_digest: planDigest(changed) } : changed);
}

describe('a saved plan', () => {
  test('is carried out as it was reviewed, without asking, and nothing is left to do', async () => {
    const world = await World.open(manifests);
    const text = await saved(world);
    const result = await world.apply({ plan: { savedPlan: parseSavedPlan(text, 'plan.json') } });
    expect(applyExit(result)).toBe(0);
    world.advance(60);
    expect((await world.plan()).plan.actions).toEqual([]);
  });

  const changes: readonly (readonly [string, (world: World) => void, string])[] = [
    [
      'a manifest',
      (world) => void (world.documents = [source, aCopy({ family: 'web' }), aFleet(3)]),
      'manifests/fleet.yaml',
    ],
    ['the lock', (world) => void (world.lock = `${world.lock}# edited\n`), 'tallyman.lock.yaml'],
  ];

  test.each(changes)('is stale once %s changed', async (_what, change, file) => {
    const world = await World.open(manifests);
    const text = await saved(world);
    change(world);
    expect(await refusal(world, text)).toEqual([5, expect.stringContaining(file), 0]);
  });

  test('is stale once it was edited, and once its digest is not the one that travelled beside it', async () => {
    const world = await World.open(manifests);
    const text = await saved(world);
    const other = edited(text, ({ options }) => ({ options: { ...options, allow: ['delete'] } }), false);
    expect(await refusal(world, other)).toEqual([5, expect.stringContaining('changed after it was made'), 0]);
    const digest = { planDigest: `sha256:${'0'.repeat(64)}` };
    expect(await refusal(world, text, digest)).toEqual([5, expect.stringContaining('--plan-digest'), 0]);
  });

  test('is stale when it is older than allowed, made by another version, or for another environment', async () => {
    const world = await World.open(manifests);
    const text = await saved(world);
    const version = edited(text, () => ({ tallyman_version: '9.9.9' }), true);
    expect(await refusal(world, version)).toEqual([5, expect.stringContaining('9.9.9'), 0]);
    const environment = edited(text, () => ({ environment: 'staging' }), true);
    expect(await refusal(world, environment)).toEqual([5, expect.stringContaining('staging'), 0]);
    const future = edited(text, () => ({ timestamp: '2030-01-01T00:00:00.000Z' }), true);
    expect(await refusal(world, future)).toEqual([5, expect.stringContaining('2030'), 0]);
    world.advance(25 * 3600);
    expect(await refusal(world, text)).toEqual([5, expect.stringContaining('--plan-max-age'), 0]);
  });

  test('that was not applicable from the start is refused', async () => {
    const world = await World.open(manifests);
    await world.converge(1);
    world.documents = [];
    const text = await saved(world);
    expect(await refusal(world, text)).toEqual([8, expect.stringContaining('no resource'), 0]);
  });

  test.each(['', '{', '[]', '{"format_version":"2.0"}', '{"format_version":"1.0"}'])(
    'that is no plan file is input that cannot be used: %j',
    (text) => {
      expect(() => parseSavedPlan(text, 'plan.json')).toThrow(expect.objectContaining({ exitCode: 4 }) as Error);
    },
  );

  test('is stale once a thing that it touches is another than it saw', async () => {
    const world = await World.open(manifests);
    await world.converge(1);
    world.documents = [source, aCopy({ family: 'app' }), aFleet(2)];
    const text = await saved(world);
    const copy = world.copies()[0]?.id ?? '';
    const rows = world.state;
    const images = rows.images.map((image) => (image.id === copy ? { ...image, family: 'theirs' } : image));
    world.restore({ state: { ...rows, images }, atMs: world.now });
    expect(await refusal(world, text)).toEqual([5, expect.stringContaining('`family`'), 0]);
  });

  test('is stale once a person stopped or deleted what it does not touch otherwise', async () => {
    const world = await World.open(manifests);
    await world.converge(1);
    world.documents = [source, aCopy({ family: 'app' }), aFleet(2)];
    const text = await saved(world);
    world.emulator.change({ op: 'deleteInstance', instanceId: world.members()[0]?.id ?? '' });
    expect(await refusal(world, text)).toEqual([5, expect.stringContaining('RunInstance'), 0]);
  });
});

describe('a saved plan whose apply was killed anywhere', () => {
  const stories: readonly (readonly [string, () => Promise<World>])[] = [
    ['makes a copy and two instances', () => World.open(manifests)],
    ['makes a copy over a hop', () => World.open([source, aCopy({ destinations: [{ region: 'ap-southeast-1' }] })])],
    [
      'moves a member and deletes what is beyond history',
      async () => {
        const world = await World.open([source, aCopy({ history: 0 }), aFleet(1, {}, { snapshotBefore: true })]);
        await world.converge(1);
        world.emulator.change({ op: 'addImage', image: golden2 });
        await world.update();
        return world;
      },
    ],
    [
      'scales down and changes in place',
      async () => {
        const world = await World.open(manifests);
        await world.converge(1);
        world.documents = [
          source,
          aCopy({ family: 'app', tags: { tier: 'web' } }),
          aFleet(1, { tags: { tier: 'web' } }),
        ];
        return world;
      },
    ],
  ];

  test.each(stories)('is applied again and done, where it %s', { timeout: 60_000 }, async (_what, begin) => {
    const world = await begin();
    const text = await saved(world);
    const plan = { savedPlan: parseSavedPlan(text, 'plan.json') };
    const deaths = new Deaths(world);
    await world.apply({ plan, ...deaths.disturbance() });
    world.advance(60);
    const undisturbed = world.comparable();
    for (const death of deaths.all) {
      world.restore(death);
      world.advance(30);
      await world.apply({ plan }).catch((error: unknown) => {
        throw new Error(death.at, { cause: error });
      });
      world.advance(60);
      expect({ at: death.at, end: world.comparable() }).toEqual({ at: death.at, end: undisturbed });
      expect((await world.apply({ plan })).outcome).toBeNull();
    }
    expect(deaths.all.length).toBeGreaterThan(3);
  });
});
