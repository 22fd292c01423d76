import { execFile } from 'node:child_process';

/**
 * Settings that keep a repository from running programs of its own, and from fetching what it lacks: whoever only looks
 * opens no connection.
 */
const safeSettings = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'protocol.allow=never',
].flatMap((setting) => ['-c', setting]);

export interface GitOptions {
  readonly timeoutMs: number;
  /** Bytes; with more the call fails. */
  readonly outputMax: number;
  /** For standard input. */
  readonly input?: string;
}

/** Runs git in a folder, with nothing between the parameters and git: no shell, no prompt, no pager, no hook. */
export function runGit(folder: string, parameters: readonly string[], options: GitOptions): Promise<Buffer> {
  const { timeoutMs, outputMax, input = '' } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      ['--no-replace-objects', '-C', folder, ...safeSettings, ...parameters],
      { env: gitEnvironment(process.env), timeout: timeoutMs, maxBuffer: outputMax, encoding: 'buffer' },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
    // Git may end before it has read everything; its exit code tells more than the broken pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** GIT_DIR, GIT_EXTERNAL_DIFF and their like would lead elsewhere; HOME stays for `safe.directory`. */
function gitEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    PATH: environment['PATH'],
    HOME: environment['HOME'],
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
  };
}
