import { canonicalJson, type Json } from '../domain/digest.js';
import { leavesOf } from '../domain/leaves.js';
import type { ResourceChange } from '../domain/plan.js';
import { sanitise } from './sanitise.js';

/** One field of a thing that changes, as text that cannot act. */
export interface FieldChange {
  readonly symbol: '+' | '-' | '~';
  /** `system_disk.size_gib`: what is in a map is named with it. */
  readonly name: string;
  /** Null where there is nothing before. */
  readonly before: string | null;
  /** Null where nothing is left. */
  readonly after: string | null;
}

export const knownLater = '(known after apply)';

/** Fields that differ, in the order of the change, and how many stay as they are. Of what goes nothing is listed. */
export function fieldChanges(change: ResourceChange): {
  readonly fields: readonly FieldChange[];
  readonly hidden: number;
} {
  if (change.verb === 'delete' || change.verb === 'no-op') return { fields: [], hidden: 0 };
  const before = leavesOf(change.before);
  const after = leavesOf(change.after);
  const unknown = new Set(change.afterUnknown);
  const names = [...new Set([...before.keys(), ...after.keys(), ...unknown])];
  const fields = names
    .map((name) => fieldChange(name, before.get(name), unknown.has(name) ? unknownYet : after.get(name)))
    .filter((field) => field !== null);
  return { fields, hidden: names.length - fields.length };
}

const unknownYet = Symbol('known after apply');

function fieldChange(
  name: string,
  before: Json | undefined,
  after: Json | typeof unknownYet | undefined,
): FieldChange | null {
  const texts = {
    name: sanitise(name),
    before: before === undefined ? null : valueText(before),
    after: after === undefined ? null : after === unknownYet ? knownLater : valueText(after),
  };
  if (before === undefined) return { symbol: '+', ...texts };
  if (after === undefined) return { symbol: '-', ...texts };
  if (after !== unknownYet && canonicalJson(before) === canonicalJson(after)) return null;
  return { symbol: '~', ...texts };
}

function valueText(value: Json): string {
  return sanitise(JSON.stringify(value));
}
