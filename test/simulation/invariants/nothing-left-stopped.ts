import type { Invariant } from '../invariant.js';
import { isDown } from '../truth.js';
import { hadTwoLocks } from '../two-locks.js';

/**
 * In the end no machine of ours is down, except those that a person stopped last. The one known trace that breaks it, two
 * runs with two locks at the same moment, must be told of with the command that starts the machine; and so must a machine
 * that was stopped to be deleted, by a run that died, and that a later commit wants again.
 */
export const nothingLeftStopped: Invariant = {
  name: 'nothing-left-stopped',
  watch: ({ truth, runs, fail }) => {
    /** The run that stopped a machine to delete it, by machine. */
    const doomedBy = new Map<string, string>();
    const isToldOf = (id: string): boolean => runs.some(({ name, isKilled }) => isKilled && name === doomedBy.get(id));
    return {
      called: ({ operation, query, status, run }) => {
        const id = query['InstanceId'] ?? '';
        if (operation !== 'StopInstance' || status >= 400) return;
        const isMarked = truth.instances.get(id)?.tags['tallyman:updating'] !== undefined;
        if (isMarked) doomedBy.delete(id);
        else doomedBy.set(id, run);
      },
      reported: ({ plan }) => {
        for (const { kind, id, address } of plan.notices) {
          const isOurDoing = kind === 'left-stopped' && truth.power.get(id)?.cause.kind === 'run';
          if (isOurDoing && !hadTwoLocks(runs) && !isToldOf(id)) fail(`the machine at ${address} was left stopped`);
        }
      },
      settled: ({ last }) => {
        const wanted = new Set(last.plan.changes.map(({ id }) => id));
        for (const { id, status, tags } of truth.ownedInstances()) {
          if (!isDown(status) || !wanted.has(id)) continue;
          if (truth.power.get(id)?.cause.kind !== 'run') continue;
          fail(`${id} at ${tags['tallyman:resource']} is ${status}, and a run stopped it`);
        }
      },
    };
  },
};
