import { describe, expect, it } from 'vitest';
import { parseSavedPlan } from '../../src/flows/saved-plan.js';
import { shownPlan } from '../../src/flows/show.js';
import { renderJson } from '../../src/report/json.js';
import { renderPlanText } from '../../src/report/plan-text.js';
import { aCopy, aFleet, golden1, golden2, source, World } from '../apply/support.js';

const options = { isColored: false, showsUnchanged: true, next: null };

describe('a saved plan', () => {
  it.each([
    ['that makes everything', aFleet(2), [golden1]],
    ['with a rollout', aFleet(2), [golden1, golden2]],
  ])('%s is shown as it was when it was made', async (_, fleet, images) => {
    const world = await World.open([source, aCopy(), fleet], { images: images.slice(0, 1) });
    if (images.length > 1) {
      await world.converge();
      world.documents = [source, aCopy({ history: 0 }), aFleet(2, { instanceType: 'ecs.g7.xlarge' })];
    }
    const result = await world.plan();
    expect(result.plan.actions.length).toBeGreaterThan(3);
    const file = renderJson(result.document);
    const shown = shownPlan(parseSavedPlan(file, 'plan.json'));
    expect(renderPlanText(shown, options)).toBe(renderPlanText(result, options));
    expect(renderJson(shown.document)).toBe(file);
  });

  it('that policy forbids says so', async () => {
    const world = await World.open([source, aCopy(), aFleet(1)]);
    world.lock = null;
    const result = await world.plan();
    expect(result.isApplyable).toBe(false);
    const text = renderPlanText(shownPlan(parseSavedPlan(renderJson(result.document), 'plan.json')), options);
    expect(text).toContain('This plan cannot be applied:\n  trust/unlocked-source');
  });
});
