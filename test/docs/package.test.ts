import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function packedFiles(): readonly string[] {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(text) as readonly [{ readonly files: readonly { readonly path: string }[] }];
  return packed.files.map(({ path }) => path);
}

describe('the package', () => {
  it('holds the built program, its schemas and its pages, and nothing else', () => {
    const files = packedFiles();
    const kinds = [
      /^dist\/.+\.(?:js|d\.ts|js\.LEGAL\.txt)$/,
      /^schemas\/[a-z-]+\.schema\.json$/,
      /^docs\/.+\.md$/,
      /^(?:README\.md|CHANGELOG\.md|LICENSE|package\.json)$/,
    ];
    expect(files.filter((path) => !kinds.some((kind) => kind.test(path)))).toStrictEqual([]);
    expect(kinds.every((kind) => files.some((path) => kind.test(path)))).toBe(true);
  });

  it('holds every file that package.json points to', () => {
    const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly bin: Readonly<Record<string, string>>;
      readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
    };
    const targets = [
      ...Object.values(bin),
      ...Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry))),
    ];
    expect(targets.length).toBeGreaterThan(4);
    const files = new Set(packedFiles());
    expect(targets.filter((target) => !files.has(target.replace('./', '')))).toStrictEqual([]);
  });
});

describe('the lock file of npm', () => {
  it('names no registry, so that every clone uses its own', () => {
    const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
    expect(text).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
  });
});
