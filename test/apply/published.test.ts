import { describe, expect, it } from 'vitest';
import { aFleet, golden1, imagesUid, World } from './support.js';

/** Images that nobody shared with prod: published by the image account, and of the marketplace. */
const published = { ...golden1, id: 'm-open', name: 'open-v1', family: 'open', sharedWith: [], community: true };
const product = {
  id: 'm-product',
  owner: 'marketplace',
  region: 'cn-hangzhou',
  name: 'product-v1',
  sizeGiB: 20,
  productCode: 'cmjj0001',
  createdAt: '2025-12-01T00:00:00Z',
};
const images = [golden1, published, product] as never;

function aSource(spec: Readonly<Record<string, unknown>>) {
  const { region = 'cn-hangzhou' } = spec;
  return { apiVersion: 'tallyman.dev/v1', kind: 'ImageSource', metadata: { name: 'open' }, spec: { region, ...spec } };
}

const plain = { category: 'cloud_essd', sizeGiB: 40 };
const fleet = aFleet(1, { image: { imageSource: 'open' }, systemDisk: plain });

function lists(world: World): readonly string[] {
  return world.emulator
    .calls()
    .calls.filter(({ action }) => action === 'DescribeImages')
    .map(({ parameters }) => {
      const { ImageOwnerAlias, IsPublic, ImageId, ImageOwnerId } = parameters as Record<string, string | undefined>;
      return [ImageOwnerAlias, IsPublic, ImageId ?? '', ImageOwnerId ?? ''].join(' ').trim();
    });
}

describe('an image that nobody shared', () => {
  it.each([
    ['of a family that an account publishes', { owner: imagesUid, family: 'open', allow: ['community'] }, 'm-open'],
    ['named by its ID', { owner: imagesUid, imageId: 'm-open', allow: ['community'] }, 'm-open'],
    ['of the marketplace', { owner: 'marketplace', imageId: 'm-product', allow: ['marketplace'] }, 'm-product'],
  ])('%s is locked, launched and found again', async (_, spec, imageId) => {
    const world = await World.open([aSource(spec), fleet], { images });
    expect(world.lock).toContain(`imageId: ${imageId}`);
    const { diagnostics } = await world.plan();
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    await world.converge();
    expect(world.members().map((member) => member.imageId)).toEqual([imageId]);
  });

  it('is not chosen without `allow`, whatever its family, and the update says why', async () => {
    const world = new World([aSource({ owner: imagesUid, family: 'open' }), fleet], { images });
    await expect(world.update()).rejects.toThrow('nothing to lock');
  });

  it('is asked for by its owner alone: thousands are published', async () => {
    const world = await World.open([aSource({ owner: imagesUid, family: 'open', allow: ['community'] }), fleet], {
      images,
    });
    expect(lists(world)).toEqual([`others true  ${imagesUid}`, 'others false']);
  });

  it('costs a plan no call where no source allows any', async () => {
    const asked = async (allow: object): Promise<number> => {
      const world = await World.open([aSource({ owner: imagesUid, family: 'golden', ...allow }), fleet], { images });
      return (await world.plan()).apiCalls['DescribeImages'] ?? 0;
    };
    expect((await asked({ allow: ['community'] })) - (await asked({}))).toBe(1);
  });

  it('stays what was shared where it was shared too', async () => {
    const both = [{ ...published, sharedWith: ['prod'] }] as never;
    const source = aSource({ owner: imagesUid, family: 'open', allow: ['community'] });
    const world = await World.open([source, fleet], { images: both });
    await world.converge();
    expect(world.members()).toHaveLength(1);
  });
});
