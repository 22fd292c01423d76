import { describe, expect, test } from 'vitest';
import { applyExit } from '../../src/cli/exit-code.js';
import { statusOf } from '../../src/plan/status.js';
import { aCopy, aFleet, Deaths, golden2, imagesUid, source, World } from './support.js';

/** Members that answer to probes, and what happens to a rollout when one does not. */
const golden3 = { ...golden2, id: 'm-golden3', name: 'golden-v3', createdAt: '2025-12-30T00:00:00Z' };
const http = { port: 8080, path: '/healthz', timeoutSeconds: 60, periodSeconds: 5 };
const manifests = (update: Record<string, unknown> = {}) => [
  source,
  aCopy(),
  aFleet(3, {}, { health: { http }, ...update }),
];

async function lockImage(world: World, image: typeof golden2): Promise<void> {
  world.emulator.change({ op: 'addImage', image });
  await world.update();
}

/** Three members on the first image, with the second one locked. */
async function aMove(update: Record<string, unknown> = {}): Promise<World> {
  const world = await World.open(manifests(update));
  await world.converge(1);
  await lockImage(world, golden2);
  return world;
}

function memberAt(world: World, ordinal: number): World['state']['instances'][number] {
  const found = world.members().find(({ tags }) => tags['tallyman:resource'] === `Instance/web/${ordinal}`);
  if (found === undefined) throw new Error(`no member ${ordinal}`);
  return found;
}

function copyOf(world: World, sourceId: string): string {
  return world.copies().find(({ tags }) => tags['tallyman:source-image'] === sourceId)?.id ?? '';
}

/** The images that the members run, in the words of their sources; and who is not Running or carries a mark. */
function views(world: World): readonly string[] {
  const sourceOf = new Map(world.copies().map(({ id, tags }) => [id, tags['tallyman:source-image'] ?? '']));
  return [0, 1, 2].map((ordinal) => {
    const { imageId, status, tags } = memberAt(world, ordinal);
    const marks = ['updating', 'previous', 'rejected'].filter((mark) => `tallyman:${mark}` in tags);
    return [sourceOf.get(imageId), status, ...marks].join(' ');
  });
}

/** The machine of this member does not serve on this image. */
function sickOn(world: World, ordinal: number, ...sourceIds: readonly string[]): (privateIp: string) => boolean {
  return (privateIp) => {
    const { privateIp: own, imageId } = memberAt(world, ordinal);
    return privateIp !== own || !sourceIds.some((id) => copyOf(world, id) === imageId);
  };
}

async function expectNothingChanges(world: World, serves: (privateIp: string) => boolean): Promise<void> {
  const before = world.written().length;
  for (let pass = 0; pass < 10; pass += 1) {
    expect(applyExit(await world.apply({ serves }))).toBe(7);
    world.advance(3600);
  }
  expect(world.written().length).toBe(before);
}

describe('a member whose probe fails on the new image', () => {
  test('halts the rollout; ten passes change nothing; asked for again, it finishes', async () => {
    const world = await aMove();
    const serves = sickOn(world, 1, 'm-golden2');
    const result = await world.apply({ serves });
    expect(applyExit(result)).toBe(7);
    const halted = ['m-golden2 Running', 'm-golden2 Running rejected', 'm-golden1 Running'];
    expect(views(world)).toEqual(halted);
    const failure = result.outcome?.actions.find(({ status }) => status === 'failed');
    expect(failure?.message).toContain('fails its http probe');
    await expectNothingChanges(world, serves);
    expect(views(world)).toEqual(halted);
    expect(applyExit(await world.apply({ plan: { retryRejected: true } }))).toBe(0);
    expect(views(world)).toEqual(Array(3).fill('m-golden2 Running'));
    expect((await world.plan()).plan.actions).toEqual([]);
  });

  test('has the time that the manifest gives it to come up', async () => {
    const world = await aMove();
    let looks = 0;
    const sick = sickOn(world, 1, 'm-golden2');
    const serves = (privateIp: string): boolean => sick(privateIp) || (looks += 1) > 8;
    expect(applyExit(await world.apply({ serves }))).toBe(0);
    expect(looks).toBeGreaterThan(8);
  });

  test('is shown as blocked', async () => {
    const world = await aMove();
    await world.apply({ serves: sickOn(world, 1, 'm-golden2') });
    const { desired, lock } = world.project();
    if (desired === null) throw new Error('no project');
    const statuses = statusOf(desired, lock, await world.observe(), world.now).members;
    expect(statuses.filter(({ condition }) => condition === 'Blocked')).toMatchObject([
      { address: 'Instance/web/1', reason: 'RolloutHalted' },
    ]);
  });
});

test('a member that was made anew and does not serve holds up those after it', async () => {
  const world = await aMove({ onImageChange: 'Recreate' });
  const serves = sickOn(world, 0, 'm-golden2');
  expect(applyExit(await world.apply({ serves }))).toBe(7);
  const halted = ['m-golden2 Running rejected', 'm-golden1 Running', 'm-golden1 Running'];
  expect(views(world)).toEqual(halted);
  await expectNothingChanges(world, serves);
  expect(applyExit(await world.apply({ plan: { retryRejected: true } }))).toBe(0);
  expect(views(world)).toEqual(Array(3).fill('m-golden2 Running'));
  expect((await world.plan()).plan.actions).toEqual([]);
});

