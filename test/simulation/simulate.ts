import { createHash } from 'node:crypto';
import type { Notice } from '../../src/domain/plan.js';
import type { PlanResult } from '../../src/domain/result.js';
import type { ReadProject } from '../../src/manifest/read-project.js';
import { Appliers, type RunRecord, type Weather } from './applier.js';
import { type CloudListener, type Misfortune, type SentCall, SimulatedCloud } from './cloud.js';
import { perform } from './deeds.js';
import type { Ending, Stage, Violation, Watcher } from './invariant.js';
import { invariants } from './invariants/index.js';
import { Counts } from './matrix.js';
import { mend } from './mend.js';
import { simulatedProber } from './prober.js';
import { edited, projectTagOf, readFiles, UnusableProject, uidsOf } from './project.js';
import type { ApplyOrder, FaultKind, Period, ProjectFiles, Step, Story } from './story.js';
import type { RowChange } from './truth.js';
import { hadTwoLocks } from './two-locks.js';

export interface SimulationReport {
  readonly violations: readonly Violation[];
  readonly counts: Counts;
  /** Every call and every change, a line each. */
  readonly trace: readonly string[];
  readonly traceDigest: string;
}

/** Runs that have not ended after so long hang. */
const runBoundMs = 48 * 3_600_000;

/** How many undisturbed runs may be needed, beside one for each copy that fails in the cloud on the way. */
const quietRunsMax = 3;

/** What a run has done may show so late, and what a dead one has sent arrive so late. */
const settleMs = 120_000;

/** Longer than another run's mark is respected. */
const restMs = 31 * 60_000;

/** Lives a story through, and looks at every step whether a promise is broken. */
export async function simulate(story: Story): Promise<SimulationReport> {
  return new Simulation(story).live();
}

class Simulation implements CloudListener {
  readonly #violations: Violation[] = [];
  readonly #trace: string[] = [];
  readonly #counts = new Counts();
  readonly #runs: RunRecord[] = [];
  readonly #running = new Map<string, { readonly record: RunRecord; readonly done: Promise<void> }>();
  readonly #tampered = new Set<string>();
  /** Copies that failed in the cloud. */
  readonly #failed = new Set<string>();
  readonly #cloud: SimulatedCloud;
  readonly #appliers: Appliers;
  readonly #watchers: readonly Watcher[];
  readonly #periods = new Set<Period>();
  readonly #projects = new Map<string, ReadProject>();
  #files: ProjectFiles;
  #before: ProjectFiles;
  #lock: string | null = null;

