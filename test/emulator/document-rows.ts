import { readFileSync } from 'node:fs';

export const pages = ['emulator', 'emulator-wire', 'emulator-images', 'emulator-instances'] as const;

export function pageText(name: (typeof pages)[number]): string {
  return readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
}

/** One behaviour, as a row of a page under docs/ tells it. */
export interface DocumentRow {
  readonly id: string;
  readonly behaviour: string;
  readonly isImitated: boolean;
  /** The switches that the row is about. */
  readonly switches: readonly string[];
}

export function documentRows(switchNames: readonly string[]): readonly DocumentRow[] {
  return pages.flatMap((name) =>
    [...pageText(name).matchAll(/^\| (?<id>[A-Z]+-\d+) \| (?<rest>.*) \|$/gmu)].map(({ groups }): DocumentRow => {
      const rest = groups?.['rest'] ?? '';
      const cells = rest.split(' | ');
      return {
        id: groups?.['id'] ?? '',
        behaviour: cells.slice(0, -1).join(' | '),
        isImitated: !(cells.at(-1) ?? '').startsWith('not imitated'),
        switches: switchNames.filter((each) => rest.includes(`\`${each}\``)),
      };
    }),
  );
}

/** The fenced blocks of a page in one language. */
export function blocksOf(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gmsu'))].map((match) => match[1] ?? '');
}
