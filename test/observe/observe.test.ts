import { describe, expect, it } from 'vitest';
import type { Desired } from '../../src/domain/desired.js';
import { isCloudError } from '../../src/domain/errors.js';
import type { ObservedDisk, ObservedInstance } from '../../src/domain/observed.js';
import { observe } from '../../src/observe/observe.js';
import type { CloudReader, TagFilter, TokenPage } from '../../src/ports/cloud-reader.js';
import {
  aDesired,
  aLock,
  aProject,
  aSystemDisk,
  anAccount,
  anInstance,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  nowMs,
  ownershipTags,
  uidOfProd,
} from '../support/build.js';

interface World {
  readonly instances: readonly ObservedInstance[];
  readonly disks: readonly ObservedDisk[];
}

/** Lists end at so many where they are filtered by tag, as the service's do. */
const tagFilterLimit = 1000;

function pageOf<T>(all: readonly T[], size: number, token = '0'): TokenPage<T> {
  const start = Number(token);
  const end = start + size;
  return { items: all.slice(start, end), nextToken: end < all.length ? String(end) : '' };
}

function filtered<T extends { readonly tags: Readonly<Record<string, string>> }>(
  all: readonly T[],
  tags: readonly TagFilter[] = [],
): readonly T[] {
  if (tags.length === 0) return all;
  return all.filter((one) => tags.every(({ key, value }) => one.tags[key] === value)).slice(0, tagFilterLimit);
}

function cloudOf(world: World): CloudReader {
  return {
    getCallerIdentity: async () => ({ accountId: uidOfProd, arn: 'acs:ram::1600000000000002:user/ci' }),
    assertMayDescribeInstances: async () => undefined,
    describeInstances: async (_scope, { tags, nextToken }) => pageOf(filtered(world.instances, tags), 100, nextToken),
    describeImages: async (_scope, { imageIds }) =>
      imageIds === undefined ? { items: [], totalCount: 0 } : { items: [anObservedImage()], totalCount: 1 },
    describeDisks: async (_scope, { tags, instanceId, nextToken }) =>
      instanceId === undefined
        ? pageOf(filtered(world.disks, tags), 500, nextToken)
        : { items: world.disks.filter((disk) => disk.instanceId === instanceId), nextToken: '' },
    describeSnapshots: async () => ({ items: [], nextToken: '' }),
    describeImageShares: async () => ({ items: [], totalCount: 0, groups: [], sharedAt: new Map() }),
    describeInstanceRoles: async (_scope, ids) => new Map(ids.map((id) => [id, 'web'])),
    describeRegions: async () => ['cn-hangzhou'],
    describeLaunchTemplates: () => Promise.reject(new Error('templates were asked for')),
    describeLaunchTemplateImages: () => Promise.reject(new Error('templates were asked for')),
    describeKey: async (scope, keyId) => ({ ...scope, keyId, state: 'Enabled' }),
  };
}

function worldOf(count: number): World {
  const ordinals = Array.from({ length: count }, (_, ordinal) => ordinal);
  return {
    instances: ordinals.map((ordinal) =>
      anObservedInstance({
        instanceId: `i-${ordinal}`,
        tags: ownershipTags(`Instance/web/${ordinal}`, `i-${ordinal}`),
      }),
    ),
    disks: ordinals.map((ordinal) =>
      anObservedDisk({
        diskId: `d-${ordinal}`,
        instanceId: `i-${ordinal}`,
        tags: ownershipTags(`Instance/web/${ordinal}`, `d-${ordinal}`),
      }),
    ),
  };
}

/** One account in one region, so that the formula stands alone. */
function fleetOf(replicas: number, changes = {}): Desired {
  const project = aProject({ accounts: [anAccount()], regions: ['cn-hangzhou'] });
  const instances = replicas > 1000 ? splitFleet(replicas) : [anInstance({ replicas, ...changes })];
  return aDesired({ project, instances });
}

/** An Instance has at most a thousand members. */
function splitFleet(replicas: number): Desired['instances'] {
  return Array.from({ length: replicas / 1000 }, (_, index) => anInstance({ name: `web-${index}`, replicas: 1000 }));
}

