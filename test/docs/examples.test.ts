import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { tallyman, tallymanJs } from '../e2e/support/cli.js';
import { type Block, blocksOf, type ExpectedRun, expectedRuns, tallymanLines } from './blocks.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples/golden-fleet');
const pages = [
  'README.md',
  ...(await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];
const blocks = pages.flatMap((page) => blocksOf(page, readFileSync(join(root, page), 'utf8')));

/** What a block's info string promises, and the test below that keeps it. */
const kept = ['yaml project', 'yaml fragment', 'yaml', 'console', 'sh', 'js run'];
/** Pictures, formats of others, and what the page itself says was not tried; `ts` is held by the emulator's tests. */
const onlyShown = ['text', '', 'json', 'hcl', 'python', 'go', 'ts', 'sh not-tried'];

const ofKind = (...infos: readonly string[]): readonly Block[] => blocks.filter(({ info }) => infos.includes(info));

let bench: string;

interface ShellRun {
  readonly code: number;
  readonly output: string;
}

/** One line as a shell runs it, with `tallyman` and `npx tallyman` at hand. */
function shell(line: string, cwd: string, lastCode = 0): Promise<ShellRun> {
  const env = { PATH: `${join(bench, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`, HOME: bench, NO_COLOR: '1' };
  return new Promise((resolve) => {
    const child = execFile('bash', ['-c', `(exit ${lastCode}); ${line}\n`], { cwd, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, output: `${stderr}${stdout}` });
    });
    child.stdin?.end();
  });
}

beforeAll(async () => {
  bench = await mkdtemp(join(tmpdir(), 'tallyman docs-'));
  await mkdir(join(bench, 'bin'));
  const command = join(bench, 'bin/tallyman');
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${tallymanJs}' "$@"\n`);
  await chmod(command, 0o755);
  await mkdir(join(bench, 'node_modules'));
  await symlink(root, join(bench, 'node_modules/tallyman'));
});
afterAll(() => rm(bench, { recursive: true, force: true }));

async function copyOfExample(name: string): Promise<string> {
  const folder = join(bench, name);
  await cp(example, folder, { recursive: true, filter: (path) => !path.endsWith('.tallyman') });
  return folder;
}

describe('the pages', () => {
  it('hold no block of a kind that nothing looks at', () => {
    const unknown = blocks.filter(({ info }) => ![...kept, ...onlyShown].includes(info));
    expect(unknown.map(({ page, line, info }) => `${page}:${line} ${info}`)).toStrictEqual([]);
  });

  it('show each command line where it is tried', () => {
    const untried = ofKind(...onlyShown.filter((info) => info !== 'text')).filter(({ text }) =>
      /^\$? ?tallyman /m.test(text),
    );
    expect(untried.map(({ page, line }) => `${page}:${line}`)).toStrictEqual([]);
  });
});

describe('YAML', () => {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  const isDocument = ajv.compile(JSON.parse(readFileSync(join(root, 'schemas/tallyman.schema.json'), 'utf8')));

  function problemsOf(document: ReturnType<typeof parseAllDocuments>[number]): readonly unknown[] {
    if (document.errors.length > 0) return document.errors;
    const value: unknown = document.toJS();
    const isOurs = typeof value === 'object' && value !== null && 'apiVersion' in value;
    return !isOurs || isDocument(value) ? [] : (isDocument.errors ?? []);
  }

  it.each(ofKind('yaml', 'yaml fragment', 'yaml project'))('of $page:$line fits the schema of its kind', ({ text }) => {
    expect(parseAllDocuments(text).flatMap(problemsOf)).toStrictEqual([]);
  });

  it.each(ofKind('yaml project'))(
    'of $page:$line is a project that lacks nothing but its lock',
    async ({ line, text }) => {
      const folder = join(bench, `project-${line}`);
      await writeProject(folder, text);
      const { stdout } = await tallyman(folder, ['lint', '--as-of', '2026-01-01', '-o', 'json']);
      const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { rule_id: string; severity: string }[] };
      expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ rule_id }) => rule_id)).toStrictEqual([
        'trust/unlocked-source',
      ]);
    },
  );

  it.each(ofKind('yaml fragment'))('of $page:$line gives tallyman flags that it knows', async ({ text }) => {
    expect(await refusedLines(text)).toStrictEqual([]);
  });
});

