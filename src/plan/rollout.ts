import type { ImageRef } from '../domain/action.js';
import { type Address, instanceAddress } from '../domain/address.js';
import type { Instance } from '../domain/desired.js';
import type { ObservedDisk, ObservedInstance, Scope } from '../domain/observed.js';
import { foreignMarkMs, tagKey, type UpdatingMark, userDataMark } from '../domain/ownership.js';
import type { Fields, Notice, Refusal, ResourceChange } from '../domain/plan.js';
import {
  type Draft,
  draftKey,
  ownershipTags,
  type PlanningContext,
  type ReadyImage,
  type ResourcePlan,
} from './context.js';
import { hasOtherUserData, needsRetype } from './instance-fields.js';
import { initialTags } from './tag-changes.js';

/** One replica as it is now. */
export interface Member {
  readonly ordinal: number;
  readonly address: Address;
  readonly present: ObservedInstance;
  /** Null while the list does not show a system disk for it. */
  readonly disk: ObservedDisk | null;
  /** Data disks that were seen. */
  readonly dataDisks: readonly ObservedDisk[];
  readonly mark: UpdatingMark | null;
}

/** A step of moving one member onto an image, in the order in which they are done. */
type Step =
  | 'snapshot'
  | 'mark'
  | 'stop'
  | 'replace'
  | 'disk-tags'
  | 'snapshot-policy'
  | 'retype'
  | 'user-data'
  | 'user-data-tag'
  | 'start'
  | 'healthy'
  | 'unmark';

/** What one member needs. `busy`: another run is at work on it. `down`: somebody stopped it. */
export type MemberNeed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'down' }
  | { readonly kind: 'steps'; readonly steps: readonly Step[] };

export interface RolloutPlan extends ResourcePlan {
  readonly offImageAfter: ReadonlyMap<string, string>;
}

/**
 * What is to be done with a member, by what is read of it: the table of the protocol. A mark that names the present
 * disk is work not yet done; one that names an older disk is work whose disk has been replaced.
 */
export function needOf(instance: Instance, member: Member, wanted: ImageRef, nowMs: number): MemberNeed {
  const { present, disk, mark } = member;
  if (disk === null) return { kind: 'busy' };
  const isCurrent = wanted.kind === 'id' && disk.imageId === wanted.imageId;
  const isDown = present.status === 'Stopped' || present.status === 'Stopping';
  if (mark === null) return unmarkedNeed(instance, member, isCurrent, isDown);
  const isOurMark = wanted.kind === 'id' && mark.imageId === wanted.imageId;
  if (!isOurMark && mark.sinceMs !== null && nowMs - mark.sinceMs < foreignMarkMs) return { kind: 'busy' };
  const retype: readonly Step[] = needsRetype(instance, member) ? ['retype'] : [];
  const isFirst = mark.diskId === disk.diskId;
  if (isCurrent && (isDown || !isFirst || retype.length === 0)) {
    const down: readonly Step[] = isDown ? [...retype, 'start'] : [];
    return { kind: 'steps', steps: [...diskTags(disk), ...down, 'healthy', 'unmark'] };
  }
  const work = isCurrent ? retype : [...replacement(instance, member), ...retype];
  if (!isDown) return { kind: 'steps', steps: ['mark', 'stop', ...work, 'start', 'healthy', 'unmark'] };
  const refresh: readonly Step[] = isOurMark && isFirst ? [] : ['mark'];
  return { kind: 'steps', steps: [...refresh, ...work, 'start', 'healthy', 'unmark'] };
}

function unmarkedNeed(instance: Instance, member: Member, isCurrent: boolean, isDown: boolean): MemberNeed {
  const isReplacing = !isCurrent && instance.update.onImageChange !== 'Ignore';
  const retype: readonly Step[] = needsRetype(instance, member) ? ['retype'] : [];
  if (isDown && instance.power !== 'Running') return { kind: 'down' };
  if (!isReplacing && retype.length === 0) return { kind: 'nothing' };
  const snapshot: readonly Step[] = isReplacing && instance.update.snapshotBefore ? ['snapshot'] : [];
  const stop: readonly Step[] = member.present.status === 'Stopped' ? [] : ['stop'];
  const work = [...(isReplacing ? replacement(instance, member) : []), ...retype];
  return { kind: 'steps', steps: [...snapshot, 'mark', ...stop, ...work, 'start', 'healthy', 'unmark'] };
}

