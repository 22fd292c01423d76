import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { applyExit } from '../../src/cli/exit-code.js';
import type { ApplyResult } from '../../src/domain/result.js';
import {
  aCopy,
  aFleet,
  cloudError,
  type Disturbance,
  golden2,
  lost,
  projectTag,
  source,
  World,
  type Write,
} from './support.js';

/** What can happen while members are moved from one image onto another. */
const golden3 = { ...golden2, id: 'm-golden3', name: 'golden-v3', createdAt: '2025-12-30T00:00:00Z' };
const manifests = (replicas: number, update: Record<string, unknown> = {}, spec: Record<string, unknown> = {}) => [
  source,
  aCopy(),
  aFleet(replicas, spec, update),
];

/** A fleet on the first image, with the second one locked. */
async function aMove(documents: World['documents'], spec: Parameters<typeof World.open>[1] = {}): Promise<World> {
  const world = await World.open(documents, spec);
  await world.converge(1);
  await lockImage(world, golden2);
  return world;
}

async function lockImage(world: World, image: typeof golden2): Promise<void> {
  world.emulator.change({ op: 'addImage', image });
  await world.update();
}

function memberAt(world: World, ordinal: number): World['state']['instances'][number] {
  const found = world.members().find(({ tags }) => tags['tallyman:resource'] === `Instance/web/${ordinal}`);
  if (found === undefined) throw new Error(`no member ${ordinal}`);
  return found;
}

function copyOf(world: World, sourceId: string): string {
  return world.copies().find(({ tags }) => tags['tallyman:source-image'] === sourceId)?.id ?? '';
}

interface MemberView {
  readonly status: string;
  readonly imageId: string;
  readonly marks: readonly string[];
}

function views(world: World): readonly MemberView[] {
  return world.members().map(({ status, imageId, tags }) => ({
    status,
    imageId,
    marks: Object.keys(tags).filter((key) => /updating|previous|rejected/.test(key)),
  }));
}

/** So many members, all running on the copy of this image, and none marked. */
function allOn(world: World, sourceId: string, count: number): readonly MemberView[] {
  const imageId = copyOf(world, sourceId);
  return Array.from({ length: count }, () => ({ status: 'Running', imageId, marks: [] }));
}

function statuses(result: ApplyResult): readonly string[] {
  return (result.outcome?.actions ?? []).map(({ action, status }) => `${action.kind} ${action.address} ${status}`);
}

/** Throws once, at the first write of this operation. */
function losing(operation: Write['operation']) {
  let isLost = false;
  return (write: Write): void => {
    if (write.operation !== operation || isLost) return;
    isLost = true;
    throw lost(operation);
  };
}

/** Kills the run at the first write of this operation. */
async function killedAt(world: World, operation: Write['operation'], when: 'before' | 'after'): Promise<void> {
  await new Promise<void>((resolve) => {
    const strike = (write: Write): void => {
      if (write.operation !== operation) return;
      run.kill();
      resolve();
    };
    const run = world.start(when === 'before' ? { beforeWrite: strike } : { afterWrite: strike });
  });
}

describe('the token of a replacement', () => {
  test('is made of project, instance and replaced disk, so that going back and forth takes a new one each time', async () => {
    const world = await aMove(manifests(1));
    const token = (diskId: string): string =>
      createHash('sha256')
        .update(JSON.stringify(['v1', 'ReplaceSystemDisk', projectTag, memberAt(world, 0).id, diskId]))
        .digest('base64url');
    const first = world.state.disks[0]?.id ?? '';
    await world.converge(1);
    const second = world.state.disks[0]?.id ?? '';
    await lockImage(world, golden3);
    await world.converge(1);
    expect(world.tokensOf('ReplaceSystemDisk')).toEqual([token(first), token(second)]);
  });

  test('of a snapshot names the disk and the wanted image', async () => {
    const world = await aMove(manifests(1, { snapshotBefore: true }));
    const disk = world.state.disks[0]?.id ?? '';
    await world.converge(1);
    const wanted = ['v1', 'CreateSnapshot', projectTag, disk, copyOf(world, 'm-golden2')];
    expect(world.tokensOf('CreateSnapshot')).toEqual([
      createHash('sha256').update(JSON.stringify(wanted)).digest('base64url'),
    ]);
  });
});

