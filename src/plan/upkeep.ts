import type { DiskSetting, InstanceSetting } from '../domain/action.js';
import type { Instance, TagWishes } from '../domain/desired.js';
import type { Json } from '../domain/digest.js';
import { byDevice, type Scope } from '../domain/observed.js';
import type { Notice, ResourceChange } from '../domain/plan.js';
import {
  type Draft,
  draftKey,
  isSealed,
  nothing,
  type PlanningContext,
  type ResourcePlan,
  suspended,
} from './context.js';
import { dataDiskPolicies, diskSettings } from './disk.js';
import { isIgnored } from './ignored.js';
import { changedFields, changedSettings, createOnlyDifferences, metadataFields } from './instance-fields.js';
import type { Member } from './rollout.js';
import { tagChanges } from './tag-changes.js';

/**
 * What can be changed while a member runs: the seal, tags, name, description, groups, protection, power. `rolledOut`: key
 * after which the rollout has started a member that is down; two may not start it at once.
 */
export function planUpkeep(
  context: PlanningContext,
  instance: Instance,
  scope: Scope,
  member: Member,
  isReplaced: boolean,
  rolledOut: string | null,
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
  const power = rolledOut === null ? powerDrafts(instance, base, member) : [];
  const started = rolledOut === null ? power.slice(-1).map((draft) => draft.id) : [rolledOut];
  const updates = updateDrafts(instance, base, member, isReplaced, started);
  return {
    ...nothing,
    drafts: [...drafts, ...updates, ...power],
    changes: [updateChange(instance, scope, member, isReplaced, updates.length > 0, power.length > 0)],
    notices: stoppedNotices(context, instance, scope, member),
    findings: createOnlyDifferences(instance, member),
  };
}

type DraftBase = Pick<Draft, 'address' | 'scope' | 'class'>;

/** `started`: the key after which the member runs, where it does not yet. */
function updateDrafts(
  instance: Instance,
  base: DraftBase,
  member: Member,
  isReplaced: boolean,
  started: readonly string[],
): readonly Draft[] {
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
    const id = draftKey(address, 'ModifyDisk', 'disk_differs', `${setting.type} ${dataDiskOf(setting) ?? ''}`);
    const before = drafts.filter((draft) => draft.kind === 'ModifyDisk').slice(-1);
    const dependsOn = [...started, ...before.map((draft) => draft.id)];
    const instanceId = present.instanceId;
    drafts.push({ ...base, id, dependsOn, kind: 'ModifyDisk', reason: 'disk_differs', instanceId, setting });
  }
  return drafts;
}

/**
 * A disk is made larger while its machine runs: one that somebody stopped keeps its size until it is started again.
 * Source: ECS API reference, ResizeDisk.
 */
function diskChanges(instance: Instance, member: Member, isReplaced: boolean): readonly DiskSetting[] {
  const { disk, dataDisks, present } = member;
  const isLeftDown = present.status === 'Stopped' && member.mark === null && instance.power !== 'Running';
  const ofSystem = disk === null ? [] : diskSettings(instance, disk, isReplaced);
  return [...ofSystem.filter(({ type }) => type !== 'size' || !isLeftDown), ...dataDiskPolicies(instance, dataDisks)];
}

function dataDiskOf(setting: DiskSetting): number | undefined {
  return setting.type === 'snapshot-policy' ? setting.dataDisk : undefined;
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

function showDisk(show: Show, { disk, dataDisks }: Member, setting: DiskSetting): void {
  const position = dataDiskOf(setting);
  if (setting.type === 'snapshot-policy' && position !== undefined) {
    const old = byDevice(dataDisks)[position]?.autoSnapshotPolicyId ?? '';
    show(`data_disk_${position}_auto_snapshot_policy_id`, old, setting.policyId);
    return;
  }
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
