import { type Address, resourceOf } from './address.js';
import type { Origin } from './origin.js';

/** One renamed resource: `KIND/OLD` became `KIND/NEW`. */
export interface Move {
  readonly from: Address;
  readonly to: Address;
  readonly origin: Origin;
}

/** What a resource is called now, through any number of renames; itself where it was not renamed. */
export function presentName(moved: readonly Move[], resource: Address): Address {
  const seen = new Set([resource]);
  for (let name = resource; ; ) {
    const next = moved.find(({ from }) => from === name)?.to;
    // A circle is a finding of the manifests; nothing is followed then.
    if (next === undefined || seen.has(next)) return seen.size > 1 && next !== undefined ? resource : name;
    seen.add(next);
    name = next;
  }
}

/** The address of a member after the renames: `Instance/old/0` -> `Instance/web/0`. */
export function presentAddress(moved: readonly Move[], address: Address): Address {
  const resource = resourceOf(address);
  const present = presentName(moved, resource);
  return present === resource ? address : `${present}${address.slice(resource.length)}`;
}
