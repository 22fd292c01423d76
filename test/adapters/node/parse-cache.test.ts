import { hash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder, openParseCache } from '../../../src/adapters/node/parse-cache.js';
import type { Json } from '../../../src/domain/digest.js';
import type { FieldPath } from '../../../src/domain/origin.js';
import { TextParser } from '../../../src/flows/text-parser.js';
import { inputError } from '../../../src/manifest/input-error.js';
import { diagnose } from '../../../src/manifest/locate.js';
import { parseDocuments } from '../../../src/manifest/parse-documents.js';
import { readYaml } from '../../../src/manifest/read-yaml.js';
import { anyText } from '../../support/damaged-manifests.js';

let top: string;
let root: string;
let notes: string[];

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'tallyman-cache-')));
  root = join(top, 'project');
  mkdirSync(root);
  notes = [];
});

afterEach(() => {
  rmSync(top, { recursive: true, force: true });
});

const parser = '0.1.0 abc';

function open(more: { readonly parser?: string; readonly root?: string; readonly home?: string } = {}) {
  const env = { XDG_CACHE_HOME: more.home ?? join(top, 'home') };
  const note = (message: string) => void notes.push(message);
  return openParseCache({ root: more.root ?? root, parser: more.parser ?? parser, env, note });
}

/** As a run does that needs these texts: how many of them it knew. */
function runWith(texts: readonly string[], more: Parameters<typeof open>[0] = {}): number {
  const cache = open(more);
  if (cache === undefined) return 0;
  let known = 0;
  for (const text of texts) {
    if (cache.find(text) === undefined) cache.keep(text, readYaml(text));
    else known += 1;
  }
  cache.save();
  return known;
}

const folder = () => join(top, 'home/tallyman');
const file = () => join(folder(), readdirSync(folder()).at(0) ?? '');

describe('what is kept', () => {
  it('is known to the next run, and only what the last one used', () => {
    expect(runWith(['a: 1\n', 'b: 2\n'])).toBe(0);
    expect(runWith(['a: 1\n', 'c: 3\n'])).toBe(1);
    expect(runWith(['a: 1\n', 'b: 2\n', 'c: 3\n'])).toBe(2);
    expect(notes).toEqual([]);
  });

  it('is not written again where nothing is new', () => {
    runWith(['a: 1\n']);
    const { ino } = statSync(file());
    runWith(['a: 1\n']);
    expect(statSync(file()).ino).toBe(ino);
  });

  it('is one file of the project, and neither file nor folder is for others', () => {
    runWith(['a: 1\n']);
    mkdirSync(join(top, 'other'));
    runWith(['a: 1\n'], { root: join(top, 'other') });
    expect(readdirSync(folder())).toHaveLength(2);
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder())) expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
  });

  it('is given up for the projects that were written last', () => {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    for (let number = 0; number < 50; number += 1) {
      writeFileSync(join(folder(), `${number}.cache`), '');
      utimesSync(join(folder(), `${number}.cache`), 1000 + number, 1000 + number);
    }
    runWith(['a: 1\n']);
    expect(readdirSync(folder())).toHaveLength(50);
    expect(readdirSync(folder())).not.toContain('0.cache');
    expect(readdirSync(folder())).toContain('1.cache');
  });

  it('holds no user data, and gives it back where the text has it', () => {
    const text = `\
spec:
  userData: |
    #!/bin/sh
    export KEY=canary-4711

    echo "canary-4712"
  other: {userData: "canary-4713"}
  more:
    "user\\x44ata": 'canary-4714'
`;
    expect(runWith([text])).toBe(0);
    expect(readFileSync(file(), 'latin1')).not.toContain('canary');
    expect(open()?.find(text)?.documents[0]?.value).toEqual(readYaml(text).documents[0]?.value);
    expect(JSON.stringify(open()?.find(text)?.documents)).toContain('canary-4712');
  });

  it('leaves out a file whose user data does not stand in it letter by letter', () => {
    expect(runWith(['userData: >\n  canary\n  4711\n', 'userData: [canary]\n', 'a: 1\n'])).toBe(0);
    expect(runWith(['userData: >\n  canary\n  4711\n', 'userData: [canary]\n', 'a: 1\n'])).toBe(1);
    expect(readFileSync(file(), 'latin1')).not.toContain('canary');
  });
});

