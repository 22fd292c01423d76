import { type Address, compareAddresses, resourceOf } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type { Lock } from '../domain/lock.js';
import { presentAddress } from '../domain/moved.js';
import type { ObservedImage, ObservedInstance, ObservedState } from '../domain/observed.js';
import { isOwned, projectTag, tagKey } from '../domain/ownership.js';
import type { Notice, Plan } from '../domain/plan.js';
import { planningContext, suspended } from './context.js';
import { planLeftovers } from './leftovers.js';
import { inOrder } from './order.js';

/**
 * What has to be done so that nothing of the project is left: a prune as if no manifest wanted anything. What a manifest
 * keeps by `deletionPolicy: Retain` or `suspend` stays, and so does what such a thing runs from.
 */
export function makeDestruction(desired: Desired, lock: Lock, observed: ObservedState, nowMs: number): Plan {
  const unwanted = { ...desired, imageCopies: [], imageShares: [], instances: [] };
  const things = keptThings(desired, observed);
  const options = { retryRejected: false, prune: true, kept: new Set(things.map(({ id }) => id)) };
  const context = planningContext(unwanted, lock, observed, nowMs, options);
  const parts = planLeftovers(context, new Set());
  const notices = [...parts.notices, ...things];
  return {
    actions: inOrder(parts.drafts),
    changes: [...parts.changes].sort((a, b) => compareAddresses(a.address, b.address)),
    notices: notices.sort((a, b) => compareAddresses(a.address, b.address)),
    findings: parts.findings,
    refusals: parts.refusals,
  };
}

/** A rename that was not applied yet keeps as well. */
function keptThings(desired: Desired, observed: ObservedState): readonly Notice[] {
  const project = projectTag(desired.project, desired.environment);
  const reasons = new Map<Address, 'retain' | 'suspend'>();
  for (const { address, deletionPolicy, suspend } of [...desired.imageCopies, ...desired.instances]) {
    if (suspend) reasons.set(address, 'suspend');
    else if (deletionPolicy === 'Retain') reasons.set(address, 'retain');
  }
  const keep = (thing: ObservedImage | ObservedInstance, id: string): readonly Notice[] => {
    if (!isOwned({ id, tags: thing.tags }, project)) return [];
    const address = presentAddress(desired.project.moved, thing.tags[tagKey.resource] ?? '');
    const reason = reasons.get(resourceOf(address));
    if (reason === undefined) return [];
    const scope = { account: thing.account, region: thing.region };
    if (reason === 'suspend') return [suspended(address, scope, id)];
    const message = `'${id}' is kept: \`deletionPolicy\` of ${resourceOf(address)} is Retain`;
    return [{ kind: 'kept', address, scope, id, message }];
  };
  return [
    ...observed.instances.flatMap((instance) => keep(instance, instance.instanceId)),
    ...observed.images.flatMap((image) => keep(image, image.imageId)),
  ];
}
