import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliRun, tallyman } from './support/cli.js';

const project = `\
apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: cached}
spec:
  id: k3v9x2ab
  accounts: [{name: prod, uid: "1600000000000001"}]
  regions: [cn-hangzhou]
  defaults: {account: prod, region: cn-hangzhou}
  environments:
    - {name: dev}
    - name: prod
      patches: [{target: Instance/web, merge: {replicas: 3, userData: "key=canary-4711"}}]
`;

const source = `\
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: golden}
spec: {owner: self, family: golden}
`;

const instance = `\
apiVersion: tallyman.dev/v1
kind: Instance
metadata: {name: web}
spec:
  replicas: 2
  placement: [{zone: cn-hangzhou-h, vSwitchId: vsw-web}]
  image: {imageSource: golden}
  instanceType: ecs.g7.large
  securityGroupIds: [sg-web]
  systemDisk: {category: cloud_essd, sizeGiB: 40}
  userData: |
    #!/bin/sh
    export KEY=canary-4712
`;

let top: string;
let home: string;
let root: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'tallyman-warm-'));
  home = join(top, 'home');
  root = join(top, 'project');
  put('tallyman.yaml', project);
  put('manifests/source.yaml', source);
  put('manifests/web.yaml', instance);
});

afterEach(() => {
  rmSync(top, { recursive: true, force: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const lint = (...words: readonly string[]): Promise<CliRun> =>
  tallyman(root, ['lint', '-o', 'json', ...words], { env: { XDG_CACHE_HOME: home, TALLYMAN_NO_CACHE: '' } });

/** With the cache as it is now, with what that run left, and without one. */
const lintThreeTimes = async (...words: readonly string[]): Promise<readonly CliRun[]> => [
  await lint(...words),
  await lint(...words),
  await lint('--no-cache', ...words),
];

describe('lint with a cache', () => {
  it('says the same as without: the first time, the second, and after every edit', async () => {
    const edits: readonly (() => void)[] = [
      () => undefined,
      () => put('manifests/web.yaml', instance.replace('replicas: 2', 'replicas: two')),
      () => put('manifests/source.yaml', source.replace('owner: self', 'owner: 1600000000000001')),
      () => put('manifests/source.yaml', source.replace('owner: self', 'owner: &a self')),
      () => put('manifests/source.yaml', `# moved\n\n${source}`),
      () => put('manifests/web.yaml', instance),
      () => put('tallyman.yaml', project.replace('replicas: 3', 'replicas: three')),
    ];
    for (const edit of edits) {
      edit();
      const [first, second, cold] = await lintThreeTimes();
      expect([first, second]).toEqual([cold, cold]);
    }
  });

  it('says the same of a change beside its base', async () => {
    const git = (...words: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: root });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'base');
    put('tallyman.yaml', project.replace('accounts: [', 'accounts: [{name: next, uid: "1600000000000002"}, '));
    put('manifests/source.yaml', source.replace('{owner: self', '{account: next, owner: self'));
    const [first, second, cold] = await lintThreeTimes('--base-ref', 'HEAD');
    expect([first, second]).toEqual([cold, cold]);
    expect(cold?.stdout).toContain("account 'next' must be one of 'HEAD'");
  });

  it('keeps no user data, and writes nothing with --no-cache', async () => {
    await lint('--no-cache');
    expect(existsSync(home)).toBe(false);
    await lint();
    const [name = ''] = readdirSync(join(home, 'tallyman'));
    const kept = readFileSync(join(home, 'tallyman', name), 'latin1');
    expect(kept).toContain('vsw-web');
    expect(kept).not.toContain('canary');
  });

  it('goes on without where there can be none, and says so with -v alone', async () => {
    writeFileSync(home, 'no folder');
    const { stderr, ...quiet } = await lint();
    const told = await lint('-v');
    expect(stderr).toBe('');
    expect(told).toEqual({ ...quiet, stderr: told.stderr });
    expect(told.stderr).toMatch(/^no parse cache: /);
  });
});
