import { describe, expect, test } from 'vitest';
import type { ObservedState } from '../../src/domain/observed.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { provenDrift } from '../../src/plan/proven-drift.js';
import {
  aDesired,
  aLock,
  aLockEntry,
  anImageDisk,
  anImageSource,
  anInstance,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedState,
  nowMs,
  uidOfStranger,
} from '../support/build.js';

const instance = anInstance({ image: { kind: 'imageSource', name: 'golden' }, power: 'Running' });
const desired = aDesired({ imageSources: [anImageSource()], imageCopies: [], instances: [instance] });
const running = {
  images: [anObservedImage()],
  instances: [anObservedInstance({ imageId: 'm-golden1' })],
  disks: [anObservedDisk({ imageId: 'm-golden1' })],
};

function told(changes: Partial<ObservedState>, entry = aLockEntry(), wishes = desired) {
  const observed = anObservedState({ ...running, ...changes });
  const lock = aLock(entry);
  const plan = makePlan(wishes, lock, observed, nowMs, { retryRejected: false, prune: false });
  return provenDrift(wishes, lock, observed, plan).map(({ address, reason, after }) => {
    return `${address} ${reason} ${after === null ? 'gone' : JSON.stringify(after).slice(0, 40)}`;
  });
}

describe('drift that proves itself', () => {
  test('is nothing where everything is as pinned', () => {
    expect(told({})).toEqual([]);
  });

  test('is a pinned image with other disks, of another owner, or gone', () => {
    const address = 'ImageSource/golden/cn-hangzhou';
    const other = anObservedImage({ disks: [anImageDisk({ snapshotId: 's-other' })] });
    expect(told({ images: [other] })[0]).toMatch(`${address} fingerprint_differs`);
    expect(told({ images: [anObservedImage({ owner: uidOfStranger })] })[0]).toMatch(`${address} owner_differs`);
    expect(told({ images: [] })).toEqual([`${address} not_visible gone`]);
  });

  test('is not an image that its owner has not shared yet', () => {
    expect(told({ images: [] }, aLockEntry({ via: 'owner' }))).toEqual([]);
  });

  test('is a machine that somebody stopped and the plan starts; one that is left alone changes nothing', () => {
    const instances = [anObservedInstance({ imageId: 'm-golden1', status: 'Stopped' })];
    expect(told({ instances })).toEqual(['Instance/web/0 power_differs {"status":"Stopped"}']);
    const unmanaged = { ...desired, instances: [{ ...instance, power: 'Unmanaged' as const }] };
    expect(told({ instances }, aLockEntry(), unmanaged)).toEqual([]);
  });

  test('is no field that differs: that may be an edit', () => {
    const instances = [anObservedInstance({ imageId: 'm-golden1', instanceType: 'ecs.r7.large' })];
    expect(told({ instances })).toEqual([]);
  });
});
