import { describe, expect, it } from 'vitest';
import type { ApplyResult } from '../../src/domain/result.js';
import { applyExit } from '../../src/cli/exit-code.js';
import { bothAccounts } from '../apply/generated-projects.js';
import { aCopy, aFleet, golden2, imagesUid, prodUid, source, World } from '../apply/support.js';

const allowed = { allow: ['delete', 'replace-system-disk', 'stop', 'unshare'], maxRemovals: 100 } as const;
/** Without the project's own permissions. */
const strict = { safety: { allow: [] } };

async function applied(documents: World['documents'], spec: World['projectSpec'] = {}): Promise<World> {
  const world = await World.open(documents, { kmsKeys: [] });
  await world.converge(2, { plan: allowed });
  world.projectSpec = spec;
  return world;
}

function refusalsOf(result: ApplyResult): readonly string[] {
  return result.plan.refusals.map(({ reason }) => reason);
}

/** What carries the project's tags: machines, images, and snapshots behind images. */
function left(world: World): readonly string[] {
  const { instances, images, snapshots } = world.state;
  return [...instances, ...images, ...snapshots]
    .filter(({ tags }) => tags['tallyman:project'] !== undefined)
    .map(({ id }) => id);
}

describe('destroy', () => {
  it('leaves nothing of the project, and nothing of others is touched', async () => {
    const world = await applied([
      source,
      aCopy({ destinations: [{ region: 'cn-hangzhou' }, { region: 'ap-southeast-1' }], history: 1 }),
      aFleet(3),
    ]);
    world.emulator.change({ op: 'addImage', image: golden2 });
    world.emulator.change({
      op: 'addInstance',
      instance: { id: 'i-other', account: 'prod', region: 'cn-hangzhou', imageId: 'm-golden1' },
    });
    await world.update();
    await world.converge(2, { plan: allowed });
    const result = await world.destroy({ allow: ['delete'] });
    expect(result.outcome?.actions.filter(({ status }) => status !== 'done')).toEqual([]);
    expect(applyExit(result)).toBe(0);
    expect(left(world)).toEqual([]);
    expect(world.state.instances.map(({ id }) => id)).toEqual(['i-other']);
    expect(world.state.images.map(({ id }) => id)).toEqual(['m-golden1', 'm-golden2']);
    const again = await world.destroy({ allow: ['delete'] });
    expect(again.plan.plan.actions).toEqual([]);
    expect(applyExit(again)).toBe(0);
  });

  it('is refused without the class, beyond the budget, and without an ID of the project', async () => {
    const world = await applied([source, aCopy(), aFleet(3)], strict);
    expect(refusalsOf(await world.destroy())).toEqual(['class-not-allowed']);
    expect(refusalsOf(await world.destroy({ allow: ['delete'], maxRemovals: 3 }))).toEqual(['removal-budget']);
    world.projectSpec = { id: undefined, safety: { allow: ['delete'] } };
    expect(refusalsOf(await world.destroy())).toEqual(['no-project-id']);
    expect(world.members()).toHaveLength(3);
  });

  it('writes nothing where nobody agrees', async () => {
    const world = await applied([source, aCopy(), aFleet(1)]);
    const before = world.written().length;
    const result = await world.destroy({ allow: ['delete'] }, () => false);
    expect(result).toMatchObject({ outcome: null, isApproved: false });
    expect(applyExit(result)).toBe(8);
    expect(world.written()).toHaveLength(before);
  });

  it('keeps what `deletionPolicy: Retain` or `suspend` keeps, and the image that it runs', async () => {
    const world = await applied([source, aCopy(), aFleet(2)]);
    world.documents = [source, aCopy(), aFleet(2, { deletionPolicy: 'Retain' })];
    const result = await world.destroy({ allow: ['delete'] });
    expect(result.plan.plan.actions).toEqual([]);
    expect(result.plan.plan.notices.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
      'kept ImageCopy/base/cn-hangzhou',
      'kept Instance/web/0',
      'kept Instance/web/1',
    ]);
    world.documents = [source, aCopy({ deletionPolicy: 'Retain' }), aFleet(2)];
    await world.destroy({ allow: ['delete'] });
    expect(world.members()).toEqual([]);
    expect(world.copies()).toHaveLength(1);
    world.documents = [source, aCopy({ suspend: true })];
    expect((await world.destroy({ allow: ['delete'] })).plan.plan.actions).toEqual([]);
  });

  it('names what cannot be deleted and deletes nothing: a protected machine', async () => {
    const world = await applied([source, aCopy(), aFleet(1, { deletionProtection: true })]);
    expect(refusalsOf(await world.destroy({ allow: ['delete'] }))).toEqual(['deletion-protected']);
    expect(world.members()).toHaveLength(1);
  });

  it('does nothing where two machines carry one address', async () => {
    const world = await applied([source, aCopy(), aFleet(1)]);
    const [member] = world.members();
    const tags = { ...member?.tags, 'tallyman:id': 'i-second' };
    const instance = { id: 'i-second', account: 'prod', region: 'cn-hangzhou', imageId: 'm-golden1', tags };
    world.emulator.change({ op: 'addInstance', instance });
    const result = await world.destroy({ allow: ['delete'] });
    expect(applyExit(result)).toBe(3);
    expect(result.plan.diagnostics.map(({ ruleId }) => ruleId)).toEqual(['lifecycle/duplicate']);
    expect(world.members()).toHaveLength(2);
  });

  it('cancels copies that are under way, and the hop goes after them', async () => {
    const world = await World.open([source, aCopy({ destinations: [{ region: 'ap-southeast-1' }] })], { kmsKeys: [] });
    await new Promise<void>((resolve) => {
      const run = world.start({
        afterWrite: ({ operation }) => {
          if (operation !== 'copyImage' || world.copies().length < 2) return;
          run.kill();
          resolve();
        },
      });
    });
    expect(world.copies().map(({ status }) => status)).toEqual(['Available', 'Creating']);
    const result = await world.destroy({ allow: ['delete'] });
    expect(result.outcome?.actions.map(({ action, status }) => `${action.kind} ${status}`)).toContain(
      'CancelCopyImage done',
    );
    expect(applyExit(result)).toBe(0);
    expect(left(world)).toEqual([]);
  });

  it('takes access to a shared copy away first, which is a class of its own', async () => {
    const share = {
      apiVersion: 'tallyman.dev/v1',
      kind: 'ImageShare',
      metadata: { name: 'base' },
      spec: { account: 'images', image: { imageCopy: 'own' }, regions: ['cn-hangzhou'], with: ['prod'] },
    };
    const own = {
      apiVersion: 'tallyman.dev/v1',
      kind: 'ImageSource',
      metadata: { name: 'golden-own' },
      spec: { account: 'images', region: 'cn-hangzhou', owner: 'self', family: 'golden' },
    };
    const copy = {
      apiVersion: 'tallyman.dev/v1',
      kind: 'ImageCopy',
      metadata: { name: 'own' },
      spec: {
        account: 'images',
        source: { imageSource: 'golden-own' },
        encrypted: true,
        destinations: [{ region: 'cn-hangzhou', kmsKeyId: 'key-images' }],
      },
    };
    const world = new World([own, copy, share], {
      kmsKeys: [{ id: 'key-images', account: 'images', region: 'cn-hangzhou' }],
    });
    world.projectSpec = { ...bothAccounts, safety: { allow: [] } };
    await world.update();
    await world.converge(2, { plan: allowed });
    expect(refusalsOf(await world.destroy({ allow: ['delete'] }))).toEqual(['class-not-allowed']);
    const result = await world.destroy({ allow: ['delete', 'unshare'] });
    expect(result.outcome?.actions.map(({ action }) => action.kind).slice(0, 1)).toEqual(['UnshareImage']);
    expect(applyExit(result)).toBe(0);
    expect(left(world)).toEqual([]);
    expect([imagesUid, prodUid]).toContain(world.state.images[0]?.account);
  });

  it('waits for the windows of the project, and can be made to go on', async () => {
    const closed = [{ kind: 'Allow', schedule: '0 3 * * 0', duration: '1h', timeZone: 'UTC' }];
    const world = await applied([source, aCopy(), aFleet(1)], { windows: closed });
    expect(new Set(refusalsOf(await world.destroy({ allow: ['delete'] })))).toEqual(new Set(['window-closed']));
    expect(applyExit(await world.destroy({ allow: ['delete'], overrideWindow: 'the region closes' }))).toBe(0);
  });

  it('is not kept from deleting by rules about what the manifests ask for', async () => {
    const world = await applied([source, aCopy(), aFleet(1)]);
    world.emulator.change({ op: 'deleteImage', imageId: 'm-golden1' });
    expect(applyExit(await world.destroy({ allow: ['delete'] }))).toBe(0);
    expect(left(world)).toEqual([]);
  });
});
