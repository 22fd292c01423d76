import { Answer, WrongShape } from '../../src/adapters/alibaba/answer.js';
import { toCloudError } from '../../src/adapters/alibaba/cloud-error.js';
import { apiVersion } from '../../src/adapters/alibaba/rpc-client.js';
import type { Operation, Send } from '../../src/adapters/alibaba/sender.js';
import type { Scope } from '../../src/domain/observed.js';
import { Nonces } from '../../src/emulator/access/nonces.js';
import { applyChange } from '../../src/emulator/control/apply-change.js';
import { Engine } from '../../src/emulator/engine.js';
import type { FaultKind as EmulatorFault } from '../../src/emulator/faults/fault.js';
import type { WorldChange } from '../../src/emulator/index.js';
import { Catalogue, runEvent } from '../../src/emulator/operations/catalogue.js';
import { stsOperations } from '../../src/emulator/operations/sts/index.js';
import type { OpenCall } from '../../src/emulator/rpc/dispatcher.js';
import type { ScenarioSpec } from '../../src/emulator/scenario/scenario.js';
import type { FaultKind } from './story.js';
import { VirtualTime } from './time.js';
import type { Cause, RowChange } from './truth.js';
import { Truth } from './truth.js';

/** What happens to one call. `seconds`: how late, or how stale. */
export interface Misfortune {
  readonly kind: FaultKind;
  readonly seconds?: number;
}

/** One call that reached the service. */
export interface SentCall {
  readonly run: string;
  readonly operation: string;
  readonly scope: Scope;
  readonly query: Readonly<Record<string, string>>;
  readonly isWrite: boolean;
  readonly atMs: number;
  readonly misfortune: FaultKind | null;
  readonly status: number;
  /** The service's code; '' for a success. */
  readonly code: string;
  readonly body: string;
}

/** What a run decides about its calls before they are sent. */
export interface Line {
  readonly run: string;
  /** Milliseconds until the call is there. */
  delayMs(): number;
  misfortune(call: {
    readonly operation: string;
    readonly isWrite: boolean;
    readonly hasTagFilter: boolean;
  }): Misfortune | null;
  /** After the effect, and before the caller knows. */
  arrived(call: SentCall): void;
}

export interface CloudListener {
  changed(change: RowChange): void;
  called(call: SentCall): void;
  /** Every call of a run, with what befalls it. */
  struck(operation: string, query: Readonly<Record<string, string>>, fault: FaultKind | null): void;
  told(line: string): void;
}

const accessKey = (account: string): string => `EMULATOR${account.toUpperCase()}`;

/** What machines the stories use. */
export const instanceTypes = ['ecs.g7.large', 'ecs.g7.xlarge'] as const;

/** A client gives up waiting after this long; the service may go on with the call until `flight`. */
const patienceMs = 10_000;

const emptyMap: ReadonlyMap<string, string> = new Map();

/** The emulator's core without sockets and signatures, on virtual time. */
export class SimulatedCloud {
  readonly engine: Engine;
  readonly time: VirtualTime;
  readonly truth: Truth;
  isSoldOut = false;
  /** Machines that did not serve do by now, whatever image they run. */
  areMachinesRepaired = false;
  readonly #catalogue: Catalogue;
  #cause: Cause = { kind: 'world', who: 'beginning' };
  #requests = 0;

