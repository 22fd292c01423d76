import { describe, expect, test } from 'vitest';
import type { ImportedDocument } from '../../../src/domain/imported.js';
import type { ObservedInstance, ObservedState } from '../../../src/domain/observed.js';
import { mistakesIn } from '../../../src/manifest/made-document.js';
import type { ImportRequest } from '../../../src/transcribe/import/request.js';
import { writeManifests } from '../../../src/transcribe/import/write-manifests.js';
import type { ImportInput } from '../../../src/transcribe/import/world.js';
import {
  aDesired,
  aLock,
  anImageSource,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedShare,
  anObservedState,
  aProject,
  uidOfStranger,
} from '../../support/build.js';

const machine = (changes: Partial<ObservedInstance>): ObservedInstance =>
  anObservedInstance({ tags: {}, imageId: 'm-golden1', hostName: '', ...changes });

/** A world of these machines, each with its disk, and one image. */
function worldOf(machines: readonly ObservedInstance[], more: Partial<ObservedState> = {}): ObservedState {
  const disks = machines.map(({ instanceId, imageId }) =>
    anObservedDisk({ diskId: `d-${instanceId}`, instanceId, imageId, tags: {} }),
  );
  return anObservedState({ images: [anObservedImage()], instances: machines, disks, ...more });
}

function written(observed: ObservedState, request: Partial<ImportRequest> = {}, more: Partial<ImportInput> = {}) {
  return writeManifests({
    request: { kinds: new Set(['instances']), ids: [], tags: [], filters: [], isGrouped: true, ...request },
    desired: aDesired({ project: aProject(), imageSources: [], imageCopies: [], imageShares: [], instances: [] }),
    lock: aLock(),
    observed,
    defaultTags: {},
    judge: mistakesIn,
    ...more,
  });
}

const ofKind = <Kind extends ImportedDocument['kind']>(
  { documents }: ReturnType<typeof writeManifests>,
  kind: Kind,
): readonly Extract<ImportedDocument, { kind: Kind }>[] =>
  documents.filter((one): one is Extract<ImportedDocument, { kind: Kind }> => one.kind === kind);

const fleets = (...words: Parameters<typeof written>) =>
  ofKind(written(...words), 'Instance').map(({ metadata, spec }) => [metadata.name, spec.adopt]);