/** The documents of one block, each in the file where a project looks for its kind. */
async function writeProject(folder: string, text: string): Promise<void> {
  await mkdir(join(folder, 'manifests'), { recursive: true });
  await mkdir(join(folder, 'policies'));
  const parts = text.split(/^---$/m);
  const ofKinds = (kinds: RegExp): string => parts.filter((part) => kinds.test(part)).join('\n---\n');
  await writeFile(join(folder, 'tallyman.yaml'), ofKinds(/^kind: Project$/m));
  await writeFile(join(folder, 'policies/policies.yaml'), ofKinds(/^kind: (?:Policy|Waiver)$/m));
  await writeFile(join(folder, 'manifests/manifests.yaml'), ofKinds(/^kind: (?:Image|Instance)/m));
}

/** Flags are read before help is shown, so that a wrong one is an error all the same. */
async function refusedLines(text: string): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const line of tallymanLines(text)) {
    const { code, output } = await shell(`${line} --help`, bench);
    if (code !== 0) refused.push(`${line}\n${output}`);
  }
  return refused;
}

describe('shell', () => {
  it.each(ofKind('sh'))('of $page:$line gives tallyman flags that it knows', async ({ text }) => {
    expect(await refusedLines(text)).toStrictEqual([]);
  });

  it.each(ofKind('console'))('of $page:$line ends and answers as the page says', async ({ page, line, text }) => {
    const folder = await copyOfExample(`${page.replaceAll('/', '-')}-${line}`);
    expect(await differences(expectedRuns(text), folder)).toStrictEqual([]);
  });
});

/** Runs the commands one after the other; one that is not followed by `echo $?` must end with 0. */
async function differences(runs: readonly ExpectedRun[], folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  let lastCode = 0;
  for (const [index, { command, parts }] of runs.entries()) {
    const { code, output } = await shell(command, folder, lastCode);
    const isExpected = code === 0 || runs[index + 1]?.command === 'echo $?';
    if (!isExpected || !holdsInOrder(output, parts)) found.push(`$ ${command}\n${output}exit code ${code}`);
    lastCode = code;
  }
  return found;
}

/** Whether the output begins with the first part, and holds the others one behind the other. */
function holdsInOrder(output: string, parts: readonly string[]): boolean {
  if (!output.startsWith(parts[0] ?? '')) return false;
  let from = 0;
  for (const part of parts) {
    const at = output.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return true;
}

describe('the library', () => {
  it.each(ofKind('js run'))('of $page:$line runs', async ({ text }) => {
    const folder = await copyOfExample('library');
    await writeFile(join(folder, 'example.mjs'), text);
    const { code, output } = await shell(`'${process.execPath}' example.mjs`, folder);
    expect(output).toBe('0 errors\n21 actions, applyable: true\n');
    expect(code).toBe(0);
  });

  it('loads neither SDK nor emulator when it is imported, and opens no connection', async () => {
    const report = join(bench, 'report.jsonl');
    const guard = fileURLToPath(new URL('../e2e/support/no-network.mjs', import.meta.url));
    const script = `await import('${new URL('../../dist/index.js', import.meta.url).href}')`;
    const line = `NO_NETWORK_REPORT='${report}' '${process.execPath}' --import '${guard}' -e "${script}"`;
    const { code, output } = await shell(line, bench);
    expect({ code, output }).toStrictEqual({ code: 0, output: '' });
    const loaded = readFileSync(report, 'utf8');
    expect(loaded).toContain('/dist/flows/plan.js');
    expect(loaded).not.toMatch(/@alicloud|@darabonba|\/dist\/emulator\/|\/dist\/adapters\/alibaba|"network"/);
  });
});
