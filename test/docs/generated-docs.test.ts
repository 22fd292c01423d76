import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

it('what README.md and docs/cli.md quote is what the program says; run `npm run docs` after a change', async () => {
  const script = fileURLToPath(new URL('scripts/generate-docs.mjs', root));
  const { generateDocs } = (await import(script)) as { generateDocs: () => Promise<Readonly<Record<string, string>>> };
  const pages = Object.entries(await generateDocs());
  expect(pages.map(([path]) => path)).toStrictEqual(['README.md', 'docs/cli.md']);
  for (const [path, text] of pages) expect(readFileSync(fileURLToPath(new URL(path, root)), 'utf8')).toBe(text);
});
