import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { unbuiltCommands } from '../../src/cli/habits.js';
import { rules } from '../../src/policy/rules/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];

function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** How GitHub names a heading. */
function anchorsOf(page: string): readonly string[] {
  return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('links', () => {
  it.each(pages)('of %s lead to files and headings that are there', (page) => {
    const prose = textOf(page).replaceAll(/^```[^]*?^```$/gm, '');
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toStrictEqual([]);
  });
});

describe('docs/roadmap.md', () => {
  const roadmap = textOf('docs/roadmap.md');
  const section = (heading: string): string => {
    const [, body = ''] = roadmap.split(`\n## ${heading}\n`);
    return body.split('\n## ')[0] ?? '';
  };
  const named = (text: string, pattern: RegExp): readonly string[] =>
    [...text.matchAll(pattern)].map(([, name = '']) => name).sort();

  it('names the commands that are not built, and no other', () => {
    expect(named(section('Commands'), /^\| `([a-z]+)`/gm)).toStrictEqual([...unbuiltCommands.keys()].sort());
    expect(commands.map(({ name }) => name).filter((name) => unbuiltCommands.has(name))).toStrictEqual([]);
  });

  it('names no format that is built', () => {
    const built = new Set(commands.flatMap(({ formats }) => formats));
    const formats = named(section('Formats'), /`([a-z-]+)`/g);
    expect(formats.filter((format) => built.has(format))).toStrictEqual([]);
  });

  it('names no field: all of the design are built', () => {
    expect(named(roadmap, /`([A-Z]\w+\.spec\.[\w.[\]]+)`/g)).toStrictEqual([]);
  });

  it('names no rule: all of the design are built', () => {
    expect(rules.map(({ id }) => id).filter((id) => roadmap.includes(`\`${id}\``))).toStrictEqual([]);
  });
});

describe('rule pages', () => {
  it('are linked from docs/policy.md, every one', () => {
    const policy = textOf('docs/policy.md');
    expect(rules.map(({ id }) => id).filter((id) => !policy.includes(`rules/${id}.md`))).toStrictEqual([]);
  });
});
