import { describe, expect, test } from 'vitest';
import { applyExit } from '../../src/cli/exit-code.js';
import { aCopy, aFleet, cloudError, golden2, source, World, type Write } from './support.js';

/** The service puts a call off, and the world is another one by the time that it would take it. */
const launchOnly = (replicas: number, spec: Record<string, unknown> = {}) => [
  source,
  aFleet(replicas, { image: { imageSource: 'golden' }, ...spec }),
];

async function aLaunched(wanted: World['documents']): Promise<World> {
  const world = await World.open(launchOnly(1));
  await world.converge(1);
  world.documents = wanted;
  return world;
}

/** A member on the first image, with the second one locked. */
async function aMove(): Promise<World> {
  const world = await World.open([source, aCopy(), aFleet(1, {}, { snapshotBefore: true })]);
  await world.converge(1);
  world.emulator.change({ op: 'addImage', image: golden2 });
  await world.update();
  return world;
}

/** Throttles the call, for a time in which something happens; and counts how often it was asked for. */
function puttingOff(
  operation: Write['operation'],
  meanwhile: () => void,
  isMeant: (write: Write) => boolean = () => true,
) {
  const sent = { count: 0 };
  const beforeWrite = (write: Write): void => {
    if (write.operation !== operation || !isMeant(write)) return;
    sent.count += 1;
    if (sent.count > 1) return;
    meanwhile();
    throw cloudError(operation, 'throttled', 'Throttling.User');
  };
  return { sent, beforeWrite };
}

function giveUp(world: World): void {
  const instanceId = world.members()[0]?.id ?? '';
  world.emulator.change({ op: 'untag', instanceId, keys: ['tallyman:project', 'tallyman:resource'] });
}

const isMark = ({ args }: Write): boolean => JSON.stringify(args).includes('tallyman:updating');

interface Case {
  readonly operation: Write['operation'];
  readonly make: () => Promise<World>;
  readonly isMeant?: (write: Write) => boolean;
}

describe('a call that is put off', () => {
  const cases: readonly Case[] = [
    { operation: 'deleteInstance', make: () => aLaunched(launchOnly(0)) },
    { operation: 'modifyInstance', make: () => aLaunched(launchOnly(1, { description: 'another' })) },
    { operation: 'createSnapshot', make: aMove },
    { operation: 'tagResources', make: aMove, isMeant: isMark },
    { operation: 'stopInstance', make: aMove },
    { operation: 'replaceSystemDisk', make: aMove },
    { operation: 'startInstance', make: aMove },
  ];

  test.each(cases)('$operation: is sent once the service takes it', async ({ operation, make, isMeant }) => {
    const world = await make();
    const { sent, beforeWrite } = puttingOff(operation, () => undefined, isMeant);
    await world.apply({ beforeWrite });
    expect(sent.count).toBe(2);
    await world.converge();
    expect((await world.plan()).plan.actions).toEqual([]);
  });

  test.each(cases)('$operation: is not sent to what was given up meanwhile', async ({ operation, make, isMeant }) => {
    const world = await make();
    const id = world.members()[0]?.id;
    const { sent, beforeWrite } = puttingOff(operation, () => giveUp(world), isMeant);
    const result = await world.apply({ beforeWrite });
    expect(sent.count).toBe(1);
    expect(world.state.instances.some((instance) => instance.id === id)).toBe(true);
    const failure = result.outcome?.actions.find(({ status }) => status === 'failed');
    expect(failure?.message).toContain('was put off by the service');
  });

  test('ReplaceSystemDisk: is not sent once somebody else has replaced the disk', async () => {
    const world = await aMove();
    const [member] = world.members();
    const { sent, beforeWrite } = puttingOff('replaceSystemDisk', () => {
      world.emulator.change({ op: 'replaceSystemDisk', instanceId: member?.id ?? '', imageId: member?.imageId ?? '' });
    });
    await world.apply({ beforeWrite });
    expect(sent.count).toBe(1);
  });

  test('DeleteImage: is not sent once somebody runs the image', async () => {
    const world = await World.open([source, aCopy({ history: 0 })]);
    await world.converge(1);
    const old = world.copies()[0];
    world.emulator.change({ op: 'addImage', image: golden2 });
    await world.update();
    const { sent, beforeWrite } = puttingOff('deleteImage', () => {
      const { account, region, id: imageId } = old ?? { account: '', region: '', id: '' };
      world.emulator.change({
        op: 'addInstance',
        instance: { id: 'i-theirs', account, region, imageId, status: 'Running' },
      });
    });
    await world.apply({ beforeWrite });
    expect(sent.count).toBe(1);
    expect(world.copies().map(({ id }) => id)).toContain(old?.id);
  });

  test('CopyImage: is not sent once the source is taken away', async () => {
    const world = await World.open([source, aCopy()]);
    const { sent, beforeWrite } = puttingOff('copyImage', () => {
      world.emulator.change({ op: 'unshare', imageId: 'm-golden1', account: 'prod' });
    });
    const result = await world.apply({ beforeWrite });
    expect(sent.count).toBe(1);
    expect(result.outcome?.actions.find(({ status }) => status === 'failed')?.message).toContain('m-golden1');
  });

  test('TagResources: is sent to what was just made, though a late read does not show it', async () => {
    const world = await World.open(launchOnly(1));
    let isHidden = false;
    const { sent, beforeWrite } = puttingOff('tagResources', () => {
      isHidden = true;
    });
    const result = await world.apply({
      beforeWrite,
      onRead: (operation, _args, answer) => {
        if (operation !== 'describeInstances' || !isHidden) return answer;
        isHidden = false;
        return { items: [], nextToken: '' };
      },
    });
    expect(sent.count).toBe(2);
    expect(applyExit(result)).toBe(0);
  });
});