test('a member that ails after it was called healthy holds up the next wave', async () => {
  const world = await aMove();
  let isSick = false;
  const result = await world.apply({
    serves: (privateIp) => !isSick || privateIp !== memberAt(world, 0).privateIp,
    afterWrite: ({ operation, args }) => {
      isSick ||= operation === 'untagResources' && (args[1] as readonly string[]).includes(memberAt(world, 0).id);
    },
  });
  expect(applyExit(result)).toBe(7);
  expect(views(world)).toEqual(['m-golden2 Running rejected', 'm-golden1 Running', 'm-golden1 Running']);
});

test('a probe that does not pass on the old image either is an error before the first stop', async () => {
  const world = await aMove();
  const before = world.written().length;
  const result = await world.apply({ serves: () => false });
  expect(applyExit(result)).toBe(7);
  expect(result.outcome?.actions.find(({ status }) => status === 'failed')?.message).toContain(
    'already: it was not stopped',
  );
  expect(
    world
      .written()
      .slice(before)
      .filter((operation) => /Stop|Replace|^Tag/.test(operation)),
  ).not.toContain('StopInstance');
  expect(views(world)).toEqual(Array(3).fill('m-golden1 Running'));
});

test('a better image reaches a member that is sick on a rejected one', async () => {
  const world = await aMove();
  const serves = sickOn(world, 1, 'm-golden2');
  await world.apply({ serves });
  await lockImage(world, golden3);
  await world.converge(3, { serves });
  expect(views(world)).toEqual(Array(3).fill('m-golden3 Running'));
});

describe('a rollback', () => {
  const rolledBack = ['m-golden2 Running', 'm-golden1 Running rejected', 'm-golden1 Running'];

  test('brings the old image back to the failed member, and ten passes change nothing', async () => {
    const world = await aMove({ onFailure: 'Rollback' });
    const serves = sickOn(world, 1, 'm-golden2');
    const result = await world.apply({ serves });
    expect(applyExit(result)).toBe(7);
    expect(views(world)).toEqual(rolledBack);
    expect(memberAt(world, 1).tags['tallyman:rejected']).toBe(copyOf(world, 'm-golden2'));
    const failure = result.outcome?.actions.find(({ status }) => status === 'failed');
    expect(failure?.message).toContain(`rolled back to image '${copyOf(world, 'm-golden1')}'`);
    await expectNothingChanges(world, serves);
    expect(views(world)).toEqual(rolledBack);
    expect(applyExit(await world.apply({ plan: { retryRejected: true } }))).toBe(0);
    expect(views(world)).toEqual(Array(3).fill('m-golden2 Running'));
  });

  test('that dies anywhere is finished by the next runs', async () => {
    const world = await aMove({ onFailure: 'Rollback' });
    const serves = sickOn(world, 1, 'm-golden2');
    const deaths = new Deaths(world);
    await world.apply({ serves, ...deaths.disturbance() });
    const failed = deaths.all.filter(({ state }) => {
      return state.instances.some(({ tags }) => tags['tallyman:rejected'] !== undefined);
    });
    expect(failed.length).toBeGreaterThan(6);
    for (const death of failed) {
      world.restore(death);
      world.advance(60);
      for (let run = 0; run < 3; run += 1) await world.apply({ serves });
      expect([death.at, ...views(world)]).toEqual([death.at, ...rolledBack]);
    }
  }, 60_000);

  test('becomes a halt where the old image is gone', async () => {
    const world = await aMove({ onFailure: 'Rollback' });
    const old = copyOf(world, 'm-golden1');
    const sick = sickOn(world, 1, 'm-golden2');
    const result = await world.apply({
      serves: (privateIp) => {
        if (sick(privateIp)) return true;
        const rows = world.state;
        const images = rows.images.filter(({ id }) => id !== old);
        if (images.length < rows.images.length) world.restore({ state: { ...rows, images }, atMs: world.now });
        return false;
      },
    });
    expect(applyExit(result)).toBe(7);
    const { status, imageId, tags } = memberAt(world, 1);
    expect({ status, imageId }).toEqual({ status: 'Running', imageId: copyOf(world, 'm-golden2') });
    expect(tags['tallyman:rejected']).toBe(imageId);
    expect(tags['tallyman:updating']).toBeUndefined();
    const failure = result.outcome?.actions.find(({ status: ended }) => ended === 'failed');
    expect(failure?.message).toContain('is not rolled back');
  });

  test('becomes a halt where policy forbids the old image by now', async () => {
    const world = await aMove({ onFailure: 'Rollback' });
    const images = world.state.images.map((image) =>
      image.id === copyOf(world, 'm-golden1')
        ? { ...image, tags: { ...image.tags, 'tallyman:source-owner': '1600000000000009' } }
        : image,
    );
    expect(images.some(({ tags }) => tags['tallyman:source-owner'] === imagesUid)).toBe(false);
    world.restore({ state: { ...world.state, images }, atMs: world.now });
    const result = await world.apply({ serves: sickOn(world, 1, 'm-golden2') });
    expect(views(world)[1]).toBe('m-golden2 Running rejected');
    const failure = result.outcome?.actions.find(({ status }) => status === 'failed');
    expect(failure?.message).toContain('policy does not allow its old image');
  });
});
