import type { ImageRef } from '../domain/action.js';
import { type Address, compareText, copyAddress, memberOf } from '../domain/address.js';
import { accountOf, type ImageCopy } from '../domain/desired.js';
import type { ObservedImage, Scope, Tags } from '../domain/observed.js';
import { tagKey } from '../domain/ownership.js';
import type { ChangeVerb, Fields, Notice, ResourceChange } from '../domain/plan.js';
import {
  type Draft,
  draftKey,
  isSealed,
  ownershipTags,
  type PlanningContext,
  type ReadyImage,
  type ResourcePlan,
} from './context.js';
import { deleteImage, deletionChange } from './delete-image.js';
import { type ImageAdoption, isAdoptedAs, isNamedForAdoption, planImageAdoption } from './image-adoption.js';
import { initialTags, managedTags, tagChanges } from './tag-changes.js';
import { isNamedAs, type WantedCopy, wantedCopies } from '../domain/lineage.js';

/** A copy that stays UnAvailable for longer than any copy takes will not recover by itself. */
const copyWaitMs = 6 * 60 * 60_000;

export interface CopyPlan extends ResourcePlan {
  /** Images by region, for the instances that run them. */
  readonly imageByRegion: ReadonlyMap<string, ReadyImage>;
  /** Superseded copies beyond `history`: deleted once nothing uses them any more. */
  readonly expired: readonly ObservedImage[];
  readonly addresses: ReadonlySet<Address>;
}

/** Brings the copies of one ImageCopy about, hop first, and clears away what only served that. */
export function planImageCopy(context: PlanningContext, copy: ImageCopy): CopyPlan {
  const wanted = wantedCopies(context.desired, context.lock, copy);
  const members: MemberPlan[] = [];
  const imageByAddress = new Map<Address, ReadyImage>();
  for (const target of wanted.filter((candidate) => isNeeded(context, copy, wanted, candidate))) {
    const member = planMember(context, copy, target, imageByAddress);
    members.push(member);
    imageByAddress.set(target.address, member.image);
  }
  const cleanUps = hopCleanUps(context, copy, wanted, imageByAddress);
  const imageByRegion = new Map(
    members.filter((member) => member.target.role === 'copy').map((member) => [member.target.region, member.image]),
  );
  return {
    drafts: [...members.flatMap((member) => member.drafts), ...cleanUps],
    changes: [
      ...members.filter((member) => isShown(copy, member)).map((member) => member.change),
      ...hopRemovals(context, copy),
    ],
    notices: members.flatMap((member) => member.notices),
    findings: wanted.flatMap((target) => {
      const adoption = planImageAdoption(context, copy, target);
      return adoption.kind === 'refused' ? [adoption.finding] : [];
    }),
    refusals: [],
    imageByRegion,
    expired: expiredCopies(context, copy, wanted),
    addresses: new Set([
      ...wanted.map((target) => target.address),
      ...copy.destinations.map((destination) => copyAddress(copy.name, destination.region)),
    ]),
  };
}

/** A hop is needed only while a copy beyond it is still to be made; one that is to be kept is not made again for that. */
function isNeeded(
  context: PlanningContext,
  copy: ImageCopy,
  wanted: readonly WantedCopy[],
  target: WantedCopy,
): boolean {
  if (target.role === 'copy') return true;
  if (copy.keepHop && presentCopy(context, copy, target) !== undefined) return true;
  return wanted.some((other) => {
    if (other.via !== target.address || planImageAdoption(context, copy, other).kind === 'adopt') return false;
    const present = presentCopy(context, copy, other);
    if (present === undefined || hasFailed(context, present)) return true;
    // One on its way keeps the hop that it is made from, and needs no other.
    const isMade = present.status === 'Available' || present.status === 'Deprecated';
    return !isMade && presentCopy(context, copy, target) !== undefined;
  });
}

function scopeOf(copy: ImageCopy, region: string): Scope {
  return { account: copy.account, region };
}

/** The image that is the wanted copy: names are unique in an account and region, and the name carries all that matters. */
export function presentCopy(context: PlanningContext, copy: ImageCopy, target: WantedCopy): ObservedImage | undefined {
  return context.world
    .imagesAt(scopeOf(copy, target.region), target.address)
    .filter((image) => isNamedAs(target, image.name) || isAdoptedAs(copy, target, image))
    .sort((a, b) => rankOf(target, a) - rankOf(target, b) || compareText(a.createdAt, b.createdAt))[0];
}

/** The image of the exact name comes first. */
function rankOf(target: WantedCopy, image: ObservedImage): number {
  return image.name === target.imageName ? 0 : 1;
}

interface MemberPlan {
  readonly target: WantedCopy;
  readonly drafts: readonly Draft[];
  readonly change: ResourceChange;
  readonly notices: readonly Notice[];
  readonly image: ReadyImage;
}