test('a machine that was never started is moved without a snapshot: its disk holds nothing but the image', async () => {
  const world = await aMove(manifests(1, { snapshotBefore: true }));
  const result = await world.apply({
    beforeWrite: ({ operation }) => {
      if (operation === 'createSnapshot') throw cloudError(operation, 'refused', 'IncorrectDiskStatus.NeverUsed');
    },
  });
  expect(statuses(result)).toContain('CreateSnapshot Instance/web/0 unchanged');
  expect(views(world)).toEqual(allOn(world, 'm-golden2', 1));
});

describe('a lost answer', () => {
  const operations = ['createSnapshot', 'tagResources', 'stopInstance', 'replaceSystemDisk', 'startInstance'] as const;

  test.each(operations)('to %s changes nothing in the end, whether the call took effect or not', async (operation) => {
    for (const when of ['beforeWrite', 'afterWrite'] as const) {
      const world = await aMove(manifests(2, { snapshotBefore: true }));
      const result = await world.apply({ [when]: losing(operation) });
      expect(applyExit(result)).toBe(0);
      expect(views(world)).toEqual(allOn(world, 'm-golden2', 2));
      expect(new Set(world.tokensOf('ReplaceSystemDisk')).size).toBe(2);
      expect((await world.plan()).plan.actions).toEqual([]);
    }
  });
});

describe('a person', () => {
  /** At the n-th look at an instance after the first stop. */
  const lookingAfterStop = (nth: number, act: () => void) => {
    let looks = -1;
    return {
      afterWrite: ({ operation }: Write): void => {
        if (operation === 'stopInstance' && looks < 0) looks = 0;
      },
      onRead: (operation: string, _args: readonly unknown[], answer: unknown): unknown => {
        if (operation === 'describeInstances' && looks >= 0) {
          looks += 1;
          if (looks === nth) act();
        }
        return answer;
      },
    };
  };

  test('who stops a waiting member during a wave keeps it down, and the others go on only as far as may be', async () => {
    const world = await aMove(manifests(3));
    const stopIt = (): void => void world.emulator.change({ op: 'stop', instanceId: memberAt(world, 2).id });
    await world.apply(lookingAfterStop(1, stopIt));
    for (let run = 0; run < 3; run += 1) await world.apply();
    expect(memberAt(world, 2)).toMatchObject({ status: 'Stopped', imageId: copyOf(world, 'm-golden1') });
    expect([0, 1].map((ordinal) => memberAt(world, ordinal).status)).toEqual(['Running', 'Running']);
    world.emulator.change({ op: 'start', instanceId: memberAt(world, 2).id });
    await world.converge();
    expect(views(world)).toEqual(allOn(world, 'm-golden2', 3));
  });

  test('who starts the member that we stopped gets it stopped again and finished', async () => {
    const world = await aMove(manifests(1));
    const startIt = (): void => void world.emulator.change({ op: 'start', instanceId: memberAt(world, 0).id });
    await world.apply(lookingAfterStop(4, startIt));
    await world.converge();
    expect(views(world)).toEqual(allOn(world, 'm-golden2', 1));
  });

  test('who deletes the member that is waited for has it made again, and no image is blamed', async () => {
    const world = await aMove(manifests(2));
    let isDone = false;
    await world.apply({
      afterWrite: ({ operation }) => {
        if (operation !== 'startInstance' || isDone) return;
        isDone = true;
        world.emulator.change({ op: 'deleteInstance', instanceId: memberAt(world, 0).id });
      },
    });
    await world.converge();
    expect(world.members()).toHaveLength(2);
    expect(views(world)).toEqual(allOn(world, 'm-golden2', 2));
  });
});

