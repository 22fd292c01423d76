import { describe, expect, it } from 'vitest';
import type { Desired } from '../../src/domain/desired.js';
import { wantedCopies } from '../../src/domain/lineage.js';
import type { Lineage, LineageNode } from '../../src/domain/lineage-graph.js';
import type { Lock } from '../../src/domain/lock.js';
import type { ObservedState } from '../../src/domain/observed.js';
import { lineageOf } from '../../src/plan/lineage.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { isNarrowed, narrowPlan } from '../../src/plan/narrow.js';
import {
  aDesired,
  aDestination,
  aLock,
  aLockEntry,
  anEmptyLock,
  anImageCopy,
  anImageShare,
  anImageSource,
  anInstance,
  anObservedCopy,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedShare,
  anObservedState,
  nowMs,
  ownershipTags,
  uidOfStranger,
} from '../support/build.js';

const empty = { instances: [], disks: [] };

function drawn(
  wishes: Partial<Desired>,
  seen: Partial<ObservedState>,
  options: { readonly lock?: Lock; readonly targets?: readonly string[] } = {},
): Lineage {
  const { lock = aLock(), targets = [] } = options;
  const desired = aDesired(wishes);
  const observed = anObservedState(seen);
  const narrowing = { targets, excludes: [] };
  const whole = makePlan(desired, lock, observed, nowMs, { retryRejected: false, prune: true });
  const plan = isNarrowed(narrowing) ? narrowPlan(whole, narrowing) : whole;
  return lineageOf(desired, lock, observed, nowMs, plan, narrowing);
}

/** `copy ImageCopy/web-base/cn-hangzhou copy`, with how many it stands for. */
function told({ nodes }: Lineage): readonly string[] {
  return nodes.map(({ role, address, imageId, change, members }) => {
    return [role, address ?? imageId ?? '', change, ...(members === 1 ? [] : [`x${members}`])].join(' ');
  });
}

function lines({ nodes, edges }: Lineage): readonly string[] {
  const nameByKey = new Map(
    nodes.map(({ key, role, address, imageId }) => [key, `${role} ${address ?? imageId ?? ''}`]),
  );
  return edges.map(([from, to]) => `${nameByKey.get(from) ?? ''} -> ${nameByKey.get(to) ?? ''}`);
}

/** What the members that fare so are made from. */
function parentOf({ nodes, edges }: Lineage, change: string): LineageNode | undefined {
  const member = nodes.find((node) => node.role === 'instance' && node.change === change);
  const from = edges.find(([, to]) => to === member?.key)?.[0];
  return nodes.find(({ key }) => key === from);
}