function planMember(
  context: PlanningContext,
  copy: ImageCopy,
  target: WantedCopy,
  imageByAddress: ReadonlyMap<Address, ReadyImage>,
): MemberPlan {
  const present = presentCopy(context, copy, target);
  if (present === undefined) {
    const adoption = planImageAdoption(context, copy, target);
    return adoption.kind === 'adopt'
      ? adopting(copy, target, adoption)
      : creation(context, copy, target, imageByAddress, []);
  }
  if (hasFailed(context, present)) {
    const removal = deleteImage(context, {
      address: target.address,
      scope: scopeOf(copy, target.region),
      image: present,
      class: null,
      reason: 'copy_failed',
      after: [],
      snapshots: present.disks.map((disk) => disk.snapshotId).filter((id) => id !== ''),
    });
    return creation(context, copy, target, imageByAddress, removal);
  }
  return existing(context, copy, target, present);
}

/** Where it differs from the manifest the next plan says so: nothing is changed in the same breath as it becomes ours. */
function adopting(
  copy: ImageCopy,
  target: WantedCopy,
  { image, draft }: Extract<ImageAdoption, { kind: 'adopt' }>,
): MemberPlan {
  const { before } = changeOf(copy, target, image, 'update', 'adopt');
  const change = { ...changeOf(copy, target, image, 'update', 'adopt'), after: before, importing: image.imageId };
  const ready: ReadyImage = { ref: { kind: 'id', imageId: image.imageId }, readyAfter: draft.id };
  return { target, drafts: [draft], notices: [], image: ready, change };
}

function hasFailed(context: PlanningContext, image: ObservedImage): boolean {
  if (image.status === 'CreateFailed') return true;
  return image.status === 'UnAvailable' && context.nowMs - Date.parse(image.createdAt) > copyWaitMs;
}

function creation(
  context: PlanningContext,
  copy: ImageCopy,
  target: WantedCopy,
  imageByAddress: ReadonlyMap<Address, ReadyImage>,
  before: readonly Draft[],
): MemberPlan {
  const { address, region } = target;
  const scope = scopeOf(copy, region);
  const hop = target.via === null ? undefined : imageByAddress.get(target.via);
  const from: ImageRef = hop?.ref ?? { kind: 'id', imageId: target.entry.imageId };
  const copyKey = draftKey(address, 'CopyImage', 'not_found');
  const sealKey = draftKey(address, 'TagResource', 'seal');
  const waitKey = draftKey(address, 'Wait', 'until_available');
  const base = { address, scope, class: null } as const;
  const tags: Tags = {
    ...initialTags(copy.tags),
    ...ownershipTags(context.project, address),
    [tagKey.sourceImage]: target.entry.imageId,
    [tagKey.sourceOwner]: target.entry.owner,
  };
  const access = target.via === null ? accessTo(context, copy.account, target.entry.imageId) : null;
  const after = [...before.map((draft) => draft.id), hop?.readyAfter, access].filter((key) => key != null);
  const drafts: Draft[] = [
    ...before,
    {
      ...base,
      id: copyKey,
      dependsOn: after,
      kind: 'CopyImage',
      reason: 'not_found',
      role: target.role,
      from,
      fromRegion: target.fromRegion,
      sourceImageId: target.entry.imageId,
      sourceOwner: target.entry.owner,
      imageName: target.imageName,
      description: copy.description,
      encrypted: target.encrypted,
      kmsKeyId: target.kmsKeyId,
      resourceGroupId: target.resourceGroupId,
      tags,
      sizeGiB: target.entry.disks.reduce((sum, disk) => sum + disk.sizeGiB, 0),
    },
    sealDraft(base, sealKey, [copyKey], null),
    waitDraft(base, waitKey, [sealKey], null, target.imageName),
  ];
  const familyKey = draftKey(address, 'ModifyImage', 'family_differs');
  const hasFamily = copy.family !== null && target.role === 'copy';
  if (hasFamily) {
    drafts.push({
      ...base,
      id: familyKey,
      dependsOn: [waitKey],
      kind: 'ModifyImage',
      reason: 'family_differs',
      imageId: null,
      changes: { family: copy.family },
    });
  }
  const image: ReadyImage = {
    ref: { kind: 'copy', address, imageName: target.imageName },
    readyAfter: waitKey,
  };
  return { target, drafts, notices: [], image, change: changeOf(copy, target, null, 'create', 'not_found') };
}

/** The share that lets an account see an image, where this plan makes it. */
export function accessTo(context: PlanningContext, account: string, imageId: string): string | null {
  return context.accessAfter.get(`${imageId} ${accountOf(context.desired.project, account).uid}`) ?? null;
}

type DraftBase = Pick<Draft, 'address' | 'scope' | 'class'>;

