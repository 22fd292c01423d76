import { closestName } from '../domain/closest-name.js';
import { TallymanError } from '../domain/errors.js';
import type { Finding } from '../domain/finding.js';
import { compileGlob } from '../domain/path-glob.js';
import { inputError } from '../manifest/input-error.js';
import type { SourceText } from '../manifest/parsed-text.js';
import { isNeverManifest, type ProjectGlobs, projectGlobs } from '../manifest/project-globs.js';
import { compareFindings, type ReadProject, readProject } from '../manifest/read-project.js';
import { yamlLimits } from '../manifest/yaml-limits.js';
import type { Files } from '../ports/files.js';
import { TextParser } from './text-parser.js';

export interface LoadOptions {
  /** Relative to the root of `files`. */
  readonly projectFile: string;
  /** Relative to the root of `files`; default `tallyman.lock.yaml`, of an environment `tallyman.lock.NAME.yaml`. */
  readonly lockFile?: string;
  /** Whether globs that no file matches are no mistake. */
  readonly mayBeEmpty?: boolean;
  /** Which of the project's environments; absent or null where it has none. */
  readonly environment?: string | null;
  /** Shared with what else is loaded in the same run; absent: one that remembers nothing. */
  readonly parser?: TextParser;
  /** What would be there beside the files, or in their place. */
  readonly unwritten?: Unwritten;
}

/** Files as they would be. */
export interface Unwritten {
  /** The project file, where there is none. */
  readonly project?: string;
  readonly manifests: readonly SourceText[];
  /** The lock; absent: the one that is there. */
  readonly lock?: string;
  /** Manifests that are there and would not be. */
  isReplaced(file: string): boolean;
}

/** Where the lock is, relative to the project root. */
export function lockFileOf(environment: string | null): string {
  return environment === null ? 'tallyman.lock.yaml' : `tallyman.lock.${environment}.yaml`;
}

/**
 * The project and every file that belongs to it. A file that cannot be read is a finding; no project file is
 * `input/no-project`, and globs that no file matches are `input/no-manifest`: an empty project is never an accident.
 * A project with environments is one of them: `input/flag` where none is named, or one that it does not have.
 */
export async function loadProject(files: Files, options: LoadOptions): Promise<ReadProject> {
  const texts = await loadTexts(files, options);
  const environment = options.environment ?? null;
  assertEnvironment(texts.globs.environments, environment);
  return readTexts(files, texts, { ...options, environment });
}

/** The project in each of its environments, in its order; once where it has none. */
export async function loadEnvironments(files: Files, options: LoadOptions): Promise<readonly ReadProject[]> {
  const texts = await loadTexts(files, options);
  const { environments } = texts.globs;
  if (environments.length === 0) return [await readTexts(files, texts, options)];
  const projects: ReadProject[] = [];
  for (const environment of new Set(environments)) {
    projects.push(await readTexts(files, texts, { ...options, environment }));
  }
  return projects;
}

/** The project as of a base: in the environment, where it had it already. */
export async function loadBaseProject(files: Files, options: LoadOptions): Promise<ReadProject> {
  const texts = await loadTexts(files, options);
  const named = options.environment ?? null;
  const environment = named !== null && texts.globs.environments.includes(named) ? named : null;
  return readTexts(files, texts, { ...options, environment, mayBeEmpty: true });
}

function assertEnvironment(known: readonly string[], name: string | null): void {
  const list = known.map((one) => `'${one}'`).join(', ');
  if (name === null) {
    if (known.length === 0) return;
    const message = `the project has environments, and \`--env\` names none of them: ${list}`;
    throw new TallymanError('input/flag', message, `Name one, for example: --env ${known[0] ?? ''}`);
  }
  if (known.includes(name)) return;
  if (known.length === 0) {
    const hint = 'Leave the name out, or write `spec.environments`.';
    throw new TallymanError('input/flag', `the project has no environment '${name}': it has none at all`, hint);
  }
  const meant = closestName(name, known);
  const hint = meant === undefined ? `Name one of ${list}.` : `Did you mean '${meant}'?`;
  throw new TallymanError('input/flag', `the project has no environment '${name}'`, hint);
}

/** The files that all environments share. */
interface LoadedTexts {
  readonly parser: TextParser;
  readonly project: SourceText;
  readonly globs: ProjectGlobs;
  readonly manifests: readonly SourceText[];
  readonly policies: readonly SourceText[];
  readonly hasManifests: boolean;
  readonly findings: readonly Finding[];
}

