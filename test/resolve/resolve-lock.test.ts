import { describe, expect, test } from 'vitest';
import type { Desired, ImageSource } from '../../src/domain/desired.js';
import type { Lock } from '../../src/domain/lock.js';
import type { ObservedImage } from '../../src/domain/observed.js';
import { resolveLock } from '../../src/resolve/resolve-lock.js';
import {
  aDesired,
  aLock,
  aLockEntry,
  anEmptyLock,
  anImageDisk,
  anImageSource,
  anObservedImage,
  nowMs,
  uidOfImages,
  uidOfProd,
  uidOfStranger,
} from '../support/build.js';

function resolve(
  sources: readonly ImageSource[],
  candidates: readonly ObservedImage[],
  { previous = anEmptyLock(), only = null }: { previous?: Lock; only?: string | null } = {},
) {
  const desired: Desired = aDesired({ imageSources: sources });
  return resolveLock({ desired, previous, candidates, now: nowMs, only });
}

function picked(source: ImageSource, ...candidates: readonly ObservedImage[]): string | undefined {
  return resolve([source], candidates).lock.entries[0]?.imageId;
}

function complaint(source: ImageSource, ...candidates: readonly ObservedImage[]): string {
  const { lock, findings } = resolve([source], candidates);
  expect(lock.entries).toEqual([]);
  expect(findings).toHaveLength(1);
  return `${findings[0]?.ruleId} ${findings[0]?.message}`;
}

const byFamily = anImageSource();
const byName = (name: string, pick: 'newest' | null = null) =>
  anImageSource({ selector: { kind: 'name', name, pick } });
const older = anObservedImage({ imageId: 'm-golden0', name: 'golden-v0', createdAt: '2025-11-01T00:00:00Z' });
const newer = anObservedImage();

describe('an entry', () => {
  test('holds everything that is pinned', () => {
    expect(resolve([byFamily], [newer]).lock).toEqual({
      file: 'tallyman.lock.yaml',
      entries: [
        {
          source: 'golden',
          region: 'cn-hangzhou',
          selector: byFamily.selectorDigest,
          imageId: 'm-golden1',
          owner: uidOfImages,
          name: 'golden-v1',
          createdAt: '2025-12-01T00:00:00Z',
          sizeGiB: 40,
          encrypted: false,
          disks: [anImageDisk()],
          fingerprint: aLockEntry().fingerprint,
          via: null,
        },
      ],
    });
  });

  test('is encrypted if one disk is, and unknown if one does not say', () => {
    const [system, data] = [anImageDisk(), anImageDisk({ device: '/dev/xvdb', type: 'data' })];
    const encryptionOf = (...disks: readonly ReturnType<typeof anImageDisk>[]) =>
      resolve([byFamily], [anObservedImage({ disks })]).lock.entries[0]?.encrypted;
    expect(encryptionOf(system, { ...data, encrypted: true })).toBe(true);
    expect(encryptionOf(system, { ...data, encrypted: 'unknown' })).toBe('unknown');
    expect(encryptionOf()).toBe('unknown');
  });

  test('of an own image names the own account, though the answer may name none', () => {
    const own = anImageSource({ owner: { kind: 'account', uid: uidOfProd } });
    const image = anObservedImage({ owner: '', ownerAlias: 'self', family: 'golden' });
    expect(resolve([own], [image]).lock.entries[0]?.owner).toBe(uidOfProd);
  });
});

describe('a family', () => {
  test('comes to its newest image, in whatever order they are listed', () => {
    expect(picked(byFamily, newer, older)).toBe('m-golden1');
    expect(picked(byFamily, older, newer)).toBe('m-golden1');
  });

  test('never comes to a newer look-alike of another account', () => {
    const lookalike = anObservedImage({
      imageId: 'm-evil',
      owner: uidOfStranger,
      family: `acs:${uidOfStranger}:golden`,
      createdAt: '2026-01-10T00:00:00Z',
    });
    expect(picked(byFamily, lookalike, newer)).toBe('m-golden1');
    expect(complaint(byFamily, lookalike)).toBe(
      "trust/unlocked-source 'golden' in 'cn-hangzhou' matches no image of '1600000000000001': account 'prod' sees 1 image, " +
        "1 of another owner ('m-evil' of '1600000000000009')",
    );
  });

  test('never comes to an image of an account whose UID is the same number once rounded', () => {
    const source = anImageSource({ owner: { kind: 'account', uid: '9007199254740993' } });
    const neighbour = anObservedImage({ owner: '9007199254740992', family: 'acs:9007199254740992:golden' });
    const right = anObservedImage({
      imageId: 'm-right',
      owner: '9007199254740993',
      family: 'acs:9007199254740993:golden',
      createdAt: '2025-01-01T00:00:00Z',
    });
    expect(picked(source, neighbour, right)).toBe('m-right');
    expect(complaint(source, neighbour)).toContain("1 of another owner ('m-golden1' of '9007199254740992')");
  });

  test('is matched after its own owner’s prefix alone is cut', () => {
    const disguised = anObservedImage({ family: `acs:${uidOfStranger}:golden` });
    const nested = anObservedImage({ family: `acs:${uidOfImages}:acs:${uidOfImages}:golden` });
    expect(complaint(byFamily, disguised, { ...nested, imageId: 'm-nested' })).toContain("2 without family 'golden'");
  });

  test('of an own image has no prefix to cut', () => {
    const own = anImageSource({ owner: { kind: 'account', uid: uidOfProd } });
    const image = anObservedImage({ owner: uidOfProd, ownerAlias: 'self', family: 'golden' });
    expect(picked(own, image)).toBe('m-golden1');
    expect(complaint(own, { ...image, family: `acs:${uidOfProd}:golden` })).toContain("without family 'golden'");
  });

  test('with two newest images is ambiguous', () => {
    const twin = anObservedImage({ imageId: 'm-twin' });
    expect(complaint(byFamily, newer, twin, older)).toBe(
      "trust/ambiguous-source 'golden' in 'cn-hangzhou' is ambiguous: 2 images were created at '2025-12-01T00:00:00Z' ('m-golden1', 'm-twin')",
    );
  });
});

