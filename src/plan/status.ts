import { compareAddresses, instanceAddress } from '../domain/address.js';
import type { Desired, ImageCopy, Instance } from '../domain/desired.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedImage, ObservedInstance, ObservedState } from '../domain/observed.js';
import { parseUpdatingMark, tagKey } from '../domain/ownership.js';
import type { Plan } from '../domain/plan.js';
import type { MemberStatus, StatusResult } from '../domain/result.js';
import { type PlanningContext, planningContext } from './context.js';
import { presentCopy } from './image-copy.js';
import { makePlan } from './make-plan.js';
import { withMoves } from './moves.js';
import { type WantedCopy, wantedCopies } from '../domain/lineage.js';

type Judgement = Pick<MemberStatus, 'condition' | 'reason' | 'notes'>;

/** Each member that the manifests ask for, judged by what a plan would do with it; sorted by address. */
export function memberStatuses(
  desired: Desired,
  lock: Lock,
  observed: ObservedState,
  nowMs: number,
): readonly MemberStatus[] {
  const context = planningContext(desired, lock, withMoves(desired, observed).observed, nowMs, {
    retryRejected: false,
    prune: false,
  });
  const plan = makePlan(desired, lock, observed, nowMs, context.options);
  const copies = desired.imageCopies.flatMap((copy) =>
    wantedCopies(desired, lock, copy)
      .filter((target) => target.role === 'copy')
      .map((target) => copyStatus(context, plan, copy, target)),
  );
  const instances = desired.instances.flatMap((instance) =>
    Array.from({ length: instance.replicas }, (_, ordinal) => instanceStatus(context, plan, instance, ordinal)),
  );
  return [...copies, ...instances].sort((a, b) => compareAddresses(a.address, b.address));
}

function copyStatus(context: PlanningContext, plan: Plan, copy: ImageCopy, target: WantedCopy): MemberStatus {
  const image = presentCopy(context, copy, target);
  return {
    address: target.address,
    scope: { account: copy.account, region: target.region },
    id: image?.imageId ?? null,
    state: image?.status ?? null,
    imageId: image?.tags[tagKey.sourceImage] ?? null,
    wantedImageId: target.entry.imageId,
    createdAt: image?.createdAt ?? null,
    ...judgeCopy(plan, copy, target, image),
  };
}

function judgeCopy(plan: Plan, copy: ImageCopy, target: WantedCopy, image: ObservedImage | undefined): Judgement {
  const notes = notesAt(plan, target.address);
  if (copy.suspend) return { condition: 'Blocked', reason: 'Suspended', notes };
  if (image === undefined) return { condition: 'Drifted', reason: 'Missing', notes };
  if (image.status === 'Creating' || image.status === 'Waiting') {
    return {
      condition: 'Progressing',
      reason: 'Copying',
      notes: [image.progress, ...notes].filter((note) => note !== ''),
    };
  }
  if (image.status !== 'Available') return { condition: 'Blocked', reason: image.status, notes };
  const isUntouched = !plan.actions.some((action) => action.address === target.address);
  return isUntouched
    ? { condition: 'Ready', reason: 'UpToDate', notes }
    : { condition: 'Drifted', reason: 'AttributesDiffer', notes };
}

function instanceStatus(context: PlanningContext, plan: Plan, instance: Instance, ordinal: number): MemberStatus {
  const address = instanceAddress(instance.name, ordinal);
  const scope = { account: instance.account, region: instance.region };
  const present = context.world.instancesAt(scope, address);
  const [member] = present;
  const disk = member === undefined ? undefined : context.world.systemDiskOf(member.instanceId);
  return {
    address,
    scope,
    id: present.length === 1 ? (member?.instanceId ?? null) : null,
    state: present.length === 1 ? (member?.status ?? null) : null,
    imageId: disk?.imageId ?? member?.imageId ?? null,
    wantedImageId: wantedImageId(context, instance),
    createdAt: member?.createdAt ?? null,
    ...judgeInstance(plan, instance, address, present),
  };
}

