import type { ConnectOptions } from '../../src/adapters/alibaba/connect.js';
import { Answer, WrongShape } from '../../src/adapters/alibaba/answer.js';
import { toCloudError } from '../../src/adapters/alibaba/cloud-error.js';
import { cloudReader } from '../../src/adapters/alibaba/reader.js';
import { apiVersion } from '../../src/adapters/alibaba/rpc-client.js';
import type { Send } from '../../src/adapters/alibaba/sender.js';
import { cloudWriter } from '../../src/adapters/alibaba/writer.js';
import { type CallLimits, generousLimits, paced, pacing } from '../../src/adapters/pacing.js';
import { CloudError } from '../../src/domain/errors.js';
import type { ObservedState, Scope } from '../../src/domain/observed.js';
import type { InterruptReason, ProgressEvent } from '../../src/domain/progress.js';
import type { ApplyResult, PlanResult } from '../../src/domain/result.js';
import type { SnapshotDocument } from '../../src/domain/snapshot.js';
import { checkScenario, Emulator, type ScenarioSpec, type StateView } from '../../src/emulator/index.js';
import { apply, type ApplyOptions } from '../../src/flows/apply.js';
import { plan } from '../../src/flows/plan.js';
import { takeSnapshot } from '../../src/flows/snapshot.js';
import { update } from '../../src/flows/update.js';
import { type ReadProject, readProject } from '../../src/manifest/read-project.js';
import { observe } from '../../src/observe/observe.js';
import type { AuditEntry } from '../../src/ports/audit.js';
import type { Clock } from '../../src/ports/clock.js';
import type { CloudReader } from '../../src/ports/cloud-reader.js';
import type { CloudWriter } from '../../src/ports/cloud-writer.js';
import { comparable } from '../e2e/support/golden-fleet.js';
import { signV3 } from '../emulator/signing.js';

/**
 * A whole project in one process: the real flows and the real reader and writer on an emulated cloud whose time moves
 * only when everybody sleeps. Calls are signed and go through the emulator's gateway, but over no socket, so that
 * hundreds of crashes fit into a second.
 */
export const imagesUid = '1600000000000001';
export const prodUid = '1600000000000002';
export const projectTag = 'fleet.k3v9x2ab';
/** Five minutes into an epoch: its quiet time is over. */
export const worldStart = '2026-01-01T00:05:00Z';

const goldenDefaults = {
  account: 'images',
  region: 'cn-hangzhou',
  family: 'golden',
  sizeGiB: 20,
  sharedWith: ['prod'],
};
export const golden1 = { ...goldenDefaults, id: 'm-golden1', name: 'golden-v1', createdAt: '2025-12-01T00:00:00Z' };
export const golden2 = { ...goldenDefaults, id: 'm-golden2', name: 'golden-v2', createdAt: '2025-12-20T00:00:00Z' };

/** A document of a manifest: JSON is YAML. */
type Document = Readonly<Record<string, unknown>>;

function document(kind: string, name: string, spec: Document): Document {
  return { apiVersion: 'tallyman.dev/v1', kind, metadata: { name }, spec };
}

export const source = document('ImageSource', 'golden', { region: 'cn-hangzhou', owner: imagesUid, family: 'golden' });

export function aCopy(spec: Document = {}): Document {
  return document('ImageCopy', 'base', {
    source: { imageSource: 'golden' },
    encrypted: true,
    destinations: [{ region: 'cn-hangzhou' }],
    ...spec,
  });
}

export function aFleet(replicas: number, spec: Document = {}, update: Document = {}): Document {
  return document('Instance', 'web', {
    region: 'cn-hangzhou',
    placement: [{ zone: 'cn-hangzhou-h', vSwitchId: 'vsw-web-h' }],
    replicas,
    image: { imageCopy: 'base' },
    instanceType: 'ecs.g7.large',
    securityGroupIds: ['sg-web'],
    systemDisk: { category: 'cloud_essd', sizeGiB: 40, encrypted: true },
    update: { snapshotBefore: false, minReadySeconds: 10, ...update },
    ...spec,
  });
}

const policy = document('Policy', 'baseline', {
  extends: ['recommended'],
  rules: { 'trust/trusted-owner': { severity: 'error', owners: [{ uid: imagesUid, reason: 'our image factory' }] } },
});

