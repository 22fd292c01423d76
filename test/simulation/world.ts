import { aDocument } from './project.js';
import type { Random } from './random.js';
import type { ManifestDocument, ProjectFiles, Story, Uids } from './story.js';

/** The world as a story finds it, and the project as it was committed first. */
export type Beginning = Omit<Story, 'seed' | 'steps' | 'uids'> & { readonly uids: Uids };

/** Longer than a double holds: the attacker's differs from the sharer's in the last digit alone. */
const longUids: Uids = {
  images: '90071992547409931',
  attacker: '90071992547409932',
  prod: '90071992547409951',
  stranger: '90071992547409971',
};

/** Answers with shorter ones are read several times as fast. */
const shortUids: Uids = {
  images: '100000000000001',
  prod: '100000000000002',
  attacker: '100000000000666',
  stranger: '100000000000777',
};

export const home = 'cn-hangzhou';
export const abroad = 'ap-southeast-1';
const keyByRegion: Readonly<Record<string, string>> = { [home]: 'key-hangzhou', [abroad]: 'key-singapore' };

/** Small worlds: what goes wrong goes wrong with two members as with two hundred. */
export function generateBeginning(random: Random): Beginning {
  const shape = generateShape(random);
  const uids = random.chance(0.1) ? longUids : shortUids;
  return {
    uids,
    start: startOf(random, shape),
    ...(random.chance(0.3) ? { pageSize: random.int(3, 4) } : {}),
    ...(random.chance(0.3)
      ? {
          lag: {
            share: random.pick([0.1, 0.3, 0.6]),
            seconds: random.pick([15, 30, 55]),
            tags: random.chance(0.5),
          },
        }
      : {}),
    ...(shape.environment === null ? {} : { environment: shape.environment }),
    ...(shape.hasProbes && random.chance(0.7) ? { badImages: ['m-golden2'] } : {}),
    cloud: generateCloud(random, shape),
    files: generateFiles(random, shape, uids),
  };
}

interface Shape {
  readonly isEncrypted: boolean;
  readonly hasKeys: boolean;
  readonly regions: readonly string[];
  readonly environment: string | null;
  readonly hasProbes: boolean;
  readonly isShared: boolean;
  readonly adopts: boolean;
  /** Whether instances run a copy, or what is shared. */
  readonly runsCopy: boolean;
  /** Launches at the end of an epoch that take long to show. */
  readonly isLate: boolean;
}

function generateShape(random: Random): Shape {
  const isEncrypted = random.chance(0.5);
  if (random.chance(0.08)) return { ...adoptingShape, isEncrypted, hasKeys: false };
  if (random.chance(0.1)) return { ...lateShape, isEncrypted, hasKeys: false };
  return {
    isEncrypted,
    hasKeys: random.chance(0.5),
    regions: random.weighted([
      [6, [home]],
      [2, [home, abroad]],
      [1, [abroad]],
    ]),
    environment: random.chance(0.1) ? 'staging' : null,
    hasProbes: random.chance(0.2),
    isShared: random.chance(0.25),
    adopts: false,
    runsCopy: random.chance(0.85),
    isLate: false,
  };
}

/** Epochs have half an hour. */
function startOf(random: Random, { isLate }: Shape): string {
  if (isLate) return `2026-01-01T00:29:${random.int(10, 55)}Z`;
  return random.weighted([
    [6, '2026-01-01T00:05:00Z'],
    [1, '2026-01-01T00:29:10Z'],
    [1, '2026-01-01T00:00:20Z'],
  ]);
}

/** A machine that somebody made from what is shared, to be taken over. */
const adoptingShape = {
  regions: [home],
  environment: null,
  hasProbes: false,
  isShared: false,
  adopts: true,
  runsCopy: false,
  isLate: false,
} as const;

/** Nothing but launches, right before an epoch ends. */
const lateShape = { ...adoptingShape, adopts: false, isLate: true } as const;

export function aGolden(version: number, more: Readonly<Record<string, unknown>> = {}) {
  return {
    id: `m-golden${version}`,
    account: 'images',
    region: home,
    name: `golden-v${version}`,
    family: 'golden',
    sizeGiB: 20,
    sharedWith: ['prod'],
    createdAt: `2025-12-${String(version).padStart(2, '0')}T00:00:00Z`,
    ...more,
  };
}

function generateCloud(random: Random, shape: Shape): Story['cloud'] {
  const encryption = shape.isEncrypted ? { encrypted: true, kmsKeyId: 'key-images' } : {};
  const switches: Record<string, unknown> = {
    failedCallsOccupyToken: random.pick(['no', 'stored', 'silently']),
    launchVisibilityDelaySeconds: random.weighted([
      [shape.isLate ? 0 : 4, 0],
      [1, 20],
      [1, 55],
    ]),
    retryAfterHeader: random.pick(['sent', 'absent']),
    createFailedImages: random.pick(['stay', 'vanish']),
    unsharedDuringCopy: random.pick(['fails', 'completes']),
    cancelCopy: random.pick(['supported', 'not-supported']),
    nextTokenMeaning: random.pick(['row', 'position']),
    replaceSystemDiskImageId: random.pick(['when-done', 'at-once']),
    replacedDiskStatus: random.pick(['Creating', 'In_use']),
    oldSystemDiskListedSeconds: random.weighted([
      [3, 0],
      [1, 30],
    ]),
    copyUsableDelaySeconds: random.weighted([
      [5, 0],
      [1, 20],
    ]),
    copyImageFailures: random.weighted([
      [6, 0],
      [1, 1],
      [1, 2],
    ]),
    shareWithoutEffect: random.pick(['ignored', 'refuse']),
    clientTokenLifetimeSeconds: random.pick([1_830, 86_400]),
    replacementInheritsTags: random.pick(['no', 'yes']),
  };
  return {
    images: [aGolden(1, { ...encryption, ...(shape.isShared ? { sharedWith: random.pick([[], ['stranger']]) } : {}) })],
    kmsKeys: [
      { id: 'key-images', account: 'images', region: home },
      { id: 'key-hangzhou', account: 'prod', region: home },
      { id: 'key-singapore', account: 'prod', region: abroad },
      { id: 'key-other', account: 'prod', region: home },
    ],
    ...(shape.adopts
      ? {
          instances: [
            {
              id: 'i-found',
              account: 'prod',
              region: home,
              imageId: 'm-golden1',
              instanceType: 'ecs.g7.large',
              status: 'Running' as const,
              vSwitchId: 'vsw-web',
              securityGroupIds: ['sg-web'],
            },
          ],
        }
      : {}),
    timings: {
      copyImage: { baseSeconds: random.pick([10, 40]), secondsPerGiB: 0 },
      createSnapshot: { baseSeconds: 5, secondsPerGiB: 0 },
    },
    switches,
  };
}

