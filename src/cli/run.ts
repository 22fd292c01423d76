import { resolve } from 'node:path';
import { exitCode, TallymanError } from '../domain/errors.js';
import { Arguments } from './arguments.js';
import type { Command, CommandContext } from './command.js';
import { commands } from './commands.js';
import { flags } from './flags.js';
import { habitualCommands, unbuiltCommands } from './habits.js';
import { parseOutputs } from './outputs.js';
import { findCommand, parseArguments } from './parse-arguments.js';
import type { Runtime } from './runtime.js';
import { closestName } from '../domain/closest-name.js';
import { openTerminal } from './terminal.js';

/** One run of the program; `words` is the command line without node and the script. Resolves with the exit code. */
export async function run(words: readonly string[], runtime: Runtime): Promise<number> {
  const { name, rest } = findCommand(words);
  if (name === undefined) return runWithoutCommand(rest, runtime);
  if (name === 'help') return showHelp(rest[0], runtime);
  const command = commandNamed(name);
  const parsed = parseArguments(command, rest);
  if (parsed.values.has(flags.help.name)) return showHelp(name, runtime);
  const context = contextOf(command, words, new Arguments(parsed, runtime.env), runtime);
  const body = await command.load();
  return body.run(context);
}

function contextOf(command: Command, words: readonly string[], given: Arguments, runtime: Runtime): CommandContext {
  return {
    runtime,
    commands,
    words,
    arguments: given,
    terminal: openTerminal(runtime, given),
    outputs: parseOutputs(command, command.formats.length === 0 ? [] : given.texts(flags.output)),
    cwd: resolve(runtime.cwd, given.text(flags.chdir) ?? '.'),
  };
}

async function runWithoutCommand(rest: readonly string[], runtime: Runtime): Promise<number> {
  if (rest.some((word) => word === '--help' || word === '-h')) return showHelp(undefined, runtime);
  if (rest.includes('--version')) {
    runtime.stdout.write(`${runtime.version}\n`);
    return exitCode.done;
  }
  const { overviewHelp } = await import('./help.js');
  runtime.stderr.write(overviewHelp());
  return exitCode.input;
}

async function showHelp(name: string | undefined, runtime: Runtime): Promise<number> {
  const { commandHelp, overviewHelp } = await import('./help.js');
  runtime.stdout.write(name === undefined ? overviewHelp() : commandHelp(commandNamed(name)));
  return exitCode.done;
}

/** Throws `input/command`, with what was probably meant. Nothing but the exact name runs. */
function commandNamed(name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const unbuilt = unbuiltCommands.get(name);
  if (unbuilt !== undefined) {
    throw new TallymanError('input/command', `the command '${name}' is not built in this version`, unbuilt);
  }
  throw new TallymanError('input/command', `unknown command '${name}'`, hintFor(name));
}

function hintFor(name: string): string {
  const habit = habitualCommands.get(name);
  const unbuilt = habit === undefined ? undefined : unbuiltCommands.get(habit);
  if (unbuilt !== undefined) return `Here that is \`${habit ?? ''}\`, which is not built in this version. ${unbuilt}`;
  const names = commands.map((command) => command.name);
  const guess = habit ?? closestName(name, [...names, ...unbuiltCommands.keys()]);
  if (guess !== undefined) return `Did you mean this?\n  tallyman ${guess}`;
  return `Choose one of ${names.join(', ')}; see \`tallyman --help\`.`;
}
