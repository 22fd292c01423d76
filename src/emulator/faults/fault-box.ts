import { draw, type Store } from '../world/store.js';
import type { Fault, FaultRow } from './fault.js';

/** What faults can look at. */
export interface FaultSubject {
  readonly action: string;
  readonly account: string;
  readonly region: string;
  readonly isMutating: boolean;
}

/** A fault that hits this call, for the how-many-th time. */
export interface Hit {
  readonly fault: Fault;
  readonly hits: number;
}

/** Installed faults with their counters, and the calls that hang by them. */
export class FaultBox {
  private readonly waiting = new Set<(isThere: boolean) => void>();

  constructor(private readonly store: Store) {}

  list(): readonly FaultRow[] {
    return this.store.faults.values();
  }

  install(faults: readonly Fault[], now: number): void {
    this.store.transact(now, (world) => {
      for (const fault of faults) {
        this.store.faults.put({ id: `fault-${world.nextCount('faults')}`, fault, matched: 0, hits: 0 });
      }
    });
  }

  /** Takes all faults away; calls that hang go on. */
  lift(now: number): void {
    this.store.transact(now, () => {
      for (const row of this.store.faults.values()) this.store.faults.remove(row.id);
    });
    for (const end of this.waiting) end(true);
  }

  /** Lets go of the calls that hang, as if their callers had left. Faults stay. */
  abandon(): void {
    for (const end of this.waiting) end(false);
  }

  /** Counts the call for every fault that it matches. The first that hits, in order of installation, is answered. */
  strike(subject: FaultSubject, now: number): Hit | undefined {
    const matching = this.list().filter((row) => this.isAbout(row.fault, subject));
    if (matching.length === 0) return undefined;
    const struck = matching.map((row) => this.counted(row));
    this.store.transact(now, () => {
      for (const { row } of struck) this.store.faults.put(row);
    });
    const first = struck.find(({ isHit }) => isHit)?.row;
    return first === undefined ? undefined : { fault: first.fault, hits: first.hits };
  }

  /** Waits until the faults are lifted, or until `gone`. Answers whether the caller is still there. */
  async hang(gone: AbortSignal): Promise<boolean> {
    if (gone.aborted) return false;
    return new Promise((resolve) => {
      const end = (isThere: boolean): void => {
        this.waiting.delete(end);
        gone.removeEventListener('abort', leave);
        resolve(isThere);
      };
      const leave = (): void => end(false);
      this.waiting.add(end);
      gone.addEventListener('abort', leave);
    });
  }

  private isAbout(fault: Fault, subject: FaultSubject): boolean {
    const account =
      fault.account === undefined ? undefined : (this.store.facts.accountUid(fault.account) ?? fault.account);
    const onlyReads = fault.kind === 'stale-read' || fault.kind === 'page-shift';
    return (
      (fault.action === '*' || fault.action === subject.action) &&
      (account === undefined || account === subject.account) &&
      (fault.region === undefined || fault.region === subject.region) &&
      (fault.mutatingOnly !== true || subject.isMutating) &&
      !(onlyReads && subject.isMutating)
    );
  }

  private counted({ id, fault, matched, hits }: FaultRow): { readonly row: FaultRow; readonly isHit: boolean } {
    const turn = matched + 1;
    const isHit = isDue(fault, turn, hits) && this.isDrawn(id, fault, turn);
    return { row: { id, fault, matched: turn, hits: isHit ? hits + 1 : hits }, isHit };
  }

  private isDrawn(id: string, fault: Fault, turn: number): boolean {
    return fault.probability === undefined || draw(this.store.facts.seed, id, turn) < fault.probability;
  }
}

function isDue(fault: Fault, turn: number, hits: number): boolean {
  if (fault.nth !== undefined && turn < fault.nth) return false;
  if (fault.every !== undefined && turn % fault.every !== 0) return false;
  return hits < (fault.count ?? (fault.nth === undefined ? Number.POSITIVE_INFINITY : 1));
}
