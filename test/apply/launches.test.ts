import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { applyExit } from '../../src/cli/exit-code.js';
import { aCopy, aFleet, cloudError, golden1, lost, projectTag, source, World, worldStart } from './support.js';

/** Everything that can happen to the creation of an instance, which has no natural key. */
const epochMs = 30 * 60_000;

/** As the protocol's document says it, not as the code does it. */
function token(...parts: readonly (string | number)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(['v1', ...parts]))
    .digest('base64url');
}

/** Instances of a shared image, without a copy before. */
const launchOnly = [source, aFleet(1, { image: { imageSource: 'golden' } })];

async function aLaunch(spec: Parameters<typeof World.open>[1] = {}): Promise<World> {
  return World.open(launchOnly, spec);
}

function once(): () => boolean {
  let isFirst = true;
  return () => {
    const was = isFirst;
    isFirst = false;
    return was;
  };
}

/** The members a minute later, and what would still be done. */
async function endOf(world: World): Promise<unknown> {
  world.advance(60);
  const members = world.members().map(({ status, tags, id }) => ({ status, isSealed: tags['tallyman:id'] === id }));
  return { members, left: (await world.plan()).plan.actions };
}

const oneMember = { members: [{ status: 'Running', isSealed: true }], left: [] };

describe('the token of a launch', () => {
  test('is made of project, address, epoch and count, and of nothing else', async () => {
    const world = await World.open([source, aCopy(), aFleet(2, { image: { imageSource: 'golden' } })]);
    await world.apply();
    const epoch = Math.floor(Date.parse(worldStart) / epochMs);
    expect(new Set(world.tokensOf('RunInstances'))).toEqual(
      new Set([0, 1].map((ordinal) => token('RunInstances', projectTag, `Instance/web/${ordinal}`, epoch, 0))),
    );
    const [name] = world.copies().map((image) => image.name);
    expect(world.tokensOf('CopyImage')).toEqual([token('CopyImage', projectTag, name ?? '', 0)]);
  });

  test('is not sent in the quiet time at the beginning of an epoch', async () => {
    const world = await aLaunch({ clock: { start: '2026-01-01T00:00:01Z', speed: 0 } });
    await world.apply();
    const created = world.members()[0]?.createdAt ?? 0;
    expect(created % epochMs).toBeGreaterThanOrEqual(100_000);
    expect(await endOf(world)).toEqual(oneMember);
  });
});

describe('a launch whose answer is lost', () => {
  test.each(['before', 'after'] as const)('%s it took effect makes one instance', async (when) => {
    const world = await aLaunch();
    const isFirst = once();
    const lose = ({ operation }: { readonly operation: string }): void => {
      if (operation === 'runInstance' && isFirst()) throw lost(operation);
    };
    await world.apply(when === 'before' ? { beforeWrite: lose } : { afterWrite: lose });
    expect(new Set(world.tokensOf('RunInstances')).size).toBe(1);
    expect(await endOf(world)).toEqual(oneMember);
  });

  test('five times in a row makes one instance', async () => {
    const world = await aLaunch();
    let left = 5;
    await world.apply({
      afterWrite: ({ operation }) => {
        if (operation === 'runInstance' && left-- > 0) throw lost(operation);
      },
    });
    expect(await endOf(world)).toEqual(oneMember);
  });

  test('and that does not show for a minute makes one instance', async () => {
    const world = await aLaunch({ switches: { launchVisibilityDelaySeconds: 60 } });
    const isFirst = once();
    await world.apply({
      afterWrite: ({ operation }) => {
        if (operation === 'runInstance' && isFirst()) throw lost(operation);
      },
    });
    expect(await endOf(world)).toEqual(oneMember);
  });

  test('just before an epoch ends, and that shows a minute later, makes one instance', async () => {
    const world = await aLaunch({
      clock: { start: '2026-01-01T00:29:50Z', speed: 0 },
      switches: { launchVisibilityDelaySeconds: 60 },
    });
    const isFirst = once();
    await world.apply({
      afterWrite: async ({ operation }) => {
        if (operation !== 'runInstance' || !isFirst()) return;
        world.advance(11);
        throw lost(operation);
      },
    });
    expect(await endOf(world)).toEqual(oneMember);
  });
});

describe('a launch that takes effect after the process is dead', () => {
  test('and another run has begun makes one instance', async () => {
    const world = await aLaunch();
    let release: () => void = () => undefined;
    const isDelayed = new Promise<void>((resolve) => {
      release = resolve;
    });
    let hasSent: () => void = () => undefined;
    const sent = new Promise<void>((resolve) => {
      hasSent = resolve;
    });
    world.start({
      beforeWrite: async ({ operation }) => {
        if (operation !== 'runInstance') return;
        hasSent();
        await isDelayed;
      },
    });
    await sent;
    const isFirst = once();
    await world.apply({
      beforeWrite: async ({ operation }) => {
        if (operation === 'runInstance' && isFirst()) release();
      },
    });
    expect(await endOf(world)).toEqual(oneMember);
  });
});

