import { copyAddress } from '../../domain/address.js';
import { accountOf, type Desired } from '../../domain/desired.js';
import type {
  ObservedDisk,
  ObservedImage,
  ObservedInstance,
  ObservedKey,
  ObservedState,
  Scope,
} from '../../domain/observed.js';
import { tagKey } from '../../domain/ownership.js';
import type { Scenario, ScenarioSpec } from '../../emulator/index.js';
import type { RehearsalSeed } from '../../ports/rehearsal-world.js';
import { isInTheMaking, sourceOf } from './unfinished.js';

type ListOf<K extends keyof ScenarioSpec> = NonNullable<ScenarioSpec[K]>;
type Item<K extends 'images' | 'instances' | 'disks' | 'snapshots' | 'kmsKeys'> = ListOf<K>[number];

/** The key that the service keeps in every account and region. Source: ECS user guide, encryption. */
const serviceKeyId = 'alias/acs/ecs';

/** Stands for the owner of an image whose answer names none. */
const unknownUid = '9999999999999999';

/** IDs are drawn from it: another one than a scenario has, so that nothing new gets the ID of what was observed. */
const rehearsalSeed = 7_316_829_104;

/** What was not looked at must not run out. */
const plenty = 1_000_000;

/**
 * What was observed, as a scenario. The lists that it leaves out let every well-formed ID pass; keys are listed in full,
 * since each key that a manifest names was asked for. Limits that an account can have raised are far away, others hold.
 */
export function scenarioOf({ desired, observed, nowMs }: RehearsalSeed): Scenario {
  const world = new SeenWorld(desired, observed);
  return {
    apiVersion: 'tallyman.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'rehearsal' },
    spec: {
      seed: rehearsalSeed,
      clock: { start: new Date(nowMs).toISOString(), speed: 0 },
      accounts: world.accounts(),
      images: world.images(),
      instances: observed.instances.map((instance) => world.instance(instance)),
      disks: world.looseDisks(),
      snapshots: observed.snapshots.map((snapshot) => world.snapshot(snapshot)),
      kmsKeys: world.keys(),
      quotas: {
        imagesPerRegion: plenty,
        snapshotsPerRegion: plenty,
        instancesPerRegion: plenty,
        imagesPerFamily: plenty,
        familiesPerRegion: plenty,
      },
      switches: {
        // A copy under way whose source is no longer locked was not looked at: it may well be there.
        unsharedDuringCopy: world.hasUnseenSource() ? 'completes' : 'fails',
        unlistedInstanceTypes: 'accept',
      },
    },
  };
}

/** Looks up what one fact needs of the others. */
class SeenWorld {
  constructor(
    readonly desired: Desired,
    readonly observed: ObservedState,
  ) {}

  uidOf({ account }: Pick<Scope, 'account'>): string {
    return accountOf(this.desired.project, account).uid;
  }

  /** Everybody who is spoken of: whether an account exists that an image is shared with, only the service knows. */
  accounts(): ScenarioSpec['accounts'] {
    const { desired, observed } = this;
    const named = desired.project.accounts.map(({ name, uid }) => ({ name, uid, accessKeys: [] }));
    const others = new Set([
      ...observed.images.map((image) => this.ownerUid(image)),
      ...observed.shares.flatMap(({ accounts }) => accounts),
      ...desired.imageShares.flatMap((share) => share.with.map(({ uid }) => uid)),
    ]);
    for (const { uid } of named) others.delete(uid);
    others.delete('');
    return [...named, ...[...others].sort().map((uid) => ({ name: `account ${uid}`, uid, accessKeys: [] }))];
  }

  /** '' for what belongs to no account. */
  ownerUid(image: ObservedImage): string {
    if (image.ownerAlias === 'system' || image.ownerAlias === 'marketplace') return '';
    if (image.ownerAlias === 'self') return this.uidOf(image);
    return image.owner === '' ? unknownUid : image.owner;
  }

  /** An image that several accounts see is one image; its owner's view comes first, as it shows the most. */
  images(): readonly Item<'images'>[] {
    const viewsById = new Map<string, ObservedImage[]>();
    for (const image of this.observed.images) {
      viewsById.set(image.imageId, [...(viewsById.get(image.imageId) ?? []), image]);
    }
    return [...viewsById.values()].flatMap((views) => {
      const [first] = views.toSorted((a, b) => Number(b.ownerAlias === 'self') - Number(a.ownerAlias === 'self'));
      return first === undefined ? [] : [this.image(first, views)];
    });
  }