describe('machines', () => {
  test.each([
    ['web-2', 'web-10', 'web', ['i-1', 'i-2']],
    ['web10', 'web-2', 'web', ['i-2', 'i-1']],
    ['web', 'web', 'web', ['i-1', 'i-2']],
  ])('called %s and %s are one fleet, in the order of their numbers', (first, second, name, adopt) => {
    const machines = [machine({ instanceId: 'i-1', name: first }), machine({ instanceId: 'i-2', name: second })];
    expect(fleets(worldOf(machines))).toEqual([[name, adopt]]);
  });

  test.each([
    ['of another type', { instanceType: 'ecs.r7.large' }],
    ['under other tags', { tags: { team: 'shop' } }],
    ['bought otherwise', { chargeType: 'PrePaid' }],
    ['of another name', { name: 'api-2' }],
    ['without a number', { name: 'web' }],
    ['of a name that ends in a date', { name: 'web-20260101' }],
  ])('%s stand alone', (_, changes) => {
    const machines = [
      machine({ instanceId: 'i-1', name: 'web-1' }),
      machine({ instanceId: 'i-2', name: 'web-2', ...changes }),
    ];
    expect(fleets(worldOf(machines))).toHaveLength(2);
  });

  test('stand alone where that is asked for, told apart by their IDs', () => {
    const machines = [machine({ instanceId: 'i-one', name: 'web' }), machine({ instanceId: 'i-two', name: 'web' })];
    expect(fleets(worldOf(machines), { isGrouped: false })).toEqual([
      ['web-i-one', ['i-one']],
      ['web-i-two', ['i-two']],
    ]);
  });

  test('keep their places, in the shortest list that gives each its own', () => {
    const machines = [0, 1, 2, 3].map((number) =>
      machine({ instanceId: `i-${number}`, name: `web-${number}`, vSwitchId: number % 2 === 0 ? 'vsw-a' : 'vsw-b' }),
    );
    const [fleet] = ofKind(written(worldOf(machines)), 'Instance');
    expect(fleet?.spec.placement.map(({ vSwitchId }) => vSwitchId)).toEqual(['vsw-a', 'vsw-b']);
    expect(fleet?.spec).toMatchObject({ replicas: 4, instanceName: 'web-{ordinal}' });
  });

  test('in more places than one Instance may name are an Instance for each place', () => {
    const machines = Array.from({ length: 150 }, (_, number) =>
      machine({
        instanceId: `i-${number}`,
        name: `web-${number}`,
        vSwitchId: number % 7 < 3 && number > 20 ? 'vsw-a' : 'vsw-b',
      }),
    );
    const found = ofKind(written(worldOf(machines)), 'Instance');
    expect(found.map(({ spec }) => `${spec.replicas} in ${spec.placement.length}`).toSorted()).toEqual([
      '57 in 1',
      '93 in 1',
    ]);
  });

  test('have no name that is managed where no pattern gives it', () => {
    const machines = [1, 2].map((number) => machine({ instanceId: `i-${number}`, name: `web-${number}` }));
    expect(ofKind(written(worldOf(machines)), 'Instance')[0]?.spec.instanceName).toBeUndefined();
  });

  test('lose no tag, and get none that the project gives to everything', () => {
    const machines = [machine({ tags: { team: 'shop', 'acs:rm:rgId': 'rg-1' } })];
    const [one] = ofKind(written(worldOf(machines), {}, { defaultTags: { team: 'web', cost: '1' } }), 'Instance');
    expect(one?.spec.tags).toEqual({ cost: null, team: 'shop' });
  });

  test('are written with no more fields than a manifest can say, and what is left out is told', () => {
    const result = written(worldOf([machine({ instanceId: 'i-1', name: 'a b', keyPairName: 'x', description: 'y' })]));
    expect(Object.keys(ofKind(result, 'Instance')[0]?.spec ?? {})).not.toContain('keyPairName');
    expect(result.notes.map(({ id, message }) => `${id} ${message}`)).toEqual([
      expect.stringMatching(/^i-1 left out, so not managed: `description`/),
      expect.stringMatching(/^i-1 left out, so not managed: `instanceName`/),
      expect.stringMatching(/^i-1 left out, so not managed: `keyPairName`/),
    ]);
  });

  test.each<[string, Partial<ObservedInstance>, string]>([
    ['belongs to another project', { tags: { 'tallyman:project': 'other.x' } }, 'other-project'],
    ['belongs to a scaling group', { tags: { 'acs:autoscaling:scalingGroupId': 'asg-1' } }, 'other-service'],
    [
      'is a clone of a member',
      {
        tags: {
          'tallyman:project': 'web-platform.k3v9x2ab',
          'tallyman:resource': 'Instance/web/0',
          'tallyman:id': 'i-other',
        },
      },
      'clone',
    ],
    ['runs an image that is gone', { imageId: 'm-gone' }, 'image-gone'],
    ['is about to be released', { locks: ['Recycling'] }, 'being-released'],
    ['is in the classic network', { vSwitchId: '' }, 'no-vswitch'],
    [
      'has no room for our tags',
      { tags: Object.fromEntries(Array.from({ length: 18 }, (_, index) => [`key-${index}`, ''])) },
      'too-many-tags',
    ],
  ])('one that %s is skipped', (_, changes, reason) => {
    const result = written(worldOf([machine(changes)]));
    expect(result.documents).toEqual([]);
    expect(result.skipped.map((one) => one.reason)).toEqual([reason]);
  });

  test.each<[string, Partial<ImportRequest>, readonly string[]]>([
    ['an ID', { ids: ['i-2'] }, ['i-2']],
    ['a tag', { tags: [{ key: 'team', value: null }] }, ['i-1', 'i-2']],
    ['a tag and its value', { tags: [{ key: 'team', value: 'b' }] }, ['i-2']],
    ['a name', { filters: [{ field: 'name', glob: 'db*' }] }, ['i-3']],
    [
      'a group and a tag',
      { filters: [{ field: 'securityGroupId', glob: 'sg-b' }], tags: [{ key: 'team', value: 'a' }] },
      [],
    ],
    ['a field that it does not have', { filters: [{ field: 'family', glob: '*' }] }, []],
  ])('are chosen by %s', (_, request, ids) => {
    const machines = [
      machine({ instanceId: 'i-1', name: 'web', tags: { team: 'a' } }),
      machine({ instanceId: 'i-2', name: 'api', tags: { team: 'b' }, securityGroupIds: ['sg-b'] }),
      machine({ instanceId: 'i-3', name: 'db-1' }),
    ];
    expect(
      fleets(worldOf(machines), request)
        .flatMap(([, adopt]) => adopt ?? [])
        .toSorted(),
    ).toEqual(ids);
  });
});

