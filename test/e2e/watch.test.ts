import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type StartedCli, startTallyman } from './support/cli.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';

let space: Workspace;
let watch: StartedCli;
let shown: string;
let said: string;

const start = (...words: readonly string[]): void => {
  shown = '';
  said = '';
  watch = startTallyman(space.root, ['watch', ...words], { env: { TALLYMAN_AS_OF: '2026-01-01' } });
  watch.child.stdout?.on('data', (text: string) => (shown += text));
  watch.child.stderr?.on('data', (text: string) => (said += text));
};
/** Resolves with what was shown since the last time, once it matches. */
async function shows(pattern: RegExp): Promise<string> {
  await vi.waitFor(() => expect(shown).toMatch(pattern), { timeout: 120_000, interval: 20 });
  const text = shown;
  shown = '';
  return text;
}

const good = 'owner: "1600000000000001"';
const bad = 'owner: "1600000000000009"';
const counts = /^.*\d+ errors?, \d+ warnings? \(\d+ rules over \d+ files\)\.\n\n/m;

beforeEach(async () => {
  space = await copyGoldenFleet();
});
afterEach(async () => {
  watch.child.kill('SIGKILL');
  await watch.done;
  await space.remove();
});

describe('watch', () => {
  it('says after each save what is new, fixed and still there, and ends with 0 when it is stopped', async () => {
    start();
    expect(await shows(counts)).toMatch(/first look\n0 errors, 0 warnings \(22 rules over 5 files\)\.\n\n$/);
    await space.edit('manifests/images.yaml', good, bad);
    const first = await shows(counts);
    expect(first).toMatch(/^\d\d:\d\d:\d\d manifests\/images\.yaml changed\n/);
    expect(first).toMatch(/^new {3}manifests\/images\.yaml:7:36 error trust\/trusted-owner\n/m);
    expect(first).toContain('3 new, 0 fixed, 0 still there. 3 errors, 0 warnings');
    await space.edit('manifests/fleet.yaml', 'encrypted: true, kmsKeyId: key-prod-hangzhou', 'encrypted: false');
    expect(await shows(counts)).toMatch(
      /^still manifests\/images\.yaml:7:36 error trust\/trusted-owner\n[^]*2 new, 0 fixed, 3 still there\./m,
    );
    await space.edit('manifests/images.yaml', bad, good);
    expect(await shows(counts)).toMatch(
      /^fixed manifests\/images\.yaml:7 trust\/trusted-owner: [^]*0 new, 3 fixed, 2 still there\./m,
    );
    watch.child.kill('SIGINT');
    expect(await watch.done).toMatchObject({ code: 0, signal: null });
    expect(said).toBe(`Watching 5 files below ${space.root}; stop with Ctrl-C.\n`);
  });

  it('goes on with a project that cannot be read for a while', async () => {
    start();
    await shows(counts);
    await rename(space.path('tallyman.yaml'), space.path('tallyman.yaml.away'));
    expect(await shows(/hint|Run in a folder/)).toContain("error: there is no project file 'tallyman.yaml'");
    await rename(space.path('tallyman.yaml.away'), space.path('tallyman.yaml'));
    await shows(counts);
    await space.write('manifests/fleet.yaml', 'apiVersion: [');
    expect(await shows(counts)).toContain('manifest/');
    await rm(space.path('manifests'), { recursive: true });
    await shows(/no file below/);
    await mkdir(space.path('manifests'));
    await space.write(
      'manifests/images.yaml',
      'apiVersion: tallyman.dev/v1\nkind: ImageSource\nmetadata: {name: golden}\nspec: {region: cn-hangzhou, owner: self, family: golden}\n',
    );
    expect(await shows(counts)).toContain('over 4 files');
  });

  it('ends up with the last state, however a file was written', async () => {
    start();
    await shows(counts);
    const text = await space.read('manifests/images.yaml');
    const file = space.path('manifests/images.yaml');
    const styles: readonly ((content: string) => Promise<void>)[] = [
      (content) => writeFile(file, content),
      async (content) => {
        await writeFile(`${file}.tmp`, content);
        await rename(`${file}.tmp`, file);
      },
      async (content) => {
        await rename(file, `${file}~`);
        await writeFile(file, content);
      },
      async (content) => {
        for (let end = 0; end < content.length; end += 100) await writeFile(file, content.slice(0, end));
        await writeFile(file, content);
      },
      async (content) => {
        await rm(file);
        await writeFile(file, content);
      },
    ];
    for (const save of styles) {
      await save(text.replace(good, bad));
      expect(await shows(/3 errors, 0 warnings \(22/)).toContain('manifests/images.yaml');
      await save(text);
      await shows(/ 0 errors, 0 warnings \(22/);
    }
  });

  it('plans as well where that is asked for, on the cloud that is named', async () => {
    start('--plan', '--emulator');
    expect(await shows(/^Plan: .*$/m)).toContain('Instance/web-hangzhou/2 will be created');
    await space.edit('manifests/fleet.yaml', 'replicas: 3', 'replicas: 1');
    expect(await shows(/^Plan: .*$/m)).not.toContain('Instance/web-hangzhou/1');
    await space.edit('manifests/fleet.yaml', 'kind: Instance', 'kind: Instanz');
    expect(await shows(counts)).not.toContain('Plan: ');
  });

  it('sees the one file of 10,000 that changes', async () => {
    await mkdir(space.path('manifests/many'));
    const source = (name: string): string =>
      `apiVersion: tallyman.dev/v1\nkind: ImageSource\nmetadata: {name: ${name}}\nspec: {region: cn-hangzhou, owner: self, imageId: m-1}\n`;
    for (let from = 0; from < 10_000; from += 500) {
      const names = Array.from({ length: 500 }, (_, index) => `many-${from + index}`);
      await Promise.all(names.map((name) => space.write(`manifests/many/${name}.yaml`, source(name))));
    }
    start();
    expect(await shows(counts)).toContain('over 10005 files');
    await space.write('manifests/many/many-7777.yaml', source('many-7777').replace('region:', 'regio:'));
    expect(await shows(counts)).toMatch(/many-7777\.yaml changed\n[^]*1 new/);
  });
});
