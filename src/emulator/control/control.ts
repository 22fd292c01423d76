import type { Emulator } from '../emulator.js';
import { EmulatorError } from '../errors.js';
import type { Fault } from '../faults/fault.js';
import type { Answer } from '../rpc/answer.js';
import type { WireRequest } from '../rpc/wire-request.js';
import { checkScenario } from '../scenario/load-scenario.js';
import { faultProblems } from '../scenario/validate-scenario.js';
import { ChangeRefused, parseChange } from './change.js';
import { collectionsOf } from './state-view.js';

export const controlPrefix = '/_emulator/';

/** What is wrong with a control request, for its answer. */
class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Act = (emulator: Emulator, body: () => unknown) => unknown;

const acts: Readonly<Record<string, Act>> = {
  'GET state': (emulator) => emulator.state(),
  'GET calls': (emulator) => emulator.calls(),
  'GET credentials': (emulator) => emulator.credentials,
  'GET clock': clockView,
  'POST clock': setSpeed,
  'POST clock/advance': advance,
  'GET faults': (emulator) => emulator.listFaults(),
  'POST faults': postFaults,
  'POST changes': (emulator, body) => ({ row: emulator.change(parseChange(body())) }),
  'POST reset': reset,
};

/**
 * Answers `/_emulator/...`: what tests and the command line do with the emulator beside its API. It hands out keys and
 * changes everything, so only this machine is answered: by address, by the name it calls us, and no web page.
 */
export function answerControl(emulator: Emulator, wire: WireRequest, remoteAddress: string): Answer {
  try {
    assertLocal(wire, remoteAddress);
    const name = `${wire.method} ${wire.path.slice(controlPrefix.length)}`;
    const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
    if (act === undefined) return json(404, { error: `no '${name}' here`, exists: Object.keys(acts) });
    return json(
      200,
      act(emulator, () => parseBody(wire.body)),
    );
  } catch (error) {
    if (error instanceof ControlRefusal) return json(error.status, { error: error.message });
    if (error instanceof ChangeRefused) return json(400, { error: error.message });
    if (error instanceof EmulatorError) return json(400, { error: error.message, code: error.code, hint: error.hint });
    throw error;
  }
}

function json(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json;charset=utf-8' }, body: `${JSON.stringify(value)}\n` };
}

function assertLocal({ headers }: WireRequest, remoteAddress: string): void {
  const isLocalAddress = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(remoteAddress);
  const isLocalHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(headers.get('host') ?? '');
  if (!isLocalAddress || !isLocalHost) throw new ControlRefusal(403, 'only loopback is answered here');
  if (headers.has('origin')) throw new ControlRefusal(403, 'web pages are not answered here');
}

/** An empty body stands for an empty object. */
function parseBody(body: Buffer): unknown {
  const text = body.toString('utf8');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ControlRefusal(400, `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function objectIn(body: () => unknown): Readonly<Record<string, unknown>> {
  const value = body();
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ControlRefusal(400, 'the body must be a JSON object');
}

function clockView(emulator: Emulator): unknown {
  const { now, speed } = emulator.clock();
  return { now: new Date(now).toISOString(), nowMs: now, speed };
}

function numberIn(body: () => unknown, name: string): number {
  const value = objectIn(body)[name];
  if (typeof value !== 'number') throw new ControlRefusal(400, `\`${name}\` must be a number`);
  return value;
}

function advance(emulator: Emulator, body: () => unknown): unknown {
  emulator.advance(numberIn(body, 'seconds'));
  return clockView(emulator);
}

function setSpeed(emulator: Emulator, body: () => unknown): unknown {
  emulator.setSpeed(numberIn(body, 'speed'));
  return clockView(emulator);
}

/** One fault, a list of them, or `{"clear": true}`. */
function postFaults(emulator: Emulator, body: () => unknown): unknown {
  const value = body();
  if (typeof value === 'object' && value !== null && 'clear' in value) {
    if (value.clear !== true) throw new ControlRefusal(400, '`clear` must be true');
    emulator.liftFaults();
  } else {
    emulator.installFaults((Array.isArray(value) ? value : [value]).map(faultIn));
  }
  return emulator.listFaults();
}

function faultIn(value: unknown): Fault {
  const checked = faultProblems(value);
  if (checked.value !== undefined) return checked.value;
  throw new ControlRefusal(400, checked.problems.map(({ message }) => message).join('; '));
}

function reset(emulator: Emulator, body: () => unknown): unknown {
  const { scenario, state, ...rest } = objectIn(body);
  const [other] = Object.keys(rest);
  if (other !== undefined)
    throw new ControlRefusal(400, `\`${other}\` is no field here: give \`scenario\`, \`state\`, or nothing`);
  const collections = state === undefined ? undefined : collectionsOf(state);
  if (collections !== undefined && 'problem' in collections) throw new ControlRefusal(400, collections.problem);
  emulator.reset({
    ...(scenario === undefined ? {} : { scenario: checkScenario(scenario) }),
    ...(collections === undefined ? {} : { state: collections.view }),
  });
  return clockView(emulator);
}
