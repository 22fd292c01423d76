import { once } from 'node:events';
import { type Stats, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { FolderWatch, FolderWatchOptions } from '../../ports/folder-watch.js';

/** Folders in which no manifest is: history, packages, the state of the emulator. */
const ignoredFolders: ReadonlySet<string> = new Set(['.git', '.tallyman', 'node_modules']);

/** How often it is looked whether the folder is still the same, in real time: a watch does not see that it is gone. */
const identityPollMs = 500;

/** Resolves once everything that is there is watched. Links are not followed: nothing behind them is ever read. */
export async function watchFolder(options: FolderWatchOptions): Promise<FolderWatch> {
  const { folder, onChange, onProblem } = options;
  const named = new Set<string>();
  const open = (): FSWatcher =>
    watch(folder, {
      ignoreInitial: true,
      followSymlinks: false,
      ignorePermissionErrors: true,
      ignored: (path, stats) => isIgnored(relativeTo(folder, path), stats, named),
    })
      .on('all', (event, path) => {
        const local = relativeTo(folder, path);
        // The next folder of that name may get the number of this one.
        if (local === '' && event === 'unlinkDir') identity = null;
        onChange(local || '.');
      })
      // What follows at once after an event is left out above, and a file that is exchanged for another may be lost.
      .on('raw', (_, name, details) => {
        const local = relativeTo(folder, pathOf(name, details));
        if (isWanted(local, named)) onChange(local);
      })
      .on('error', (error) => onProblem(problemText(error)));

  let identity = identityOf(folder);
  let watcher = open();
  await once(watcher, 'ready');
  const poll = setInterval(() => {
    const current = identityOf(folder);
    if (current === identity) return;
    identity = current;
    void watcher.close();
    watcher = open().on('ready', () => onChange('.'));
    onChange('.');
  }, identityPollMs);
  return {
    add(paths) {
      const unknown = paths.filter((path) => !named.has(path));
      for (const path of unknown) named.add(path);
      if (unknown.length > 0) watcher.add(unknown.map((path) => join(folder, path)));
    },
    async close() {
      clearInterval(poll);
      await watcher.close();
    },
  };
}

/** Null where there is no such folder. */
function identityOf(folder: string): string | null {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}

function relativeTo(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

/** Each file that is watched costs the system something, so those that cannot count are left out. */
function isIgnored(local: string, stats: Stats | undefined, named: ReadonlySet<string>): boolean {
  return isInIgnoredFolder(local) || (stats?.isFile() === true && !isWanted(local, named));
}

function isInIgnoredFolder(local: string): boolean {
  return local.split('/').some((part) => ignoredFolders.has(part));
}

function isWanted(local: string, named: ReadonlySet<string>): boolean {
  return !isInIgnoredFolder(local) && (/\.ya?ml$/.test(local) || named.has(local));
}

/** The system tells of a file by the watch on it, or by the one on its folder with its name. */
function pathOf(name: string, details: unknown): string {
  const { watchedPath = '' } = details as { readonly watchedPath?: string };
  return basename(watchedPath) === name ? watchedPath : join(watchedPath, name);
}

function problemText(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EMFILE') {
    return 'not every file can be watched: the system allows too few watches. Raise fs.inotify.max_user_watches and fs.inotify.max_user_instances, or run `tallyman lint` by hand.';
  }
  return `changes may be missed: ${error instanceof Error ? error.message : String(error)}. Start again if that stays.`;
}
