import type { TallymanError } from '../domain/errors.js';

/**
 * Files below one root. Paths are relative to it, with `/`. Nothing outside is ever read or written: links that lead
 * out, and everything that is not a regular file, are refused with `input/file`.
 */
export interface Files {
  /** The root as an absolute path, for messages. */
  readonly root: string;
  /** UTF-8 text; undefined where there is no such file. Throws `input/file` for a file above `sizeMax` bytes. */
  read(path: string, sizeMax: number): Promise<string | undefined>;
  /**
   * Many files, where that is faster than one by one: by path the text, or the `input/file` error that `read` would throw.
   * Without those that are not there.
   */
  readAll?(paths: readonly string[], sizeMax: number): Promise<ReadonlyMap<string, string | TallymanError>>;
  /** Files that match one of the globs (`*`, `**`, `?`, `{a,b}`), sorted, each once. */
  glob(patterns: readonly string[]): Promise<readonly string[]>;
  /** Replaces the file in one step: a reader sees the old text or the new. `mode` as in chmod, default 0o644. */
  write(path: string, text: string, options?: { readonly mode?: number }): Promise<void>;
}
