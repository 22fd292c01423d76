import { instanceAddress } from '../domain/address.js';
import type { Instance } from '../domain/desired.js';
import type { Scope } from '../domain/observed.js';
import type { ResourceChange } from '../domain/plan.js';
import {
  type Draft,
  draftKey,
  nothing,
  type PlanningContext,
  type ReadyImage,
  type ResourcePlan,
  suspended,
} from './context.js';
import { firstPolicies } from './disk.js';
import { createdFields } from './instance-fields.js';
import { launchSpec } from './launch-spec.js';

/** Makes a member that does not exist, once its image can be used; seals it; waits until it runs. */
export function planCreation(
  context: PlanningContext,
  instance: Instance,
  ordinal: number,
  scope: Scope,
  wanted: ReadyImage,
): ResourcePlan {
  const address = instanceAddress(instance.name, ordinal);
  if (instance.suspend) return { ...nothing, notices: [suspended(address, scope, '')] };
  const base = { address, scope, class: null } as const;
  const runKey = draftKey(address, 'RunInstance', 'not_found');
  const sealKey = draftKey(address, 'TagResource', 'seal');
  const launch = launchSpec(context.project, instance, ordinal);
  const target = { type: 'instance', id: null } as const;
  const until = { kind: 'instance-running', instance: { kind: 'created' } } as const;
  const drafts: Draft[] = [
    {
      ...base,
      id: runKey,
      dependsOn: wanted.readyAfter === null ? [] : [wanted.readyAfter],
      kind: 'RunInstance',
      reason: 'not_found',
      image: wanted.ref,
      launch,
    },
    { ...base, id: sealKey, dependsOn: [runKey], kind: 'TagResource', reason: 'seal', target, tags: {}, mark: null },
    {
      ...base,
      id: draftKey(address, 'Wait', 'until_running'),
      dependsOn: [sealKey],
      kind: 'Wait',
      reason: 'until_running',
      until,
    },
  ];
  for (const setting of firstPolicies(instance)) {
    const part = setting.type === 'snapshot-policy' && setting.dataDisk !== undefined ? String(setting.dataDisk) : '';
    drafts.push({
      ...base,
      id: draftKey(address, 'ModifyDisk', 'disk_differs', `${setting.type} ${part}`),
      dependsOn: drafts.slice(-1).map(({ id }) => id),
      kind: 'ModifyDisk',
      reason: 'disk_differs',
      instanceId: null,
      setting,
    });
  }
  const change: ResourceChange = {
    address,
    type: 'instance',
    scope,
    id: null,
    verb: 'create',
    before: null,
    after: createdFields(instance, launch, wanted.ref),
    afterUnknown: ['instance_id', ...(wanted.ref.kind === 'id' ? [] : ['image_id'])],
    reason: 'not_found',
    class: null,
    wave: null,
  };
  return { ...nothing, drafts, changes: [change] };
}