const lockFile = 'tallyman.lock.yaml';

export interface Texts {
  readonly documents: readonly Document[];
  readonly lock: string | null;
  readonly safety?: Document;
  /** Further fields of the Project's spec. */
  readonly project?: Document;
}

const projects = new Map<string, ReadProject>();

/** Reads the same texts once: scenarios run one project many times. */
export function projectOf(texts: Texts): ReadProject {
  const key = JSON.stringify(texts);
  const known = projects.get(key) ?? readTexts(texts);
  projects.set(key, known);
  return known;
}

function readTexts({ documents, lock, safety = {}, project: further = {} }: Texts): ReadProject {
  const project = document('Project', 'fleet', {
    id: 'k3v9x2ab',
    accounts: [{ name: 'prod', uid: prodUid }],
    regions: ['cn-hangzhou', 'ap-southeast-1'],
    defaults: { account: 'prod', tags: { team: 'web' } },
    safety: { allow: ['delete', 'replace-system-disk', 'stop'], ...safety },
    ...further,
  });
  const text = (file: string, ...all: readonly Document[]) => ({
    file,
    text: all.map((one) => JSON.stringify(one)).join('\n---\n'),
  });
  const read = readProject({
    project: text('tallyman.yaml', project),
    manifests: [text('manifests/fleet.yaml', ...documents)],
    policies: [text('policies/baseline.yaml', policy)],
    lock: lock === null ? null : { file: lockFile, text: lock },
    lockFile,
  });
  if (read.desired === null) throw new Error(read.findings.map(({ message }) => message).join('; '));
  return read;
}

/** A call that writes, as a test sees it before it is sent. */
export interface Write {
  /** From 1, in the order of sending. */
  readonly nth: number;
  readonly operation: keyof CloudWriter;
  readonly scope: Scope;
  readonly args: readonly unknown[];
}

/** What a test does to a run. Each hook may throw what the caller shall see, or wait. */
export interface Disturbance {
  readonly beforeWrite?: (write: Write) => void | Promise<void>;
  readonly afterWrite?: (write: Write) => void | Promise<void>;
  /** May hand out another answer than the present one. */
  readonly onRead?: (operation: keyof CloudReader, args: readonly unknown[], answer: unknown) => unknown;
  readonly skewMs?: number;
}

export interface RunOptions extends Disturbance {
  readonly lock?: string | null;
  readonly plan?: Partial<ApplyOptions>;
  readonly interrupt?: TestInterrupt;
  readonly audit?: AuditEntry[];
  /** What happens between the plan and the first action. */
  readonly onApprove?: () => void;
  /** Whether the machine behind a private address passes its probes; by default every one does. */
  readonly serves?: (privateIp: string) => boolean;
  /** What the run knows of the service's limits; by default as the command. */
  readonly limits?: CallLimits;
}

export class TestInterrupt {
  reason: InterruptReason | null = null;
  #listener: ((reason: InterruptReason) => void) | null = null;

  onInterrupt(listener: (reason: InterruptReason) => void): void {
    this.#listener = listener;
  }

  strike(): void {
    this.reason = 'SIGINT';
    this.#listener?.('SIGINT');
  }
}

export interface Snapshot {
  readonly atMs: number;
  readonly state: StateView;
}

/** A world in which a process could have died. */
export interface Death extends Snapshot {
  readonly at: string;
}

/** Keeps the world before each call that writes, and after it took effect and before anybody knows; equal ones once. */
export class Deaths {
  readonly #byRows = new Map<string, Death>();

  constructor(readonly world: World) {}

  get all(): readonly Death[] {
    return [...this.#byRows.values()];
  }

  disturbance(): Disturbance {
    return {
      beforeWrite: ({ nth, operation }) => this.#keep(`before write ${nth}, ${operation}`),
      afterWrite: ({ nth, operation }) => this.#keep(`after write ${nth}, ${operation}`),
    };
  }

  #keep(at: string): void {
    const death = { ...this.world.snapshot(), at };
    const { tokens: _tokens, ...rows } = death.state;
    const key = JSON.stringify(rows);
    if (!this.#byRows.has(key)) this.#byRows.set(key, death);
  }
}

export const planDefaults: ApplyOptions = {
  targets: [],
  excludes: [],
  prune: false,
  allow: [],
  allowEmpty: false,
  maxRemovals: null,
  retryRejected: false,
  asOf: null,
  savedPlan: null,
  planMaxAgeMs: 24 * 3_600_000,
  planDigest: null,
  noWait: false,
  parallelism: 10,
};

export class World {
  readonly emulator: Emulator;
  readonly events: ProgressEvent[] = [];
  documents: readonly Document[];
  lock: string | null = null;
  /** Further fields of the Project's spec. */
  projectSpec: Document = {};
  readonly #time: VirtualTime;
  readonly #startMs: number;

