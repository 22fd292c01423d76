import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScenarioSpec, StateView } from '../../src/emulator/index.js';
import { golden1, imagesUid, prodUid, World } from './support.js';

/** Worlds that were made by hand: written down, adopted, and otherwise left as they are. */
const runs = 100;

const bothAccounts = {
  accounts: [
    { name: 'images', uid: imagesUid },
    { name: 'prod', uid: prodUid },
  ],
};

const regions = ['cn-hangzhou', 'ap-southeast-1'] as const;

const ownImages = [
  { id: 'm-own-h', name: 'My own, image', region: 'cn-hangzhou', encrypted: true },
  { id: 'm-own-s', name: 'My own, image', region: 'ap-southeast-1' },
  { id: 'm-copy-h', name: 'copied', region: 'cn-hangzhou', tags: provenance('m-golden1') },
  { id: 'm-copy-s', name: 'copied', region: 'ap-southeast-1', tags: provenance('m-golden1') },
  { id: 'm-lost-s', name: 'of something gone', region: 'ap-southeast-1', tags: provenance('m-none') },
  { id: 'm-theirs-h', name: 'golden-v1', region: 'cn-hangzhou', tags: { 'tallyman:project': 'other.aaaaaaaa' } },
];

function provenance(imageId: string): Readonly<Record<string, string>> {
  return { 'tallyman:source-image': imageId, 'tallyman:source-owner': imagesUid };
}

const images = [
  golden1,
  ...ownImages.map((image) => ({ account: 'prod', sizeGiB: 20, createdAt: '2025-12-02T00:00:00Z', ...image })),
  { ...golden1, id: 'm-open', name: 'open', sharedWith: [], community: true },
  {
    id: 'm-product',
    owner: 'marketplace',
    name: 'product',
    region: 'cn-hangzhou',
    sizeGiB: 20,
    productCode: 'cmjj0001',
  },
  { id: 'aliyun_3', owner: 'system', name: 'aliyun_3_x64.vhd', region: 'cn-hangzhou', sizeGiB: 20 },
];

const imagesIn: Readonly<Record<(typeof regions)[number], readonly string[]>> = {
  'cn-hangzhou': ['m-golden1', 'm-own-h', 'm-copy-h', 'm-theirs-h', 'm-open', 'm-product', 'aliyun_3', 'm-gone'],
  'ap-southeast-1': ['m-own-s', 'm-copy-s', 'm-lost-s', 'm-gone'],
};

const text = fc.oneof(
  fc.constantFrom('', 'yes', '0123', 'null', '1_000', '2026-01-01', 'a: b', '# no', '- x', '::error::x', '##[group]x'),
  fc.string({ maxLength: 20, unit: 'binary' }),
);

const tags = fc.dictionary(
  fc.oneof(
    fc.constantFrom('team', 'owner', 'acs:rm:rgId', 'acs:autoscaling:scalingGroupId', 'constructor', '<<', 'yes'),
    fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }).filter((key) => key !== '__proto__'),
  ),
  text,
  { maxKeys: 14 },
);

const name = fc.oneof(
  fc.tuple(fc.constantFrom('web-', 'web-0', 'db', 'Api_'), fc.integer({ min: 0, max: 12 })).map(([a, b]) => `${a}${b}`),
  fc.constantFrom('web', '数据库', '007', '-', 'i-x', ''),
  text,
);

const disk = fc.record(
  {
    sizeGiB: fc.integer({ min: 40, max: 60 }),
    category: fc.constantFrom('cloud_essd', 'cloud_efficiency', 'cloud_auto', 'ephemeral_ssd'),
    encrypted: fc.constant(true),
    autoSnapshotPolicyId: fc.constantFrom('sp-daily', 'sp 1'),
  },
  { requiredKeys: ['sizeGiB'] },
);

