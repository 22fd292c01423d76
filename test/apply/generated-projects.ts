import fc from 'fast-check';
import { aCopy, aFleet, imagesUid, prodUid, source, type World } from './support.js';

/** Projects as they come: whatever may be asked for of copies, a fleet and a share. */
export interface Wishes {
  readonly destinations: readonly ('cn-hangzhou' | 'ap-southeast-1')[];
  readonly keepHop: boolean;
  readonly history: number | null;
  readonly family: string | null;
  readonly replicas: number;
  readonly maxUnavailable: number;
  readonly snapshotBefore: boolean;
  readonly instanceType: string;
  readonly sizeGiB: number;
  readonly description: string | null;
  readonly userData: string | null;
  readonly httpTokens: 'optional' | 'required' | null;
  readonly protection: boolean | null;
  readonly groups: readonly string[];
  readonly team: string;
  readonly isOnSource: boolean;
  readonly isShared: boolean;
}

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

export const wishes: fc.Arbitrary<Wishes> = fc.record({
  destinations: fc.shuffledSubarray(['cn-hangzhou', 'ap-southeast-1'] as const, { minLength: 1 }),
  keepHop: fc.boolean(),
  history: optional(fc.integer({ min: 0, max: 2 })),
  family: optional(fc.constantFrom('web', 'web-2')),
  replicas: fc.integer({ min: 0, max: 4 }),
  maxUnavailable: fc.integer({ min: 1, max: 3 }),
  snapshotBefore: fc.boolean(),
  instanceType: fc.constantFrom('ecs.g7.large', 'ecs.g7.xlarge'),
  sizeGiB: fc.constantFrom(40, 60),
  description: optional(fc.constantFrom('blue', 'green')),
  userData: optional(fc.constantFrom('#!/bin/sh', '#!/bin/sh\necho two')),
  httpTokens: optional(fc.constantFrom('optional' as const, 'required' as const)),
  protection: optional(fc.constant(false)),
  groups: fc.shuffledSubarray(['sg-a', 'sg-b', 'sg-c'], { minLength: 1 }),
  team: fc.constantFrom('web', 'shop'),
  isOnSource: fc.boolean(),
  isShared: fc.boolean(),
});

/** Absent where it is null: then it is not managed. */
function given(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

export function documentsOf(wish: Wishes): World['documents'] {
  const isCopied = wish.destinations.includes('cn-hangzhou');
  const image = wish.isOnSource || !isCopied ? { imageSource: 'golden' } : { imageCopy: 'base' };
  const fleet = aFleet(
    wish.replicas,
    {
      image,
      instanceType: wish.instanceType,
      securityGroupIds: wish.groups,
      systemDisk: { category: 'cloud_essd', sizeGiB: wish.sizeGiB, encrypted: true },
      tags: { team: wish.team },
      ...given({
        description: wish.description,
        userData: wish.userData,
        deletionProtection: wish.protection,
        metadataOptions: wish.httpTokens === null ? null : { httpTokens: wish.httpTokens },
      }),
    },
    { maxUnavailable: wish.maxUnavailable, snapshotBefore: wish.snapshotBefore },
  );
  const copy = aCopy({
    destinations: wish.destinations.map((region) => ({ region })),
    keepHop: wish.keepHop,
    tags: { team: wish.team },
    ...given({ history: wish.history, family: wish.family }),
  });
  return [source, copy, fleet, ...(wish.isShared ? sharing : [])];
}

/** Both sides of the share in one project: who may use the image is managed as well. */
const sharing: World['documents'] = [
  {
    apiVersion: 'tallyman.dev/v1',
    kind: 'ImageSource',
    metadata: { name: 'golden-own' },
    spec: { account: 'images', region: 'cn-hangzhou', owner: 'self', family: 'golden' },
  },
  {
    apiVersion: 'tallyman.dev/v1',
    kind: 'ImageShare',
    metadata: { name: 'golden' },
    spec: { account: 'images', image: { imageSource: 'golden-own' }, regions: ['cn-hangzhou'], with: ['prod'] },
  },
];

export const bothAccounts = {
  accounts: [
    { name: 'images', uid: imagesUid },
    { name: 'prod', uid: prodUid },
  ],
};
