import type { Json } from '../domain/digest.js';

/** The member of a mapping; undefined where the value is no mapping or has no such member. */
export function memberOf(value: Json | undefined, key: string): Json | undefined {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function isMapping(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
