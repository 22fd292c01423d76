import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openGitTree } from '../../../src/adapters/node/git-tree.js';

let root: string;

function git(...parameters: readonly string[]): string {
  const settings = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', root, ...settings, ...parameters], { encoding: 'utf8' }).trim();
}

function write(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '-m', 'change');
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tallyman-tree-'));
  git('init', '--quiet', '--initial-branch', 'main');
  write('infra/tallyman.yaml', 'kind: Project\n');
  write('infra/policies/a.yaml', 'kind: Policy\n');
  write('outside.yaml', 'secret\n');
  commit();
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const sizeMax = 1024;

describe('the files of a commit', () => {
  it('are read from the commit, whatever the work tree holds', async () => {
    write('infra/policies/a.yaml', 'changed\n');
    write('infra/policies/b.yaml', 'new\n');
    const files = await openGitTree(join(root, 'infra'), 'main');
    expect(await files.glob(['policies/*.yaml'])).toEqual(['policies/a.yaml']);
    expect(await files.read('policies/a.yaml', sizeMax)).toBe('kind: Policy\n');
    expect(await files.read('tallyman.yaml', sizeMax)).toBe('kind: Project\n');
    expect(await files.read('policies/b.yaml', sizeMax)).toBeUndefined();
  });

  it.each(['HEAD', 'HEAD~1', 'HEAD^', 'feature/a-b', 'v1.0'])('can be named as %s', async (ref) => {
    commit();
    git('branch', 'feature/a-b');
    git('tag', 'v1.0');
    const files = await openGitTree(join(root, 'infra'), ref);
    expect(await files.read('tallyman.yaml', sizeMax)).toBe('kind: Project\n');
  });

  it('can be named by their commit', async () => {
    const files = await openGitTree(join(root, 'infra'), git('rev-parse', 'HEAD').slice(0, 12));
    expect(await files.glob(['**/*.yaml'])).toEqual(['policies/a.yaml', 'tallyman.yaml']);
  });

  it('never lie outside of the folder of the project', async () => {
    const files = await openGitTree(join(root, 'infra'), 'main');
    expect(await files.read('../outside.yaml', sizeMax)).toBeUndefined();
    expect(await files.glob(['**/*.yaml'])).not.toContain('outside.yaml');
    await expect(files.glob(['../*.yaml'])).rejects.toMatchObject({ code: 'input/file' });
  });

  it('keep names with spaces, quotes, tabs and letters of all languages', async () => {
    const names = ['policies/a b.yaml', 'policies/q"uote.yaml', 'policies/tab\there.yaml', 'policies/策略.yaml'];
    for (const name of names) write(`infra/${name}`, name);
    commit();
    const files = await openGitTree(join(root, 'infra'), 'main');
    expect(await files.glob(['policies/*.yaml'])).toEqual([...names, 'policies/a.yaml'].sort());
    for (const name of names) expect(await files.read(name, sizeMax)).toBe(name);
  });

  it('are none where the commit has no such folder', async () => {
    mkdirSync(join(root, 'new'));
    const files = await openGitTree(join(root, 'new'), 'main');
    expect(await files.read('tallyman.yaml', sizeMax)).toBeUndefined();
    expect(await files.glob(['**/*.yaml'])).toEqual([]);
  });

  it('leave out what a folder would leave out', async () => {
    write('infra/.hidden/a.yaml', 'x');
    write('infra/node_modules/b.yaml', 'x');
    write('infra/policies/.c.yaml', 'x');
    commit();
    const files = await openGitTree(join(root, 'infra'), 'main');
    expect(await files.glob(['**/*.yaml'])).toEqual(['policies/a.yaml', 'tallyman.yaml']);
  });
});

