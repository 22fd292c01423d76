import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../src', import.meta.url));
const staticImport = /^(?:import|export) (?!type )(?:[^'";]*? from )?'([^']+)'/gm;

/** Modules that are loaded with a file, before anything in it runs: ours by path below src, others by package. */
function loadedWith(entry: string): { readonly own: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const own = new Set<string>();
  const packages = new Set<string>();
  const queue = [resolve(root, entry)];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (own.has(relative(root, file))) continue;
    own.add(relative(root, file));
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(staticImport)) {
      if (specifier.startsWith('.')) queue.push(sourceOf(join(dirname(file), specifier)));
      else packages.add(specifier);
    }
  }
  return { own, packages };
}

/** Generated modules are JavaScript already. */
function sourceOf(path: string): string {
  const typed = path.replace(/\.js$/, '.ts');
  return existsSync(typed) ? typed : path;
}

function outside(packages: ReadonlySet<string>): readonly string[] {
  return [...packages].filter((name) => !name.startsWith('node:')).sort();
}

describe('what is loaded', () => {
  it('is nothing but the entry for `--version`', () => {
    expect([...loadedWith('main.ts').own]).toStrictEqual(['main.ts']);
    expect([...loadedWith('main.ts').packages]).toStrictEqual(['node:fs']);
  });

  it('is no adapter, no emulator and no SDK before a command asks for one', () => {
    for (const entry of ['node-runtime.ts', 'cli/run-safely.ts']) {
      const { own, packages } = loadedWith(entry);
      expect([...own].filter((file) => /^(adapters|emulator|flows|manifest|policy)\//.test(file))).toStrictEqual([]);
      expect(outside(packages).filter((name) => name !== 'picocolors')).toStrictEqual([]);
    }
  });

  it.each(['cli/commands/lint.ts', 'report/lint-text.ts', 'report/lint-json.ts'])(
    'with %s is no SDK, no JSON library, no table and no YAML: lint is offline, and may know all texts',
    (entry) => {
      const { own, packages } = loadedWith(entry);
      expect([...own].filter((file) => /^(adapters|emulator|observe|apply|resolve)\//.test(file))).toStrictEqual([]);
      const heavy = /alicloud|darabonba|lossless|string-width|pino|^ajv$|cel-js|re2js|^yaml$/;
      expect(outside(packages).filter((name) => heavy.test(name))).toStrictEqual([]);
    },
  );
});
