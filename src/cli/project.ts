import { basename, dirname, resolve } from 'node:path';
import { TallymanError } from '../domain/errors.js';
import { besideBase, type JudgedProject, loadBase } from '../flows/base.js';
import { lint } from '../flows/lint.js';
import { loadEnvironments, loadProject } from '../flows/load-project.js';
import { TextParser } from '../flows/text-parser.js';
import type { Files } from '../ports/files.js';
import type { ParseCache } from '../ports/parse-cache.js';
import { sanitise } from '../report/sanitise.js';
import { checkReportOf } from './check-report.js';
import type { CommandContext } from './command.js';
import { hasInputError } from './exit-code.js';
import { flags } from './flags.js';
import { unusableFormats } from './formats.js';
import { writeReport } from './outputs.js';

export interface LoadedProject {
  /** Absolute path of the folder of the project file. */
  readonly root: string;
  readonly files: Files;
  /** Relative to the root. */
  readonly projectFile: string;
  readonly project: JudgedProject;
}

export interface OpenOptions {
  /** The environment where `--env` names none. */
  readonly environmentDefault?: string | null;
  /** Whether a project without manifests is no mistake. */
  readonly mayBeEmpty?: boolean;
  /** In place of the one in the user's cache folder. */
  readonly cache?: ParseCache;
  /** Absolute path of the project file, in place of looking for it. */
  readonly path?: string;
}

/** The project in each of its environments; `project`: in the first. */
export interface LoadedEnvironments extends LoadedProject {
  readonly projects: readonly JudgedProject[];
}

/** Reads the whole project: `--config`, else the nearest `tallyman.yaml`. Throws `input/no-project`. */
export async function openProject(
  context: CommandContext,
  { environmentDefault = null, mayBeEmpty = false, cache: given, path: known }: OpenOptions = {},
): Promise<LoadedProject> {
  const path = known ?? (await projectPath(context));
  const root = dirname(path);
  const files = await context.runtime.openFiles(root);
  const projectFile = basename(path);
  const environment = context.arguments.text(flags.env) ?? environmentDefault;
  const cache = given ?? (await openCache(context, root));
  const parser = new TextParser(cache);
  const read = await loadProject(files, { projectFile, environment, parser, mayBeEmpty });
  const project = await besideItsBase(context, root, projectFile, read, parser);
  cache?.save();
  return { root, files, projectFile, project };
}

/** The project in each of its environments, for lint. */
export async function openEnvironments(
  context: CommandContext,
  { cache: given, path: known }: Pick<OpenOptions, 'cache' | 'path'> = {},
): Promise<LoadedEnvironments> {
  const path = known ?? (await projectPath(context));
  const root = dirname(path);
  const files = await context.runtime.openFiles(root);
  const projectFile = basename(path);
  const cache = given ?? (await openCache(context, root));
  const parser = new TextParser(cache);
  const read = await loadEnvironments(files, { projectFile, parser });
  const projects: JudgedProject[] = [];
  for (const one of read) projects.push(await besideItsBase(context, root, projectFile, one, parser));
  cache?.save();
  const [project] = projects;
  if (project === undefined) throw new Error('a project is read at least once');
  return { root, files, projectFile, project, projects };
}

/** Null with `--no-cache`, and where there is no place for one: that is said with `-v` alone. */
async function openCache(
  { runtime, arguments: given, terminal }: CommandContext,
  root: string,
): Promise<ParseCache | null> {
  if (given.isOn(flags.noCache)) return null;
  const note = (message: string): void => {
    if (given.isOn(flags.verbose)) terminal.err.write(`${sanitise(message)}\n`);
  };
  return (await runtime.openParseCache({ root, env: runtime.env, note })) ?? null;
}

/** With `--base-ref` that commit counts as well, in whatever folder of the repository the project is. */
async function besideItsBase(
  { runtime, arguments: given }: CommandContext,
  root: string,
  projectFile: string,
  project: JudgedProject,
  parser: TextParser,
): Promise<JudgedProject> {
  const ref = given.text(flags.baseRef);
  if (ref === undefined) return project;
  const commit = await runtime.openCommit(root, ref);
  return besideBase(project, await loadBase(commit, ref, projectFile, { environment: project.environment, parser }));
}

/** Absolute path of the project file: `--config`, else the nearest `tallyman.yaml`. Throws `input/no-project`. */
export async function projectPath({
  runtime,
  arguments: given,
  cwd,
}: Pick<CommandContext, 'runtime' | 'arguments' | 'cwd'>): Promise<string> {
  const config = given.text(flags.config);
  if (config !== undefined) return resolve(cwd, config);
  const found = await runtime.findProjectFile(cwd);
  if (found !== undefined) return found;
  const hint = 'Change to the project, or name it: `--chdir DIR` or `--config FILE`.';
  throw new TallymanError('input/no-project', `there is no 'tallyman.yaml' in '${cwd}' or above it`, hint);
}

/** The day that is judged as of: `--as-of`, else the machine's today, UTC. */
export async function todayOf({ runtime, arguments: given }: CommandContext): Promise<string> {
  const asOf = given.date(flags.asOf);
  if (asOf !== undefined) return asOf.slice(0, 10);
  const clock = await runtime.systemClock();
  return new Date(clock.now()).toISOString().slice(0, 10);
}

/**
 * Shows what is wrong with manifests that cannot be used, in the format that was asked for, as lint does. True where
 * there was something: the command ends then, before it opens a connection.
 */
export async function reportUnusable(context: CommandContext, loaded: LoadedProject): Promise<boolean> {
  const { project } = loaded;
  const result = lint(project, { today: await todayOf(context) });
  if (project.desired !== null && !hasInputError(result.diagnostics)) return false;
  const report = { ...(await checkReportOf(context, loaded, { ...result, command: 'lint' })), result };
  // Some formats show a plan and nothing else: then nothing is written there, and people are told.
  const outputs = context.outputs.filter(({ format }) => format in unusableFormats);
  await writeReport({ ...context, outputs }, unusableFormats, report);
  if (outputs.length === 0) {
    const { renderLintText } = await import('../report/lint-text.js');
    const { err } = context.terminal;
    err.write(renderLintText(result, { isColored: err.isColored, showsWaived: false }));
  }
  return true;
}
