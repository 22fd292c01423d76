import type { Instance } from '../domain/desired.js';
import type { Scope } from '../domain/observed.js';
import { tagKey } from '../domain/ownership.js';
import type { Notice } from '../domain/plan.js';
import { combine, nothing, type PlanningContext, type ResourcePlan, suspended } from './context.js';
import { deleteInstance } from './delete-instance.js';
import { duplicateAt } from './duplicate.js';

/** Ordinals beyond `replicas`, highest first, one after the other. */
export function planScaleDown(context: PlanningContext, instance: Instance, scope: Scope): ResourcePlan {
  const prefix = `${instance.address}/`;
  const surplus = context.world
    .membersOf(scope, instance.address)
    .map((present) => ({ present, address: present.tags[tagKey.resource] ?? '' }))
    .map(({ present, address }) => ({ present, address, ordinal: address.slice(prefix.length) }))
    .filter(({ ordinal }) => /^\d+$/.test(ordinal) && Number(ordinal) >= instance.replicas)
    .sort((a, b) => Number(b.ordinal) - Number(a.ordinal));
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
    const twins = context.world.instancesAt(scope, address);
    if (twins.length > 1) {
      return { ...nothing, findings: twins[0] === present ? [duplicateAt(instance.origin, address, twins)] : [] };
    }
    const part = deleteInstance(context, { address, scope, instance: present, reason: 'scaled_down', after });
    after = part.drafts.slice(-1).map((draft) => draft.id);
    return part;
  });
  return combine(parts);
}
