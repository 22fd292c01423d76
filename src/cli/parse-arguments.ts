import { TallymanError } from '../domain/errors.js';
import type { Command } from './command.js';
import type { Flag } from './flag.js';
import { flags } from './flags.js';
import { habitualFlags } from './habits.js';
import { closestName } from '../domain/closest-name.js';

/** What stood on the command line: for each flag by name the values in their order, '' for a switch. */
export interface ParsedArguments {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
}

const everyFlag: readonly Flag[] = Object.values(flags);

/** Splits at the first word that is neither a flag nor a flag's value: `-C dir lint x` is the command `lint`. */
export function findCommand(words: readonly string[]): {
  readonly name: string | undefined;
  readonly rest: readonly string[];
} {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!isFlagWord(word)) return { name: word, rest: [...words.slice(0, index), ...words.slice(index + 1)] };
    if (takesNextWord(word)) index += 1;
  }
  return { name: undefined, rest: words };
}

function takesNextWord(word: string): boolean {
  const flag = everyFlag.find(({ name, short }) => word === `--${name}` || word === `-${short ?? ''}`);
  return flag?.value !== undefined && flag.takesNext === undefined;
}

function isFlagWord(word: string): boolean {
  return word.startsWith('-') && word !== '-' && word !== '--';
}

/** Throws `input/flag` for everything that the command does not know. Flags are never abbreviated. */
export function parseArguments(command: Command, words: readonly string[]): ParsedArguments {
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      operands.push(...queue.splice(0));
    } else if (isFlagWord(word)) {
      for (const [flag, value] of readFlagWord(command, word, queue)) store(values, flag, value);
    } else {
      operands.push(word);
    }
  }
  if (operands.length > command.operandsMax) {
    const extra = operands[command.operandsMax] ?? '';
    throw usageError(`\`${command.name}\` does not take '${extra}'`, helpHint(command));
  }
  return { values, operands };
}

function store(values: Map<string, string[]>, flag: Flag, value: string): void {
  const given = values.get(flag.name) ?? [];
  if (given.length > 0 && flag.value !== undefined && flag.isRepeatable === undefined) {
    throw usageError(`\`--${flag.name}\` must not be given twice`, 'Leave one of the two out.');
  }
  values.set(flag.name, [...given, value]);
}

/** One word can hold several switches (`-qv`). Takes a value from the queue where one is needed. */
function readFlagWord(command: Command, word: string, queue: string[]): readonly (readonly [Flag, string])[] {
  return word.startsWith('--') ? [readLong(command, word, queue)] : readShort(command, word, queue);
}

function readLong(command: Command, word: string, queue: string[]): readonly [Flag, string] {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals === -1 ? undefined : equals);
  const flag = command.flags.find((candidate) => candidate.name === name);
  if (flag === undefined) throw unknownFlag(command, name);
  if (equals === -1) return [flag, nextValue(flag, `--${name}`, queue)];
  if (flag.value === undefined) throw usageError(`\`--${name}\` must not have a value`, `Write \`--${name}\` alone.`);
  return [flag, word.slice(equals + 1)];
}

function readShort(command: Command, word: string, queue: string[]): readonly (readonly [Flag, string])[] {
  const meant = word.slice(1).split('=')[0] ?? '';
  if (meant.length > 1 && everyFlag.some(({ name }) => name === meant)) {
    throw usageError(`unknown flag '${word}'`, `Write it with two dashes: \`--${meant}\`.`);
  }
  const found: (readonly [Flag, string])[] = [];
  for (let index = 1; index < word.length; index += 1) {
    const letter = word[index] ?? '';
    const flag = command.flags.find(({ short }) => short === letter);
    if (flag === undefined) throw unknownShort(command, word, letter);
    const attached = word.slice(index + 1).replace(/^=/, '');
    if (flag.value !== undefined && attached !== '') return [...found, [flag, attached]];
    found.push([flag, nextValue(flag, `-${letter}`, queue)]);
  }
  return found;
}

function nextValue(flag: Flag, shown: string, queue: string[]): string {
  if (flag.value === undefined) return '';
  const next = queue[0];
  if (flag.takesNext !== undefined) {
    if (next === undefined || isFlagWord(next) || !flag.takesNext(next)) return '';
  } else if (next === undefined || (isFlagWord(next) && !/^-\d/.test(next))) {
    throw usageError(`\`${shown}\` needs a value`, `Write \`${shown} ${flag.value}\`.`);
  }
  return queue.shift() ?? '';
}

function unknownFlag(command: Command, name: string): TallymanError {
  const habit = habitualFlags.get(name);
  if (habit !== undefined) return usageError(`unknown flag '--${name}'`, habit);
  if (everyFlag.some((flag) => flag.name === name)) {
    return usageError(`\`${command.name}\` has no flag '--${name}'`, helpHint(command));
  }
  const guess = closestName(
    name,
    command.flags.map((flag) => flag.name),
  );
  return usageError(
    `unknown flag '--${name}'`,
    guess === undefined ? helpHint(command) : `Did you mean \`--${guess}\`?`,
  );
}

function unknownShort(command: Command, word: string, letter: string): TallymanError {
  const shown = word.length === 2 ? word : `-${letter}' in '${word}`;
  const guess =
    word.length > 2
      ? closestName(
          word.slice(1),
          command.flags.map(({ name }) => name),
        )
      : undefined;
  return usageError(
    `unknown flag '${shown}'`,
    guess === undefined ? helpHint(command) : `Did you mean \`--${guess}\`?`,
  );
}

function helpHint(command: Command): string {
  return `See what it takes:\n  tallyman ${command.name} --help`;
}

function usageError(message: string, hint: string): TallymanError {
  return new TallymanError('input/flag', message, hint);
}