describe('what is not believed', () => {
  const text = 'spec: {replicas: 2}\n';

  /** Whether the text is known after the file was changed, and whether it is after one more run. */
  function after(change: () => void): readonly [first: number, second: number] {
    runWith([text]);
    change();
    return [runWith([text]), runWith([text])];
  }

  it('is what another version or build of the parser kept', () => {
    runWith([text], { parser: '0.0.9 abc' });
    expect(runWith([text])).toBe(0);
    expect(runWith([text])).toBe(1);
    expect(notes).toEqual(['the parse cache is not of this version or damaged; it is made again']);
  });

  it.each([
    ['empty', () => Buffer.alloc(0)],
    ['no JSON', () => Buffer.from('no JSON\n')],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 4)],
    ['changed in a value', (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('":2', '":3'), 'latin1')],
    ['changed in a place', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(7)])],
  ])('is a file that is %s, which is made again', (_, change) => {
    expect(after(() => writeFileSync(file(), change(readFileSync(file()))))).toEqual([0, 1]);
  });

  it('is a link, whatever it leads to', () => {
    const other = join(top, 'elsewhere');
    const change = () => {
      renameSync(file(), other);
      symlinkSync(other, join(folder(), `${hash('sha256', root).slice(0, 32)}.cache`));
    };
    expect(after(change)).toEqual([0, 1]);
    expect(notes[0]).toContain('the parse cache was not read: ELOOP');
    expect(statSync(file()).isFile()).toBe(true);
  });

  it('is a file that others may read or write', () => {
    expect(after(() => chmodSync(file(), 0o644))).toEqual([0, 1]);
    expect(notes).toEqual(['the parse cache was not read: others may look into it or change it']);
  });

  it('is what is no file, and that is not waited for or written over', () => {
    const change = () => {
      const path = file();
      rmSync(path);
      mkdirSync(path);
    };
    expect(after(change)).toEqual([0, 0]);
    expect(notes[1]).toContain('the parse cache was not written');
    expect(readdirSync(folder())).toHaveLength(1);
  });

  it('is a folder that others may write', () => {
    expect(after(() => chmodSync(folder(), 0o770))).toEqual([0, 0]);
    expect(notes).toContain('no parse cache: others may look into it or change it');
  });

  it('is a folder inside the repository, where a change could bring it along', () => {
    mkdirSync(join(top, '.git'));
    expect(runWith([text], { home: join(root, '.cache') })).toBe(0);
    expect(runWith([text], { home: join(top, '.cache') })).toBe(0);
    symlinkSync(root, join(tmpdir(), `${top.split('/').at(-1) ?? ''}-link`));
    const link = join(tmpdir(), `${top.split('/').at(-1) ?? ''}-link`);
    expect(runWith([text], { home: link })).toBe(0);
    rmSync(link);
    expect(new Set(notes)).toEqual(new Set(['no parse cache: it would be inside the repository']));
    expect(readdirSync(root)).not.toContain('tallyman.cache');
  });

  it.each([
    ['a key that acts on objects', (json: string) => json.replace('"spec":', '"__proto__":')],
    ['one that is written in another way', (json: string) => json.replace('"spec":', '"\\u005f_proto__":')],
    ['a constructor below', (json: string) => json.replace('"replicas":', '"constructor":')],
    ['more members than the places are of', (json: string) => json.replace('2', '2,"more":3')],
    ['a list in place of a mapping', (json: string) => json.replace('{"replicas":2}', '[2]')],
    ['depth without end', (json: string) => json.replace('2', `${'['.repeat(5000)}${']'.repeat(5000)}`)],
  ])('is %s, though the file vouches for it', (_, change) => {
    const forge = () => {
      const bytes = readFileSync(file());
      const end = bytes.indexOf('\n');
      const head = JSON.parse(bytes.toString('utf8', 0, end)) as { values: number };
      const body = bytes.subarray(end + 1);
      const json = body.toString('utf8', 0, head.values);
      const values = Buffer.from(change(json));
      expect(values.toString()).not.toBe(json);
      const forged = Buffer.concat([values, body.subarray(head.values)]);
      const line = JSON.stringify({ ...head, values: values.length, digest: hash('sha256', forged) });
      writeFileSync(file(), Buffer.concat([Buffer.from(`${line}\n`), forged]));
    };
    expect(after(forge)).toEqual([0, 1]);
    expect('replicas' in {}).toBe(false);
  });

  it('is nothing at all where nothing says whose folder it is', () => {
    expect(openParseCache({ root, parser, env: {}, note: (message) => void notes.push(message) })).toBeUndefined();
    expect(notes).toEqual([]);
  });
});

