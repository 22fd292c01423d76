import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchFolder } from '../../../src/adapters/node/folder-watch.js';
import type { FolderWatch } from '../../../src/ports/folder-watch.js';

let base: string;
let folder: string;
let watch: FolderWatch;
let seen: string[];
let problems: string[];

const path = (name: string): string => join(folder, name);
/** Nothing but the test's own time bounds the wait. */
const patience = { timeout: 25_000, interval: 10 };

/** Holds that a file is told after something was done. */
async function expectTold(name: string, act?: () => Promise<void>): Promise<void> {
  if (act !== undefined) {
    seen.length = 0;
    await act();
  }
  await vi.waitFor(() => expect(seen).toContain(name), patience);
}

/** As `expectTold`, where the new folder is watched only after a while: until then '.' stands for everything. */
async function expectToldInTheEnd(name: string): Promise<void> {
  await vi.waitFor(async () => {
    await writeFile(path(name), `a: ${Math.random()}\n`);
    expect(seen).toContain(name);
  }, patience);
}

/** Whatever comes of what was done before comes before this is told. */
const settled = (): Promise<void> =>
  expectTold('marker.yaml', () => writeFile(path('marker.yaml'), `a: ${Math.random()}\n`));

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'folder-watch-')));
  folder = join(base, 'project');
  await mkdir(path('manifests'), { recursive: true });
  await writeFile(path('manifests/web.yaml'), 'a: 1\n');
  seen = [];
  problems = [];
  watch = await watchFolder({
    folder,
    onChange: (name) => seen.push(name),
    onProblem: (message) => problems.push(message),
  });
}, 30_000);
afterEach(async () => {
  await watch.close();
  await rm(base, { recursive: true, force: true });
  if (problems.length > 0) throw new Error(problems.join('\n'));
});

describe('a watched folder', { timeout: 30_000 }, () => {
  it('tells a file that is written in place, piece by piece', async () => {
    for (const text of ['a: ', 'a: 2\n']) {
      await expectTold('manifests/web.yaml', () => writeFile(path('manifests/web.yaml'), text));
    }
  });

  it('tells a file that is replaced by another one, again and again', async () => {
    for (const text of ['a: 2\n', 'a: 3\n', 'a: 4\n']) {
      await expectTold('manifests/web.yaml', async () => {
        await writeFile(path('manifests/.web.yaml.swp'), text);
        await rename(path('manifests/.web.yaml.swp'), path('manifests/web.yaml'));
      });
    }
  });

  it('tells a file that is moved away and written anew, as some editors keep a copy', async () => {
    for (const text of ['a: 2\n', 'a: 3\n']) {
      await expectTold('manifests/web.yaml', async () => {
        await rename(path('manifests/web.yaml'), path('manifests/web.yaml~'));
        await writeFile(path('manifests/web.yaml'), text);
      });
    }
  });

  it('tells new and removed files, in new folders too', async () => {
    await mkdir(path('manifests/team/a'), { recursive: true });
    await writeFile(path('manifests/team/a/one.yml'), 'a: 1\n');
    await expectTold('manifests/team/a/one.yml');
    seen.length = 0;
    await rm(path('manifests/team/a/one.yml'));
    await expectTold('manifests/team/a/one.yml');
  });

  it('goes on after a folder was removed and made again', async () => {
    await rm(path('manifests'), { recursive: true });
    await expectTold('manifests/web.yaml');
    await mkdir(path('manifests'));
    await expectTold('manifests/web.yaml', () => writeFile(path('manifests/web.yaml'), `a: ${Math.random()}\n`));
  });

  it('goes on after the whole folder was removed and made again', async () => {
    await rm(folder, { recursive: true });
    await expectTold('.');
    await mkdir(folder);
    await expectToldInTheEnd('tallyman.yaml');
  });

  it('goes on after the whole folder was exchanged for another', async () => {
    await mkdir(join(base, 'next'));
    await rename(folder, join(base, 'last'));
    await rename(join(base, 'next'), folder);
    await expectTold('.');
    await expectToldInTheEnd('tallyman.yaml');
  });

  it('is quiet about packages, history, the state of the emulator and files that are no YAML', async () => {
    for (const name of ['node_modules', '.git', '.tallyman']) {
      await mkdir(path(name));
      await writeFile(path(`${name}/x.yaml`), 'a: 1\n');
    }
    await writeFile(path('manifests/.web.yaml.swp'), 'x');
    await writeFile(path('notes.txt'), 'x');
    await settled();
    expect(seen.filter((name) => /node_modules\/|\.git\/|\.tallyman\/|swp|txt/.test(name))).toStrictEqual([]);
  });

  it('tells a file of any name once it was added', async () => {
    await writeFile(path('boot.sh'), 'echo 1\n');
    watch.add(['boot.sh']);
    await expectTold('boot.sh', () => writeFile(path('boot.sh'), `echo ${Math.random()}\n`));
  });

  it('does not look behind links', async () => {
    await mkdir(join(base, 'outside'));
    await symlink(join(base, 'outside'), path('link'));
    await settled();
    await writeFile(join(base, 'outside/x.yaml'), 'a: 1\n');
    await settled();
    expect(seen.filter((name) => name.includes('x.yaml'))).toStrictEqual([]);
  });
});
