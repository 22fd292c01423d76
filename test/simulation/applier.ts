import type { ConnectOptions } from '../../src/adapters/alibaba/connect.js';
import { cloudReader } from '../../src/adapters/alibaba/reader.js';
import { retrying } from '../../src/adapters/alibaba/retrying.js';
import { cloudWriter } from '../../src/adapters/alibaba/writer.js';
import { paced, pacing } from '../../src/adapters/pacing.js';
import { TallymanError } from '../../src/domain/errors.js';
import type { InterruptReason, ProgressEvent } from '../../src/domain/progress.js';
import type { ApplyResult, PlanResult } from '../../src/domain/result.js';
import { apply, type ApplyOptions } from '../../src/flows/apply.js';
import { plan } from '../../src/flows/plan.js';
import { update } from '../../src/flows/update.js';
import type { ReadProject } from '../../src/manifest/read-project.js';
import type { AuditEntry } from '../../src/ports/audit.js';
import type { Clock } from '../../src/ports/clock.js';
import type { CloudReader } from '../../src/ports/cloud-reader.js';
import type { Prober } from '../../src/ports/prober.js';
import type { Line, Misfortune, SentCall, SimulatedCloud } from './cloud.js';
import { uidsOf } from './project.js';
import { Random } from './random.js';
import type { ApplyOrder, Moment, Story } from './story.js';
import { type Life, never } from './time.js';

/** One run of a command, and everything that came out of it. */
export interface RunRecord {
  /** `a1`, `b2`: who, and the how-manyth run of all. */
  readonly name: string;
  readonly order: ApplyOrder;
  readonly project: ReadProject;
  readonly lock: string | null;
  readonly startMs: number;
  endMs: number | null;
  /** Whether it died. */
  isKilled: boolean;
  /** Whether anything happened to it that a quiet day does not have. */
  isDisturbed: boolean;
  result: ApplyResult | null;
  /** What it threw; null where it did not. */
  error: Error | null;
  readonly calls: SentCall[];
  readonly audit: AuditEntry[];
  readonly events: ProgressEvent[];
}

/** What goes on in the world beside the runs. */
export interface Weather {
  /** What befalls a call because of when it is made. */
  befall(isWrite: boolean): Misfortune | null;
}

const planDefaults: ApplyOptions = {
  targets: [],
  excludes: [],
  prune: false,
  allow: [],
  allowEmpty: true,
  maxRemovals: null,
  retryRejected: false,
  asOf: null,
  savedPlan: null,
  planMaxAgeMs: 24 * 3_600_000,
  planDigest: null,
  noWait: false,
  parallelism: 10,
};

function accountsOf(story: Story): ConnectOptions['accounts'] {
  const origin = { file: '', document: 0, path: [] };
  return Object.entries(uidsOf(story)).map(([name, uid]) => ({ name, uid, credentials: { kind: 'chain' }, origin }));
}

/** Makes runs of the real flows on the simulated cloud. */
export class Appliers {
  #count = 0;

  constructor(
    private readonly story: Story,
    private readonly cloud: SimulatedCloud,
    private readonly weather: Weather,
    private readonly prober: Prober,
  ) {}

  /** `done` stays open for good where the run dies. */
  start(
    order: ApplyOrder,
    project: ReadProject,
    lock: string | null,
  ): { readonly record: RunRecord; readonly done: Promise<void> } {
    this.#count += 1;
    const name = `${order.by}${this.#count}`;
    const record: RunRecord = {
      name,
      order,
      project,
      lock,
      startMs: this.cloud.now,
      endMs: null,
      isKilled: false,
      isDisturbed: (order.skewSeconds ?? 0) !== 0,
      result: null,
      error: null,
      calls: [],
      audit: [],
      events: [],
    };
    const done = new Promise<void>((resolve) => {
      const end = (): void => {
        record.endMs = this.cloud.now;
        resolve();
      };
      const process = new Process(this.story, this.cloud, this.weather, record, end);
      void this.#run(process, record, project).then(end, (error: unknown) => {
        record.error = error instanceof Error ? error : new Error(String(error));
        end();
      });
    });
    return { record, done };
  }

  async #run(process: Process, record: RunRecord, project: ReadProject): Promise<void> {
    const { order } = record;
    const { reader, writer, clock, pace, life } = process.ports();
    const ports = {
      cloud: reader,
      writer,
      clock,
      pace,
      prober: this.prober,
      audit: {
        append: (entry: AuditEntry): Promise<void> => {
          if (life.isOver) return never();
          record.audit.push(entry);
          return Promise.resolve();
        },
      },
      progress: (event: ProgressEvent) => void record.events.push(event),
      planned: () => Promise.resolve(),
      approve: () => Promise.resolve(true),
      interrupt: process.interrupt,
      commit: null,
      toolVersion: '0',
    };
    const options = { ...planDefaults, prune: order.prune ?? false, noWait: order.noWait ?? false };
    record.result = await apply(ports, project, options);
  }

  /** A quiet plan: nothing befalls it. */
  plan(project: ReadProject, options: Partial<ApplyOptions> = {}): Promise<PlanResult> {
    const { reader, clock } = quiet(this.story, this.cloud, 'plan');
    return plan({ cloud: reader, clock, commit: null, toolVersion: '0' }, project, { ...planDefaults, ...options });
  }

  /** The new text of the lock; null where nothing changes or something stands in the way. */
  async update(project: ReadProject): Promise<string | null> {
    const { reader, clock } = quiet(this.story, this.cloud, 'update');
    let text: string | null = null;
    const files = {
      write: (_path: string, written: string) => {
        text = written;
        return Promise.resolve();
      },
    };
    try {
      await update({ cloud: reader, files, clock }, project, { checkOnly: false, source: null });
    } catch (error) {
      if (!(error instanceof TallymanError)) throw error;
    }
    return text;
  }
}