  constructor(private readonly story: Story) {
    this.#files = story.files;
    this.#before = story.files;
    this.#cloud = new SimulatedCloud(
      {
        ...story.cloud,
        seed: story.seed,
        clock: { start: story.start, speed: 0 },
        accounts: Object.entries(uidsOf(story)).map(([name, uid]) => ({ name, uid })),
      },
      projectTagOf(story),
      this,
    );
    const weather: Weather = { befall: (isWrite) => this.#befall(isWrite) };
    this.#appliers = new Appliers(story, this.#cloud, weather, simulatedProber(story, this.#cloud));
    const stage: Omit<Stage, 'fail'> = {
      story,
      cloud: this.#cloud,
      truth: this.#cloud.truth,
      runs: this.#runs,
      tampered: this.#tampered,
    };
    this.#watchers = invariants.map(({ name, watch }) =>
      watch({ ...stage, fail: (message) => this.#fail(name, message) }),
    );
  }

  changed(change: RowChange): void {
    const { cause, table, id, before, after } = change;
    if (cause.kind === 'world') {
      const state = after === undefined ? 'gone' : 'status' in after ? after.status : '';
      this.told(`${this.#cloud.now} ${cause.who} ${table} ${id} ${state}`);
      if (cause.who !== 'service' && isRetagged(before, after)) this.#tampered.add(id);
    }
    if (table === 'images' && after?.status === 'CreateFailed') this.#failed.add(id);
    for (const watcher of this.#watchers) watcher.changed?.(change);
  }

  called(call: SentCall): void {
    for (const watcher of this.#watchers) watcher.called?.(call);
  }

  struck(operation: string, query: Readonly<Record<string, string>>, fault: FaultKind | null): void {
    this.#counts.struck(operation, query, fault);
  }

  told(line: string): void {
    this.#trace.push(line);
  }

  async live(): Promise<SimulationReport> {
    await this.#update();
    for (const step of this.story.steps) {
      if (step.after > 0) await this.#cloud.time.sleep(step.after * 1000);
      await this.#take(step);
    }
    await this.#finish();
    await this.#settle();
    const digest = createHash('sha256').update(this.#trace.join('\n')).digest('hex');
    return { violations: this.#violations, counts: this.#counts, trace: this.#trace, traceDigest: digest };
  }

  async #take(step: Step): Promise<void> {
    if ('apply' in step) {
      await this.#running.get(step.apply.by)?.done;
      this.#start(step.apply);
    } else if ('finish' in step) {
      await this.#finish();
    } else if ('update' in step) {
      await this.#update();
    } else if ('commit' in step) {
      this.#commit(edited(this.#files, step.commit), JSON.stringify(step.commit));
    } else if ('revert' in step) {
      [this.#files, this.#before] = [this.#before, this.#files];
      this.told(`${this.#cloud.now} revert`);
      this.#counts.happened('revert');
    } else if ('deed' in step) {
      this.#disturb();
      this.told(`${this.#cloud.now} ${step.by} ${JSON.stringify(step.deed)}`);
      const { deed, by } = step;
      const done = perform(this.#cloud, deed, by, this.#project());
      const what = deed.op === 'change' ? deed.change.op : deed.op;
      this.#counts.happened(`${by}: ${what}${done.length === 0 ? ' (in vain)' : ''}`);
    } else {
      this.#beginPeriod(step.period, step.seconds);
    }
  }

  /** What lint finds unusable is not merged. */
  #commit(files: ProjectFiles, what: string): void {
    try {
      readFiles(this.story, files, this.#lock);
    } catch (error) {
      if (!(error instanceof UnusableProject)) throw error;
      this.told(`${this.#cloud.now} refused: commit ${what}: ${error.message}`);
      this.#counts.happened('commit refused by lint');
      return;
    }
    this.#before = this.#files;
    this.#files = files;
    this.told(`${this.#cloud.now} commit ${what}`);
    this.#counts.happened('commit');
  }

  #project(): ReadProject {
    const key = JSON.stringify([this.#files, this.#lock]);
    const known = this.#projects.get(key) ?? readFiles(this.story, this.#files, this.#lock);
    this.#projects.set(key, known);
    return known;
  }

  async #update(): Promise<void> {
    const text = await this.#appliers.update(this.#project());
    if (text !== null) this.#lock = text;
    this.#counts.happened(text === null ? 'update without a change' : 'update');
  }

  #start(order: ApplyOrder): RunRecord {
    for (const { record } of this.#running.values()) record.isDisturbed = true;
    const { record, done } = this.#appliers.start(order, this.#project(), this.#lock);
    const isUnsettled = this.#runs.some((run) => run.isDisturbed && this.#cloud.now - (run.endMs ?? 0) < settleMs);
    if (this.#running.size > 0 || this.#periods.size > 0 || isUnsettled) record.isDisturbed = true;
    this.#runs.push(record);
    this.told(`${this.#cloud.now} ${record.name} begins`);
    const entry = { record, done: done.then(() => this.#ended(order, record)) };
    this.#running.set(order.by, entry);
    return record;
  }

  #ended(order: ApplyOrder, record: RunRecord): void {
    if (this.#running.get(order.by)?.record === record) this.#running.delete(order.by);
    this.told(`${this.#cloud.now} ${record.name} ${wordsFor(record)}`);
    this.#counts.happened(`run ${wordsFor(record)}`);
    if (record.result !== null) this.#counts.judged(record.result.plan);
    for (const failure of failuresOf(record)) this.told(`${this.#cloud.now} ${record.name}   ${failure}`);
    for (const watcher of this.#watchers) watcher.ended?.(record);
  }

  /** Waits until nobody runs any more. */
  async #finish(): Promise<void> {
    while (this.#running.size > 0) {
      const names = [...this.#running.values()].map(({ record }) => record.name).join(', ');
      const giveUp = new AbortController();
      const bound = this.#cloud.time.sleep(runBoundMs, giveUp.signal).then(
        () => true,
        () => false,
      );
      const all = Promise.all([...this.#running.values()].map(({ done }) => done)).then(() => false);
      const isHanging = await Promise.race([all, bound]);
      giveUp.abort();
      if (!isHanging) continue;
      this.#fail('ends', `${names} did not end within 48 hours`);
      this.#running.clear();
    }
  }

  #disturb(): void {
    for (const { record } of this.#running.values()) record.isDisturbed = true;
  }

  #beginPeriod(period: Period, seconds: number): void {
    this.#disturb();
    this.#periods.add(period);
    this.#counts.happened(`period: ${period.kind}`);
    this.told(`${this.#cloud.now} ${JSON.stringify(period)} for ${seconds} s`);
    if (period.kind === 'key-disabled') this.#setKey(period.keyId, 'Disabled');
    if (period.kind === 'no-stock') this.#cloud.isSoldOut = true;
    void this.#cloud.time.sleep(seconds * 1000).then(() => this.#endPeriod(period));
  }

  #endPeriod(period: Period): void {
    if (!this.#periods.delete(period)) return;
    if (period.kind === 'key-disabled') this.#setKey(period.keyId, 'Enabled');
    if (period.kind === 'no-stock') this.#cloud.isSoldOut = false;
    this.told(`${this.#cloud.now} ${JSON.stringify(period)} is over`);
  }

  #setKey(keyId: string, state: 'Enabled' | 'Disabled'): void {
    if (this.#cloud.truth.keys.has(keyId)) this.#cloud.change({ op: 'setKeyState', keyId, state }, 'person');
  }

  #befall(isWrite: boolean): Misfortune | null {
    for (const period of this.#periods) {
      if (period.kind === 'expired') return { kind: 'expired' };
      if (period.kind === 'denied' && (isWrite || period.calls === 'all')) return { kind: 'denied' };
    }
    return null;
  }

  /** Nobody disturbs any more: by now everything must come to what is wanted. */
  async #settle(): Promise<void> {
    for (const period of this.#periods) this.#endPeriod(period);
    await this.#cloud.time.sleep(restMs);
    const report = await this.#plan();
    if (report === null) return;
    for (const watcher of this.#watchers) watcher.reported?.(report);
    if (hadTwoLocks(this.#runs)) {
      this.#counts.happened('two locks at once');
      const isLeft = report.plan.notices.some(({ kind }) => kind === 'left-stopped');
      if (isLeft) this.#counts.happened('two locks at once: a machine is told of as left stopped');
    }
    const runsBefore = this.#runs.length;
    let last = await this.#converge(report);
    const blockedBy = last === null ? [] : [...blockersOf(last), ...obstaclesOf(this.#runs.at(-1))];
    if (last !== null && blockedBy.length > 0) {
      this.#counts.happened('blocked until people mended it');
      this.told(`${this.#cloud.now} blocked by ${blockedBy.join(', ')}`);
      this.#files = mend(this.#cloud, this.story, this.#files);
      await this.#update();
      await this.#cloud.time.sleep(restMs);
      const mended = await this.#plan();
      last = mended === null ? null : await this.#converge(mended);
    }
    if (last === null) return;
    const left = leftIn(last);
    if (left.length > 0) {
      const why = failuresOf(this.#runs.at(-1)).join('; ');
      const runs = this.#runs.length - runsBefore;
      this.#fail('converges', `after ${runs} undisturbed runs there is left: ${left.join('; ')}: ${why}`);
    }
    const ending: Ending = {
      project: this.#project(),
      quietRuns: this.#runs.slice(runsBefore),
      last,
      blockedBy,
    };
    for (const watcher of this.#watchers) watcher.settled?.(ending);
  }

  /** The plan after as many undisturbed runs as are needed, or may be; null where none can be made. */
  async #converge(first: PlanResult): Promise<PlanResult | null> {
    let last = first;
    const failuresBefore = this.#failedCopies();
    const runsMax = (): number => quietRunsMax + this.#failedCopies() - failuresBefore;
    for (let run = 0; run < runsMax() && leftIn(last).length > 0; run += 1) {
      const record = this.#start({ by: 'a' });
      await this.#finish();
      if (record.error !== null) {
        this.#fail('converges', `an undisturbed run threw: ${String(record.error)}`);
        return null;
      }
      await this.#cloud.time.sleep(last.plan.notices.some(({ kind }) => kind === 'busy') ? restMs : 60_000);
      const next = await this.#plan();
      if (next === null) return null;
      last = next;
    }
    return last;
  }

  #failedCopies(): number {
    return this.#failed.size;
  }

  /** Null where even on a quiet day none can be made, which is told. */
  async #plan(): Promise<PlanResult | null> {
    try {
      return await this.#appliers.plan(this.#project());
    } catch (error) {
      this.#fail('converges', `undisturbed, no plan can be made: ${String(error)}`);
      return null;
    }
  }

  #fail(invariant: string, message: string): void {
    if (this.#violations.some((one) => one.invariant === invariant && one.message === message)) return;
    this.#violations.push({ invariant, message, atMs: this.#cloud.now });
    this.told(`${this.#cloud.now} BROKEN ${invariant}: ${message}`);
  }
}

function isRetagged(before: RowChange['before'], after: RowChange['after']): boolean {
  const marksOf = (row: RowChange['before']): string => {
    const tags = row !== undefined && 'tags' in row ? row.tags : {};
    return JSON.stringify(Object.entries(tags).filter(([key]) => key.startsWith('tallyman:')));
  };
  return after !== undefined && marksOf(before) !== marksOf(after);
}

const forPeople: ReadonlySet<Notice['kind']> = new Set(['clone', 'rejected', 'stopped', 'left-stopped']);

/** What people have to decide before anything can go on. */
function blockersOf({ diagnostics, refusals, plan }: PlanResult): readonly string[] {
  return [
    ...diagnostics
      .filter(({ severity, waiver }) => severity === 'error' && waiver === null)
      .map(({ ruleId }) => ruleId),
    ...refusals.map(({ reason }) => reason),
    ...plan.notices.filter(({ kind }) => forPeople.has(kind)).map(({ kind }) => kind),
  ];
}

/** What an action says that only people can put out of the way. */
function obstaclesOf(run: RunRecord | undefined): readonly string[] {
  return failuresOf(run).filter((failure) => obstacles.some((pattern) => pattern.test(failure)));
}

const obstacles: readonly RegExp[] = [
  / is Deprecated/,
  /DeleteSnapshot .* is still there/,
  /left-alone: instance '.*' runs it/,
  /the name '.*' is taken by/,
  /on its present image .* already/,
];

function leftIn({ plan, diagnostics, refusals }: PlanResult): readonly string[] {
  return [
    ...plan.actions.map(({ kind, address, reason }) => `${kind} ${address} ${reason}`),
    ...diagnostics
      .filter(({ severity, waiver }) => severity === 'error' && waiver === null)
      .map(({ ruleId, message }) => `${ruleId} ${message}`),
    ...refusals.map(({ reason }) => `refusal ${reason}`),
    ...plan.notices.filter(({ kind }) => kind === 'busy').map(({ message }) => message),
  ];
}

function failuresOf(record: RunRecord | undefined): readonly string[] {
  if (record === undefined) return [];
  if (record.error !== null) return [String(record.error)];
  const actions = record.result?.outcome?.actions ?? [];
  return actions
    .filter(
      ({ status, message }) =>
        status !== 'done' && status !== 'unchanged' && message?.startsWith('waits for ') !== true,
    )
    .map(({ action, status, message }) => `${action.kind} ${action.address} ${status}: ${message}`);
}

function wordsFor({ isKilled, error, result }: RunRecord): string {
  if (isKilled) return 'died';
  if (error !== null) return 'could not plan';
  if (result === null) return 'said nothing';
  if (result.outcome === null) return result.plan.isApplyable ? 'had nothing to do' : 'was refused';
  if (result.outcome.interruptedBy !== null) return 'was interrupted';
  const isDone = result.outcome.actions.every(({ status }) => status === 'done' || status === 'unchanged');
  return isDone ? 'did all' : 'did part';
}