function judgeInstance(
  plan: Plan,
  instance: Instance,
  address: string,
  present: readonly ObservedInstance[],
): Judgement {
  const notes = notesAt(plan, address);
  const [member] = present;
  if (instance.suspend) return { condition: 'Blocked', reason: 'Suspended', notes };
  if (member === undefined) return { condition: 'Drifted', reason: 'Missing', notes };
  if (present.length > 1) {
    return { condition: 'Blocked', reason: 'Duplicate', notes: present.map((one) => one.instanceId) };
  }
  const kinds = plan.notices.filter((notice) => notice.address === address).map((notice) => notice.kind);
  if (kinds.includes('rejected')) return { condition: 'Blocked', reason: 'RolloutHalted', notes };
  const mark = parseUpdatingMark(member.tags);
  if (mark !== null) {
    return { condition: 'Progressing', reason: 'Updating', notes: [`onto ${mark.imageId}`, ...notes] };
  }
  if (kinds.includes('stopped') || kinds.includes('left-stopped'))
    return { condition: 'Drifted', reason: 'Stopped', notes };
  if (plan.findings.some((finding) => finding.address === address)) {
    return { condition: 'Blocked', reason: 'CreateOnly', notes };
  }
  const actions = plan.actions.filter((action) => action.address === address);
  if (actions.some((action) => action.kind === 'ReplaceSystemDisk')) {
    return { condition: 'Drifted', reason: 'ImageDiffers', notes };
  }
  if (member.status === 'Pending' || member.status === 'Starting') {
    return { condition: 'Progressing', reason: member.status, notes };
  }
  return actions.length === 0
    ? { condition: 'Ready', reason: 'UpToDate', notes }
    : { condition: 'Drifted', reason: 'AttributesDiffer', notes };
}

function notesAt(plan: Plan, address: string): readonly string[] {
  return plan.notices.filter((notice) => notice.address === address).map((notice) => notice.message);
}

function wantedImageId(context: PlanningContext, instance: Instance): string | null {
  const { desired, lock } = context;
  if (instance.image.kind === 'imageSource') {
    const source = instance.image.name;
    return lock.entries.find((entry) => entry.source === source && entry.region === instance.region)?.imageId ?? null;
  }
  const copyName = instance.image.name;
  const copy = desired.imageCopies.find((candidate) => candidate.name === copyName);
  if (copy === undefined) return null;
  const target = wantedCopies(desired, lock, copy).find((one) => one.role === 'copy' && one.region === instance.region);
  return target === undefined ? null : (presentCopy(context, copy, target)?.imageId ?? null);
}

/** Superseded copies, hops, orphans and clones: what carries our tags beside the members; sorted by address. */
export function otherThings(
  desired: Desired,
  lock: Lock,
  observed: ObservedState,
  nowMs: number,
): StatusResult['others'] {
  const context = planningContext(desired, lock, withMoves(desired, observed).observed, nowMs, {
    retryRejected: false,
    prune: false,
  });
  const plan = makePlan(desired, lock, observed, nowMs, context.options);
  const current = new Set(
    desired.imageCopies.flatMap((copy) =>
      wantedCopies(desired, lock, copy).map((target) =>
        target.role === 'copy' ? presentCopy(context, copy, target)?.imageId : undefined,
      ),
    ),
  );
  const noticeById = new Map(plan.notices.map((notice) => [notice.id, notice.kind]));
  const images = observed.images
    .filter((image) => image.tags[tagKey.project] === context.project && !current.has(image.imageId))
    .map((image) => ({ ...placeOf(image, image.imageId), kind: imageKind(image, noticeById), sizeGiB: image.sizeGiB }));
  const instances = observed.instances
    .map((instance) => ({ instance, kind: noticeById.get(instance.instanceId) }))
    .filter(({ kind }) => kind === 'orphan' || kind === 'clone')
    .map(({ instance, kind }) => ({
      ...placeOf(instance, instance.instanceId),
      kind: kind === 'clone' ? ('clone' as const) : ('orphan' as const),
      sizeGiB: null,
    }));
  return [...images, ...instances].sort(
    (a, b) => compareAddresses(a.address, b.address) || (a.createdAt < b.createdAt ? 1 : -1),
  );
}

function imageKind(
  image: ObservedImage,
  noticeById: ReadonlyMap<string, string>,
): 'superseded' | 'hop' | 'orphan' | 'clone' {
  const notice = noticeById.get(image.imageId);
  if (notice === 'clone' || notice === 'orphan') return notice;
  return (image.tags[tagKey.resource] ?? '').split('/')[2] === 'hop' ? 'hop' : 'superseded';
}

function placeOf(
  thing: ObservedImage | ObservedInstance,
  id: string,
): Pick<StatusResult['others'][number], 'address' | 'scope' | 'id' | 'createdAt'> {
  return {
    address: thing.tags[tagKey.resource] ?? '',
    scope: { account: thing.account, region: thing.region },
    id,
    createdAt: thing.createdAt,
  };
}
