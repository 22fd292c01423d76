import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { headCommit, workTree } from '../../../src/adapters/node/git.js';

let root: string;
let project: string;

function git(...parameters: readonly string[]): string {
  const settings = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', root, ...settings, ...parameters], { encoding: 'utf8' }).trim();
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tallyman-git-'));
  project = join(root, 'infra');
  await mkdir(project);
  await writeFile(join(project, 'tallyman.yaml'), 'kind: Project\n');
  await writeFile(join(root, 'other'), 'x\n');
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

describe('the commit of a project', () => {
  it('is that of the work tree when nothing below the folder differs from it', async () => {
    await writeFile(join(root, 'other'), 'changed\n');
    expect(await headCommit(project)).toBe(git('rev-parse', 'HEAD'));
  });

  it.each([
    ['changed', () => writeFile(join(project, 'tallyman.yaml'), 'kind: Policy\n')],
    ['new', () => writeFile(join(project, 'web.yaml'), 'kind: Instance\n')],
    ['missing', () => rm(join(project, 'tallyman.yaml'))],
  ])('is none when a file below is %s', async (_state, change) => {
    await change();
    expect(await headCommit(project)).toBeNull();
  });

  it('is none before the first commit, outside of git, and where there is no folder', async () => {
    expect(await headCommit(join(root, 'nowhere'))).toBeNull();
    await rm(join(root, '.git'), { recursive: true });
    expect(await headCommit(project)).toBeNull();
    git('init', '--quiet');
    expect(await headCommit(project)).toBeNull();
  });

  it('is not looked up elsewhere because of the environment', async () => {
    vi.stubEnv('GIT_DIR', join(root, 'nowhere'));
    expect(await headCommit(project)).toMatch(/^[0-9a-f]{40}$/);
  });

  it('is found without running programs that the repository names', async () => {
    const trap = join(root, '.git', 'trap');
    await writeFile(trap, `#!/bin/sh\ntouch ${join(root, '.git', 'sprung')}\n`);
    await chmod(trap, 0o755);
    git('config', 'core.fsmonitor', trap);
    await headCommit(project);
    expect(existsSync(join(root, '.git', 'sprung'))).toBe(false);
  });
});

describe('the work tree of a project', () => {
  it('names what differs from the commit, from the root of the repository on', async () => {
    await writeFile(join(root, 'other'), 'changed\n');
    await writeFile(join(project, 'tallyman.yaml'), 'kind: Policy\n');
    await mkdir(join(project, 'new folder'));
    await writeFile(join(project, 'new folder', 'wéb.yaml'), 'kind: Instance\n');
    expect(await workTree(project)).toStrictEqual({
      commit: git('rev-parse', 'HEAD'),
      changedFiles: ['infra/tallyman.yaml', 'infra/new folder/wéb.yaml'],
      origin: null,
    });
  });

  it('names a file that was renamed under both names', async () => {
    git('mv', 'infra/tallyman.yaml', 'infra/project.yaml');
    expect((await workTree(project))?.changedFiles.toSorted()).toStrictEqual([
      'infra/project.yaml',
      'infra/tallyman.yaml',
    ]);
  });

  it('knows where it comes from', async () => {
    git('remote', 'add', 'origin', 'git@github.com:web/fleet.git');
    expect((await workTree(project))?.origin).toBe('git@github.com:web/fleet.git');
  });

  it('is none outside of git', async () => {
    await rm(join(root, '.git'), { recursive: true });
    expect(await workTree(project)).toBeNull();
  });
});
