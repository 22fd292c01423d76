import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFile } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tallymanJs } from '../e2e/support/cli.js';
import { type EmulatorProcess, startEmulatorProcess } from '../e2e/support/emulator-process.js';
import { createRepository, type UserRepository } from './runner/repository.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

interface ShellRun {
  readonly code: number;
  readonly output: string;
}

let bin: string;
let repository: UserRepository;

beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'ci-tools-'));
  const tool = async (name: string, script: string): Promise<void> => {
    await writeFile(join(bin, name), `#!/bin/bash\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await tool('tallyman', `exec '${process.execPath}' '${tallymanJs}' "$@"`);
  // What is installed already is installed again, and what is installed is found.
  await tool('npm', '[ "$1" = ci ]');
  await tool('npx', '[ "$1" = --no-install ] && shift && exec "$@"');
});
afterAll(() => rm(bin, { recursive: true }));
beforeEach(async () => {
  repository = await createRepository('golden-fleet');
});
afterEach(() => repository.remove());

function shell(lines: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ShellRun> {
  const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
  return new Promise((done) => {
    execFile(
      'bash',
      ['-eo', 'pipefail', '-c', lines.join('\n')],
      { cwd: repository.root, env: { PATH: path, HOME: repository.root, ...env } },
      (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

interface GitlabJob {
  readonly extends?: string;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly resource_group?: string;
  readonly artifacts?: { readonly paths?: readonly string[]; readonly reports?: Readonly<Record<string, string>> };
  readonly [key: string]: unknown;
}

describe('the example for GitLab', async () => {
  const file = parse(await textOf('examples/ci/gitlab/tallyman.gitlab-ci.yml')) as Readonly<Record<string, GitlabJob>>;

  /** Maps are merged key by key, everything else is replaced. */
  function resolved(name: string): GitlabJob {
    const job = file[name];
    if (job === undefined) throw new Error(`there is no job ${name}`);
    const parent = job.extends === undefined ? {} : resolved(job.extends);
    return { ...parent, ...job, variables: { ...parent.variables, ...job.variables } };
  }

  const runJob = async (name: string, given: Readonly<Record<string, string>> = {}): Promise<ShellRun> => {
    const { before_script = [], script = [], variables = {} } = resolved(name);
    const known: Readonly<Record<string, string>> = { CI_PROJECT_ID: '7', CI_JOB_ID: '8', ...given };
    const expanded = Object.entries(variables).map(([key, value]) => [
      key,
      value.replaceAll(/\$(\w+)/g, (_, variable: string) => known[variable] ?? ''),
    ]);
    const env = { ...(Object.fromEntries(expanded) as Record<string, string>), TALLYMAN_IDENTITY: 'a token', ...given };
    return shell([...before_script, ...script], env);
  };

  it('lints a merge request by the policy of its target, and leaves code quality and tests', async () => {
    await repository.git('remote', 'add', 'origin', repository.root);
    await repository.git('switch', '--quiet', '--create', 'change');
    await repository.edit('manifests/images.yaml', 'owner: "1600000000000001"', 'owner: "1600000000000009"');
    await repository.edit('policies/baseline.yaml', '{uid: "1600000000000001"', '{uid: "1600000000000009"');
    await repository.commit('Trust a stranger');
    const target = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' };
    const lint = await runJob('tallyman-lint', target);
    expect(lint).toMatchObject({ code: 3, output: expect.stringContaining('trust/trusted-owner') as string });
    const { codequality = '', junit = '' } = file['tallyman-lint']?.artifacts?.reports ?? {};
    const quality = JSON.parse(await readFile(join(repository.root, codequality), 'utf8')) as { check_name: string }[];
    expect(quality.map(({ check_name }) => check_name)).toContain('trust/trusted-owner');
    expect(await readFile(join(repository.root, junit), 'utf8')).toContain('<testsuite');
  });

  describe('on a cloud', () => {
    let emulator: EmulatorProcess;
    const on = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
      TALLYMAN_ENDPOINT: emulator.endpoint,
      ...more,
    });

    beforeEach(async () => {
      emulator = await startEmulatorProcess(repository.root, ['--scenario', 'scenario.yaml', '--speed', '6000']);
    });
    afterEach(() => emulator.stop());

    it('plans, applies that plan and no other, and finds no drift afterwards', async () => {
      expect(await runJob('tallyman-drift', on())).toMatchObject({ code: 2 });
      expect(await runJob('tallyman-plan', on())).toMatchObject({ code: 0 });
      const [, digest = ''] =
        /^PLAN_DIGEST=(sha256:[0-9a-f]{64})$/m.exec(await readFile(join(repository.root, 'plan.env'), 'utf8')) ?? [];
      const other = `sha256:${'0'.repeat(64)}`;
      expect(await runJob('tallyman-apply', on({ PLAN_DIGEST: other }))).toMatchObject({ code: 5 });
      expect(await runJob('tallyman-apply', on({ PLAN_DIGEST: digest }))).toMatchObject({ code: 0 });
      expect(await runJob('tallyman-drift', on())).toMatchObject({ code: 0 });
      expect(await runJob('tallyman-audit', on())).toMatchObject({
        output: expect.stringContaining('rules') as string,
      });
    });

    it('leaves the numbers of a plan and its report for the merge request', async () => {
      await repository.git('remote', 'add', 'origin', repository.root);
      const plan = await runJob('tallyman-preview', on({ CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' }));
      expect(plan.code).toBe(0);
      const { terraform = '' } = file['tallyman-preview']?.artifacts?.reports ?? {};
      expect(JSON.parse(await readFile(join(repository.root, terraform), 'utf8'))).toStrictEqual({
        create: 7,
        update: 0,
        delete: 0,
      });
      expect(await readFile(join(repository.root, 'plan.md'), 'utf8')).toContain('2 to copy, 5 to create');
    });

    it('keeps the identity token where only the job can read it', async () => {
      const { before_script = [] } = resolved('.tallyman-identity');
      const file = join(repository.root, 'identity');
      await shell([...before_script, `stat -c %a '${file}'`], {
        ALIBABA_CLOUD_OIDC_TOKEN_FILE: file,
        TALLYMAN_IDENTITY: 'x',
      }).then(({ output }) => expect(output.trim()).toBe('600'));
    });
  });

  it('applies one at a time, and only by hand after the merge', () => {
    expect(resolved('tallyman-apply')).toMatchObject({
      resource_group: 'tallyman-apply',
      environment: 'production',
      interruptible: false,
      rules: [{ when: 'manual' }],
    });
  });
});

describe('the hook for pre-commit', async () => {
  const hooks = parse(await textOf('.pre-commit-hooks.yaml')) as readonly Readonly<Record<string, unknown>>[];
  const [hook] = hooks;

  it('has the fields that pre-commit demands, and looks at the project once and as a whole', () => {
    expect(hook).toMatchObject({
      id: 'tallyman-lint',
      language: 'node',
      types_or: ['yaml'],
      pass_filenames: false,
      require_serial: true,
    });
  });

  it('calls a command that the package brings along', async () => {
    const { bin: commands, scripts } = JSON.parse(await textOf('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const [command = ''] = String(hook?.['entry']).split(' ');
    expect(Object.keys(commands ?? {})).toContain(command);
    // Installed from git, the package is built where it is installed.
    expect(scripts?.['prepare']).toBe('node scripts/prepare.mjs');
  });

  it('stops a commit that policy forbids, and no other', async () => {
    expect(await shell([String(hook?.['entry'])])).toMatchObject({ code: 0 });
    await repository.edit('manifests/images.yaml', 'owner: "1600000000000001"', 'owner: "1600000000000009"');
    expect(await shell([String(hook?.['entry'])])).toMatchObject({ code: 3 });
  });
});

describe('the example for Yunxiao', () => {
  it('says that nobody has tried it, and calls what tallyman knows', async () => {
    const text = await textOf('examples/ci/yunxiao/tallyman.yunxiao.yml');
    expect(text).toMatch(/^# NOT TRIED/);
    const lines = [...text.matchAll(/npx --no-install (tallyman .*)$/gm)].map(([, line = '']) => line);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(await shell([`${line} --help`])).toMatchObject({ code: 0 });
  });
});
