import { describe, expect, it } from 'vitest';
import { aCopy, aFleet, source, World } from '../apply/support.js';

describe('a rehearsal', () => {
  it('meets the API error of a key that is not there, at its line, before anything is touched', async () => {
    const copy = aCopy({ destinations: [{ region: 'cn-hangzhou', kmsKeyId: 'key-wrong' }] });
    const world = await World.open([source, copy, aFleet(2)], { kmsKeys: [] });
    const { result } = await world.rehearse();
    expect(result.rehearsal).toMatchObject({ status: 'failed', done: 0 });
    expect(result.rehearsal?.problems).toMatchObject([
      {
        operation: 'CopyImage',
        apiCode: 'InvalidParameter.KMSKeyId.NotFound',
        addresses: ['ImageCopy/base/cn-hangzhou'],
        diagnostic: { at: { path: ['spec', 'destinations', 0, 'kmsKeyId'] } },
      },
    ]);
    expect(result.isApplyable).toBe(false);
    expect(world.written()).toEqual([]);
  });

  it('passes where everything comes to its end, and leaves the cloud as it was', async () => {
    const world = await World.open([source, aCopy(), aFleet(3)], { kmsKeys: [] });
    const { result } = await world.rehearse();
    expect(result.rehearsal).toEqual({
      status: 'passed',
      reason: null,
      actions: result.plan.actions.length,
      done: result.plan.actions.length,
      problems: [],
    });
    expect(result.isApplyable).toBe(true);
    expect(world.written()).toEqual([]);
  });
});