describe('a launch that is refused', () => {
  test.each(['no', 'stored', 'silently'])(
    'for want of stock succeeds when there is some, at the latest in the next epoch (failures occupy the token: %s)',
    async (failedCallsOccupyToken) => {
      const world = await aLaunch({
        stock: { 'ecs.g7.large': 0 },
        switches: { failedCallsOccupyToken },
      });
      const result = await world.apply();
      expect(applyExit(result)).toBe(1);
      expect(result.outcome).toMatchObject({ writes: 0 });
      expect(result.outcome?.actions[0]?.message).toContain('OperationDenied.NoStock');
      expect(new Set(world.tokensOf('RunInstances')).size).toBe(1);
      const restocked = await aLaunch({ stock: { 'ecs.g7.large': 5 }, switches: { failedCallsOccupyToken } });
      restocked.restore(world.snapshot());
      restocked.lock = world.lock;
      await restocked.apply();
      restocked.advance(31 * 60);
      await restocked.apply();
      expect(await endOf(restocked)).toEqual(oneMember);
    },
  );

  test('by throttling for longer than the epoch lasts looks again before each call, and makes one instance', async () => {
    const world = await aLaunch({ clock: { start: '2026-01-01T00:29:00Z', speed: 0 } });
    let left = 6;
    const tokens: string[] = [];
    await world.apply({
      beforeWrite: ({ operation, args }) => {
        if (operation !== 'runInstance') return;
        tokens.push((args[0] as { readonly clientToken: string }).clientToken);
        if (left-- > 0) throw cloudError('RunInstances', 'throttled', 'Throttling.User');
      },
    });
    const epoch = Math.floor(Date.parse('2026-01-01T00:29:00Z') / epochMs);
    expect(tokens[0]).toBe(token('RunInstances', projectTag, 'Instance/web/0', epoch, 0));
    expect(tokens.at(-1)).toBe(token('RunInstances', projectTag, 'Instance/web/0', epoch + 1, 0));
    expect(await endOf(world)).toEqual(oneMember);
  });
});

describe('an instance that somebody deletes', () => {
  test('is made again in the same epoch, with the next count', async () => {
    const world = await aLaunch();
    await world.apply();
    world.emulator.change({ op: 'deleteInstance', instanceId: world.members()[0]?.id ?? '' });
    await world.apply();
    const epoch = Math.floor(Date.parse(worldStart) / epochMs);
    const [, second, third] = world.tokensOf('RunInstances');
    expect(second).toBe(token('RunInstances', projectTag, 'Instance/web/0', epoch, 0));
    expect(third).toBe(token('RunInstances', projectTag, 'Instance/web/0', epoch, 1));
    expect(await endOf(world)).toEqual(oneMember);
  });

  test('just before an epoch ends is made once', async () => {
    const world = await aLaunch({ clock: { start: '2026-01-01T00:28:00Z', speed: 0 } });
    await world.apply();
    world.advance(25);
    world.emulator.change({ op: 'deleteInstance', instanceId: world.members()[0]?.id ?? '' });
    await world.apply();
    expect(await endOf(world)).toEqual(oneMember);
  });

  test('is made again after a scale-down and a scale-up in one epoch', async () => {
    const world = await aLaunch();
    await world.apply();
    world.advance(60);
    world.documents = [source, aFleet(0, { image: { imageSource: 'golden' } })];
    await world.apply();
    expect(world.members()).toEqual([]);
    world.documents = launchOnly;
    await world.apply();
    expect(Math.floor(world.now / epochMs)).toBe(Math.floor(Date.parse(worldStart) / epochMs));
    expect(await endOf(world)).toEqual(oneMember);
  });
});

describe('a changed specification between the death of one run and the next', () => {
  test('meets the instance that is there and changes what can be changed', async () => {
    const world = await aLaunch();
    await new Promise<void>((resolve) => {
      const run = world.start({
        afterWrite: ({ operation }) => {
          if (operation !== 'runInstance') return;
          run.kill();
          resolve();
        },
      });
    });
    world.documents = [source, aFleet(1, { image: { imageSource: 'golden' }, description: 'second' })];
    await world.converge();
    expect(await endOf(world)).toEqual(oneMember);
    expect(world.members()[0]?.description).toBe('second');
  });

  test('meets it by its token too, while it does not show yet', async () => {
    const world = await aLaunch({ switches: { launchVisibilityDelaySeconds: 60 } });
    await new Promise<void>((resolve) => {
      const run = world.start({
        afterWrite: ({ operation }) => {
          if (operation !== 'runInstance') return;
          run.kill();
          resolve();
        },
      });
    });
    world.documents = [source, aFleet(1, { image: { imageSource: 'golden' }, description: 'second' })];
    await world.converge();
    expect(await endOf(world)).toEqual(oneMember);
  });
});

