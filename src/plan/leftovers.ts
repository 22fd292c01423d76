import { type Address, memberOf, resourceOf } from '../domain/address.js';
import type { DiskSnapshot, ObservedImage, ObservedInstance, Scope } from '../domain/observed.js';
import { isOwned, ownershipOf, tagKey } from '../domain/ownership.js';
import type { Notice } from '../domain/plan.js';
import {
  combine,
  type Draft,
  draftKey,
  isSealed,
  nothing,
  type PlanningContext,
  type ResourcePlan,
} from './context.js';
import { deleteImage, deletionChange } from './delete-image.js';
import { deleteInstance } from './delete-instance.js';
import { duplicateAt } from './duplicate.js';
import { cancelledCopy, unsharedFromAll } from './leaving-copy.js';

/**
 * What carries the project's tags and no manifest wants: reported, and deleted only where pruning is on. Copies with
 * our tags on them that name another thing as themselves are somebody's clones: reported, never touched.
 */
export function planLeftovers(context: PlanningContext, wanted: ReadonlySet<Address>): ResourcePlan {
  const { observed, desired } = context;
  const members = new Set(desired.instances.map(({ account, region, address }) => `${account} ${region} ${address}`));
  const instances = combine(observed.instances.map((instance) => leftInstance(context, members, instance)));
  const images = observed.images.filter((image) => image.ownerAlias === 'self');
  const [unfinished, others] = [images.filter(isInTheMaking), images.filter((image) => !isInTheMaking(image))];
  const ends = combine(unfinished.map((image) => leftImage(context, wanted, image, { instances, cancelled: [] })));
  const cancelled = ends.drafts.filter(({ kind }) => kind === 'CancelCopyImage');
  return combine([
    instances,
    ends,
    ...others.map((image) => leftImage(context, wanted, image, { instances, cancelled })),
    leftSnapshots(context),
  ]);
}

function isInTheMaking({ status }: ObservedImage): boolean {
  return status === 'Creating' || status === 'Waiting';
}

function isKept({ options }: PlanningContext, id: string): boolean {
  return options.kept?.has(id) === true;
}

/** What goes before an image can: those that run it, and copies that may be made from it. */
interface GoesBefore {
  readonly instances: ResourcePlan;
  readonly cancelled: readonly Draft[];
}

/** Instances that run an image and that this plan does not delete. */
function stayingUsers(context: PlanningContext, instances: ResourcePlan, image: ObservedImage): readonly string[] {
  const leaving = new Set(
    instances.drafts.flatMap((draft) => (draft.kind === 'DeleteInstance' ? [draft.instanceId] : [])),
  );
  return context.observed.instances
    .filter(({ imageId, instanceId }) => imageId === image.imageId && !leaving.has(instanceId))
    .map(({ instanceId }) => instanceId);
}

/** Keys of the deletions of what runs an image: the image can go only after them. */
function deletionsOfUsers(context: PlanningContext, instances: ResourcePlan, image: ObservedImage): readonly string[] {
  const users = new Set(
    context.observed.instances.filter(({ imageId }) => imageId === image.imageId).map(({ instanceId }) => instanceId),
  );
  return instances.drafts.flatMap((draft) =>
    draft.kind === 'DeleteInstance' && users.has(draft.instanceId) ? [draft.id] : [],
  );
}

function scopeOf(thing: Scope): Scope {
  return { account: thing.account, region: thing.region };
}

function cloneNotice(thing: Scope & { readonly tags: Readonly<Record<string, string>> }, id: string): Notice {
  const address = thing.tags[tagKey.resource] ?? '';
  const message = `'${id}' carries the tags of ${address} and the ID of '${thing.tags[tagKey.seal]}': a copy that somebody made, not touched`;
  return { kind: 'clone', address, scope: scopeOf(thing), id, message };
}

function leftInstance(
  context: PlanningContext,
  members: ReadonlySet<string>,
  instance: ObservedInstance,
): ResourcePlan {
  const id = instance.instanceId;
  const ownership = ownershipOf({ id, tags: instance.tags }, context.project);
  if (ownership === 'clone') return { ...nothing, notices: [cloneNotice(instance, id)] };
  const address = instance.tags[tagKey.resource] ?? '';
  if (ownership === 'foreign' || isMember(members, instance, address) || isKept(context, id)) return nothing;
  if (!context.options.prune) return { ...nothing, notices: [orphan(instance, id, address)] };
  const present = context.world.instancesAt(scopeOf(instance), address);
  if (present.length > 1) {
    return { ...nothing, findings: present[0] === instance ? [duplicateAt(null, address, present)] : [] };
  }
  return deleteInstance(context, { address, scope: scopeOf(instance), instance, reason: 'not_wanted', after: [] });
}

