import { compareAddresses, compareText, memberOf, resourceOf } from '../domain/address.js';
import { copyNamed, type ImageCopy } from '../domain/desired.js';
import { wantedCopies } from '../domain/lineage.js';
import type { ObservedImage, ObservedInstance } from '../domain/observed.js';
import { ownershipOf, tagKey } from '../domain/ownership.js';
import type { Plan } from '../domain/plan.js';
import type { Keeper, OtherThing } from '../domain/result.js';
import type { PlanningContext } from './context.js';
import { isNamedForAdoption } from './image-adoption.js';
import { presentCopy, supersededAt } from './image-copy.js';
import { isPayAsYouGo } from './instance-fields.js';
import { disksGiB, storedGiB } from './member-status.js';

/** What carries our tags beside the members, and what keeps it there; by address, the newest first. */
export function otherThings(context: PlanningContext, plan: Plan): readonly OtherThing[] {
  return [...otherImages(context, plan), ...otherInstances(context)].sort(
    (a, b) =>
      compareAddresses(a.address, b.address) || compareText(b.createdAt, a.createdAt) || compareText(a.id, b.id),
  );
}

/** Superseded copies, hops, orphans, clones. */
function otherImages(context: PlanningContext, plan: Plan): readonly OtherThing[] {
  const { desired, lock, observed } = context;
  const current = new Set(
    desired.imageCopies.flatMap((copy) =>
      wantedCopies(desired, lock, copy).map((target) =>
        target.role === 'copy' ? presentCopy(context, copy, target)?.imageId : undefined,
      ),
    ),
  );
  const going = new Set(
    plan.actions.flatMap((action) => (action.kind === 'DeleteImage' ? (action.imageId ?? []) : [])),
  );
  return observed.images
    .filter((image) => image.tags[tagKey.project] === context.project && !current.has(image.imageId))
    .map((image): OtherThing => {
      const address = image.tags[tagKey.resource] ?? '';
      const copy = copyNamed(desired, address.split('/')[1] ?? '');
      const isDeclared = copy !== undefined && isPlaceOf(copy, image, address);
      const kind = imageKind(context, image, isDeclared);
      const keepers =
        kind === 'clone' ? (['not-ours'] as const) : imageKeepers(context, image, kind, isDeclared ? copy : undefined);
      const isKept = keepers.length > 0 || going.has(image.imageId) || kind === 'orphan';
      return {
        address,
        scope: { account: image.account, region: image.region },
        id: image.imageId,
        kind,
        sizeGiB: storedGiB(image),
        createdAt: image.createdAt,
        keptBy: isKept ? keepers : ['work'],
      };
    });
}

/** Whether the manifest still wants something at the address: a destination, or any hop. */
function isPlaceOf(copy: ImageCopy, { account, region }: ObservedImage, address: string): boolean {
  if (copy.account !== account) return false;
  return isHop(address) || copy.destinations.some((destination) => destination.region === region);
}

function isHop(address: string): boolean {
  return address.split('/')[2] === 'hop';
}

function imageKind(context: PlanningContext, image: ObservedImage, isDeclared: boolean): OtherThing['kind'] {
  const { imageId, tags } = image;
  if (ownershipOf({ id: imageId, tags }, context.project) === 'clone') return 'clone';
  if (!isDeclared) return 'orphan';
  return isHop(tags[tagKey.resource] ?? '') ? 'hop' : 'superseded';
}

/** Everything that keeps it: where one thing is named, that alone does. */
function imageKeepers(
  context: PlanningContext,
  image: ObservedImage,
  kind: OtherThing['kind'],
  copy: ImageCopy | undefined,
): readonly Keeper[] {
  const { imageId, account } = image;
  const { observed, desired } = context;
  const isUsed = observed.instances.some((one) => one.account === account && one.imageId === imageId);
  const isShared = observed.shares.some(
    (one) => one.account === account && one.imageId === imageId && one.accounts.length > 0,
  );
  const isOrphan = kind === 'orphan' && !desired.project.safety.prune;
  return keepersOf([
    ['suspend', copy?.suspend === true],
    ['keepHop', kind === 'hop' && copy?.keepHop === true],
    ['Retain', kind === 'superseded' && copy?.deletionPolicy === 'Retain'],
    ['history', kind === 'superseded' && copy !== undefined && isWithinHistory(context, copy, image)],
    ['adopt', copy !== undefined && isNamedForAdoption(copy, image)],
    ['use', isUsed],
    ['share', isShared],
    ['no-prune', isOrphan],
  ]);
}

function keepersOf(candidates: readonly (readonly [Keeper, boolean])[]): readonly Keeper[] {
  return candidates.filter(([, holds]) => holds).map(([keeper]) => keeper);
}

/** Without a history nothing is ever cleared away. */
function isWithinHistory(context: PlanningContext, copy: ImageCopy, image: ObservedImage): boolean {
  if (copy.history === null) return true;
  const address = image.tags[tagKey.resource] ?? '';
  const current = wantedCopies(context.desired, context.lock, copy).find((target) => target.address === address);
  const rank = supersededAt(context, copy, current ?? null).findIndex(({ imageId }) => imageId === image.imageId);
  return rank === -1 || rank < copy.history;
}

/** Members beyond `replicas`, orphans, clones. */
function otherInstances(context: PlanningContext): readonly OtherThing[] {
  return context.observed.instances.flatMap((instance): readonly OtherThing[] => {
    const { instanceId, tags, account, region, createdAt } = instance;
    const address = tags[tagKey.resource] ?? '';
    const kind = instanceKind(context, instance, address);
    if (kind === null) return [];
    const keptBy = kind === 'clone' ? (['not-ours'] as const) : instanceKeepers(context, instance, kind, address);
    const sizeGiB = disksGiB(context.observed, instanceId);
    return [{ address, scope: { account, region }, id: instanceId, kind, sizeGiB, createdAt, keptBy }];
  });
}

function instanceKind(
  { desired, project }: PlanningContext,
  instance: ObservedInstance,
  address: string,
): 'surplus' | 'orphan' | 'clone' | null {
  const ownership = ownershipOf({ id: instance.instanceId, tags: instance.tags }, project);
  if (ownership === 'foreign') return null;
  if (ownership === 'clone') return 'clone';
  const declared = desired.instances.find((one) => one.address === resourceOf(address));
  const isHere = declared?.account === instance.account && declared.region === instance.region;
  if (declared === undefined || !isHere || !/^\d+$/.test(memberOf(address))) return 'orphan';
  return Number(memberOf(address)) >= declared.replicas ? 'surplus' : null;
}

function instanceKeepers(
  { desired }: PlanningContext,
  instance: ObservedInstance,
  kind: OtherThing['kind'],
  address: string,
): readonly Keeper[] {
  const declared =
    kind === 'surplus' ? desired.instances.find((one) => one.address === resourceOf(address)) : undefined;
  return keepersOf([
    ['suspend', declared?.suspend === true],
    ['Retain', declared?.deletionPolicy === 'Retain'],
    ['protection', instance.deletionProtection || !isPayAsYouGo(instance)],
    ['no-prune', kind === 'orphan' && !desired.project.safety.prune],
  ]);
}
