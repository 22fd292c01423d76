import type { Json } from './digest.js';
import type { Fields } from './plan.js';

/** Values by the way to them. What is null or empty is not there: no manifest asks for it and the cloud has none. */
export function leavesOf(fields: Fields | null): ReadonlyMap<string, Json> {
  const leaves = new Map<string, Json>();
  const visit = (name: string, value: Json): void => {
    if (typeof value !== 'object' || value === null) {
      if (value !== null) leaves.set(name, value);
    } else if (Array.isArray(value)) {
      if (value.length > 0) leaves.set(name, value);
    } else {
      for (const [key, part] of Object.entries(value)) visit(`${name}${keyText(key)}`, part);
    }
  };
  for (const [name, value] of Object.entries(fields ?? {})) visit(name, value);
  return leaves;
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
