import { describe, expect, test } from 'vitest';
import type { ObservedImage, Scope } from '../../src/domain/observed.js';
import { observeSources } from '../../src/observe/observe-sources.js';
import type { CloudReader } from '../../src/ports/cloud-reader.js';
import { aDesired, anImageSource, anObservedImage, uidOfImages, uidOfProd } from '../support/build.js';

type ImageQuery = Parameters<CloudReader['describeImages']>[1];

/** A cloud of nothing but images, which writes down what it is asked. */
function aCloud(
  images: (
    scope: Scope,
    query: ImageQuery,
  ) => { readonly items: readonly ObservedImage[]; readonly totalCount: number },
  uids: Readonly<Record<string, string>> = { images: uidOfImages, prod: uidOfProd },
) {
  const calls: string[] = [];
  const unexpected = () => Promise.reject(new Error('only images are asked for'));
  const cloud: CloudReader = {
    getCallerIdentity: ({ account }) => {
      calls.push(`identity ${account}`);
      return Promise.resolve({ accountId: uids[account] ?? '', arn: '' });
    },
    describeImages: (scope, query) => {
      const { ownerAlias, isPublic, pageNumber } = query;
      calls.push(`images ${scope.account} ${scope.region} ${ownerAlias} public=${isPublic} page=${pageNumber}`);
      return Promise.resolve(images(scope, query));
    },
    assertMayDescribeInstances: unexpected,
    describeInstances: unexpected,
    describeDisks: unexpected,
    describeSnapshots: unexpected,
    describeImageShares: unexpected,
    describeInstanceRoles: unexpected,
    describeRegions: unexpected,
    describeLaunchTemplates: unexpected,
    describeLaunchTemplateImages: unexpected,
    describeKey: unexpected,
  };
  return { cloud, calls };
}

const nothing = () => ({ items: [], totalCount: 0 });

describe('candidates for sources', () => {
  test('are listed by sort of owner, once for all sources that look in one place, after the identity of each account', async () => {
    const { cloud, calls } = aCloud(nothing);
    const imageSources = [
      anImageSource({ name: 'a' }),
      anImageSource({ name: 'b', regions: ['cn-hangzhou', 'cn-beijing'] }),
      anImageSource({ name: 'c', owner: { kind: 'account', uid: uidOfProd } }),
      anImageSource({ name: 'd', owner: { kind: 'system' } }),
      anImageSource({ name: 'e', account: 'images' }),
      anImageSource({ name: 'f', owner: null, regions: ['us-west-1'] }),
    ];
    await observeSources(cloud, aDesired({ imageSources }), null);
    expect(calls.slice(0, 2)).toEqual(['identity images', 'identity prod']);
    expect(calls.slice(2).sort()).toEqual([
      'images images cn-hangzhou self public=false page=1',
      'images prod cn-beijing others public=false page=1',
      'images prod cn-hangzhou others public=false page=1',
      'images prod cn-hangzhou self public=false page=1',
      'images prod cn-hangzhou system public=false page=1',
    ]);
  });

  test('are looked for no further than the one source that is asked for', async () => {
    const { cloud, calls } = aCloud(nothing);
    const imageSources = [anImageSource({ name: 'a' }), anImageSource({ name: 'b', regions: ['cn-beijing'] })];
    await observeSources(cloud, aDesired({ imageSources }), 'b');
    expect(calls.slice(2)).toEqual(['images prod cn-beijing others public=false page=1']);
  });

  test('come from every page', async () => {
    const all = ['m-3', 'm-1', 'm-2'].map((imageId) => anObservedImage({ imageId }));
    const { cloud } = aCloud((_, { pageNumber = 1 }) => ({
      items: all.slice((pageNumber - 1) * 2, pageNumber * 2),
      totalCount: 3,
    }));
    const found = await observeSources(cloud, aDesired(), null);
    expect(found.map(({ imageId }) => imageId)).toEqual(['m-1', 'm-2', 'm-3']);
  });

  test('are listed again where pages shift', async () => {
    const [one, two] = [anObservedImage({ imageId: 'm-1' }), anObservedImage({ imageId: 'm-2' })];
    const pages = [
      { items: [one], totalCount: 2 },
      { items: [one], totalCount: 2 },
      { items: [one], totalCount: 2 },
      { items: [two], totalCount: 3 },
      { items: [one], totalCount: 2 },
      { items: [two], totalCount: 2 },
    ];
    const { cloud, calls } = aCloud(() => pages.shift() ?? nothing());
    const found = await observeSources(cloud, aDesired(), null);
    expect(found.map(({ imageId }) => imageId)).toEqual(['m-1', 'm-2']);
    expect(calls).toHaveLength(2 + 6);
  });

  test('are given up where pages never hold still', async () => {
    const { cloud } = aCloud((_, { pageNumber }) => ({
      items: [anObservedImage({ imageId: 'm-1' })],
      totalCount: pageNumber === 1 ? 2 : 3,
    }));
    await expect(observeSources(cloud, aDesired(), null)).rejects.toMatchObject({ code: 'cloud/incomplete' });
  });

  test('are not looked for with keys of another account', async () => {
    const { cloud, calls } = aCloud(nothing, { images: uidOfImages, prod: '1600000000000003' });
    await expect(observeSources(cloud, aDesired(), null)).rejects.toMatchObject({ code: 'cloud/identity' });
    expect(calls.filter((call) => call.startsWith('images'))).toEqual([]);
  });
});
