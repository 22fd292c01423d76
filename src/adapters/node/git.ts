import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Real milliseconds; a repository that takes longer has no commit as far as we are concerned. */
const gitTimeoutMs = 10_000;

const outputMax = 1024 * 1024;

/** Settings of the repository that would run programs of its own. */
const safeSettings = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.pager=cat'] as const;

/**
 * The commit that the files in and below a folder are at; null outside of git, without git, and where a file below the
 * folder is changed, new or missing. Looks only: no hook, no pager, no prompt and no index refresh.
 */
export async function headCommit(dir: string): Promise<string | null> {
  try {
    const commit = await git(dir, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
    const changes = await git(dir, 'status', '--porcelain=v1', '-z', '--ignore-submodules=all', '--', '.');
    return changes === '' && /^[0-9a-f]{40,64}$/.test(commit.trim()) ? commit.trim() : null;
  } catch {
    // Too much output means that much is changed; every other failure means that there is no commit to speak of.
    return null;
  }
}

async function git(dir: string, ...parameters: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', dir, ...safeSettings, ...parameters], {
    env: gitEnvironment(process.env),
    timeout: gitTimeoutMs,
    maxBuffer: outputMax,
    encoding: 'utf8',
  });
  return stdout;
}

/** GIT_DIR, GIT_EXTERNAL_DIFF and their like would lead elsewhere; HOME stays for `safe.directory`. */
function gitEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    PATH: environment['PATH'],
    HOME: environment['HOME'],
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  };
}
