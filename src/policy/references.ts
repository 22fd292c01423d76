import type { Desired, ImageCopy, ImageSource, Instance } from '../domain/desired.js';
import { pinnedEntry } from '../domain/lineage.js';
import type { Lock, LockEntry } from '../domain/lock.js';

/** Manifests and lock by name: rules look things up once for each of thousands of resources. */
export interface References {
  sourceNamed(name: string): ImageSource | undefined;
  copyNamed(name: string): ImageCopy | undefined;
  /** The source at the root of what an instance runs; undefined where a reference is broken. */
  rootSourceOf(instance: Instance): ImageSource | undefined;
  /** In the lock's order. */
  entriesOf(source: string): readonly LockEntry[];
  entryFor(source: string, region: string): LockEntry | undefined;
  /** As `pinnedEntry` says. */
  pinnedFor(copy: ImageCopy, region: string): LockEntry | undefined;
  copiesOf(source: string): readonly ImageCopy[];
  /** Instances that name the source itself, without a copy between. */
  instancesOn(source: string): readonly Instance[];
}

export function makeReferences(desired: Desired, lock: Lock): References {
  const sources = new Map(desired.imageSources.map((source) => [source.name, source]));
  const copies = new Map(desired.imageCopies.map((copy) => [copy.name, copy]));
  const entries = groupBy(lock.entries, (entry) => entry.source);
  const copiesBySource = groupBy(desired.imageCopies, (copy) => copy.source);
  const instancesBySource = groupBy(
    desired.instances.filter((instance) => instance.image.kind === 'imageSource'),
    (instance) => instance.image.name,
  );
  const entryFor = (source: string, region: string) => entries.get(source)?.find((entry) => entry.region === region);
  return {
    sourceNamed: (name) => sources.get(name),
    copyNamed: (name) => copies.get(name),
    rootSourceOf: ({ image }) =>
      sources.get(image.kind === 'imageSource' ? image.name : (copies.get(image.name)?.source ?? '')),
    entriesOf: (source) => entries.get(source) ?? [],
    entryFor,
    pinnedFor: (copy, region) => pinnedEntry(sources.get(copy.source), entries.get(copy.source) ?? [], region),
    copiesOf: (source) => copiesBySource.get(source) ?? [],
    instancesOn: (source) => instancesBySource.get(source) ?? [],
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
