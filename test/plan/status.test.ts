import { describe, expect, test } from 'vitest';
import type { Desired } from '../../src/domain/desired.js';
import type { ObservedState } from '../../src/domain/observed.js';
import { projectTag, tagKey } from '../../src/domain/ownership.js';
import { statusOf } from '../../src/plan/status.js';
import {
  aDesired,
  aLock,
  aLockEntry,
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
  aProject,
  aSharee,
  nowMs,
  uidOfImages,
  uidOfProd,
  uidOfStranger,
} from '../support/build.js';
import { wantedCopies } from '../../src/domain/lineage.js';

const lock = aLock(aLockEntry());
const currentName = wantedCopies(aDesired(), lock, anImageCopy())[0]?.imageName ?? '';
const current = anObservedCopy({ imageId: 'm-now', name: currentName, createdAt: '2026-01-10T00:00:00Z' });
const older = (imageId: string, createdAt: string) =>
  anObservedCopy({ imageId, name: `web-base-${imageId}`, createdAt });
const member = anObservedInstance({ imageId: 'm-now' });

const of = (wishes: Partial<Desired>, observed: Partial<ObservedState>) =>
  statusOf(
    aDesired(wishes),
    lock,
    anObservedState({
      images: [anObservedImage(), current],
      instances: [member],
      disks: [anObservedDisk({ imageId: 'm-now' })],
      ...observed,
    }),
    nowMs,
  );

describe('what is there beside the members', () => {
  const images = [
    anObservedImage(),
    current,
    older('m-2', '2026-01-05T00:00:00Z'),
    older('m-1', '2026-01-04T00:00:00Z'),
    older('m-0', '2026-01-03T00:00:00Z'),
  ];
  const keepers = (wishes: Partial<Desired>, observed: Partial<ObservedState> = {}) =>
    of(wishes, { images, ...observed }).others.map(({ id, kind, sizeGiB, keptBy }) =>
      [id, kind, sizeGiB, ...keptBy].join(' '),
    );

  test('is kept by history up to its number, and by nothing beyond', () => {
    expect(keepers({ imageCopies: [anImageCopy({ history: 1 })] })).toEqual([
      'm-2 superseded 40 history',
      'm-1 superseded 40',
      'm-0 superseded 40',
    ]);
  });

  test('is kept by history where there is none, by Retain, and by the member that runs it', () => {
    expect(keepers({ imageCopies: [anImageCopy({ deletionPolicy: 'Retain', history: 0 })] })[0]).toBe(
      'm-2 superseded 40 Retain',
    );
    const instances = [member, anObservedInstance({ instanceId: 'i-web1', imageId: 'm-1', tags: {} })];
    expect(keepers({}, { instances })).toEqual([
      'm-2 superseded 40 history',
      'm-1 superseded 40 history use',
      'm-0 superseded 40 history',
    ]);
  });

  test('is kept by accounts that have access to it', () => {
    const shares = [anObservedShare({ imageId: 'm-0', account: 'prod', accounts: [uidOfStranger] })];
    expect(keepers({ imageCopies: [anImageCopy({ history: 0 })] }, { shares })[2]).toBe('m-0 superseded 40 share');
  });

  test('is a hop that keepHop keeps, and otherwise one that goes', () => {
    const hop = anObservedCopy({
      imageId: 'm-hop',
      name: 'web-base-hop',
      tags: {
        [tagKey.project]: projectTag(aProject(), null),
        [tagKey.resource]: 'ImageCopy/web-base/hop/cn-hangzhou',
        [tagKey.seal]: 'm-hop',
      },
    });
    const seen = { images: [anObservedImage(), current, hop] };
    expect(keepers({ imageCopies: [anImageCopy({ keepHop: true })] }, seen)).toEqual(['m-hop hop 40 keepHop']);
    expect(keepers({}, seen)).toEqual(['m-hop hop 40']);
  });

  test('is an orphan that nobody prunes, in a region that the copy left too, and a clone', () => {
    const clone = anObservedInstance({ instanceId: 'i-clone' });
    const tags = { ...member.tags, [tagKey.seal]: 'i-web0' };
    expect(
      keepers({ imageCopies: [], instances: [] }, { images: [current], instances: [member, { ...clone, tags }] }),
    ).toEqual(['m-now orphan 40 use no-prune', 'i-clone clone  not-ours', 'i-web0 orphan 40 no-prune']);
  });

  test('is a member beyond the replicas, and what stands in the way of its deletion', () => {
    const protectedOne = { ...member, deletionProtection: true };
    expect(keepers({ instances: [anInstance({ replicas: 0 })] }, { images: [current] })).toEqual(['i-web0 surplus 40']);
    expect(
      keepers(
        { instances: [anInstance({ replicas: 0, deletionPolicy: 'Retain' })] },
        { images: [current], instances: [protectedOne] },
      ),
    ).toEqual(['i-web0 surplus 40 Retain protection']);
  });
});

