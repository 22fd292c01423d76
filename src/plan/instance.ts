import { type Address, instanceAddress } from '../domain/address.js';
import type { Instance } from '../domain/desired.js';
import { entryFor } from '../domain/lock.js';
import type { ObservedInstance } from '../domain/observed.js';
import { parseUpdatingMark } from '../domain/ownership.js';
import { planAdoption } from './adoption.js';
import { combine, type Draft, nothing, type PlanningContext, type ReadyImage, type ResourcePlan } from './context.js';
import { duplicateAt } from './duplicate.js';
import { accessTo } from './image-copy.js';
import { planCreation } from './member-creation.js';
import { mergeChanges } from './merge-changes.js';
import { planRecreation } from './recreate.js';
import { type Member, planRollout } from './rollout.js';
import { planScaleDown } from './scale-down.js';
import { planUpkeep } from './upkeep.js';

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
    const present = context.world.instancesAt(scope, address);
    const adopted = instance.adopt[ordinal];
    if (present.length > 1) {
      parts.push({ ...nothing, findings: [duplicateAt(instance.origin, address, present)] });
    } else if (present[0] !== undefined) {
      members.push(memberOf(context, ordinal, address, present[0]));
    } else if (adopted !== undefined) {
      parts.push(planAdoption(context, instance, ordinal, scope, adopted));
    } else if (wanted !== null) {
      parts.push(planCreation(context, instance, ordinal, scope, wanted));
    }
  }
  const isRecreating = instance.update.onImageChange === 'Recreate';
  const arriving = parts.flatMap(({ drafts }) => drafts.slice(-1).map(({ id }) => id));
  const recreation = isRecreating ? planRecreation(context, instance, scope, members, wanted, arriving) : null;
  const staying = members.filter(({ present }) => recreation?.leaving.has(present.instanceId) !== true);
  const recreated = recreation === null ? [] : endsOf(recreation.drafts);
  const rollout = planRollout(context, instance, scope, staying, wanted, recreated);
  parts.push(
    ...(recreation === null ? [] : [recreation]),
    ...staying.map((member) =>
      planUpkeep(
        context,
        instance,
        scope,
        member,
        rollout.offImageAfter.has(member.present.instanceId),
        startedByRollout(rollout.drafts, member),
      ),
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
    offImageAfter: new Map([
      ...rollout.offImageAfter,
      ...(recreation?.offImageAfter ?? []),
      ...deletionKeys(scaleDown.drafts),
    ]),
  };
}

/** The end of the rollout of a member that is down, where that starts it. */
function startedByRollout(drafts: readonly Draft[], { address, present }: Member): string | null {
  const chain = present.status === 'Stopped' ? drafts.filter((draft) => draft.address === address) : [];
  return chain.some(({ kind }) => kind === 'StartInstance') ? (chain.at(-1)?.id ?? null) : null;
}

/** Keys of the drafts that no other one waits for. */
function endsOf(drafts: readonly Draft[]): readonly string[] {
  const awaited = new Set(drafts.flatMap(({ dependsOn }) => dependsOn));
  return drafts.map(({ id }) => id).filter((id) => !awaited.has(id));
}

function deletionKeys(drafts: readonly Draft[]): readonly (readonly [string, string])[] {
  return drafts.flatMap((draft) => (draft.kind === 'DeleteInstance' ? [[draft.instanceId, draft.id] as const] : []));
}

/** The image that members shall run; null where the lock or its copy does not say: then policy has an error. */
function wantedImage(
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

function memberOf(context: PlanningContext, ordinal: number, address: Address, present: ObservedInstance): Member {
  const disk = context.world.systemDiskOf(present.instanceId) ?? null;
  const dataDisks = context.world.dataDisksOf(present.instanceId);
  return { ordinal, address, present, disk, dataDisks, mark: parseUpdatingMark(present.tags) };
}