/** What a replacement consists of, and what has to be given to the new disk again. */
function replacement(instance: Instance, member: Member): readonly Step[] {
  const policy: readonly Step[] = instance.systemDisk.autoSnapshotPolicyId === null ? [] : ['snapshot-policy'];
  const userData: readonly Step[] = hasOtherUserData(instance, member) ? ['user-data', 'user-data-tag'] : [];
  return ['replace', 'disk-tags', ...policy, ...userData];
}

function diskTags(disk: ObservedDisk): readonly Step[] {
  return disk.tags[tagKey.resource] === undefined ? ['disk-tags'] : [];
}

const empty: RolloutPlan = {
  drafts: [],
  changes: [],
  notices: [],
  findings: [],
  refusals: [],
  offImageAfter: new Map(),
};

/**
 * Moves members onto the wanted image, no more of them down at once than `maxUnavailable`: those that an earlier run
 * has begun come first, then waves by ordinal, each after the one before is healthy again. `recreated`: keys after which
 * the members that are made anew run; until then they count as down.
 */
export function planRollout(
  context: PlanningContext,
  instance: Instance,
  scope: Scope,
  members: readonly Member[],
  wanted: ReadyImage | null,
  recreated: readonly string[],
): RolloutPlan {
  if (wanted === null || instance.suspend) return empty;
  const isRejected = members.some((member) => isRejectedBy(member, wanted.ref));
  const needs = members.map((member) => ({ member, ...needFor(context, instance, isRejected, member, wanted.ref) }));
  const notices = needs.flatMap(({ member, need }) => noticesOf(context, scope, member, need, wanted.ref));
  const moving = needs.flatMap(({ member, need, target }) =>
    need.kind === 'steps' ? [{ member, need, target, isRollback: target !== wanted.ref }] : [],
  );
  if (instance.systemDisk.stateful && moving.some(isReplacing)) {
    return { ...empty, notices, refusals: [stateful(moving.filter(isReplacing))] };
  }
  const down = needs.filter(({ need }) => need.kind === 'down' || need.kind === 'busy').length;
  const waves = wavesOf(instance.update.maxUnavailable - down, moving);
  const planned = waves.flat();
  const plannedSet = new Set(planned);
  const held = moving.filter((entry) => !plannedSet.has(entry));
  const drafts: Draft[] = [];
  let before: readonly string[] = wanted.readyAfter === null ? [] : [wanted.readyAfter];
  for (const wave of waves) {
    if (wave.every(({ member }) => member.mark === null)) before = [...new Set([...before, ...recreated])];
    const first = wave.find((entry) => isReplacing(entry) && !entry.isRollback && entry.member.mark === null);
    const siblings =
      first === undefined ? null : siblingsDraft(instance, scope, first.member.address, wanted.ref, before);
    const after = siblings === null ? before : [siblings.id];
    const chains = wave.map((entry) => chainOf(context, instance, scope, entry, after));
    drafts.push(...(siblings === null ? [] : [siblings]), ...chains.flat());
    before = chains.flatMap((chain) => chain.slice(-1).map((draft) => draft.id));
  }
  return {
    ...empty,
    drafts,
    changes: waves.flatMap((wave, index) =>
      wave.map((entry) => changeOf(instance, scope, entry, { number: index + 1, of: waves.length })),
    ),
    notices: [...notices, ...held.map(({ member }) => heldBack(scope, member, instance, down))],
    offImageAfter: new Map(
      planned.filter(isReplacing).map(({ member }) => [
        member.present.instanceId,
        // Until it is healthy on the new image it may have to go back.
        instance.update.onFailure === 'Rollback'
          ? draftKey(member.address, 'UntagResource', 'rollout_done')
          : draftKey(member.address, 'ReplaceSystemDisk', 'image_differs'),
      ]),
    ),
  };
}

