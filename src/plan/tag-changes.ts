import type { TagWishes } from '../domain/desired.js';
import type { Tags } from '../domain/observed.js';

/** Tags to write and keys to remove so that what is listed holds; what is not listed is left alone. */
export function tagChanges(
  wishes: TagWishes,
  present: Tags,
): { readonly set: Tags; readonly remove: readonly string[] } {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const [key, value] of Object.entries(wishes)) {
    if (value === null && key in present) remove.push(key);
    if (value !== null && present[key] !== value) set[key] = value;
  }
  return { set, remove };
}

/** The tags of a new thing: what is listed with a value. */
export function initialTags(wishes: TagWishes): Tags {
  return Object.fromEntries(Object.entries(wishes).filter((entry): entry is [string, string] => entry[1] !== null));
}

/** The present values of the keys that are managed: what a change shows as before. */
export function managedTags(wishes: TagWishes, present: Tags): Tags {
  return Object.fromEntries(Object.entries(present).filter(([key]) => key in wishes));
}
