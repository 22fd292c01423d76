import { describe, expect, it } from 'vitest';
import { listTagResources } from '../../src/emulator/operations/tags/list-tag-resources.js';
import { tagResources } from '../../src/emulator/operations/tags/tag-resources.js';
import { untagResources } from '../../src/emulator/operations/tags/untag-resources.js';
import type { ScenarioSpec } from '../../src/emulator/scenario/scenario.js';
import type { Switches } from '../../src/emulator/world/settings.js';
import { abroad, anImage, home, imageWorld, type Parameters, refusalOf } from './images/image-world.js';
import { callOperation, type TestWorld } from './support.js';

const at = { account: 'prod', region: home };

function worldOf(switches: Partial<Switches> = {}, spec: Partial<ScenarioSpec> = {}): TestWorld {
  return imageWorld(
    [
      anImage({ id: 'm-1', ...at, tags: { team: 'web', env: 'prod' }, resourceGroupId: 'rg-1' }),
      anImage({ id: 'm-2', ...at, tags: { team: 'db' } }),
      anImage({ id: 'm-3', ...at, region: abroad, tags: { team: 'web' } }),
      anImage({ id: 'm-shared', sharedWith: ['prod'], tags: { team: 'factory' } }),
    ],
    { switches, instances: [{ id: 'i-1', ...at, imageId: 'm-1', disks: [{ id: 'd-1' }] }], ...spec },
  );
}

function tagsOf(world: TestWorld, kind: 'images' | 'instances' | 'disks' | 'snapshots', id: string) {
  return world.change((rows) => rows[kind].get(id)?.tags);
}

const onImage = { RegionId: home, ResourceType: 'image', 'ResourceId.1': 'm-1' };
const aTag = { 'Tag.1.Key': 'team', 'Tag.1.Value': 'core' };