async function loadTexts(
  files: Files,
  { projectFile, parser = new TextParser(), unwritten }: LoadOptions,
): Promise<LoadedTexts> {
  const text = unwritten?.project ?? (await files.read(projectFile, yamlLimits.bytes));
  if (text === undefined) throw noProject(files.root, projectFile);
  const project = { file: projectFile, text };
  await parser.take([project]);
  const globs = projectGlobs(project, parser.parse);
  const isOther = (path: string) => isNeverManifest(path) || path === projectFile;
  const policyPaths = (await files.glob(globs.policies)).filter((path) => !isOther(path));
  const policySet = new Set(policyPaths);
  const isGone = (path: string) => unwritten?.isReplaced(path) === true;
  const manifestPaths = (await files.glob(globs.manifests)).filter(
    (path) => !isOther(path) && !policySet.has(path) && !isGone(path),
  );
  const made = unwritten?.manifests ?? [];
  const texts = new TextReader(files);
  return {
    parser,
    project,
    globs,
    manifests: [...(await texts.readAll(manifestPaths)), ...made],
    policies: await texts.readAll(policyPaths),
    hasManifests: manifestPaths.length + made.length > 0,
    findings: [...texts.findings, ...idlePolicyGlobs(projectFile, globs, policyPaths)],
  };
}

async function readTexts(files: Files, texts: LoadedTexts, options: LoadOptions): Promise<ReadProject> {
  const { environment = null, mayBeEmpty = false } = options;
  const lockFile = options.lockFile ?? lockFileOf(environment);
  const others = new TextReader(files);
  const lock = options.unwritten?.lock;
  const isNoLock = ({ file }: SourceText) => file !== lockFile;
  const all = {
    project: texts.project,
    manifests: texts.manifests.filter(isNoLock),
    policies: texts.policies.filter(isNoLock),
    lock: lock === undefined ? ((await others.readAll([lockFile]))[0] ?? null) : { file: lockFile, text: lock },
    lockFile,
  };
  await texts.parser.take([...all.manifests, ...all.policies, ...(all.lock === null ? [] : [all.lock])]);
  const { parse } = texts.parser;
  const first = readProject(all, { environment, parse });
  const attachments = await others.readAttachments(first.filesNamed);
  // What manifests name is known only once they are read; most name nothing.
  const whole = attachments.size === 0 ? first : readProject(all, { environment, parse, attachments });
  const read = await withPrograms(whole);
  if (!mayBeEmpty && !texts.hasManifests && read.findings.length === 0) throw noManifest(files.root, texts.globs);
  const further = [...texts.findings, ...others.findings];
  if (further.length === 0) return read;
  return { ...read, desired: null, findings: [...read.findings, ...further].sort(compareFindings) };
}

/** The project with the rules of its own Policies compiled. What evaluates them is loaded only where there is one. */
export async function withPrograms(read: ReadProject): Promise<ReadProject> {
  if (read.policies.every(({ custom }) => custom.length === 0)) return read;
  const { compilePolicies } = await import('../policy/cel/compile-policies.js');
  return { ...read, policies: compilePolicies(read.policies) };
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

/** The longest user data that the cloud takes, before it is encoded. Source: ECS API reference, RunInstances. */
const attachmentBytesMax = 32 * 1024;

/** Reads files and keeps what is wrong with those that it cannot read. */
class TextReader {
  readonly findings: Finding[] = [];

  constructor(readonly files: Files) {}

  /** Without those that are not there or cannot be read. */
  async readAll(paths: readonly string[]): Promise<readonly SourceText[]> {
    const read = await this.files.readAll?.(paths, yamlLimits.bytes);
    const texts: SourceText[] = [];
    for (const file of paths) {
      const text = read === undefined ? await this.#read(file) : this.#unlessRefused(file, read.get(file));
      if (text !== undefined) texts.push({ file, text });
    }
    return texts;
  }

  /** By path, without those that are not there or cannot be read. */
  async readAttachments(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const path of paths) {
      const text = await this.#read(path, attachmentBytesMax);
      if (text !== undefined) texts.set(path, text);
    }
    return texts;
  }

  async #read(file: string, bytesMax: number = yamlLimits.bytes): Promise<string | undefined> {
    try {
      return await this.files.read(file, bytesMax);
    } catch (error) {
      if (!(error instanceof TallymanError)) throw error;
      return this.#unlessRefused(file, error);
    }
  }

  #unlessRefused(file: string, read: string | TallymanError | undefined): string | undefined {
    if (!(read instanceof TallymanError)) return read;
    const { message, hint } = read;
    const at = { file, document: 0, path: [] };
    this.findings.push(inputError({ ruleId: 'manifest/file', at, address: null, message, hint, value: file }));
    return undefined;
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
