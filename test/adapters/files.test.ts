import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProjectFile, openFiles } from '../../src/adapters/node/files.js';
import { FolderReader } from '../../src/adapters/node/folder-reader.js';
import { TallymanError } from '../../src/domain/errors.js';

let top: string;
let root: string;

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'tallyman-files-')));
  root = join(top, 'project');
  put('project/manifests/a.yaml', 'a: 1\n');
  put('outside/secret.yaml', 'secret: canary\n');
});

afterEach(() => {
  rmSync(top, { recursive: true, force: true });
});

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), content);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  symlinkSync(join(top, target), join(top, path));
}

const sizeMax = 100;

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(TallymanError);
  const { code, message, hint } = error as TallymanError;
  expect(code).toBe('input/file');
  expect(`${message} ${hint}`).not.toContain('canary');
  return message;
}

describe('reading', () => {
  it('gives the text', async () => {
    expect(await openFiles(root).read('manifests/a.yaml', sizeMax)).toBe('a: 1\n');
  });

  it.each(['manifests/b.yaml', 'nowhere/a.yaml', 'manifests/a.yaml/b'])('knows that %s is not there', async (path) => {
    expect(await openFiles(root).read(path, sizeMax)).toBeUndefined();
  });

  it.each([
    '../outside/secret.yaml',
    'manifests/../../outside/secret.yaml',
    './a.yaml',
    '/etc/passwd',
    'a\\b',
    'a\0b',
    '',
    'a//b',
  ])('refuses the path %j', async (path) => {
    expect(await refusalOf(openFiles(root).read(path, sizeMax))).toContain('must be a relative path below the project');
  });

  it('refuses links: to a file, to a folder on the way, within the project, and to nothing', async () => {
    link('outside/secret.yaml', 'project/manifests/link.yaml');
    link('outside', 'project/linked');
    link('project/manifests/a.yaml', 'project/inner.yaml');
    link('nowhere', 'project/dangling.yaml');
    const files = openFiles(root);
    for (const path of ['manifests/link.yaml', 'linked/secret.yaml', 'inner.yaml', 'dangling.yaml']) {
      expect(await refusalOf(files.read(path, sizeMax))).toBe(`'${path}' is a symbolic link or lies behind one`);
    }
  });

  it('refuses what is not a regular file, without waiting for it', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.yaml')]);
    const files = openFiles(root);
    expect(await refusalOf(files.read('pipe.yaml', sizeMax))).toBe("'pipe.yaml' is not a regular file");
    expect(await refusalOf(files.read('manifests', sizeMax))).toBe("'manifests' is not a regular file");
  });

  it('refuses a file above the size, and takes one of just that size', async () => {
    put('project/large.yaml', 'x'.repeat(sizeMax + 1));
    put('project/full.yaml', 'x'.repeat(sizeMax));
    expect(await refusalOf(openFiles(root).read('large.yaml', sizeMax))).toBe("'large.yaml' is larger than 100 bytes");
    expect(await openFiles(root).read('full.yaml', sizeMax)).toHaveLength(sizeMax);
  });

  it('refuses what is not UTF-8', async () => {
    put('project/latin.yaml', Uint8Array.of(0x61, 0xe9, 0x62));
    expect(await refusalOf(openFiles(root).read('latin.yaml', sizeMax))).toBe("'latin.yaml' is not UTF-8 text");
  });

  it('works where the root itself is reached through a link', async () => {
    link('project', 'alias');
    const files = openFiles(join(top, 'alias'));
    expect(files.root).toBe(root);
    expect(await files.read('manifests/a.yaml', sizeMax)).toBe('a: 1\n');
  });

  it('needs a folder as its root', () => {
    expect(() => openFiles(join(top, 'nowhere'))).toThrow('is no folder that can be read');
    expect(() => openFiles(join(root, 'manifests/a.yaml'))).toThrow('is not a folder');
  });
});

