import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { parseWorkflowCommands, type WorkflowCommand } from '../../report/workflow-commands.js';
import { type Contexts, interpolate, interpolateAll, isWanted, type Scalar, type Status } from './expressions.js';
import { git } from './git.js';

/*
 * As much of GitHub's runner as workflows of this repository need: jobs one after the other, their steps with bash, this
 * repository's action step by step, and stand-ins for the actions of others.
 */

const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: Scalar;
  readonly run?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, Scalar>>;
  readonly env?: Readonly<Record<string, Scalar>>;
  readonly 'continue-on-error'?: Scalar;
  readonly 'working-directory'?: string;
}

type Permissions = Readonly<Record<string, string>>;

interface Job {
  readonly if?: Scalar;
  readonly needs?: string | readonly string[];
  readonly permissions?: Permissions;
  readonly outputs?: Readonly<Record<string, Scalar>>;
  readonly env?: Readonly<Record<string, Scalar>>;
  readonly environment?: unknown;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, Scalar>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: Scalar }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const roots: string[] = [];

/** Removes what all runs left behind. */
export function removeRuns(): void {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
}

/** What started a run, and where it looks. */
export interface Trigger {
  /** A repository on this machine: what `origin` is. */
  readonly origin: string;
  /** The commit that is checked out. */
  readonly sha: string;
  readonly eventName: 'pull_request' | 'push' | 'schedule' | 'workflow_dispatch';
  readonly event?: Readonly<Record<string, unknown>>;
  readonly baseRef?: string;
  readonly ref?: string;
  /** Whether the head is a fork's: the token can only read then, and there is no identity. */
  readonly isFork?: boolean;
  readonly apiUrl?: string;
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Added to the environment of every step. */
  readonly env?: Readonly<Record<string, string>>;
  /** Artifacts by name, of this run and of others: a folder each. */
  readonly artifacts?: Map<string, string>;
}

export interface StepRun {
  readonly name: string;
  readonly outcome: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
}

export interface JobRun {
  readonly result: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: string;
  readonly summary: string;
  /** What the runner took for commands: nothing between `stop-commands` and its token. */
  readonly commands: readonly WorkflowCommand[];
  readonly steps: readonly StepRun[];
  /** Texts that `upload-sarif` was given. */
  readonly sarif: readonly string[];
  /** Folders of the job: the checkout, and what is for this job alone. */
  readonly workspace: string;
  readonly temp: string;
  readonly permissions: Permissions;
}

const skipped: JobRun = {
  result: 'skipped',
  outputs: {},
  log: '',
  summary: '',
  commands: [],
  steps: [],
  sarif: [],
  workspace: '',
  temp: '',
  permissions: {},
};

/** `only`: these jobs; others count as skipped without a reason. */
export async function runWorkflow(
  text: string,
  trigger: Trigger,
  only?: readonly string[],
): Promise<Readonly<Record<string, JobRun>>> {
  const workflow = parse(text) as Workflow;
  const runs: Record<string, JobRun> = {};
  for (const [name, job] of Object.entries(workflow.jobs)) {
    if (only !== undefined && !only.includes(name)) continue;
    const needed = job.needs === undefined ? [] : [job.needs].flat();
    const needs = Object.fromEntries(needed.map((one) => [one, runs[one] ?? skipped]));
    const status = Object.values(needs).every(({ result }) => result === 'success') ? 'success' : 'failure';
    const permissions = job.permissions ?? workflow.permissions ?? {};
    const machine = new Machine(trigger, permissions);
    const contexts = { ...machine.contexts(), needs };
    if (!isWanted(job.if, contexts, status)) {
      runs[name] = skipped;
      continue;
    }
    const env = interpolateAll({ ...workflow.env, ...job.env }, contexts);
    runs[name] = await machine.runJob(job, contexts, env);
  }
  return runs;
}

interface StepOutcome {
  readonly outcome: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
}

