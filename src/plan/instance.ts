import { type Address, instanceAddress } from '../domain/address.js';
import type { DiskSetting, InstanceSetting } from '../domain/action.js';
import type { Instance, TagWishes } from '../domain/desired.js';
import type { Json } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import { entryFor } from '../domain/lock.js';
import { type ObservedInstance, type Scope, systemDiskOf } from '../domain/observed.js';
import { parseUpdatingMark, tagKey } from '../domain/ownership.js';
import type { Notice, ResourceChange } from '../domain/plan.js';
import {
  type Draft,
  draftKey,
  isSealed,
  ownedAt,
  type PlanningContext,
  type ReadyImage,
  type ResourcePlan,
} from './context.js';
import { deleteInstance } from './delete-instance.js';
import { planAdoption } from './adoption.js';
import { diskSettings } from './disk.js';
import { isIgnored } from './ignored.js';
import {
  changedFields,
  changedSettings,
  createdFields,
  createOnlyDifferences,
  metadataFields,
} from './instance-fields.js';
import { tagChanges } from './tag-changes.js';
import { launchSpec } from './launch-spec.js';
import { accessTo } from './image-copy.js';
import { mergeChanges } from './merge-changes.js';
import { type Member, planRollout } from './rollout.js';

export interface InstancePlan extends ResourcePlan {
  readonly addresses: ReadonlySet<Address>;
  /** By instance ID: the key after which an instance no longer runs the image that it runs now. */
  readonly offImageAfter: ReadonlyMap<string, string>;
}

/** Brings the members of one Instance about: creation, changes in place, the rollout of an image, scale-down. */
export function planInstance(
  context: PlanningContext,
  instance: Instance,
  images: ReadonlyMap<string, ReadonlyMap<string, ReadyImage>>,
): InstancePlan {
  const scope = { account: instance.account, region: instance.region };
  const wanted = wantedImage(context, instance, images);
  const parts: ResourcePlan[] = [];
  const members: Member[] = [];
  for (let ordinal = 0; ordinal < instance.replicas; ordinal += 1) {
    const address = instanceAddress(instance.name, ordinal);
    const present = presentAt(context, scope, address);
    const adopted = instance.adopt[ordinal];
    if (present.length > 1) {
      parts.push({ ...nothing, findings: [duplicate(instance, address, present)] });
    } else if (present[0] !== undefined) {
      members.push(memberOf(context, ordinal, address, present[0]));
    } else if (adopted !== undefined) {
      parts.push(planAdoption(context, instance, ordinal, scope, adopted));
    } else if (wanted !== null) {
      parts.push(creation(context, instance, ordinal, scope, wanted));
    }
  }
  const rollout = planRollout(context, instance, scope, members, wanted);
  parts.push(
    ...members.map((member) =>
      upkeep(context, instance, scope, member, rollout.offImageAfter.has(member.present.instanceId)),
    ),
  );
  const scaleDown = planScaleDown(context, instance, scope);
  const whole = combine([...parts, rollout, scaleDown]);
  return {
    ...whole,
    changes: mergeChanges(whole.changes),
    addresses: new Set(
      Array.from({ length: instance.replicas }, (_, ordinal) => instanceAddress(instance.name, ordinal)),
    ),
    offImageAfter: new Map([...rollout.offImageAfter, ...deletionKeys(scaleDown.drafts)]),
  };
}

function deletionKeys(drafts: readonly Draft[]): readonly (readonly [string, string])[] {
  return drafts.flatMap((draft) => (draft.kind === 'DeleteInstance' ? [[draft.instanceId, draft.id] as const] : []));
}

export const nothing: ResourcePlan = { drafts: [], changes: [], notices: [], findings: [], refusals: [] };

export function combine(parts: readonly ResourcePlan[]): ResourcePlan {
  return {
    drafts: parts.flatMap((part) => part.drafts),
    changes: parts.flatMap((part) => part.changes),
    notices: parts.flatMap((part) => part.notices),
    findings: parts.flatMap((part) => part.findings),
    refusals: parts.flatMap((part) => part.refusals),
  };
}

