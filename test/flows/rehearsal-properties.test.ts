import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ActionOutcome, Outcome } from '../../src/domain/outcome.js';
import { bothAccounts, documentsOf, type Wishes, wishes } from '../apply/generated-projects.js';
import { aCopy, golden2, World } from '../apply/support.js';

/**
 * Worlds and projects as they come, some at rest, some left by a run that died, some with something that the service
 * will refuse and no rule knows: whatever the rehearsal says of a plan, carrying it out then says the same.
 */
const runs = 60;

type Document = World['documents'][number];
type Spec = Readonly<Record<string, unknown>>;

/** What the service refuses, and neither schema nor policy does. */
const defects = {
  none: (documents) => documents,
  'too many groups': (documents) =>
    withInstance(documents, { securityGroupIds: ['sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5', 'sg-6'] }),
  'an Arm type': (documents) => withInstance(documents, { instanceType: 'ecs.g8y.large' }),
  'a disk that the type does not take': (documents) => withDisk(documents, { category: 'cloud_ssd' }),
  'a level that needs more': (documents) => withDisk(documents, { performanceLevel: 'PL3' }),
  'two copies of one image at once': (documents) => [
    ...documents,
    { ...aCopy({ destinations: [{ region: 'cn-hangzhou' }] }), metadata: { name: 'second' } },
  ],
} satisfies Readonly<Record<string, (documents: World['documents']) => World['documents']>>;

function withInstance(documents: World['documents'], spec: Spec): World['documents'] {
  const changed = (document: Document): Document =>
    document['kind'] === 'Instance' ? { ...document, spec: { ...(document['spec'] as Spec), ...spec } } : document;
  return documents.map(changed);
}

function withDisk(documents: World['documents'], disk: Spec): World['documents'] {
  return documents.map((document) => {
    if (document['kind'] !== 'Instance') return document;
    const spec = document['spec'] as Spec;
    return { ...document, spec: { ...spec, systemDisk: { ...(spec['systemDisk'] as Spec), ...disk } } };
  });
}

interface Story {
  readonly first: Wishes;
  readonly second: Wishes;
  readonly defect: keyof typeof defects;
  /** Whether there is something before the plan in question. */
  readonly hasPast: boolean;
  /** The run before dies at this write; null: it comes to its end. */
  readonly diesAt: number | null;
  readonly secondsLater: number;
  readonly isNewImage: boolean;
  /** What somebody has put on a machine of the project; null: nothing. */
  readonly lock: string | null;
}

const stories: fc.Arbitrary<Story> = fc.record({
  first: wishes,
  second: wishes,
  defect: fc.oneof(
    fc.constant('none' as const),
    fc.constantFrom(...(Object.keys(defects) as (keyof typeof defects)[])),
  ),
  hasPast: fc.boolean(),
  diesAt: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
  secondsLater: fc.constantFrom(0, 5, 60, 600, 2_400),
  isNewImage: fc.boolean(),
  lock: fc.option(fc.constantFrom('security', 'financial'), { nil: null, freq: 4 }),
});

const options = { allow: ['delete', 'replace-system-disk', 'stop', 'unshare'], maxRemovals: 100 } as const;

async function past(world: World, diesAt: number | null): Promise<void> {
  if (diesAt === null) {
    await world.apply({ plan: options });
    return;
  }
  let die: () => void = () => undefined;
  const dead = new Promise<void>((resolve) => (die = resolve));
  const run = world.start({
    plan: options,
    afterWrite: ({ nth }) => {
      if (nth !== diesAt) return;
      run.kill();
      die();
    },
  });
  await Promise.race([run.done, dead]);
}

/** Each action that did not come to its end, with what the service said of it. */
function ends(outcome: Outcome | null): readonly string[] {
  const isOpen = ({ status }: ActionOutcome): boolean => status !== 'done' && status !== 'unchanged';
  return (outcome?.actions ?? [])
    .filter(isOpen)
    .map(({ action, status, apiCode }) => `${action.kind} ${action.address} ${status} ${apiCode ?? ''}`);
}

async function open(story: Story): Promise<World> {
  const world = new World(documentsOf(story.first), { kmsKeys: [] });
  world.projectSpec = bothAccounts;
  await world.update();
  if (story.hasPast) {
    await past(world, story.diesAt);
    world.advance(story.secondsLater);
  }
  const sizeGiB = Math.max(story.first.sizeGiB, story.second.sizeGiB);
  const change: (documents: World['documents']) => World['documents'] = defects[story.defect];
  world.documents = change(documentsOf({ ...story.second, sizeGiB }));
  if (story.isNewImage) world.emulator.change({ op: 'addImage', image: golden2 });
  await world.update();
  const [member] = world.members();
  if (story.lock !== null && member !== undefined) {
    const { store } = world.emulator.engine;
    store.transact(world.now, ({ instances }) => instances.put({ ...member, locks: [story.lock ?? ''] }));
  }
  return world;
}

test('what a rehearsal says of a plan is what carrying it out says, action by action and code by code', async () => {
  const told = { passed: 0, failed: 0, codes: new Set<string>() };
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const world = await open(story);
      const before = world.written().length;
      const { result, outcome } = await world.rehearse(options);
      expect(world.written()).toHaveLength(before);
      expect(result.rehearsal?.reason).toBeNull();
      const others = result.refusals.filter(({ reason }) => reason !== 'rehearsal-failed');
      if (others.length > 0 || result.check.errors > 0) return;
      const applied = await world.apply({ plan: options });
      expect(ends(applied.outcome)).toEqual(ends(outcome));
      const isPassed = result.rehearsal?.status === 'passed';
      told[isPassed ? 'passed' : 'failed'] += 1;
      for (const { apiCode } of result.rehearsal?.problems ?? []) if (apiCode !== null) told.codes.add(apiCode);
      expect(result.isApplyable).toBe(isPassed);
      const next = isPassed ? (await world.plan(options)).plan.actions : [];
      expect(next.map(({ address, kind, reason }) => `${address} ${kind} ${reason}`)).toEqual([]);
    }),
    { numRuns: runs, seed: 20260301 },
  );
  // Both must have been seen often enough to say something.
  expect(told.passed).toBeGreaterThan(runs / 4);
  expect(told.failed).toBeGreaterThan(runs / 10);
  expect(told.codes.size).toBeGreaterThan(4);
}, 300_000);
