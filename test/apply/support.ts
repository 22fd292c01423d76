import { parseAllDocuments } from 'yaml';
import type { ConnectOptions } from '../../src/adapters/alibaba/connect.js';
import { cloudReader, readingOnly } from '../../src/adapters/alibaba/reader.js';
import { cloudWriter } from '../../src/adapters/alibaba/writer.js';
import { type CallLimits, generousLimits, paced, pacing } from '../../src/adapters/pacing.js';
import { directSend } from '../../src/adapters/rehearsal/direct-send.js';
import { openRehearsal } from '../../src/adapters/rehearsal/open-rehearsal.js';
import { VirtualTime } from '../../src/adapters/rehearsal/virtual-time.js';
import type { DriftResult } from '../../src/domain/drift.js';
import { CloudError } from '../../src/domain/errors.js';
import type { ObservedState, Scope } from '../../src/domain/observed.js';
import type { ImportResult } from '../../src/domain/imported.js';
import type { InterruptReason, ProgressEvent } from '../../src/domain/progress.js';
import type { ApplyResult, PlanResult } from '../../src/domain/result.js';
import type { SnapshotDocument } from '../../src/domain/snapshot.js';
import { checkScenario, Emulator, type ScenarioSpec, type StateView } from '../../src/emulator/index.js';
import { apply, type ApplyOptions, type ApplyPorts } from '../../src/flows/apply.js';
import { destroy, type DestroyOptions } from '../../src/flows/destroy.js';
import { importExisting } from '../../src/flows/import-existing.js';
import { drift, type DriftOptions } from '../../src/flows/drift.js';
import { plan, planInDetail } from '../../src/flows/plan.js';
import { rehearse, type RehearsedPlan } from '../../src/flows/rehearse.js';
import { takeSnapshot } from '../../src/flows/snapshot.js';
import { update } from '../../src/flows/update.js';
import { type ReadProject, readProject } from '../../src/manifest/read-project.js';
import { observe } from '../../src/observe/observe.js';
import type { AuditEntry } from '../../src/ports/audit.js';
import type { Clock } from '../../src/ports/clock.js';
import type { CloudReader } from '../../src/ports/cloud-reader.js';
import type { CloudWriter } from '../../src/ports/cloud-writer.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import type { ImportRequest } from '../../src/transcribe/import/request.js';
import { memoryFiles } from '../flows/memory-files.js';
import { comparable } from '../e2e/support/golden-fleet.js';

