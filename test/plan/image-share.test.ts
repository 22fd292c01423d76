import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/domain/action.js';
import type { ImageShare, Sharee } from '../../src/domain/desired.js';
import type { ObservedShare, ObservedState } from '../../src/domain/observed.js';
import type { Plan } from '../../src/domain/plan.js';
import { guard } from '../../src/plan/guards.js';
import { makePlan } from '../../src/plan/make-plan.js';
import {
  aDesired,
  aLock,
  aLockEntry,
  anImageCopy,
  anImageSource,
  anInstance,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedState,
  anOrigin,
  nowMs,
  uidOfImages,
  uidOfProd,
} from '../support/build.js';

const origin = anOrigin('manifests/share.yaml');

function sharees(...uids: readonly string[]): readonly Sharee[] {
  return uids.map((uid) => ({ uid, account: null, origin }));
}

function aShare(changes: Partial<ImageShare> = {}): ImageShare {
  return {
    address: 'ImageShare/golden',
    name: 'golden',
    labels: {},
    account: 'images',
    image: { kind: 'imageSource', name: 'golden-own' },
    regions: ['cn-hangzhou'],
    with: sharees(uidOfProd),
    unlisted: 'Remove',
    suspend: false,
    origin,
    ...changes,
  };
}

const sources = [
  anImageSource(),
  anImageSource({ name: 'golden-own', account: 'images', owner: { kind: 'account', uid: uidOfImages } }),
];
const desired = (share: ImageShare, copies = [anImageCopy()]) =>
  aDesired({ imageSources: sources, imageCopies: copies, imageShares: [share], instances: [] });
const lock = aLock(aLockEntry({ via: 'owner' }), aLockEntry({ source: 'golden-own' }));
const present = (...accounts: readonly string[]): ObservedShare => ({
  account: 'images',
  region: 'cn-hangzhou',
  imageId: 'm-golden1',
  accounts,
  groups: [],
});

function planOf(share: ImageShare, ...accounts: readonly string[]): Plan {
  const images = [anObservedImage({ account: 'images', ownerAlias: 'self' })];
  const world = anObservedState({ images, shares: [present(...accounts)] });
  return makePlan(desired(share), lock, world, nowMs, { retryRejected: false, prune: false });
}

describe('a share', () => {
  it('is made before the copy that needs it, in another account', () => {
    const plan = planOf(aShare());
    const [share] = plan.actions.filter((action) => action.kind === 'ShareImage');
    const [copy] = plan.actions.filter((action) => action.kind === 'CopyImage');
    expect(share).toMatchObject({ accounts: [uidOfProd], scope: { account: 'images' } });
    expect(copy?.scope.account).toBe('prod');
    expect(copy?.dependsOn).toEqual([share?.id]);
  });

  it('is left as it is where it is there', () => {
    const plan = planOf(aShare(), uidOfProd);
    expect(plan.actions.filter((action) => action.kind === 'ShareImage')).toEqual([]);
  });

  it('takes access from accounts that are not listed, as class unshare, each counted by itself', () => {
    const former = ['1600000000000011', '1600000000000012'];
    const plan = planOf(aShare(), uidOfProd, ...former);
    expect(plan.actions.filter((action) => action.kind === 'UnshareImage')).toMatchObject([
      { class: 'unshare', accounts: former },
    ]);
    const refusals = guard(plan, desired(aShare()), anObservedState(), {
      allow: ['unshare'],
      prune: false,
      allowEmpty: false,
      maxRemovals: 1,
      isNarrowed: false,
    });
    expect(refusals).toMatchObject([
      { reason: 'removal-budget', addresses: former.map((uid) => `ImageShare/golden/cn-hangzhou/${uid}`) },
    ]);
  });

  it('only names accounts that are not listed where the manifest asks for that', () => {
    const plan = planOf(aShare({ unlisted: 'Report' }), uidOfProd, '1600000000000011');
    expect(plan.actions.filter((action) => action.kind === 'UnshareImage')).toEqual([]);
    expect(plan.notices).toMatchObject([{ kind: 'drift', address: 'ImageShare/golden/cn-hangzhou/1600000000000011' }]);
  });

  it('is split into calls of at most ten accounts: the service passes over more without a word', () => {
    const uids = Array.from({ length: 23 }, (_, index) => `17000000000000${String(index).padStart(2, '0')}`);
    const plan = planOf(aShare({ with: sharees(uidOfProd, ...uids) }), uidOfProd);
    const calls = plan.actions.flatMap((action) => (action.kind === 'ShareImage' ? [action.accounts.length] : []));
    expect(calls).toEqual([10, 10, 3]);
  });

  it('writes nothing where it is suspended, and says so', () => {
    const plan = planOf(aShare({ suspend: true }), '1600000000000011');
    expect(plan.actions.filter((action) => action.address.startsWith('ImageShare'))).toEqual([]);
    expect(plan.notices.map((notice) => notice.kind)).toEqual(['suspended']);
  });
});

