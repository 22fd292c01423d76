import type { SettingsView } from './settings.js';
import type { DiskRow, ImageRow, InstanceRow, KeyRow, NamedRow, Row, ScheduledEvent, SnapshotRow } from './state.js';

/** Rows of one kind, by ID and by (account, region). Changes belong to the running transaction. */
export interface Table<T extends Row> {
  get(id: string): T | undefined;
  put(row: T): void;
  remove(id: string): void;
  /** All rows of one account and region, newest first. */
  list(account: string, region: string): readonly T[];
  /** All rows of a region, whoever owns them, newest first: for images, that others may see. */
  listRegion(region: string): readonly T[];
}

export interface DiskTable extends Table<DiskRow> {
  /** Those attached to the instance, newest first. */
  ofInstance(instanceId: string): readonly DiskRow[];
}

export interface InstanceTable extends Table<InstanceRow> {
  /** The private addresses taken in a vSwitch of the account, with the number of their holders. */
  addressesIn(account: string, region: string, vSwitchId: string): ReadonlyMap<string, number>;
}

/**
 * What an operation may see and change. One call is one transaction: when `run` throws, nothing of it stays.
 * Before a call every event that is due by `now` has been carried out.
 */
export interface World {
  /** Emulated time of this call, milliseconds since 1970. */
  readonly now: number;
  readonly images: Table<ImageRow>;
  readonly snapshots: Table<SnapshotRow>;
  readonly instances: InstanceTable;
  readonly disks: DiskTable;
  readonly keys: Table<KeyRow>;
  /** vSwitches, securityGroups, keyPairs, ramRoles, launchTemplates of the scenario. */
  readonly named: (kind: NamedKind) => NamedLookup;
  readonly settings: SettingsView;
  /** A fresh ID such as `i-bp1…`: unique over accounts and regions, the same for the same seed and requests. */
  newId(prefix: 'i' | 'd' | 'm' | 's' | 'eni', region: string): string;
  /** The next `sequence`. */
  nextSequence(): number;
  /** A deterministic draw in [0, 1). */
  random(): number;
  schedule(event: Omit<ScheduledEvent, 'order'>): void;
  /** UID of an account of the scenario, by name or UID; undefined where there is none. */
  accountUid(nameOrUid: string): string | undefined;
  /** Whether the service has a region of this ID. */
  isRegion(regionId: string): boolean;
  /** Counts one up and answers the new count, from 1: a counter of that name is kept with the state. */
  nextCount(name: string): number;
}

export type NamedKind = 'vSwitches' | 'securityGroups' | 'keyPairs' | 'ramRoles' | 'launchTemplates';

export interface NamedLookup {
  /** False where the scenario leaves the list out: then any well-formed ID passes. */
  readonly isExhaustive: boolean;
  get(account: string, region: string, id: string): NamedRow | undefined;
  list(account: string, region: string): readonly NamedRow[];
}
