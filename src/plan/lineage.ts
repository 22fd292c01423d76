import type { Action, ImageRef } from '../domain/action.js';
import { type Address, copyAddress, instanceAddress, memberOf, resourceOf } from '../domain/address.js';
import { kindOf } from '../domain/change-kind.js';
import { copyNamed, type Desired, type ImageCopy, type ImageReference, type Instance } from '../domain/desired.js';
import { type WantedCopy, wantedCopies } from '../domain/lineage.js';
import { type Lineage, type LineageNode, withAncestors } from '../domain/lineage-graph.js';
import { encryptionOf, entriesOf, type Lock } from '../domain/lock.js';
import type { ObservedImage, ObservedState } from '../domain/observed.js';
import { tagKey } from '../domain/ownership.js';
import type { Plan, ResourceChange } from '../domain/plan.js';
import { type PlanningContext, planningContext } from './context.js';
import { presentCopy } from './image-copy.js';
import { isNamed, isNarrowed, type Narrowing } from './narrow.js';

/**
 * Where everything that manifests and plan speak of comes from, as it will be after the plan: what is replaced hangs on
 * its new image, what is deleted on its old one.
 */
export function lineageOf(
  desired: Desired,
  lock: Lock,
  observed: ObservedState,
  nowMs: number,
  plan: Plan,
  narrowing: Narrowing = { targets: [], excludes: [] },
): Lineage {
  const drawing = new Drawing(desired, lock, observed, nowMs, plan);
  for (const source of desired.imageSources) drawing.addSource(source);
  for (const copy of desired.imageCopies) drawing.addCopies(copy);
  drawing.addOtherCopies();
  for (const share of desired.imageShares) drawing.addShare(share);
  for (const instance of desired.instances) drawing.addMembers(instance);
  drawing.addOtherInstances();
  return isNarrowed(narrowing) ? narrowed(drawing.finished(), narrowing) : drawing.finished();
}

/** What is named or changes, and all that it is made from. */
function narrowed(lineage: Lineage, narrowing: Narrowing): Lineage {
  const isKept = ({ address, change }: LineageNode): boolean => {
    if (address === null) return false;
    const isInside = narrowing.targets.some((target) => target.startsWith(`${address}/`));
    return (change !== 'read' && change !== 'no-op') || isInside || isNamed(address, narrowing);
  };
  const keys = lineage.nodes.filter(isKept).map(({ key }) => key);
  return withAncestors(lineage, keys);
}

class Drawing {
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges = new Map<string, readonly [string, string]>();
  readonly #context: PlanningContext;
  readonly #changesAt = new Map<Address, ResourceChange[]>();
  readonly #imageOf = new Map<Address, ImageRef>();
  readonly #imageById: ReadonlyMap<string, ObservedImage>;
  readonly #nodeOfImage = new Map<string, string>();
  readonly #encryptedByInstance: ReadonlyMap<string, boolean>;

  constructor(
    readonly desired: Desired,
    readonly lock: Lock,
    readonly observed: ObservedState,
    nowMs: number,
    readonly plan: Plan,
  ) {
    this.#context = planningContext(desired, lock, observed, nowMs, { retryRejected: false, prune: false });
    this.#imageById = new Map(observed.images.map((image) => [image.imageId, image]));
    const systemDisks = observed.disks.filter(({ type }) => type === 'system');
    this.#encryptedByInstance = new Map(systemDisks.map((disk) => [disk.instanceId, disk.encrypted]));
    for (const change of plan.changes) {
      const here = this.#changesAt.get(change.address);
      if (here === undefined) this.#changesAt.set(change.address, [change]);
      else here.push(change);
    }
    for (const action of plan.actions) {
      const image = imageUsedBy(action);
      if (image !== null) this.#imageOf.set(action.address, image);
    }
  }

