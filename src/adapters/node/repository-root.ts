import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The nearest folder that holds a `.git`, from there upwards; null outside of a repository. In a linked work tree and in
 * a submodule `.git` is a file. Source: gitrepository-layout(5).
 */
export function repositoryRoot(startFolder: string): string | null {
  for (let folder = startFolder; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return null;
  }
}