interface Moving {
  readonly member: Member;
  readonly need: Extract<MemberNeed, { kind: 'steps' }>;
  /** The image that it is moved onto. */
  readonly target: ImageRef;
  /** Whether an earlier run began to bring back the image that it had before. */
  readonly isRollback: boolean;
}

/** What a member needs, and to get which image. */
interface Wanting {
  readonly need: MemberNeed;
  readonly target: ImageRef;
}

function isReplacing(entry: Moving): boolean {
  return entry.need.steps.includes('replace');
}

/** An image that failed on one member is not tried on another, until the lock names another or somebody asks for it. */
function needFor(
  context: PlanningContext,
  instance: Instance,
  isRejected: boolean,
  member: Member,
  wanted: ImageRef,
): Wanting {
  const rollback = rollbackOf(instance, member, wanted, context.nowMs);
  if (rollback !== null) return rollback;
  const need = needOf(instance, member, wanted, context.nowMs);
  if (!isRejected) return { need, target: wanted };
  if (context.options.retryRejected) {
    const isOnlyChecked = need.kind === 'nothing' && isRejectedBy(member, wanted);
    return { need: isOnlyChecked ? { kind: 'steps', steps: ['healthy', 'unmark'] } : need, target: wanted };
  }
  return wantingOfRejected(member, need, wanted, context.nowMs);
}

/**
 * Once the image has failed somewhere, what was begun is brought to an end, and nothing more is begun: a member that was
 * stopped and not yet moved is started on what it has. Its mark stays while it is young: a run may be at work on it.
 */
function wantingOfRejected(member: Member, need: MemberNeed, wanted: ImageRef, nowMs: number): Wanting {
  const { mark, disk, present } = member;
  const isDown = present.status === 'Stopped' || present.status === 'Stopping';
  const nothing: Wanting = { need: { kind: 'nothing' }, target: wanted };
  if (mark === null || disk === null || (need.kind !== 'steps' && !isDown)) return nothing;
  const isEnding = need.kind !== 'steps' || !(need.steps.includes('replace') || need.steps.includes('stop'));
  if (isEnding) return { need, target: wanted };
  const isYoung = mark.sinceMs !== null && nowMs - mark.sinceMs < foreignMarkMs;
  if (isYoung && !isDown) return nothing;
  const start: readonly Step[] = isDown ? ['start'] : [];
  const unmark: readonly Step[] = isYoung ? [] : ['unmark'];
  return {
    need: { kind: 'steps', steps: [...start, 'healthy', ...unmark] },
    target: { kind: 'id', imageId: disk.imageId },
  };
}

/** A member that rejected the wanted image and is marked for its old one: a run died while it rolled it back. */
function rollbackOf(instance: Instance, member: Member, wanted: ImageRef, nowMs: number): Wanting | null {
  const { mark, present } = member;
  if (mark === null || !isRejectedBy(member, wanted) || mark.imageId !== present.tags[tagKey.previous]) return null;
  const target: ImageRef = { kind: 'id', imageId: mark.imageId };
  return { need: needOf(instance, member, target, nowMs), target };
}

function isRejectedBy(member: Member, wanted: ImageRef): boolean {
  return wanted.kind === 'id' && member.present.tags[tagKey.rejected] === wanted.imageId;
}

function noticesOf(
  context: PlanningContext,
  scope: Scope,
  member: Member,
  need: MemberNeed,
  wanted: ImageRef,
): readonly Notice[] {
  const base = { address: member.address, scope, id: member.present.instanceId };
  if (need.kind === 'busy') {
    const what =
      member.disk === null || member.mark === null
        ? 'its system disk is not listed yet'
        : `it is marked for image '${member.mark.imageId}'`;
    return [{ ...base, kind: 'busy', message: `left alone in this run: ${what}, so another run may be at work on it` }];
  }
  return rejectedNotices(context, scope, member, wanted);
}

