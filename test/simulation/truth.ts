import type { DiskRow, ImageRow, InstanceRow, KeyRow, SnapshotRow } from '../../src/emulator/world/state.js';
import type { JournalEntry } from '../../src/emulator/world/state-document.js';

/** Who made something happen: a run (`a1`), a person, the sharer, an attacker, or the service by itself. */
export type Cause = { readonly kind: 'run'; readonly run: string } | { readonly kind: 'world'; readonly who: string };

interface RowByTable {
  readonly instances: InstanceRow;
  readonly images: ImageRow;
  readonly disks: DiskRow;
  readonly snapshots: SnapshotRow;
  readonly keys: KeyRow;
}

export type Table = keyof RowByTable;

/** One row of the cloud, before and after: undefined where it is not there. */
export type RowChange = {
  readonly [T in Table]: {
    readonly table: T;
    readonly id: string;
    readonly before: RowByTable[T] | undefined;
    readonly after: RowByTable[T] | undefined;
    readonly cause: Cause;
    readonly atMs: number;
  };
}[Table];

const tables = ['images', 'snapshots', 'disks', 'instances', 'keys'] as const;

/**
 * What is really there, and who did what to it, followed change by change. No invariant asks the product what it thinks:
 * this is what they look at.
 */
export class Truth {
  readonly instances = new Map<string, InstanceRow>();
  readonly images = new Map<string, ImageRow>();
  readonly disks = new Map<string, DiskRow>();
  readonly snapshots = new Map<string, SnapshotRow>();
  readonly keys = new Map<string, KeyRow>();
  /** Who made a thing, also of things that are gone. */
  readonly maker = new Map<string, Cause>();
  /** The image at the root of an image, and who owns it; also of images that are gone. */
  readonly rootOf = new Map<string, { readonly imageId: string; readonly owner: string; readonly createdAt: number }>();
  /** Who stopped or started an instance last. */
  readonly power = new Map<string, { readonly cause: Cause; readonly isStop: boolean; readonly atMs: number }>();
  /** Until when a thing was owned that is not owned any more. */
  readonly ownedUntilMs = new Map<string, number>();

  constructor(readonly project: string) {}

  follow(entry: JournalEntry, cause: Cause): readonly RowChange[] {
    const changes: RowChange[] = [];
    const atMs = entry.clock.now;
    for (const table of tables) {
      const rows = this[table] as Map<string, RowByTable[Table]>;
      for (const value of entry.put?.[table] ?? []) {
        const after = value as RowByTable[Table];
        const before = rows.get(after.id);
        rows.set(after.id, after);
        changes.push({ table, id: after.id, before, after, cause, atMs } as RowChange);
      }
      for (const id of entry.removed?.[table] ?? []) {
        const before = rows.get(id);
        rows.delete(id);
        changes.push({ table, id, before, after: undefined, cause, atMs } as RowChange);
      }
    }
    for (const change of changes) this.#learn(change);
    return changes;
  }

  #learn(change: RowChange): void {
    const { table, id, before, after, cause, atMs } = change;
    if (before === undefined) this.maker.set(id, cause);
    if (table === 'images' && after !== undefined && before === undefined) this.#trace(after);
    if (table === 'instances') this.#power(change);
    if (table === 'keys') return;
    const isOwnedNow = after !== undefined && this.isOwned(after);
    if (before !== undefined && this.isOwned(before) && !isOwnedNow) this.ownedUntilMs.set(id, atMs);
  }

  #trace(image: ImageRow): void {
    const from = image.task?.kind === 'copy' ? this.rootOf.get(image.task.sourceImageId) : undefined;
    const owner = image.kind === 'custom' ? image.account : 'system';
    this.rootOf.set(image.id, from ?? { imageId: image.id, owner, createdAt: image.createdAt });
  }

  #power({ id, before, after, cause, atMs }: Extract<RowChange, { table: 'instances' }>): void {
    if (before === undefined || after === undefined || before.status === after.status) return;
    const isStop = isDown(after.status);
    const isAsked = cause.kind === 'run' || cause.who !== 'service';
    if (isAsked && isStop !== isDown(before.status)) this.power.set(id, { cause, isStop, atMs });
  }

  /** Both tags, and its own ID as seal or none. Written apart from the product's own code. */
  isOwned(row: { readonly id: string; readonly tags: Readonly<Record<string, string>> }): boolean {
    const { tags } = row;
    const seal = tags['tallyman:id'];
    return (
      tags['tallyman:project'] === this.project &&
      tags['tallyman:resource'] !== undefined &&
      (seal === undefined || seal === row.id)
    );
  }

  isSealed(row: { readonly id: string; readonly tags: Readonly<Record<string, string>> }): boolean {
    return this.isOwned(row) && row.tags['tallyman:id'] === row.id;
  }

  ownedInstances(): readonly InstanceRow[] {
    return [...this.instances.values()].filter((row) => this.isOwned(row));
  }

  ownedImages(): readonly ImageRow[] {
    return [...this.images.values()].filter((row) => this.isOwned(row));
  }

  systemDiskOf(instanceId: string): DiskRow | undefined {
    for (const disk of this.disks.values()) if (disk.instanceId === instanceId && disk.type === 'system') return disk;
    return undefined;
  }

  /** By whom a thing was made that is none of ours. */
  isMadeByWorld(id: string): boolean {
    return this.maker.get(id)?.kind !== 'run';
  }
}

export function isDown(status: InstanceRow['status']): boolean {
  return status === 'Stopping' || status === 'Stopped';
}