/**
 * Every replica belongs to its Instance, which brings about those that are wanted and scales down the others. In another
 * account or region it is an orphan: the Instance has moved away from there.
 */
function isMember(members: ReadonlySet<string>, { account, region }: Scope, address: Address): boolean {
  return /^\d+$/.test(memberOf(address)) && members.has(`${account} ${region} ${resourceOf(address)}`);
}

function orphan(thing: Scope, id: string, address: Address): Notice {
  const message = `'${id}' is ours and no manifest wants it; apply with --prune to delete it`;
  return { kind: 'orphan', address, scope: scopeOf(thing), id, message };
}

function leftImage(
  context: PlanningContext,
  wanted: ReadonlySet<Address>,
  image: ObservedImage,
  { instances, cancelled }: GoesBefore,
): ResourcePlan {
  const id = image.imageId;
  const ownership = ownershipOf({ id, tags: image.tags }, context.project);
  if (ownership === 'clone') return { ...nothing, notices: [cloneNotice(image, id)] };
  const address = image.tags[tagKey.resource] ?? '';
  const isCopy = (wanted.has(address) || isHopOfCopy(context, address)) && isInItsPlace(context, image, address);
  if (ownership === 'foreign' || isCopy || isKept(context, id)) return nothing;
  if (!context.options.prune) return { ...nothing, notices: [orphan(image, id, address)] };
  if (isInTheMaking(image)) return cancelledCopy(context, image, 'not_wanted', 'delete');
  const scope = scopeOf(image);
  const users = stayingUsers(context, instances, image);
  if (users.length > 0) {
    const message = `'${id}' is kept: ${users.map((user) => `'${user}'`).join(', ')} ${users.length === 1 ? 'runs' : 'run'} it`;
    return { ...nothing, notices: [{ kind: 'kept', address, scope, id, message }] };
  }
  const after = [
    ...deletionsOfUsers(context, instances, image),
    ...cancelled.filter((draft) => draft.scope.account === image.account).map((draft) => draft.id),
  ];
  const unshared = unsharedFromAll(context, image, 'not_wanted', after);
  const drafts = deleteImage(context, {
    address,
    scope,
    image,
    class: 'delete',
    reason: 'not_wanted',
    after: [...after, ...unshared.map((draft) => draft.id)],
    snapshots: image.disks.map((disk) => disk.snapshotId).filter((snapshotId) => snapshotId !== ''),
  });
  return { ...nothing, drafts: [...unshared, ...drafts], changes: [deletionChange(image, 'not_wanted', 'delete')] };
}

/** Where its address says, and in the account of its ImageCopy: elsewhere nothing looks for it. */
function isInItsPlace({ desired }: PlanningContext, { account, region }: Scope, address: Address): boolean {
  const copy = desired.imageCopies.find((one) => one.address === resourceOf(address));
  return copy?.account === account && address.split('/').at(-1) === region;
}

/** The hops of an ImageCopy that is still there are cleaned up with it, unless it keeps them: then they are wanted or left. */
function isHopOfCopy(context: PlanningContext, address: Address): boolean {
  const isHop = address.split('/')[2] === 'hop';
  return isHop && context.desired.imageCopies.some((copy) => copy.address === resourceOf(address) && !copy.keepHop);
}

/** Snapshots that we tagged before their image was deleted, and that a run which died did not get to. */
function leftSnapshots(context: PlanningContext): ResourcePlan {
  const used = new Set(context.observed.images.flatMap((image) => image.disks.map((disk) => disk.snapshotId)));
  const left = context.observed.snapshots.filter((snapshot) => {
    const isOurs = isOwned({ id: snapshot.snapshotId, tags: snapshot.tags }, context.project);
    const isBehindCopy = (snapshot.tags[tagKey.resource] ?? '').startsWith('ImageCopy/');
    return isOurs && isBehindCopy && !used.has(snapshot.snapshotId);
  });
  return { ...nothing, drafts: left.flatMap((snapshot) => deleteSnapshot(context, snapshot)) };
}

function deleteSnapshot(context: PlanningContext, snapshot: DiskSnapshot): readonly Draft[] {
  const id = snapshot.snapshotId;
  const address = snapshot.tags[tagKey.resource] ?? '';
  const base = { address, scope: scopeOf(snapshot), class: null, reason: 'hop_done' } as const;
  const key = draftKey(address, 'DeleteSnapshot', 'hop_done', id);
  const isUnsealed = !isSealed(snapshot, id, context.project);
  if (isUnsealed) return [];
  return [{ ...base, id: key, dependsOn: [], kind: 'DeleteSnapshot', snapshot: { kind: 'id', id } }];
}
