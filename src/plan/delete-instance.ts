import type { ActionReason } from '../domain/action.js';
import type { Address } from '../domain/address.js';
import type { ObservedInstance, Scope } from '../domain/observed.js';
import type { Refusal, ResourceChange } from '../domain/plan.js';
import { isPayAsYouGo } from './instance-fields.js';
import { type Draft, draftKey, isSealed, nothing, type PlanningContext, type ResourcePlan } from './context.js';

export interface InstanceDeletion {
  readonly address: Address;
  readonly scope: Scope;
  readonly instance: ObservedInstance;
  readonly reason: Extract<ActionReason, 'scaled_down' | 'not_wanted' | 'recreated'>;
  /** Keys of drafts that must be done before. */
  readonly after: readonly string[];
}

/** Seal, delete: only a sealed thing is deleted. A machine that runs is shut down by the same call. */
export function deleteInstance(context: PlanningContext, deletion: InstanceDeletion): ResourcePlan {
  const { address, scope, instance, reason } = deletion;
  const refusal = refusalOf(deletion);
  if (refusal !== null) return { ...nothing, refusals: [refusal] };
  const instanceId = instance.instanceId;
  const base = { address, scope, class: null } as const;
  const drafts: Draft[] = [];
  let after = deletion.after;
  if (!isSealed(instance, instanceId, context.project)) {
    const id = draftKey(address, 'TagResource', 'seal', instanceId);
    const target = { type: 'instance', id: instanceId } as const;
    drafts.push({ ...base, id, dependsOn: after, kind: 'TagResource', reason: 'seal', target, tags: {}, mark: null });
    after = [id];
  }
  const id = draftKey(address, 'DeleteInstance', reason, instanceId);
  drafts.push({ ...base, id, dependsOn: after, class: 'delete', kind: 'DeleteInstance', reason, instanceId });
  return { ...nothing, drafts, changes: [changeOf(deletion)] };
}

function changeOf({ address, scope, instance, reason }: InstanceDeletion): ResourceChange {
  return {
    address,
    type: 'instance',
    scope,
    id: instance.instanceId,
    verb: 'delete',
    before: {
      instance_id: instance.instanceId,
      instance_name: instance.name,
      image_id: instance.imageId,
      instance_type: instance.instanceType,
      status: instance.status,
    },
    after: null,
    afterUnknown: [],
    reason,
    class: 'delete',
    wave: null,
  };
}

/** What the service would not delete is not sealed either. */
function refusalOf({ address, instance }: InstanceDeletion): Refusal | null {
  const base = { class: 'delete', addresses: [address] } as const;
  if (!isPayAsYouGo(instance)) {
    const summary = `'${instance.instanceId}' is not pay-as-you-go: subscription and spot instances are never deleted`;
    return { ...base, reason: 'prepaid', summary, hint: 'Set `deletionPolicy: Retain`, or release it in the console.' };
  }
  if (instance.deletionProtection) {
    const summary = `'${instance.instanceId}' has deletion protection`;
    const hint = 'Set `deletionProtection: false`, apply that, and then remove the member.';
    return { ...base, reason: 'deletion-protected', summary, hint };
  }
  return null;
}
