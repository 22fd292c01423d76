import { compileGlob } from '../../src/domain/path-glob.js';
import type { Files } from '../../src/ports/files.js';

/** Files by path, in memory. */
export function memoryFiles(texts: Readonly<Record<string, string>>): Files & { readonly texts: Map<string, string> } {
  const kept = new Map(Object.entries(texts));
  return {
    texts: kept,
    root: '/project',
    read: (path) => Promise.resolve(kept.get(path)),
    glob: (patterns) => {
      const globs = patterns.map((pattern) => compileGlob(pattern));
      return Promise.resolve([...kept.keys()].filter((path) => globs.some((glob) => glob?.matches(path))).sort());
    },
    write: (path, text) => {
      kept.set(path, text);
      return Promise.resolve();
    },
  };
}
