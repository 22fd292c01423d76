import type { Usage } from '../rpc/throttle.js';
import type { Identified } from './collection.js';
import type { ClockReading } from './clock.js';
import type { Counters } from './store.js';

/** Everything that outlives the process, but the scenario itself. */
export interface StateDocument {
  readonly clock: ClockReading;
  readonly counters: Counters;
  /** Calls answered so far, for RequestIds. */
  readonly requests: number;
  readonly throttle: Readonly<Record<string, Usage>>;
  /** Values by collection. */
  readonly collections: Readonly<Record<string, readonly Identified[]>>;
}

/** One line of the journal: what a transaction, or a hand on the clock, changed. */
export interface JournalEntry {
  readonly clock: ClockReading;
  readonly counters: Counters;
  readonly requests: number;
  readonly put?: Readonly<Record<string, readonly Identified[]>>;
  readonly removed?: Readonly<Record<string, readonly string[]>>;
}

/** The state after the entries, in order. */
export function replay(document: StateDocument, entries: readonly JournalEntry[]): StateDocument {
  const collections = new Map<string, Map<string, Identified>>();
  const collection = (name: string): Map<string, Identified> => {
    const values = collections.get(name) ?? new Map<string, Identified>();
    collections.set(name, values);
    return values;
  };
  const put = (name: string, values: readonly Identified[]): void => {
    for (const value of values) collection(name).set(value.id, value);
  };
  for (const [name, values] of Object.entries(document.collections)) put(name, values);
  for (const entry of entries) {
    for (const [name, values] of Object.entries(entry.put ?? {})) put(name, values);
    for (const [name, ids] of Object.entries(entry.removed ?? {})) for (const id of ids) collection(name).delete(id);
  }
  const { clock, counters, requests } = entries.at(-1) ?? document;
  const values = [...collections].map(([name, byId]) => [name, [...byId.values()]] as const);
  return { ...document, clock, counters, requests, collections: Object.fromEntries(values) };
}
