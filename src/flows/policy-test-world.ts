import { type Desired, sourceNamed } from '../domain/desired.js';
import type { PolicyTestDocument } from '../domain/generated/documents.js';
import { ownerText } from '../domain/image-owner.js';
import { fingerprintOf, type Lock, type LockEntry } from '../domain/lock.js';
import type { ImageDiskFacts, ObservedImage, ObservedState } from '../domain/observed.js';

type Case = PolicyTestDocument['spec']['cases'][number];
type LockedFacts = NonNullable<Case['lock']>[number];
type LiveFacts = NonNullable<NonNullable<Case['live']>['images']>[number];

/** What a case says of the lock, filled up with what does not matter to it. */
export function lockOf(facts: readonly LockedFacts[], desired: Desired, today: string): Lock {
  return { file: 'tallyman.lock.yaml', entries: facts.map((entry) => entryOf(entry, desired, today)) };
}

function entryOf(facts: LockedFacts, desired: Desired, today: string): LockEntry {
  const { source, region, imageId, name = imageId, createdAt = `${today}T00:00:00Z`, sizeGiB = 40 } = facts;
  const declared = sourceNamed(desired, source);
  const owner = facts.owner ?? (declared?.owner == null ? 'system' : ownerText(declared.owner));
  const encrypted = facts.encrypted ?? 'unknown';
  const disks: readonly ImageDiskFacts[] = [
    { device: '/dev/xvda', type: 'system', sizeGiB, snapshotId: '', encrypted },
  ];
  return {
    source,
    region,
    selector: declared?.selectorDigest ?? '',
    imageId,
    owner,
    name,
    createdAt,
    sizeGiB,
    encrypted,
    disks,
    fingerprint: fingerprintOf({ imageId, owner, createdAt, disks }),
    via: null,
  };
}

/** What a case says of the cloud: locked images as they are seen, and nothing else. */
export function observedOf(facts: readonly LiveFacts[], lock: Lock, desired: Desired, today: string): ObservedState {
  const { accounts, regions } = desired.project;
  return {
    takenAt: `${today}T00:00:00Z`,
    scopes: accounts.flatMap(({ name }) => regions.map((region) => ({ account: name, region }))),
    images: facts.map((image) => imageOf(image, lock, desired, today)),
    instances: [],
    disks: [],
    snapshots: [],
    keys: [],
    shares: [],
    apiCalls: {},
  };
}

function imageOf(facts: LiveFacts, lock: Lock, desired: Desired, today: string): ObservedImage {
  const locked = lock.entries.find(({ imageId, region }) => imageId === facts.imageId && region === facts.region);
  const owner = locked?.owner ?? 'system';
  const uid = desired.project.accounts.find(({ name }) => name === facts.account)?.uid;
  return {
    account: facts.account,
    region: facts.region,
    imageId: facts.imageId,
    name: locked?.name ?? facts.imageId,
    description: '',
    family: facts.family ?? '',
    ownerAlias: owner === 'system' || owner === 'marketplace' ? owner : owner === uid ? 'self' : 'others',
    owner,
    isPublic: facts.isPublic ?? false,
    status: facts.status ?? 'Available',
    usable: null,
    progress: '',
    remainingSeconds: null,
    createdAt: locked?.createdAt ?? `${today}T00:00:00Z`,
    sizeGiB: locked?.sizeGiB ?? 40,
    architecture: facts.architecture ?? 'x86_64',
    osType: facts.osType ?? 'linux',
    productCode: '',
    hardening: { bootMode: null, nvme: null, imds: null, nonRootLogin: null, cloudInit: null, risks: null },
    disks: locked?.disks ?? [],
    tags: facts.tags ?? {},
  };
}
