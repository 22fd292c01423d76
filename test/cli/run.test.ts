import { describe, expect, it } from 'vitest';
import { lintFormats } from '../../src/cli/formats.js';
import { runSafely } from '../../src/cli/run-safely.js';
import { aRuntime, type FakeRuntime } from './fake-runtime.js';

async function run(
  line: string,
  given: Partial<FakeRuntime> = {},
): Promise<{ code: number; out: string; err: string }> {
  const runtime = aRuntime(given);
  const code = await runSafely(line === '' ? [] : line.split(' '), runtime);
  return { code, ...runtime.written };
}

describe('tallyman', () => {
  it('prints its version on standard output', async () => {
    expect(await run('version')).toStrictEqual({ code: 0, out: 'tallyman 0.1.0\n', err: '' });
    expect(await run('-q --version')).toStrictEqual({ code: 0, out: '0.1.0\n', err: '' });
    expect(JSON.parse((await run('version -o json')).out)).toStrictEqual({
      version: '0.1.0',
      api_version: 'tallyman.dev/v1',
    });
  });

  it('shows its help on standard output when asked, and on standard error when there is no command', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('Usage: tallyman COMMAND [FLAGS]');
    expect(await run('help')).toStrictEqual(await run('-h'));
    expect(await run('help lint')).toStrictEqual(await run('lint --help'));
    expect(await run('')).toStrictEqual({ code: 4, out: '', err: out });
  });

  it.each([
    ['preview', "unknown command 'preview'", 'tallyman plan'],
    ['diff', "unknown command 'diff'", 'tallyman plan'],
    ['dry-run', "unknown command 'dry-run'", 'tallyman plan'],
    ['deploy', "unknown command 'deploy'", 'tallyman apply'],
    ['sync', "unknown command 'sync'", 'tallyman apply'],
    ['validate', "unknown command 'validate'", 'tallyman lint'],
    ['check', "unknown command 'check'", 'tallyman lint'],
    ['scan', "unknown command 'scan'", 'tallyman audit'],
    ['refresh', "unknown command 'refresh'", 'tallyman drift'],
    ['aply', "unknown command 'aply'", 'tallyman apply'],
    ['pla', "unknown command 'pla'", 'tallyman plan'],
    ['wibble', "unknown command 'wibble'", 'tallyman --help'],
    ['controller', "the command 'controller' is not built in this version", 'on a schedule'],
    ['constructor', "unknown command 'constructor'", 'tallyman --help'],
  ])('does not run `%s` but says what was meant', async (word, message, hint) => {
    const { code, out, err } = await run(word);
    expect(code).toBe(4);
    expect(out).toBe('');
    expect(err).toContain(`error: ${message}\n`);
    expect(err).toContain(hint);
  });

  it('refuses an output format before it looks for a project', async () => {
    expect(await run('lint -o yaml')).toStrictEqual({
      code: 4,
      out: '',
      err: `error: \`lint\` has no output format 'yaml'\n  Choose one of ${Object.keys(lintFormats).join(', ')}.\n`,
    });
  });

  it('says where it looked when there is no project', async () => {
    const { code, err } = await run('lint -C sub');
    expect(code).toBe(4);
    expect(err).toContain("there is no 'tallyman.yaml' in '/project/sub' or above it");
  });

  it('calls what it did not expect a bug, with a stack only when asked', async () => {
    const broken = { findProjectFile: () => Promise.reject(new Error('bell \u0007')) };
    const { code, err } = await run('lint', broken);
    expect(code).toBe(1);
    expect(err).toBe(
      'error: this is a bug in tallyman: bell \\u{7}\n  Run it again with `-v` for the place in the code, and report it.\n',
    );
    expect((await run('lint -v', broken)).err).toContain('run.test.ts');
    expect((await run('lint', { ...broken, env: { TALLYMAN_DEBUG: '1' } })).err).toContain('run.test.ts');
  });

  it.each(['prune', 'allow=delete', 'target=Instance/web', 'filename=a.yaml', 'max-removals=1', 'as-of=2026-01-01'])(
    'refuses --%s beside a plan file before it reads anything',
    async (flag) => {
      const { code, err } = await run(`apply p.json --${flag}`);
      expect(code).toBe(4);
      expect(err).toContain('must not stand beside a plan file');
    },
  );

  it.each([
    ['apply --plan-digest sha256:1', 'needs a plan file'],
    ['apply web.yaml', '-f web.yaml'],
  ])('refuses `%s`', async (line, text) => {
    const { code, err } = await run(line);
    expect(code).toBe(4);
    expect(err).toContain(text);
  });
});

describe('the emulator command', () => {
  it('prints its address alone on standard output and serves until it is interrupted', async () => {
    let isClosed = false;
    const runtime = aRuntime({
      startEmulator: (options) => {
        expect(options).toStrictEqual({
          scenario: '/project/s.yaml',
          port: 8080,
          stateDir: '/project/state',
          speed: 0.5,
          resets: false,
        });
        const close = (): Promise<void> => {
          isClosed = true;
          return Promise.resolve();
        };
        return Promise.resolve({ endpoint: 'http://127.0.0.1:8080', close });
      },
    });
    const ended = runSafely('emulator --scenario s.yaml --port 8080 --state state --speed 0.5'.split(' '), runtime);
    while (runtime.written.out === '') await new Promise(setImmediate);
    expect(runtime.written.out).toBe('http://127.0.0.1:8080\n');
    expect(isClosed).toBe(false);
    runtime.signal('SIGTERM');
    expect(await ended).toBe(0);
    expect(isClosed).toBe(true);
  });

  it('passes a change on to a state folder', async () => {
    const changes: unknown[] = [];
    const runtime = aRuntime({ changeEmulator: (options) => Promise.resolve(void changes.push(options)) });
    const words = ['emulator', 'change', '{"op":"stop","instanceId":"i-1"}', '--state', 'state'];
    expect(await runSafely(words, runtime)).toBe(0);
    expect(changes).toStrictEqual([
      { scenario: '/project/scenario.yaml', stateDir: '/project/state', change: { op: 'stop', instanceId: 'i-1' } },
    ]);
  });

  it.each([
    [['emulator', 'change', '{'], 'needs a state folder'],
    [['emulator', 'change', '{', '--state', 's'], 'the change is not JSON'],
    [['emulator', 'serve'], "does not take 'serve'"],
    [['emulator', '--port', '70000'], 'at most 65535'],
    [['emulator', '--speed', 'fast'], 'must be a number'],
  ])('refuses %j', async (words, text) => {
    const runtime = aRuntime();
    expect(await runSafely(words, runtime)).toBe(4);
    expect(runtime.written.err).toContain(text);
  });
});
