import type { Desired } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import type { Finding } from '../domain/finding.js';
import { diagnose } from '../manifest/locate.js';
import type { ReadProject } from '../manifest/read-project.js';
import { checkPolicies } from '../policy/check.js';

/**
 * The manifests as wished, or `input/invalid` with the first mistakes and their places: nothing is planned from files
 * that are half understood, and no call is made for them.
 */
export function usableProject(project: ReadProject): Desired {
  const mistakes = [...project.findings, ...checkPolicies(project.policies, project.waivers)].filter(
    (finding) => finding.isInputError,
  );
  if (project.desired !== null && mistakes.length === 0) return project.desired;
  throw new TallymanError(
    'input/invalid',
    summaryOf(mistakes, project),
    'Run `tallyman lint` for each of them with its place and a hint.',
  );
}

const shownMax = 5;

function summaryOf(mistakes: readonly Finding[], project: ReadProject): string {
  const shown = diagnose(mistakes, project)
    .slice(0, shownMax)
    .map(({ range, message }) => {
      const place = range === null ? '' : `${range.file}:${range.start.line}:${range.start.column}: `;
      return `${place}${message}`;
    });
  const more = mistakes.length > shownMax ? `; and ${mistakes.length - shownMax} more` : '';
  return `the manifests cannot be used: ${shown.join('; ')}${more}`;
}