describe('reading many', () => {
  /** What reading them one by one gives. */
  async function oneByOne(paths: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const files = openFiles(root);
    const read = new Map<string, unknown>();
    for (const path of paths) {
      const text = await files.read(path, sizeMax).catch((error: unknown) => error);
      if (text !== undefined) read.set(path, text);
    }
    return read;
  }

  it('gives the texts and refusals that reading one by one gives, and leaves nothing open', async () => {
    put('project/manifests/web/b.yaml', 'b: \u{1f600}\n');
    put('project/empty.yaml', '');
    put('project/full.yaml', 'x'.repeat(sizeMax));
    put('project/large.yaml', 'x'.repeat(sizeMax + 1));
    put('project/latin.yaml', Uint8Array.of(0x61, 0xe9, 0x62));
    link('outside/secret.yaml', 'project/manifests/link.yaml');
    link('outside', 'project/linked');
    link('project/manifests', 'project/inner');
    execFileSync('mkfifo', [join(root, 'pipe.yaml')]);
    const paths = [
      'manifests/a.yaml',
      'manifests/link.yaml',
      'manifests/none.yaml',
      'manifests/web/b.yaml',
      'manifests/a.yaml',
      'manifests',
      'manifests/a.yaml/c.yaml',
      'linked/secret.yaml',
      'inner/a.yaml',
      'empty.yaml',
      'full.yaml',
      'large.yaml',
      'latin.yaml',
      'pipe.yaml',
      'nowhere/a.yaml',
      '../outside/secret.yaml',
      'manifests/../../outside/secret.yaml',
      '/etc/passwd',
      'manifests//a.yaml',
      '',
    ];
    const read = await openFiles(root).readAll?.(paths, sizeMax);
    expect(openBelow(top)).toEqual([]);
    expect(read).toEqual(await oneByOne(paths));
    expect(read?.get('manifests/web/b.yaml')).toBe('b: \u{1f600}\n');
    expect(read?.get('inner/a.yaml')).toBeInstanceOf(TallymanError);
    expect(read?.get('linked/secret.yaml')).toBeInstanceOf(TallymanError);
    expect([...(read?.values() ?? [])].map(String).join()).not.toContain('canary');
  });
});

/** What this process has open there. */
function openBelow(folder: string): readonly string[] {
  const links = readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)];
    } catch {
      return [];
    }
  });
  return links.filter((target) => target.startsWith(folder));
}

describe('a folder that is exchanged for a link while its files are read', () => {
  it('is not left for what the link leads to, and not entered', () => {
    put('outside/a.yaml', 'canary');
    const reader = new FolderReader(root);
    try {
      expect(reader.read('manifests/a.yaml', sizeMax)?.toString()).toBe('a: 1\n');
      renameSync(join(root, 'manifests'), join(root, 'moved'));
      link('outside', 'project/manifests');
      expect(reader.read('manifests/a.yaml', sizeMax)?.toString()).toBe('a: 1\n');
      expect(reader.read('moved/a.yaml', sizeMax)?.toString()).toBe('a: 1\n');
      expect(reader.read('manifests/a.yaml', sizeMax)).toBeUndefined();
      expect(reader.read('manifests/secret.yaml', sizeMax)).toBeUndefined();
    } finally {
      reader.close();
    }
    expect(openBelow(top)).toEqual([]);
  });
});

describe('listing', () => {
  it('gives each file once, sorted, whichever globs match it', async () => {
    put('project/manifests/web/b.yaml', '');
    put('project/manifests/web/c.yml', '');
    put('project/other/d.yaml', '');
    const files = openFiles(root);
    expect(await files.glob(['manifests/**/*.yaml', '**/a.yaml', 'manifests/*.yaml'])).toEqual([
      'manifests/a.yaml',
      'manifests/web/b.yaml',
    ]);
    expect(await files.glob(['**/*.{yaml,yml}'])).toEqual([
      'manifests/a.yaml',
      'manifests/web/b.yaml',
      'manifests/web/c.yml',
      'other/d.yaml',
    ]);
  });

  it('does not enter dot folders and node_modules, and lists no dot files', async () => {
    for (const folder of ['.git', 'node_modules/x', 'manifests/.hidden', 'manifests/node_modules']) {
      put(`project/${folder}/z.yaml`, '');
    }
    put('project/manifests/.draft.yaml', '');
    expect(await openFiles(root).glob(['**/*.yaml'])).toEqual(['manifests/a.yaml']);
  });

  it('finds nothing in a folder that is not there', async () => {
    expect(await openFiles(root).glob(['nowhere/**/*.yaml'])).toEqual([]);
    expect(await openFiles(root).glob([])).toEqual([]);
  });

  it.each(['../**/*.yaml', '/etc/*', 'a/../../*', '{..,a}/*', '{a'])('refuses the glob %j', async (pattern) => {
    expect(await refusalOf(openFiles(root).glob([pattern]))).toBe(`'${pattern}' is not a glob below the project`);
  });

  it('lists a linked file that matches, so that reading it is refused', async () => {
    link('outside/secret.yaml', 'project/manifests/link.yaml');
    link('outside/secret.yaml', 'project/manifests/link.txt');
    expect(await openFiles(root).glob(['manifests/*.yaml'])).toEqual(['manifests/a.yaml', 'manifests/link.yaml']);
  });

  it('refuses a linked folder: what is in it would silently be missing', async () => {
    link('outside', 'project/manifests/shared');
    expect(await refusalOf(openFiles(root).glob(['manifests/**/*.yaml']))).toBe(
      "'manifests/shared' is a symbolic link or lies behind one",
    );
    expect(await refusalOf(openFiles(root).glob(['manifests/shared/*.yaml']))).toBe(
      "'manifests/shared' is a symbolic link or lies behind one",
    );
  });
});