describe('images', () => {
  test('of several regions and accounts have names that do not depend on how they were listed', () => {
    const images = [
      anObservedImage({ imageId: 'm-a1', name: 'Base 1' }),
      anObservedImage({ imageId: 'm-b2', name: 'base-1', region: 'ap-southeast-1' }),
      anObservedImage({ imageId: 'm-c3', name: '镜像' }),
    ];
    const names = (listed: typeof images) =>
      ofKind(written(anObservedState({ images: listed }), { kinds: new Set(['images']) }), 'ImageSource').map(
        ({ metadata, spec }) => `${metadata.name} ${spec.imageId}`,
      );
    expect(names(images)).toEqual(['base-1-ap-southeast-1 m-b2', 'base-1-cn-hangzhou m-a1', 'm-c3 m-c3']);
    expect(names(images.toReversed())).toEqual(names(images));
  });

  test('do not take a name of the project', () => {
    const desired = aDesired({ project: aProject(), imageSources: [anImageSource({ name: 'golden-v1' })] });
    const observed = anObservedState({ images: [anObservedImage({ name: 'golden-v1' })] });
    const sources = ofKind(written(observed, { kinds: new Set(['images']) }, { desired }), 'ImageSource');
    expect(sources.map(({ metadata }) => metadata.name)).toEqual(['golden-v1-prod']);
  });

  test.each([
    ['published by an account', { isPublic: true }, { owner: 'images', allow: ['community'] }],
    [
      'of the marketplace',
      { ownerAlias: 'marketplace', owner: 'marketplace' },
      { owner: 'marketplace', allow: ['marketplace'] },
    ],
  ] as const)('one %s is allowed by its source', (_, changes, spec) => {
    const observed = anObservedState({ images: [anObservedImage(changes)] });
    expect(ofKind(written(observed, { kinds: new Set(['images']) }), 'ImageSource')[0]?.spec).toMatchObject(spec);
  });

  test.each<[string, Parameters<typeof anObservedImage>[0], string]>([
    ['whose owner nobody names', { owner: '' }, 'image-owner-unknown'],
    ['that is being made', { status: 'Creating' }, 'not-available'],
  ])('one %s is skipped', (_, changes, reason) => {
    const observed = anObservedState({ images: [anObservedImage(changes)] });
    const { documents, skipped } = written(observed, { kinds: new Set(['images']) });
    expect([documents, skipped.map((one) => one.reason)]).toEqual([[], [reason]]);
  });
});

describe('shares', () => {
  const image = anObservedImage({ account: 'images', ownerAlias: 'self', family: 'golden', tags: {} });

  test('name the accounts of the project, and others by their UID; a group is told', () => {
    const share = anObservedShare({
      account: 'images',
      accounts: [aProject().accounts[1]?.uid ?? '', uidOfStranger],
      groups: ['all'],
    });
    const result = written(anObservedState({ images: [image], shares: [share] }), { kinds: new Set(['shares']) });
    expect(ofKind(result, 'ImageShare').map(({ spec }) => [spec.with, spec.unlisted])).toEqual([
      [[uidOfStranger, 'prod'], 'Report'],
    ]);
    expect(result.notes.map(({ message }) => message)).toEqual([expect.stringContaining("group 'all'")]);
  });

  test('of an image that is shared with nobody are none', () => {
    const observed = anObservedState({
      images: [image],
      shares: [anObservedShare({ account: 'images', accounts: [] })],
    });
    expect(written(observed, { kinds: new Set(['shares']) }).documents).toEqual([]);
  });
});
