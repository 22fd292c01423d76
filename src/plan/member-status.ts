import { type Address, compareAddresses, instanceAddress, shareAddress } from '../domain/address.js';
import type { ImageCopy, ImageShare, Instance } from '../domain/desired.js';
import { type WantedCopy, wantedCopies } from '../domain/lineage.js';
import type { ObservedImage, ObservedInstance, ObservedState } from '../domain/observed.js';
import { parseUpdatingMark, tagKey } from '../domain/ownership.js';
import type { Plan, ResourceChange } from '../domain/plan.js';
import type { MemberStatus } from '../domain/result.js';
import type { PlanningContext } from './context.js';
import { presentCopy } from './image-copy.js';

type Judgement = Pick<MemberStatus, 'condition' | 'reason' | 'notes'>;

/** Each member that the manifests ask for, judged by what the plan would do with it; sorted by address. */
export function memberStatuses(context: PlanningContext, plan: Plan): readonly MemberStatus[] {
  const { desired, lock } = context;
  const copies = desired.imageCopies.flatMap((copy) =>
    wantedCopies(desired, lock, copy)
      .filter((target) => target.role === 'copy')
      .map((target) => copyStatus(context, plan, copy, target)),
  );
  const instances = desired.instances.flatMap((instance) =>
    Array.from({ length: instance.replicas }, (_, ordinal) => instanceStatus(context, plan, instance, ordinal)),
  );
  const shares = desired.imageShares.flatMap((share) => shareStatuses(plan, share));
  return [...copies, ...shares, ...instances].sort((a, b) => compareAddresses(a.address, b.address));
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
    sizeGiB: image === undefined ? null : storedGiB(image),
    ...noMarks,
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
    sizeGiB: member === undefined ? null : disksGiB(context.observed, member.instanceId),
    rollout: member === undefined || present.length > 1 ? null : rolloutOf(member),
    duplicates: present.length > 1 ? present.map(({ instanceId }) => instanceId) : [],
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
  if (present.length > 1) return { condition: 'Blocked', reason: 'Duplicate', notes };
  const kinds = plan.notices.filter((notice) => notice.address === address).map((notice) => notice.kind);
  if (kinds.includes('rejected')) return { condition: 'Blocked', reason: 'RolloutHalted', notes };
  if (parseUpdatingMark(member.tags) !== null) return { condition: 'Progressing', reason: 'Updating', notes };
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

/** What the rollout wrote on a member, where it wrote anything. */
function rolloutOf({ tags }: ObservedInstance): MemberStatus['rollout'] {
  const mark = parseUpdatingMark(tags);
  const previous = tags[tagKey.previous] ?? null;
  const rejected = tags[tagKey.rejected] ?? null;
  if (mark === null && previous === null && rejected === null) return null;
  const since = mark === null || mark.sinceMs === null ? null : new Date(mark.sinceMs).toISOString();
  return { updatingTo: mark?.imageId ?? null, since, previous, rejected };
}

const noMarks = { rollout: null, duplicates: [] } as const;

/** Who shall have access, and who has it all the same, by what the plan would give and take. */
function shareStatuses(plan: Plan, share: ImageShare): readonly MemberStatus[] {
  const prefix = `${share.address}/`;
  const wanted = share.regions.flatMap((region) =>
    share.with.map(({ uid }) => ({ address: shareAddress(share.name, region, uid), region })),
  );
  const known = new Set(wanted.map(({ address }) => address));
  const unlisted = [...plan.changes, ...plan.notices.filter(({ kind }) => kind === 'drift')]
    .filter(({ address }) => address.startsWith(prefix) && !known.has(address))
    .map(({ address, scope }) => ({ address, region: scope.region }));
  const all = new Map([...wanted, ...unlisted].map((one) => [one.address, one]));
  return [...all.values()].map(({ address, region }) => {
    const changes = plan.changes.filter((change) => change.address === address);
    const imageId = changes.find(({ id }) => id !== null)?.id ?? null;
    const judgement = judgeShare(plan, share, address, changes, known.has(address));
    const scope = { account: share.account, region };
    return { address, scope, id: imageId, state: null, imageId, ...unsized, ...noMarks, ...judgement };
  });
}

const unsized = { wantedImageId: null, createdAt: null, sizeGiB: null } as const;

function judgeShare(
  plan: Plan,
  share: ImageShare,
  address: Address,
  changes: readonly ResourceChange[],
  isListed: boolean,
): Judgement {
  const notes = notesAt(plan, address);
  if (share.suspend) return { condition: 'Blocked', reason: 'Suspended', notes };
  if (!isListed) return { condition: 'Drifted', reason: 'NotListed', notes };
  if (changes.length === 0) return { condition: 'Drifted', reason: 'ImageMissing', notes };
  return changes.every(({ verb }) => verb === 'no-op')
    ? { condition: 'Ready', reason: 'Shared', notes }
    : { condition: 'Drifted', reason: 'NotShared', notes };
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

/** What an image keeps of storage: its snapshots, as far as the answer shows them. */
export function storedGiB({ disks, sizeGiB }: ObservedImage): number {
  return disks.length === 0 ? sizeGiB : disks.reduce((sum, disk) => sum + disk.sizeGiB, 0);
}

/** The disks of an instance that were seen: the system disk, and data disks that carry our tags. */
export function disksGiB({ disks }: ObservedState, instanceId: string): number | null {
  const own = disks.filter((disk) => disk.instanceId === instanceId);
  return own.length === 0 ? null : own.reduce((sum, disk) => sum + disk.sizeGiB, 0);
}
