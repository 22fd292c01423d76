import { join, relative, sep } from 'node:path';
import { compareDiagnostics, type Diagnostic } from '../domain/finding.js';
import type { PlanResult } from '../domain/result.js';
import { manifestRules } from '../manifest/manifest-rules.js';
import { customRulesIn } from '../policy/custom-rules.js';
import type { AnyRule } from '../policy/rule.js';
import { rules } from '../policy/rules/index.js';
import type { CheckReport, RuleDescription } from '../report/check-report.js';
import { rehearsalRules } from '../report/rehearsal-rules.js';
import { blobsOf } from '../report/source-links.js';
import type { CommandContext } from './command.js';
import type { LoadedProject } from './project.js';
import type { Runtime } from './runtime.js';

/** Formats that link to files as they are in a commit. */
const linkingFormats: ReadonlySet<string> = new Set(['markdown', 'html']);

/** `rules`: those beside the rules of this version and of the project's Policies. */
type Facts = Pick<CheckReport, 'command' | 'diagnostics' | 'summary'> & Partial<CheckReport>;

/** A plan for the formats that show findings: what a rehearsal met stands among them. */
export function planFacts(command: string, { check, diagnostics, refusals, rehearsal }: PlanResult): Facts {
  const met = rehearsal?.problems.map(({ diagnostic }) => diagnostic) ?? [];
  return {
    command,
    summary: check,
    diagnostics: [...diagnostics, ...met].sort(compareDiagnostics),
    refusals,
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
    ...(await linkedTo(runtime, root, links)),
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

type Source = Pick<CheckReport, 'commit' | 'changedFiles' | 'blobs'>;

const unlinked: Source = { commit: null, changedFiles: new Set(), blobs: null };

/** What links to files lead to. */
async function linkedTo(runtime: Runtime, root: string, isAsked: boolean): Promise<Source> {
  const tree = isAsked ? await runtime.workTree(root) : null;
  if (tree === null) return unlinked;
  const { commit, changedFiles, origin } = tree;
  return { commit, changedFiles: new Set(changedFiles), blobs: origin === null ? null : blobsOf(origin) };
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
