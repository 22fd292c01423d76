import { object, wholeNumber, withDefault } from '../../parameters.js';
import type { Rule } from '../../rule.js';

export interface WaiverLimits {
  /** From the day of the check to the last day of a waiver. */
  readonly maxDays: number;
}

/** Found where waivers are applied, which knows what each of them did. */
export const waiver: Rule<WaiverLimits> = {
  id: 'hygiene/waiver',
  stage: 'lint',
  severity: { recommended: 'warning', strict: 'error' },
  isWaivable: true,
  judges: [],
  summary: 'a waiver does not count, or nothing needs it',
  description:
    "A waiver that has expired, that lasts too long, whose reason is too short, or that nobody of the project's " +
    'approvers stands behind does not count, and says so. So does one that nothing needs. Fourteen days before the ' +
    'end there is a notice.',
  parameters: object({ maxDays: withDefault(wholeNumber(1, 3650), 365) }),
  tighter: (a, b) => (a.maxDays < b.maxDays ? a : b),
};