describe('TagResources', () => {
  it('adds keys and overwrites values, on several resources at once', () => {
    const world = worldOf();
    const request = { ...onImage, 'ResourceId.2': 'm-2', ...aTag, 'Tag.2.Key': 'empty', 'Tag.2.Value': '' };
    callOperation(tagResources, request, { as: 'prod', world });
    expect(tagsOf(world, 'images', 'm-1')).toEqual({ team: 'core', env: 'prod', empty: '' });
    expect(tagsOf(world, 'images', 'm-2')).toEqual({ team: 'core', empty: '' });
  });

  it.each(['__proto__', 'constructor', 'toString'])('keeps the key %s, which objects have of their own', (key) => {
    const world = worldOf();
    callOperation(tagResources, { ...onImage, 'Tag.1.Key': key, 'Tag.1.Value': 'x' }, { as: 'prod', world });
    expect(Object.entries(tagsOf(world, 'images', 'm-1') ?? {})).toContainEqual([key, 'x']);
    callOperation(untagResources, { ...onImage, 'TagKey.1': key }, { as: 'prod', world });
    expect(Object.keys(tagsOf(world, 'images', 'm-1') ?? {})).toEqual(['team', 'env']);
  });

  it.each([
    ['instance', 'i-1', 'instances'],
    ['disk', 'd-1', 'disks'],
    ['snapshot', 's-1', 'snapshots'],
  ] as const)('tags a resource of type %s', (ResourceType, id, kind) => {
    const world = worldOf();
    callOperation(tagResources, { RegionId: home, ResourceType, 'ResourceId.1': id, ...aTag }, { as: 'prod', world });
    expect(tagsOf(world, kind, id)).toMatchObject({ team: 'core' });
  });

  const many = (prefix: string, count: number, value: (index: number) => string): Parameters =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [prefix.replace('N', String(index + 1)), value(index)]),
    );

  it.each<[string, Parameters]>([
    ['404 MissingParameter.RegionId', { ...onImage, ...aTag, RegionId: '' }],
    ['404 MissingParameter.ResourceType', { ...onImage, ...aTag, ResourceType: '' }],
    ['404 MissingParameter.ResourceIds', { ...onImage, ...aTag, 'ResourceId.1': '' }],
    ['404 MissingParameter.Tags', onImage],
    ['404 InvalidResourceType.NotFound', { ...onImage, ...aTag, ResourceType: 'Image' }],
    ['403 InvalidResourceId.NotSupported', { ...onImage, ...aTag, ResourceType: 'keypair' }],
    ['404 InvalidResourceId.NotFound', { ...onImage, ...aTag, 'ResourceId.2': 'm-9' }],
    ['404 InvalidResourceId.NotFound', { ...onImage, ...aTag, 'ResourceId.1': 'm-3' }],
    ['404 InvalidResourceId.NotFound', { ...onImage, ...aTag, 'ResourceId.1': 'i-1' }],
    ['404 InvalidResourceId.NotFound', { ...onImage, ...aTag, 'ResourceId.1': 'm-shared' }],
    ['400 NumberExceed.ResourceIds', { ...onImage, ...aTag, ...many('ResourceId.N', 51, (index) => `m-${index}`) }],
    ['400 InvalidTag.Mismatch', { ...onImage, 'Tag.1.Key': 'team' }],
    ['400 InvalidTag.Mismatch', { ...onImage, 'Tag.1.Value': 'web' }],
    ['400 InvalidTagKey.Malformed', { ...onImage, 'Tag.1.Key': '', 'Tag.1.Value': 'x' }],
    ['400 InvalidTagKey.Malformed', { ...onImage, 'Tag.1.Key': 'x'.repeat(129), 'Tag.1.Value': 'x' }],
    ['400 InvalidTagKey.Malformed', { ...onImage, 'Tag.1.Key': 'see http://x', 'Tag.1.Value': 'x' }],
    ['400 InvalidTagValue.Malformed', { ...onImage, 'Tag.1.Key': 'x', 'Tag.1.Value': 'https://x' }],
    ['400 InvalidTagValue.Malformed', { ...onImage, 'Tag.1.Key': 'x', 'Tag.1.Value': 'x'.repeat(129) }],
    ['403 NoPermission.Tag', { ...onImage, 'Tag.1.Key': 'acs:x', 'Tag.1.Value': 'x' }],
    ['403 NoPermission.Tag', { ...onImage, 'Tag.1.Key': 'aliyunx', 'Tag.1.Value': 'x' }],
    ['400 Duplicate.TagKey', { ...onImage, ...aTag, 'Tag.2.Key': 'team', 'Tag.2.Value': 'x' }],
    ['403 TagKey.Duplication', { ...onImage, ...aTag, 'Tag.2.Key': 'Team', 'Tag.2.Value': 'x' }],
    [
      '400 NumberExceed.Tags',
      { ...onImage, ...many('Tag.N.Key', 21, (index) => `k${index}`), ...many('Tag.N.Value', 21, () => '') },
    ],
    [
      '400 OperationDenied.QuotaExceed',
      { ...onImage, ...many('Tag.N.Key', 19, (index) => `k${index}`), ...many('Tag.N.Value', 19, () => '') },
    ],
  ])('refuses with %s', (expected, parameters) => {
    expect(refusalOf(tagResources, parameters, 'prod', worldOf())).toBe(expected);
  });

  it('takes twenty tags, and a key that is there does not count twice', () => {
    const world = worldOf();
    const parameters = {
      ...onImage,
      ...many('Tag.N.Key', 18, (index) => `k${index}`),
      ...many('Tag.N.Value', 18, () => ''),
    };
    expect(refusalOf(tagResources, parameters, 'prod', world)).toBe('none');
    expect(refusalOf(tagResources, { ...onImage, ...aTag }, 'prod', world)).toBe('none');
    expect(refusalOf(tagResources, { ...onImage, 'Tag.1.Key': 'one', 'Tag.1.Value': 'more' }, 'prod', world)).toBe(
      '400 OperationDenied.QuotaExceed',
    );
  });

  it('has its codes for foreign images and for too many tags in switches', () => {
    const foreign = { ...onImage, ...aTag, 'ResourceId.1': 'm-shared' };
    expect(refusalOf(tagResources, foreign, 'prod', worldOf({ shareeTaggingCode: 'NoPermission.Tag' }))).toBe(
      '403 NoPermission.Tag',
    );
    const world = worldOf({ tagQuotaCode: 'QuotaExceed.Tags' }, { quotas: { tagsPerResource: 2 } });
    expect(refusalOf(tagResources, { ...onImage, 'Tag.1.Key': 'x', 'Tag.1.Value': '' }, 'prod', world)).toBe(
      '403 QuotaExceed.Tags',
    );
  });
});