describe('a service that forgets a token early', () => {
  test('makes no second instance, as the first one shows', async () => {
    const world = await aLaunch({ switches: { clientTokenLifetimeSeconds: 1 } });
    const isFirst = once();
    await world.apply({
      afterWrite: ({ operation }) => {
        if (operation !== 'runInstance' || !isFirst()) return;
        world.advance(2);
        throw lost(operation);
      },
    });
    expect(await endOf(world)).toEqual(oneMember);
  });
});

describe('what carries our tags', () => {
  test('and the seal of another thing is a clone: named, and never touched', async () => {
    const world = await aLaunch();
    await world.converge(1);
    const [member] = world.members();
    const clone = { ...member?.tags };
    const before = world.state;
    const rows = before.instances.map((row) => ({ ...row, id: 'i-clone', sequence: row.sequence + 1000, tags: clone }));
    world.emulator.reset({ state: { ...before, instances: [...before.instances, ...rows] } });
    const { plan } = await world.plan();
    expect(plan.actions).toEqual([]);
    expect(plan.notices.map(({ kind, id }) => [kind, id])).toEqual([['clone', 'i-clone']]);
    world.documents = [source, aFleet(0, { image: { imageSource: 'golden' } })];
    await world.apply();
    expect(world.members().map(({ id }) => id)).toEqual(['i-clone']);
  });

  test('without a seal, beside the member, is a duplicate: nothing is done and both are named', async () => {
    const world = await aLaunch();
    await world.converge(1);
    const [member] = world.members();
    const before = world.state;
    const { 'tallyman:id': _seal, ...tags } = member?.tags ?? {};
    const rows = before.instances.map((row) => ({ ...row, id: 'i-tagged', sequence: row.sequence + 1000, tags }));
    world.emulator.reset({ state: { ...before, instances: [...before.instances, ...rows] } });
    const written = world.written().length;
    const result = await world.apply();
    expect(applyExit(result)).toBe(3);
    expect(world.written().length).toBe(written);
    const [finding] = result.plan.diagnostics.filter(({ ruleId }) => ruleId === 'lifecycle/duplicate');
    expect(finding?.message).toContain('i-tagged');
    expect(finding?.message).toContain(member?.id);
  });

  test('and loses them is given up: another one is made, and it is left as it is', async () => {
    const world = await aLaunch();
    await world.converge(1);
    const [member] = world.members();
    world.emulator.change({ op: 'untag', id: member?.id ?? '', keys: ['tallyman:project'] });
    await world.converge();
    expect(world.members()).toHaveLength(1);
    expect(world.members()[0]?.id).not.toBe(member?.id);
    const former = world.state.instances.find(({ id }) => id === member?.id);
    expect(former).toMatchObject({ status: 'Running', tags: { 'tallyman:resource': 'Instance/web/0' } });
  });

  test('and loses them between plan and call is neither stopped nor deleted', async () => {
    const world = await World.open([source, aFleet(2, { image: { imageSource: 'golden' } })]);
    await world.converge(1);
    world.documents = [source, aFleet(0, { image: { imageSource: 'golden' } })];
    const victim = world.members().find(({ tags }) => tags['tallyman:resource'] === 'Instance/web/1')?.id ?? '';
    const isFirst = once();
    const result = await world.apply({
      onRead: (operation, _args, answer) => {
        if (operation === 'describeSnapshots' && isFirst()) {
          world.emulator.change({ op: 'untag', id: victim, keys: ['tallyman:project'] });
        }
        return answer;
      },
    });
    expect(world.state.instances.find(({ id }) => id === victim)?.status).toBe('Running');
    expect(result.outcome?.actions[0]).toMatchObject({ status: 'failed', id: victim });
  });
});

test('an image that is unshared before the launch fails it before anything is sent', async () => {
  const world = await aLaunch();
  const result = await world.apply({
    onApprove: () => world.emulator.change({ op: 'unshare', imageId: golden1.id, account: 'prod' }),
  });
  expect(world.tokensOf('RunInstances')).toEqual([]);
  expect(result.outcome?.actions[0]?.message).toContain('not visible');
});