/** Whether the image failed on a member, and nobody asks for another try. */
export function isHalted({ options }: PlanningContext, members: readonly Member[], wanted: ImageRef): boolean {
  return !options.retryRejected && members.some((member) => isRejectedBy(member, wanted));
}

export function rejectedNotices(
  context: PlanningContext,
  scope: Scope,
  member: Member,
  wanted: ImageRef,
): readonly Notice[] {
  if (!isHalted(context, [member], wanted)) return [];
  const { address, present } = member;
  const message = `image '${present.tags[tagKey.rejected]}' failed on this member, so the rollout is halted; lock another image, or apply with --retry-rejected`;
  return [{ kind: 'rejected', address, scope, id: present.instanceId, message }];
}

/** Begun members first, all at once: they are down already. Then as many as there is room for, those that are down first. */
function wavesOf(room: number, moving: readonly Moving[]): readonly (readonly Moving[])[] {
  const begun = moving.filter(({ member }) => member.mark !== null);
  const unmarked = moving.filter(({ member }) => member.mark === null);
  const isRunning = ({ member }: Moving): boolean => member.present.status === 'Running';
  const fresh = [...unmarked.filter((entry) => !isRunning(entry)), ...unmarked.filter(isRunning)];
  const waves: (readonly Moving[])[] = begun.length === 0 ? [] : [begun];
  if (room <= 0) return waves;
  for (let start = 0; start < fresh.length; start += room) waves.push(fresh.slice(start, start + room));
  return waves;
}

function heldBack(scope: Scope, member: Member, instance: Instance, down: number): Notice {
  const message = `not moved onto the new image: ${down} of its siblings are down or busy, and \`maxUnavailable\` is ${instance.update.maxUnavailable}`;
  return { kind: 'busy', address: member.address, scope, id: member.present.instanceId, message };
}

function stateful(entries: readonly Moving[]): Refusal {
  return {
    reason: 'stateful',
    class: 'replace-system-disk',
    addresses: entries.map(({ member }) => member.address),
    summary: '`systemDisk.stateful` is true: its system disk is not replaced',
    hint: 'Set `update.onImageChange: Ignore`, or move the data away and set `stateful: false`.',
  };
}

/** The image that a member runs when its steps are done: the wanted one, or the one that it has. */
function imageAfter(entry: Moving): ImageRef {
  const present = entry.member.disk?.imageId;
  return isReplacing(entry) || present === undefined ? entry.target : { kind: 'id', imageId: present };
}

/**
 * Before a wave, those that run the image already are asked once more, where the manifest says what to ask. Other
 * members are looked at with every mark: one that is down counts against `maxUnavailable`.
 */
export function siblingsDraft(
  instance: Instance,
  scope: Scope,
  address: Address,
  image: ImageRef,
  dependsOn: readonly string[],
): Draft | null {
  const { health } = instance.update;
  if (health.probes.length === 0) return null;
  const id = draftKey(address, 'Wait', 'siblings_healthy');
  const until = { kind: 'siblings-healthy', image, health } as const;
  return { id, address, scope, dependsOn, class: null, kind: 'Wait', reason: 'siblings_healthy', until };
}

function changeOf(
  instance: Instance,
  scope: Scope,
  entry: Moving,
  wave: { number: number; of: number },
): ResourceChange {
  const { member } = entry;
  const wanted = imageAfter(entry);
  const isReplaced = isReplacing(entry);
  const isRetyped = entry.need.steps.includes('retype');
  const { instanceType, status } = member.present;
  const image = wanted.kind === 'id' ? { image_id: wanted.imageId } : {};
  const disk = isReplaced ? diskChanges(instance, member) : { before: {}, after: {} };
  return {
    address: member.address,
    type: 'instance',
    scope,
    id: member.present.instanceId,
    verb: isReplaced ? 'replace' : 'update',
    before: {
      image_id: member.disk?.imageId ?? member.present.imageId,
      ...disk.before,
      ...(isRetyped ? { instance_type: instanceType } : {}),
      status,
    },
    after: {
      ...image,
      ...disk.after,
      ...(isRetyped ? { instance_type: instance.instanceType } : {}),
      status: 'Running',
    },
    afterUnknown: wanted.kind === 'id' ? [] : ['image_id'],
    reason: isReplaced ? 'image_differs' : isRetyped ? 'type_differs' : 'rollout_done',
    class: isReplaced ? 'replace-system-disk' : isRetyped ? 'stop' : null,
    wave,
  };
}