class Machine {
  readonly #trigger: Trigger;
  readonly #permissions: Permissions;
  readonly #root = mkdtempSync(join(tmpdir(), 'runner-'));
  readonly #workspace = join(this.#root, 'work');
  readonly #temp = join(this.#root, 'temp');
  readonly #summary = join(this.#root, 'summary.md');
  readonly #event = join(this.#root, 'event.json');
  readonly #runs: StepRun[] = [];
  readonly #sarif: string[] = [];
  #log = '';

  constructor(trigger: Trigger, permissions: Permissions) {
    this.#trigger = trigger;
    const readOnly = Object.entries(permissions).filter(([name, access]) => access === 'read' && name !== 'id-token');
    roots.push(this.#root);
    this.#permissions = trigger.isFork === true ? Object.fromEntries(readOnly) : permissions;
    mkdirSync(this.#workspace);
    mkdirSync(this.#temp);
    writeFileSync(this.#summary, '');
    writeFileSync(this.#event, JSON.stringify(trigger.event ?? {}));
  }

  /** Says what it may do, which the stand-in for GitHub holds it to. */
  get #token(): string {
    return `job:${Object.entries(this.#permissions)
      .map(([name, access]) => `${name}=${access}`)
      .join(',')}`;
  }

  contexts(): Record<string, unknown> {
    const { eventName, event = {}, baseRef = '', ref = 'refs/heads/main', sha } = this.#trigger;
    return {
      github: {
        event,
        event_name: eventName,
        repository: 'acme/fleet',
        repository_id: '1001',
        repository_owner: 'acme',
        base_ref: baseRef,
        ref,
        ref_name: ref.replace('refs/heads/', ''),
        sha,
        run_id: '42',
        token: this.#token,
        workspace: this.#workspace,
        action_path: '',
      },
      runner: { temp: this.#temp, os: 'Linux' },
      vars: this.#trigger.vars ?? {},
      secrets: { ...this.#trigger.secrets, GITHUB_TOKEN: this.#token },
      env: {},
      inputs: {},
      steps: {},
      needs: {},
    };
  }

  async runJob(job: Job, contexts: Contexts, env: Record<string, string>): Promise<JobRun> {
    const steps: Record<string, unknown> = {};
    const status = await this.#runSteps(job.steps, { ...contexts, env, steps }, env, steps);
    return {
      result: status,
      outputs: interpolateAll(job.outputs, { ...contexts, steps }),
      log: this.#log,
      summary: readFileSync(this.#summary, 'utf8'),
      commands: heardCommands(this.#log),
      steps: this.#runs,
      sarif: this.#sarif,
      workspace: this.#workspace,
      temp: this.#temp,
      permissions: this.#permissions,
    };
  }

  async #runSteps(
    list: readonly Step[],
    contexts: Contexts,
    env: Record<string, string>,
    steps: Record<string, unknown>,
  ): Promise<'success' | 'failure'> {
    let status: Status = 'success';
    for (const step of list) {
      const here = { ...contexts, env, steps };
      const ran: StepOutcome = isWanted(step.if, here, status)
        ? await this.#runStep(step, here, env)
        : { outcome: 'skipped', outputs: {} };
      const isForgiven =
        step['continue-on-error'] !== undefined && interpolate(step['continue-on-error'], here) === 'true';
      if (ran.outcome === 'failure' && !isForgiven) status = 'failure';
      this.#runs.push({ name: step.name ?? step.id ?? step.uses ?? step.run ?? '', ...ran });
      if (step.id !== undefined) steps[step.id] = { outputs: ran.outputs, outcome: ran.outcome };
    }
    return status;
  }

  async #runStep(step: Step, contexts: Contexts, jobEnv: Record<string, string>): Promise<StepOutcome> {
    const env = { ...jobEnv, ...interpolateAll(step.env, { ...contexts, env: jobEnv }) };
    const here = { ...contexts, env };
    if (step.run !== undefined) return this.#runShell(step, step.run, here, env);
    const given = interpolateAll(step.with, here);
    const uses = step.uses ?? '';
    if (uses.startsWith('./') || /\/tallyman@/.test(uses)) return this.#runAction(given, here, env);
    return this.#standIn(uses, given);
  }

  /** The action of this repository. */
  async #runAction(
    given: Record<string, string>,
    contexts: Contexts,
    env: Record<string, string>,
  ): Promise<StepOutcome> {
    const action = parse(readFileSync(join(repositoryRoot, 'action.yml'), 'utf8')) as Action;
    const unknown = Object.keys(given).filter((name) => !(name in action.inputs));
    if (unknown.length > 0) throw new Error(`the action has no input ${unknown.join(', ')}`);
    const defaults = Object.entries(action.inputs).map(([name, input]) => [name, interpolate(input.default, contexts)]);
    const inputs = { ...Object.fromEntries(defaults), ...given } as Record<string, string>;
    const github = { ...(contexts['github'] as object), action_path: repositoryRoot };
    const steps: Record<string, unknown> = {};
    const inside = { ...contexts, github, inputs, env, steps };
    const outcome = await this.#runSteps(action.runs.steps, inside, env, steps);
    const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, interpolate(value, inside)]);
    return { outcome, outputs: Object.fromEntries(outputs) as Record<string, string> };
  }

  async #runShell(step: Step, script: string, contexts: Contexts, env: Record<string, string>): Promise<StepOutcome> {
    const file = join(this.#temp, `${randomUUID()}.sh`);
    const output = join(this.#root, `${randomUUID()}.output`);
    writeFileSync(file, interpolate(script, contexts));
    writeFileSync(output, '');
    const words = step.shell === undefined ? ['-e', file] : ['--noprofile', '--norc', '-eo', 'pipefail', file];
    const code = await this.#spawn(words, {
      cwd: resolve(this.#workspace, step['working-directory'] ?? '.'),
      env: { ...this.#environment(contexts), ...env, GITHUB_OUTPUT: output },
    });
    return { outcome: code === 0 ? 'success' : 'failure', outputs: readOutputs(readFileSync(output, 'utf8')) };
  }

  #environment(contexts: Contexts): Record<string, string> {
    const github = contexts['github'] as Record<string, string>;
    const { eventName, baseRef = '', apiUrl, env = {} } = this.#trigger;
    const identity = this.#permissions['id-token'] === 'write' && apiUrl !== undefined;
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.#root,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: github['action_path'] ?? '',
      GITHUB_BASE_REF: baseRef,
      GITHUB_EVENT_NAME: eventName,
      GITHUB_EVENT_PATH: this.#event,
      GITHUB_REF: github['ref'] ?? '',
      GITHUB_REF_NAME: github['ref_name'] ?? '',
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REPOSITORY: 'acme/fleet',
      GITHUB_REPOSITORY_ID: '1001',
      GITHUB_RUN_ID: '42',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_SHA: this.#trigger.sha,
      GITHUB_STEP_SUMMARY: this.#summary,
      GITHUB_WORKSPACE: this.#workspace,
      RUNNER_TEMP: this.#temp,
      ...(apiUrl === undefined ? {} : { GITHUB_API_URL: apiUrl }),
      ...(identity
        ? { ACTIONS_ID_TOKEN_REQUEST_URL: `${apiUrl}/identity?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ask-for-identity' }
        : {}),
      ...env,
    };
  }

  #spawn(
    words: readonly string[],
    options: { readonly cwd: string; readonly env: Record<string, string> },
  ): Promise<number> {
    return new Promise((done, fail) => {
      const child = spawn('bash', words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      const keep = (text: string): void => void (this.#log += text);
      child.stdout.setEncoding('utf8').on('data', keep);
      child.stderr.setEncoding('utf8').on('data', keep);
      child.once('error', fail);
      child.once('close', (code) => done(code ?? 1));
    });
  }

  /** What actions of others do, as far as a workflow can notice. */
  async #standIn(uses: string, given: Readonly<Record<string, string>>): Promise<StepOutcome> {
    const [name = ''] = uses.split('@');
    const done = (outputs: Readonly<Record<string, string>> = {}): StepOutcome => ({ outcome: 'success', outputs });
    const failed = (why: string): StepOutcome => {
      this.#log += `${why}\n`;
      return { outcome: 'failure', outputs: {} };
    };
    switch (name) {
      case 'actions/setup-node':
        return done();
      case 'actions/checkout':
        await this.#checkout(given['fetch-depth'] === '0');
        return done();
      case 'github/codeql-action/upload-sarif':
        if (this.#permissions['security-events'] !== 'write') return failed('needs security-events: write');
        this.#sarif.push(readFileSync(resolve(this.#workspace, given['sarif_file'] ?? ''), 'utf8'));
        return done();
      case 'actions/upload-artifact':
        return this.#upload(given) ? done() : failed(`no file at ${given['path'] ?? ''}`);
      case 'actions/download-artifact':
        return this.#download(given) ? done() : failed(`no artifact ${given['name'] ?? ''}`);
      case 'actions/create-github-app-token':
        return done({ token: 'app:contents=write,pull-requests=write' });
      default:
        throw new Error(`no stand-in for ${uses}`);
    }
  }

  /** Without `fetch-depth: 0` only the one commit is there, and no other branch. */
  async #checkout(isWhole: boolean): Promise<void> {
    const { origin, sha, ref = 'refs/heads/main' } = this.#trigger;
    await git(this.#workspace, 'init', '--quiet');
    await git(this.#workspace, 'remote', 'add', 'origin', `file://${origin}`);
    const what = isWhole ? ['+refs/heads/*:refs/remotes/origin/*', sha] : ['--depth=1', sha];
    await git(this.#workspace, 'fetch', '--quiet', 'origin', ...what);
    const branch = ref.startsWith('refs/heads/') ? ['-B', ref.replace('refs/heads/', '')] : ['--detach'];
    await git(this.#workspace, 'checkout', '--quiet', ...branch, sha);
  }

  #upload(given: Readonly<Record<string, string>>): boolean {
    const from = resolve(this.#workspace, given['path'] ?? '');
    const folder = join(this.#root, `artifact-${given['name'] ?? ''}`);
    if (!existsSync(from)) return given['if-no-files-found'] !== 'error';
    rmSync(folder, { recursive: true, force: true });
    cpSync(from, join(folder, basename(from)), { recursive: true });
    this.#trigger.artifacts?.set(given['name'] ?? '', folder);
    return true;
  }

  #download(given: Readonly<Record<string, string>>): boolean {
    const folder = this.#trigger.artifacts?.get(given['name'] ?? '');
    if (folder === undefined) return false;
    cpSync(folder, resolve(this.#workspace, given['path'] ?? '.'), { recursive: true });
    return true;
  }
}

/** `name=value`, and `name<<END` up to a line END. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, name, end] = /^([\w-]+)<<(.+)$/.exec(line) ?? [];
    if (name !== undefined && end !== undefined) {
      const last = lines.indexOf(end, at + 1);
      if (last === -1) throw new Error(`output ${name} has no end`);
      outputs[name] = lines.slice(at + 1, last).join('\n');
      at = last;
    } else if (line.includes('=')) outputs[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
  }
  return outputs;
}

/** Commands as the runner hears them: `stop-commands` makes it deaf until the line with its token. */
function heardCommands(log: string): readonly WorkflowCommand[] {
  let end: string | null = null;
  const heard: WorkflowCommand[] = [];
  for (const line of log.split('\n')) {
    if (end !== null) {
      if (line.trim() === `::${end}::`) end = null;
      continue;
    }
    const [command] = parseWorkflowCommands(line);
    if (command === undefined) continue;
    if (command.command === 'stop-commands') end = command.message;
    else heard.push(command);
  }
  return heard;
}