function sealDraft(base: DraftBase, id: string, dependsOn: readonly string[], imageId: string | null): Draft {
  const target = { type: 'image', id: imageId } as const;
  return { ...base, id, dependsOn, kind: 'TagResource', reason: 'seal', target, tags: {}, mark: null };
}

function waitDraft(
  base: DraftBase,
  id: string,
  dependsOn: readonly string[],
  imageId: string | null,
  imageName: string,
): Draft {
  const until = { kind: 'image-available', imageId, imageName } as const;
  return { ...base, id, dependsOn, kind: 'Wait', reason: 'until_available', until };
}

function existing(context: PlanningContext, copy: ImageCopy, target: WantedCopy, image: ObservedImage): MemberPlan {
  const { address } = target;
  const base = { address, scope: scopeOf(copy, target.region), class: null } as const;
  const drafts: Draft[] = [];
  const imageId = image.imageId;
  if (!isSealed(image, imageId, context.project)) {
    drafts.push(sealDraft(base, draftKey(address, 'TagResource', 'seal'), [], imageId));
  }
  const isReady = (image.status === 'Available' || image.status === 'Deprecated') && image.usable !== false;
  const waitKey = draftKey(address, 'Wait', 'until_available');
  const sealed = drafts.map((draft) => draft.id);
  if (!isReady) drafts.push(waitDraft(base, waitKey, sealed, imageId, image.name));
  const updates = target.role === 'copy' ? attributeDrafts(copy, base, image, isReady ? [] : [waitKey]) : [];
  drafts.push(...updates);
  const verb = updates.length === 0 ? (isReady ? 'no-op' : 'read') : 'update';
  return {
    target,
    drafts,
    notices: image.status === 'Deprecated' ? [deprecated(base, image)] : [],
    image: { ref: { kind: 'id', imageId }, readyAfter: isReady ? (sealed[0] ?? null) : waitKey },
    change: changeOf(copy, target, image, verb, verb === 'update' ? 'attributes_differ' : null),
  };
}

function deprecated(base: DraftBase, image: ObservedImage): Notice {
  const message = `'${image.imageId}' was deprecated by somebody: it still launches, and can be neither copied nor shared`;
  return { kind: 'drift', address: base.address, scope: base.scope, id: image.imageId, message };
}

function attributeDrafts(
  copy: ImageCopy,
  base: DraftBase,
  image: ObservedImage,
  dependsOn: readonly string[],
): readonly Draft[] {
  const drafts: Draft[] = [];
  const target = { type: 'image', id: image.imageId } as const;
  const { set, remove } = tagChanges(copy.tags, image.tags);
  const reason = 'tags_differ';
  if (Object.keys(set).length > 0) {
    const id = draftKey(base.address, 'TagResource', reason);
    drafts.push({ ...base, id, dependsOn: [], kind: 'TagResource', reason, target, tags: set, mark: null });
  }
  if (remove.length > 0) {
    const id = draftKey(base.address, 'UntagResource', reason);
    drafts.push({ ...base, id, dependsOn: [], kind: 'UntagResource', reason, target, keys: remove });
  }
  const family = copy.family !== null && copy.family !== image.family ? { family: copy.family } : {};
  const description =
    copy.description !== null && copy.description !== image.description ? { description: copy.description } : {};
  const changes = { ...family, ...description };
  if (Object.keys(changes).length > 0) {
    const why = 'family' in changes ? 'family_differs' : 'attributes_differ';
    const id = draftKey(base.address, 'ModifyImage', why);
    drafts.push({ ...base, id, dependsOn, kind: 'ModifyImage', reason: why, imageId: image.imageId, changes });
  }
  return drafts;
}

function changeOf(
  copy: ImageCopy,
  target: WantedCopy,
  image: ObservedImage | null,
  verb: ChangeVerb,
  reason: string | null,
): ResourceChange {
  const isManaged = target.role === 'copy';
  const before: Fields | null =
    image === null
      ? null
      : {
          image_id: image.imageId,
          image_name: image.name,
          region: image.region,
          status: image.status,
          source_image_id: image.tags[tagKey.sourceImage] ?? null,
          encrypted: image.disks.some((disk) => disk.encrypted === true),
          ...(isManaged && copy.family !== null ? { family: image.family } : {}),
          ...(isManaged && copy.description !== null ? { description: image.description } : {}),
          tags: managedTags(copy.tags, image.tags),
        };
  const after: Fields = {
    ...(image === null ? {} : { image_id: image.imageId }),
    image_name: image?.name ?? target.imageName,
    region: target.region,
    status: 'Available',
    source_image_id: target.entry.imageId,
    encrypted: image === null ? target.encrypted : (before?.['encrypted'] ?? null),
    ...(image === null
      ? { kms_key_id: target.kmsKeyId, source_owner: target.entry.owner, size_gib: target.entry.sizeGiB }
      : {}),
    ...(isManaged && copy.family !== null ? { family: copy.family } : {}),
    ...(isManaged && copy.description !== null ? { description: copy.description } : {}),
    tags: initialTags(copy.tags),
  };
  return {
    address: target.address,
    type: 'image_copy',
    scope: scopeOf(copy, target.region),
    id: image?.imageId ?? null,
    verb,
    before,
    after,
    afterUnknown: image === null ? ['image_id'] : [],
    reason,
    class: null,
    wave: null,
  };
}

