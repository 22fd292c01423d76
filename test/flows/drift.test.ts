import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { readingOnly } from '../../src/adapters/alibaba/reader.js';
import type { Send } from '../../src/adapters/alibaba/sender.js';
import type { ReadConnection } from '../../src/cli/runtime.js';
import { driftExit } from '../../src/cli/exit-code.js';
import type { DriftResult } from '../../src/domain/drift.js';
import { ecsOperationNames } from '../../src/emulator/operations/ecs-operation-names.js';
import type { DriftOptions, drift } from '../../src/flows/drift.js';
import { lastWritesIn } from '../../src/flows/last-writes.js';
import type { AuditEntry } from '../../src/ports/audit.js';
import type { CloudReader } from '../../src/ports/cloud-reader.js';
import type { CloudWriter } from '../../src/ports/cloud-writer.js';
import { bothAccounts, documentsOf, wishes } from '../apply/generated-projects.js';
import { aCopy, aFleet, golden2, source, World } from '../apply/support.js';

const allowed = { allow: ['delete', 'replace-system-disk', 'stop', 'unshare'], maxRemovals: 100 } as const;

/** A fleet that was applied; its calls are forgotten. */
async function applied(documents: World['documents'] = [source, aCopy(), aFleet(2)]): Promise<World> {
  const world = await World.open(documents, { kmsKeys: [] });
  world.projectSpec = bothAccounts;
  await world.converge(2, { plan: allowed });
  return world;
}

function told({ entries }: DriftResult): readonly (readonly [string, string])[] {
  return entries.map(({ kind, address }) => [kind, address] as const);
}

function idOf(world: World, ordinal: number): string {
  return world.members().find(({ tags }) => tags['tallyman:resource'] === `Instance/web/${ordinal}`)?.id ?? '';
}

describe('drift', () => {
  it('is none where nobody touched anything', async () => {
    const result = await (await applied()).drift();
    expect(told(result)).toEqual([]);
    expect(result.unchanged).toEqual(['ImageCopy/base/cn-hangzhou', 'Instance/web/0', 'Instance/web/1']);
    expect(driftExit(result)).toBe(0);
  });

  it('tells which field somebody changed, what is wanted there, and which operations can have done it', async () => {
    const world = await applied();
    world.emulator.change({ op: 'untag', id: idOf(world, 0), keys: ['team'] });
    const [entry] = (await world.drift()).entries;
    expect(entry).toMatchObject({
      kind: 'changed',
      address: 'Instance/web/0',
      id: idOf(world, 0),
      fields: [{ field: 'tags.team', wanted: 'web', found: null }],
      trail: { operations: ['TagResources', 'UntagResources'] },
    });
    expect(entry?.diagnostic.hint).toContain("Look in ActionTrail of account 'prod' in cn-hangzhou for TagResources");
  });

  it('tells what is missing, what was stopped, and gives exit code 2 where it is asked for', async () => {
    const world = await applied();
    world.emulator.change({ op: 'stop', instanceId: idOf(world, 0) });
    world.emulator.change({ op: 'deleteInstance', instanceId: idOf(world, 1) });
    world.advance(60);
    const result = await world.drift();
    expect(told(result)).toEqual([
      ['changed', 'Instance/web/0'],
      ['missing', 'Instance/web/1'],
    ]);
    expect(result.entries[1]?.trail.operations).toEqual(['DeleteInstance', 'DeleteInstances', 'UntagResources']);
    expect(driftExit(result)).toBe(2);
  });

  it('tells what nobody asked for: a clone with our tags, and members of an Instance that no manifest declares', async () => {
    const world = await applied();
    const [member] = world.members();
    world.emulator.change({
      op: 'addInstance',
      instance: {
        id: 'i-clone',
        account: 'prod',
        region: 'cn-hangzhou',
        imageId: 'm-golden1',
        tags: member?.tags ?? {},
      },
    });
    expect(told(await world.drift())).toEqual([['unexpected', 'Instance/web/0']]);
    world.documents = [source, aCopy()];
    const orphans = await world.drift();
    expect(told(orphans).filter(([kind]) => kind === 'unexpected')).toHaveLength(3);
    expect(orphans.entries.map(({ diagnostic }) => diagnostic.severity)).not.toContain('error');
  });

  it('tells since when an account has access that the share does not list', async () => {
    const share = {
      apiVersion: 'tallyman.dev/v1',
      kind: 'ImageShare',
      metadata: { name: 'golden' },
      spec: { account: 'images', image: { imageSource: 'golden-own' }, regions: ['cn-hangzhou'], with: ['prod'] },
    };
    const own = {
      apiVersion: 'tallyman.dev/v1',
      kind: 'ImageSource',
      metadata: { name: 'golden-own' },
      spec: { account: 'images', region: 'cn-hangzhou', owner: 'self', family: 'golden' },
    };
    const world = new World([source, own, share], {
      accounts: [
        { name: 'images', uid: '1600000000000001' },
        { name: 'prod', uid: '1600000000000002' },
        { name: 'other', uid: '1600000000000009' },
      ],
    });
    world.projectSpec = bothAccounts;
    await world.update();
    world.advance(120);
    world.emulator.change({ op: 'share', imageId: 'm-golden1', accounts: ['other'] });
    const [entry] = (await world.drift()).entries;
    expect(entry).toMatchObject({ kind: 'unexpected', address: 'ImageShare/golden/cn-hangzhou/1600000000000009' });
    expect(entry?.trail).toMatchObject({
      operations: ['ModifyImageSharePermission'],
      since: '2026-01-01T00:07:00Z',
      facts: expect.arrayContaining(['the account has had access since 2026-01-01T00:07:00Z']),
    });
  });

  it('tells of a locked image that is no longer what the lock says', async () => {
    const world = await applied([source, aFleet(1, { image: { imageSource: 'golden' } })]);
    world.emulator.change({ op: 'deleteImage', imageId: 'm-golden1' });
    const { entries } = await world.drift();
    expect(entries.map(({ kind, diagnostic }) => [kind, diagnostic.ruleId])).toContainEqual([
      'finding',
      'trust/share-source-disappeared',
    ]);
  });

  it('knows from an audit log when each address was last written, and by which request', async () => {
    const world = await World.open([source, aCopy(), aFleet(1)], { kmsKeys: [] });
    const audit: AuditEntry[] = [];
    await world.apply({ audit });
    const log = `${audit.map((entry) => JSON.stringify(entry)).join('\n')}\n{"phase":"af`;
    const last = audit.filter(({ address, result }) => address === 'Instance/web/0' && result === 'ok').at(-1);
    world.advance(600);
    const id = idOf(world, 0);
    world.emulator.change({ op: 'deleteInstance', instanceId: id });
    const [entry] = (await world.drift({ lastWrites: lastWritesIn(log) })).entries;
    expect(entry?.trail.lastWrite).toEqual({
      at: last?.at,
      operation: last?.operation,
      requestId: last?.requestId,
      id,
    });
    expect(entry?.trail.since).toBe(last?.at);
    expect(entry?.diagnostic.hint).toContain(`for DeleteInstance, DeleteInstances, UntagResources on '${id}' between`);
  });

  it('leaves out what it is told to ignore, and says so', async () => {
    const world = await applied();
    world.emulator.change({ op: 'stop', instanceId: idOf(world, 0) });
    world.advance(60);
    const result = await world.drift({ ignore: ['Instance/web/'] });
    expect(told(result)).toEqual([]);
    expect(result.ignored).toEqual(['Instance/web/0']);
  });

  it('reports only what the chosen resources are about', async () => {
    const world = await applied();
    world.emulator.change({ op: 'stop', instanceId: idOf(world, 0) });
    world.advance(60);
    expect(told(await world.drift({ only: new Set(['ImageCopy/base']) }))).toEqual([]);
  });

  it('calls a copy that is on its way unfinished', async () => {
    const world = await World.open([source, aCopy()], { kmsKeys: [] });
    await world.apply({ plan: { noWait: true } });
    expect(told(await world.drift())).toEqual([['unfinished', 'ImageCopy/base/cn-hangzhou']]);
  });

  it('names operations that the API has', async () => {
    const world = await applied();
    world.emulator.change({ op: 'addImage', image: golden2 });
    await world.update();
    const known = new Set<string>(ecsOperationNames);
    const operations = (await world.drift()).entries.flatMap(({ trail }) => trail.operations);
    expect(operations).toContain('ReplaceSystemDisk');
    expect(operations.filter((operation) => !known.has(operation))).toEqual([]);
  });
});