  constructor(documents: readonly Document[], spec: Partial<ScenarioSpec> = {}) {
    this.documents = documents;
    const scenario = checkScenario({
      apiVersion: 'tallyman.dev/v1',
      kind: 'Scenario',
      metadata: { name: 'fleet' },
      spec: {
        clock: { start: worldStart, speed: 0 },
        accounts: [
          { name: 'images', uid: imagesUid, accessKeys: [{ id: 'EMULATORIMAGES', secret: 'emulator' }] },
          { name: 'prod', uid: prodUid, accessKeys: [{ id: 'EMULATORPROD', secret: 'emulator' }] },
        ],
        images: [golden1],
        ...spec,
      },
    });
    this.emulator = new Emulator({
      scenario,
      onDefect: (error) => {
        throw error;
      },
    });
    this.#startMs = this.now;
    this.#time = new VirtualTime(this.emulator);
  }

  /** A world whose source is locked. */
  static async open(documents: readonly Document[], spec: Partial<ScenarioSpec> = {}): Promise<World> {
    const world = new World(documents, spec);
    await world.update();
    return world;
  }

  get now(): number {
    return this.emulator.clock().now;
  }

  get state(): StateView {
    return this.emulator.state();
  }

  project(): ReadProject {
    return projectOf({ documents: this.documents, lock: this.lock, project: this.projectSpec });
  }

