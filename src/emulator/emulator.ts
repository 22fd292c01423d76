import { createHash } from 'node:crypto';
import { Nonces } from './access/nonces.js';
import type { Credentials } from './access/principals.js';
import { applyChange } from './control/apply-change.js';
import type { WorldChange } from './control/change.js';
import { type StateView, stateViewOf } from './control/state-view.js';
import { Engine } from './engine.js';
import { EmulatorError } from './errors.js';
import type { Fault, FaultRow } from './faults/fault.js';
import { runEvent } from './operations/catalogue.js';
import type { Answer } from './rpc/answer.js';
import type { CallLogView } from './rpc/call-log.js';
import type { DirectRequest } from './rpc/wire-request.js';
import type { Scenario } from './scenario/scenario.js';
import { type ClockReading, lastMoment } from './world/clock.js';
import type { Row } from './world/state.js';
import type { JournalEntry, StateDocument } from './world/state-document.js';
import { removeState, type ScenarioMark, StateFolder } from './world/state-folder.js';

export interface EmulatorOptions {
  /** Checked already: what `loadScenario` or `checkScenario` gave. */
  readonly scenario: Scenario;
  /** Instead of the scenario's. */
  readonly seed?: number;
  readonly clock?: { readonly start?: string; readonly speed?: number };
  /** Also instead of what the state folder says. */
  readonly speed?: number;
  /** Where state is kept between runs; absent: nowhere. */
  readonly stateDir?: string;
  /** Begin anew, whatever the folder holds. */
  readonly isStateReset?: boolean;
  /** Real milliseconds since 1970; default the machine's clock. */
  readonly now?: () => number;
  /** Told when the emulator itself fails at a call, which then answers InternalError. */
  readonly onDefect?: (error: unknown) => void;
}

/** The emulated cloud without HTTP: what the server and the library put a face on. */
export class Emulator {
  private current: Engine;
  private scenario: Scenario;
  private readonly folder: StateFolder | undefined;
  private readonly nonces = new Nonces();
  private hasEnded = false;

  /** Throws StaleStateError, StateInUseError, StateDamagedError. */
  constructor(private readonly options: EmulatorOptions) {
    this.scenario = withOverrides(options);
    const { stateDir } = options;
    if (stateDir !== undefined && options.isStateReset === true) removeState(stateDir);
    this.folder = stateDir === undefined ? undefined : StateFolder.open(stateDir, markOf(this.scenario));
    try {
      const saved = this.folder?.load();
      this.current = this.makeEngine(saved === undefined ? {} : { saved });
      this.setAskedSpeed();
      this.folder?.write(this.current.document());
    } catch (error) {
      this.folder?.close();
      throw error;
    }
  }

  get engine(): Engine {
    return this.current;
  }

  get latencyMs(): number {
    return this.scenario.spec.latencyMs ?? 0;
  }

  /** All rows as of now. */
  state(): StateView {
    this.runDue();
    return stateViewOf(this.current.store);
  }

  calls(): CallLogView {
    return this.current.log.view();
  }

  /** One API call by an account itself, without a wire and a signature. Throws EmulatorError for an unknown account. */
  call(account: string, request: DirectRequest): Answer {
    const { accounts } = this.scenario.spec;
    const caller = accounts.find(({ name, uid }) => name === account || uid === account);
    if (caller === undefined) {
      throw new EmulatorError('emulator-no-account', `no account '${account}' in the scenario`, 'Add it.');
    }
    return this.current.dispatcher.answerOwner(caller, request);
  }

  get credentials(): readonly Credentials[] {
    return this.current.principals.credentials;
  }

  clock(): ClockReading {
    return this.current.clock.read();
  }

