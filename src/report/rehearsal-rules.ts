import type { RuleDescription } from './check-report.js';

/** What a rehearsal reports stands beside the findings of rules, and has names as they have. */
export const rehearsalRules: readonly RuleDescription[] = [
  {
    id: 'rehearsal/action-failed',
    summary: 'carrying out the plan would fail here',
    description: 'In a made-up cloud that holds what was observed, this action of the plan ended with an error.',
    severity: 'error',
  },
  {
    id: 'rehearsal/difference',
    summary: 'carrying out the plan would leave a difference',
    description: 'In a made-up cloud that holds what was observed, a second plan after this one is not empty.',
    severity: 'error',
  },
];