describe('a name', () => {
  test('is matched as a whole', () => {
    expect(picked(byName('golden-v1'), newer, anObservedImage({ imageId: 'm-evil', name: 'golden-v1-evil' }))).toBe(
      'm-golden1',
    );
    expect(complaint(byName('golden'), newer)).toContain("1 without name 'golden'");
  });

  test('can be a glob', () => {
    expect(picked(byName('golden-*'), newer, anObservedImage({ imageId: 'm-other', name: 'other-v1' }))).toBe(
      'm-golden1',
    );
  });

  test('that several images match is ambiguous', () => {
    expect(complaint(byName('golden-*'), older, newer)).toBe(
      "trust/ambiguous-source 'golden' in 'cn-hangzhou' is ambiguous: 2 images match 'golden-*' ('m-golden0', 'm-golden1')",
    );
  });

  test('comes to the newest where the source says so, and a tie stays ambiguous', () => {
    expect(picked(byName('golden-*', 'newest'), older, newer)).toBe('m-golden1');
    expect(complaint(byName('golden-*', 'newest'), newer, anObservedImage({ imageId: 'm-twin' }))).toContain(
      "2 images were created at '2025-12-01T00:00:00Z'",
    );
  });

  test('names no more than three images in a message', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((letter) => anObservedImage({ imageId: `m-${letter}` }));
    expect(complaint(byName('golden-*'), ...many)).toContain(
      "5 images match 'golden-*' ('m-a', 'm-b', 'm-c' and 2 more)",
    );
  });
});

test('an ID comes to that image, and to none of another owner', () => {
  const byId = anImageSource({ selector: { kind: 'imageId', imageId: 'm-golden0' } });
  expect(picked(byId, newer, older)).toBe('m-golden0');
  expect(complaint(byId, { ...older, owner: uidOfStranger })).toContain(
    "1 of another owner ('m-golden0' of '1600000000000009')",
  );
});

test('a system family is matched as it is shown, though its images are public', () => {
  const system = anImageSource({
    owner: { kind: 'system' },
    selector: { kind: 'family', family: 'acs:almalinux_9_x64' },
  });
  const image = anObservedImage({
    owner: 'system',
    ownerAlias: 'system',
    family: 'acs:almalinux_9_x64',
    isPublic: true,
  });
  expect(resolve([system], [image]).lock.entries[0]?.owner).toBe('system');
  expect(complaint(system, { ...image, ownerAlias: 'marketplace' })).toContain('1 public or of the marketplace');
});

