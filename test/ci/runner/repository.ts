import { cp, mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { git } from './git.js';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

/** A repository of a user, with one of the examples in it and a branch that is checked out. */
export interface UserRepository {
  readonly root: string;
  write(path: string, text: string): Promise<void>;
  edit(path: string, from: string | RegExp, to: string): Promise<void>;
  git(...words: readonly string[]): Promise<string>;
  /** Commits everything; resolves with the commit. */
  commit(message: string): Promise<string>;
  remove(): Promise<void>;
}

/** `folder`: where in the repository the example is. */
export async function createRepository(example: string, folder = '.'): Promise<UserRepository> {
  const root = await mkdtemp(join(tmpdir(), 'user-repository-'));
  const run = (...words: readonly string[]): Promise<string> => git(root, ...words);
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const repository: UserRepository = {
    root,
    git: run,
    write,
    edit: async (path, from, to) => {
      const before = await readFile(join(root, path), 'utf8');
      const after = before.replace(from, to);
      if (after === before) throw new Error(`'${String(from)}' is not in ${path}`);
      await write(path, after);
    },
    commit: async (message) => {
      await run('add', '--all');
      await run('commit', '--quiet', '--message', message);
      return run('rev-parse', 'HEAD');
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
  await cp(join(examples, example), join(root, folder), {
    recursive: true,
    filter: (path) => !path.includes('.tallyman'),
  });
  await write('.gitignore', '.tallyman/\n');
  await run('init', '--quiet', '--initial-branch=main');
  // The stand-in for the server takes pushes and hands out any commit.
  await run('config', 'receive.denyCurrentBranch', 'ignore');
  await run('config', 'uploadpack.allowAnySHA1InWant', 'true');
  await repository.commit('Begin');
  return repository;
}
