import { TallymanError } from '../domain/errors.js';
import type { Finding } from '../domain/finding.js';
import { compileGlob } from '../domain/path-glob.js';
import { inputError } from '../manifest/input-error.js';
import type { SourceText } from '../manifest/parse-documents.js';
import { isNeverManifest, type ProjectGlobs, projectGlobs } from '../manifest/project-globs.js';
import { compareFindings, type ReadProject, readProject } from '../manifest/read-project.js';
import { yamlLimits } from '../manifest/yaml-limits.js';
import type { Files } from '../ports/files.js';

export interface LoadOptions {
  /** Relative to the root of `files`. */
  readonly projectFile: string;
  /** Relative to the root of `files`; default `tallyman.lock.yaml`. */
  readonly lockFile?: string;
  /** Whether globs that no file matches are no mistake. */
  readonly mayBeEmpty?: boolean;
}

const lockFileDefault = 'tallyman.lock.yaml';

/**
 * The project and every file that belongs to it. A file that cannot be read is a finding; no project file is
 * `input/no-project`, and globs that no file matches are `input/no-manifest`: an empty project is never an accident.
 */
export async function loadProject(files: Files, options: LoadOptions): Promise<ReadProject> {
  const { projectFile, lockFile = lockFileDefault, mayBeEmpty = false } = options;
  const text = await files.read(projectFile, yamlLimits.bytes);
  if (text === undefined) throw noProject(files.root, projectFile);
  const project = { file: projectFile, text };
  const globs = projectGlobs(project);
  const isOther = (path: string) => isNeverManifest(path) || path === projectFile || path === lockFile;
  const policyPaths = (await files.glob(globs.policies)).filter((path) => !isOther(path));
  const policySet = new Set(policyPaths);
  const manifestPaths = (await files.glob(globs.manifests)).filter((path) => !isOther(path) && !policySet.has(path));
  const texts = new TextReader(files);
  const read = readProject({
    project,
    manifests: await texts.readAll(manifestPaths),
    policies: await texts.readAll(policyPaths),
    lock: (await texts.readAll([lockFile]))[0] ?? null,
    lockFile,
  });
  if (!mayBeEmpty && manifestPaths.length === 0 && read.findings.length === 0) throw noManifest(files.root, globs);
  const further = [...texts.findings, ...idlePolicyGlobs(projectFile, globs, policyPaths)];
  if (further.length === 0) return read;
  return { ...read, desired: null, findings: [...read.findings, ...further].sort(compareFindings) };
}

/** A glob that the project writes down and that brings in nothing: the rules that it names would silently not count. */
function idlePolicyGlobs(file: string, globs: ProjectGlobs, paths: readonly string[]): readonly Finding[] {
  const idle = [...globs.writtenPolicies].filter(([, glob]) => !paths.some((path) => compileGlob(glob)?.matches(path)));
  return idle.map(([index, glob]) =>
    inputError({
      ruleId: 'manifest/invalid-value',
      at: { file, document: 0, path: ['spec', 'policies', index] },
      address: null,
      message: `\`policies[${index}]\` matches no file: '${glob}'`,
      hint: 'Correct the glob, or take it out: without any Policy the rules of `recommended` count.',
      value: glob,
    }),
  );
}

/** Reads files and keeps what is wrong with those that it cannot read. */
class TextReader {
  readonly findings: Finding[] = [];

  constructor(readonly files: Files) {}

  /** Without those that are not there or cannot be read. */
  async readAll(paths: readonly string[]): Promise<readonly SourceText[]> {
    const texts: SourceText[] = [];
    for (const file of paths) {
      const text = await this.#read(file);
      if (text !== undefined) texts.push({ file, text });
    }
    return texts;
  }

  async #read(file: string): Promise<string | undefined> {
    try {
      return await this.files.read(file, yamlLimits.bytes);
    } catch (error) {
      if (!(error instanceof TallymanError)) throw error;
      const { message, hint } = error;
      const at = { file, document: 0, path: [] };
      this.findings.push(inputError({ ruleId: 'manifest/file', at, address: null, message, hint, value: file }));
      return undefined;
    }
  }
}

function noProject(root: string, projectFile: string): TallymanError {
  return new TallymanError(
    'input/no-project',
    `there is no project file '${projectFile}' in '${root}'`,
    'Run in a folder with tallyman.yaml, or name another one with -C or -c.',
  );
}

function noManifest(root: string, globs: ProjectGlobs): TallymanError {
  const patterns = globs.manifests.map((glob) => `'${glob}'`).join(', ');
  return new TallymanError(
    'input/no-manifest',
    `no file below '${root}' matches ${patterns}`,
    'Write a manifest there, or correct `spec.manifests` in the project file.',
  );
}
