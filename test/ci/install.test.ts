import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const action = fileURLToPath(new URL('../../action', import.meta.url));

/** Says what it was asked for, and builds what a build builds. */
const npm = `#!/bin/bash
echo "$*" >> "$ASKED"
if [ "$1 $2" = "run build" ]; then mkdir -p dist/bin && touch dist/bin/tallyman.js; fi
[ "$1" != "$FAILS" ]
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'install-'));
  await cp(action, join(folder, 'checkout/action'), { recursive: true });
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/npm'), npm);
  await chmod(join(folder, 'bin/npm'), 0o755);
  await writeFile(join(folder, 'asked'), '');
  await writeFile(join(folder, 'output'), '');
});
afterEach(() => rm(folder, { recursive: true }));

async function install(
  version: string,
  fails = '',
): Promise<{ code: number; log: string; asked: string; output: string }> {
  const env = {
    PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    ASKED: join(folder, 'asked'),
    FAILS: fails,
    GITHUB_OUTPUT: join(folder, 'output'),
    RUNNER_TEMP: join(folder, 'temp'),
    INPUT_VERSION: version,
  };
  const script = join(folder, 'checkout/action/install.mjs');
  const { code, log } = await new Promise<{ code: number; log: string }>((done) => {
    execFile(process.execPath, [script], { env, cwd: folder }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), log: stdout + stderr });
    });
  });
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  return { code, log, asked: await read('asked'), output: await read('output') };
}

describe('the step that installs', () => {
  it('builds the commit of the action, without scripts of packages, and only once', async () => {
    const first = await install('');
    expect(first).toMatchObject({ code: 0, asked: 'ci --ignore-scripts --no-audit --no-fund\nrun build\n' });
    expect(first.output).toContain(join(folder, 'checkout/dist/bin/tallyman.js'));
    expect(await install('')).toMatchObject({ code: 0, asked: first.asked });
  });

  it('takes one exact version from the registry', async () => {
    const { code, asked, output } = await install('0.1.0');
    expect(code).toBe(0);
    expect(asked).toMatch(/^install --prefix \S+ --ignore-scripts --no-audit --no-fund tallyman@0\.1\.0\n$/);
    expect(output).toContain('temp/tallyman-0.1.0/node_modules/tallyman/dist/bin/tallyman.js');
  });

  it.each([
    'latest',
    '^0.1.0',
    '0.1',
    '0.1.0 --registry=https://registry.example',
    '../evil',
    'git+https://example.com/x',
  ])('refuses %s as a version, and asks for nothing', async (version) => {
    expect(await install(version)).toMatchObject({
      code: 1,
      asked: '',
      log: expect.stringMatching(/^::error title=tallyman::`version` must be one exact version/) as string,
    });
  });

  it('fails where npm fails', async () => {
    expect(await install('0.1.0', 'install')).toMatchObject({
      code: 1,
      log: expect.stringContaining('npm install failed') as string,
      output: '',
    });
  });
});
