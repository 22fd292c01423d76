import { join, relative, sep } from 'node:path';
import { compareDiagnostics, type Diagnostic } from '../domain/finding.js';
import type { PlanResult } from '../domain/result.js';
import { manifestRules } from '../manifest/manifest-rules.js';
import { customRulesIn } from '../policy/custom-rules.js';
import type { AnyRule } from '../policy/rule.js';
import { rules } from '../policy/rules/index.js';
import type { CheckReport, RuleDescription } from '../report/check-report.js';
import { rehearsalRules } from '../report/rehearsal-rules.js';
import type { CommandContext } from './command.js';
import type { LoadedProject } from './project.js';

/** Formats that link to files as they are in a commit. */
const linkingFormats: ReadonlySet<string> = new Set(['markdown', 'html']);

/** `rules`: those beside the rules of this version and of the project's Policies. */
type Facts = Pick<CheckReport, 'command' | 'diagnostics' | 'summary'> & Partial<CheckReport>;

/** A plan for the formats that show findings: what a rehearsal met stands among them. */
export function planFacts(command: string, { check, diagnostics, refusals, commit, rehearsal }: PlanResult): Facts {
  const met = rehearsal?.problems.map(({ diagnostic }) => diagnostic) ?? [];
  return {
    command,
    summary: check,
    diagnostics: [...diagnostics, ...met].sort(compareDiagnostics),
    refusals,
    commit,
    rules: rehearsal === null ? [] : rehearsalRules,
  };
}

/**
 * A check as the formats for machines show it: with files from the root of the repository on, which is where CI looks
 * for them, wherever in it the project is.
 */
export async function checkReportOf(
  { runtime, outputs }: CommandContext,
  { root, projectFile, project }: Pick<LoadedProject, 'root' | 'projectFile'> & Partial<Pick<LoadedProject, 'project'>>,
  facts: Facts,
): Promise<CheckReport> {
  const repository = await runtime.repositoryRoot(root);
  const folder = repository === null ? '' : relative(repository, root).split(sep).join('/');
  const links = outputs.some(({ format }) => linkingFormats.has(format));
  return {
    toolVersion: runtime.version,
    commit: links ? await runtime.headCommit(root) : null,
    refusals: [],
    showsWaived: false,
    failOn: 'error',
    maxWarnings: null,
    ...facts,
    rules: [...describedRules, ...customRulesIn(project?.policies ?? []).map(described), ...(facts.rules ?? [])],
    projectFile: join(folder, projectFile).split(sep).join('/'),
    diagnostics: facts.diagnostics.map((diagnostic) => below(folder, diagnostic)),
  };
}

function below(folder: string, diagnostic: Diagnostic): Diagnostic {
  const { range } = diagnostic;
  if (range === null || folder === '') return diagnostic;
  return { ...diagnostic, range: { ...range, file: `${folder}/${range.file}` } };
}

function described({ id, summary, description, severity }: AnyRule): RuleDescription {
  return { id, summary, description, severity: severity.recommended };
}

const describedRules: readonly RuleDescription[] = [
  ...rules.map(described),
  ...Object.entries(manifestRules)
    .filter(([id]) => rules.every((rule) => rule.id !== id))
    .map(([id, summary]) => ({ id, summary, description: '', severity: 'error' as const })),
];