describe('the client of drift', () => {
  it('has no method that writes, by type', () => {
    expectTypeOf<ReadConnection>().not.toHaveProperty('writer');
    expectTypeOf<Parameters<typeof drift>[0]>().not.toHaveProperty('writer');
    expectTypeOf<keyof CloudReader & keyof CloudWriter>().toBeNever();
    expectTypeOf<DriftOptions>().not.toHaveProperty('writer');
  });

  it('sends nothing that writes, even over the way that readers use', async () => {
    const sent: string[] = [];
    const send: Send = (_scope, { name }) => {
      sent.push(name);
      return Promise.reject(new Error('no answer'));
    };
    const scope = { account: 'prod', region: 'cn-hangzhou' };
    const writing = readingOnly(send)(scope, { product: 'ecs', name: 'DeleteInstance' }, {}, () => undefined);
    await expect(writing).rejects.toThrow('DeleteInstance must not be sent over a connection that only reads');
    expect(sent).toEqual([]);
  });

  it('only reads, whatever the project and whatever somebody did to it', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(wishes, wishes, fc.boolean(), async (first, second, isNewImage) => {
        const world = new World(documentsOf(first), { kmsKeys: [] });
        world.projectSpec = bothAccounts;
        await world.update();
        await world.apply({ plan: allowed });
        expect(told(await world.drift())).toEqual([]);
        if (isNewImage) world.emulator.change({ op: 'addImage', image: golden2 });
        world.documents = documentsOf({ ...second, sizeGiB: Math.max(first.sizeGiB, second.sizeGiB) });
        await world.update();
        const before = world.emulator.calls().calls.length;
        await world.drift();
        const { calls } = world.emulator.calls();
        expect(calls.slice(before).filter(({ access }) => access !== 'read')).toEqual([]);
        expect(calls.length).toBeGreaterThan(before);
      }),
      { numRuns: 25, seed: 20260302 },
    );
  }, 120_000);
});
