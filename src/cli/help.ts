import type { Command } from './command.js';
import { commands } from './commands.js';
import { exitCodeMeanings } from './exit-code-meanings.js';
import { environmentName, type Flag } from './flag.js';
import { commonFlags } from './flags.js';

/** Help of the whole program. */
export function overviewHelp(): string {
  return [
    'tallyman: checks and reconciles Alibaba Cloud ECS images and instances against manifests in git.',
    '',
    'Usage: tallyman COMMAND [FLAGS]',
    '',
    'Commands:',
    ...twoColumns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Help for one command: tallyman COMMAND --help',
    '',
    'Exit codes:',
    ...twoColumns(exitCodeMeanings.map(([code, meaning]) => [code, meaning])),
    '',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const own = command.flags.filter((flag) => !commonFlags.includes(flag));
  const usage = ['tallyman', command.name, command.operands, '[FLAGS]'].filter((word) => word !== '');
  return [
    `tallyman ${command.name}: ${command.summary}`,
    '',
    `Usage: ${usage.join(' ')}`,
    ...paragraph(command.description),
    ...flagSection('Flags:', own),
    ...flagSection('Flags of every command:', commonFlags),
    ...(command.formats.length === 0 ? [] : ['', `Formats: ${command.formats.join(', ')}.`]),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
    ...environmentNote(command),
  ].join('\n');
}

function paragraph(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function flagSection(title: string, listed: readonly Flag[]): readonly string[] {
  if (listed.length === 0) return [];
  return ['', title, ...twoColumns(listed.map((flag) => [flagUsage(flag), flag.summary]))];
}

function flagUsage({ name, short, value, takesNext }: Flag): string {
  const dashed = `${short === undefined ? '    ' : `-${short}, `}--${name}`;
  if (value === undefined) return dashed;
  return takesNext === undefined ? `${dashed} ${value}` : `${dashed} [${value}]`;
}

function environmentNote(command: Command): readonly string[] {
  const named = command.flags.filter((flag) => flag.isInEnvironment);
  return [
    'Environment, where the flag is absent:',
    ...twoColumns(named.map((flag) => [environmentName(flag), `--${flag.name}`])),
    '',
  ];
}

/** Texts that do not fit beside each other go on below. */
function twoColumns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length)));
  return rows.flatMap(([left, right]) => {
    if (left.length <= width) return [`  ${left.padEnd(width)}  ${right}`];
    return [`  ${left}`, `  ${' '.repeat(width)}  ${right}`];
  });
}
