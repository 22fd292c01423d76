import { describe, expect, it } from 'vitest';
import { applyExit, planExit } from '../../src/cli/exit-code.js';
import type { AuditEntry } from '../../src/ports/audit.js';
import { aCopy, aFleet, source, World } from './support.js';

/** The emulated clock begins on 2026-01-01 at 00:05 UTC. */
const atNight = { kind: 'Allow', schedule: '0 22 * * *', duration: '1h' };
const instancesOnly = { ...atNight, match: { kinds: ['Instance'] } };

async function aWorld(...windows: readonly object[]): Promise<World> {
  const world = await World.open([source, aCopy(), aFleet(1)]);
  world.projectSpec = { windows };
  return world;
}

describe('a closed window', () => {
  it('refuses the plan and says when it opens', async () => {
    const result = await (await aWorld(atNight)).plan();
    expect(planExit(result, { detailedExitcode: false })).toBe(8);
    expect(result.document.applyable).toBe(false);
    expect(result.refusals).toMatchObject([
      {
        reason: 'window-closed',
        class: null,
        addresses: ['ImageCopy/base/cn-hangzhou', 'Instance/web/0'],
        summary: "outside the project's windows: the next window opens at 2026-01-01T22:00:00.000Z",
      },
    ]);
  });

  it('refuses only what it matches by name, but applies nothing', async () => {
    const world = await aWorld(instancesOnly);
    const result = await world.apply();
    expect(applyExit(result)).toBe(8);
    expect(result.plan.refusals.flatMap(({ addresses }) => addresses)).toEqual(['Instance/web/0']);
    expect(world.written()).toEqual([]);
  });

  it('is nothing to a project that is up to date', async () => {
    const world = await aWorld();
    await world.converge();
    world.projectSpec = { windows: [atNight] };
    expect(planExit(await world.plan(), { detailedExitcode: false })).toBe(0);
  });

  it('lets a plan that was made before it through once it is open', async () => {
    const world = await aWorld(atNight);
    const saved = (await world.plan()).document;
    const plan = { savedPlan: saved };
    expect(applyExit(await world.apply({ plan }))).toBe(8);
    world.advance(22 * 3600);
    expect(applyExit(await world.apply({ plan }))).toBe(0);
  });

  it('is passed over with a reason, which the audit log keeps', async () => {
    const world = await aWorld(instancesOnly);
    const audit: AuditEntry[] = [];
    const result = await world.apply({ audit, plan: { overrideWindow: 'outage 4711' } });
    expect(applyExit(result)).toBe(0);
    expect(audit[0]).toMatchObject({ operation: 'OverrideWindow', address: 'Instance/web/0', reason: 'outage 4711' });
    expect(audit.filter(({ operation }) => operation === 'OverrideWindow')).toHaveLength(1);
  });

  it('cannot be judged away by a date', async () => {
    const result = await (await aWorld(atNight)).plan({ asOf: '2026-01-01T22:30:00Z' });
    expect(result.isApplyable).toBe(false);
  });
});
