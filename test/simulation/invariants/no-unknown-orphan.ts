import type { Invariant } from '../invariant.js';

/**
 * Whatever runs have made and what is still there carries our tags from the moment it is there, unless somebody else
 * took them off; and in the end each of our things is wanted, kept, or told of.
 */
export const noUnknownOrphan: Invariant = {
  name: 'no-unknown-orphan',
  watch: ({ truth, fail }) => ({
    changed: ({ table, id, before, after, cause }) => {
      if (cause.kind !== 'run' || before !== undefined || after === undefined) return;
      if (table !== 'instances' && table !== 'images') return;
      if (!truth.isOwned(after)) fail(`${id} was made without our tags`);
    },
    settled: ({ last }) => {
      const known = new Set([
        ...last.plan.changes.map(({ id }) => id),
        ...last.plan.notices.map(({ id }) => id),
        ...last.plan.actions.map(({ address }) => address),
      ]);
      for (const { id, tags } of truth.ownedInstances()) {
        if (!known.has(id))
          fail(`instance ${id} at ${tags['tallyman:resource']} is ours and the plan does not know it`);
      }
      const addresses = new Set(last.plan.changes.map(({ address }) => address));
      for (const { id, tags } of truth.ownedImages()) {
        const address = tags['tallyman:resource'] ?? '';
        if (!known.has(id) && !addresses.has(address)) {
          fail(`image ${id} at ${address} is ours and the plan does not know it`);
        }
      }
    },
  }),
};
