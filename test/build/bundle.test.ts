import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly entryPoint?: string;
        readonly inputs: Readonly<Record<string, unknown>>;
        readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
      }
    >
  >;
}

const file = fileURLToPath(new URL('../../dist/bin/meta.json', import.meta.url));
const { outputs } = JSON.parse(readFileSync(file, 'utf8')) as Metafile;

/** The file of the bundle that begins with this module of dist/. */
function chunkOf(module: string): string {
  const found = Object.entries(outputs).find(([, output]) => output.entryPoint === `dist/${module}`);
  if (found === undefined) throw new Error(`no file of the bundle begins with '${module}'`);
  return found[0];
}

/** Every module that is in memory once the files that begin with these are loaded. */
function loadedWith(...modules: readonly string[]): readonly string[] {
  const chunks = new Set<string>();
  const queue = modules.map(chunkOf);
  for (let chunk = queue.pop(); chunk !== undefined; chunk = queue.pop()) {
    if (chunks.has(chunk)) continue;
    chunks.add(chunk);
    const eager = (outputs[chunk]?.imports ?? []).filter(({ kind }) => kind === 'import-statement');
    queue.push(...eager.filter(({ external }) => external !== true).map(({ path }) => path));
  }
  return [...chunks].flatMap((chunk) => Object.keys(outputs[chunk]?.inputs ?? {}));
}

const start = ['main.js', 'cli/run-safely.js', 'node-runtime.js'];
const heavy = /node_modules\/(?!picocolors\/|croner\/)|\/emulator\/|\/adapters\/alibaba\//;

describe('the bundled command', () => {
  it('has one file for `--version`, and nothing but the entry in it', () => {
    expect(loadedWith('main.js')).toStrictEqual(['dist/main.js']);
  });

  it('has neither YAML nor packages in what all commands begin with', () => {
    expect(loadedWith(...start).filter((name) => /node_modules\/(?!picocolors\/)/.test(name))).toStrictEqual([]);
  });

  it('lints without SDK, emulator, logger or any other package than colours and schedules, YAML only to parse', () => {
    const parts = ['cli/commands/lint.js', 'report/lint-text.js', 'adapters/node/project.js'];
    const loaded = loadedWith(...start, ...parts);
    expect(loaded).toContain('dist/manifest/read-project.js');
    expect(loaded.filter((name) => heavy.test(name))).toStrictEqual([]);
    expect(loadedWith('manifest/read-yaml.js').some((name) => name.includes('node_modules/yaml/'))).toBe(true);
  });

  it('plans without the emulator: a rehearsal alone loads it, and what connects to a cloud does not', () => {
    const isEmulator = (name: string): boolean => name.startsWith('dist/emulator/');
    const planning = loadedWith(
      ...start,
      'cli/commands/plan.js',
      'flows/rehearse.js',
      'adapters/alibaba/open-cloud.js',
    );
    expect(planning.filter(isEmulator)).toStrictEqual([]);
    expect(loadedWith('adapters/rehearsal/open-rehearsal.js').some(isEmulator)).toBe(true);
  });

  it('keeps the SDK in the one file that connecting to a cloud and rehearsing share', () => {
    const holders = Object.entries(outputs).filter(([, { inputs }]) =>
      Object.keys(inputs).some((name) => name.includes('node_modules/@alicloud/')),
    );
    const holding = holders.map(([path]) => path);
    expect(holding).toHaveLength(1);
    const users = Object.values(outputs).filter(({ imports }) =>
      imports.some(({ path, kind }) => kind === 'import-statement' && holding.includes(path)),
    );
    expect(new Set(users.map(({ entryPoint }) => entryPoint))).toStrictEqual(
      new Set(['dist/adapters/alibaba/open-cloud.js', 'dist/adapters/rehearsal/open-rehearsal.js']),
    );
  });

  // The SDK's web socket library does without these two where they are not installed, and the SDK opens no web socket.
  it('asks for no package at run time but two that may be missing', () => {
    const outside = Object.values(outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external === true),
    );
    const packages = outside.map(({ path }) => path).filter((path) => !isNodesOwn(path));
    expect([...new Set(packages)].sort()).toStrictEqual(['bufferutil', 'utf-8-validate']);
  });
});

function isNodesOwn(path: string): boolean {
  return path.startsWith('node:') || builtinModules.includes(path);
}
