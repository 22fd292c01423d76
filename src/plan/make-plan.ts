import { compareAddresses } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedImage, ObservedInstance, ObservedState } from '../domain/observed.js';
import { tagKey } from '../domain/ownership.js';
import type { Plan } from '../domain/plan.js';
import {
  combine,
  draftKey,
  nothing,
  type PlanningContext,
  planningContext,
  type PlanningOptions,
  type ReadyImage,
  type ResourcePlan,
} from './context.js';
import { deleteImage, deletionChange } from './delete-image.js';
import { type CopyPlan, planImageCopy } from './image-copy.js';
import { planImageShare } from './image-share.js';
import { planInstance } from './instance.js';
import { planMoves, withMoves } from './moves.js';
import { cancelledCopy, unsharedFromAll } from './leaving-copy.js';
import { inOrder } from './order.js';
import { planLeftovers } from './leftovers.js';
import { unshareAfterUse } from './unshare-order.js';

/**
 * What has to be done so that the cloud matches the manifests: a pure function of what is wanted, what is locked, what
 * was observed, and the time. The same values give the same plan, whatever the order in which they were listed.
 */
export function makePlan(
  desired: Desired,
  lock: Lock,
  observed: ObservedState,
  nowMs: number,
  options: PlanningOptions,
): Plan {
  const world = withMoves(desired, observed);
  const first = planningContext(desired, lock, world.observed, nowMs, options);
  const [ofCopies, ofSources] = split(desired.imageShares, (share) => share.image.kind === 'imageCopy');
  const sourceShares = ofSources.map((share) => planImageShare(first, share, new Map()));
  const context = { ...first, accessAfter: new Map(sourceShares.flatMap((plan) => [...plan.accessAfter])) };
  const copies = desired.imageCopies.map((copy) => ({ copy, plan: planImageCopy(context, copy) }));
  const active = copies.map(({ copy, plan }) => (copy.suspend ? suspendedCopy(plan) : plan));
  const images = new Map(copies.map(({ copy }, index) => [copy.name, active[index]?.imageByRegion ?? noImages]));
  const shares = [...sourceShares, ...ofCopies.map((share) => planImageShare(context, share, images))];
  const instances = desired.instances.map((instance) => planInstance(context, instance, images));
  const offImageAfter = new Map(instances.flatMap((plan) => [...plan.offImageAfter]));
  const expired = expiredCopies(context, active, offImageAfter);
  const wanted = new Set([...active, ...shares, ...instances].flatMap((plan) => [...plan.addresses]));
  const parts = combine([...active, ...shares, ...instances, expired, planLeftovers(context, wanted)]);
  const whole = planMoves(desired, world, parts);
  return {
    actions: inOrder(unshareAfterUse(context, whole.drafts, offImageAfter)),
    changes: [...whole.changes].sort((a, b) => compareAddresses(a.address, b.address)),
    notices: [...whole.notices].sort((a, b) => compareAddresses(a.address, b.address)),
    findings: whole.findings,
    refusals: whole.refusals,
  };
}

const noImages: ReadonlyMap<string, ReadyImage> = new Map();

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** A suspended copy is used where it is there, and nothing is written for it. */
function suspendedCopy(plan: CopyPlan): CopyPlan {
  const present = [...plan.imageByRegion].filter(([, image]) => image.ref.kind === 'id');
  return {
    ...plan,
    drafts: [],
    changes: plan.changes.map(({ importing: _importing, ...change }) => ({
      ...change,
      verb: 'no-op',
      after: change.before,
      afterUnknown: [],
    })),
    notices: plan.changes.map((change) => ({
      kind: 'suspended',
      address: change.address,
      scope: change.scope,
      id: change.id ?? '',
      message: '`suspend` is true: nothing is written here',
    })),
    imageByRegion: new Map(present.map(([region, image]) => [region, { ...image, readyAfter: null }])),
    expired: [],
  };
}

/** Copies beyond `history` go once no member of ours runs them any more; one that stays in use is kept. */
function expiredCopies(
  context: PlanningContext,
  copies: readonly CopyPlan[],
  offImageAfter: ReadonlyMap<string, string>,
): ResourcePlan {
  return combine(
    copies.flatMap((plan) =>
      plan.expired.map((image) =>
        expiredCopy(context, image, offImageAfter, plan.imageByRegion.get(image.region)?.readyAfter ?? null),
      ),
    ),
  );
}

/** It leaves only once its successor can be launched from and carries the family that others follow. */
function expiredCopy(
  context: PlanningContext,
  image: ObservedImage,
  offImageAfter: ReadonlyMap<string, string>,
  successorReadyAfter: string | null,
): ResourcePlan {
  const address = image.tags[tagKey.resource] ?? '';
  const scope = { account: image.account, region: image.region };
  const users = context.observed.instances.filter((instance) => instance.imageId === image.imageId);
  if (users.some((user) => !offImageAfter.has(user.instanceId))) {
    const message = `'${image.imageId}' is beyond \`history\` and kept: ${namesOf(users)} ${users.length === 1 ? 'runs' : 'run'} it`;
    return { ...nothing, notices: [{ kind: 'kept', address, scope, id: image.imageId, message }] };
  }
  if (image.status === 'Creating' || image.status === 'Waiting')
    return cancelledCopy(context, image, 'superseded', null);
  const succeeded = [successorReadyAfter, draftKey(address, 'ModifyImage', 'family_differs')].filter(
    (key) => key !== null,
  );
  const unshared = unsharedFromAll(context, image, 'superseded', succeeded);
  const offImage = users.map((user) => offImageAfter.get(user.instanceId)).filter((key) => key !== undefined);
  const drafts = deleteImage(context, {
    address,
    scope,
    image,
    class: null,
    reason: 'superseded',
    after: [...succeeded, ...offImage, ...unshared.map((draft) => draft.id)],
    snapshots: image.disks.map((disk) => disk.snapshotId).filter((id) => id !== ''),
  });
  return { ...nothing, drafts: [...unshared, ...drafts], changes: [deletionChange(image, 'superseded', null)] };
}

function namesOf(users: readonly ObservedInstance[]): string {
  return users
    .map((user) => `'${user.instanceId}'`)
    .sort()
    .join(', ');
}
