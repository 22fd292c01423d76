import { mkdir, rename } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tallyman } from './support/cli.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';
import { expectTold } from './support/told.js';

const asOf = ['--as-of', '2026-01-02'] as const;

/** Machines that somebody made by hand. */
const byHand = `  instances:
    - {id: i-shop1, account: prod, region: cn-hangzhou, imageId: m-shop, instanceType: ecs.g7.large, name: shop-0, tags: {team: shop}, disks: [{sizeGiB: 40, encrypted: true, kmsKeyId: key-prod-hangzhou}]}
    - {id: i-shop2, account: prod, region: cn-hangzhou, imageId: m-shop, instanceType: ecs.g7.large, name: shop-1, tags: {team: shop}, disks: [{sizeGiB: 40, encrypted: true, kmsKeyId: key-prod-hangzhou}]}
    - {id: i-db, account: prod, region: cn-hangzhou, imageId: m-golden1, instanceType: ecs.r7.large, name: db, description: "::error::x \\u202e ##[group]y"}
    - {id: i-old, account: prod, region: cn-hangzhou, imageId: m-forgotten, instanceType: ecs.r7.large, name: old}
  kmsKeys:`;

const ownImage = `  images:
    - {id: m-shop, account: prod, region: cn-hangzhou, name: Shop 1, sizeGiB: 40, createdAt: "2025-12-01T00:00:00Z"}`;

describe('an import of machines that were made by hand', () => {
  let space: Workspace;
  const run = (...words: readonly string[]) => tallyman(space.root, [...words, '--emulator', ...asOf]);
  const imported = (...words: readonly string[]) => run('import', '--tag', 'team=shop', ...words);

  beforeEach(async () => {
    space = await copyGoldenFleet();
    await space.edit('scenario.yaml', '  kmsKeys:', byHand);
    await space.edit('scenario.yaml', '  images:', ownImage);
  });
  afterEach(() => space.remove());

  it('prints one Instance for a fleet and the source of its image, and writes nothing', async () => {
    const lock = await space.read('tallyman.lock.yaml');
    const first = await imported();
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain('  replicas: 2\n');
    expect(first.stdout).toContain('  owner: self\n  imageId: m-shop\n');
    expect(first.stdout).toContain('    imageSource: shop-1\n');
    expect(first.stdout).toContain('  instanceName: shop-{ordinal}\n');
    expect(first.stdout).toContain('  adopt:\n    - i-shop1\n    - i-shop2\n  deletionPolicy: Retain\n');
    expect((await imported()).stdout).toBe(first.stdout);
    expect(await space.read('tallyman.lock.yaml')).toBe(lock);
  });

  it('writes a file that lints, whose plan only adopts, and after whose apply there is nothing to do for it', async () => {
    expect(await imported('--out', 'manifests/shop.yaml')).toMatchObject({ code: 0 });
    expect(await tallyman(space.root, ['lint', ...asOf])).toMatchObject({ code: 0 });
    const target = ['--target', 'Instance/shop'];
    const plan = await run('plan', ...target, '-o', 'json');
    const { actions } = JSON.parse(plan.stdout) as { actions: readonly { kind: string; address: string }[] };
    expect(actions.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
      'Adopt Instance/shop/0',
      'Adopt Instance/shop/1',
    ]);
    expect(await run('apply', '-y', ...target)).toMatchObject({ code: 0 });
    expect(await run('plan', '--detailed-exitcode', ...target)).toMatchObject({ code: 0 });
    const again = await imported('-o', 'json');
    const { skipped } = JSON.parse(again.stdout) as { skipped: readonly { id: string; reason: string }[] };
    expect(skipped.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      'i-shop1 managed-here',
      'i-shop2 managed-here',
    ]);
  }, 30_000);

  it('replaces a file only where it is told to, with the same bytes, and never one that is applied', async () => {
    await imported('--out', 'manifests/shop');
    const text = await space.read('manifests/shop/instances.yaml');
    const refused = await imported('--out', 'manifests/shop');
    expectTold(refused, { code: 0, says: ['`adopt` of Instance/shop names it already'], hint: 'nothing to import' });
    const other = await run('import', 'i-db', '--out', 'manifests/shop');
    expectTold(other, { code: 4, says: ["'manifests/shop/instances.yaml' is there already"], hint: '--overwrite' });
    expect(await imported('--out', 'manifests/shop', '--overwrite')).toMatchObject({ code: 0 });
    expect(await space.read('manifests/shop/instances.yaml')).toBe(text);
    await run('apply', '-y', '--target', 'Instance/shop');
    const applied = await run('import', 'i-db', '--out', 'manifests/shop', '--overwrite');
    expectTold(applied, {
      code: 4,
      says: ['declares Instance/shop, which the project owns by now'],
      hint: 'another place',
    });
    expect(await space.read('manifests/shop/instances.yaml')).toBe(text);
  }, 30_000);

  it('says what it left out and why, and ends with 1 where that was named by its ID', async () => {
    const told = await run('import', 'i-old', 'i-nowhere', 'i-db', '-o', 'json');
    expect(told.code).toBe(1);
    expect(told.stderr).toContain("instance i-old (prod, cn-hangzhou): its image 'm-forgotten' is gone");
    const result = JSON.parse(told.stdout) as Record<string, readonly Record<string, unknown>[]>;
    expect(result['skipped']?.map(({ id, reason }) => [id, reason])).toEqual([
      ['i-nowhere', 'not-found'],
      ['i-old', 'image-gone'],
    ]);
    // The source that pins its image already is named, and no other is made.
    expect(result['documents']).toMatchObject([{ kind: 'Instance', spec: { image: { imageSource: 'golden' } } }]);
  });

  it('writes what others wrote so that nothing in it acts', async () => {
    const { stdout } = await run('import', 'i-db');
    expect(stdout).toContain('description: "::error::x \\u202e #\\u0023[group]y"');
    expect(stdout).not.toMatch(/^\s*::|##\[|\u202e/m);
  });

  it.each([
    ['policies/x.yaml', 'would not be read'],
    ['../x.yaml', 'is not inside the project'],
    ['manifests/x.lock.yaml', 'would not be read'],
  ])('refuses to write %s', async (path, says) => {
    await mkdir(space.path('elsewhere'), { recursive: true });
    expectTold(await imported('--out', path), { code: 4, says: [says], hint: 'Name a place' });
  });

  it.each([
    [['--filter', 'color=red'], 'Write FIELD=GLOB'],
    [['--kind', 'disks'], 'instances, images, shares'],
    [['--account', 'nobody'], "Name one of 'prod'"],
  ])('does not understand %j', async (words, hint) => {
    expectTold(await run('import', ...words), { code: 4, says: [], hint });
  });

  it('prints what a project would need where there is none', async () => {
    await space.write('elsewhere.yaml', await space.read('scenario.yaml'));
    await rename(space.path('tallyman.yaml'), space.path('no-project.yaml'));
    const words = ['import', '--emulator', 'elsewhere.yaml', '--account', 'prod', '--region', 'cn-hangzhou'];
    const bare = await tallyman(space.root, [...words, '--filter', 'name=shop-*']);
    expect(bare.code).toBe(0);
    expect(bare.stdout).toContain('  owner: self\n  imageId: m-shop\n');
    expect(bare.stderr).toContain('- {name: prod, uid: "1600000000000002"}');
    const out = await tallyman(space.root, [...words, '--out', 'x.yaml']);
    expectTold(out, { code: 4, says: ['there is no project'], hint: 'tallyman init' });
  });
});
