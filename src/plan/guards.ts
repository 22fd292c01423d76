import type { Action } from '../domain/action.js';
import { type Address, compareText } from '../domain/address.js';
import type { DestructiveClass, Desired, Safety } from '../domain/desired.js';
import type { ObservedState } from '../domain/observed.js';
import type { Plan, Refusal } from '../domain/plan.js';

/** What the command line adds to the project's own numbers and classes. */
export interface GuardOptions {
  readonly allow: readonly DestructiveClass[];
  readonly prune: boolean;
  readonly allowEmpty: boolean;
  /** Null = the project's. */
  readonly maxRemovals: number | null;
  /** Whether `--target`, `--exclude` or paths narrow the run. */
  readonly isNarrowed: boolean;
}

/**
 * Refuses, before the first write, what neither the project nor a flag allows. A Policy says what is forbidden for the
 * resources that it matches; these are the project's own numbers and classes, and no finding repeats them.
 */
export function guard(
  plan: Plan,
  desired: Desired,
  observed: ObservedState,
  options: GuardOptions,
): readonly Refusal[] {
  const { safety } = desired.project;
  return [
    ...plan.refusals,
    ...emptyDesired(desired, observed, options),
    ...pruneRefusals(desired, options),
    ...adoptionRefusal(plan, desired),
    ...classRefusals(plan, safety, options),
    ...budgetRefusal(plan, safety, options),
  ];
}

function emptyDesired(desired: Desired, observed: ObservedState, options: GuardOptions): readonly Refusal[] {
  const hasResources = desired.imageCopies.length + desired.instances.length > 0;
  const owned = [
    ...observed.instances.map((instance) => instance.tags['tallyman:resource']),
    ...observed.images.map((image) => image.tags['tallyman:resource']),
  ].filter((address) => address !== undefined);
  if (hasResources || owned.length === 0 || options.allowEmpty) return [];
  return [
    {
      reason: 'empty-desired',
      class: null,
      addresses: [...new Set(owned)].sort(),
      summary: `the manifests hold no resource, and the project owns ${owned.length} ${owned.length === 1 ? 'thing' : 'things'}`,
      hint: 'Check `spec.manifests` for a glob that matches nothing, or say that it is meant with --allow-empty.',
    },
  ];
}

const noProjectId = {
  reason: 'no-project-id',
  summary: 'the project has no `spec.id`, so its things cannot be told from those of another project of that name',
  hint: 'Write eight random characters of a-z and 0-9 into `spec.id` of tallyman.yaml, and never change them.',
} as const;

function pruneRefusals(desired: Desired, options: GuardOptions): readonly Refusal[] {
  if (!options.prune) return [];
  const base = { class: 'delete', addresses: [] } as const;
  if (desired.project.id === null) {
    return [{ ...base, ...noProjectId }];
  }
  if (!options.isNarrowed) return [];
  return [
    {
      ...base,
      reason: 'prune-narrowed',
      summary: 'pruning looks at the whole project, and this run is narrowed by a target or a path',
      hint: 'Leave out either --prune or the narrowing.',
    },
  ];
}

/** Adopting is as good as owning, so it needs the same certainty of who we are. */
function adoptionRefusal(plan: Plan, desired: Desired): readonly Refusal[] {
  const adopted = plan.actions.filter((action) => action.kind === 'Adopt').map((action) => action.address);
  if (adopted.length === 0 || desired.project.id !== null) return [];
  return [{ ...noProjectId, class: null, addresses: adopted }];
}

function classRefusals(plan: Plan, safety: Safety, options: GuardOptions): readonly Refusal[] {
  const allowed = new Set([...safety.allow, ...options.allow]);
  const addressesByClass = new Map<DestructiveClass, Set<Address>>();
  for (const action of plan.actions) {
    if (action.class === null || allowed.has(action.class)) continue;
    const addresses = addressesByClass.get(action.class) ?? new Set();
    for (const address of removedBy(action)) addresses.add(address);
    addressesByClass.set(action.class, addresses);
  }
  return [...addressesByClass]
    .sort(([a], [b]) => compareText(a, b))
    .map(([destructiveClass, addresses]) => ({
      reason: 'class-not-allowed',
      class: destructiveClass,
      addresses: [...addresses],
      summary: `class ${destructiveClass} is not allowed, and ${addresses.size} ${addresses.size === 1 ? 'address needs' : 'addresses need'} it`,
      hint: `Allow it for this run with --allow ${destructiveClass}, or for good with \`spec.safety.allow\` in tallyman.yaml.`,
    }));
}

/** What an action of a destructive class removes: each account of a call that takes access away counts by itself. */
function removedBy(action: Action): readonly Address[] {
  if (action.kind !== 'UnshareImage') return [action.address];
  const { accounts, address } = action;
  return accounts.length === 1 && address.endsWith(`/${accounts[0]}`)
    ? [address]
    : accounts.map((uid) => `${address}/${uid}`);
}

/** Deleted instances and deleted images of the class count; a rollout and the clean-up after ourselves cost nothing. */
function budgetRefusal(plan: Plan, safety: Safety, options: GuardOptions): readonly Refusal[] {
  const removals = plan.actions
    .filter((action) => action.class === 'delete' || action.class === 'unshare')
    .flatMap((action) => [...removedBy(action)]);
  const budget = options.maxRemovals ?? safety.maxRemovals;
  if (removals.length <= budget) return [];
  return [
    {
      reason: 'removal-budget',
      class: 'delete',
      addresses: [...new Set(removals)],
      summary: `${removals.length} removals are planned, and the budget is ${budget}`,
      hint: `Raise it for this run with --max-removals ${removals.length} if all of them are meant.`,
    },
  ];
}