/** Hops that have done their work go, with the snapshots behind them, after the last copy that is made from them. */
function hopCleanUps(
  context: PlanningContext,
  copy: ImageCopy,
  wanted: readonly WantedCopy[],
  imageByAddress: ReadonlyMap<Address, ReadyImage>,
): readonly Draft[] {
  if (copy.keepHop) return [];
  const drafts: Draft[] = [];
  for (const target of wanted.filter((candidate) => candidate.role === 'hop')) {
    const planned = imageByAddress.get(target.address);
    const after = wanted
      .filter((other) => other.via === target.address)
      .map((other) => imageByAddress.get(other.address)?.readyAfter)
      .filter((key): key is string => key != null);
    if (planned?.ref.kind === 'copy') {
      drafts.push(...deleteFreshHop(context, copy, target, after));
    }
  }
  for (const image of presentHops(context, copy)) {
    const address = image.tags[tagKey.resource] ?? '';
    const target = wanted.find((candidate) => candidate.address === address && isNamedAs(candidate, image.name));
    const isBusy = image.status === 'Creating' || image.status === 'Waiting';
    if (target === undefined && isBusy) continue;
    // One that failed is removed already, before another is made in its place.
    if (target !== undefined && imageByAddress.get(address)?.ref.kind === 'copy') continue;
    const after = wanted
      .filter((other) => target !== undefined && other.via === target.address)
      .map((other) => imageByAddress.get(other.address)?.readyAfter)
      .filter((key): key is string => key != null);
    drafts.push(
      ...deleteImage(context, {
        address,
        scope: scopeOf(copy, image.region),
        image,
        class: null,
        reason: 'hop_done',
        after,
        snapshots: image.disks.map((disk) => disk.snapshotId).filter((id) => id !== ''),
      }),
    );
  }
  return drafts;
}

function deleteFreshHop(
  context: PlanningContext,
  copy: ImageCopy,
  target: WantedCopy,
  after: readonly string[],
): readonly Draft[] {
  return deleteImage(context, {
    address: target.address,
    scope: scopeOf(copy, target.region),
    image: null,
    class: null,
    reason: 'hop_done',
    after,
    snapshots: target.entry.disks.map(() => null),
  });
}

function presentHops(context: PlanningContext, copy: ImageCopy): readonly ObservedImage[] {
  const prefix = `${copy.address}/hop/`;
  return context.world
    .imagesOf(copy.account, copy.address)
    .filter((image) => (image.tags[tagKey.resource] ?? '').startsWith(prefix))
    .filter((image) => memberOf(image.tags[tagKey.resource] ?? '') === image.region);
}

/** A hop that is there already is shown by its removal alone. */
function isShown(copy: ImageCopy, member: MemberPlan): boolean {
  return member.target.role === 'copy' || copy.keepHop || member.change.verb === 'create';
}

function hopRemovals(context: PlanningContext, copy: ImageCopy): readonly ResourceChange[] {
  if (copy.keepHop) return [];
  return presentHops(context, copy).map((image) => deletionChange(image, 'hop_done', null));
}

/** Copies of images that the lock no longer names, newest first, beyond the number that `history` keeps. */
function expiredCopies(
  context: PlanningContext,
  copy: ImageCopy,
  wanted: readonly WantedCopy[],
): readonly ObservedImage[] {
  const { history } = copy;
  if (history === null || copy.deletionPolicy === 'Retain') return [];
  return copy.destinations.flatMap((destination) => {
    const address = copyAddress(copy.name, destination.region);
    const current = wanted.find((target) => target.address === address) ?? null;
    return supersededAt(context, copy, current).slice(history);
  });
}

/** Owned copies at a destination beside the current one, newest first; none where the lock does not say which that is. */
export function supersededAt(
  context: PlanningContext,
  copy: ImageCopy,
  current: WantedCopy | null,
): readonly ObservedImage[] {
  if (current === null) return [];
  return context.world
    .imagesAt(scopeOf(copy, current.region), current.address)
    .filter((image) => !isNamedAs(current, image.name) && !isNamedForAdoption(copy, image))
    .sort((a, b) => compareText(b.createdAt, a.createdAt) || compareText(a.imageId, b.imageId));
}
