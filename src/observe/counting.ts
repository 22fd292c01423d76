import { compareText } from '../domain/address.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import { aroundReader } from '../ports/around-reader.js';

/** A reader that remembers how many calls it was asked for, by the API's operation, sorted by name. */
export function counting(reader: CloudReader): {
  readonly reader: CloudReader;
  readonly counts: () => Readonly<Record<string, number>>;
} {
  const calls = new Map<string, number>();
  return {
    reader: aroundReader(reader, (operation, call) => {
      calls.set(operation, (calls.get(operation) ?? 0) + 1);
      return call();
    }),
    counts: () => Object.fromEntries([...calls].sort(([a], [b]) => compareText(a, b))),
  };
}
