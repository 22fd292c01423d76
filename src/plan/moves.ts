import { type Address, resourceOf } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import { presentAddress } from '../domain/moved.js';
import type { ObservedState, Scope, Tags } from '../domain/observed.js';
import { isOwned, projectTag, tagKey } from '../domain/ownership.js';
import type { ResourceChange } from '../domain/plan.js';
import { type Draft, draftKey, type ResourcePlan } from './context.js';
import { mergeChanges } from './merge-changes.js';

/** An owned thing whose resource was renamed and whose tag still says the old name. */
export interface MovedThing {
  readonly type: 'instance' | 'image';
  readonly id: string;
  readonly scope: Scope;
  readonly from: Address;
  readonly to: Address;
}

export interface MovedWorld {
  /** The world as if every tag said the new name already: so planning treats what was renamed as what it is now. */
  readonly observed: ObservedState;
  readonly things: readonly MovedThing[];
}

/** What `spec.moved` of the project says about what was observed. Without renames the state is the same value. */
export function withMoves(desired: Desired, observed: ObservedState): MovedWorld {
  if (desired.project.moved.length === 0) return { observed, things: [] };
  const project = projectTag(desired.project, desired.environment);
  const things: MovedThing[] = [];
  const moved = <T extends Scope & { readonly tags: Tags }>(type: MovedThing['type'], id: string, thing: T): T => {
    const from = thing.tags[tagKey.resource] ?? '';
    const to = presentAddress(desired.project.moved, from);
    if (to === from || !isOwned({ id, tags: thing.tags }, project)) return thing;
    things.push({ type, id, scope: { account: thing.account, region: thing.region }, from, to });
    return { ...thing, tags: { ...thing.tags, [tagKey.resource]: to } };
  };
  const instances = observed.instances.map((instance) => moved('instance', instance.instanceId, instance));
  const images = observed.images.map((image) =>
    image.ownerAlias === 'self' ? moved('image', image.imageId, image) : image,
  );
  return { observed: { ...observed, instances, images }, things };
}

/**
 * The plan with the new names written first: whatever else is done to a renamed resource waits for all of them, since
 * each action looks for its things under the new name. Where two instances would share a name, nothing is written.
 */
export function planMoves<Plan extends ResourcePlan>(
  desired: Desired,
  { observed, things }: MovedWorld,
  plan: Plan,
): Plan {
  const suspended = new Set(
    [...desired.instances, ...desired.imageCopies].filter(({ suspend }) => suspend).map(({ address }) => address),
  );
  const written = things.filter((thing) => !suspended.has(resourceOf(thing.to)) && !isDoubled(observed, thing));
  if (written.length === 0) return plan;
  const drafts = written.map(renaming);
  const keysByResource = new Map<Address, string[]>();
  for (const { address, id } of drafts) {
    const resource = resourceOf(address);
    keysByResource.set(resource, [...(keysByResource.get(resource) ?? []), id]);
  }
  const others = plan.drafts.map((draft) => {
    const keys = keysByResource.get(resourceOf(draft.address)) ?? [];
    return keys.length === 0 ? draft : { ...draft, dependsOn: [...draft.dependsOn, ...keys] };
  });
  return {
    ...plan,
    drafts: [...drafts, ...others],
    changes: mergeChanges([...written.map(changeOf), ...plan.changes]),
  };
}

/** Two instances at one address are a finding; several images at one are a copy and what it superseded. */
function isDoubled(observed: ObservedState, { type, to, scope }: MovedThing): boolean {
  if (type === 'image') return false;
  const there = observed.instances.filter(
    (one) => one.tags[tagKey.resource] === to && one.account === scope.account && one.region === scope.region,
  );
  return there.length > 1;
}

function renaming({ type, id, scope, from, to }: MovedThing): Draft {
  return {
    id: draftKey(to, 'TagResource', 'moved', id),
    address: to,
    scope,
    dependsOn: [],
    class: null,
    kind: 'TagResource',
    reason: 'moved',
    target: { type, id },
    tags: { [tagKey.resource]: to },
    mark: null,
    movedFrom: from,
  };
}

function changeOf({ type, id, scope, from, to }: MovedThing): ResourceChange {
  return {
    address: to,
    type: type === 'instance' ? 'instance' : 'image_copy',
    scope,
    id,
    verb: 'update',
    before: { moved_from: from },
    after: { moved_from: null },
    afterUnknown: [],
    reason: 'moved',
    class: null,
    wave: null,
  };
}
