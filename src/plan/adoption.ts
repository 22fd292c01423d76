import { instanceAddress } from '../domain/address.js';
import type { Instance } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import type { ObservedInstance, Scope, Tags } from '../domain/observed.js';
import { child } from '../domain/origin.js';
import { managerTag, tagKey } from '../domain/ownership.js';
import type { ResourceChange } from '../domain/plan.js';
import { type Draft, draftKey, nothing, type PlanningContext, type ResourcePlan, suspended } from './context.js';

/**
 * Takes over an instance that exists, by writing our tags on it and nothing else. Where it differs from the manifest
 * the next plan says so: nobody's machine is changed in the same breath as it becomes ours.
 */
export function planAdoption(
  context: PlanningContext,
  instance: Instance,
  ordinal: number,
  scope: Scope,
  instanceId: string,
): ResourcePlan {
  const address = instanceAddress(instance.name, ordinal);
  if (instance.suspend) {
    return { ...nothing, notices: [suspended(address, scope, instanceId)] };
  }
  const present = context.observed.instances.find(
    (one) => one.instanceId === instanceId && one.account === scope.account && one.region === scope.region,
  );
  const obstacle = obstacleTo(context, instance, scope, instanceId, present);
  if (obstacle !== null || present === undefined) {
    return { ...nothing, findings: [findingAt(instance, ordinal, address, instanceId, obstacle ?? 'it is not there')] };
  }
  const draft: Draft = {
    id: draftKey(address, 'Adopt', 'adopt'),
    address,
    scope,
    dependsOn: [],
    class: null,
    kind: 'Adopt',
    reason: 'adopt',
    target: { type: 'instance', id: instanceId },
    tags: {},
  };
  return { ...nothing, drafts: [draft], changes: [changeOf(address, scope, present)] };
}

function obstacleTo(
  context: PlanningContext,
  instance: Instance,
  scope: Scope,
  instanceId: string,
  present: ObservedInstance | undefined,
): string | null {
  if (present === undefined) return `account '${scope.account}' has no such instance in ${instance.region}`;
  return holderOf(context, instanceId, present.tags);
}

/** Why a thing with these tags is not free to be taken over; null where it is. */
export function holderOf(context: PlanningContext, id: string, tags: Tags): string | null {
  const holder = tags[tagKey.project];
  if (holder !== undefined && holder !== context.project) return `it carries the tags of project '${holder}'`;
  const other = tags[tagKey.resource];
  if (holder !== undefined && other !== undefined) return `it carries our tags for ${other}`;
  const manager = managerTag(tags);
  return manager === undefined ? null : `its tag '${manager}' says that another service manages '${id}'`;
}

function findingAt(instance: Instance, ordinal: number, address: string, instanceId: string, why: string): Finding {
  return {
    ruleId: 'manifest/adopt',
    severity: 'error',
    message: `'${instanceId}' cannot be adopted as ${address}: ${why}`,
    hint: 'Correct the ID, or remove it from `adopt`.',
    at: child(instance.origin, 'spec', 'adopt', ordinal),
    address,
    value: instanceId,
    waiver: null,
    decidedBy: null,
    isInputError: false,
  };
}

function changeOf(address: string, scope: Scope, present: ObservedInstance): ResourceChange {
  const fields = { instance_id: present.instanceId, instance_name: present.name, image_id: present.imageId };
  return {
    address,
    type: 'instance',
    scope,
    id: present.instanceId,
    verb: 'update',
    before: fields,
    after: fields,
    afterUnknown: [],
    reason: 'adopt',
    class: null,
    importing: present.instanceId,
    wave: null,
  };
}
