import type { DiskRow, InstanceRow, Row, ScheduledEvent } from './state.js';
import type { DiskTable, InstanceTable, Table } from './world.js';

export interface Identified {
  readonly id: string;
}

/** One value of one collection before and after; undefined = it is not there. Enough to undo, redo and journal it. */
export interface Change {
  readonly collection: string;
  readonly id: string;
  readonly before: Identified | undefined;
  readonly after: Identified | undefined;
}

export type RecordChange = (change: Change) => void;

/** Immutable values by ID. `put` and `remove` are told to the running transaction; `apply` only does it. */
export class Collection<T extends Identified> {
  protected readonly byId = new Map<string, T>();

  constructor(
    readonly name: string,
    private readonly record: RecordChange,
  ) {}

  get(id: string): T | undefined {
    return this.byId.get(id);
  }

  values(): readonly T[] {
    return [...this.byId.values()];
  }

  /** The value that was put first, of those that are left. */
  first(): T | undefined {
    return this.byId.values().next().value;
  }

  /**
   * Keeps a copy: V8 gives each object made by several spreads a hidden class of its own, and reading thousands of such
   * rows is a hundred times as slow as reading rows of one class, which `Object.assign` makes of them.
   */
  put(value: T): void {
    const kept: T = Object.assign({}, value);
    this.record({ collection: this.name, id: kept.id, before: this.byId.get(kept.id), after: kept });
    this.apply(kept.id, kept);
  }

  remove(id: string): void {
    const before = this.byId.get(id);
    if (before === undefined) return;
    this.record({ collection: this.name, id, before, after: undefined });
    this.apply(id, undefined);
  }

  apply(id: string, value: T | undefined): void {
    if (value === undefined) this.byId.delete(id);
    else this.byId.set(id, value);
  }
}

/** The rows of one kind with an index by region, and one by account and region. */
export class RowTable<T extends Row> extends Collection<T> implements Table<T> {
  private readonly byScope = new Map<string, SequenceIndex<T>>();

  list(account: string, region: string): readonly T[] {
    return this.byScope.get(`${region}/${account}`)?.newestFirst() ?? [];
  }

  listRegion(region: string): readonly T[] {
    return this.byScope.get(region)?.newestFirst() ?? [];
  }

  override apply(id: string, row: T | undefined): void {
    const before = this.byId.get(id);
    for (const scope of before === undefined ? [] : scopesOf(before)) this.byScope.get(scope)?.remove(before as T);
    super.apply(id, row);
    for (const scope of row === undefined ? [] : scopesOf(row)) this.indexOf(scope).insert(row as T);
  }

  private indexOf(scope: string): SequenceIndex<T> {
    const existing = this.byScope.get(scope);
    if (existing !== undefined) return existing;
    const index = new SequenceIndex<T>();
    this.byScope.set(scope, index);
    return index;
  }
}

/** Instances, with the private addresses that they take, so that a launch need not look at each of thousands. */
export class InstanceRowTable extends RowTable<InstanceRow> implements InstanceTable {
  private readonly holdersByNetwork = new Map<string, Map<string, number>>();

  addressesIn(account: string, region: string, vSwitchId: string): ReadonlyMap<string, number> {
    return this.holdersByNetwork.get(`${region}/${account}/${vSwitchId}`) ?? noHolders;
  }

  override apply(id: string, row: InstanceRow | undefined): void {
    const before = this.byId.get(id);
    if (before !== undefined) this.count(before, -1);
    super.apply(id, row);
    if (row !== undefined) this.count(row, 1);
  }

  private count({ account, region, vSwitchId, privateIp }: InstanceRow, step: 1 | -1): void {
    const network = `${region}/${account}/${vSwitchId}`;
    const holders = this.holdersByNetwork.get(network) ?? new Map<string, number>();
    this.holdersByNetwork.set(network, holders);
    const left = (holders.get(privateIp) ?? 0) + step;
    if (left > 0) holders.set(privateIp, left);
    else holders.delete(privateIp);
  }
}

/** Disks, with those of each instance at hand. */
export class DiskRowTable extends RowTable<DiskRow> implements DiskTable {
  private readonly idsByInstance = new Map<string, Set<string>>();

  ofInstance(instanceId: string): readonly DiskRow[] {
    const ids = [...(this.idsByInstance.get(instanceId) ?? [])];
    return ids.flatMap((id) => this.byId.get(id) ?? []).sort((a, b) => b.sequence - a.sequence);
  }

  override apply(id: string, row: DiskRow | undefined): void {
    const before = this.byId.get(id);
    const former = this.idsByInstance.get(before?.instanceId ?? '');
    if (former?.delete(id) === true && former.size === 0) this.idsByInstance.delete(before?.instanceId ?? '');
    super.apply(id, row);
    if (row === undefined || row.instanceId === '') return;
    const ids = this.idsByInstance.get(row.instanceId) ?? new Set<string>();
    this.idsByInstance.set(row.instanceId, ids.add(id));
  }
}

const noHolders: ReadonlyMap<string, number> = new Map();

function scopesOf(row: Row): readonly string[] {
  return [row.region, `${row.region}/${row.account}`];
}

/** Rows in order of `sequence`. What it hands out stays as it was when rows come and go later. */
class SequenceIndex<T extends Row> {
  private readonly ascending: T[] = [];
  private view: readonly T[] | undefined;

  insert(row: T): void {
    this.ascending.splice(this.placeOf(row.sequence), 0, row);
    this.view = undefined;
  }

  remove(row: T): void {
    const place = this.placeOf(row.sequence);
    if (this.ascending[place]?.id === row.id) this.ascending.splice(place, 1);
    this.view = undefined;
  }

  newestFirst(): readonly T[] {
    this.view ??= this.ascending.slice().reverse();
    return this.view;
  }

  /** Where the first row stands whose sequence is not below the given one. */
  private placeOf(sequence: number): number {
    return lowerBound(this.ascending, (row) => row.sequence < sequence);
  }
}

export interface StoredEvent extends ScheduledEvent, Identified {}

/** Scheduled events, the next one first. */
export class EventQueue extends Collection<StoredEvent> {
  private readonly queue: StoredEvent[] = [];

  next(): StoredEvent | undefined {
    return this.queue[0];
  }

  override apply(id: string, event: StoredEvent | undefined): void {
    const before = this.byId.get(id);
    if (before !== undefined) this.queue.splice(this.placeOf(before), 1);
    super.apply(id, event);
    if (event !== undefined) this.queue.splice(this.placeOf(event), 0, event);
  }

  private placeOf(event: StoredEvent): number {
    return lowerBound(this.queue, (other) => (other.at === event.at ? other.order < event.order : other.at < event.at));
  }
}

function lowerBound<T>(sorted: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(sorted[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