/** What the new system disk has other than the old one, beside the image. */
function diskChanges(instance: Instance, member: Member): Record<'before' | 'after', Fields> {
  const { disk } = member;
  if (disk === null) return { before: {}, after: {} };
  const { encrypted, kmsKeyId } = instance.systemDisk;
  const sizeGiB = newDiskSize(instance, disk);
  const differs = {
    size: sizeGiB !== disk.sizeGiB,
    encrypted: encrypted !== null && encrypted !== disk.encrypted,
    key: kmsKeyId !== null && kmsKeyId !== disk.kmsKeyId,
  };
  const fields = (size: number, isEncrypted: boolean | null, key: string | null): Fields => ({
    ...(differs.size ? { system_disk_size_gib: size } : {}),
    ...(differs.encrypted ? { system_disk_encrypted: isEncrypted } : {}),
    ...(differs.key ? { system_disk_kms_key_id: key } : {}),
  });
  return { before: fields(disk.sizeGiB, disk.encrypted, disk.kmsKeyId), after: fields(sizeGiB, encrypted, kmsKeyId) };
}

/** A replacement may make the disk larger, never smaller. */
function newDiskSize({ systemDisk }: Instance, disk: Member['disk']): number {
  return Math.max(systemDisk.sizeGiB, disk?.sizeGiB ?? 0);
}

/** The steps of one member as actions, each after the one before. */
function chainOf(
  context: PlanningContext,
  instance: Instance,
  scope: Scope,
  entry: Moving,
  before: readonly string[],
): readonly Draft[] {
  const drafts: Draft[] = [];
  let after = before;
  for (const step of entry.need.steps) {
    const draft = draftOf(context, instance, scope, entry, step, after);
    drafts.push(draft);
    after = [draft.id];
  }
  return drafts;
}

