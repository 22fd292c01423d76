import type { Invariant } from '../invariant.js';

/** While an error stands that no waiver covers, or a guard refuses, a run writes nothing. */
export const policyComesFirst: Invariant = {
  name: 'policy-comes-first',
  watch: ({ fail }) => ({
    ended: ({ name, result, audit }) => {
      if (result === null || audit.length === 0) return;
      const { diagnostics, refusals } = result.plan;
      const errors = diagnostics.filter(({ severity, waiver }) => severity === 'error' && waiver === null);
      for (const { ruleId } of errors) fail(`${name} wrote though ${ruleId} says error`);
      for (const { reason } of refusals) fail(`${name} wrote though it was refused: ${reason}`);
    },
  }),
};