describe('UntagResources', () => {
  it('removes keys, passes over absent ones, and removes all when told so', () => {
    const world = worldOf();
    callOperation(untagResources, { ...onImage, 'TagKey.1': 'team', 'TagKey.2': 'absent' }, { as: 'prod', world });
    expect(tagsOf(world, 'images', 'm-1')).toEqual({ env: 'prod' });
    callOperation(untagResources, { ...onImage, All: true }, { as: 'prod', world });
    expect(tagsOf(world, 'images', 'm-1')).toEqual({});
  });

  it.each<[string, Parameters]>([
    ['404 MissingParameter.Tags', onImage],
    ['404 MissingParameter.Tags', { ...onImage, All: false }],
    ['403 Param.Conflict', { ...onImage, All: true, 'TagKey.1': 'team' }],
    ['403 NoPermission.Tag', { ...onImage, 'TagKey.1': 'acs:x' }],
    ['404 InvalidResourceId.NotFound', { ...onImage, 'ResourceId.2': 'm-shared', 'TagKey.1': 'team' }],
  ])('refuses with %s: %j', (expected, parameters) => {
    expect(refusalOf(untagResources, parameters, 'prod', worldOf())).toBe(expected);
  });
});

describe('ListTagResources', () => {
  const list = (parameters: Parameters, world = worldOf()) => {
    const answer = callOperation(
      listTagResources,
      { RegionId: home, ResourceType: 'image', ...parameters },
      { as: 'prod', world },
    );
    const { TagResource } = answer['TagResources'] as { TagResource: readonly Record<string, string>[] };
    return {
      entries: TagResource.map((entry) => `${entry['ResourceId']} ${entry['TagKey']}=${entry['TagValue']}`),
      token: answer['NextToken'],
    };
  };

  it.each<[Parameters, readonly string[]]>([
    [{ 'ResourceId.1': 'm-2', 'ResourceId.2': 'm-1' }, ['m-1 env=prod', 'm-1 team=web', 'm-2 team=db']],
    [{ 'ResourceId.1': 'm-shared', 'ResourceId.2': 'm-9', 'ResourceId.3': 'm-3' }, []],
    [{ 'Tag.1.Key': 'team' }, ['m-1 team=web', 'm-2 team=db']],
    [{ 'Tag.1.Key': 'team', 'Tag.1.Value': 'web' }, ['m-1 team=web']],
    [{ 'Tag.1.Key': 'team', 'Tag.2.Key': 'env' }, ['m-1 env=prod', 'm-1 team=web']],
    [{ 'Tag.1.Key': 'acs:rm:rgId', 'Tag.1.Value': 'rg-1' }, ['m-1 env=prod', 'm-1 team=web']],
    [{ 'TagFilter.1.TagKey': 'te*' }, ['m-1 team=web', 'm-2 team=db']],
    [{ 'TagFilter.1.TagKey': 'te' }, []],
    [
      { 'TagFilter.1.TagKey': 'team', 'TagFilter.1.TagValues.1': '*e*', 'TagFilter.1.TagValues.2': 'x' },
      ['m-1 team=web'],
    ],
  ])('%j', (parameters, expected) => {
    expect(list(parameters).entries).toEqual(expected);
  });

  it('pages by token, as many tags at a time as the switch says', () => {
    const world = worldOf({ tagsPerPage: 2 });
    const first = list({ 'Tag.1.Key': 'team', 'ResourceId.1': 'm-1', 'ResourceId.2': 'm-2' }, world);
    expect(first).toEqual({ entries: ['m-1 team=web', 'm-2 team=db'], token: '' });
    const ids = { 'ResourceId.1': 'm-1', 'ResourceId.2': 'm-2' };
    const { entries, token } = list(ids, world);
    expect(entries).toEqual(['m-1 env=prod', 'm-1 team=web']);
    expect(list({ ...ids, NextToken: String(token) }, world)).toEqual({ entries: ['m-2 team=db'], token: '' });
  });

  it.each<[string, Parameters]>([
    ['403 BothEmpty.TagsAndResources', {}],
    ['400 InvalidParameter.TagValue', { 'Tag.1.Value': 'web' }],
    ['400 InvalidTags.MalFormed', { 'Tag.1.Key': 'team', 'TagFilter.1.TagKey': 'team' }],
    ['400 InvalidTags.MalFormed', { 'TagFilter.1.TagValues.1': 'web' }],
    ['403 Invalid.NextToken', { 'Tag.1.Key': 'team', NextToken: 'x' }],
    ['404 MissingParameter.ResourceType', { 'Tag.1.Key': 'team', ResourceType: '' }],
  ])('refuses with %s: %j', (expected, parameters) => {
    const request = { RegionId: home, ResourceType: 'image', ...parameters };
    expect(refusalOf(listTagResources, request, 'prod', worldOf())).toBe(expected);
  });
});
