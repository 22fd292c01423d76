import type { Action } from '../domain/action.js';
import {
  type Address,
  compareAddresses,
  copyAddress,
  instanceAddress,
  resourceOf,
  selects,
  shareAddress,
} from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import { wantedCopies } from '../domain/lineage.js';
import type { Lock } from '../domain/lock.js';
import type { Plan } from '../domain/plan.js';

/** What a run is about: everything where both lists are empty. */
export interface Narrowing {
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
}

export function isNarrowed(narrowing: Narrowing): boolean {
  return narrowing.targets.length + narrowing.excludes.length > 0;
}

/** Keeps the actions on what is named and what they depend on; drops the excluded ones and what depends on them. */
export function narrowPlan(plan: Plan, narrowing: Narrowing): Plan {
  if (!isNarrowed(narrowing)) return plan;
  const kept = keptActions(plan.actions, narrowing);
  const addresses = new Set(plan.actions.filter((action) => kept.has(action.id)).map((action) => action.address));
  const isKept = (address: Address): boolean => addresses.has(address) || isNamed(address, narrowing);
  return {
    actions: plan.actions
      .filter((action) => kept.has(action.id))
      .map((action) => ({ ...action, dependsOn: action.dependsOn.filter((id) => kept.has(id)) })),
    changes: plan.changes.filter((change) => isKept(change.address)),
    notices: plan.notices.filter((notice) => isKept(notice.address)),
    findings: plan.findings.filter((finding) => finding.address !== null && isKept(finding.address)),
    refusals: plan.refusals.filter((refusal) => refusal.addresses.some(isKept)),
  };
}

/** Addresses below a resource that manifests want or that the plan says something of, each once, in order. */
export function knownMembers(desired: Desired, lock: Lock, plan: Plan): readonly Address[] {
  const wanted = [
    ...desired.instances.flatMap(({ name, replicas }) =>
      Array.from({ length: replicas }, (_, ordinal) => instanceAddress(name, ordinal)),
    ),
    ...desired.imageCopies.flatMap((copy) => [
      ...copy.destinations.map(({ region }) => copyAddress(copy.name, region)),
      ...wantedCopies(desired, lock, copy).map(({ address }) => address),
    ]),
    ...desired.imageShares.flatMap((share) =>
      share.regions.flatMap((region) => share.with.map(({ uid }) => shareAddress(share.name, region, uid))),
    ),
  ];
  const found = [...plan.actions, ...plan.changes, ...plan.notices].map(({ address }) => address);
  return [...new Set([...wanted, ...found])].sort(compareAddresses);
}

export function isNamed(address: Address, { targets, excludes }: Narrowing): boolean {
  if (excludes.some((selector) => selects(selector, address))) return false;
  return targets.length === 0 || targets.some((selector) => selects(selector, address));
}

function keptActions(actions: readonly Action[], narrowing: Narrowing): ReadonlySet<string> {
  const kept = new Set<string>();
  const dropped = new Set<string>();
  for (const action of actions) {
    const isExcluded = narrowing.excludes.some((selector) => selects(selector, action.address));
    if (isExcluded || action.dependsOn.some((id) => dropped.has(id))) dropped.add(action.id);
    else if (isNamed(action.address, narrowing)) kept.add(action.id);
  }
  if (narrowing.targets.length === 0) return kept;
  for (const action of [...actions].reverse()) {
    if (kept.has(action.id)) for (const id of action.dependsOn) kept.add(id);
  }
  return kept;
}

/**
 * The resources whose findings stand in the way: those that are named, those that the narrowed plan acts on, and what
 * they are made from. Null where the run is not narrowed: then all of them do.
 */
export function judgedResources(desired: Desired, plan: Plan, narrowing: Narrowing): ReadonlySet<Address> | null {
  if (!isNarrowed(narrowing)) return null;
  const acted = new Set(plan.actions.map(({ address }) => resourceOf(address)));
  const touches = (resource: Address): boolean =>
    acted.has(resource) ||
    isNamed(resource, narrowing) ||
    (!narrowing.excludes.some((selector) => selects(selector, resource)) &&
      narrowing.targets.some((selector) => selector.startsWith(`${resource}/`)));
  const judged = new Set<Address>(acted);
  // Each kind is made from those that come after it.
  for (const { address, image } of [...desired.instances, ...desired.imageShares]) {
    if (!touches(address)) continue;
    judged.add(address);
    judged.add(image.kind === 'imageSource' ? `ImageSource/${image.name}` : `ImageCopy/${image.name}`);
  }
  for (const copy of desired.imageCopies) {
    if (touches(copy.address)) judged.add(copy.address);
    if (judged.has(copy.address)) judged.add(`ImageSource/${copy.source}`);
  }
  for (const source of desired.imageSources) if (touches(source.address)) judged.add(source.address);
  return judged;
}

export function isJudged(judged: ReadonlySet<Address> | null, address: Address | null): boolean {
  return judged === null || address === null || judged.has(resourceOf(address));
}
