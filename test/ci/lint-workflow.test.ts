import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pullRequest } from './runner/pull-request.js';
import { createRepository, type UserRepository } from './runner/repository.js';
import { type JobRun, runWorkflow, type Trigger } from './runner/runner.js';

const workflow = await readFile(fileURLToPath(new URL('../../examples/ci/github/lint.yml', import.meta.url)), 'utf8');

describe('the lint workflow, copied into a repository', () => {
  let repository: UserRepository;

  const lint = async (trigger: Trigger): Promise<JobRun> => {
    const { lint: run } = await runWorkflow(workflow, { ...trigger, env: { TALLYMAN_AS_OF: '2026-01-01' } });
    if (run === undefined) throw new Error('there is no job lint');
    return run;
  };
  /** A branch with one change, committed. */
  const propose = async (path: string, from: string, to: string): Promise<string> => {
    await repository.git('switch', '--quiet', '--create', 'change');
    await repository.edit(path, from, to);
    return repository.commit('Change');
  };

  beforeEach(async () => {
    repository = await createRepository('golden-fleet');
    await repository.write('.github/workflows/lint.yml', workflow);
    await repository.commit('Lint pull requests');
  });
  afterEach(() => repository.remove());

  it('passes where nothing is wrong', async () => {
    const run = await lint(
      pullRequest(repository, await propose('manifests/fleet.yaml', 'replicas: 2', 'replicas: 1')),
    );
    expect(run.log).toContain('0 errors, 0 warnings');
    expect(run.result).toBe('success');
    expect(run.commands).toStrictEqual([]);
    expect(run.summary).toContain('### ✅ tallyman lint: 0 errors');
    expect(JSON.parse(run.sarif[0] ?? '')).toMatchObject({ version: '2.1.0', runs: [{ results: [] }] });
  });

  it('fails on a violation, at its line, with a SARIF log and a summary', async () => {
    const sha = await propose('manifests/images.yaml', 'owner: "1600000000000001"', 'owner: "1600000000000009"');
    const run = await lint(pullRequest(repository, sha));
    expect(run.result).toBe('failure');
    expect(run.commands).toContainEqual({
      command: 'error',
      properties: expect.objectContaining({ file: 'manifests/images.yaml', line: '7', title: 'trust/trusted-owner' }),
      message: expect.stringContaining("'1600000000000009'"),
    });
    expect(run.summary).toContain('### ❌ tallyman lint:');
    expect(run.summary).toContain('trust/trusted-owner');
    const [log] = run.sarif.map((text) => JSON.parse(text) as { runs: { results: { ruleId: string }[] }[] });
    expect(log?.runs[0]?.results.map(({ ruleId }) => ruleId)).toContain('trust/trusted-owner');
    expect(run.steps.at(-2)).toMatchObject({ name: 'lint', outputs: { 'exit-code': '3' } });
  });

  it('judges by the policy of the base too, so that a change cannot permit itself', async () => {
    await repository.git('switch', '--quiet', '--create', 'change');
    await repository.edit('manifests/images.yaml', 'owner: "1600000000000001"', 'owner: "1600000000000009"');
    await repository.edit('policies/baseline.yaml', '{uid: "1600000000000001"', '{uid: "1600000000000009"');
    const run = await lint(pullRequest(repository, await repository.commit('Trust a stranger')));
    expect(run.result).toBe('failure');
    expect(run.summary).toContain('trust/trusted-owner');
  });

  it('reports to forks without a token that can write', async () => {
    const sha = await propose('manifests/images.yaml', 'owner: "1600000000000001"', 'owner: "1600000000000009"');
    const run = await lint(pullRequest(repository, sha, 'mallory/fleet'));
    expect(run.permissions).toStrictEqual({ contents: 'read' });
    expect(run.sarif).toStrictEqual([]);
    expect(run.result).toBe('failure');
    expect(run.summary).toContain('trust/trusted-owner');
    expect(run.commands.map(({ command }) => command)).toContain('error');
  });

  it('says that the log knows more where the project cannot be read at all', async () => {
    await repository.git('rm', '--quiet', 'tallyman.yaml');
    const run = await lint(pullRequest(repository, await repository.commit('Remove the project')));
    expect(run.result).toBe('failure');
    expect(run.log).toContain('there is no tallyman.yaml');
    expect(run.commands.at(-1)).toMatchObject({
      command: 'error',
      message: '`tallyman lint` ended with exit code 4: the log says why',
    });
  });

  it('lets no name in a manifest speak to the runner', async () => {
    const sha = await propose(
      'manifests/fleet.yaml',
      'metadata: {name: web-singapore',
      'metadata: {name: "\\n::add-path::/tmp/evil\\n##[set-output name=exit-code]0"',
    );
    const run = await lint(pullRequest(repository, sha));
    expect(run.result).toBe('failure');
    expect(new Set(run.commands.map(({ command }) => command))).toStrictEqual(new Set(['error']));
  });
});