  /** Every region in which it is pinned; one that is pinned nowhere is there without an image. */
  addSource({ address, name, account, regions, owner }: Desired['imageSources'][number]): void {
    const base = { ...blank, role: 'source' as const, address, account, change: 'read' as const };
    const entries = entriesOf(this.lock, name).filter(({ region }) => regions.includes(region));
    for (const entry of entries) {
      const { imageId, name: imageName, region, encrypted } = entry;
      const key = sourceKey(name, region);
      this.#add({ ...base, key, imageId, imageName, region, encrypted, owner: entry.owner });
      if (!this.#nodeOfImage.has(imageId)) this.#nodeOfImage.set(imageId, key);
    }
    const [region] = regions;
    if (entries.length > 0 || region === undefined) return;
    const uid = owner?.kind === 'account' ? owner.uid : (owner?.kind ?? null);
    this.#add({ ...base, key: sourceKey(name, region), region, owner: uid });
  }

  addCopies(copy: ImageCopy): void {
    for (const target of wantedCopies(this.desired, this.lock, copy)) this.#addCopy(copy, target);
  }

  #addCopy(copy: ImageCopy, target: WantedCopy): void {
    const { address, role, region, entry, via } = target;
    const present = presentCopy(this.#context, copy, target);
    const changes = this.#changesAt.get(address) ?? [];
    const change = changes.find(({ verb }) => verb !== 'delete');
    // What goes is drawn with the others that go.
    if (changes.some(({ verb, id }) => verb === 'delete' && id !== null && id === present?.imageId)) return;
    // A hop that has done its work is no more, and the copy beyond it hangs on the source.
    if (present === undefined && change === undefined) return;
    const isThere = present !== undefined && change?.verb !== 'create';
    const adopted = change?.importing ?? null;
    const imageId = isThere ? present.imageId : adopted;
    const image = imageId === null ? undefined : this.#imageById.get(imageId);
    this.#add({
      ...blank,
      key: address,
      role,
      address,
      imageId,
      imageName: image?.name ?? target.imageName,
      account: copy.account,
      region,
      encrypted: image === undefined ? (target.encrypted ?? entry.encrypted) : encryptionOf(image.disks),
      kmsKeyId: target.kmsKeyId,
      change: change === undefined ? 'no-op' : kindOf(change),
    });
    if (imageId !== null) this.#nodeOfImage.set(imageId, address);
    const from = via !== null && this.#nodes.has(via) ? via : sourceKey(copy.source, entry.region);
    this.#connect(from, address);
  }

  /** Copies that go: superseded ones, hops, those that no manifest wants any more. */
  addOtherCopies(): void {
    for (const change of this.plan.changes) {
      if (change.type !== 'image_copy' || change.verb !== 'delete' || change.id === null) continue;
      const image = this.#imageById.get(change.id);
      if (image !== undefined) this.#addImage(image, change);
    }
  }

  /** An image that is there and that is neither a source nor a wanted copy; returns its key. */
  #addImage(image: ObservedImage, change: ResourceChange | null): string {
    const { imageId, name, account, region, owner, ownerAlias, tags, disks } = image;
    const isOurs = ownerAlias === 'self' && tags[tagKey.project] === this.#context.project;
    const address = isOurs ? (tags[tagKey.resource] ?? null) : null;
    const key = `image ${imageId}`;
    this.#add({
      ...blank,
      key,
      role: address === null ? 'image' : address.split('/')[2] === 'hop' ? 'hop' : 'copy',
      address,
      imageId,
      imageName: name,
      account,
      region,
      owner: ownerAlias === 'self' ? null : owner,
      encrypted: encryptionOf(disks),
      change: change === null ? (address === null ? 'read' : 'no-op') : kindOf(change),
    });
    this.#nodeOfImage.set(imageId, key);
    const from = isOurs ? tags[tagKey.sourceImage] : undefined;
    if (from !== undefined) this.#connect(this.#keyOfImage(from, unknownPlace), key);
    return key;
  }

  /** The node of an image, which is made where there is none yet. */
  #keyOfImage(imageId: string, { account, region }: { readonly account: string; readonly region: string }): string {
    const known = this.#nodeOfImage.get(imageId);
    if (known !== undefined) return known;
    const image = this.#imageById.get(imageId);
    if (image !== undefined) return this.#addImage(image, null);
    const key = `image ${imageId}`;
    this.#add({
      ...blank,
      key,
      role: 'image',
      address: null,
      imageId,
      account,
      region,
      encrypted: 'unknown',
      change: 'read',
    });
    this.#nodeOfImage.set(imageId, key);
    return key;
  }

  #keyOfRef(ref: ImageRef, place: { readonly account: string; readonly region: string }): string {
    return ref.kind === 'copy' ? ref.address : this.#keyOfImage(ref.imageId, place);
  }

  addShare({ address, name, account, image, regions }: Desired['imageShares'][number]): void {
    for (const region of regions) {
      const prefix = `ImageShare/${name}/${region}/`;
      const changes = this.#sharesBelow().get(prefix) ?? [];
      if (changes.length === 0) continue;
      const amount = (verb: ResourceChange['verb']): number => changes.filter((change) => change.verb === verb).length;
      const sharees = { added: amount('create'), removed: amount('delete'), kept: amount('no-op') };
      const key = `${address}/${region}`;
      const change = sharees.added + sharees.removed > 0 ? ('update' as const) : ('no-op' as const);
      this.#add({ ...blank, key, role: 'share', address: key, account, region, sharees, change });
      this.#connect(this.#wantedKey(image, region), key);
      const uids = new Set(changes.filter(({ verb }) => verb !== 'delete').map(({ address: at }) => memberOf(at)));
      this.#connectReceivers(key, image, region, uids);
    }
  }

  #shares: ReadonlyMap<string, readonly ResourceChange[]> | null = null;

  #sharesBelow(): ReadonlyMap<string, readonly ResourceChange[]> {
    if (this.#shares !== null) return this.#shares;
    const byPrefix = new Map<string, ResourceChange[]>();
    for (const change of this.plan.changes) {
      if (change.type !== 'image_share') continue;
      const prefix = change.address.slice(0, change.address.lastIndexOf('/') + 1);
      const here = byPrefix.get(prefix);
      if (here === undefined) byPrefix.set(prefix, [change]);
      else here.push(change);
    }
    this.#shares = byPrefix;
    return byPrefix;
  }

  /** Sources of accounts of this project that see the image because of the share. */
  #connectReceivers(share: string, image: ImageReference, region: string, uids: ReadonlySet<string>): void {
    const shared = this.#nodes.get(this.#wantedKey(image, region))?.imageId ?? null;
    if (shared === null) return;
    for (const node of this.#nodes.values()) {
      if (node.role !== 'source' || node.imageId !== shared || node.region !== region) continue;
      const uid = this.desired.project.accounts.find(({ name }) => name === node.account)?.uid;
      if (uid !== undefined && uids.has(uid)) this.#connect(share, node.key);
    }
  }

  addMembers(instance: Instance): void {
    for (let ordinal = 0; ordinal < instance.replicas; ordinal += 1) {
      this.#addMember(instanceAddress(instance.name, ordinal), instance, null);
    }
  }

  /** Members beyond `replicas` and instances that no manifest wants: the plan takes them away. */
  addOtherInstances(): void {
    const declared = new Map(this.desired.instances.map((instance) => [instance.address, instance]));
    for (const change of this.plan.changes) {
      if (change.type !== 'instance') continue;
      const instance = declared.get(resourceOf(change.address));
      if (instance !== undefined && Number(memberOf(change.address)) < instance.replicas) continue;
      this.#addMember(change.address, change.scope, change);
    }
  }

  #addMember(address: Address, wish: Instance | ResourceChange['scope'], given: ResourceChange | null): void {
    const { account, region } = wish;
    const change = given ?? this.#changesAt.get(address)?.[0];
    const [present] = this.#context.world.instancesAt({ account, region }, address);
    // Neither there nor planned: what a narrowed or suspended plan is silent about.
    if (present === undefined && change === undefined) return;
    const disk = present === undefined ? undefined : this.#context.world.systemDiskOf(present.instanceId);
    const ref = change?.verb === 'delete' ? undefined : this.#imageOf.get(address);
    const used = disk?.imageId ?? present?.imageId;
    const place = { account, region };
    const from =
      ref !== undefined
        ? this.#keyOfRef(ref, place)
        : used !== undefined
          ? this.#keyOfImage(used, place)
          : 'image' in wish
            ? this.#wantedKey(wish.image, region)
            : null;
    const seen = present === undefined ? undefined : this.#encryptedByInstance.get(present.instanceId);
    const isMadeAnew = change !== undefined && (change.verb === 'create' || change.verb === 'replace');
    const wished = 'systemDisk' in wish ? wish.systemDisk : undefined;
    const encrypted = isMadeAnew ? (wished?.encrypted ?? seen ?? null) : (seen ?? wished?.encrypted ?? null);
    const kind = change === undefined ? 'no-op' : kindOf(change);
    const key = JSON.stringify([resourceOf(address), kind, from, encrypted]);
    const group = this.#nodes.get(key);
    this.#nodes.set(key, {
      ...blank,
      key,
      role: 'instance',
      address: resourceOf(address),
      account,
      region,
      encrypted,
      kmsKeyId: encrypted === true ? (wished?.kmsKeyId ?? null) : null,
      members: (group?.members ?? 0) + 1,
      change: kind,
    });
    if (from !== null && group === undefined) this.#connect(from, key);
  }

  #wantedKey(image: ImageReference, region: string): string {
    if (image.kind === 'imageSource') return sourceKey(image.name, region);
    const copy = copyNamed(this.desired, image.name);
    return copy === undefined ? '' : copyAddress(copy.name, region);
  }

  #add(node: LineageNode): void {
    this.#nodes.set(node.key, node);
  }

  #connect(from: string, to: string): void {
    this.#edges.set(JSON.stringify([from, to]), [from, to]);
  }

  /** An edge needs both its ends: a narrowed plan is silent about some. */
  finished(): Lineage {
    return {
      nodes: [...this.#nodes.values()],
      edges: [...this.#edges.values()].filter(([from, to]) => this.#nodes.has(from) && this.#nodes.has(to)),
    };
  }
}

/** Of an image that only a tag names. */
const unknownPlace = { account: '', region: '' };

const blank = {
  imageId: null,
  imageName: null,
  owner: null,
  encrypted: null,
  kmsKeyId: null,
  members: 1,
  sharees: null,
} as const satisfies Partial<LineageNode>;

function sourceKey(name: string, region: string): string {
  return `ImageSource/${name} ${region}`;
}

function imageUsedBy(action: Action): ImageRef | null {
  return action.kind === 'RunInstance' || action.kind === 'ReplaceSystemDisk' ? action.image : null;
}
