import type { StoredEvent } from '../world/collection.js';
import type { DiskRow, ImageRow, InstanceRow, KeyRow, SnapshotRow, Tags, TokenRow } from '../world/state.js';
import type { Counters, Store } from '../world/store.js';

/** All rows, oldest first, tags sorted: what `GET /_emulator/state` answers and `POST /_emulator/reset` takes. */
export interface StateView {
  readonly version: 1;
  readonly images: readonly ImageRow[];
  readonly snapshots: readonly SnapshotRow[];
  readonly instances: readonly InstanceRow[];
  readonly disks: readonly DiskRow[];
  readonly keys: readonly KeyRow[];
  readonly events: readonly StoredEvent[];
  readonly tokens: readonly TokenRow[];
  readonly counters: Counters;
}

const rowCollections = ['images', 'snapshots', 'instances', 'disks', 'keys'] as const;
const otherCollections = ['events', 'tokens'] as const;

export function stateViewOf(store: Store): StateView {
  return {
    version: 1,
    images: inOrder(store.images.values()),
    snapshots: inOrder(store.snapshots.values()),
    instances: inOrder(store.instances.values()),
    disks: inOrder(store.disks.values()),
    keys: inOrder(store.keys.values()),
    events: store.events.values().toSorted((a, b) => a.at - b.at || a.order - b.order),
    tokens: store.tokens.values().toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    counters: store.counters,
  };
}

/** The collections of a view, for an empty store; what is not a view is told as a sentence. */
export function collectionsOf(view: unknown): { readonly view: StateView } | { readonly problem: string } {
  if (typeof view !== 'object' || view === null || !('version' in view) || view.version !== 1) {
    return { problem: '`state` must be what GET /_emulator/state answers, of version 1' };
  }
  for (const name of [...rowCollections, ...otherCollections]) {
    const values: unknown = (view as Readonly<Record<string, unknown>>)[name];
    if (!Array.isArray(values) || !values.every(hasId)) {
      return { problem: `\`state.${name}\` must be a list of rows, each with an \`id\`` };
    }
  }
  if (!('counters' in view) || typeof view.counters !== 'object') return { problem: '`state.counters` must be there' };
  return { view: view as StateView };
}

export function loadView(store: Store, view: StateView): void {
  for (const name of [...rowCollections, ...otherCollections]) {
    for (const value of view[name]) store.load(name, value.id, value);
  }
  store.loadCounters(view.counters);
}

function hasId(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

function inOrder<T extends { readonly sequence: number; readonly tags: Tags }>(rows: readonly T[]): readonly T[] {
  return rows.toSorted((a, b) => a.sequence - b.sequence).map((row) => ({ ...row, tags: sortedTags(row.tags) }));
}

function sortedTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}
