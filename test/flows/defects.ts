import type { ImageCopy, ImageShare, ImageSource, Instance } from '../../src/domain/desired.js';
import { fingerprintOf, type LockEntry } from '../../src/domain/lock.js';
import type {
  ObservedDisk,
  ObservedImage,
  ObservedInstance,
  ObservedKey,
  ObservedShare,
} from '../../src/domain/observed.js';
import type { Waiver } from '../../src/domain/policy.js';
import { instanceAddress } from '../../src/domain/address.js';
import {
  aDestination,
  aHardening,
  aLockEntry,
  anImageCopy,
  anImageDisk,
  anImageShare,
  anImageSource,
  anInstance,
  anObservedDisk,
  anObservedImage,
  anObservedInstance,
  anObservedKey,
  anObservedShare,
  aSharee,
  aWaiver,
  ownershipTags,
  uidOfImages,
  uidOfProd,
  uidOfStranger,
} from '../support/build.js';

/** A project and the cloud that it is about, while it is being made. */
export class Draft {
  readonly sources: ImageSource[] = [];
  readonly copies: ImageCopy[] = [];
  readonly shares: ImageShare[] = [];
  readonly instances: Instance[] = [];
  readonly entries: LockEntry[] = [];
  readonly images: ObservedImage[] = [];
  readonly machines: ObservedInstance[] = [];
  readonly disks: ObservedDisk[] = [];
  readonly liveShares: ObservedShare[] = [];
  readonly keys: ObservedKey[] = [];
  readonly waivers: Waiver[] = [];
  readonly rules: Record<string, Readonly<Record<string, unknown>>> = {};
  /** Whether the base asked for more. */
  isLoosened = false;
  /** Whether the last `update` found two images. */
  isAmbiguous = false;
  /** Whether a source in the files names no owner. */
  lacksOwner = false;

  /** A source of its own, locked, and seen as it is locked. */
  source(name: string, changes: Partial<ImageSource> = {}, image: Partial<ObservedImage> = {}): ImageSource {
    const source = anImageSource({ name, ...changes });
    const region = source.regions[0] ?? '';
    const owner = source.owner?.kind === 'account' ? source.owner.uid : 'system';
    const ownerAlias =
      owner === uidOfProd && source.account === 'prod'
        ? 'self'
        : owner === uidOfImages && source.account === 'images'
          ? 'self'
          : 'others';
    const facts = anObservedImage({
      imageId: `m-${name}`,
      region,
      owner,
      account: source.account,
      ownerAlias,
      ...image,
    });
    this.sources.push(source);
    this.images.push(facts);
    this.entries.push(
      aLockEntry({
        source: name,
        region,
        imageId: facts.imageId,
        owner,
        createdAt: facts.createdAt,
        disks: facts.disks,
      }),
    );
    return source;
  }

  copy(name: string, changes: Partial<ImageCopy> = {}): void {
    this.copies.push(anImageCopy({ name, ...changes }));
  }

  instance(name: string, changes: Partial<Instance> = {}): void {
    this.instances.push(anInstance({ name, ...changes }));
  }

  /** Member 0 as it runs. */
  machine(name: string, imageId: string, changes: Partial<ObservedInstance> = {}): void {
    const instanceId = changes.instanceId ?? `i-${name}`;
    const tags = ownershipTags(instanceAddress(name, 0), instanceId);
    this.machines.push(
      anObservedInstance({ instanceId, imageId, name: `${name}-0`, hostName: `${name}-0`, tags, ...changes }),
    );
    this.disks.push(anObservedDisk({ diskId: `d-${instanceId}`, instanceId, imageId }));
  }

  /** Changes what the cloud shows of a source after it was locked. */
  afterwards(name: string, changes: Partial<ObservedImage>): void {
    const index = this.images.findIndex(({ imageId }) => imageId === `m-${name}`);
    const image = this.images[index];
    if (image !== undefined) this.images[index] = { ...image, ...changes };
  }

  relock(name: string, changes: Partial<LockEntry>): void {
    const index = this.entries.findIndex(({ source }) => source === name);
    const entry = { ...aLockEntry(), ...this.entries[index], ...changes };
    this.entries[index] = { ...entry, fingerprint: fingerprintOf(entry) };
  }
}