test.each(['stopInstance', 'startInstance', 'replaceSystemDisk'] as const)(
  'a run that dies at %s is finished by the next one, and no machine stays down',
  async (operation) => {
    for (const when of ['before', 'after'] as const) {
      const world = await aMove(manifests(2));
      await killedAt(world, operation, when);
      world.advance(30);
      await world.converge();
      expect(views(world)).toEqual(allOn(world, 'm-golden2', 2));
      expect(world.tokensOf('ReplaceSystemDisk').length).toBeLessThanOrEqual(3);
    }
  },
);

describe('an image that does not come up', () => {
  /** The first member goes down again so many seconds after a start: so many times on each image. */
  function goingDown(world: World, times: Readonly<Record<string, number>>, afterSeconds = 15): Disturbance {
    const left = new Map(Object.entries(times));
    return {
      afterWrite: ({ operation }) => {
        if (operation !== 'startInstance') return;
        const { id, imageId } = memberAt(world, 0);
        const sourceId = [...left.keys()].find((key) => copyOf(world, key) === imageId) ?? '';
        const count = left.get(sourceId) ?? 0;
        if (count === 0) return;
        left.set(sourceId, count - 1);
        void world.sleep(afterSeconds * 1000).then(() => world.emulator.change({ op: 'stop', instanceId: id }));
      },
    };
  }

  async function halted(): Promise<World> {
    const world = await aMove(manifests(3));
    const result = await world.apply(goingDown(world, { 'm-golden2': 2 }));
    expect(applyExit(result)).toBe(7);
    return world;
  }

  test('at first, as under a late stop of another run, is started once more and not blamed', async () => {
    const world = await aMove(manifests(3));
    const result = await world.apply(goingDown(world, { 'm-golden2': 1 }));
    expect(applyExit(result)).toBe(0);
    expect(views(world)).toEqual(allOn(world, 'm-golden2', 3));
  });

  test.each([15, 60])('after %i s is rolled back, and started once more on its old image too', async (seconds) => {
    const world = await aMove(manifests(1, { onFailure: 'Rollback', minReadySeconds: 90 }));
    await world.apply(goingDown(world, { 'm-golden2': 2, 'm-golden1': 1 }, seconds));
    const rejected = { ...allOn(world, 'm-golden1', 1)[0], marks: ['tallyman:rejected'] };
    expect(views(world)).toEqual([rejected]);
  });

  test('for a run that did not start it keeps its mark, and the next run starts it and judges it', async () => {
    const world = await aMove(manifests(1));
    await killedAt(world, 'startInstance', 'after');
    world.advance(60);
    let isDone = false;
    const result = await world.apply({
      onRead: (operation, _args, answer) => {
        if (operation !== 'describeDisks' || isDone) return answer;
        isDone = true;
        setImmediate(() => world.emulator.change({ op: 'stop', instanceId: memberAt(world, 0).id }));
        return answer;
      },
    });
    expect(statuses(result)).toContain('Wait Instance/web/0 left-alone');
    expect(memberAt(world, 0)).toMatchObject({ status: 'Stopped', imageId: copyOf(world, 'm-golden2') });
    expect(memberAt(world, 0).tags).toHaveProperty('tallyman:updating');
    await world.converge(1);
    expect(views(world)).toEqual(allOn(world, 'm-golden2', 1));
  });

  test('halts the rollout, and ten more passes change nothing', async () => {
    const world = await halted();
    expect(memberAt(world, 0).tags['tallyman:rejected']).toBe(copyOf(world, 'm-golden2'));
    const before = world.written().length;
    for (let pass = 0; pass < 10; pass += 1) {
      const result = await world.apply();
      expect(applyExit(result)).toBe(7);
      world.advance(3600);
    }
    expect(world.written().length).toBe(before);
    expect([1, 2].map((ordinal) => memberAt(world, ordinal).imageId)).toEqual([
      copyOf(world, 'm-golden1'),
      copyOf(world, 'm-golden1'),
    ]);
  });

  test('is rolled out again when somebody asks for it', async () => {
    const world = await halted();
    world.emulator.change({ op: 'start', instanceId: memberAt(world, 0).id });
    await world.apply({ plan: { retryRejected: true } });
    await world.converge();
    expect(views(world)).toEqual(allOn(world, 'm-golden2', 3));
  });

  test('is left behind when the lock names another', async () => {
    const world = await halted();
    world.emulator.change({ op: 'start', instanceId: memberAt(world, 0).id });
    await lockImage(world, golden3);
    await world.converge();
    expect(views(world)).toEqual(allOn(world, 'm-golden3', 3));
  });
});

