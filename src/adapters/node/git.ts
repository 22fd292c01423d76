import { runGit } from './run-git.js';

/** A repository that takes longer, in real time, has no commit as far as we are concerned. */
const limits = { timeoutMs: 10_000, outputMax: 1024 * 1024 };

/**
 * The commit that the files in and below a folder are at; null outside of git, without git, and where a file below the
 * folder is changed, new or missing. Looks only: no hook, no pager, no prompt and no index refresh.
 */
export async function headCommit(dir: string): Promise<string | null> {
  try {
    const commit = (await git(dir, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}')).trim();
    const changes = await git(dir, 'status', '--porcelain=v1', '-z', '--ignore-submodules=all', '--', '.');
    return changes === '' && /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
  } catch {
    // Too much output means that much is changed; every other failure means that there is no commit to speak of.
    return null;
  }
}

async function git(dir: string, ...parameters: readonly string[]): Promise<string> {
  return (await runGit(dir, parameters, limits)).toString('utf8');
}