describe('members', () => {
  test('show what a rollout wrote on them', () => {
    const tags = {
      ...member.tags,
      [tagKey.updating]: 'd-web0/m-2',
      [tagKey.updatingSince]: '2026-01-14T23:55:00Z',
      [tagKey.previous]: 'm-now',
    };
    const [, first] = of({}, { instances: [{ ...member, tags }] }).members;
    expect(first).toMatchObject({
      condition: 'Progressing',
      rollout: { updatingTo: 'm-2', since: '2026-01-14T23:55:00.000Z', previous: 'm-now', rejected: null },
    });
  });

  test('of one address are told by their IDs, and none of them is taken for the member', () => {
    const twin = anObservedInstance({
      instanceId: 'i-twin',
      tags: { ...member.tags, [tagKey.seal]: 'i-twin' },
    });
    const [, first] = of({}, { instances: [member, twin] }).members;
    expect(first).toMatchObject({
      id: null,
      condition: 'Blocked',
      reason: 'Duplicate',
      duplicates: ['i-web0', 'i-twin'],
    });
  });

  test('of a share are those that shall have access, and those that have it all the same', () => {
    const share = anImageShare({ with: [aSharee({ uid: uidOfProd })], unlisted: 'Report' });
    const imageSources = [anImageSource(), anImageSource({ name: 'golden-own', account: 'images' })];
    const wishes = {
      imageSources,
      imageShares: [{ ...share, image: { kind: 'imageSource', name: 'golden-own' } as const }],
    };
    const entries = aLock(aLockEntry(), aLockEntry({ source: 'golden-own' }));
    const seen = (accounts: readonly string[]) =>
      statusOf(
        aDesired({ ...wishes, instances: [] }),
        entries,
        anObservedState({ images: [], shares: [anObservedShare({ account: 'images', accounts })] }),
        nowMs,
      );
    const told = (accounts: readonly string[]) =>
      seen(accounts)
        .members.filter(({ address }) => address.startsWith('ImageShare/'))
        .map(({ address, condition, reason }) => `${address.split('/').at(-1)} ${condition} ${reason}`);
    expect(told([])).toEqual([`${uidOfProd} Drifted NotShared`]);
    expect(told([uidOfProd, uidOfStranger])).toEqual([
      `${uidOfProd} Ready Shared`,
      `${uidOfStranger} Drifted NotListed`,
    ]);
    expect(uidOfImages).not.toBe(uidOfProd);
  });
});

describe('resources', () => {
  test('are as bad as their worst member, and there without any; suspended ones say so', () => {
    const instances = [
      anInstance({ replicas: 2 }),
      anInstance({ name: 'idle', address: 'Instance/idle', replicas: 0, suspend: true }),
    ];
    expect(of({ instances }, {}).resources).toEqual([
      {
        address: 'ImageCopy/web-base',
        members: 1,
        ready: 1,
        condition: 'Ready',
        reason: 'UpToDate',
        isSuspended: false,
      },
      { address: 'Instance/web', members: 2, ready: 1, condition: 'Drifted', reason: 'Missing', isSuspended: false },
      { address: 'Instance/idle', members: 0, ready: 0, condition: 'Blocked', reason: 'Suspended', isSuspended: true },
    ]);
  });
});
