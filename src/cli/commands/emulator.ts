import { resolve } from 'node:path';
import { exitCode, TallymanError } from '../../domain/errors.js';
import type { CommandContext } from '../command.js';
import { flags } from '../flags.js';
import type { EmulatorOptions } from '../runtime.js';

export async function run(context: CommandContext): Promise<number> {
  const [verb, change] = context.arguments.operands;
  if (verb === undefined) return serve(context);
  if (verb === 'change') return changeState(context, change);
  throw new TallymanError(
    'input/flag',
    `\`emulator\` does not take '${verb}'`,
    'Name the scenario with `--scenario FILE`.',
  );
}

/** Until it is interrupted: that is how a server ends, so the exit code is 0. */
async function serve(context: CommandContext): Promise<number> {
  const { runtime, terminal } = context;
  const interrupted = new Promise<void>((done) => {
    const stop = runtime.onSignal(() => {
      stop();
      done();
    });
  });
  const emulator = await runtime.startEmulator(optionsOf(context));
  terminal.out.write(`${emulator.endpoint}\n`);
  if (!terminal.isQuiet) {
    terminal.err.write(`Use it with \`--endpoint ${emulator.endpoint}\`; stop it with Ctrl-C.\n`);
  }
  await interrupted;
  await emulator.close();
  return exitCode.done;
}

function optionsOf({ arguments: given, cwd }: CommandContext): EmulatorOptions {
  const state = given.text(flags.state);
  const port = given.wholeNumber(flags.port, 0) ?? 0;
  if (port > 65_535) throw new TallymanError('input/flag', '`--port` must be at most 65535', 'Correct the value.');
  return {
    scenario: resolve(cwd, given.text(flags.scenario) ?? 'scenario.yaml'),
    port,
    stateDir: state === undefined ? null : resolve(cwd, state),
    speed: given.amount(flags.speed) ?? null,
    resets: false,
  };
}

async function changeState({ runtime, arguments: given, cwd, terminal }: CommandContext, text = ''): Promise<number> {
  const state = given.text(flags.state);
  if (state === undefined) {
    const hint = 'Name the folder: `--state DIR`; for a running emulator use POST /_emulator/changes.';
    throw new TallymanError('input/flag', '`emulator change` needs a state folder', hint);
  }
  const scenario = resolve(cwd, given.text(flags.scenario) ?? 'scenario.yaml');
  await runtime.changeEmulator({ scenario, stateDir: resolve(cwd, state), change: parseChange(text) });
  if (!terminal.isQuiet) terminal.err.write('Changed.\n');
  return exitCode.done;
}

function parseChange(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const hint = `Write one change: '{"op": "stop", "instanceId": "i-1"}'.`;
    throw new TallymanError('input/flag', 'the change is not JSON', hint, { cause: error });
  }
}
