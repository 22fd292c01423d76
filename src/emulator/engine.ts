import type { Nonces } from './access/nonces.js';
import { Principals } from './access/principals.js';
import type { SessionRow } from './access/session.js';
import { loadView, type StateView } from './control/state-view.js';
import { FaultBox } from './faults/fault-box.js';
import { Catalogue } from './operations/catalogue.js';
import { stsOperations } from './operations/sts/index.js';
import { CallLog } from './rpc/call-log.js';
import { ClientTokens } from './rpc/client-tokens.js';
import { Dispatcher } from './rpc/dispatcher.js';
import { Gateway } from './rpc/gateway.js';
import { RequestIds } from './rpc/request-ids.js';
import { Throttle } from './rpc/throttle.js';
import type { ScenarioSpec } from './scenario/scenario.js';
import { seedWorld } from './scenario/seed-world.js';
import { startOf, worldFactsOf } from './scenario/world-facts.js';
import { EmulatedClock } from './world/clock.js';
import type { Change, Identified } from './world/collection.js';
import type { JournalEntry, StateDocument } from './world/state-document.js';
import { type ChangeSet, Store } from './world/store.js';

export interface EngineParts {
  readonly spec: ScenarioSpec;
  readonly nonces: Nonces;
  /** Real milliseconds since 1970. */
  realNow(): number;
  /** Told of every change that must outlive the process, before its call is answered. */
  onChange(entry: JournalEntry): void;
  onDefect(error: unknown): void;
}

/** For so long a key of STS is answered `InvalidSecurityToken.Expired` before it is not known at all. */
const expiredSessionKeptMs = 24 * 3_600_000;
/** How old, in real milliseconds, the time in the journal may be when a call is answered. */
const clockNoteMs = 1_000;

/** One emulated cloud in motion: rows, clock, and everything a call passes through. */
export class Engine {
  readonly store: Store;
  readonly clock: EmulatedClock;
  readonly faults: FaultBox;
  readonly log = new CallLog();
  readonly dispatcher: Dispatcher;
  readonly principals: Principals;
  private readonly throttle: Throttle;
  private readonly requestIds: RequestIds;
  private notedAt = Number.NEGATIVE_INFINITY;
  private isReady = false;

  constructor(
    private readonly parts: EngineParts,
    start: { readonly saved?: StateDocument; readonly view?: StateView },
  ) {
    const { spec } = parts;
    this.store = new Store(worldFactsOf(spec), (set) => this.note(set));
    const begin = { now: startOf(spec), speed: spec.clock?.speed ?? 1 };
    this.clock = new EmulatedClock(start.saved?.clock ?? begin, () => parts.realNow());
    this.throttle = new Throttle(spec.rateLimits ?? {});
    this.requestIds = new RequestIds(this.store.facts.seed, start.saved?.requests ?? 0);
    this.faults = new FaultBox(this.store);
    this.principals = new Principals(spec, (id) => this.store.sessions.get(id));
    this.dispatcher = this.makeDispatcher();
    if (start.saved === undefined) this.seed(start.view);
    else this.restore(start.saved);
    this.isReady = true;
  }

  /** Puts the time into the journal now and then, so that a killed emulator does not go far back when it starts again. */
  noteTime(): void {
    if (this.parts.realNow() - this.notedAt >= clockNoteMs) this.note();
  }

  document(): StateDocument {
    const collections = this.store.collections.map((collection) => [collection.name, collection.values()] as const);
    return {
      clock: this.clock.read(),
      counters: this.store.counters,
      requests: this.requestIds.count,
      throttle: this.throttle.export(),
      collections: Object.fromEntries(collections),
    };
  }

  note(set?: ChangeSet): void {
    if (!this.isReady) return;
    this.notedAt = this.parts.realNow();
    this.parts.onChange({
      clock: this.clock.read(),
      counters: this.store.counters,
      requests: this.requestIds.count,
      ...(set === undefined ? {} : changesOf(set.changes)),
    });
  }

  private makeDispatcher(): Dispatcher {
    const { parts, store, clock, throttle, faults, log, requestIds } = this;
    const realNow = (): number => parts.realNow();
    const sts = stsOperations({ spec: parts.spec, keep: (session) => this.keepSession(session), realNow });
    const authentication = {
      principals: this.principals,
      nonces: parts.nonces,
      securityTokenStatus: store.facts.settings.switch('securityTokenStatus'),
    };
    return new Dispatcher({
      store,
      clock,
      throttle,
      faults,
      log,
      requestIds,
      gateway: new Gateway(new Catalogue(sts), authentication, realNow),
      tokens: new ClientTokens(store),
      onDefect: (error) => parts.onDefect(error),
    });
  }

  /** Sessions long over go as new ones come; until then their keys are told from unknown ones. */
  private keepSession(session: SessionRow): void {
    const { sessions } = this.store;
    const longAgo = this.parts.realNow() - expiredSessionKeptMs;
    for (const old of sessions.values()) if (old.expiresAt < longAgo) sessions.remove(old.id);
    sessions.put(session);
  }

  private seed(view: StateView | undefined): void {
    const now = this.clock.now();
    if (view === undefined) this.store.transact(now, (world) => seedWorld(world, this.parts.spec));
    else loadView(this.store, view);
    this.faults.install(this.parts.spec.faults ?? [], now);
  }

  private restore(saved: StateDocument): void {
    for (const [name, values] of Object.entries(saved.collections)) {
      for (const value of values) this.store.load(name, value.id, value);
    }
    this.store.loadCounters(saved.counters);
    this.throttle.import(saved.throttle);
  }
}

/** What each touched value became in the end; within one transaction only that counts. */
function changesOf(changes: readonly Change[]): Pick<JournalEntry, 'put' | 'removed'> {
  const last = new Map(changes.map((change) => [`${change.collection}/${change.id}`, change]));
  const put: Record<string, Identified[]> = {};
  const removed: Record<string, string[]> = {};
  for (const { collection, id, after } of last.values()) {
    if (after === undefined) (removed[collection] ??= []).push(id);
    else (put[collection] ??= []).push(after);
  }
  return { put, removed };
}