describe('the folder', () => {
  it('is where each system keeps what can be made again', () => {
    expect(cacheFolder({ HOME: '/home/a' }, 'linux')).toBe('/home/a/.cache/tallyman');
    expect(cacheFolder({ HOME: '/Users/a' }, 'darwin')).toBe('/Users/a/Library/Caches/tallyman');
    expect(cacheFolder({ HOME: '/home/a', XDG_CACHE_HOME: '/var/c' }, 'linux')).toBe('/var/c/tallyman');
    expect(cacheFolder({ HOME: '/home/a', XDG_CACHE_HOME: 'relative' }, 'linux')).toBe('/home/a/.cache/tallyman');
    expect(cacheFolder({ LOCALAPPDATA: '/a/Local' }, 'win32')).toBe('/a/Local/tallyman/Cache');
    expect(cacheFolder({ HOME: '' }, 'linux')).toBeUndefined();
  });
});

/** Where anything in the value stands. */
function pathsIn(value: Json, path: FieldPath = []): readonly FieldPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value as Readonly<Record<string, Json>>).flatMap(([key, inner]) =>
      pathsIn(inner, [...path, partOf(value, key)]),
    ),
  ];
}

function partOf(value: Json, key: string): string | number {
  return Array.isArray(value) ? Number(key) : key;
}

const key = fc.oneof(
  fc.constantFrom('a', 'userData', '1', '10', '2', '4294967294', '4294967295', '01', 'x y'),
  fc.string({ minLength: 1, maxLength: 5 }),
);
const scalar = fc.oneof(
  fc.constantFrom(
    'a',
    '0123',
    '-0',
    '0x10',
    '1e3',
    '9007199254740993',
    '~',
    '',
    "'it''s'",
    '"\\ud800 \\u0007"',
    'true',
  ),
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

/** YAML of all styles, most of it good. */
const yamlText = fc
  .array(
    fc.oneof(
      fc.tuple(key, scalar).map(([name, value]) => `${JSON.stringify(name)}: ${value}\n`),
      fc.tuple(key, fc.array(scalar)).map(([name, items]) => `${JSON.stringify(name)}: [${items.join(', ')}]\n`),
      fc.tuple(key, scalar, scalar).map(([name, a, b]) => `${JSON.stringify(name)}:\n  1: ${a}\n  0: {b: ${b}}\n`),
      fc.tuple(key, fc.lorem({ mode: 'sentences' })).map(([name, text]) => `${name.trim()}: |\n  ${text}\n\n   x\n`),
      fc.tuple(key, fc.lorem()).map(([name, text]) => `${JSON.stringify(name)}: >-\n  ${text}\n  ${text}\n`),
      fc.constantFrom('---\n', '# a comment\n', '- item\n', '\ufeff', '\r\n'),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

/** All that anybody can learn from a text. */
function toldBy(text: string, parse: typeof parseDocuments): unknown {
  const source = { file: 'a.yaml', text };
  const { documents, findings } = parse(source);
  const everywhere = documents.flatMap(({ origin, value }) =>
    pathsIn(value).flatMap((path) =>
      (['manifest/invalid-value', 'manifest/unknown-field'] as const).map((ruleId) =>
        inputError({ ruleId, at: { ...origin, path }, address: null, message: 'm', hint: '', value: '' }),
      ),
    ),
  );
  return {
    documents: documents.map((document) => [
      document.origin,
      document.value,
      pathsIn(document.value).map((path) => document.textAt(path)),
    ]),
    places: diagnose([...findings, ...everywhere], { sources: [source], parse }),
  };
}

describe('a run that knows texts already', () => {
  it('learns from them what it would by parsing them, also after edits', async () => {
    const texts = fc.array(fc.oneof(anyText, yamlText), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(texts, texts, async (before, edits) => {
        rmSync(join(top, 'home'), { recursive: true, force: true });
        for (const run of [before, before, [...edits, ...before.slice(1)]]) {
          const cache = open();
          const textParser = new TextParser(cache ?? null);
          await textParser.take(run.map((text) => ({ file: 'a.yaml', text })));
          for (const text of run) expect(toldBy(text, textParser.parse)).toEqual(toldBy(text, parseDocuments));
          cache?.save();
        }
        expect(notes).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  it('takes no text for another: halves of surrogate pairs differ, though not as UTF-8', () => {
    expect(runWith(['a: "\ufffd"\n'])).toBe(0);
    expect(open()?.find('a: "\ufffd"\n')).toBeDefined();
    expect(open()?.find('a: "\ud800"\n')).toBeUndefined();
  });

  it('does not parse them', async () => {
    runWith(['a: 1\n']);
    const textParser = new TextParser(open() ?? null);
    await textParser.take([{ file: 'a.yaml', text: 'a: 1\n' }]);
    expect(() => textParser.parse({ file: 'b.yaml', text: 'b: 1\n' })).toThrow('was not taken');
  });
});