describe('a lock that goes back', () => {
  test('before a marked member was stopped leaves it alone for half an hour, and then takes the mark off', async () => {
    const world = await World.open(manifests(1));
    await world.converge(1);
    const firstLock = world.lock;
    await lockImage(world, golden2);
    await killedAt(world, 'stopInstance', 'before');
    expect(applyExit(await world.apply({ lock: firstLock }))).toBe(6);
    world.advance(31 * 60);
    world.lock = firstLock;
    await world.converge();
    expect(views(world)).toEqual(allOn(world, 'm-golden1', 1));
  });

  test('after a member was stopped starts it again on its disk', async () => {
    const world = await World.open(manifests(1));
    await world.converge(1);
    const firstLock = world.lock;
    await lockImage(world, golden2);
    await killedAt(world, 'stopInstance', 'after');
    world.advance(31 * 60);
    world.lock = firstLock;
    await world.converge();
    expect(views(world)).toEqual(allOn(world, 'm-golden1', 1));
    expect(world.tokensOf('ReplaceSystemDisk')).toEqual([]);
  });
});

describe('settings that changed between the death of one run and the next', () => {
  test('meet the replacement that was made', async () => {
    const world = await aMove(manifests(1));
    await killedAt(world, 'replaceSystemDisk', 'after');
    world.documents = manifests(1, {}, { systemDisk: { category: 'cloud_essd', sizeGiB: 60, encrypted: true } });
    world.advance(30);
    await world.apply();
    expect(memberAt(world, 0)).toMatchObject({ status: 'Running', imageId: copyOf(world, 'm-golden2') });
  });

  test.each(['IncorrectInstanceStatus', 'InvalidDisk.Locked'])(
    'are not in the way where the service repeats an old %s for as long as it knows the token',
    async (code) => {
      const world = await aMove(manifests(1));
      let old = '';
      const result = await world.apply({
        beforeWrite: ({ operation, args }) => {
          if (operation !== 'replaceSystemDisk') return;
          const { clientToken } = args[0] as { readonly clientToken: string };
          old ||= clientToken;
          if (clientToken === old) throw cloudError(operation, 'refused', code);
        },
      });
      expect(applyExit(result)).toBe(0);
      expect(views(world)).toEqual(allOn(world, 'm-golden2', 1));
      expect(world.tokensOf('ReplaceSystemDisk')).toHaveLength(1);
    },
  );

  test('do not leave a machine down where a refused call keeps its token', async () => {
    const world = await aMove(manifests(1), { switches: { failedCallsOccupyToken: 'silently' } });
    let isFirst = true;
    await world.apply({
      beforeWrite: ({ operation, args }) => {
        if (operation !== 'replaceSystemDisk' || !isFirst) return;
        isFirst = false;
        const { tokens, ...rows } = world.state;
        const wanted = args[0] as { readonly clientToken: string };
        const id = `${memberAt(world, 0).account}/cn-hangzhou/ReplaceSystemDisk/${wanted.clientToken}`;
        const kept = { id, action: 'ReplaceSystemDisk', parameters: 'others', answeredAt: world.now };
        const row = { ...kept, answer: { status: 0, body: '' } };
        world.restore({ state: { ...rows, tokens: [...tokens, row] }, atMs: world.now });
      },
    });
    await world.converge();
    expect(views(world)).toEqual(allOn(world, 'm-golden2', 1));
  });
});

