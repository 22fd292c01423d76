import type { Invariant } from '../invariant.js';
import { isDown } from '../truth.js';
import { hadTwoLocks } from '../two-locks.js';

/**
 * In the end no machine of ours is down, except those that a person stopped last. The one known trace that breaks it, two
 * runs with two locks at the same moment, must be told of with the command that starts the machine.
 */
export const nothingLeftStopped: Invariant = {
  name: 'nothing-left-stopped',
  watch: ({ truth, runs, fail }) => ({
    reported: ({ plan }) => {
      for (const { kind, id, address } of plan.notices) {
        const isOurDoing = kind === 'left-stopped' && truth.power.get(id)?.cause.kind === 'run';
        if (isOurDoing && !hadTwoLocks(runs)) fail(`the machine at ${address} was left stopped`);
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
  }),
};