describe('refused is', () => {
  it.each([
    '',
    '--output=/tmp/x',
    '-p',
    'main..other',
    'main:infra',
    '@{upstream}',
    'main@{1}',
    ':/change',
    'a b',
    'main\n',
    '$(id)',
    'main^{tree}',
    'x'.repeat(300),
  ])('%j, which is no plain ref', async (ref) => {
    const problem = { code: 'input/base-ref', exitCode: 4, hint: expect.stringContaining('origin/main') as string };
    await expect(openGitTree(root, ref)).rejects.toMatchObject(problem);
  });

  it('a ref that does not exist, and a folder that is in no repository', async () => {
    await expect(openGitTree(root, 'nowhere')).rejects.toMatchObject({
      code: 'input/base-ref',
      message: "`--base-ref` names 'nowhere', and git knows no such commit here",
    });
    await expect(openGitTree(tmpdir(), 'main')).rejects.toMatchObject({ code: 'input/base-ref' });
  });

  it('a link, wherever it leads', async () => {
    symlinkSync('../../outside.yaml', join(root, 'infra/policies/link.yaml'));
    commit();
    const files = await openGitTree(join(root, 'infra'), 'main');
    expect(await files.glob(['policies/*.yaml'])).toContain('policies/link.yaml');
    await expect(files.read('policies/link.yaml', sizeMax)).rejects.toMatchObject({
      code: 'input/file',
      message: "'policies/link.yaml' of the base is a symbolic link",
    });
  });

  it('a link to a folder, behind which policies would be missing', async () => {
    symlinkSync('..', join(root, 'infra/policies/more'));
    commit();
    const files = await openGitTree(join(root, 'infra'), 'main');
    await expect(files.glob(['policies/**/*.yaml'])).rejects.toMatchObject({ code: 'input/file' });
  });

  it('nothing about a link to a plain file that no glob matches', async () => {
    symlinkSync('a.yaml', join(root, 'infra/policies/README'));
    commit();
    const files = await openGitTree(join(root, 'infra'), 'main');
    expect(await files.glob(['policies/*.yaml'])).toEqual(['policies/a.yaml']);
  });

  it('a submodule', async () => {
    git('update-index', '--add', '--cacheinfo', `160000,${git('rev-parse', 'HEAD')},infra/policies/sub`);
    git('commit', '--quiet', '-m', 'submodule');
    const files = await openGitTree(join(root, 'infra'), 'main');
    await expect(files.glob(['policies/**/*.yaml'])).rejects.toMatchObject({
      message: "'policies/sub' of the base is a submodule",
    });
  });

  it('a file that is too large, or is not text', async () => {
    write('infra/policies/large.yaml', 'x'.repeat(sizeMax + 1));
    write('infra/policies/binary.yaml', Buffer.from([0xff, 0xfe]));
    commit();
    const files = await openGitTree(join(root, 'infra'), 'main');
    await expect(files.read('policies/large.yaml', sizeMax)).rejects.toMatchObject({ code: 'input/file' });
    await expect(files.read('policies/binary.yaml', sizeMax)).rejects.toMatchObject({ code: 'input/file' });
  });
});

describe('nobody but git is heard', () => {
  it('not the variables that would lead it elsewhere', async () => {
    vi.stubEnv('GIT_DIR', '/nowhere');
    vi.stubEnv('GIT_OBJECT_DIRECTORY', '/nowhere');
    const files = await openGitTree(join(root, 'infra'), 'main');
    expect(await files.glob(['policies/*.yaml'])).toEqual(['policies/a.yaml']);
  });

  it('not a replacement of the commit', async () => {
    const before = git('rev-parse', 'HEAD');
    write('infra/policies/a.yaml', 'weak\n');
    commit();
    git('replace', before, 'HEAD');
    const files = await openGitTree(join(root, 'infra'), before);
    expect(await files.read('policies/a.yaml', sizeMax)).toBe('kind: Policy\n');
  });

  it('not a filter that would run on a checkout', async () => {
    git('config', 'filter.evil.smudge', `touch ${join(root, 'ran')}`);
    write('infra/.gitattributes', '* filter=evil\n');
    commit();
    const files = await openGitTree(join(root, 'infra'), 'main');
    expect(await files.read('tallyman.yaml', sizeMax)).toBe('kind: Project\n');
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });
});

it('a commit cannot be written to', async () => {
  const files = await openGitTree(join(root, 'infra'), 'main');
  await expect(files.write('x', 'y')).rejects.toThrow('cannot be written');
});