describe('before a machine is stopped', () => {
  const stops = (world: World): number => world.written().filter((operation) => operation === 'StopInstance').length;
  const fromShared = (replicas: number, systemDisk: Record<string, unknown> = {}) => [
    source,
    aFleet(replicas, {
      image: { imageSource: 'golden' },
      systemDisk: { category: 'cloud_essd', sizeGiB: 40, ...systemDisk },
    }),
  ];
  /** When the first action has begun: the plan was made from the world before. */
  const atFirstAction = (world: World, act: () => void) => {
    const events = world.events.length;
    let isDone = false;
    return {
      onRead: (_operation: string, _args: readonly unknown[], answer: unknown): unknown => {
        if (world.events.length > events && !isDone) {
          isDone = true;
          act();
        }
        return answer;
      },
    };
  };
  const cases: readonly (readonly [string, (world: World) => void, string])[] = [
    [
      'is unshared',
      (world) => world.emulator.change({ op: 'unshare', imageId: 'm-golden2', account: 'prod' }),
      'not visible',
    ],
    ['is deleted', (world) => world.emulator.change({ op: 'deleteImage', imageId: 'm-golden2' }), 'not visible'],
    [
      'has other disks than the lock',
      (world) => {
        const rows = world.state;
        const images = rows.images.map((image) =>
          image.id === 'm-golden2' ? { ...image, disks: image.disks.map((disk) => ({ ...disk, sizeGiB: 30 })) } : image,
        );
        world.restore({ state: { ...rows, images }, atMs: world.now });
      },
      'differ from the lock',
    ],
  ];

  test.each(cases)('its image %s: nothing is stopped', async (_what, act, message) => {
    const world = await aMove(fromShared(2));
    const result = await world.apply(atFirstAction(world, () => act(world)));
    expect(stops(world)).toBe(0);
    expect(result.outcome?.actions[0]).toMatchObject({ status: 'failed', message: expect.stringContaining(message) });
    expect(world.members().map(({ status }) => status)).toEqual(['Running', 'Running']);
  });

  test('its image holds data disks: nothing is stopped', async () => {
    const world = await World.open(fromShared(1));
    await world.converge(1);
    const disks = [
      { device: '/dev/xvda', type: 'system' as const, sizeGiB: 20 },
      { device: '/dev/xvdb', type: 'data' as const, sizeGiB: 20 },
    ];
    world.emulator.change({ op: 'addImage', image: { ...golden2, disks } });
    await world.update();
    await world.apply();
    expect(stops(world)).toBe(0);
    expect(memberAt(world, 0).status).toBe('Running');
  });

  test('its image is shared and encrypted and the disk does not ask for encryption: nothing is stopped', async () => {
    const keys = [
      { id: 'key-images', account: 'images', region: 'cn-hangzhou' },
      { id: 'key-prod', account: 'prod', region: 'cn-hangzhou' },
    ];
    const world = await World.open(fromShared(1), { kmsKeys: keys });
    await world.converge(1);
    world.emulator.change({ op: 'addImage', image: { ...golden2, encrypted: true, kmsKeyId: 'key-images' } });
    await world.update();
    await world.apply();
    expect(stops(world)).toBe(0);
    expect(memberAt(world, 0).status).toBe('Running');
  });

  test('its image is larger than the disk: nothing is stopped', async () => {
    const world = await World.open(fromShared(1));
    await world.converge(1);
    world.emulator.change({ op: 'addImage', image: { ...golden2, sizeGiB: 80 } });
    await world.update();
    const { plan } = await world.apply();
    expect(stops(world)).toBe(0);
    expect(memberAt(world, 0).status).toBe('Running');
    const errors = plan.diagnostics.filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId);
    expect(errors).toEqual(['manifest/image-size']);
  });

  test.each(['Disabled', 'PendingDeletion'] as const)('its key is %s: nothing is stopped', async (state) => {
    const kmsKeys = [{ id: 'key-prod', account: 'prod', region: 'cn-hangzhou' }];
    const world = await World.open(fromShared(1, { encrypted: true, kmsKeyId: 'key-prod' }), { kmsKeys });
    await world.converge(1);
    await lockImage(world, golden2);
    const result = await world.apply(
      atFirstAction(world, () => {
        const rows = world.state;
        world.restore({ state: { ...rows, keys: rows.keys.map((key) => ({ ...key, state })) }, atMs: world.now });
      }),
    );
    expect(result.outcome?.actions[0]?.message).toContain(`'key-prod', which is ${state}`);
    expect(stops(world)).toBe(0);
    expect(memberAt(world, 0).status).toBe('Running');
  });
});

