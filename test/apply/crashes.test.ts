import { describe, expect, test } from 'vitest';
import { aCopy, aFleet, Deaths, golden1, golden2, source, World } from './support.js';

/**
 * The world as it is when a process dies: before each call that writes, and after it took effect and before anybody
 * knows. From every such world apply is run again, until nothing is left to do, and what comes out must be what an
 * undisturbed run makes.
 */
interface Story {
  readonly name: string;
  /** Leads to where the run that dies begins. */
  readonly begin: () => Promise<World>;
  /** What an undisturbed run writes, so that no story loses its point unnoticed. */
  readonly writes: readonly string[];
  readonly prune?: boolean;
}

const singapore = [{ region: 'ap-southeast-1' }];

const stories: readonly Story[] = [
  {
    name: 'a copy in the region of its source, and two instances',
    begin: () => World.open([source, aCopy({ family: 'web' }), aFleet(2)]),
    writes: ['CopyImage', 'RunInstances', 'RunInstances', 'ModifyImageAttribute', 'TagResources'],
  },
  {
    name: 'a copy over a hop that is removed afterwards',
    begin: () => World.open([source, aCopy({ destinations: singapore })]),
    writes: ['CopyImage', 'CopyImage', 'DeleteImage', 'DeleteSnapshot'],
  },
  {
    name: 'a copy over a hop that stays',
    begin: () => World.open([source, aCopy({ destinations: singapore, keepHop: true })]),
    writes: ['CopyImage', 'CopyImage'],
  },
  {
    name: "a copy of the account's own image",
    begin: () =>
      World.open([ownSource, aCopy({ destinations: [...singapore, { region: 'cn-hangzhou' }] })], {
        images: [{ ...golden2, account: 'prod', sharedWith: [] }],
      }),
    writes: ['CopyImage', 'CopyImage'],
  },
  {
    name: 'a rollout with snapshots, and the deletion of what is beyond history',
    begin: () => moved([source, aCopy({ history: 0 }), aFleet(2, {}, { snapshotBefore: true, maxUnavailable: 1 })]),
    writes: ['CreateSnapshot', 'StopInstance', 'ReplaceSystemDisk', 'StartInstance', 'DeleteImage', 'DeleteSnapshot'],
  },
  {
    name: 'members that are made anew',
    begin: () => moved([source, aCopy(), aFleet(2, {}, { onImageChange: 'Recreate' })]),
    writes: ['DeleteInstance', 'RunInstances', 'TagResources'],
  },
  {
    name: 'a rollout of two members at once',
    begin: () => moved([source, aCopy(), aFleet(3, {}, { maxUnavailable: 2 })]),
    writes: ['StopInstance', 'ReplaceSystemDisk', 'StartInstance', 'UntagResources'],
  },
  {
    name: 'changes in place, a start, and a scale-down',
    begin: async () => {
      const world = await converged([source, aCopy(), aFleet(3)]);
      world.emulator.change({ op: 'stop', instanceId: idAt(world, 'Instance/web/0') });
      world.documents = [
        source,
        aCopy({ family: 'web', tags: { tier: 'web' } }),
        aFleet(1, { power: 'Running', instanceName: 'web-{ordinal}-b', description: 'web', tags: { tier: 'web' } }),
      ];
      return world;
    },
    writes: ['StartInstance', 'ModifyInstanceAttribute', 'ModifyImageAttribute', 'DeleteInstance', 'DeleteInstance'],
  },
  {
    name: 'a change of type, of disk size and of image at once',
    begin: async () => {
      const world = await moved([source, aCopy(), aFleet(2)]);
      world.documents = [
        source,
        aCopy(),
        aFleet(2, {
          instanceType: 'ecs.g7.xlarge',
          systemDisk: { category: 'cloud_essd', sizeGiB: 60, encrypted: true },
        }),
      ];
      return world;
    },
    writes: ['StopInstance', 'ModifyInstanceSpec', 'ReplaceSystemDisk', 'StartInstance'],
  },
  {
    name: 'a change of type and of disk size alone',
    begin: async () => {
      const world = await converged([source, aCopy(), aFleet(2)]);
      world.documents = [
        source,
        aCopy(),
        aFleet(2, {
          instanceType: 'ecs.g7.xlarge',
          systemDisk: { category: 'cloud_essd', sizeGiB: 60, encrypted: true },
        }),
      ];
      return world;
    },
    writes: ['StopInstance', 'ModifyInstanceSpec', 'ResizeDisk', 'StartInstance'],
  },
  {
    name: 'the adoption of an instance',
    begin: () =>
      World.open([source, aFleet(1, { image: { imageSource: 'golden' }, adopt: ['i-found'] })], {
        images: [golden1],
        instances: [{ ...found, id: 'i-found' }],
      }),
    writes: ['TagResources'],
  },
  {
    name: 'a prune of everything',
    prune: true,
    begin: async () => {
      const world = await converged([source, aCopy(), aFleet(2)]);
      world.documents = [source];
      return world;
    },
    writes: ['DeleteInstance', 'DeleteInstance', 'DeleteImage', 'DeleteSnapshot'],
  },
];

/** Somebody made it, as the manifest says. */
const found = {
  account: 'prod',
  region: 'cn-hangzhou',
  imageId: golden1.id,
  instanceType: 'ecs.g7.large',
  status: 'Running' as const,
  vSwitchId: 'vsw-web-h',
  securityGroupIds: ['sg-web'],
};

const ownSource = { ...source, spec: { region: 'cn-hangzhou', owner: 'self', family: 'golden' } };

async function converged(documents: World['documents']): Promise<World> {
  const world = await World.open(documents);
  await world.converge(1);
  return world;
}

async function moved(documents: World['documents']): Promise<World> {
  const world = await converged(documents);
  world.emulator.change({ op: 'addImage', image: golden2 });
  await world.update();
  return world;
}

function idAt(world: World, address: string): string {
  const found = world.members().find(({ tags }) => tags['tallyman:resource'] === address);
  if (found === undefined) throw new Error(`nothing at ${address}`);
  return found.id;
}

describe('apply, killed at any write and run again', () => {
  test.each(stories)(
    'ends $name as if nothing had happened',
    { timeout: 60_000 },
    async ({ begin, writes, prune = false }) => {
      const world = await begin();
      const before = world.written().length;
      const deaths = new Deaths(world);
      const plan = { prune, allowEmpty: prune };
      const { outcome } = await world.apply({ plan, ...deaths.disturbance() });
      expect(outcome?.actions.filter(({ status }) => status !== 'done' && status !== 'unchanged')).toEqual([]);
      await world.converge(2, { plan });
      const undisturbed = world.comparable();
      expect(world.written().slice(before)).toEqual(expect.arrayContaining([...writes]));
      expect(deaths.all.length).toBeGreaterThanOrEqual(writes.length);
      for (const death of deaths.all) {
        world.restore(death);
        await world.converge(3, { plan }).catch((error: unknown) => {
          throw new Error(death.at, { cause: error });
        });
        expect({ at: death.at, end: world.comparable() }).toEqual({ at: death.at, end: undisturbed });
      }
    },
  );
});
