import type { Invariant } from '../invariant.js';

/**
 * At no time are there two live things of ours at one address, unless somebody else made one of them: instances by their
 * address, copies by address and name. What somebody else made is told: as a duplicate, or as a clone.
 */
export const noDuplicate: Invariant = {
  name: 'no-duplicate',
  watch: ({ truth, tampered, fail }) => ({
    changed: ({ table, after, before, cause }) => {
      if (after === undefined || before !== undefined || cause.kind !== 'run') return;
      if (table === 'instances') {
        const address = after.tags['tallyman:resource'];
        const others = truth
          .ownedInstances()
          .filter(
            (row) => row.id !== after.id && row.account === after.account && row.tags['tallyman:resource'] === address,
          );
        if (others.some(({ id }) => !tampered.has(id))) fail(`two instances at ${address}`);
      }
      if (table === 'images') {
        const { account, region, name, id } = after;
        const twins = [...truth.images.values()].filter(
          (row) => row.id !== id && row.account === account && row.region === region && row.name === name,
        );
        if (twins.length > 0) fail(`two images named ${name}`);
      }
    },
    reported: (report) => {
      const byAddress = new Map<string, string[]>();
      for (const { id, tags } of truth.ownedInstances()) {
        const address = tags['tallyman:resource'] ?? '';
        byAddress.set(address, [...(byAddress.get(address) ?? []), id]);
      }
      const told = new Set([
        ...report.diagnostics.filter(({ ruleId }) => ruleId === 'lifecycle/duplicate').map(({ address }) => address),
        ...report.plan.notices.map(({ address }) => address),
      ]);
      for (const [address, ids] of byAddress) {
        if (ids.length > 1 && !told.has(address)) fail(`${ids.join(' and ')} at ${address} are not told of`);
      }
    },
  }),
};