describe('the lineage', () => {
  it('goes from the pinned source over its copy to the members, as the plan will have it', () => {
    const lineage = drawn({ instances: [anInstance({ replicas: 3 })] }, empty);
    expect(told(lineage)).toStrictEqual([
      'source ImageSource/golden read',
      'copy ImageCopy/web-base/cn-hangzhou copy',
      'instance Instance/web create x3',
    ]);
    expect(lines(lineage)).toStrictEqual([
      'source ImageSource/golden -> copy ImageCopy/web-base/cn-hangzhou',
      'copy ImageCopy/web-base/cn-hangzhou -> instance Instance/web',
    ]);
  });

  it('says whose an image is, where it is, and whether it is encrypted', () => {
    const [source, copy, members] = drawn({}, empty).nodes;
    expect(source).toMatchObject({
      owner: '1600000000000001',
      account: 'prod',
      encrypted: false,
      imageName: 'golden-v1',
    });
    expect(copy).toMatchObject({ owner: null, region: 'cn-hangzhou', encrypted: true, imageId: null });
    expect(members).toMatchObject({ account: 'prod', region: 'cn-hangzhou', encrypted: true });
  });

  it('takes a hop into another region while the copy beyond it is to be made, and none afterwards', () => {
    const copy = anImageCopy({ destinations: [aDestination({ region: 'ap-southeast-1' })] });
    const wishes = { imageCopies: [copy], instances: [] };
    expect(lines(drawn(wishes, empty))).toStrictEqual([
      'source ImageSource/golden -> hop ImageCopy/web-base/hop/cn-hangzhou',
      'hop ImageCopy/web-base/hop/cn-hangzhou -> copy ImageCopy/web-base/ap-southeast-1',
    ]);
    const name = wantedCopies(aDesired(wishes), aLock(), copy).find(({ role }) => role === 'copy')?.imageName ?? '';
    const there = anObservedCopy({
      imageId: 'm-far',
      name,
      region: 'ap-southeast-1',
      tags: { ...anObservedCopy().tags, ...ownershipTags('ImageCopy/web-base/ap-southeast-1', 'm-far') },
    });
    const done = drawn(wishes, { ...empty, images: [anObservedImage(), there] });
    expect(lines(done)).toStrictEqual(['source ImageSource/golden -> copy ImageCopy/web-base/ap-southeast-1']);
    expect(told(done).at(-1)).toBe('copy ImageCopy/web-base/ap-southeast-1 no-op');
  });

  it('hangs members that are moved on their new image, and those that stay on the one that they run', () => {
    const lock = aLock(aLockEntry({ imageId: 'm-golden2', name: 'golden-v2' }));
    const old = anObservedCopy({ imageId: 'm-old', name: 'web-base-old' });
    const images = [anObservedImage(), anObservedImage({ imageId: 'm-golden2', name: 'golden-v2' }), old];
    const seen = {
      images,
      instances: [anObservedInstance({ imageId: 'm-old' })],
      disks: [anObservedDisk({ imageId: 'm-old', encrypted: false })],
    };
    const moved = drawn({}, seen, { lock });
    expect(parentOf(moved, 'replace')).toMatchObject({ role: 'copy', imageId: null, change: 'copy' });
    const kept = drawn({ instances: [anInstance({ suspend: true })] }, seen, { lock });
    expect(kept.nodes.find(({ role }) => role === 'instance')).toMatchObject({ encrypted: false });
    expect(parentOf(kept, 'no-op')).toMatchObject({ role: 'copy', imageId: 'm-old', change: 'no-op' });
  });

  it('shows an image that no manifest names, where something runs it', () => {
    const stranger = anObservedImage({ imageId: 'm-else', name: 'else', owner: uidOfStranger });
    const lineage = drawn(
      { imageCopies: [], imageSources: [], instances: [anInstance({ suspend: true })] },
      {
        images: [stranger],
        instances: [anObservedInstance({ imageId: 'm-else' })],
        disks: [anObservedDisk({ imageId: 'm-else' })],
      },
      { lock: anEmptyLock() },
    );
    expect(lines(lineage)).toStrictEqual(['image m-else -> instance Instance/web']);
    expect(lineage.nodes[0]).toMatchObject({ owner: uidOfStranger, imageName: 'else', change: 'read' });
  });

  it('shows members beyond the replicas as deleted', () => {
    const address = 'Instance/web/1';
    const instances = [
      anObservedInstance(),
      anObservedInstance({
        instanceId: 'i-2',
        tags: { ...anObservedInstance().tags, ...ownershipTags(address, 'i-2') },
      }),
    ];
    expect(told(drawn({}, { instances }))).toContain('instance Instance/web delete');
  });

  it('shows a copy that is destroyed once, though a manifest wants it', () => {
    const desired = aDesired({ instances: [] });
    const name = wantedCopies(desired, aLock(), anImageCopy())[0]?.imageName ?? '';
    const observed = anObservedState({
      ...empty,
      images: [anObservedImage(), anObservedCopy({ imageId: 'm-now', name })],
    });
    const nothing = { ...desired, imageCopies: [], imageSources: [] };
    const plan = makePlan(nothing, aLock(), observed, nowMs, { retryRejected: false, prune: true });
    expect(told(lineageOf(desired, aLock(), observed, nowMs, plan))).toStrictEqual([
      'source ImageSource/golden read',
      'copy ImageCopy/web-base/cn-hangzhou delete',
    ]);
  });

  it('leads from what an account owns over its share to the source of the account that gets it', () => {
    const own = anImageSource({ name: 'golden-own', account: 'images' });
    const lock = aLock(aLockEntry(), aLockEntry({ source: 'golden-own' }));
    const wishes = { imageSources: [anImageSource(), own], imageShares: [anImageShare()], instances: [] };
    const shares = [anObservedShare({ accounts: [uidOfStranger] })];
    const lineage = drawn(wishes, { ...empty, shares }, { lock });
    expect(lines(lineage)).toContain('source ImageSource/golden-own -> share ImageShare/golden-to-prod/cn-hangzhou');
    expect(lines(lineage)).toContain('share ImageShare/golden-to-prod/cn-hangzhou -> source ImageSource/golden');
    const share = lineage.nodes.find(({ role }) => role === 'share');
    expect(share).toMatchObject({ change: 'update', sharees: { added: 1, removed: 1, kept: 0 } });
  });

  it('shows a source that is pinned nowhere without an image', () => {
    const lineage = drawn({ imageCopies: [], instances: [] }, empty, { lock: anEmptyLock() });
    expect(lineage.nodes).toMatchObject([{ role: 'source', address: 'ImageSource/golden', imageId: null }]);
  });

  it('is narrowed to what is named and what that is made from', () => {
    const wishes = { instances: [anInstance(), anInstance({ name: 'batch' })] };
    expect(told(drawn(wishes, empty, { targets: ['Instance/batch/0'] }))).toStrictEqual([
      'source ImageSource/golden read',
      'copy ImageCopy/web-base/cn-hangzhou copy',
      'instance Instance/batch create',
    ]);
  });

  it('has both ends of every edge, and every key once', () => {
    const { nodes, edges } = drawn({ instances: [anInstance({ replicas: 2 }), anInstance({ name: 'batch' })] }, {});
    const keys = nodes.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(edges.flat().filter((key) => !keys.includes(key))).toStrictEqual([]);
  });
});