  async update(): Promise<void> {
    const files = {
      write: (_path: string, text: string) => {
        this.lock = text;
        return Promise.resolve();
      },
    };
    const ports = { cloud: this.#reader(), files, clock: this.#time.clock(0) };
    const result = await update(ports, this.project(), { checkOnly: false, source: null });
    if (result.changes.length === 0) throw new Error('nothing to lock');
  }

  plan(options: Partial<ApplyOptions> = {}): Promise<PlanResult> {
    const ports = { cloud: this.#reader(), clock: this.#time.clock(0), commit: null, toolVersion: '0' };
    return plan(ports, this.project(), { ...planDefaults, ...options });
  }

  /** What `tallyman snapshot` writes. */
  record(): Promise<SnapshotDocument> {
    const ports = { cloud: this.#reader(), clock: this.#time.clock(0), toolVersion: '0' };
    return takeSnapshot(ports, this.project());
  }

  observe(): Promise<ObservedState> {
    const { desired, lock } = this.project();
    if (desired === null) throw new Error('the project cannot be read');
    return observe(this.#reader(), desired, lock, this.now);
  }

  apply(options: RunOptions = {}): Promise<ApplyResult> {
    return this.start(options).done;
  }

  /** An apply that may be killed: from then on nothing that it asks for is answered. */
  start(options: RunOptions = {}): { readonly done: Promise<ApplyResult>; readonly kill: () => void } {
    const life = { isOver: false };
    const project = projectOf({
      documents: this.documents,
      lock: options.lock === undefined ? this.lock : options.lock,
      project: this.projectSpec,
    });
    const clock = this.#time.clock(options.skewMs ?? 0, life);
    const pace = pacing(clock, options.limits ?? generousLimits);
    const ports = {
      cloud: disturbedReader(paced(this.#reader(), pace), options, life),
      pace,
      writer: disturbedWriter(this.#writer(), options, life),
      clock,
      audit:
        options.audit === undefined ? null : { append: async (entry: AuditEntry) => void options.audit?.push(entry) },
      prober: {
        probe: (host: string) => Promise.resolve((options.serves?.(host) ?? true) ? null : `${host} answers 503`),
      },
      progress: (event: ProgressEvent) => void this.events.push(event),
      approve: () => {
        options.onApprove?.();
        return Promise.resolve(true);
      },
      interrupt: options.interrupt ?? new TestInterrupt(),
      commit: null,
      toolVersion: '0',
    };
    const done = apply(ports, project, { ...planDefaults, ...options.plan });
    return { done, kill: () => void (life.isOver = true) };
  }

  /** Runs, a minute apart, until a plan has no actions and nothing is left alone; throws after so many runs. */
  async converge(runsMax = 3, options: RunOptions = {}): Promise<void> {
    for (let run = 0; run < runsMax; run += 1) {
      await this.apply(options);
      this.advance(60);
      const { plan } = await this.plan(options.plan);
      if (plan.actions.length === 0 && plan.notices.every(({ kind }) => kind !== 'busy')) return;
    }
    const left = (await this.plan(options.plan)).plan.actions.map(
      ({ kind, address, reason }) => `${kind} ${address} ${reason}`,
    );
    throw new Error(`still to be done after ${runsMax} runs: ${left.join(', ')}`);
  }

  advance(seconds: number): void {
    this.emulator.advance(seconds);
  }

  /** Lets the others go on for so long. */
  sleep(ms: number): Promise<void> {
    return this.#time.clock(0).sleep(ms);
  }

  snapshot(): Snapshot {
    return { state: this.state, atMs: this.now };
  }

  restore({ state, atMs }: Snapshot): void {
    this.emulator.reset({ state });
    this.emulator.advance((atMs - this.#startMs) / 1000);
  }

  comparable(): unknown {
    return comparable(this.state as never);
  }

  /** Calls that wrote and were answered with success, as `Operation`. */
  written(): readonly string[] {
    return this.emulator
      .calls()
      .calls.filter(({ access, status }) => access === 'write' && status === 200)
      .map(({ action }) => action);
  }

  tokensOf(action: string): readonly (string | null)[] {
    return this.emulator
      .calls()
      .calls.filter((call) => call.action === action)
      .map(({ clientToken }) => clientToken);
  }

  /** Instances that carry the project's tag, oldest first. */
  members(): StateView['instances'] {
    return ours(this.emulator.engine.store.instances.values());
  }

  /** Images that carry the project's tag, oldest first. */
  copies(): StateView['images'] {
    return ours(this.emulator.engine.store.images.values());
  }

  #reader(): CloudReader {
    return cloudReader(directSend(this.emulator), accounts);
  }

  #writer(): CloudWriter {
    return cloudWriter(directSend(this.emulator));
  }
}

const accounts: ConnectOptions['accounts'] = [
  { name: 'prod', uid: prodUid },
  { name: 'images', uid: imagesUid },
].map((account) => ({ ...account, credentials: { kind: 'chain' }, origin: { file: '', document: 0, path: [] } }));

/** Who signs for an account of the project. */
function keyOf(account: string): string {
  return account === 'images' ? 'EMULATORIMAGES' : 'EMULATORPROD';
}

function ours<T extends { readonly sequence: number; readonly tags: Readonly<Record<string, string>> }>(
  rows: readonly T[],
): readonly T[] {
  return rows.filter(({ tags }) => tags['tallyman:project'] === projectTag).toSorted((a, b) => a.sequence - b.sequence);
}

interface Life {
  isOver: boolean;
}

/** What a process that is dead waits for. */
function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

function disturbedWriter(writer: CloudWriter, disturbance: Disturbance, life: Life): CloudWriter {
  let count = 0;
  const around = (operation: keyof CloudWriter) => {
    return async (scope: Scope, ...args: readonly unknown[]): Promise<unknown> => {
      if (life.isOver) return never();
      const write: Write = { nth: (count += 1), operation, scope, args };
      await disturbance.beforeWrite?.(write);
      if (life.isOver) return never();
      const method = writer[operation] as (scope: Scope, ...args: readonly unknown[]) => Promise<unknown>;
      const answer = await method(scope, ...args);
      await disturbance.afterWrite?.(write);
      return life.isOver ? never() : answer;
    };
  };
  return Object.fromEntries(
    Object.keys(writer).map((name) => [name, around(name as keyof CloudWriter)]),
  ) as unknown as CloudWriter;
}

function disturbedReader(reader: CloudReader, { onRead }: Disturbance, life: Life): CloudReader {
  const around = (operation: keyof CloudReader) => {
    return async (...args: readonly unknown[]): Promise<unknown> => {
      if (life.isOver) return never();
      const method = reader[operation] as (...args: readonly unknown[]) => Promise<unknown>;
      const answer = await method(...args);
      if (life.isOver) return never();
      return onRead === undefined ? answer : await onRead(operation, args, answer);
    };
  };
  return Object.fromEntries(
    Object.keys(reader).map((name) => [name, around(name as keyof CloudReader)]),
  ) as unknown as CloudReader;
}

/** An answer that never came: whether the call took effect depends on whether it is thrown before or after. */
export function lost(operation: string): CloudError {
  return cloudError(operation, 'lost', '');
}

export function cloudError(operation: string, failure: CloudError['failure'], apiCode: string): CloudError {
  const call = { operation, account: 'prod', region: 'cn-hangzhou' };
  const status = failure === 'lost' ? null : 400;
  return new CloudError(
    'cloud/lost',
    `${operation} ${failure}`,
    'Run again.',
    call,
    failure,
    apiCode,
    status,
    null,
    null,
  );
}

/** As the SDK's client does it, with the same errors, but straight into the emulator. */
function directSend(emulator: Emulator): Send {
  return async (scope, operation, query, parse) => {
    const accessKeyId = keyOf(scope.account);
    const answer = answered(emulator, accessKeyId, operation.name, apiVersion[operation.product], query);
    await Promise.resolve();
    const failed = (error: unknown): Error =>
      toCloudError(error, {
        operation: operation.name,
        account: scope.account,
        region: scope.region,
        product: operation.product,
        hasClientToken: query['ClientToken'] !== undefined,
        accessKeyId,
      });
    if (answer.status >= 400) {
      const data = JSON.parse(answer.body) as { readonly Code: string };
      const wait = answer.headers['x-acs-retry-after'];
      const retryAfter = wait === undefined ? {} : { retryAfter: Number(wait) };
      throw failed(
        Object.assign(new Error(data.Code), { statusCode: answer.status, code: data.Code, data, ...retryAfter }),
      );
    }
    try {
      return parse(Answer.parse(answer.body));
    } catch (error) {
      throw error instanceof WrongShape ? failed(error) : error;
    }
  };
}

function answered(
  emulator: Emulator,
  accessKeyId: string,
  action: string,
  version: string,
  query: Readonly<Record<string, string>>,
): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const signer = { endpoint: 'http://127.0.0.1', accessKeyId, accessKeySecret: 'emulator' };
  const { method, url, headers } = signV3(signer, action, query, { version });
  const { pathname, search } = new URL(url);
  const { dispatcher } = emulator.engine;
  const received = dispatcher.receive({
    method,
    path: pathname,
    query: search.slice(1),
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.alloc(0),
  });
  return received.kind === 'refused' ? received.answer : dispatcher.carryOut(received.call);
}

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** Time stands still while anybody has something to do, and then jumps to whoever sleeps least. */
class VirtualTime {
  readonly #sleepers = new Set<Sleeper>();
  #isDue = false;

  constructor(readonly emulator: Emulator) {}

  /** `skewMs`: how far this clock is ahead. */
  clock(skewMs: number, life: Life = { isOver: false }): Clock {
    return {
      speed: 0,
      now: () => this.emulator.clock().now + skewMs,
      sleep: async (ms, signal) => {
        signal?.throwIfAborted();
        if (life.isOver) return never();
        await new Promise<void>((resolve, reject) => {
          const leave = (): void => {
            this.#sleepers.delete(sleeper);
            reject(signal?.reason as Error);
          };
          const wake = (): void => {
            signal?.removeEventListener('abort', leave);
            resolve();
          };
          const sleeper = { untilMs: this.emulator.clock().now + Math.ceil(ms), wake };
          this.#sleepers.add(sleeper);
          signal?.addEventListener('abort', leave);
          this.#schedule();
        });
        if (life.isOver) return never();
      },
    };
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#step());
  }

  #step(): void {
    this.#isDue = false;
    if (this.#sleepers.size === 0) return;
    const now = this.emulator.clock().now;
    const earliest = Math.min(...[...this.#sleepers].map(({ untilMs }) => untilMs));
    if (earliest > now) this.emulator.advance((earliest - now) / 1000);
    const due = Array.from(this.#sleepers).filter(({ untilMs }) => untilMs <= Math.max(earliest, now));
    for (const sleeper of due) {
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    this.#schedule();
  }
}
