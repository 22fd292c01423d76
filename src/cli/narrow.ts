import { relative, resolve, sep } from 'node:path';
import { resourceOf } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import type { Diagnostic } from '../domain/finding.js';
import type { LintResult, StatusResult } from '../domain/result.js';
import type { CommandContext } from './command.js';
import { flags } from './flags.js';
import type { LoadedProject } from './project.js';

const formats = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'markdown', 'html'];

/** Files of the project, relative to its root, that paths name; null where there are no paths: everything. */
export type Selection = ReadonlySet<string> | null;

/** Throws `input/no-manifest` for a path that names no file of the project. */
export async function selectFiles(
  context: CommandContext,
  loaded: LoadedProject,
  paths: readonly string[],
): Promise<Selection> {
  if (paths.length === 0) return null;
  const known = Object.keys(loaded.project.inputs);
  const chosen = await Promise.all(paths.map((path) => selectOne(context, loaded, known, path)));
  return new Set(chosen.flat());
}

async function selectOne(
  { cwd }: CommandContext,
  { root, files }: LoadedProject,
  known: readonly string[],
  path: string,
): Promise<readonly string[]> {
  if (path === '-') {
    const hint = 'Write the manifest into the project, and name its file.';
    throw new TallymanError('input/flag', 'reading manifests from standard input is not built in this version', hint);
  }
  const local = relative(root, resolve(cwd, path)).split(sep).join('/');
  const matched = /[*?{[]/.test(local) ? new Set(await files.glob([local])) : undefined;
  const chosen = known.filter((file) => {
    return matched?.has(file) ?? (local === '' || file === local || file.startsWith(`${local}/`));
  });
  if (chosen.length === 0) throw nothingMatched(path);
  return chosen;
}

function nothingMatched(path: string): TallymanError {
  const hint = formats.includes(path)
    ? `For a format write \`-o ${path}\`.`
    : 'Name a file, a folder or a glob of files that `spec.manifests` or `spec.policies` cover.';
  return new TallymanError('input/no-manifest', `no file of the project matches '${path}'`, hint);
}

/** What `-f` and words beside the flags name. */
export function pathsOf({ arguments: given }: CommandContext): readonly string[] {
  return [...given.texts(flags.filename), ...given.operands];
}

/** Addresses of the managed resources that the files declare. */
export function declaredIn(desired: Desired, selection: ReadonlySet<string>): readonly string[] {
  return [...desired.imageCopies, ...desired.imageShares, ...desired.instances]
    .filter((resource) => selection.has(resource.origin.file))
    .map((resource) => resource.address);
}

/** Only findings in these files, and what is said about the resources that they declare. */
export function narrowLint(result: LintResult, desired: Desired | null, selection: Selection): LintResult {
  if (selection === null) return result;
  const declared = new Set(desired === null ? [] : declaredIn(desired, selection));
  const diagnostics = result.diagnostics.filter(({ range, at, address }) => {
    const file = range?.file ?? at?.file;
    return (file !== undefined && selection.has(file)) || (address !== null && declared.has(resourceOf(address)));
  });
  return { diagnostics, summary: { ...result.summary, ...countsOf(diagnostics), files: selection.size } };
}

function countsOf(
  diagnostics: readonly Diagnostic[],
): Pick<LintResult['summary'], 'errors' | 'warnings' | 'infos' | 'waived'> {
  const counting = diagnostics.filter(({ waiver }) => waiver === null);
  const amount = (severity: Diagnostic['severity']): number => {
    return counting.filter((diagnostic) => diagnostic.severity === severity).length;
  };
  return {
    errors: amount('error'),
    warnings: amount('warning'),
    infos: amount('info'),
    waived: diagnostics.length - counting.length,
  };
}

export function narrowStatus(result: StatusResult, desired: Desired, selection: Selection): StatusResult {
  if (selection === null) return result;
  const declared = new Set(declaredIn(desired, selection));
  const isDeclared = ({ address }: { readonly address: string }): boolean => declared.has(resourceOf(address));
  const { resources, members, others } = result;
  return {
    ...result,
    resources: resources.filter(isDeclared),
    members: members.filter(isDeclared),
    others: others.filter(isDeclared),
  };
}
