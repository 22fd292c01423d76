import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { runSafely } from '../../src/cli/run-safely.js';
import { aRuntime } from './fake-runtime.js';

async function scriptOf(shell: string): Promise<string> {
  const runtime = aRuntime();
  expect(await runSafely(['completion', shell], runtime)).toBe(0);
  return runtime.written.out;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'completion-'));
  await writeFile(join(folder, 'completion.bash'), await scriptOf('bash'));
  await writeFile(join(folder, 'tallyman.plan.json'), '');
});
afterAll(() => rm(folder, { recursive: true }));

/** What bash offers for the last of the words. */
function offered(...words: readonly string[]): Promise<readonly string[]> {
  const line = `source completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tallyman; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return new Promise((done, fail) => {
    execFile('bash', ['-c', line, 'bash', 'tallyman', ...words], { cwd: folder }, (error, stdout) => {
      if (error === null) done(stdout.split('\n').filter((word) => word !== ''));
      else fail(error);
    });
  });
}

describe('completion in bash', () => {
  it('offers commands', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
    expect(await offered('sna')).toStrictEqual(['snapshot']);
    expect(await offered('-C', 'somewhere', 'sna')).toStrictEqual(['snapshot']);
  });

  it.each(commands)('offers the flags of $name, and no other', async ({ name, flags }) => {
    const expected = flags.flatMap((flag) => [`--${flag.name}`, ...('short' in flag ? [`-${flag.short}`] : [])]);
    expect([...(await offered(name, '-'))].sort()).toStrictEqual(expected.sort());
  });

  it('offers values where they are known, files where one is wanted, and nothing for the rest', async () => {
    expect(await offered('lint', '-o', 'g')).toStrictEqual(['github', 'gitlab']);
    expect(await offered('lint', '--fail-on', 'w')).toStrictEqual(['warning']);
    expect(await offered('apply', 'tally')).toStrictEqual(['tallyman.plan.json']);
    expect(await offered('apply', '--plan-digest', '')).toStrictEqual([]);
    expect(await offered('explain', 'Image')).toStrictEqual(['ImageSource', 'ImageCopy', 'ImageShare']);
    expect(await offered('policy', 'e')).toStrictEqual(['explain']);
  });
});

describe.each(['zsh', 'fish'])('the script for %s', (shell) => {
  it('names every command and every flag', async () => {
    const script = await scriptOf(shell);
    for (const { name, flags } of commands) {
      expect(script).toContain(name);
      for (const flag of flags) expect(script).toContain(shell === 'zsh' ? `--${flag.name}` : `-l ${flag.name}`);
    }
  });

  it('closes every quote that it opens', async () => {
    for (const line of (await scriptOf(shell)).split('\n')) {
      const open = line.replaceAll(`'\\''`, '').split("'").length - 1;
      expect([line, line.startsWith('#') ? 0 : open % 2]).toStrictEqual([line, 0]);
    }
  });
});

describe('completion', () => {
  it.each([[[]], [['tcsh']], [['constructor']]])('refuses %j with what there is', async (words) => {
    const runtime = aRuntime();
    expect(await runSafely(['completion', ...words], runtime)).toBe(4);
    expect(runtime.written.err).toContain('Shells are bash, zsh and fish.');
  });
});