/** The image that members shall run; null where the lock or its copy does not say: then policy has an error. */
export function wantedImage(
  context: PlanningContext,
  instance: Instance,
  images: ReadonlyMap<string, ReadonlyMap<string, ReadyImage>>,
): ReadyImage | null {
  if (instance.image.kind === 'imageCopy') return images.get(instance.image.name)?.get(instance.region) ?? null;
  const entry = entryFor(context.lock, instance.image.name, instance.region);
  if (entry === undefined) return null;
  return {
    ref: { kind: 'id', imageId: entry.imageId },
    readyAfter: accessTo(context, instance.account, entry.imageId),
  };
}

function presentAt(context: PlanningContext, scope: Scope, address: Address): readonly ObservedInstance[] {
  const instances = context.observed.instances.filter(
    (instance) => instance.account === scope.account && instance.region === scope.region,
  );
  return ownedAt(instances, (instance) => instance.instanceId, context.project, address);
}

function memberOf(context: PlanningContext, ordinal: number, address: Address, present: ObservedInstance): Member {
  const disk = systemDiskOf(context.observed, present) ?? null;
  return { ordinal, address, present, disk, mark: parseUpdatingMark(present.tags) };
}

function duplicate(instance: Instance, address: Address, present: readonly ObservedInstance[]): Finding {
  const ids = present.map((one) => `'${one.instanceId}'`).join(' and ');
  return {
    ruleId: 'lifecycle/duplicate',
    severity: 'error',
    message: `${ids} both carry the tags of ${address}`,
    hint: `Find out which of them is the member, and remove the \`${tagKey.project}\` tag from the other. Nothing is done at this address until then.`,
    at: instance.origin,
    address,
    value: present.map((one) => one.instanceId).join(','),
    waiver: null,
    decidedBy: null,
    isInputError: false,
  };
}

function creation(
  context: PlanningContext,
  instance: Instance,
  ordinal: number,
  scope: Scope,
  wanted: ReadyImage,
): ResourcePlan {
  const address = instanceAddress(instance.name, ordinal);
  if (instance.suspend) return { ...nothing, notices: [suspended(address, scope, '')] };
  const base = { address, scope, class: null } as const;
  const runKey = draftKey(address, 'RunInstance', 'not_found');
  const sealKey = draftKey(address, 'TagResource', 'seal');
  const launch = launchSpec(context.project, instance, ordinal);
  const target = { type: 'instance', id: null } as const;
  const until = { kind: 'instance-running', instance: { kind: 'created' } } as const;
  const drafts: Draft[] = [
    {
      ...base,
      id: runKey,
      dependsOn: wanted.readyAfter === null ? [] : [wanted.readyAfter],
      kind: 'RunInstance',
      reason: 'not_found',
      image: wanted.ref,
      launch,
    },
    { ...base, id: sealKey, dependsOn: [runKey], kind: 'TagResource', reason: 'seal', target, tags: {}, mark: null },
    {
      ...base,
      id: draftKey(address, 'Wait', 'until_running'),
      dependsOn: [sealKey],
      kind: 'Wait',
      reason: 'until_running',
      until,
    },
  ];
  const change: ResourceChange = {
    address,
    type: 'instance',
    scope,
    id: null,
    verb: 'create',
    before: null,
    after: createdFields(instance, launch, wanted.ref),
    afterUnknown: ['instance_id', ...(wanted.ref.kind === 'id' ? [] : ['image_id'])],
    reason: 'not_found',
    class: null,
    wave: null,
  };
  return { ...nothing, drafts, changes: [change] };
}

export function suspended(address: Address, scope: Scope, id: string): Notice {
  return { kind: 'suspended', address, scope, id, message: '`suspend` is true: nothing is written here' };
}

/** What can be changed while a member runs: the seal, tags, name, description, groups, protection, power. */
function upkeep(
  context: PlanningContext,
  instance: Instance,
  scope: Scope,
  member: Member,
  isReplaced: boolean,
): ResourcePlan {
  const { address, present } = member;
  const id = present.instanceId;
  if (instance.suspend) return { ...nothing, notices: [suspended(address, scope, id)] };
  const base = { address, scope, class: null } as const;
  const target = { type: 'instance', id } as const;
  const drafts: Draft[] = [];
  if (!isSealed(present, id, context.project)) {
    const key = draftKey(address, 'TagResource', 'seal');
    drafts.push({ ...base, id: key, dependsOn: [], kind: 'TagResource', reason: 'seal', target, tags: {}, mark: null });
  }
  const updates = updateDrafts(instance, base, member, isReplaced);
  const power = powerDrafts(instance, base, member);
  return {
    ...nothing,
    drafts: [...drafts, ...updates, ...power],
    changes: [updateChange(instance, scope, member, isReplaced, updates.length > 0, power.length > 0)],
    notices: stoppedNotices(context, instance, scope, member),
    findings: createOnlyDifferences(instance, member),
  };
}

