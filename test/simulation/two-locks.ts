import type { RunRecord } from './applier.js';

/** What a dead run has sent may still be on its way for so long. */
const flightMs = 30_000;

/** Whether runs that wanted different things were under way at the same moment. */
export function hadTwoLocks(runs: readonly RunRecord[]): boolean {
  return runs.some((one) => runs.some((other) => other !== one && other.lock !== one.lock && overlaps(one, other)));
}

function overlaps(one: RunRecord, other: RunRecord): boolean {
  return one.startMs <= endOf(other) && other.startMs <= endOf(one);
}

function endOf({ endMs, isKilled }: RunRecord): number {
  return endMs === null ? Number.POSITIVE_INFINITY : endMs + (isKilled ? flightMs : 0);
}
