import { createHash } from 'node:crypto';
import type { FaultRow } from '../faults/fault.js';
import type { SessionRow } from '../access/session.js';
import {
  type Change,
  Collection,
  DiskRowTable,
  EventQueue,
  type Identified,
  InstanceRowTable,
  RowTable,
} from './collection.js';
import { isRegion } from './geography.js';
import type { SettingsView } from './settings.js';
import type { ImageRow, KeyRow, ScheduledEvent, SnapshotRow, TokenRow } from './state.js';
import type { NamedKind, NamedLookup, World } from './world.js';

/** What only grows. Rolled back with its transaction, so that a refused call leaves no trace in later IDs. */
export interface Counters {
  readonly sequence: number;
  readonly order: number;
  readonly ids: number;
  readonly draws: number;
  /** Counters of the operations, by name. */
  readonly named: Readonly<Record<string, number>>;
}

export const noCounters: Counters = { sequence: 0, order: 0, ids: 0, draws: 0, named: {} };

/** What one committed transaction did, oldest change first. */
export interface ChangeSet {
  /** Emulated time. */
  readonly at: number;
  /** As they stand after it. */
  readonly counters: Counters;
  readonly changes: readonly Change[];
}

/** What a scenario fixes for good. */
export interface WorldFacts {
  readonly seed: number;
  readonly settings: SettingsView;
  named(kind: NamedKind): NamedLookup;
  accountUid(nameOrUid: string): string | undefined;
}

export type RunEvent = (event: ScheduledEvent, world: World) => void;

const historyMax = 5_000;
const historySecondsMax = 3_600;

/** All rows of the emulated cloud. Every change happens in a transaction: all of it stays, or nothing. */
export class Store {
  private readonly changes: Change[] = [];
  private readonly record = (change: Change): void => {
    this.assertOpen();
    this.changes.push(change);
  };

  readonly images = new RowTable<ImageRow>('images', this.record);
  readonly snapshots = new RowTable<SnapshotRow>('snapshots', this.record);
  readonly instances = new InstanceRowTable('instances', this.record);
  readonly disks = new DiskRowTable('disks', this.record);
  readonly keys = new RowTable<KeyRow>('keys', this.record);
  readonly events = new EventQueue('events', this.record);
  readonly tokens = new Collection<TokenRow>('tokens', this.record);
  readonly faults = new Collection<FaultRow>('faults', this.record);
  readonly sessions = new Collection<SessionRow>('sessions', this.record);
  readonly collections: readonly Collection<Identified>[] = [
    this.images,
    this.snapshots,
    this.instances,
    this.disks,
    this.keys,
    this.events,
    this.tokens,
    this.faults,
    this.sessions,
  ];

  private readonly collectionByName = new Map(this.collections.map((collection) => [collection.name, collection]));
  private readonly history: ChangeSet[] = [];
  private isOpen = false;
  private current: Counters = noCounters;

  constructor(
    readonly facts: WorldFacts,
    /** Told of every committed transaction before its caller goes on. */
    private readonly onCommit: (set: ChangeSet) => void = () => undefined,
  ) {}

  get counters(): Counters {
    return this.current;
  }

  /** Runs `change` at emulated time `now`. When it throws, nothing of it stays. */
  transact<T>(now: number, change: (world: World) => T): T {
    const before = this.begin();
    let result: T;
    try {
      result = change(this.worldAt(now));
    } catch (error) {
      this.rollBack(before);
      throw error;
    }
    this.commit(now, before);
    return result;
  }

  /** Runs `look` and takes back whatever it changed. */
  rehearse<T>(now: number, look: (world: World) => T): T {
    const before = this.begin();
    try {
      return look(this.worldAt(now));
    } finally {
      this.rollBack(before);
    }
  }

  /** Carries out, in order, what is due by `now`: each event its own transaction at its own time. */
  runDue(now: number, run: RunEvent): void {
    for (let event = this.events.next(); event !== undefined && event.at <= now; event = this.events.next()) {
      const due = event;
      this.transact(due.at, (world) => {
        this.events.remove(due.id);
        run(due, world);
      });
    }
  }