  private image(image: ObservedImage, views: readonly ObservedImage[]): Item<'images'> {
    const { hardening } = image;
    const whose =
      image.ownerAlias === 'system' || image.ownerAlias === 'marketplace'
        ? { owner: image.ownerAlias }
        : { account: this.ownerUid(image), sharedWith: this.sharees(image, views), community: image.isPublic };
    return {
      ...whose,
      id: image.imageId,
      region: image.region,
      name: image.name,
      description: image.description,
      family: ownFamily(image),
      status: image.status,
      usable: image.usable ?? !isInTheMaking(image.status),
      createdAt: image.createdAt,
      sizeGiB: image.sizeGiB,
      ...(image.architecture === '' ? {} : { architecture: image.architecture }),
      ...(image.osType === '' ? {} : { osType: image.osType }),
      productCode: image.productCode,
      ...(hardening.bootMode === null ? {} : { bootMode: hardening.bootMode }),
      isCopied: image.tags[tagKey.sourceImage] !== undefined,
      tags: image.tags,
      disks: image.disks.map((disk) => ({
        ...disk,
        // Unseen is what can be launched and copied in most ways.
        encrypted: disk.encrypted === true,
        kmsKeyId: disk.encrypted === true ? this.imageKey(image) : null,
      })),
    };
  }

  private sharees(image: ObservedImage, views: readonly ObservedImage[]): readonly string[] {
    const share = this.observed.shares.find(({ imageId }) => imageId === image.imageId);
    const seeing = views.filter(({ ownerAlias }) => ownerAlias !== 'self').map((view) => this.uidOf(view));
    return [...new Set([...(share?.accounts ?? []), ...seeing])].sort();
  }

  /**
   * No answer names the key of an image. A copy at its address was made with the key of its manifest. Of others only so
   * much is known: who shares an image did not use the service key.
   */
  private imageKey(image: ObservedImage): string {
    const address = image.tags[tagKey.resource];
    const destination = this.desired.imageCopies
      .flatMap((copy) => copy.destinations.map((one) => ({ ...one, address: copyAddress(copy.name, one.region) })))
      .find((one) => one.address === address);
    if (destination?.kmsKeyId != null) return destination.kmsKeyId;
    const isShared = this.observed.shares.some(({ imageId }) => imageId === image.imageId);
    return image.ownerAlias === 'self' && !isShared ? serviceKeyId : unseenKey(this.ownerUid(image), image.region);
  }

  /** Whether the source of a copy under way is none of the images that were looked at. */
  hasUnseenSource(): boolean {
    const { images } = this.observed;
    return images.some((image) => isInTheMaking(image.status) && sourceOf(image, this) === undefined);
  }

  instance(instance: ObservedInstance): Item<'instances'> {
    return {
      id: instance.instanceId,
      account: this.uidOf(instance),
      region: instance.region,
      name: instance.name,
      hostName: instance.hostName,
      description: instance.description,
      status: instance.status,
      imageId: instance.imageId,
      instanceType: instance.instanceType,
      ...(instance.zoneId === '' ? {} : { zoneId: instance.zoneId }),
      vSwitchId: instance.vSwitchId,
      ...(instance.privateIp === '' ? {} : { privateIp: instance.privateIp }),
      securityGroupIds: instance.securityGroupIds,
      chargeType: instance.chargeType === 'PrePaid' ? 'PrePaid' : 'PostPaid',
      ...(instance.spotStrategy === '' ? {} : { spotStrategy: instance.spotStrategy }),
      deletionProtection: instance.deletionProtection,
      keyPairName: instance.keyPairName,
      ...(instance.metadataOptions === null ? {} : { metadataOptions: instance.metadataOptions }),
      ramRoleName: instance.ramRoleName ?? '',
      locks: instance.locks,
      createdAt: instance.createdAt,
      tags: instance.tags,
      disks: this.disksOf(instance),
    };
  }

