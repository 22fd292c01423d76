import { readFileSync } from 'node:fs';

/** How far above a module of the program the root of the package may lie: bundled, compiled, or as source. */
const levelsMax = 4;

/** A file of the package by its path in it, as published with this version; undefined where it was left out. */
export function publishedFile(path: string): string | undefined {
  for (let level = 1; level <= levelsMax; level += 1) {
    try {
      return readFileSync(new URL(`${'../'.repeat(level)}${path}`, import.meta.url), 'utf8');
    } catch {
      // Not on this level.
    }
  }
  return undefined;
}
