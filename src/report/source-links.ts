import type { CheckReport } from './check-report.js';
import { sanitise } from './sanitise.js';

/**
 * Address of a line of a file as it is in the commit, on the site that holds the repository; null where the file is not
 * as it is in the commit, or where no such site is known.
 */
export function fileUri(
  { commit, changedFiles, blobs }: Pick<CheckReport, 'commit' | 'changedFiles' | 'blobs'>,
  file: string,
  line: number,
): string | null {
  if (commit === null || blobs === null || changedFiles.has(file)) return null;
  return `${blobs}/${commit}/${encodedPath(file)}#L${line}`;
}

/** Parentheses end a link in markdown; they and `'` are among the few marks that `encodeURIComponent` leaves. */
function encodedPath(file: string): string {
  return sanitise(file)
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
    .replaceAll("'", '%27')
    .replaceAll("'", '%27');
}

/**
 * Where a site shows the files of a commit, by the address that git fetches from: `git@github.com:web/fleet.git`. Null
 * for what is not known to be a site of that kind; who is logged in never becomes part of it. Sources: documentation of
 * GitHub, GitLab and Gitee on permanent links to files.
 */
export function blobsOf(remote: string): string | null {
  const [, host = '', path = ''] =
    /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([\w.-]+)(?::\d+)?\/([\w./~-]+?)(?:\.git)?\/?$/.exec(remote) ??
    /^(?:[\w.-]+@)?([\w.-]+):([\w./~-]+?)(?:\.git)?\/?$/.exec(remote) ??
    [];
  const site = host.toLowerCase();
  if (path === '' || path.split('/').some((part) => part === '' || part === '..')) return null;
  if (site === 'github.com' || site === 'gitee.com' || site.endsWith('.ghe.com')) return `https://${site}/${path}/blob`;
  return site === 'gitlab.com' || site.startsWith('gitlab.') ? `https://${site}/${path}/-/blob` : null;
}