describe('writing', () => {
  it('makes the file and its folder, and leaves nothing else behind', async () => {
    await openFiles(root).write('new/deep/lock.yaml', 'one\n');
    await openFiles(root).write('new/deep/lock.yaml', 'two\n');
    expect(readFileSync(join(root, 'new/deep/lock.yaml'), 'utf8')).toBe('two\n');
    expect(readdirSync(join(root, 'new/deep'))).toEqual(['lock.yaml']);
  });

  it('gives exactly the mode that is asked for, also to a file that was there', async () => {
    const files = openFiles(root);
    const modeOf = (path: string) => statSync(join(root, path)).mode & 0o777;
    await files.write('plain.yaml', 'x');
    expect(modeOf('plain.yaml')).toBe(0o644);
    await files.write('plain.yaml', 'secret', { mode: 0o600 });
    expect(modeOf('plain.yaml')).toBe(0o600);
    await files.write('open.yaml', 'x', { mode: 0o666 });
    expect(modeOf('open.yaml')).toBe(0o666);
  });

  it('refuses links, folders and paths that lead out, and writes nothing there', async () => {
    link('outside', 'project/linked');
    link('outside/secret.yaml', 'project/link.yaml');
    const files = openFiles(root);
    for (const path of ['linked/x.yaml', 'link.yaml', '../x.yaml', '/tmp/x.yaml', 'manifests']) {
      await refusalOf(files.write(path, 'x'));
    }
    expect(readdirSync(join(top, 'outside'))).toEqual(['secret.yaml']);
    expect(readFileSync(join(top, 'outside/secret.yaml'), 'utf8')).toBe('secret: canary\n');
  });

  it('says so where a file stands in the place of a folder, and leaves the file alone', async () => {
    expect(await refusalOf(openFiles(root).write('manifests/a.yaml/b.yaml', 'x'))).toBe(
      "'manifests/a.yaml/b.yaml' cannot be written",
    );
    expect(readFileSync(join(root, 'manifests/a.yaml'), 'utf8')).toBe('a: 1\n');
  });
});

describe('the project file', () => {
  it('is the nearest one upwards', () => {
    put('tallyman.yaml', '');
    put('project/tallyman.yaml', '');
    expect(findProjectFile(join(root, 'manifests'))).toBe(join(root, 'tallyman.yaml'));
    expect(findProjectFile(join(top, 'outside'))).toBe(join(top, 'tallyman.yaml'));
  });

  it('is no folder of that name', () => {
    put('tallyman.yaml', '');
    mkdirSync(join(root, 'tallyman.yaml'));
    expect(findProjectFile(root)).toBe(join(top, 'tallyman.yaml'));
  });

  it('is missed with the place that was looked at and what to do', () => {
    expect(() => findProjectFile(root)).toThrow(
      expect.objectContaining({
        code: 'input/no-project',
        message: `there is no tallyman.yaml in '${root}' or a folder above it`,
        hint: expect.stringContaining('-C DIR or -c FILE'),
      }),
    );
  });
});