/**
 * A whole project in one process: the real flows and the real reader and writer on an emulated cloud whose time moves
 * only when everybody sleeps. Calls go over no socket and are not signed, so that hundreds of crashes fit into a second.
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
  rules: {
    'trust/trusted-owner': { severity: 'error', owners: [{ uid: imagesUid, reason: 'our image factory' }] },
    'trust/community-image': { owners: [{ uid: imagesUid, reason: 'our image factory publishes' }] },
    'trust/marketplace-image': { productCodes: ['cmjj0001'] },
  },
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

function projectDocument({ safety = {}, project: further = {} }: Pick<Texts, 'safety' | 'project'>): Document {
  return document('Project', 'fleet', {
    id: 'k3v9x2ab',
    accounts: [{ name: 'prod', uid: prodUid }],
    regions: ['cn-hangzhou', 'ap-southeast-1'],
    defaults: { account: 'prod', tags: { team: 'web' } },
    safety: { allow: ['delete', 'replace-system-disk', 'stop'], ...safety },
    ...further,
  });
}

function readTexts({ documents, lock, ...more }: Texts): ReadProject {
  const project = projectDocument(more);
  const text = (file: string, ...all: readonly Document[]) => ({
    file,
    text: all.map((one) => JSON.stringify(one)).join('\n---\n'),
  });
  const read = readProject(
    {
      project: text('tallyman.yaml', project),
      manifests: [text('manifests/fleet.yaml', ...documents)],
      policies: [text('policies/baseline.yaml', policy)],
      lock: lock === null ? null : { file: lockFile, text: lock },
      lockFile,
    },
    { parse: parseDocuments },
  );
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

interface StartedRun {
  readonly done: Promise<ApplyResult>;
  readonly kill: () => void;
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
    const ports = { cloud: this.#reader(), files, clock: clockOf(this.#time) };
    const result = await update(ports, this.project(), { checkOnly: false, source: null });
    if (result.changes.length === 0) throw new Error('nothing to lock');
  }

  /** What `tallyman import` writes into the project, which holds no manifests yet; from then on they are its manifests. */
  async import(
    request: Partial<ImportRequest> = {},
  ): Promise<{ readonly result: ImportResult; readonly texts: ReadonlyMap<string, string> }> {
    const files = memoryFiles({
      'tallyman.yaml': JSON.stringify(projectDocument({ project: this.projectSpec })),
      'policies/baseline.yaml': JSON.stringify(policy),
    });
    const { accounts: named = [{ name: 'prod' }] } = this.projectSpec as { accounts?: readonly { name: string }[] };
    const result = await importExisting(
      { cloud: this.#reader(), files, clock: clockOf(this.#time) },
      {
        request: { kinds: new Set(['instances']), ids: [], tags: [], filters: [], isGrouped: true, ...request },
        projectFile: 'tallyman.yaml',
        environment: null,
        projectText: null,
        accounts: named.map(({ name }) => name),
        regions: ['ap-southeast-1', 'cn-hangzhou'],
        target: { kind: 'folder', path: 'manifests' },
        overwrites: false,
        today: '2026-01-01',
      },
    );
    // As they stand in the files: what was written is what is read.
    this.documents = result.files.flatMap(({ text }) => parseAllDocuments(text).map((one) => one.toJS() as Document));
    this.lock = files.texts.get(lockFile) ?? null;
    return { result, texts: files.texts };
  }

  plan(options: Partial<ApplyOptions> = {}): Promise<PlanResult> {
    const ports = { cloud: this.#reader(), clock: clockOf(this.#time), commit: null, toolVersion: '0' };
    return plan(ports, this.project(), { ...planDefaults, ...options });
  }

  /** What `tallyman plan --rehearse` does. */
  async rehearse(options: Partial<ApplyOptions> = {}): Promise<RehearsedPlan> {
    const ports = { cloud: this.#reader(), clock: clockOf(this.#time), commit: null, toolVersion: '0' };
    const given = { ...planDefaults, ...options };
    const project = this.project();
    return rehearse(openRehearsal, project, given, await planInDetail(ports, project, given));
  }

  /** What `tallyman drift` does, with a reader that nothing else than reading gets through. */
  drift(options: Partial<DriftOptions> = {}): Promise<DriftResult> {
    const cloud = cloudReader(readingOnly(directSend(this.emulator, uidOf)), accounts);
    const ports = { cloud, clock: clockOf(this.#time), commit: null, toolVersion: '0' };
    const given = { ignore: [], only: null, asOf: null, lastWrites: new Map(), ...options };
    return drift(ports, this.project(), given);
  }

  /** What `tallyman snapshot` writes. */
  record(): Promise<SnapshotDocument> {
    const ports = { cloud: this.#reader(), clock: clockOf(this.#time), toolVersion: '0' };
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
  start(options: RunOptions = {}): StartedRun {
    return this.#begin(options, (ports, project) => apply(ports, project, { ...planDefaults, ...options.plan }));
  }

  /** What `tallyman destroy` does; by default somebody agrees. */
  destroy(options: Partial<DestroyOptions> = {}, agrees: () => boolean = () => true): Promise<ApplyResult> {
    const given = { allow: [], maxRemovals: null, overrideWindow: null, asOf: null, parallelism: 10, ...options };
    const approve = (): Promise<boolean> => Promise.resolve(agrees());
    return this.#begin({}, (ports, project) => destroy({ ...ports, approve }, project, given)).done;
  }

  #begin(options: RunOptions, run: (ports: ApplyPorts, project: ReadProject) => Promise<ApplyResult>): StartedRun {
    const life = { isOver: false };
    const project = projectOf({
      documents: this.documents,
      lock: options.lock === undefined ? this.lock : options.lock,
      project: this.projectSpec,
    });
    const clock = clockOf(this.#time, options.skewMs, life);
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
      planned: () => Promise.resolve(),
      approve: () => {
        options.onApprove?.();
        return Promise.resolve(true);
      },
      interrupt: options.interrupt ?? new TestInterrupt(),
      commit: null,
      toolVersion: '0',
    };
    return { done: run(ports, project), kill: () => void (life.isOver = true) };
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
    return clockOf(this.#time).sleep(ms);
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
    return cloudReader(directSend(this.emulator, uidOf), accounts);
  }

  #writer(): CloudWriter {
    return cloudWriter(directSend(this.emulator, uidOf));
  }
}

const accounts: ConnectOptions['accounts'] = [
  { name: 'prod', uid: prodUid },
  { name: 'images', uid: imagesUid },
].map((account) => ({ ...account, credentials: { kind: 'chain' }, origin: { file: '', document: 0, path: [] } }));

function uidOf(account: string): string {
  return account === 'images' ? imagesUid : prodUid;
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

/** Time of the world; stands still for who is dead. `skewMs`: how far this clock is ahead. */
function clockOf(time: VirtualTime, skewMs = 0, life: Life = { isOver: false }): Clock {
  const clock = time.clock();
  return {
    speed: clock.speed,
    now: () => clock.now() + skewMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      if (life.isOver) return never();
      await clock.sleep(ms, signal);
      if (life.isOver) await never();
    },
  };
}
