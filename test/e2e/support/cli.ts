import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built command line: what a user runs. */
export const tallymanJs = fileURLToPath(new URL('../../../dist/bin/tallyman.js', import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCli {
  readonly child: ChildProcess;
  readonly done: Promise<CliRun>;
}

/** No credentials, no colours, no terminal: the environment of a CI job that has been given nothing. */
function bareEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && ['PATH', 'TMPDIR', 'LANG', 'TZ'].includes(name),
  ) as [string, string][];
  return { ...Object.fromEntries(kept), HOME: '/nonexistent', TALLYMAN_NO_CACHE: '1', ...extra };
}

export function startTallyman(
  cwd: string,
  words: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly nodeOptions?: readonly string[] } = {},
): StartedCli {
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), tallymanJs, ...words], {
    cwd,
    env: bareEnvironment(options.env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = new Promise<CliRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, done };
}

export function tallyman(
  cwd: string,
  words: readonly string[],
  options: Parameters<typeof startTallyman>[2] = {},
): Promise<CliRun> {
  return startTallyman(cwd, words, options).done;
}
