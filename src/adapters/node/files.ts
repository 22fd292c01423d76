import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { compareText } from '../../domain/address.js';
import { TallymanError } from '../../domain/errors.js';
import { compileGlob, type Glob } from '../../domain/path-glob.js';
import type { Files } from '../../ports/files.js';
import { FolderReader } from './folder-reader.js';
import { writeNew } from './write-new.js';

/*
 * A repository may be written by somebody who wants files outside it read or written. So every part of a path is looked
 * at before it is used: no links, no `..`, nothing but folders and regular files, and after opening once more, since
 * a part may have been exchanged in between. Calls are synchronous: many small files are read several times as fast.
 */

const defaultMode = 0o644;

/** Entries that one glob may look at; a root with more is not a project but somebody's disk. */
const entriesMax = 200_000;

/** Throws `input/file` where the root is no folder. */
export function openFiles(folder: string): Files {
  const root = realRoot(folder);
  return {
    root,
    read: (path, sizeMax) => promised(() => readConfined(root, path, sizeMax)),
    readAll: (paths, sizeMax) => promised(() => readAllConfined(root, paths, sizeMax)),
    glob: (patterns) => promised(() => new Globber(root, patterns.map(compiled)).list()),
    write: (path, text, options) => promised(() => writeConfined(root, path, text, options?.mode ?? defaultMode)),
  };
}

/**
 * The nearest `tallyman.yaml` in the folder or above it, as an absolute path. Throws `input/no-project` where there is
 * none.
 */
export function findProjectFile(startFolder: string): string {
  const start = resolve(startFolder);
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'tallyman.yaml');
    if (statOf(candidate)?.isFile() === true) return candidate;
    if (dirname(folder) === folder) break;
  }
  throw new TallymanError(
    'input/no-project',
    `there is no tallyman.yaml in '${start}' or a folder above it`,
    'Run in a folder with tallyman.yaml, or name one with -C DIR or -c FILE; `tallyman init` writes one.',
  );
}

async function promised<Result>(work: () => Result): Promise<Result> {
  return work();
}

function realRoot(folder: string): string {
  try {
    const root = realpathSync(folder);
    if (lstatSync(root).isDirectory()) return root;
  } catch (error) {
    throw refused(folder, 'is no folder that can be read', 'Name an existing folder.', error);
  }
  throw refused(folder, 'is not a folder', 'Name the folder that holds the file.');
}

function readConfined(root: string, path: string, sizeMax: number): string | undefined {
  const stats = inspect(root, path);
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw notRegular(path);
  const bytes = withFile(root, path, constants.O_RDONLY | constants.O_NONBLOCK, (descriptor) => {
    checkSame(root, path, descriptor, stats);
    return readBytes(path, descriptor, sizeMax);
  });
  return decoded(path, bytes);
}

function readAllConfined(
  root: string,
  paths: readonly string[],
  sizeMax: number,
): ReadonlyMap<string, string | TallymanError> {
  const texts = new Map<string, string | TallymanError>();
  const reader = new FolderReader(root);
  try {
    for (const path of paths) {
      const bytes = isConfined(path) ? reader.read(path, sizeMax) : undefined;
      const text = orRefusal(() => (bytes === undefined ? readConfined(root, path, sizeMax) : decoded(path, bytes)));
      if (text !== undefined) texts.set(path, text);
    }
  } finally {
    reader.close();
  }
  return texts;
}

function orRefusal(read: () => string | undefined): string | TallymanError | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TallymanError) return error;
    throw error;
  }
}

/** Each folder on the way and the thing itself, without following a link. Undefined where it does not exist. */
function inspect(root: string, path: string): Stats | undefined {
  let current = root;
  let stats: Stats | undefined;
  for (const part of partsOf(path)) {
    if (stats !== undefined && !stats.isDirectory()) return undefined;
    current = join(current, part);
    stats = statOf(current);
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) throw linked(path);
  }
  return stats;
}

function partsOf(path: string): readonly string[] {
  if (isConfined(path)) return path.split('/');
  throw refused(path, 'must be a relative path below the project', 'Move the file into the project.');
}

function isConfined(path: string): boolean {
  return !/[\\\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw refused(path, 'cannot be looked at', 'Check its permissions.', error);
  }
}

