import type { RuleDescription } from './check-report.js';

/** What drift reports stands among findings in the formats for machines, and has names as rules have. */
export const driftRules: readonly RuleDescription[] = [
  {
    id: 'drift/changed',
    summary: 'a thing is otherwise than its manifest says',
    description: 'A field of something that the project owns is not as the applied commit left it.',
    severity: 'error',
  },
  {
    id: 'drift/missing',
    summary: 'a thing that a manifest declares is not there',
    description: 'It was deleted, lost the tags that mark it as the project’s, or was never applied.',
    severity: 'error',
  },
  {
    id: 'drift/unexpected',
    summary: 'a thing carries the tags of the project, and no manifest asks for it',
    description: 'An orphan, a copy that somebody made with tags and all, or an account that is not listed.',
    severity: 'warning',
  },
  {
    id: 'drift/unfinished',
    summary: 'work of a run is not finished',
    description: 'Something is still under way in the cloud, or a run died and the next one goes on there.',
    severity: 'warning',
  },
];