  constructor(
    spec: ScenarioSpec,
    project: string,
    private readonly listener: CloudListener,
  ) {
    this.truth = new Truth(project);
    this.#catalogue = new Catalogue(stsOperations({ spec, keep: () => undefined, realNow: () => 0 }));
    this.engine = new Engine(
      {
        spec: { ...spec, stock: this.#stock() },
        nonces: new Nonces(),
        realNow: () => 0,
        onChange: (entry) => {
          for (const change of this.truth.follow(entry, this.#cause)) this.listener.changed(change);
        },
        onDefect: (error) => {
          throw error;
        },
      },
      {},
    );
    this.#learnBeginning();
    this.#cause = { kind: 'world', who: 'service' };
    const { clock } = this.engine;
    this.time = new VirtualTime(
      () => clock.now(),
      (ms) => {
        clock.set({ now: ms, speed: 0 });
        this.engine.store.runDue(ms, runEvent);
      },
    );
  }

  /** Plenty of everything, and nothing while it is sold out. */
  #stock(): Readonly<Record<string, number>> {
    const stock: Record<string, number> = {};
    for (const type of instanceTypes) {
      // What runs holds its own place.
      const held = (): number => [...this.truth.instances.values()].filter((row) => row.instanceType === type).length;
      Object.defineProperty(stock, type, { get: () => (this.isSoldOut ? held() : 1_000_000), enumerable: true });
    }
    return stock;
  }

  uidOf(account: string): string | undefined {
    return this.engine.store.facts.accountUid(account);
  }

  get now(): number {
    return this.engine.clock.now();
  }

  /** What the scenario holds is there before anybody listens. */
  #learnBeginning(): void {
    const { store } = this.engine;
    const put = Object.fromEntries(
      [store.images, store.snapshots, store.disks, store.instances, store.keys].map((table) => [
        table.name,
        table.values(),
      ]),
    );
    this.truth.follow({ clock: this.engine.clock.read(), counters: store.counters, requests: 0, put }, this.#cause);
  }

  /** Throws ChangeRefused where there is nothing to change. */
  change(change: WorldChange, who: string): void {
    this.#as({ kind: 'world', who }, () => this.engine.store.transact(this.now, (world) => applyChange(world, change)));
  }

  #as<T>(cause: Cause, act: () => T): T {
    this.engine.store.runDue(this.now, runEvent);
    const before = this.#cause;
    this.#cause = cause;
    try {
      return act();
    } finally {
      this.#cause = before;
    }
  }

  /** As the SDK's client does it, with the same errors. */
  send(line: Line, pageSize: number | null): Send {
    return async (scope, operation, query, parse) => {
      const product = operation.product;
      const isWrite = !/^(?:Describe|Get|List|Assume)/.test(operation.name);
      const failed = (error: unknown): Error =>
        toCloudError(error, {
          operation: operation.name,
          account: scope.account,
          region: scope.region,
          product,
          hasClientToken: query['ClientToken'] !== undefined,
          accessKeyId: accessKey(scope.account),
        });
      await this.time.sleep(line.delayMs());
      const misfortune = line.misfortune({
        operation: operation.name,
        isWrite,
        hasTagFilter: query['Tag.1.Key'] !== undefined,
      });
      this.listener.struck(operation.name, query, misfortune?.kind ?? null);
      const sent = isWrite ? query : paged(query, pageSize);
      const answer = await this.#answered({ line, scope, operation, query: sent, isWrite, misfortune });
      if (answer === 'none') throw failed(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
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

  async #answered(outgoing: Outgoing): Promise<Answered | 'none'> {
    const { misfortune } = outgoing;
    switch (misfortune?.kind) {
      case undefined:
        return this.#carryOut(outgoing, null);
      case 'throttle':
      case 'server-error':
      case 'denied':
        return this.#carryOut(outgoing, misfortune.kind);
      case 'page-shift':
        return this.#carryOut(outgoing, 'page-shift');
      case 'stale':
        return this.#carryOut(outgoing, 'stale-read');
      case 'expired':
        return refusal(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
      case 'no-stock':
        return this.#withoutStock(outgoing);
      case 'server-error-after':
        this.#carryOut(outgoing, null);
        return refusal(503, 'ServiceUnavailable', 'The request has failed due to a temporary failure of the server.');
      case 'lost-before':
        this.listener.told(`${this.#place(outgoing)} never arrives`);
        await this.time.sleep(patienceMs);
        return 'none';
      case 'lost-after':
        this.#carryOut(outgoing, null);
        await this.time.sleep(patienceMs);
        return 'none';
      case 'late':
        void this.time.sleep((misfortune.seconds ?? 20) * 1000).then(() => this.#carryOut(outgoing, null));
        await this.time.sleep(patienceMs);
        return 'none';
      case 'slow': {
        const call = this.#open(outgoing, null);
        return this.engine.dispatcher.holdingToken(call, async () => {
          await this.time.sleep((misfortune.seconds ?? 5) * 1000);
          return this.#carryOut(outgoing, null, call);
        });
      }
    }
  }

  /** The stock is gone for the moment of this call. */
  #withoutStock(outgoing: Outgoing): Answered {
    const before = this.isSoldOut;
    this.isSoldOut = true;
    try {
      return this.#carryOut(outgoing, null);
    } finally {
      this.isSoldOut = before;
    }
  }

  #open({ scope, operation, query, misfortune }: Outgoing, hit: EmulatorFault | null): OpenCall {
    const principal = this.engine.principals.find(accessKey(scope.account));
    if (principal === undefined) throw new Error(`no key for account '${scope.account}'`);
    this.#requests += 1;
    const version = apiVersion[operation.product];
    const wire = { method: 'POST', path: '/', query: '', headers: emptyMap, body: noBody };
    const seconds = misfortune?.seconds === undefined ? {} : { seconds: misfortune.seconds };
    return {
      operation: this.#catalogue.find(version, operation.name),
      request: {
        dialect: 'v3',
        action: operation.name,
        version,
        errorFormat: 'json',
        parameters: new Map(Object.entries(query)),
        system: emptyMap,
        query: [],
        form: [],
        wire,
      },
      principal,
      requestId: `REQUEST-${this.#requests}`,
      logSequence: 0,
      regionId: query['RegionId'] ?? scope.region,
      hit:
        hit === null ? undefined : { kind: hit, fault: { action: '*', kind: hit, ...seconds }, hits: this.#requests },
    };
  }

  #carryOut(outgoing: Outgoing, hit: EmulatorFault | null, opened?: OpenCall): Answered {
    const { line, scope, operation, query, isWrite, misfortune } = outgoing;
    const call = opened ?? this.#open(outgoing, hit);
    const answer = this.#as({ kind: 'run', run: line.run }, () => this.engine.dispatcher.carryOut(call));
    const sent: SentCall = {
      run: line.run,
      operation: operation.name,
      scope,
      query,
      isWrite,
      atMs: this.now,
      misfortune: misfortune?.kind ?? null,
      status: answer.status,
      code: answer.status < 400 ? '' : (JSON.parse(answer.body) as { readonly Code: string }).Code,
      body: answer.body,
    };
    this.listener.told(
      `${this.#place(outgoing)} ${sent.status} ${sent.code} ${isWrite ? sent.body : sent.body.length}`,
    );
    if (isWrite) this.listener.called(sent);
    line.arrived(sent);
    return answer;
  }

  #place({ line, scope, operation, query, misfortune }: Outgoing): string {
    const { ClientToken: token = '' } = query;
    const fault = misfortune === null ? '' : ` (${misfortune.kind})`;
    return `${this.now} ${line.run} ${scope.account}/${scope.region} ${operation.name}${fault} ${token}`;
  }
}

interface Outgoing {
  readonly line: Line;
  readonly scope: Scope;
  readonly operation: Operation;
  readonly query: Readonly<Record<string, string>>;
  readonly isWrite: boolean;
  readonly misfortune: Misfortune | null;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const noBody = Buffer.alloc(0);

function refusal(status: number, code: string, message: string): Answered {
  return { status, headers: {}, body: JSON.stringify({ RequestId: 'REQUEST', Code: code, Message: message }) };
}

/** A service that gives smaller pages than it is asked for. */
function paged(query: Readonly<Record<string, string>>, pageSize: number | null): Readonly<Record<string, string>> {
  if (pageSize === null) return query;
  const smaller = (name: string) => (query[name] === undefined ? {} : { [name]: String(pageSize) });
  return { ...query, ...smaller('MaxResults'), ...smaller('PageSize') };
}
