import { posix } from 'node:path';
import { compareText } from '../../domain/address.js';
import { TallymanError } from '../../domain/errors.js';
import { compileGlob, type Glob } from '../../domain/path-glob.js';
import type { Files } from '../../ports/files.js';
import { runGit } from './run-git.js';

/*
 * The files of a commit, read from git's own store: nothing is checked out, so that neither filters nor hooks run, and
 * what the work tree holds does not matter. The same is refused as in a folder: links, submodules, and what is too large.
 */

const timeoutMs = 30_000;

/** A project with more files in its folder is not a project but somebody's disk. */
const entriesMax = 200_000;
const listingMax = 64 * 1024 * 1024;

/** Files that match a glob are fetched together, up to this size each. */
const fetchedSizeMax = 1024 * 1024;
const fetchedTotalMax = 256 * 1024 * 1024;

interface Entry {
  readonly path: string;
  readonly type: 'file' | 'link' | 'submodule';
  readonly object: string;
  /** Bytes; 0 for a submodule. */
  readonly size: number;
}

/**
 * The files below a folder as they are in the commit that `ref` names; empty where the commit has no such folder. Throws
 * `input/base-ref` for what is no ref, names no commit, or lies outside of a repository.
 */
export async function openGitTree(folder: string, ref: string): Promise<Files> {
  const commit = await commitOf(folder, ref);
  const entries = await entriesOf(folder, commit, ref);
  const tree = new GitTree(folder, new Map(entries.map((entry) => [entry.path, entry])));
  return {
    root: `${folder} at ${ref}`,
    read: (path, sizeMax) => tree.read(path, sizeMax),
    glob: async (patterns) => tree.glob(patterns.map(compiled)),
    write: () => Promise.reject(new Error('a commit cannot be written to')),
  };
}

/** Names of branches, tags, remotes and commits, and steps back from them; nothing that git would take for an option. */
const refPattern = /^[A-Za-z0-9][A-Za-z0-9._/+-]{0,254}(?:\^|~\d{1,4})*$/;

async function commitOf(folder: string, ref: string): Promise<string> {
  if (!refPattern.test(ref) || ref.includes('..') || ref.includes('//')) {
    throw badRef(`\`--base-ref\` must be a branch, a tag or a commit, not '${ref}'`);
  }
  try {
    const parameters = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
    const commit = (await runGit(folder, parameters, { timeoutMs, outputMax: 1024 })).toString('utf8').trim();
    if (/^[0-9a-f]{40,64}$/.test(commit)) return commit;
  } catch (error) {
    throw badRef(`\`--base-ref\` names '${ref}', and git knows no such commit here`, error);
  }
  throw badRef(`\`--base-ref\` names '${ref}', and git knows no such commit here`);
}

/** Paths are relative to the folder: git lists what lies below the one it runs in. */
async function entriesOf(folder: string, commit: string, ref: string): Promise<readonly Entry[]> {
  const parameters = ['ls-tree', '-r', '-z', '--long', commit];
  let listing: Buffer;
  try {
    listing = await runGit(folder, parameters, { timeoutMs, outputMax: listingMax });
  } catch (error) {
    throw badRef(`the files of '${ref}' cannot be listed`, error);
  }
  const lines = listing.toString('utf8').split('\0').slice(0, -1);
  if (lines.length > entriesMax) throw badRef(`'${ref}' holds more than ${entriesMax} files`);
  return lines.map(parseEntry);
}

/** `MODE SP TYPE SP OBJECT SP SIZE TAB PATH`. Source: git-ls-tree(1). */
function parseEntry(line: string): Entry {
  const match = /^(\d{6}) \w+ ([0-9a-f]{40,64}) +(\d+|-)\t(.*)$/s.exec(line);
  if (match === null) throw badRef('git lists files in a form that is not known here');
  const [, mode = '', object = '', size = '', path = ''] = match;
  const type = mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file';
  return { path, type, object, size: Number(size === '-' ? 0 : size) };
}