function quiet(
  story: Story,
  cloud: SimulatedCloud,
  run: string,
): { readonly reader: CloudReader; readonly clock: Clock } {
  const line: Line = { run, delayMs: () => 1, misfortune: () => null, arrived: () => undefined };
  return {
    reader: cloudReader(cloud.send(line, null), accountsOf(story)),
    clock: cloud.time.clock(0, { isOver: false }),
  };
}

/** A process with its own luck: the calls that it makes, what befalls them, and when it dies. */
class Process implements Line {
  readonly interrupt = new SimulatedInterrupt();
  readonly life: Life = { isOver: false };
  readonly #random: Random;
  #calls = 0;
  #writes = 0;

  constructor(
    private readonly story: Story,
    private readonly cloud: SimulatedCloud,
    private readonly weather: Weather,
    private readonly record: RunRecord,
    private readonly end: () => void,
  ) {
    this.#random = new Random(story.seed, record.name);
  }

  get run(): string {
    return this.record.name;
  }

  ports() {
    const { cloud, life, record } = this;
    const clock = cloud.time.clock((record.order.skewSeconds ?? 0) * 1000, life);
    const pace = pacing(clock);
    const send = cloud.send(this, this.story.pageSize ?? null);
    const reader = alive(cloudReader(send, accountsOf(this.story)), life);
    const random = (): number => this.#random.next();
    return {
      reader: retrying(paced(reader, pace), { random, sleep: (ms) => clock.sleep(ms) }),
      writer: alive(cloudWriter(send), life),
      clock,
      pace,
      life,
    };
  }

  delayMs(): number {
    return this.#random.int(20, 300);
  }

  misfortune(call: { readonly isWrite: boolean; readonly hasTagFilter: boolean }): Misfortune | null {
    this.#calls += 1;
    if (call.isWrite) this.#writes += 1;
    const { order } = this.record;
    const share = this.#random.next();
    if (order.kill?.when === 'before' && this.#isAt(order.kill, call.isWrite)) {
      this.#die();
      return { kind: 'lost-before' };
    }
    if (order.interrupt !== undefined && this.#isAt(order.interrupt, call.isWrite)) {
      this.record.isDisturbed = true;
      this.interrupt.strike();
    }
    const fault = order.faults?.find((one) => this.#isAt(one, call.isWrite));
    const found = fault ?? this.weather.befall(call.isWrite) ?? this.#late(call, share);
    if (found === null || !isPossible(found.kind, call.isWrite)) return null;
    this.record.isDisturbed = true;
    return found;
  }

  arrived(call: SentCall): void {
    if (this.life.isOver) return;
    this.record.calls.push(call);
    const { kill } = this.record.order;
    if (kill?.when === 'after' && this.#isAt(kill, call.isWrite)) this.#die();
  }

  #isAt(moment: Moment, isWrite: boolean): boolean {
    return moment.write === undefined ? moment.call === this.#calls : isWrite && moment.write === this.#writes;
  }

  #late({ isWrite, hasTagFilter }: { isWrite: boolean; hasTagFilter: boolean }, share: number): Misfortune | null {
    const { lag } = this.story;
    if (lag === undefined || isWrite || share >= lag.share || (lag.tags && !hasTagFilter)) return null;
    return { kind: 'stale', seconds: lag.seconds };
  }

  #die(): void {
    this.life.isOver = true;
    this.record.isKilled = true;
    this.record.isDisturbed = true;
    this.end();
  }
}

function isPossible(kind: Misfortune['kind'], isWrite: boolean): boolean {
  if (kind === 'stale' || kind === 'page-shift') return !isWrite;
  if (kind === 'slow' || kind === 'late' || kind === 'server-error-after' || kind === 'no-stock') return isWrite;
  return true;
}

class SimulatedInterrupt {
  reason: InterruptReason | null = null;
  #listener: ((reason: InterruptReason) => void) | null = null;

  onInterrupt(listener: (reason: InterruptReason) => void): void {
    this.#listener = listener;
  }

  strike(): void {
    if (this.reason !== null) return;
    this.reason = 'SIGINT';
    this.#listener?.('SIGINT');
  }
}

/** A port whose calls are neither made nor answered once the process is dead. */
function alive<T extends object>(port: T, life: Life): T {
  const around = (method: (...args: readonly unknown[]) => Promise<unknown>) => {
    return async (...args: readonly unknown[]): Promise<unknown> => {
      if (life.isOver) return never();
      try {
        const answer = await method(...args);
        return life.isOver ? never() : answer;
      } catch (error: unknown) {
        return life.isOver ? never() : Promise.reject(error);
      }
    };
  };
  return Object.fromEntries(
    Object.entries(port).map(([name, method]) => [
      name,
      around(method as (...args: readonly unknown[]) => Promise<unknown>),
    ]),
  ) as T;
}