type DraftBase = Pick<Draft, 'address' | 'scope' | 'class'>;

function updateDrafts(instance: Instance, base: DraftBase, member: Member, isReplaced: boolean): readonly Draft[] {
  const { address, present } = member;
  const target = { type: 'instance', id: present.instanceId } as const;
  const drafts: Draft[] = [];
  const { set, remove } = tagChanges(comparedTags(instance), present.tags);
  const reason = 'tags_differ';
  if (Object.keys(set).length > 0) {
    const id = draftKey(address, 'TagResource', reason);
    drafts.push({ ...base, id, dependsOn: [], kind: 'TagResource', reason, target, tags: set, mark: null });
  }
  if (remove.length > 0) {
    const id = draftKey(address, 'UntagResource', reason);
    drafts.push({ ...base, id, dependsOn: [], kind: 'UntagResource', reason, target, keys: remove });
  }
  for (const setting of changedSettings(instance, member)) {
    const id = draftKey(address, 'ModifyInstance', 'attributes_differ', setting.type);
    const dependsOn = setting.type === 'attach-role' ? drafts.slice(-1).map((draft) => draft.id) : [];
    const instanceId = present.instanceId;
    drafts.push({ ...base, id, dependsOn, kind: 'ModifyInstance', reason: 'attributes_differ', instanceId, setting });
  }
  for (const setting of diskChanges(instance, member, isReplaced)) {
    const id = draftKey(address, 'ModifyDisk', 'disk_differs', setting.type);
    const dependsOn = drafts
      .filter((draft) => draft.kind === 'ModifyDisk')
      .slice(-1)
      .map((draft) => draft.id);
    const instanceId = present.instanceId;
    drafts.push({ ...base, id, dependsOn, kind: 'ModifyDisk', reason: 'disk_differs', instanceId, setting });
  }
  return drafts;
}

function diskChanges(instance: Instance, { disk }: Member, isReplaced: boolean): readonly DiskSetting[] {
  return disk === null ? [] : diskSettings(instance, disk, isReplaced);
}

/** A member that somebody stopped is started only where the manifest asks for it. */
function powerDrafts(instance: Instance, base: DraftBase, member: Member): readonly Draft[] {
  const isStopped = member.present.status === 'Stopped' && member.mark === null;
  if (instance.power !== 'Running' || !isStopped) return [];
  const id = draftKey(member.address, 'StartInstance', 'power_differs');
  const instanceId = member.present.instanceId;
  const waitId = draftKey(member.address, 'Wait', 'until_running');
  const until = { kind: 'instance-running', instance: { kind: 'id', instanceId } } as const;
  return [
    { ...base, id, dependsOn: [], kind: 'StartInstance', reason: 'power_differs', instanceId },
    { ...base, id: waitId, dependsOn: [id], kind: 'Wait', reason: 'until_running', until },
  ];
}

function updateChange(
  instance: Instance,
  scope: Scope,
  member: Member,
  isReplaced: boolean,
  isUpdated: boolean,
  isStarted: boolean,
): ResourceChange {
  const { present } = member;
  const changes = changedFields(instance, member);
  const { set, remove } = tagChanges(comparedTags(instance), present.tags);
  const before: Record<string, Json> = {};
  const after: Record<string, Json> = {};
  const show = (name: string, old: Json, next: Json): void => {
    before[name] = old;
    after[name] = next;
  };
  if (changes.instanceName !== undefined) show('instance_name', present.name, changes.instanceName);
  if (changes.description !== undefined) show('description', present.description, changes.description);
  if (changes.securityGroupIds !== undefined) {
    show('security_group_ids', present.securityGroupIds, changes.securityGroupIds);
  }
  if (changes.deletionProtection !== undefined) {
    show('deletion_protection', present.deletionProtection, changes.deletionProtection);
  }
  if (Object.keys(set).length + remove.length > 0) {
    const keys = [...Object.keys(set), ...remove];
    show('tags', Object.fromEntries(Object.entries(present.tags).filter(([key]) => keys.includes(key))), set);
  }
  for (const setting of changedSettings(instance, member)) showSetting(show, member, setting);
  for (const setting of diskChanges(instance, member, isReplaced)) showDisk(show, member, setting);
  if (isStarted) show('status', present.status, 'Running');
  return {
    address: member.address,
    type: 'instance',
    scope,
    id: present.instanceId,
    verb: isUpdated || isStarted ? 'update' : 'no-op',
    before,
    after,
    afterUnknown: [],
    reason: isStarted ? 'power_differs' : isUpdated ? 'attributes_differ' : null,
    class: null,
    wave: null,
  };
}

