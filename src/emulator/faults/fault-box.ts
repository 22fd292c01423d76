import { draw, type Store } from '../world/store.js';
import { type Fault, type FaultKind, type FaultRow, noFault } from './fault.js';

/** What faults can look at. */
export interface FaultSubject {
  readonly action: string;
  readonly account: string;
  readonly region: string;
  readonly isMutating: boolean;
}

/** A fault that hits this call, for the how-many-th time. */
export interface Hit {
  readonly kind: FaultKind;
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
    const struck = matching.map((row) => this.counted(row, subject));
    this.store.transact(now, () => {
      for (const { row } of struck) this.store.faults.put(row);
    });
    for (const { row, kind } of struck) if (kind !== undefined) return { kind, fault: row.fault, hits: row.hits };
    return undefined;
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
    return (
      (fault.action === '*' || fault.action === subject.action) &&
      (account === undefined || account === subject.account) &&
      (fault.region === undefined || fault.region === subject.region) &&
      (fault.mutatingOnly !== true || subject.isMutating) &&
      !(isAboutReads(fault.kind) && subject.isMutating)
    );
  }

  private counted({ id, fault, matched, hits }: FaultRow, { isMutating }: FaultSubject): Counted {
    const turn = matched + 1;
    const due = isDue(fault, turn, hits) && this.isDrawn(id, fault, turn) ? kindOf(fault, turn) : undefined;
    const kind = isAboutReads(due) && isMutating ? undefined : due;
    return { row: { id, fault, matched: turn, hits: kind === undefined ? hits : hits + 1 }, kind };
  }

  private isDrawn(id: string, fault: Fault, turn: number): boolean {
    return fault.probability === undefined || draw(this.store.facts.seed, id, turn) < fault.probability;
  }
}

interface Counted {
  readonly row: FaultRow;
  /** What happens to the call; undefined: nothing. */
  readonly kind: FaultKind | undefined;
}

/** What these do to a call that changes something would be neither a fault of the service nor of the line. */
function isAboutReads(kind: FaultKind | undefined): boolean {
  return kind === 'stale-read' || kind === 'page-shift';
}

function kindOf(fault: Fault, turn: number): FaultKind | undefined {
  if (fault.sequence === undefined) return fault.kind;
  const kind = fault.sequence[turn - (fault.nth ?? 1)];
  return kind === noFault ? undefined : kind;
}

function isDue(fault: Fault, turn: number, hits: number): boolean {
  if (fault.nth !== undefined && turn < fault.nth) return false;
  if (fault.every !== undefined && turn % fault.every !== 0) return false;
  const isOnce = fault.nth !== undefined && fault.sequence === undefined;
  return hits < (fault.count ?? (isOnce ? 1 : Number.POSITIVE_INFINITY));
}
