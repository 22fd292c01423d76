import { readFileSync } from 'node:fs';

/** How far above a module of the program the folder with docs/ may lie: bundled, compiled, or as source. */
const levelsMax = 4;

/** The page of a rule, as it was published with this version; undefined where it was not published with it. */
export function rulePage(id: string): string | undefined {
  for (let level = 1; level <= levelsMax; level += 1) {
    try {
      return readFileSync(new URL(`${'../'.repeat(level)}docs/rules/${id}.md`, import.meta.url), 'utf8');
    } catch {
      // Not on this level.
    }
  }
  return undefined;
}
