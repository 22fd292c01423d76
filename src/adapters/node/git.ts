import { runGit } from './run-git.js';

/** A repository that takes longer, in real time, has no commit as far as we are concerned. */
const limits = { timeoutMs: 10_000, outputMax: 1024 * 1024 };

/** What a folder of a work tree is, compared with the commit that is checked out. */
export interface WorkTree {
  readonly commit: string;
  /** Changed, new and missing files in and below the folder, relative to the root of the repository. */
  readonly changedFiles: readonly string[];
  /** Address of the remote `origin`, as it is configured; null where there is none. */
  readonly origin: string | null;
}

/**
 * Null outside of git, without git, before the first commit, and where more is changed than can be listed. Looks only:
 * no hook, no pager, no prompt and no index refresh.
 */
export async function workTree(dir: string): Promise<WorkTree | null> {
  try {
    const commit = (await git(dir, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}')).trim();
    if (!/^[0-9a-f]{40,64}$/.test(commit)) return null;
    const status = ['--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=all'];
    const changes = await git(dir, 'status', ...status, '--', '.');
    // `XY PATH`: two letters for the states and a blank.
    const changedFiles = changes.split('\0').flatMap((entry) => (entry === '' ? [] : [entry.slice(3)]));
    return { commit, changedFiles, origin: await originOf(dir) };
  } catch {
    return null;
  }
}

async function originOf(dir: string): Promise<string | null> {
  try {
    return (await git(dir, 'config', '--get', 'remote.origin.url')).trim() || null;
  } catch {
    return null;
  }
}

/** The commit that the files in and below a folder are at; null where one of them is changed, new or missing. */
export async function headCommit(dir: string): Promise<string | null> {
  const tree = await workTree(dir);
  return tree === null || tree.changedFiles.length > 0 ? null : tree.commit;
}

async function git(dir: string, ...parameters: readonly string[]): Promise<string> {
  return (await runGit(dir, parameters, limits)).toString('utf8');
}