describe('one observation', () => {
  it.each([0, 1, 100, 101, 999, 1000, 10_000])(
    'of %i instances takes exactly the calls of the formula',
    async (count) => {
      const { apiCalls, instances, disks } = await observe(cloudOf(worldOf(count)), fleetOf(count), aLock(), nowMs);
      expect(instances).toHaveLength(count);
      expect(disks).toHaveLength(count);
      expect(apiCalls).toEqual({
        GetCallerIdentity: 1,
        // One of them is the dry run that tells whether the caller may list at all.
        DescribeInstances: 1 + Math.max(1, Math.ceil(count / 100)),
        // Own images, and the one that the lock names.
        DescribeImages: 2,
        DescribeDisks: Math.max(1, Math.ceil(count / 500)),
        DescribeSnapshots: 1,
      });
    },
  );

  it('asks for each key once, and for roles fifty at a time where a manifest sets one', async () => {
    const desired = fleetOf(101, { ramRoleName: 'web', systemDisk: aSystemDisk({ kmsKeyId: 'key-a' }) });
    const { apiCalls, keys, instances } = await observe(cloudOf(worldOf(101)), desired, aLock(), nowMs);
    expect(apiCalls).toMatchObject({ DescribeKey: 1, DescribeInstanceRamRole: 3 });
    expect(keys).toMatchObject([{ keyId: 'key-a', state: 'Enabled' }]);
    expect(instances.every((instance) => instance.ramRoleName === 'web')).toBe(true);
  });

  it('asks for the disk of an instance that the tag filter shows none of', async () => {
    const world = worldOf(3);
    const bare = world.disks.map((disk, index) => (index === 1 ? { ...disk, tags: {} } : disk));
    const { disks } = await observe(cloudOf({ ...world, disks: bare }), fleetOf(3), aLock(), nowMs);
    expect(disks.map((disk) => disk.diskId)).toEqual(['d-0', 'd-1', 'd-2']);
  });

  it('lists the disks of the region where the tag filter shows none of many', async () => {
    const world = worldOf(600);
    const bare = world.disks.map((disk) => ({ ...disk, tags: {} }));
    const { disks, apiCalls } = await observe(cloudOf({ ...world, disks: bare }), fleetOf(600), aLock(), nowMs);
    expect(disks).toHaveLength(600);
    // One page by tag, and the two of the region.
    expect(apiCalls['DescribeDisks']).toBe(3);
  });

  it('lists everything where more of ours is there than the manifests ask for and a tag filter shows', async () => {
    const { instances } = await observe(cloudOf(worldOf(1500)), fleetOf(1), aLock(), nowMs);
    expect(instances).toHaveLength(1500);
  });

  it('begins a list again whose pages shift under it, and gives up on one that never holds still', async () => {
    const world = worldOf(150);
    const cloud = cloudOf(world);
    let lists = 0;
    const shifting = (until: number): CloudReader => ({
      ...cloud,
      describeInstances: async (scope, query) => {
        if (query.nextToken === undefined) lists += 1;
        const page = await cloud.describeInstances(scope, query);
        const isShifted = query.nextToken !== undefined && lists < until;
        return isShifted ? { ...page, items: world.instances.slice(99, 149) } : page;
      },
    });
    const { instances } = await observe(shifting(3), fleetOf(150), aLock(), nowMs);
    expect(instances).toHaveLength(150);
    expect(lists).toBe(3);
    const error: unknown = await observe(shifting(99), fleetOf(150), aLock(), nowMs).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'cloud/incomplete' });
    expect(isCloudError(error)).toBe(false);
  });

  it('stops before any list where the credentials belong to another account', async () => {
    const asked: string[] = [];
    const cloud: CloudReader = {
      ...cloudOf(worldOf(1)),
      getCallerIdentity: async () => ({ accountId: '1600000000000003', arn: '' }),
      assertMayDescribeInstances: async () => void asked.push('dry run'),
    };
    await expect(observe(cloud, fleetOf(1), aLock(), nowMs)).rejects.toMatchObject({ code: 'cloud/identity' });
    expect(asked).toEqual([]);
  });
});