function comparedTags(instance: Instance): TagWishes {
  return isIgnored(instance, 'tags') ? {} : instance.tags;
}

type Show = (name: string, old: Json, next: Json) => void;

function showSetting(show: Show, { present }: Member, setting: InstanceSetting): void {
  if (setting.type === 'metadata-options') {
    const fields = metadataFields(setting.options, setting.options);
    show('metadata_options', metadataFields(setting.options, present.metadataOptions), fields);
  }
  if (setting.type === 'attach-role') show('ram_role_name', present.ramRoleName, setting.ramRoleName);
}

function showDisk(show: Show, { disk }: Member, setting: DiskSetting): void {
  if (disk === null) return;
  if (setting.type === 'size') show('system_disk_size_gib', disk.sizeGiB, setting.sizeGiB);
  if (setting.type === 'snapshot-policy') {
    show('auto_snapshot_policy_id', disk.autoSnapshotPolicyId, setting.policyId);
  }
  if (setting.type !== 'spec') return;
  show('system_disk_category', disk.category, setting.category);
  if (setting.performanceLevel !== null) {
    show('system_disk_performance_level', disk.performanceLevel, setting.performanceLevel);
  }
}

/** So long after a disk was made by us a stopped member without a mark may be one that we stopped. */
const leftStoppedWithinMs = 24 * 60 * 60_000;

function stoppedNotices(context: PlanningContext, instance: Instance, scope: Scope, member: Member): readonly Notice[] {
  const { present, disk, mark, address } = member;
  if (present.status !== 'Stopped' || mark !== null || instance.power === 'Running') return [];
  const id = present.instanceId;
  const isYoung = disk !== null && context.nowMs - Date.parse(disk.createdAt) < leftStoppedWithinMs;
  const isReplaced = disk !== null && Date.parse(disk.createdAt) > Date.parse(present.createdAt) + 60_000;
  if (isYoung && isReplaced) {
    const message = `'${id}' is Stopped without a mark and has a fresh system disk: possibly left stopped by an interrupted rollout; start it with: aliyun ecs StartInstance --InstanceId ${id} --RegionId ${scope.region}`;
    return [{ kind: 'left-stopped', address, scope, id, message }];
  }
  const message = `'${id}' was stopped by somebody and is left alone; set \`power: Running\` to have it started`;
  return [{ kind: 'stopped', address, scope, id, message }];
}

/** Ordinals beyond `replicas`, highest first, one after the other. */
function planScaleDown(context: PlanningContext, instance: Instance, scope: Scope): ResourcePlan {
  const prefix = `${instance.address}/`;
  const surplus = context.observed.instances
    .filter((present) => present.account === scope.account && present.region === scope.region)
    .map((present) => ({ present, address: present.tags[tagKey.resource] ?? '' }))
    .filter(({ address }) => address.startsWith(prefix) && Number(address.slice(prefix.length)) >= instance.replicas)
    .filter(({ present, address }) => ownedAt([present], (one) => one.instanceId, context.project, address).length > 0)
    .sort((a, b) => Number(b.address.slice(prefix.length)) - Number(a.address.slice(prefix.length)));
  if (instance.suspend) {
    const notices = surplus.map(({ present, address }) => suspended(address, scope, present.instanceId));
    return { ...nothing, notices };
  }
  if (instance.deletionPolicy === 'Retain') {
    const notices = surplus.map(
      ({ present, address }): Notice => ({
        kind: 'kept',
        address,
        scope,
        id: present.instanceId,
        message: `'${present.instanceId}' is beyond \`replicas\` and kept: \`deletionPolicy\` is Retain`,
      }),
    );
    return { ...nothing, notices };
  }
  let after: readonly string[] = [];
  const parts = surplus.map(({ present, address }) => {
    const part = deleteInstance(context, { address, scope, instance: present, reason: 'scaled_down', after });
    after = part.drafts.slice(-1).map((draft) => draft.id);
    return part;
  });
  return combine(parts);
}
