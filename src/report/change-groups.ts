import { type Address, resourceOf } from '../domain/address.js';
import { type ChangeKind, kindOf } from '../domain/change-kind.js';
import type { DestructiveClass } from '../domain/desired.js';
import type { ResourceChange } from '../domain/plan.js';
import { type FieldChange, fieldChanges } from './field-changes.js';

/** Members of one resource to which the same happens for the same reason. */
export interface ChangeGroup {
  readonly resource: Address;
  readonly kind: ChangeKind;
  readonly class: DestructiveClass | null;
  readonly reason: string | null;
  readonly members: readonly MemberChange[];
  /** What changes alike for all of them. */
  readonly shared: readonly FieldChange[];
  /** Fields of the first that stay as they are. */
  readonly hidden: number;
}

export interface MemberChange {
  readonly change: ResourceChange;
  /** What is this member's alone. */
  readonly own: readonly FieldChange[];
}

/** In the order in which the plan has them. What changes nothing is a group as well. */
export function changeGroups(changes: readonly ResourceChange[]): readonly ChangeGroup[] {
  const keyOf = (change: ResourceChange): string =>
    JSON.stringify([resourceOf(change.address), kindOf(change), change.class, change.reason]);
  return [...grouped(changes, keyOf).values()].map(groupOf);
}

const classes: readonly DestructiveClass[] = ['delete', 'unshare', 'replace-system-disk', 'stop'];

/** What is lost, the worst first. */
export function destroyedGroups(changes: readonly ResourceChange[]): readonly ChangeGroup[] {
  const groups = changeGroups(changes.filter((change) => change.class !== null));
  const rank = (group: ChangeGroup): number => (group.class === null ? classes.length : classes.indexOf(group.class));
  return [...groups].sort((a, b) => rank(a) - rank(b));
}

/** In the order in which each key comes first. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function groupOf(changes: readonly ResourceChange[]): ChangeGroup {
  const [first] = changes;
  if (first === undefined) throw new Error('a group holds at least one change');
  const fields = changes.map((change) => fieldChanges(change));
  const amounts = new Map<string, number>();
  for (const field of fields.flatMap(({ fields }) => fields)) {
    amounts.set(textOf(field), (amounts.get(textOf(field)) ?? 0) + 1);
  }
  const isShared = (field: FieldChange): boolean => amounts.get(textOf(field)) === changes.length;
  return {
    resource: resourceOf(first.address),
    kind: kindOf(first),
    class: first.class,
    reason: first.reason,
    members: changes.map((change, index) => {
      return { change, own: (fields[index]?.fields ?? []).filter((field) => !isShared(field)) };
    }),
    shared: (fields[0]?.fields ?? []).filter(isShared),
    hidden: fields[0]?.hidden ?? 0,
  };
}

function textOf({ symbol, name, before, after }: FieldChange): string {
  return JSON.stringify([symbol, name, before, after]);
}