class GitTree {
  readonly #texts = new Map<string, Buffer>();

  constructor(
    readonly folder: string,
    readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  async read(path: string, sizeMax: number): Promise<string | undefined> {
    const entry = this.entries.get(path);
    if (entry === undefined) return undefined;
    if (entry.type !== 'file') throw notAFile(entry);
    if (entry.size > sizeMax) throw refused(path, `is larger than ${sizeMax} bytes`, 'Split the file.');
    if (!this.#texts.has(path)) await this.#fetch([entry]);
    return decoded(path, this.#texts.get(path) ?? Buffer.alloc(0));
  }

  /** As in a folder: no hidden files and folders, no `node_modules`, and no way around what is not a plain file. */
  async glob(globs: readonly Glob[]): Promise<readonly string[]> {
    const found = new Map<string, Entry>();
    for (const entry of this.entries.values()) {
      const near = globs.filter((glob) => isVisible(glob, entry.path));
      if (near.some((glob) => glob.matches(entry.path))) found.set(entry.path, entry);
      else if (near.length > 0 && (await this.#hidesFiles(entry))) throw notAFile(entry);
    }
    const files = [...found.values()].filter(({ type, size }) => type === 'file' && size <= fetchedSizeMax);
    await this.#fetch(files.filter(({ path }) => !this.#texts.has(path)));
    return [...found.keys()].sort(compareText);
  }

  /** A link to a file that no glob matches harms nobody; what leads to a folder hides what is in it. */
  async #hidesFiles(entry: Entry): Promise<boolean> {
    if (entry.type !== 'link') return entry.type === 'submodule';
    await this.#fetch([entry]);
    const target = posix.join(posix.dirname(entry.path), (this.#texts.get(entry.path) ?? Buffer.alloc(0)).toString());
    return !this.entries.has(target);
  }

  async #fetch(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    if (total > fetchedTotalMax) throw badRef(`the project holds more than ${fetchedTotalMax} bytes there`);
    const objects = entries.map(({ object }) => object);
    const outputMax = total + entries.length * 128;
    const options = { timeoutMs, outputMax, input: `${objects.join('\n')}\n` };
    const output = await runGit(this.folder, ['cat-file', '--batch'], options);
    let at = 0;
    for (const { path, object, size } of entries) {
      const header = `${object} blob ${size}\n`;
      if (output.toString('latin1', at, at + header.length) !== header)
        throw refused(path, 'cannot be read', 'Fetch it.');
      this.#texts.set(path, output.subarray(at + header.length, at + header.length + size));
      at += header.length + size + 1;
    }
  }
}

function isVisible(glob: Glob, path: string): boolean {
  if (glob.folder !== '' && !path.startsWith(`${glob.folder}/`)) return false;
  const below = glob.folder === '' ? path : path.slice(glob.folder.length + 1);
  return below.split('/').every((part) => !part.startsWith('.') && part !== 'node_modules');
}

function decoded(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw refused(path, 'is not UTF-8 text', 'Save it as UTF-8.', error);
  }
}

function compiled(pattern: string): Glob {
  const glob = compileGlob(pattern);
  if (glob !== undefined) return glob;
  throw refused(pattern, 'is not a glob below the project', 'Write a relative glob without `..`.');
}

function notAFile({ path, type }: Entry): TallymanError {
  const what = type === 'link' ? 'is a symbolic link' : 'is a submodule';
  return refused(path, what, 'Replace it by the files themselves.');
}

function refused(path: string, what: string, hint: string, cause?: unknown): TallymanError {
  return new TallymanError('input/file', `'${path}' of the base ${what}`, hint, { cause });
}

function badRef(message: string, cause?: unknown): TallymanError {
  const hint = 'Name a commit that is fetched, such as origin/main; in CI check out with the whole history.';
  return new TallymanError('input/base-ref', message, hint, { cause });
}