describe('an image is left out, and the message says why,', () => {
  test.each([
    ['where it is public', {}, { isPublic: true }, 'public or of the marketplace, and `allow` does not say so'],
    [
      'where it is of the marketplace',
      {},
      { ownerAlias: 'marketplace', family: 'golden' },
      'public or of the marketplace, and `allow` does not say so',
    ],
    ['where it is not Available', {}, { status: 'Deprecated' }, 'not Available'],
    ['where it cannot be used yet', {}, { usable: false }, 'not usable yet'],
    ['where its architecture is another', { architecture: 'arm64' }, {}, "not of architecture 'arm64'"],
    ['where its system is another', { osType: 'windows' }, {}, "not of osType 'windows'"],
    ['where it is too small', { minSizeGiB: 41 }, {}, 'smaller than 41 GiB'],
    ['where it is too young', { minAgeDays: 46 }, {}, 'younger than 46 days'],
  ] as const)('%s', (_, source, image, why) => {
    expect(complaint(anImageSource(source), anObservedImage(image))).toBe(
      "trust/unlocked-source 'golden' in 'cn-hangzhou' matches no image of '1600000000000001': account 'prod' sees 1 image, " +
        `1 ${why} ('m-golden1')`,
    );
  });

  test('and one that fits exactly stays', () => {
    const exact = anImageSource({ architecture: 'x86_64', osType: 'linux', minSizeGiB: 40, minAgeDays: 45 });
    expect(picked(exact, newer)).toBe('m-golden1');
  });

  test('group by group, in the order of the questions', () => {
    const images = [
      anObservedImage({ imageId: 'm-other', family: '' }),
      anObservedImage({ imageId: 'm-evil', owner: uidOfStranger, family: `acs:${uidOfStranger}:golden` }),
      anObservedImage({ imageId: 'm-gone', status: 'UnAvailable' }),
    ];
    expect(complaint(byFamily, ...images)).toContain(
      "sees 3 images, 1 without family 'golden', 1 of another owner ('m-evil' of '1600000000000009'), 1 not Available ('m-gone')",
    );
  });

  test('where nothing is seen at all', () => {
    expect(complaint(byFamily)).toMatch(/account 'prod' sees 0 images$/);
  });

  test('where it is seen by another account or in another region', () => {
    expect(
      complaint(byFamily, anObservedImage({ account: 'images' }), anObservedImage({ region: 'cn-beijing' })),
    ).toMatch(/sees 0 images$/);
  });
});

describe('the lock', () => {
  test('has an entry for each region, sorted', () => {
    const wide = anImageSource({ regions: ['cn-hangzhou', 'ap-southeast-1'] });
    const { lock, changes } = resolve([wide], [newer, anObservedImage({ region: 'ap-southeast-1', imageId: 'm-sg' })]);
    expect(lock.entries.map(({ region, imageId }) => `${region} ${imageId}`)).toEqual([
      'ap-southeast-1 m-sg',
      'cn-hangzhou m-golden1',
    ]);
    expect(changes.map(({ region, kind }) => `${region} ${kind}`)).toEqual([
      'ap-southeast-1 added',
      'cn-hangzhou added',
    ]);
  });

  test('says what changed', () => {
    const newest = anObservedImage({ imageId: 'm-golden2', createdAt: '2026-01-01T00:00:00Z' });
    const { changes } = resolve([byFamily], [newer, newest], { previous: aLock() });
    expect(changes).toMatchObject([
      {
        source: 'golden',
        region: 'cn-hangzhou',
        kind: 'changed',
        before: { imageId: 'm-golden1' },
        after: { imageId: 'm-golden2' },
      },
    ]);
  });

  test('is unchanged where the same image is found again', () => {
    const { lock, changes } = resolve([byFamily], [newer], { previous: aLock() });
    expect(lock).toEqual(aLock());
    expect(changes.map(({ kind }) => kind)).toEqual(['unchanged']);
  });

  test('changes with the selector, though the image stays', () => {
    const edited = anImageSource({ selectorDigest: 'sha256:edited' });
    expect(resolve([edited], [newer], { previous: aLock() }).changes.map(({ kind }) => kind)).toEqual(['changed']);
  });

  test('drops entries of sources and regions that are gone', () => {
    const previous = aLock(aLockEntry(), aLockEntry({ region: 'cn-beijing' }), aLockEntry({ source: 'old' }));
    const { lock, changes } = resolve([byFamily], [newer], { previous });
    expect(lock.entries).toEqual([aLockEntry()]);
    expect(changes.map(({ source, region, kind }) => `${source} ${region} ${kind}`)).toEqual([
      'golden cn-beijing removed',
      'golden cn-hangzhou unchanged',
      'old cn-hangzhou removed',
    ]);
  });

  test('keeps an entry whose source cannot be resolved now', () => {
    const { lock, findings } = resolve([byFamily], [], { previous: aLock() });
    expect(lock).toEqual(aLock());
    expect(findings.map(({ ruleId, severity, address }) => [ruleId, severity, address])).toEqual([
      ['trust/unlocked-source', 'error', 'ImageSource/golden/cn-hangzhou'],
    ]);
  });

  test('touches one source alone where one is asked for', () => {
    const newest = anObservedImage({ imageId: 'm-golden2', createdAt: '2026-01-01T00:00:00Z' });
    const sources = [byFamily, anImageSource({ name: 'silver' })];
    const previous = aLock(aLockEntry(), aLockEntry({ source: 'silver' }));
    const { lock } = resolve(sources, [newer, newest], { previous, only: 'silver' });
    expect(lock.entries.map(({ source, imageId }) => `${source} ${imageId}`)).toEqual([
      'golden m-golden1',
      'silver m-golden2',
    ]);
  });
});