test('the marks go only when every call of ours must have taken effect', async () => {
  const world = await aMove(manifests(1, { minReadySeconds: 0 }));
  const writtenAt = new Map<string, number>();
  await world.apply({ afterWrite: ({ operation }) => void writtenAt.set(operation, world.now) });
  const sinceStart = (writtenAt.get('untagResources') ?? 0) - (writtenAt.get('startInstance') ?? 0);
  expect(sinceStart).toBeGreaterThanOrEqual(90_000);
});

test('a mark that is taken away before the stop leaves the machine running', async () => {
  const world = await aMove(manifests(2));
  const { id } = memberAt(world, 0);
  const result = await world.apply({
    onRead: (operation, args, answer) => {
      const isListOfSiblings = operation === 'describeInstances' && 'tags' in (args[1] as object);
      if (isListOfSiblings && world.written().at(-1) === 'TagResources') {
        world.emulator.change({ op: 'untag', id, keys: ['tallyman:updating'] });
      }
      return answer;
    },
  });
  expect(applyExit(result)).toBe(6);
  expect(memberAt(world, 0).status).toBe('Running');
  expect(world.written()).not.toContain('StopInstance');
});

test('an image is not blamed for a machine that another run has moved elsewhere meanwhile', async () => {
  const world = await aMove(manifests(1));
  const old = copyOf(world, 'm-golden1');
  const result = await world.apply({
    onRead: (_operation, _args, answer) => {
      const { kind, action } = world.events.at(-1) ?? {};
      if (kind !== 'start' || action?.reason !== 'until_healthy') return answer;
      const rows = world.state;
      const instances = rows.instances.map((row) => ({ ...row, status: 'Stopped' as const, imageId: old }));
      const disks = rows.disks.map((row) => ({ ...row, imageId: old }));
      world.restore({ state: { ...rows, instances, disks, events: [] }, atMs: world.now });
      return answer;
    },
  });
  expect(applyExit(result)).toBe(6);
  expect(memberAt(world, 0).tags['tallyman:rejected']).toBeUndefined();
});

test('a replacement that is refused all the same starts the machine again on its disk', async () => {
  const world = await aMove(manifests(1));
  const result = await world.apply({
    beforeWrite: ({ operation }) => {
      if (operation === 'replaceSystemDisk') throw cloudError(operation, 'refused', 'OperationDenied');
    },
  });
  expect(applyExit(result)).toBe(7);
  world.advance(60);
  expect(memberAt(world, 0).status).toBe('Running');
  const failed = result.outcome?.actions.find(({ status }) => status === 'failed');
  expect(failed).toMatchObject({ apiCode: 'OperationDenied', message: expect.stringContaining('started again') });
  await world.converge();
  expect(views(world)).toEqual(allOn(world, 'm-golden2', 1));
});

test('a failure of one member holds the members after it, and says so', async () => {
  const world = await aMove(manifests(2));
  const result = await world.apply({
    beforeWrite: ({ operation }) => {
      if (operation === 'stopInstance') throw cloudError(operation, 'refused', 'OperationDenied');
    },
  });
  expect(
    statuses(result)
      .filter((line) => line.includes('web/1'))
      .every((line) => line.endsWith('not-attempted')),
  ).toBe(true);
  expect(memberAt(world, 1).status).toBe('Running');
});