const machine = fc.constantFrom(...regions).chain((region) =>
  fc.record(
    {
      region: fc.constant(region),
      imageId: fc.constantFrom(...imagesIn[region]),
      name,
      hostName: name,
      description: text,
      status: fc.constantFrom('Running', 'Stopped', 'Pending'),
      instanceType: fc.constantFrom('ecs.g7.large', 'ecs.r7.xlarge'),
      vSwitchId: fc.constantFrom('vsw-a', 'vsw-b'),
      securityGroupIds: fc.shuffledSubarray(['sg-a', 'sg-b'], { minLength: 1 }),
      keyPairName: fc.constantFrom('ops', ''),
      ramRoleName: fc.constantFrom('web', 'a role'),
      deletionProtection: fc.boolean(),
      chargeType: fc.constantFrom('PostPaid', 'PrePaid'),
      spotStrategy: fc.constantFrom('NoSpot', 'SpotAsPriceGo'),
      locks: fc.constantFrom([], ['security'], ['Recycling']),
      userData: fc.constant('IyEvYmluL3NoCg=='),
      disks: fc.array(disk, { minLength: 1, maxLength: 3 }),
      tags,
    },
    { requiredKeys: ['region', 'imageId', 'name'] },
  ),
);

const fleets = fc.array(fc.tuple(machine, fc.integer({ min: 1, max: 4 })), { maxLength: 5 }).map((all) =>
  all.flatMap(([body, count], index) =>
    Array.from({ length: count }, (_, ordinal) => ({
      ...body,
      id: `i-${index}-${ordinal}`,
      account: 'prod',
      ...(count === 1 ? {} : { name: `${body.name}${ordinal}` }),
    })),
  ),
);

const worlds = fc.record({
  instances: fleets,
  isGrouped: fc.boolean(),
  kinds: fc.subarray(['images', 'shares'] as const),
  defaults: fc.dictionary(fc.constantFrom('team', 'owner', 'cost'), fc.constantFrom('web', null), { maxKeys: 3 }),
});

function spec(instances: readonly object[]): Partial<ScenarioSpec> {
  return { images, instances } as unknown as Partial<ScenarioSpec>;
}

/** Everything but tags, and what counts the calls. */
function untagged({ tokens: _tokens, ...rows }: StateView): unknown {
  return JSON.parse(JSON.stringify(rows, (key, value: unknown) => (key === 'tags' ? undefined : value)));
}

test('a world made by hand is adopted whole, with nothing but tags changed, and the next plan is empty', async () => {
  expect.hasAssertions();
  await fc.assert(
    fc.asyncProperty(worlds, async ({ instances, isGrouped, kinds, defaults }) => {
      const world = new World([], spec(instances));
      world.projectSpec = { ...bothAccounts, defaults: { account: 'prod', tags: defaults } };
      const request = { kinds: new Set(['instances', ...kinds] as const), isGrouped };
      const first = await world.import(request);
      expect([...(await world.import(request)).texts]).toEqual([...first.texts]);

      const { result } = first;
      const adopted = world.documents.flatMap((one) => {
        return one['kind'] === 'Instance' ? (one['spec'] as { readonly adopt: readonly string[] }).adopt : [];
      });
      const skipped = result.skipped.filter(({ kind }) => kind === 'instance').map(({ id }) => id);
      expect([...adopted, ...skipped].toSorted()).toEqual(instances.map(({ id }) => id).toSorted());
      const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
      expect(errors.map(({ message }) => message)).toEqual([]);
      if (world.documents.length === 0) return;

      const before = untagged(world.state);
      const { plan, diagnostics } = await world.plan();
      expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
      const copies = world.documents.filter(({ kind }) => kind === 'ImageCopy');
      const destinations = copies.flatMap(
        ({ spec: body }) => (body as { destinations: readonly object[] }).destinations,
      );
      expect(plan.actions.map(({ kind }) => kind)).toEqual(
        Array.from({ length: adopted.length + destinations.length }, () => 'Adopt'),
      );
      const { outcome } = await world.apply();
      expect((outcome?.actions ?? []).map(({ status, message }) => `${status} ${message ?? ''}`)).toEqual(
        plan.actions.map(() => 'done '),
      );
      expect((await world.plan()).plan.actions).toEqual([]);
      expect(untagged(world.state)).toEqual(before);
    }),
    { numRuns: runs, seed: 20260101 },
  );
}, 300_000);