function draftOf(
  context: PlanningContext,
  instance: Instance,
  scope: Scope,
  entry: Moving,
  step: Step,
  dependsOn: readonly string[],
): Draft {
  const { member, isRollback } = entry;
  const wanted = imageAfter(entry);
  const { address, present } = member;
  const base = { address, scope, dependsOn, class: null } as const;
  const instanceId = present.instanceId;
  const diskId = member.disk?.diskId ?? '';
  switch (step) {
    case 'snapshot': {
      const retentionDays = instance.update.snapshotRetentionDays;
      const id = draftKey(address, 'CreateSnapshot', 'rollout_snapshot');
      return {
        ...base,
        id,
        kind: 'CreateSnapshot',
        reason: 'rollout_snapshot',
        instanceId,
        diskId,
        image: wanted,
        retentionDays,
      };
    }
    case 'mark': {
      const maxUnavailable = instance.update.maxUnavailable;
      const { probes } = instance.update.health;
      const before = { instanceId, diskId, image: wanted, maxUnavailable };
      const mark = isRollback
        ? { ...before, previousImageId: present.tags[tagKey.previous] ?? present.imageId, probes: [] }
        : { ...before, previousImageId: present.imageId, probes };
      const id = draftKey(address, 'TagResource', 'rollout_mark');
      const target = { type: 'instance', id: instanceId } as const;
      return { ...base, id, kind: 'TagResource', reason: 'rollout_mark', target, tags: {}, mark };
    }
    case 'stop': {
      const id = draftKey(address, 'StopInstance', 'image_differs');
      return { ...base, id, kind: 'StopInstance', reason: 'image_differs', instanceId, diskId };
    }
    case 'replace':
      return replaceDraft(instance, member, wanted, base);
    case 'disk-tags': {
      const id = draftKey(address, 'TagResource', 'rollout_disk_tags');
      const tags = {
        ...initialTags(instance.tags),
        ...ownershipTags(context.project, instanceAddress(instance.name, member.ordinal)),
      };
      const target = { type: 'system-disk', instanceId } as const;
      return { ...base, id, kind: 'TagResource', reason: 'rollout_disk_tags', target, tags, mark: null };
    }
    case 'snapshot-policy': {
      const policyId = instance.systemDisk.autoSnapshotPolicyId ?? '';
      const id = draftKey(address, 'ModifyDisk', 'snapshot_policy_lost');
      const setting = { type: 'snapshot-policy', policyId } as const;
      return { ...base, id, kind: 'ModifyDisk', reason: 'snapshot_policy_lost', instanceId, setting };
    }
    case 'retype': {
      const setting = { type: 'instance-type', instanceType: instance.instanceType } as const;
      const id = draftKey(address, 'ModifyInstance', 'type_differs');
      return { ...base, id, class: 'stop', kind: 'ModifyInstance', reason: 'type_differs', instanceId, setting };
    }
    case 'user-data': {
      const setting = { type: 'user-data', userData: instance.userData ?? '' } as const;
      const id = draftKey(address, 'ModifyInstance', 'user_data_differs');
      return { ...base, id, kind: 'ModifyInstance', reason: 'user_data_differs', instanceId, setting };
    }
    case 'user-data-tag': {
      const id = draftKey(address, 'TagResource', 'user_data_differs');
      const tags = { [tagKey.userData]: userDataMark(instance.userData ?? '') };
      const target = { type: 'instance', id: instanceId } as const;
      return { ...base, id, kind: 'TagResource', reason: 'user_data_differs', target, tags, mark: null };
    }
    case 'start': {
      const id = draftKey(address, 'StartInstance', 'image_differs');
      return { ...base, id, kind: 'StartInstance', reason: 'image_differs', instanceId };
    }
    case 'healthy': {
      const until = {
        kind: 'instance-healthy',
        instanceId,
        image: wanted,
        minReadySeconds: instance.update.minReadySeconds,
        health: instance.update.health,
        onFailure: isRollback ? 'GiveUp' : instance.update.onFailure,
      } as const;
      return { ...base, id: draftKey(address, 'Wait', 'until_healthy'), kind: 'Wait', reason: 'until_healthy', until };
    }
    case 'unmark': {
      const keys = [tagKey.updating, tagKey.updatingSince, tagKey.previous];
      const rejected = isRollback || present.tags[tagKey.rejected] === undefined ? [] : [tagKey.rejected];
      const id = draftKey(address, 'UntagResource', 'rollout_done');
      const target = { type: 'instance', id: instanceId } as const;
      return { ...base, id, kind: 'UntagResource', reason: 'rollout_done', target, keys: [...keys, ...rejected] };
    }
  }
}

function replaceDraft(
  instance: Instance,
  member: Member,
  wanted: ImageRef,
  base: Pick<Draft, 'address' | 'scope' | 'dependsOn'>,
): Draft {
  const { systemDisk } = instance;
  return {
    ...base,
    id: draftKey(member.address, 'ReplaceSystemDisk', 'image_differs'),
    class: 'replace-system-disk',
    kind: 'ReplaceSystemDisk',
    reason: 'image_differs',
    instanceId: member.present.instanceId,
    diskId: member.disk?.diskId ?? '',
    image: wanted,
    sizeGiB: newDiskSize(instance, member.disk),
    encrypted: systemDisk.encrypted,
    kmsKeyId: systemDisk.kmsKeyId,
    keyPairName: instance.keyPairName ?? (member.present.keyPairName === '' ? null : member.present.keyPairName),
    passwordInherit: instance.passwordInherit,
  };
}
