import type { Credentials } from './access/principals.js';
import { type FlatAddition, parseChange, type WorldChange } from './control/change.js';
import type { StateView } from './control/state-view.js';
import { Emulator, type EmulatorOptions } from './emulator.js';
import { EmulatorError, ScenarioError } from './errors.js';
import type { Fault } from './faults/fault.js';
import type { CallLogView } from './rpc/call-log.js';
import { checkScenario, loadScenario, parseScenario } from './scenario/load-scenario.js';
import type { Scenario } from './scenario/scenario.js';
import { faultProblems } from './scenario/validate-scenario.js';
import { type EmulatorServer, serveEmulator } from './server.js';
import type { Row } from './world/state.js';

export { type ChangeOp, ChangeRefused, type FlatAddition, type WorldChange } from './control/change.js';
export type { StateView } from './control/state-view.js';
export { Emulator, type EmulatorOptions } from './emulator.js';
export {
  EmulatorError,
  ScenarioError,
  type ScenarioProblem,
  StaleStateError,
  StateDamagedError,
  StateInUseError,
} from './errors.js';
export type { Fault, FaultKind, FaultRow } from './faults/fault.js';
export type { CallLogView, LoggedCall } from './rpc/call-log.js';
export { checkScenario, loadScenario, parseScenario } from './scenario/load-scenario.js';
export type { Scenario, ScenarioSpec } from './scenario/scenario.js';
export { type EmulatorServer, serveEmulator, type ServerOptions } from './server.js';
export { removeState } from './world/state-folder.js';
export type { Credentials } from './access/principals.js';

export interface StartOptions extends Omit<EmulatorOptions, 'scenario'> {
  /** A document of kind Scenario, or the path of a file with one. Default: one account, `default`, and nothing in it. */
  readonly scenario?: string | Scenario;
  /** YAML instead of `scenario`. */
  readonly scenarioText?: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
}

/** An emulator that runs, as tests use it. */
export interface RunningEmulator {
  /** `http://127.0.0.1:PORT`, for ECS, STS, KMS and Location, and all regions. */
  readonly endpoint: string;
  readonly emulator: Emulator;
  /** The first active key of an account, by name or UID. Throws EmulatorError where there is none. */
  credentials(account: string): Credentials;
  state(): StateView;
  calls(): CallLogView;
  /** Moves emulated time on and carries out what is due by then. */
  advance(seconds: number): void;
  /** What the owner of an image or a person in the console does. Throws ChangeRefused. */
  change(change: WorldChange | FlatAddition): Row | null;
  fault(fault: Fault | readonly Fault[] | { readonly clear: true }): void;
  close(): Promise<void>;
}

const emptyScenario: Scenario = {
  apiVersion: 'tallyman.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'empty' },
  spec: { accounts: [{ name: 'default', uid: '1600000000000001' }] },
};

/** Starts an emulator on loopback. Throws EmulatorError: ScenarioError, StaleStateError, StateInUseError and others. */
export async function startEmulator(options: StartOptions = {}): Promise<RunningEmulator> {
  const { scenario, scenarioText, host, port, ...rest } = options;
  const emulator = new Emulator({ ...rest, scenario: scenarioOf(scenario, scenarioText) });
  try {
    const server = await serveEmulator(emulator, {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
    });
    return running(emulator, server);
  } catch (error) {
    emulator.close();
    throw error;
  }
}

function scenarioOf(scenario: string | Scenario | undefined, text: string | undefined): Scenario {
  if (text !== undefined) return parseScenario(text, 'scenario');
  if (scenario === undefined) return emptyScenario;
  return typeof scenario === 'string' ? loadScenario(scenario) : checkScenario(scenario);
}

function running(emulator: Emulator, server: EmulatorServer): RunningEmulator {
  return {
    endpoint: server.endpoint,
    emulator,
    credentials: (account) => credentialsOf(emulator, account),
    state: () => emulator.state(),
    calls: () => emulator.calls(),
    advance: (seconds) => emulator.advance(seconds),
    change: (change) => emulator.change(parseChange(change)),
    fault: (fault) => setFaults(emulator, fault),
    close: async () => {
      emulator.close();
      await server.close();
    },
  };
}

function credentialsOf(emulator: Emulator, account: string): Credentials {
  const found = emulator.credentials.find((each) => each.account === account || each.uid === account);
  if (found !== undefined) return found;
  throw new EmulatorError(
    'emulator-no-account',
    `no account '${account}' with an active key in the scenario`,
    'Add it.',
  );
}

function setFaults(emulator: Emulator, fault: Fault | readonly Fault[] | { readonly clear: true }): void {
  if ('clear' in fault) {
    emulator.liftFaults();
    return;
  }
  const faults = 'action' in fault ? [fault] : fault;
  const problems = faults.flatMap((each) => faultProblems(each).problems);
  if (problems.length > 0) {
    throw new ScenarioError(
      'fault',
      problems.map(({ message }) => ({ message, pointer: '' })),
    );
  }
  emulator.installFaults(faults);
}