  /** Moves emulated time on and carries out what is due by then. */
  advance(seconds: number): void {
    if (!(seconds >= 0) || !Number.isFinite(seconds)) {
      throw new EmulatorError(
        'emulator-clock-backwards',
        `the clock cannot advance by ${seconds} seconds`,
        'Give 0 or more.',
      );
    }
    if (this.clock().now + seconds * 1000 > lastMoment) {
      throw new EmulatorError(
        'emulator-clock-too-far',
        `the clock cannot advance by ${seconds} seconds: that is after the year 9999`,
        'Give less.',
      );
    }
    this.current.clock.advance(seconds);
    this.current.note();
    this.runDue();
  }

  setSpeed(speed: number): void {
    if (!(speed >= 0) || !Number.isFinite(speed)) {
      throw new EmulatorError('emulator-clock-speed', `the speed cannot be ${speed}`, 'Give 0 or more.');
    }
    this.current.clock.set({ ...this.current.clock.read(), speed });
    this.current.note();
  }

  /** Does what the owner of an image or a person in the console would do. Throws ChangeRefused. */
  change(change: WorldChange): Row | null {
    this.runDue();
    return this.current.store.transact(this.current.clock.now(), (world) => applyChange(world, change));
  }

  installFaults(faults: readonly Fault[]): void {
    this.current.faults.install(faults, this.current.clock.now());
  }

  /** Takes all faults away; calls that hang go on. */
  liftFaults(): void {
    this.current.faults.lift(this.current.clock.now());
  }

  listFaults(): readonly FaultRow[] {
    return this.current.faults.list();
  }

  /** Begins anew: from the scenario, from another one, or with the rows that `state` once gave. */
  reset(to: { readonly scenario?: Scenario; readonly state?: StateView } = {}): void {
    this.current.faults.abandon();
    this.scenario = to.scenario ?? this.scenario;
    this.current = this.makeEngine(to.state === undefined ? {} : { view: to.state });
    this.setAskedSpeed();
    this.folder?.follow(markOf(this.scenario));
    this.folder?.write(this.current.document());
  }

  get isClosed(): boolean {
    return this.hasEnded;
  }

  /** Calls that hang are left without an answer. Closing again does nothing. */
  close(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.current.faults.abandon();
    this.folder?.write(this.current.document());
    this.folder?.close();
  }

  /** The emulator itself has failed. */
  reportDefect(error: unknown): void {
    if (this.options.onDefect !== undefined) this.options.onDefect(error);
    else process.emitWarning(error instanceof Error ? error : String(error));
  }

  private runDue(): void {
    this.current.store.runDue(this.current.clock.now(), runEvent);
  }

  /** The speed that the emulator was started with comes before the scenario's, after a reset too. */
  private setAskedSpeed(): void {
    const { speed } = this.options;
    if (speed !== undefined) this.current.clock.set({ ...this.current.clock.read(), speed });
  }

  private makeEngine(start: { readonly saved?: StateDocument; readonly view?: StateView }): Engine {
    return new Engine(
      {
        spec: this.scenario.spec,
        nonces: this.nonces,
        realNow: this.options.now ?? Date.now,
        onChange: (entry) => this.keep(entry),
        onDefect: (error) => this.reportDefect(error),
      },
      start,
    );
  }

  private keep(entry: JournalEntry): void {
    const isJournalLong = this.folder?.append(entry);
    if (isJournalLong === true) this.folder?.write(this.current.document());
  }
}

function withOverrides({ scenario, seed, clock }: EmulatorOptions): Scenario {
  const spec = {
    ...scenario.spec,
    ...(seed === undefined ? {} : { seed }),
    ...(clock === undefined ? {} : { clock: { ...scenario.spec.clock, ...clock } }),
  };
  return { ...scenario, spec };
}

/** By content: comments, order of fields and the clock's speed do not make another scenario. */
function markOf(scenario: Scenario): ScenarioMark {
  const { speed: _speed, ...clock } = scenario.spec.clock ?? {};
  const text = JSON.stringify(sortedByKey({ ...scenario.spec, clock }));
  return { name: scenario.metadata.name, digest: createHash('sha256').update(text).digest('hex') };
}

function sortedByKey(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedByKey);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortedByKey(member)]));
}
