import type { ImageRef } from '../domain/action.js';
import type { Instance } from '../domain/desired.js';
import type { Scope } from '../domain/observed.js';
import type { Notice, ResourceChange } from '../domain/plan.js';
import { combine, type Draft, nothing, type PlanningContext, type ReadyImage, type ResourcePlan } from './context.js';
import { deleteInstance } from './delete-instance.js';
import { createOnlyDifferences } from './instance-fields.js';
import { planCreation } from './member-creation.js';
import { isHalted, type Member, rejectedNotices, siblingsDraft } from './rollout.js';

export interface RecreatePlan extends ResourcePlan {
  /** IDs of the instances that go. */
  readonly leaving: ReadonlySet<string>;
  /** By instance ID: the key after which it is gone. */
  readonly offImageAfter: ReadonlyMap<string, string>;
}

/**
 * Makes members anew whose image, or whose fields that are fixed at creation, differ: each is deleted, and another is made
 * at its address, no more of them at once than `maxUnavailable`. Those that are down already come first, for that costs
 * nothing. Members that are missing are made before, by the drafts of the keys in `arriving`. Where the manifest says what
 * to ask, a wave begins once those that run the image answer: so the members of one wave are probed before the next. From
 * an image that failed on a member nothing is made anew.
 */
export function planRecreation(
  context: PlanningContext,
  instance: Instance,
  scope: Scope,
  members: readonly Member[],
  wanted: ReadyImage | null,
  arriving: readonly string[],
): RecreatePlan {
  const none = { ...nothing, leaving: new Set<string>(), offImageAfter: new Map<string, string>() };
  if (wanted === null || instance.suspend) return none;
  const other = members.filter((member) => isOther(instance, member, wanted.ref));
  const leaving = new Set(other.map(({ present }) => present.instanceId));
  if (instance.systemDisk.stateful && other.length > 0) return { ...none, leaving, refusals: [stateful(other)] };
  if (isHalted(context, members, wanted.ref)) {
    return {
      ...none,
      leaving,
      notices: other.flatMap((member) => rejectedNotices(context, scope, member, wanted.ref)),
    };
  }
  const down = members.filter((member) => member.present.status === 'Stopped' && !other.includes(member));
  const moving = [
    ...other.filter(({ present }) => present.status !== 'Running'),
    ...other.filter(({ present }) => present.status === 'Running'),
  ];
  const room = Math.max(0, instance.update.maxUnavailable - down.length);
  const parts: ResourcePlan[] = [];
  let before: readonly string[] = [...(wanted.readyAfter === null ? [] : [wanted.readyAfter]), ...arriving];
  const waves = chunksOf(moving, room);
  waves.forEach((wave, index) => {
    const [first] = wave;
    const siblings = first === undefined ? null : siblingsDraft(instance, scope, first.address, wanted.ref, before);
    const after = siblings === null ? before : [siblings.id];
    const anew = wave.map((member) =>
      recreation(context, instance, scope, member, wanted, after, { number: index + 1, of: waves.length }),
    );
    parts.push(...(siblings === null ? [] : [{ ...nothing, drafts: [siblings] }]), ...anew);
    before = anew.flatMap(({ drafts }) => drafts.slice(-1).map(({ id }) => id));
  });
  const held = room === 0 ? moving : [];
  const whole = combine(parts);
  return {
    ...whole,
    notices: [...whole.notices, ...held.map((member) => heldBack(instance, scope, member, down.length))],
    leaving,
    offImageAfter: new Map(
      whole.drafts.flatMap((draft) => (draft.kind === 'DeleteInstance' ? [[draft.instanceId, draft.id] as const] : [])),
    ),
  };
}

function isOther(instance: Instance, member: Member, wanted: ImageRef): boolean {
  const imageId = member.disk?.imageId ?? member.present.imageId;
  const isOnImage = wanted.kind === 'id' && wanted.imageId === imageId;
  return !isOnImage || createOnlyDifferences(instance, member).length > 0;
}

function chunksOf(members: readonly Member[], size: number): readonly (readonly Member[])[] {
  if (size === 0) return [];
  const chunks: (readonly Member[])[] = [];
  for (let start = 0; start < members.length; start += size) chunks.push(members.slice(start, start + size));
  return chunks;
}

function recreation(
  context: PlanningContext,
  instance: Instance,
  scope: Scope,
  member: Member,
  wanted: ReadyImage,
  after: readonly string[],
  wave: { readonly number: number; readonly of: number },
): ResourcePlan {
  const { address, present } = member;
  const going = deleteInstance(context, { address, scope, instance: present, reason: 'recreated', after });
  if (going.refusals.length > 0) return going;
  const coming = planCreation(context, instance, member.ordinal, scope, wanted);
  const gone = going.drafts.slice(-1).map(({ id }) => id);
  const drafts = coming.drafts.map(
    (draft, index): Draft => (index === 0 ? { ...draft, dependsOn: [...draft.dependsOn, ...gone] } : draft),
  );
  const [deleted] = going.changes;
  const [created] = coming.changes;
  if (deleted === undefined || created === undefined) return combine([going, { ...coming, drafts }]);
  const change: ResourceChange = {
    ...created,
    id: present.instanceId,
    verb: 'replace',
    before: deleted.before,
    reason: 'recreated',
    class: 'delete',
    wave,
  };
  return { ...nothing, drafts: [...going.drafts, ...drafts], changes: [change] };
}

function heldBack(instance: Instance, scope: Scope, member: Member, down: number): Notice {
  const message = `not made anew: ${down} of its siblings are down, and \`maxUnavailable\` is ${instance.update.maxUnavailable}`;
  return { kind: 'busy', address: member.address, scope, id: member.present.instanceId, message };
}

function stateful(members: readonly Member[]): ResourcePlan['refusals'][number] {
  return {
    reason: 'stateful',
    class: 'delete',
    addresses: members.map(({ address }) => address),
    summary: '`systemDisk.stateful` is true: an instance whose disk holds data is not made anew',
    hint: 'Set `update.onImageChange: Ignore`, or move the data away and set `stateful: false`.',
  };
}
