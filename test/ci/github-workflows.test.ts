import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmulatorProcess, type LoggedCall, startEmulatorProcess } from '../e2e/support/emulator-process.js';
import { secondImage } from '../e2e/support/golden-fleet.js';
import { type FakeGithub, startFakeGithub } from './runner/fake-github.js';
import { pullRequest } from './runner/pull-request.js';
import { createRepository, type UserRepository } from './runner/repository.js';
import { type JobRun, removeRuns, runWorkflow, type Trigger } from './runner/runner.js';
import { installGh } from './runner/tools.js';

const workflowText = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../examples/ci/github/${name}.yml`, import.meta.url)), 'utf8');

let tools: Awaited<ReturnType<typeof installGh>>;
let repository: UserRepository;
let github: FakeGithub;
let emulator: EmulatorProcess;
let artifacts: Map<string, string>;

beforeAll(async () => {
  tools = await installGh();
});
afterAll(() => rm(tools.folder, { recursive: true }));
beforeEach(async () => {
  repository = await createRepository('golden-fleet');
  github = await startFakeGithub();
  artifacts = new Map();
  emulator = await startEmulatorProcess(repository.root, ['--scenario', 'scenario.yaml', '--speed', '6000']);
});
afterEach(async () => {
  await emulator.stop();
  await github.close();
  await repository.remove();
  removeRuns();
});

/** Runs a workflow of the examples against the emulated cloud; every job can become the roles that it names. */
async function run(
  name: string,
  trigger: Trigger,
  only?: readonly string[],
): Promise<Readonly<Record<string, JobRun>>> {
  const vars = {
    TALLYMAN_PLAN_ROLE_ARN: 'acs:ram::1600000000000002:role/tallyman-plan',
    TALLYMAN_APPLY_ROLE_ARN: 'acs:ram::1600000000000002:role/tallyman-apply',
    TALLYMAN_OIDC_PROVIDER_ARN: 'acs:ram::1600000000000002:oidc-provider/github',
    TALLYMAN_SNAPSHOT: 'true',
  };
  const env = { TALLYMAN_ENDPOINT: emulator.endpoint, PATH: tools.path };
  const secrets = { TALLYMAN_APP_KEY: 'a private key' };
  return runWorkflow(await workflowText(name), { vars, secrets, env, artifacts, apiUrl: github.url, ...trigger }, only);
}

async function job(name: string, trigger: Trigger, only: string): Promise<JobRun> {
  const done = (await run(name, trigger, [only]))[only];
  if (done === undefined) throw new Error(`there is no job ${only}`);
  return done;
}

const onMain = async (eventName: Trigger['eventName'] = 'push'): Promise<Trigger> => ({
  origin: repository.root,
  sha: await repository.git('rev-parse', 'main'),
  eventName,
  event: { repository: { default_branch: 'main' } },
});

/** A branch with one change, committed. */
async function propose(path: string, from: string, to: string): Promise<string> {
  await repository.git('switch', '--quiet', '--force-create', 'change', 'main');
  await repository.edit(path, from, to);
  return repository.commit('Change');
}

async function writes(): Promise<readonly string[]> {
  const { calls } = await emulator.get<{ calls: readonly LoggedCall[] }>('calls');
  return calls.filter(({ access }) => access === 'write').map(({ action }) => action);
}

describe('the preview of a pull request', () => {
  it('comments what would change, and brings its comment up to date', async () => {
    const first = await job(
      'preview',
      pullRequest(repository, await propose('manifests/fleet.yaml', 'replicas: 3', 'replicas: 4')),
      'preview',
    );
    expect(first.log).toContain('Plan: ');
    expect(first.result).toBe('success');
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toMatch(
      /^<!-- tallyman:plan:k3v9x2ab -->\n### 📋 tallyman plan: 2 to copy, 6 to create\n/,
    );
    await job(
      'preview',
      pullRequest(repository, await propose('manifests/fleet.yaml', 'replicas: 3', 'replicas: 1')),
      'preview',
    );
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain('2 to copy, 3 to create');
    expect(await writes()).toStrictEqual([]);
  });

  it('comments a plan that policy forbids too, and fails', async () => {
    const sha = await propose(
      'manifests/fleet.yaml',
      'encrypted: true, kmsKeyId: key-prod-hangzhou',
      'encrypted: false',
    );
    const plan = await job('preview', pullRequest(repository, sha), 'preview');
    expect(plan.result).toBe('failure');
    expect(github.comments[0]?.body).toContain('**This plan cannot be applied.**');
    expect(plan.commands).toContainEqual(expect.objectContaining({ command: 'error' }));
  });

  it('says under the pull request when there is no report, and in the same comment again when there is one', async () => {
    const broken = await propose('tallyman.yaml', 'kind: Project', 'kind: Projekt');
    expect((await job('preview', pullRequest(repository, broken), 'preview')).result).toBe('failure');
    expect(github.comments).toHaveLength(1);
    await job(
      'preview',
      pullRequest(repository, await propose('manifests/fleet.yaml', 'replicas: 3', 'replicas: 4')),
      'preview',
    );
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain('2 to copy, 6 to create');
  });

  it('leaves comments of others alone, although they hold its mark, on whichever page they are', async () => {
    for (let id = 1; id <= 150; id += 1)
      github.comments.push({ id, author: 'mallory', body: '<!-- tallyman:plan:k3v9x2ab -->\nmine' });
    const sha = await propose('manifests/fleet.yaml', 'replicas: 3', 'replicas: 4');
    await job('preview', pullRequest(repository, sha), 'preview');
    await job('preview', pullRequest(repository, sha), 'preview');
    expect(github.writes).toStrictEqual([
      'POST /repos/acme/fleet/issues/7/comments',
      'PATCH /repos/acme/fleet/issues/comments/1000',
    ]);
    expect(github.comments.filter(({ body }) => body.endsWith('\nmine'))).toHaveLength(150);
  });

  it('becomes somebody in RAM by a token that is masked, kept for nobody else and removed', async () => {
    const sha = await propose('manifests/fleet.yaml', 'replicas: 3', 'replicas: 4');
    const plan = await job('preview', pullRequest(repository, sha), 'preview');
    expect(github.audiences).toStrictEqual(['sts.aliyuncs.com']);
    expect(plan.commands).toContainEqual({ command: 'add-mask', properties: {}, message: 'identity-token-canary' });
    expect(plan.log.split('identity-token-canary')).toHaveLength(2);
    const left = await readdir(plan.temp, { recursive: true });
    expect(left.filter((name) => name.includes('identity-token'))).toStrictEqual([]);
  });

  it('gives forks a plan from the newest snapshot of the default branch, and nothing that can write', async () => {
    const { snapshot } = await run('schedule', await onMain('schedule'), ['snapshot']);
    expect(snapshot?.result).toBe('success');
    const main = { head_branch: 'main', head_repository_id: 1001 };
    const of = (id: number, created: string, run: object, expired = false): object => ({
      expired,
      created_at: created,
      workflow_run: { id, ...run },
    });
    github.artifacts.push(
      of(5, '2026-01-01T05:00:00Z', { ...main, head_repository_id: 666 }),
      of(4, '2026-01-01T04:00:00Z', { ...main, head_branch: 'change' }),
      of(3, '2026-01-01T03:00:00Z', main, true),
      of(1, '2026-01-01T01:00:00Z', main),
      of(2, '2026-01-01T02:00:00Z', main),
    );
    const sha = await propose('manifests/fleet.yaml', 'replicas: 3', 'replicas: 4');
    const done = await run('preview', pullRequest(repository, sha, 'mallory/fleet'));
    expect(done['preview']?.result).toBe('skipped');
    const fork = done['preview-fork'];
    expect(fork?.steps.find(({ name }) => name === 'Find the newest snapshot')?.outputs).toStrictEqual({ run: '2' });
    expect(fork?.log).toContain('Plan: ');
    expect(fork?.summary).toContain('2 to copy, 6 to create');
    expect(fork?.result).toBe('success');
    expect(github.writes).toStrictEqual([]);
    expect(github.audiences).toHaveLength(1);
  });

  it('says to forks what to do where there is no snapshot', async () => {
    const sha = await propose('manifests/fleet.yaml', 'replicas: 3', 'replicas: 4');
    const fork = await job('preview', pullRequest(repository, sha, 'mallory/fleet'), 'preview-fork');
    expect(fork.result).toBe('success');
    expect(fork.commands).toContainEqual(
      expect.objectContaining({ command: 'notice', message: expect.stringContaining('no snapshot yet') }),
    );
  });
});

describe('apply after the merge', () => {
  it('applies the plan that was made before it, and nothing when nothing is left', async () => {
    const { plan, apply } = await run('apply', await onMain());
    expect(plan?.outputs).toMatchObject({ changes: 'true', digest: expect.stringMatching(/^sha256:/) });
    expect(apply?.log).toContain('Apply: ');
    expect(apply?.result).toBe('success');
    expect(new Set(await writes())).toStrictEqual(new Set(['CopyImage', 'RunInstances', 'TagResources']));
    const audit = await readFile(join(artifacts.get('tallyman-audit-log-') ?? '', 'audit.jsonl'), 'utf8');
    expect(audit).toContain('"operation":"CopyImage"');
    const again = await run('apply', await onMain());
    expect(again['plan']?.outputs['changes']).toBe('false');
    expect(again['apply']?.result).toBe('skipped');
  });

  it('applies no plan that was exchanged on its way', async () => {
    const { plan } = await run('apply', await onMain(), ['plan']);
    const file = join(artifacts.get('tallyman-plan') ?? '', 'tallyman.plan.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll('web-hangzhou', 'web-hangzhow'));
    expect(plan?.result).toBe('success');
    const needed = `jobs:\n  plan:\n    timeout-minutes: 1\n    runs-on: x\n    outputs: {changes: "true", digest: "${plan?.outputs['digest'] ?? ''}"}\n    steps: []\n`;
    const [, applyPart = ''] = (await workflowText('apply')).split(/^(?= {2}apply:\n)/m);
    const { apply } = await runWorkflow(`permissions: {contents: read}\n${needed}${applyPart}`, {
      ...(await onMain()),
      artifacts,
      apiUrl: github.url,
      env: { TALLYMAN_ENDPOINT: emulator.endpoint },
      vars: {
        TALLYMAN_APPLY_ROLE_ARN: 'acs:ram::1600000000000002:role/a',
        TALLYMAN_OIDC_PROVIDER_ARN: 'acs:ram::1600000000000002:oidc-provider/g',
      },
    });
    expect(apply?.steps.find(({ outputs }) => outputs['exit-code'] !== undefined)?.outputs['exit-code']).toMatch(
      /[45]/,
    );
    expect(apply?.result).toBe('failure');
    expect(await writes()).toStrictEqual([]);
  });
});

describe('the schedule', () => {
  it('is quiet where nothing differs, and fails where somebody has changed something', async () => {
    await run('apply', await onMain());
    const quiet = await job('schedule', await onMain('schedule'), 'drift');
    expect(quiet.result).toBe('success');
    const { instances } = await emulator.get<{ instances: readonly { id: string }[] }>('state');
    await emulator.post('changes', { op: 'deleteInstance', instanceId: instances[0]?.id });
    const drift = await job('schedule', await onMain('schedule'), 'drift');
    expect(drift.result).toBe('failure');
    expect(drift.summary).toContain('Instance/web-');
    expect(drift.steps.find(({ outputs }) => outputs['exit-code'] !== undefined)?.outputs).toMatchObject({
      'exit-code': '2',
      changes: 'true',
    });
  });

  it('uploads what an audit finds', async () => {
    const audit = await job('schedule', await onMain('schedule'), 'audit');
    expect(audit.log).toContain('rules');
    expect(JSON.parse(audit.sarif[0] ?? '')).toMatchObject({
      runs: [{ automationDetails: { id: 'tallyman/audit/' } }],
    });
  });
});

describe('the update of the lock', () => {
  const update = async (): Promise<JobRun> => job('update', await onMain('schedule'), 'update');

  it('does nothing while there is no newer image', async () => {
    const done = await update();
    expect(done.result).toBe('success');
    expect(github.writes).toStrictEqual([]);
    expect(await repository.git('branch', '--list', 'tallyman/update')).toBe('');
  });

  it('opens one pull request for a newer image, with the lock alone in it, and keeps it up to date', async () => {
    await emulator.post('changes', { op: 'addImage', image: await secondImage() });
    const done = await update();
    expect(done.log).toContain('opened: https://github.example/pull/');
    expect(done.result).toBe('success');
    expect(await repository.git('diff', '--name-only', 'main', 'tallyman/update')).toBe('tallyman.lock.yaml');
    expect(await repository.git('show', 'tallyman/update:tallyman.lock.yaml')).toContain('imageId: m-golden2');
    const [opened] = github.pullRequests;
    expect(opened).toMatchObject({ head: 'tallyman/update', base: 'main', title: 'Update tallyman.lock.yaml' });
    for (const part of [
      'm-golden1',
      'm-golden2',
      '1600000000000001',
      '40 GiB',
      'Encrypted',
      'day',
      '3 members in 3 waves',
      'about 15 minutes',
      'a token of its own',
    ]) {
      expect(opened?.body).toContain(part);
    }
    const commit = await repository.git('rev-parse', 'tallyman/update');
    const again = await update();
    expect(again.log).toContain('brought up to date');
    expect(github.pullRequests).toHaveLength(1);
    expect(await repository.git('rev-parse', 'tallyman/update')).toBe(commit);
  });

  it("says that no check has started where it had the job's own token", async () => {
    await emulator.post('changes', { op: 'addImage', image: await secondImage() });
    const text = (await workflowText('update'))
      .replace(/^ +token: .*\n/m, '')
      .replace('contents: read\n      id-token', 'contents: write\n      pull-requests: write\n      id-token');
    const { update: done } = await runWorkflow(text, {
      ...(await onMain('schedule')),
      apiUrl: github.url,
      env: { TALLYMAN_ENDPOINT: emulator.endpoint },
      vars: {
        TALLYMAN_PLAN_ROLE_ARN: 'acs:ram::1600000000000002:role/a',
        TALLYMAN_OIDC_PROVIDER_ARN: 'acs:ram::1600000000000002:oidc-provider/g',
      },
    });
    expect(done?.log).toContain('opened');
    expect(github.pullRequests[0]?.body).toContain('**No check has started:**');
  });

  it('overwrites no commit of somebody else on its branch', async () => {
    await emulator.post('changes', { op: 'addImage', image: await secondImage() });
    await update();
    await repository.git('switch', '--quiet', 'tallyman/update');
    await repository.write('notes.md', 'looked at\n');
    const commit = await repository.commit('Note that this was looked at');
    const done = await update();
    expect(done.result).toBe('failure');
    expect(done.commands.at(-1)?.message).toContain('is not ours');
    expect(await repository.git('rev-parse', 'tallyman/update')).toBe(commit);
  });
});