function generateFiles(random: Random, shape: Shape, uids: Uids): ProjectFiles {
  return {
    project: {
      ...(shape.isShared
        ? {
            accounts: [
              { name: 'images', uid: uids.images },
              { name: 'prod', uid: uids.prod },
            ],
          }
        : {}),
      regions: [home, abroad],
      safety: { allow: ['delete', 'replace-system-disk', 'stop', 'unshare'] },
      ...(shape.environment === null
        ? {}
        : {
            environments: [
              { name: shape.environment, patches: [{ target: 'Instance/web', merge: { tags: { stage: 'staging' } } }] },
            ],
          }),
    },
    manifests: [
      aDocument('ImageSource', 'golden', { region: home, owner: uids.images, family: 'golden' }),
      ...(shape.isLate ? [] : [generateCopy(random, shape)]),
      generateFleet(random, shape),
      ...(shape.isShared ? [...aShare(random)] : []),
    ],
    policies: [aPolicy(uids)],
  };
}

function generateCopy(random: Random, shape: Shape): ManifestDocument {
  return aDocument('ImageCopy', 'base', {
    source: { imageSource: 'golden' },
    encrypted: true,
    destinations: shape.regions.map((region) => aDestination(region, shape.hasKeys)),
    ...(random.chance(0.5) ? { history: random.int(0, 1) } : {}),
    ...(random.chance(0.2) ? { keepHop: true } : {}),
    ...(random.chance(0.3) ? { family: 'web' } : {}),
    ...(random.chance(0.3) ? { tags: { tier: 'web' } } : {}),
  });
}

function aDestination(region: string, hasKey: boolean): Readonly<Record<string, unknown>> {
  return hasKey ? { region, kmsKeyId: keyByRegion[region] } : { region };
}

function generateFleet(random: Random, shape: Shape): ManifestDocument {
  const region = shape.runsCopy ? (shape.regions.at(-1) ?? home) : home;
  const probes = { health: { tcp: { port: 80, timeoutSeconds: 20, periodSeconds: 5 } } };
  return aDocument(
    'Instance',
    'web',
    {
      region,
      placement: [{ zone: `${region}-${region === home ? 'h' : 'a'}`, vSwitchId: 'vsw-web' }],
      replicas: random.int(1, 3),
      image: shape.runsCopy ? { imageCopy: 'base' } : { imageSource: 'golden' },
      instanceType: 'ecs.g7.large',
      securityGroupIds: ['sg-web'],
      systemDisk: {
        category: 'cloud_essd',
        sizeGiB: 40,
        encrypted: true,
        ...(shape.hasKeys ? { kmsKeyId: keyByRegion[region] } : {}),
      },
      ...(random.chance(0.3) ? { userData: userDataSecret } : {}),
      ...(random.chance(0.3) && !shape.adopts ? { keyPairName: 'web' } : {}),
      ...(random.chance(0.2) ? { power: 'Running' } : {}),
      ...(shape.adopts ? { adopt: ['i-found'] } : {}),
      update: {
        snapshotBefore: random.chance(0.3),
        minReadySeconds: 10,
        maxUnavailable: random.weighted([
          [3, 1],
          [1, 2],
        ]),
        onImageChange: random.weighted([
          [8, 'ReplaceSystemDisk'],
          [2, 'Recreate'],
        ]),
        ...(shape.hasProbes ? probes : {}),
        onFailure: random.pick(['Halt', 'Rollback']),
      },
    },
    { tier: 'web' },
  );
}

/** Planted: it must not be seen in anything that a run says. */
export const userDataSecret = '#!/bin/sh\necho planted-secret-of-the-user-data';

function aShare(random: Random): readonly ManifestDocument[] {
  return [
    aDocument('ImageSource', 'golden-own', { account: 'images', region: home, owner: 'self', family: 'golden' }),
    aDocument('ImageShare', 'golden-to-prod', {
      account: 'images',
      image: { imageSource: 'golden-own' },
      regions: [home],
      with: ['prod'],
      unlisted: random.pick(['Remove', 'Report']),
    }),
  ];
}

function aPolicy(uids: Uids): ManifestDocument {
  return aDocument('Policy', 'baseline', {
    extends: ['recommended'],
    rules: {
      'trust/trusted-owner': { severity: 'error', owners: [{ uid: uids.images, reason: 'our image factory' }] },
      'trust/share-target': { severity: 'error', accounts: [{ uid: uids.prod, reason: 'our workloads' }] },
      'encryption/required': { severity: 'error', kinds: ['ImageCopy', 'Instance'] },
    },
  });
}