  /** Runs `look` on the rows as they were at emulated time `at`, as far as the history of recent changes reaches. */
  asOf<T>(at: number, look: () => T): T {
    const start = this.history.findIndex((set) => set.at > at);
    const later = start < 0 ? [] : this.history.slice(start);
    for (const set of later.toReversed()) this.undo(set.changes);
    try {
      return look();
    } finally {
      for (const set of later) this.redo(set.changes);
    }
  }

  /** Takes over a change that was committed earlier, by another process perhaps: nothing is recorded. */
  load(collection: string, id: string, value: Identified | undefined): void {
    this.collection(collection).apply(id, value);
  }

  loadCounters(counters: Counters): void {
    this.current = counters;
  }

  private commit(now: number, before: Counters): void {
    this.isOpen = false;
    if (this.changes.length === 0 && this.current === before) return;
    const set: ChangeSet = { at: now, counters: this.current, changes: [...this.changes] };
    try {
      this.onCommit(set);
    } catch (error) {
      this.rollBack(before);
      throw error;
    }
    this.changes.length = 0;
    this.remember(set);
  }

  private assertOpen(): void {
    if (!this.isOpen) throw new Error('a change outside a transaction');
  }

  private begin(): Counters {
    if (this.isOpen) throw new Error('a transaction inside a transaction');
    this.isOpen = true;
    return this.current;
  }

  private rollBack(before: Counters): void {
    this.isOpen = false;
    this.undo(this.changes.splice(0));
    this.current = before;
  }

  private undo(changes: readonly Change[]): void {
    for (const change of changes.toReversed()) this.collection(change.collection).apply(change.id, change.before);
  }

  private redo(changes: readonly Change[]): void {
    for (const change of changes) this.collection(change.collection).apply(change.id, change.after);
  }

  private collection(name: string): Collection<Identified> {
    const collection = this.collectionByName.get(name);
    if (collection === undefined) throw new Error(`no collection '${name}'`);
    return collection;
  }

  private remember(set: ChangeSet): void {
    this.history.push(set);
    const oldest = set.at - historySecondsMax * 1000;
    let dropped = Math.max(0, this.history.length - historyMax);
    while ((this.history[dropped]?.at ?? oldest) < oldest) dropped += 1;
    if (dropped > historyMax / 10) this.history.splice(0, dropped);
  }

  private worldAt(now: number): World {
    const { facts } = this;
    return {
      now,
      images: this.images,
      snapshots: this.snapshots,
      instances: this.instances,
      disks: this.disks,
      keys: this.keys,
      named: (kind) => facts.named(kind),
      settings: facts.settings,
      newId: (prefix, region) => `${prefix}-${regionCode(region)}${draw36(facts.seed, 'id', this.count('ids'), 17)}`,
      nextSequence: () => this.count('sequence'),
      random: () => draw(facts.seed, 'draw', this.count('draws')),
      schedule: (event) => {
        const order = this.count('order');
        this.events.put({ ...event, order, id: String(order) });
      },
      accountUid: (nameOrUid) => facts.accountUid(nameOrUid),
      isRegion,
      nextCount: (name) => {
        this.assertOpen();
        const count = (this.current.named[name] ?? 0) + 1;
        this.current = { ...this.current, named: { ...this.current.named, [name]: count } };
        return count;
      },
    };
  }

  private count(counter: Exclude<keyof Counters, 'named'>): number {
    this.assertOpen();
    this.current = { ...this.current, [counter]: this.current[counter] + 1 };
    return this.current[counter];
  }
}

/** A number in [0, 1) that depends on nothing but seed, purpose and turn. */
export function draw(seed: number, purpose: string, turn: number): number {
  return createHash('sha256').update(`${seed}/${purpose}/${turn}`).digest().readUInt32BE(0) / 2 ** 32;
}

function draw36(seed: number, purpose: string, turn: number, length: number): string {
  const digest = createHash('sha256').update(`${seed}/${purpose}/${turn}`).digest();
  return Array.from(digest.subarray(0, length), (byte) => (byte % 36).toString(36)).join('');
}

const regionCodes = new Map([['cn-hangzhou', 'bp1']]);

/** Three characters that stand for the region at the start of an ID, as in `i-bp1...` of cn-hangzhou. */
function regionCode(region: string): string {
  const known = regionCodes.get(region);
  if (known !== undefined) return known;
  const code = draw36(0, region, 0, 3);
  regionCodes.set(region, code);
  return code;
}