  /** Every machine has a system disk, whether it was listed or not. */
  private disksOf(instance: ObservedInstance): NonNullable<Item<'instances'>['disks']> {
    const disks = this.observed.disks
      .filter(({ instanceId }) => instanceId === instance.instanceId)
      .toSorted((a, b) => Number(a.type === 'data') - Number(b.type === 'data'))
      .map(diskFacts);
    const hasSystemDisk = disks.some(({ type }) => type === 'system');
    return hasSystemDisk ? disks : [{ id: `d-unseen-${instance.instanceId}`, type: 'system' }, ...disks];
  }

  /** Disks that are attached to nothing that was listed. */
  looseDisks(): readonly Item<'disks'>[] {
    const known = new Set(this.observed.instances.map(({ instanceId }) => instanceId));
    return this.observed.disks
      .filter(({ instanceId }) => !known.has(instanceId))
      .map((disk) => {
        const place = { account: this.uidOf(disk), region: disk.region };
        return { ...diskFacts(disk), ...place, instanceId: disk.instanceId, createdAt: disk.createdAt };
      });
  }

  snapshot(snapshot: ObservedState['snapshots'][number]): Item<'snapshots'> {
    const status = (['progressing', 'accomplished', 'failed'] as const).find((known) => known === snapshot.status);
    return {
      id: snapshot.snapshotId,
      account: this.uidOf(snapshot),
      region: snapshot.region,
      sourceDiskId: snapshot.sourceDiskId,
      ...(status === undefined ? {} : { status }),
      createdAt: snapshot.createdAt,
      tags: snapshot.tags,
    };
  }

  /** Those that were asked for, as they are; and, since they serve, those that something is encrypted with. */
  keys(): readonly Item<'kmsKeys'>[] {
    const byId = new Map<string, Item<'kmsKeys'>>();
    const missing = new Set<string>();
    for (const { keyId, state, ...scope } of this.observed.keys) {
      if (keyId === serviceKeyId) continue;
      if (state === 'Missing') missing.add(keyId);
      else byId.set(keyId, { id: keyId, account: this.uidOf(scope), region: scope.region, state: stateOf[state] });
    }
    const add = (id: string, account: string, region: string): void => {
      if (id !== serviceKeyId && !byId.has(id) && !missing.has(id)) byId.set(id, { id, account, region });
    };
    for (const disk of this.observed.disks) {
      if (disk.kmsKeyId !== null) add(disk.kmsKeyId, this.uidOf(disk), disk.region);
    }
    for (const image of this.observed.images) {
      const uid = this.ownerUid(image);
      if (uid !== '') add(unseenKey(uid, image.region), uid, image.region);
    }
    return [...byId.values()];
  }
}

/** A key that no answer named, and that therefore serves. */
function unseenKey(uid: string, region: string): string {
  return `key-unseen-${uid}-${region}`;
}

/** A foreign family is shown with its owner in front. */
function ownFamily({ family }: ObservedImage): string {
  return family.replace(/^acs:\d+:/, '');
}

function diskFacts(disk: ObservedDisk): Omit<Item<'disks'>, 'account' | 'region'> {
  const status = diskStatuses.find((known) => known === disk.status);
  return {
    id: disk.diskId,
    type: disk.type,
    ...(disk.device === '' ? {} : { device: disk.device }),
    ...(status === undefined ? {} : { status }),
    category: disk.category,
    performanceLevel: disk.performanceLevel,
    sizeGiB: disk.sizeGiB,
    encrypted: disk.encrypted,
    kmsKeyId: disk.encrypted ? (disk.kmsKeyId ?? serviceKeyId) : null,
    autoSnapshotPolicyId: disk.autoSnapshotPolicyId,
    imageId: disk.imageId,
    tags: disk.tags,
  };
}

const diskStatuses = ['Creating', 'Attaching', 'In_use', 'Detaching', 'Available', 'ReIniting'] as const;

/** A state that is not known to forbid the key's use does not forbid it. */
const stateOf = {
  Enabled: 'Enabled',
  Disabled: 'Disabled',
  PendingDeletion: 'PendingDeletion',
  Other: 'Enabled',
} as const satisfies Readonly<Record<Exclude<ObservedKey['state'], 'Missing'>, NonNullable<Item<'kmsKeys'>['state']>>>;