function withFile<Result>(root: string, path: string, flags: number, use: (descriptor: number) => Result): Result {
  let descriptor: number;
  try {
    descriptor = openSync(join(root, path), flags | constants.O_NOFOLLOW);
  } catch (error) {
    throw isCode(error, 'ELOOP') ? linked(path) : refused(path, 'cannot be read', 'Check its permissions.', error);
  }
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether what was opened is what was looked at, where it was looked at. */
function checkSame(root: string, path: string, descriptor: number, expected: Stats): void {
  const opened = fstatSync(descriptor);
  const isSame = opened.isFile() && opened.ino === expected.ino && opened.dev === expected.dev;
  if (!isSame || realpathSync(join(root, path)) !== join(root, ...path.split('/'))) {
    throw refused(path, 'changed while it was read', 'Run again.');
  }
}

/** One byte more than allowed is enough to know: the file may grow while it is read. */
function readBytes(path: string, descriptor: number, sizeMax: number): Buffer {
  const size = Math.min(fstatSync(descriptor).size, sizeMax);
  const buffer = Buffer.alloc(size + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (count === 0) break;
    length += count;
  }
  if (length > sizeMax) throw refused(path, `is larger than ${sizeMax} bytes`, 'Split the file.');
  if (length > size) throw refused(path, 'changed while it was read', 'Run again.');
  return buffer.subarray(0, length);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function decoded(path: string, bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw refused(path, 'is not UTF-8 text', 'Save it as UTF-8.', error);
  }
}

function writeConfined(root: string, path: string, text: string, mode: number): void {
  const present = inspect(root, path);
  if (present !== undefined && !present.isFile()) throw notRegular(path);
  const target = join(root, ...partsOf(path));
  const temporary = join(dirname(target), `.tallyman-${randomBytes(8).toString('hex')}.tmp`);
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeNew(temporary, Buffer.from(text, 'utf8'), mode, { isDurable: true });
    renameSync(temporary, target);
  } catch (error) {
    discard(temporary);
    throw refused(path, 'cannot be written', 'Check the permissions of its folder and the space on its disk.', error);
  }
}

/** What cannot be removed was not made, or lies where nothing can be done; the caller reports why. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

/**
 * Lists what matches. Folders whose name begins with a dot and `node_modules` are not entered, files whose name begins
 * with a dot are not listed. A link on the way is refused, not passed over: what lies behind it would silently be
 * missing from the project.
 */
class Globber {
  readonly #found = new Set<string>();
  #entriesLeft = entriesMax;

  constructor(
    readonly root: string,
    readonly globs: readonly Glob[],
  ) {}

  list(): readonly string[] {
    const folders = new Set(this.globs.map((glob) => glob.folder));
    for (const folder of [...folders].filter((candidate) => !hasParentIn(folders, candidate))) {
      if (folder === '' || inspect(this.root, folder)?.isDirectory() === true) this.#enter(folder);
    }
    return [...this.#found].sort(compareText);
  }

  #enter(folder: string): void {
    for (const entry of this.#entriesOf(folder)) {
      this.#entriesLeft -= 1;
      if (this.#entriesLeft < 0) {
        const hint = 'Narrow the globs to the folders that hold manifests.';
        throw refused(folder === '' ? '.' : folder, `holds more than ${entriesMax} entries`, hint);
      }
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      this.#visit(entry, folder === '' ? entry.name : `${folder}/${entry.name}`);
    }
  }

  #visit(entry: Dirent, path: string): void {
    if (entry.isDirectory()) this.#enter(path);
    else if (this.globs.some((glob) => glob.matches(path))) this.#found.add(path);
    else if (entry.isSymbolicLink() && leadsToFolder(join(this.root, path))) throw linked(path);
  }

  #entriesOf(folder: string): readonly Dirent[] {
    try {
      return readdirSync(join(this.root, folder), { withFileTypes: true });
    } catch (error) {
      throw refused(folder === '' ? '.' : folder, 'cannot be listed', 'Check its permissions.', error);
    }
  }
}

/** Whether another of the folders holds this one, so that walking that one is enough. */
function hasParentIn(folders: ReadonlySet<string>, folder: string): boolean {
  return [...folders].some((other) => other !== folder && (other === '' || folder.startsWith(`${other}/`)));
}

/** A link to a file that no glob matches harms nobody; one to a folder hides what is in it. */
function leadsToFolder(path: string): boolean {
  try {
    return lstatSync(realpathSync(path)).isDirectory();
  } catch {
    return false;
  }
}

function compiled(pattern: string): Glob {
  const glob = compileGlob(pattern);
  if (glob !== undefined) return glob;
  throw refused(pattern, 'is not a glob below the project', 'Write a relative glob without `..`.');
}

function linked(path: string): TallymanError {
  return refused(path, 'is a symbolic link or lies behind one', 'Replace the link by what it points to.');
}

function notRegular(path: string): TallymanError {
  return refused(path, 'is not a regular file', 'Replace it by a file, or narrow the globs.');
}

/** Names the path and never a byte of what is in it. */
function refused(path: string, what: string, hint: string, cause?: unknown): TallymanError {
  const shown = path.split(sep).join('/');
  return new TallymanError('input/file', `'${shown}' ${what}`, hint, cause === undefined ? {} : { cause });
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
