import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operationOf } from '../../src/domain/action.js';
import type { ApplyResult } from '../../src/domain/result.js';
import { bothAccounts, documentsOf, wishes } from './generated-projects.js';
import { golden2, World } from './support.js';

/**
 * Projects and worlds as they come: whatever is asked for, in whatever order it changes, a plan says what apply does,
 * and after it the next plan is empty.
 */
const runs = 60;

const allowed = { allow: ['delete', 'replace-system-disk', 'stop', 'unshare'], maxRemovals: 100 } as const;

function sorted(names: readonly (string | null)[]): readonly (string | null)[] {
  return names.filter((name) => name !== null).toSorted();
}

async function applied(world: World): Promise<void> {
  const before = world.written().length;
  const result: ApplyResult = await world.apply({ plan: allowed });
  const { plan, refusals, diagnostics } = result.plan;
  const errors = diagnostics.filter(({ severity, waiver }) => severity === 'error' && waiver === null);
  expect([...refusals.map(({ summary }) => summary), ...errors.map(({ message }) => message)]).toEqual([]);
  const ends = (result.outcome?.actions ?? []).filter(({ status }) => status !== 'done');
  expect(ends.map(({ action, status, message }) => `${action.kind} ${action.address} ${status} ${message}`)).toEqual(
    [],
  );
  expect(sorted(world.written().slice(before))).toEqual(sorted(plan.actions.map(operationOf)));
  const next = await world.plan(allowed);
  expect(next.plan.actions.map(({ address, kind, reason }) => `${address} ${kind} ${reason}`)).toEqual([]);
}

test('whatever a project asks for, and however it changes, apply does what the plan says and leaves nothing to do', async () => {
  expect.hasAssertions();
  await fc.assert(
    fc.asyncProperty(wishes, wishes, fc.boolean(), async (first, second, isNewImage) => {
      const world = new World(documentsOf(first), { kmsKeys: [] });
      world.projectSpec = bothAccounts;
      await world.update();
      await applied(world);
      // A disk never shrinks: that would be an error, and rightly so.
      world.documents = documentsOf({ ...second, sizeGiB: Math.max(first.sizeGiB, second.sizeGiB) });
      if (isNewImage) world.emulator.change({ op: 'addImage', image: golden2 });
      await world.update();
      await applied(world);
    }),
    { numRuns: runs, seed: 20260101 },
  );
}, 300_000);
