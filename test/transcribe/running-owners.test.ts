import { describe, expect, test } from 'vitest';
import { runningOwners } from '../../src/transcribe/running-owners.js';
import {
  anImageDisk,
  anObservedCopy,
  anObservedImage,
  anObservedInstance,
  anObservedState,
  aProject,
  aWaiver,
  uidOfImages,
  uidOfProd,
  uidOfStranger,
} from '../support/build.js';

const strange = anObservedImage({
  imageId: 'm-strange',
  owner: uidOfStranger,
  createdAt: '2025-06-01T00:00:00Z',
  disks: [anImageDisk({ encrypted: 'unknown' })],
});
const stranger = anObservedImage({ ...strange, imageId: 'm-stranger', createdAt: '2025-09-01T00:00:00Z' });
const machine = (instanceId: string, imageId: string, region = 'cn-hangzhou') =>
  anObservedInstance({ instanceId, imageId, region });
const distrust = (imageId: string, isWaived = false) => ({
  ruleId: 'trust/trusted-owner',
  address: `ImageSource/${imageId}`,
  waiver: isWaived ? aWaiver() : null,
});
const own = anObservedImage({ imageId: 'm-own', ownerAlias: 'self', owner: '' });
const images = [anObservedCopy(), strange, stranger, own];

describe('whose images run', () => {
  test('is told by owner, what is not trusted first, with number, place, encryption and age', () => {
    const instances = [
      machine('i-1', 'm-copy1'),
      machine('i-2', 'm-copy1'),
      machine('i-3', 'm-strange'),
      machine('i-4', 'm-stranger'),
      machine('i-5', 'm-own'),
    ];
    const found = [distrust('m-strange'), distrust('m-stranger')];
    const [worst, ...others] = runningOwners(aProject(), anObservedState({ images, instances }), found);
    expect(worst).toEqual({
      owner: uidOfStranger,
      account: null,
      sort: 'shared',
      trusted: 'no',
      images: ['m-strange', 'm-stranger'],
      instances: 2,
      places: [{ account: 'prod', region: 'cn-hangzhou', instances: 2 }],
      encrypted: { yes: 0, no: 0, unknown: 2 },
      oldest: '2025-06-01T00:00:00Z',
      newest: '2025-09-01T00:00:00Z',
    });
    expect(
      others.map(({ owner, account, sort, trusted, instances: count }) => [owner, account, sort, trusted, count]),
    ).toEqual([
      [uidOfImages, 'images', 'own copy', 'yes', 2],
      [uidOfProd, 'prod', 'own', 'yes', 1],
    ]);
  });

  test('keeps apart what a waiver exempts', () => {
    const instances = [machine('i-1', 'm-strange'), machine('i-2', 'm-stranger')];
    const found = [distrust('m-strange', true), distrust('m-stranger')];
    const rows = runningOwners(aProject(), anObservedState({ images, instances }), found);
    expect(rows.map(({ trusted, images: ids }) => [trusted, ids])).toEqual([
      ['no', ['m-stranger']],
      ['waived', ['m-strange']],
    ]);
  });

  test('does not call an image trusted that nobody sees any more', () => {
    const [row] = runningOwners(aProject(), anObservedState({ images, instances: [machine('i-1', 'm-lost')] }), []);
    expect(row).toMatchObject({ owner: '', sort: 'gone', trusted: 'unknown', oldest: null, images: ['m-lost'] });
  });

  test.each([
    [{ ownerAlias: 'system', owner: '' }, 'system', 'system'],
    [{ ownerAlias: 'marketplace', owner: uidOfStranger }, uidOfStranger, 'marketplace'],
    [{ isPublic: true, owner: uidOfStranger }, uidOfStranger, 'community'],
  ] as const)('names the sort of image: %o', (changes, owner, sort) => {
    const image = anObservedImage({ imageId: 'm-x', ...changes });
    const state = anObservedState({ images: [image], instances: [machine('i-1', 'm-x')] });
    expect(runningOwners(aProject(), state, [])).toMatchObject([{ owner, sort }]);
  });
});