describe('access that is taken away', () => {
  const former = '1600000000000011';
  const images = [
    anObservedImage({ account: 'images', ownerAlias: 'self' }),
    anObservedImage({ account: 'prod', ownerAlias: 'others' }),
  ];
  const entries = aLock(aLockEntry(), aLockEntry({ source: 'golden-own' }));
  const actionsOf = (state: Partial<ObservedState>, instances = [anInstance()]): Plan['actions'] => {
    const world = anObservedState({ images, shares: [present(uidOfProd, former)], ...state });
    const share = aShare({ with: [] });
    return makePlan({ ...desired(share), instances }, entries, world, nowMs, {
      retryRejected: false,
      prune: false,
    }).actions;
  };
  const idsOf = (actions: Plan['actions'], is: (action: Action) => boolean) => actions.filter(is).map(({ id }) => id);

  it('waits for the copy that the account makes of the image in the same plan', () => {
    const actions = actionsOf({}, []);
    const [unshare] = actions.filter(({ kind }) => kind === 'UnshareImage');
    const needed = idsOf(
      actions,
      ({ kind, address }) => address.startsWith('ImageCopy/') && (kind === 'CopyImage' || kind === 'Wait'),
    );
    expect(needed).toHaveLength(2);
    expect(unshare?.dependsOn).toEqual(expect.arrayContaining(needed));
    expect(actions.at(-1)).toBe(unshare);
  });

  it('waits for the launch from the image in the same plan', () => {
    const direct = anInstance({ image: { kind: 'imageSource', name: 'golden' }, replicas: 1 });
    const actions = actionsOf({}, [direct]);
    const [unshare] = actions.filter(({ kind }) => kind === 'UnshareImage');
    expect(unshare?.dependsOn).toEqual(expect.arrayContaining(idsOf(actions, ({ kind }) => kind === 'RunInstance')));
  });

  it('waits until a member of the account runs something else', () => {
    const member = anObservedInstance({ imageId: 'm-golden1' });
    const actions = actionsOf({ instances: [member], disks: [anObservedDisk({ imageId: 'm-golden1' })] });
    const [unshare] = actions.filter(({ kind }) => kind === 'UnshareImage');
    const off = idsOf(actions, ({ kind }) => kind === 'ReplaceSystemDisk');
    expect(off).toHaveLength(1);
    expect(unshare?.dependsOn).toEqual(expect.arrayContaining(off));
  });

  it('waits for nothing where the account is not of the project', () => {
    const world = anObservedState({ images, shares: [present(uidOfProd, former)] });
    const plan = makePlan(desired(aShare()), entries, world, nowMs, { retryRejected: false, prune: false });
    expect(plan.actions.filter(({ kind }) => kind === 'UnshareImage')).toMatchObject([
      { accounts: [former], dependsOn: [] },
    ]);
  });
});
