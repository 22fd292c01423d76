// Opens a pull request with the new lock file, or brings the one that is open up to date.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { list, request } from './github-api.mjs';
import { annotate, required, setOutputs, step, StepError } from './workflow.mjs';

const author = { name: 'github-actions[bot]', email: '41898282+github-actions[bot]@users.noreply.github.com' };
const needs = 'pull-requests: write';

await step(async () => {
  const branch = required('BRANCH');
  const base = process.env.GITHUB_REF_TYPE === 'branch' ? required('GITHUB_REF_NAME') : required('DEFAULT_BRANCH');
  if (
    git(['check-ref-format', '--branch', branch]).status !== 0 ||
    branch === base ||
    branch === process.env.DEFAULT_BRANCH
  ) {
    throw new StepError(`\`branch\` must be a branch of its own, not '${branch}'`);
  }
  const report = readFileSync(required('REPORT_FILE'), 'utf8').trimEnd();
  const title = `Update ${required('LOCK_FILE')}`;
  push(branch, title);
  const { url, isNew } = await openPullRequest({ branch, base, title, body: `${report}\n\n${checksText()}\n` });
  annotate('notice', `${isNew ? 'opened' : 'brought up to date'}: ${url}`);
  setOutputs({ url });
});

/** Commits the lock file alone, on top of what was checked out. */
function push(branch, title) {
  const remote = `refs/heads/${branch}`;
  const known = remoteCommit(remote);
  if (known !== '' && !isOurs(remote, known)) {
    throw new StepError(
      `the last commit of '${branch}' is not ours: merge it or delete the branch, nothing is overwritten`,
    );
  }
  const lock = `:(top,literal)${lockPath()}`;
  must(['switch', '--quiet', '--force-create', branch]);
  must(['add', '--', lock]);
  const identity = ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`];
  must([...identity, 'commit', '--quiet', '--no-verify', '--message', title, '--', lock]);
  // The same again would only start every check again.
  if (known !== '' && git(['diff', '--quiet', known, 'HEAD']).status === 0) return;
  // Whoever pushes in between is not overwritten either.
  must(['push', '--quiet', `--force-with-lease=${remote}:${known}`, 'origin', `HEAD:${remote}`]);
}

/** From the root of the checkout on: beside the project file, which is in the folder of the update or above it. */
function lockPath() {
  const workspace = required('GITHUB_WORKSPACE');
  const name = required('LOCK_FILE');
  for (let folder = resolve(workspace, process.env.INPUT_PATH ?? '.'); ; folder = dirname(folder)) {
    const path = relative(workspace, join(folder, name));
    if (path.startsWith('..')) throw new StepError(`there is no '${name}' in the checkout`);
    if (existsSync(join(folder, name))) return path;
  }
}

/** '' where there is no such branch. */
function remoteCommit(remote) {
  return must(['ls-remote', 'origin', remote]).split(/\s/)[0] ?? '';
}

function isOurs(remote, commit) {
  must(['fetch', '--quiet', '--no-tags', '--depth=1', 'origin', remote]);
  return must(['log', '-1', '--format=%ae', commit]).trim() === author.email;
}

function must(words) {
  const { status, stdout, stderr, error } = git(words);
  if (status === 0) return stdout;
  const said = (error?.message ?? stderr).trim().split('\n').at(-1);
  throw new StepError(
    `git ${words.find((word) => /^[a-z-]+$/.test(word))} failed: ${said}. The token needs \`contents: write\``,
  );
}

/** The token is handed over in the environment: it stands in no argument and no file. */
function git(words) {
  const basic = Buffer.from(`x-access-token:${required('GITHUB_TOKEN')}`).toString('base64');
  const env = {
    ...process.env,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${process.env.GITHUB_SERVER_URL ?? 'https://github.com'}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
    GIT_CONFIG_KEY_1: 'core.hooksPath',
    GIT_CONFIG_VALUE_1: '/dev/null',
  };
  return spawnSync('git', words, { cwd: required('GITHUB_WORKSPACE'), env, encoding: 'utf8' });
}

async function openPullRequest({ branch, base, title, body }) {
  const repository = required('GITHUB_REPOSITORY');
  const [owner] = repository.split('/');
  const path = `/repos/${repository}/pulls`;
  const query = `state=open&head=${encodeURIComponent(`${owner}:${branch}`)}&base=${encodeURIComponent(base)}`;
  const [open] = await list(`${path}?${query}`, { needs });
  if (open === undefined) {
    const made = await request('POST', path, { body: { title, body, head: branch, base }, needs });
    return { url: made.html_url, isNew: true };
  }
  await request('PATCH', `${path}/${open.number}`, { body: { title, body }, needs });
  return { url: open.html_url, isNew: false };
}

function checksText() {
  if (process.env.GITHUB_TOKEN !== process.env.JOB_TOKEN)
    return 'Opened with a token of its own, so its checks start by themselves.';
  return [
    "**No check has started:** this was opened with the job's own `GITHUB_TOKEN`, and GitHub starts no workflow for that,",
    'or only after somebody approves the runs. Close it and open it again, or give the action the token of a GitHub App',
    'as `token`.',
  ].join(' ');
}