const own = { owner: { kind: 'account', uid: uidOfProd } } as const;
const abroad = [aDestination({ region: 'ap-southeast-1' })];
const encrypted = { disks: [anImageDisk({ encrypted: true })] };

/** For each rule one way to break it, with resources of its own, so that defects do not hide each other. */
export const defects: Readonly<Record<string, (draft: Draft) => void>> = {
  'encryption/key-allowed': (draft) => {
    draft.rules['encryption/key-allowed'] = { keys: [{ id: 'key-missing' }], serviceKey: true };
    draft.copy('d-key', { destinations: [aDestination({ kmsKeyId: 'key-other' })] });
  },
  'encryption/key-region': (draft) => {
    draft.keys.push(anObservedKey({ keyId: 'key-missing', state: 'Missing' }));
    draft.copy('d-missing', { destinations: [aDestination({ kmsKeyId: 'key-missing' })] });
  },
  'encryption/no-plain-from-encrypted': (draft) => {
    draft.source('d-own', own, encrypted);
    draft.copy('d-plain', { source: 'd-own', encrypted: false });
  },
  'encryption/required': (draft) => draft.copy('d-required', { encrypted: false }),
  'encryption/share-service-key': (draft) => {
    draft.copy('d-shared');
    draft.shares.push(
      anImageShare({
        name: 'd-service',
        account: 'prod',
        image: { kind: 'imageCopy', name: 'd-shared' },
        with: [aSharee({ uid: uidOfImages, account: 'images' })],
      }),
    );
  },
  'encryption/shared-encrypted-image': (draft) => {
    draft.source('d-sealed', {}, encrypted);
    draft.copy('d-unsealed', { source: 'd-sealed', encrypted: false });
  },
  'encryption/unknown': (draft) => {
    draft.source('d-silent', own, { disks: [anImageDisk({ encrypted: 'unknown' })] });
    draft.copy('d-quiet', { source: 'd-silent', encrypted: null });
  },
  'hygiene/naming': (draft) => {
    draft.rules['hygiene/naming'] = { patterns: ['d-*', 'web'], kinds: ['Instance'] };
    draft.instance('x-named');
  },
  'hygiene/required-tags': (draft) => {
    draft.rules['hygiene/required-tags'] = { tags: ['team'], kinds: ['Instance'] };
    draft.instance('d-untagged');
  },
  'hygiene/secret-in-user-data': (draft) =>
    draft.instance('d-told', { userData: 'AccessKeySecret: notARealSecretButLongEnough' }),
  'hygiene/waiver': (draft) => {
    draft.waivers.push(aWaiver({ name: 'd-idle', resources: ['Instance/nothing'], expires: '2026-02-01' }));
  },
  'hygiene/policy-loosened': (draft) => {
    draft.isLoosened = true;
  },
  'lifecycle/deletion-protection': (draft) => {
    draft.rules['lifecycle/deletion-protection'] = { required: true };
    draft.instance('d-open');
  },
  'lifecycle/duplicate': (draft) => {
    draft.instance('d-double');
    for (const instanceId of ['i-a', 'i-b'])
      draft.machine('d-double', 'm-copy1', { instanceId, tags: ownershipTags('Instance/d-double/0', instanceId) });
  },
  'lifecycle/prepaid': (draft) => {
    draft.rules['lifecycle/prepaid'] = { actions: ['ReplaceSystemDisk'] };
    draft.instance('d-bought');
    draft.machine('d-bought', 'm-old', { chargeType: 'PrePaid' });
  },
  'lifecycle/system-disk-replaced': (draft) => {
    draft.rules['lifecycle/system-disk-replaced'] = { maxMembers: 0 };
    draft.instance('d-replaced');
    draft.machine('d-replaced', 'm-old');
  },
  'lifecycle/unshare-impact': (draft) => {
    draft.rules['lifecycle/unshare-impact'] = { maxInstances: 0 };
    draft.source('d-given', { account: 'images' });
    draft.shares.push(anImageShare({ name: 'd-taken', image: { kind: 'imageSource', name: 'd-given' } }));
    draft.liveShares.push(anObservedShare({ imageId: 'm-d-given', accounts: [uidOfProd, uidOfStranger] }));
  },
  'manifest/create-only': (draft) => {
    draft.instance('d-fixed', { keyPairName: 'ops' });
    draft.machine('d-fixed', 'm-old');
  },
  'manifest/image-size': (draft) => {
    draft.source('d-large', own, { sizeGiB: 60, disks: [anImageDisk({ encrypted: true, sizeGiB: 60 })] });
    draft.instance('d-tight', { image: { kind: 'imageSource', name: 'd-large' } });
  },
  'manifest/policy': (draft) => {
    draft.rules['trust/nothing'] = {};
  },
  'region/allowed': (draft) => {
    draft.rules['region/allowed'] = { regions: ['cn-hangzhou'], kinds: ['ImageCopy'] };
    draft.source('d-home', own);
    draft.copy('d-away', { source: 'd-home', destinations: abroad });
  },
  'region/image-region': (draft) => draft.instance('d-apart', { region: 'ap-southeast-1' }),
  'region/residency': (draft) => {
    draft.rules['region/residency'] = { regions: ['cn-hangzhou'], sources: ['d-resident'] };
    draft.source('d-resident', own);
    draft.copy('d-emigrant', { source: 'd-resident', destinations: abroad });
  },
  'region/shared-copy-region': (draft) => {
    draft.rules['region/allowed'] = { regions: ['cn-hangzhou'], kinds: ['ImageCopy'] };
    draft.source('d-far', { regions: ['ap-southeast-1'] });
    draft.copy('d-hopping', { source: 'd-far' });
  },
  'trust/ambiguous-source': (draft) => {
    draft.isAmbiguous = true;
  },
  'trust/community-image': (draft) => void draft.source('d-public', {}, { isPublic: true }),
  'trust/copy-before-use': (draft) => draft.instance('d-direct', { image: { kind: 'imageSource', name: 'golden' } }),
  'trust/password-inherit': (draft) =>
    draft.instance('d-inherits', { image: { kind: 'imageSource', name: 'golden' }, passwordInherit: true }),
  'trust/data-disk-snapshots': (draft) =>
    void draft.source('d-full', {}, { disks: [anImageDisk(), anImageDisk({ device: '/dev/xvdb', type: 'data' })] }),
  'trust/deprecated-image': (draft) => void draft.source('d-dated', {}, { status: 'Deprecated' }),
  'trust/fingerprint': (draft) => {
    draft.source('d-swapped');
    draft.afterwards('d-swapped', { disks: [anImageDisk({ snapshotId: 's-other' })] });
  },
  'trust/image-age': (draft) => void draft.source('d-aged', {}, { createdAt: '2025-01-01T00:00:00Z' }),
  'trust/image-hardening': (draft) => void draft.source('d-soft', {}, { hardening: aHardening({ imds: 'v1' }) }),
  'trust/image-unavailable': (draft) => {
    draft.source('d-gone', {}, { status: 'UnAvailable' });
    draft.copy('d-unmade', { source: 'd-gone' });
  },
  'trust/marketplace-image': (draft) => void draft.source('d-paid', {}, { productCode: 'cmjj0001' }),
  'trust/owner-mismatch': (draft) => {
    draft.source('d-stolen');
    draft.relock('d-stolen', { owner: uidOfStranger });
  },
  'trust/owner-required': (draft) => {
    draft.lacksOwner = true;
  },
  'trust/share-source-disappeared': (draft) => {
    draft.source('d-lost', {}, { account: 'nobody' });
    draft.instance('d-orphan', { image: { kind: 'imageSource', name: 'd-lost' } });
    draft.machine('d-orphan', 'm-d-lost');
  },
  'trust/share-target': (draft) => {
    draft.source('d-ours', { account: 'images' });
    draft.shares.push(
      anImageShare({
        name: 'd-wide',
        image: { kind: 'imageSource', name: 'd-ours' },
        with: [aSharee({ uid: uidOfStranger, account: null })],
      }),
    );
  },
  'trust/trusted-owner': (draft) => void draft.source('d-strange', { owner: { kind: 'account', uid: uidOfStranger } }),
  'trust/unlocked-source': (draft) => {
    draft.sources.push(anImageSource({ name: 'd-loose' }));
  },
};
