import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { actionProblems, workflowProblems } from './workflow-rules.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const workflows = ['.github/workflows', 'examples/ci/github'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => `${folder}/${name}`),
);

const good = `
name: good
on: {pull_request: {}}
permissions: {contents: read}
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with: {persist-credentials: false}
      - run: echo "$TITLE"
        env: {TITLE: "\${{ github.event.pull_request.title }}"}
`;

describe('workflows', () => {
  it.each(workflows)('%s holds the rules', (path) => {
    expect(workflowProblems(readFileSync(join(root, path), 'utf8'))).toStrictEqual([]);
  });

  it('the action holds the rules', () => {
    expect(actionProblems(readFileSync(join(root, 'action.yml'), 'utf8'))).toStrictEqual([]);
  });
});

describe('the rules', () => {
  it('accept a workflow that keeps them', () => {
    expect(workflowProblems(good)).toStrictEqual([]);
  });

  const bad: readonly (readonly [string, string, string, RegExp])[] = [
    ['a tag in place of a commit', '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1', '@v7', /^not pinned/],
    ['a commit without its version', ' # v7.0.1', '', /^not pinned/],
    [
      'text of others in a script',
      '"$TITLE"',
      '"${{ github.event.pull_request.title }}"',
      /^an expression in a script/,
    ],
    ['the same, which actionlint finds too', '"$TITLE"', '"${{ github.head_ref }}"', /^actionlint: .*untrusted/],
    ['any expression in a script', '"$TITLE"', '"${{ github.sha }}"', /^an expression in a script/],
    [
      'the head under the rights of the base',
      'pull_request:',
      'pull_request_target:',
      /^pull_request_target with a checkout/,
    ],
    ['a token that stays in the work tree', '{persist-credentials: false}', '{fetch-depth: 0}', /^a checkout leaves/],
    ['no permissions', 'permissions: {contents: read}', '', /^no permissions/],
    ['all permissions', '{contents: read}', 'write-all', /^no permissions/],
    ['rights for every job', '{contents: read}', '{contents: write}', /^every job may write contents/],
    [
      'rights that nothing needs',
      'timeout-minutes: 5',
      'timeout-minutes: 5\n    permissions: {packages: write}',
      /^job one may write packages/,
    ],
    ['no bound of time', '    timeout-minutes: 5\n', '', /^job one has no timeout/],
    [
      'an apply that a newer run ends',
      'timeout-minutes: 5',
      'timeout-minutes: 5\n    environment: production',
      /^job one writes/,
    ],
    [
      'a key that the format does not know',
      'timeout-minutes: 5',
      'timeout-minutes: 5\n    needz: one',
      /^actionlint: .*unexpected key "needz"/,
    ],
  ];

  it.each(bad)('refuse %s', (_, from, to, problem) => {
    const text = good.replace(from, to);
    expect(text).not.toBe(good);
    expect(workflowProblems(text)).toContainEqual(expect.stringMatching(problem));
  });

  it('know the key that keeps runs waiting, which actionlint does not', () => {
    const queue = 'timeout-minutes: 5\n    concurrency: {group: apply, cancel-in-progress: false, queue: max}';
    expect(workflowProblems(good.replace('timeout-minutes: 5', queue))).toStrictEqual([]);
  });
});
