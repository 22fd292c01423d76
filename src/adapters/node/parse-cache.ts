import { hash } from 'node:crypto';
import {
  closeSync,
  constants,
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
import { isAbsolute, join, relative, sep } from 'node:path';
import { isWhole, type YamlDocument, type YamlFile } from '../../domain/yaml-file.js';
import type { ParseCache } from '../../ports/parse-cache.js';
import { hasUserData, withoutUserData, withUserData } from './hidden-user-data.js';
import { decodeCache, encodeCache, type KeptDocument, type KeptFile } from './parse-cache-file.js';
import { repositoryRoot } from './repository-root.js';
import { writeNew } from './write-new.js';

/*
 * What stands in the cache is taken for what the manifests say. So it is never inside the repository, where a change
 * under review could bring one along, and nothing is believed that somebody else could have written: folder and file
 * are ours, closed to others, and no links. Everything else is as if there was no cache.
 */

export interface ParseCacheOptions {
  /** Absolute path of the project. */
  readonly root: string;
  /** Version and build of whoever parses: what another one kept is not used. */
  readonly parser: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told why there is no cache, or no use in it. */
  readonly note: (message: string) => void;
}

/** More is read by hand of nobody: some 50,000 documents. */
const bytesMax = 64 * 1024 * 1024;

/** Projects that are kept; the one that was written longest ago goes first. */
const projectsMax = 50;

const suffix = '.cache';

/** Undefined where there is no place for one. */
export function openParseCache(options: ParseCacheOptions): ParseCache | undefined {
  try {
    const folder = cacheFolder(options.env);
    if (folder === undefined) return undefined;
    const root = realpathSync(options.root);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const real = realpathSync(folder);
    if (isInside(real, repositoryRoot(root) ?? root)) throw new Error('it would be inside the repository');
    assertOurs(lstatSync(real));
    return new FileCache({ ...options, folder: real, name: `${hash('sha256', root).slice(0, 32)}${suffix}` });
  } catch (error) {
    options.note(`no parse cache: ${reasonOf(error)}`);
    return undefined;
  }
}

/** Where programs keep what they can make again, by the habit of each system. Undefined where nothing says so. */
export function cacheFolder(
  env: ParseCacheOptions['env'],
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const own = absolute(env['XDG_CACHE_HOME']);
  if (own !== undefined) return join(own, 'tallyman');
  if (platform === 'win32') return below(env['LOCALAPPDATA'], 'tallyman', 'Cache');
  if (platform === 'darwin') return below(env['HOME'], 'Library', 'Caches', 'tallyman');
  return below(env['HOME'], '.cache', 'tallyman');
}

function below(base: string | undefined, ...parts: readonly string[]): string | undefined {
  const folder = absolute(base);
  return folder === undefined ? undefined : join(folder, ...parts);
}

/** A relative one is to be ignored. Source: XDG Base Directory Specification. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

function isInside(folder: string, outer: string): boolean {
  const way = relative(outer, folder);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Where the system has users: ours, and nobody else may write or look. */
function assertOurs(stats: Stats): void {
  if (process.geteuid === undefined) return;
  if (stats.uid !== process.geteuid()) throw new Error('it belongs to another user');
  if ((stats.mode & 0o077) !== 0) throw new Error('others may look into it or change it');
}

interface Place extends ParseCacheOptions {
  readonly folder: string;
  readonly name: string;
}

class FileCache implements ParseCache {
  readonly #place: Place;
  /** By digest of the text. */
  readonly #kept: ReadonlyMap<string, KeptFile>;
  readonly #used = new Map<string, KeptFile>();
  #isNew = false;

  constructor(place: Place) {
    this.#place = place;
    this.#kept = this.#read();
  }

  find(text: string): YamlFile | undefined {
    const digest = digestOf(text);
    const kept = digest === undefined ? undefined : this.#kept.get(digest);
    const file = kept === undefined ? undefined : shown(kept, text);
    if (digest !== undefined && kept !== undefined && file !== undefined) this.#used.set(digest, kept);
    return file;
  }

  keep(text: string, file: YamlFile): void {
    const digest = digestOf(text);
    const kept = digest === undefined ? undefined : hidden(file, text);
    if (digest === undefined || kept === undefined) return;
    this.#used.set(digest, kept);
    this.#isNew = true;
  }

  save(): void {
    if (!this.#isNew && this.#used.size === this.#kept.size) return;
    const { folder, name, note, parser } = this.#place;
    const temporary = join(folder, `${name}.${process.pid}.tmp`);
    try {
      const bytes = encodeCache(this.#used, parser);
      if (bytes.length > bytesMax) throw new Error(`it would have more than ${bytesMax} bytes`);
      makeRoom(folder, name);
      // It may be lost with the power: then it is damaged, and made again.
      writeNew(temporary, bytes, 0o600, { isDurable: false });
      renameSync(temporary, join(folder, name));
    } catch (error) {
      discard(temporary);
      note(`the parse cache was not written: ${reasonOf(error)}`);
    }
  }

  #read(): ReadonlyMap<string, KeptFile> {
    const { folder, name, note, parser } = this.#place;
    try {
      const bytes = readOurs(join(folder, name));
      const kept = bytes === undefined ? new Map<string, KeptFile>() : decodeCache(bytes, parser);
      if (kept !== undefined) return kept;
      note('the parse cache is not of this version or damaged; it is made again');
    } catch (error) {
      note(`the parse cache was not read: ${reasonOf(error)}`);
    }
    return new Map();
  }
}

/** Undefined where there is no such file. */
function readOurs(path: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    assertOurs(stats);
    if (stats.size > bytesMax) throw new Error(`it has more than ${bytesMax} bytes`);
    const bytes = Buffer.allocUnsafe(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** What cannot be removed was not made, or is removed when there is no room any more. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

/** Before a project is kept for the first time. */
function makeRoom(folder: string, name: string): void {
  const others = readdirSync(folder).filter((other) => other.includes(suffix) && other !== name);
  if (others.length < projectsMax) return;
  const dated = others.map((other) => ({ path: join(folder, other), at: lstatSync(join(folder, other)).mtimeMs }));
  const oldest = dated.sort((a, b) => a.at - b.at).slice(0, others.length - projectsMax + 1);
  for (const { path } of oldest) rmSync(path, { force: true });
}

/** Undefined for half a surrogate pair: as UTF-8 all of them are the same. */
function digestOf(text: string): string | undefined {
  return text.isWellFormed() ? hash('sha256', text) : undefined;
}

function hidden({ documents, userData }: YamlFile, text: string): KeptFile | undefined {
  const kept: KeptDocument[] = [];
  for (const document of documents) {
    const isHiding = hasUserData(document.value);
    const value = isHiding ? withoutUserData(document, text) : document.value;
    if (value === undefined) return undefined;
    kept.push({ ...document, value, hasUserData: isHiding });
  }
  return { documents: kept, userData: Array.from(userData) };
}

function shown({ documents, userData }: KeptFile, text: string): YamlFile | undefined {
  const whole: YamlDocument[] = [];
  for (const { index, value: kept, hasUserData: isHiding, spans } of documents) {
    const value = isHiding ? withUserData(kept, text) : kept;
    if (value === undefined) return undefined;
    const document = { index, value, spans };
    if (!isWhole(document, text.length)) return undefined;
    whole.push(document);
  }
  return { documents: whole, userData };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
