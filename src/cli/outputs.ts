import { basename, dirname, resolve } from 'node:path';
import { TallymanError } from '../domain/errors.js';
import type { TextOptions } from '../report/paint.js';
import type { Command, CommandContext } from './command.js';
import { closestName } from '../domain/closest-name.js';
import type { Formats } from './formats.js';

export interface OutputTarget {
  readonly format: string;
  /** As given; null: standard output. */
  readonly file: string | null;
}

/** Checked before the command does anything, so that no work is lost to a format that does not exist. */
export function parseOutputs(command: Command, texts: readonly string[]): readonly OutputTarget[] {
  const [fallback] = command.formats;
  if (texts.length === 0 && fallback !== undefined) return [{ format: fallback, file: null }];
  const targets = texts.map((text) => parseOutput(command, text));
  const places = targets.map(({ file }) => file);
  const repeated = places.find((place, index) => places.indexOf(place) !== index);
  if (repeated !== undefined) {
    const message = `two formats must not go to ${repeated === null ? 'standard output' : `'${repeated}'`}`;
    throw new TallymanError('input/flag', message, 'Give all but one a file of its own: `-o FORMAT=FILE`.');
  }
  return targets;
}

function parseOutput(command: Command, text: string): OutputTarget {
  const equals = text.indexOf('=');
  const format = equals === -1 ? text : text.slice(0, equals);
  if (!command.formats.includes(format)) throw unknownFormat(command, format);
  if (equals === -1) return { format, file: null };
  const file = text.slice(equals + 1);
  if (file === '') throw new TallymanError('input/flag', `'${text}' names no file`, `Write \`-o ${format}=FILE\`.`);
  return { format, file };
}

function unknownFormat(command: Command, format: string): TallymanError {
  const names = command.formats.join(', ');
  const message = `\`${command.name}\` has no output format '${format}'`;
  if (format.endsWith('.json') && command.name === 'plan') {
    return new TallymanError('input/flag', message, `Save a plan with \`--out ${format}\`; formats are ${names}.`);
  }
  if (/[./]/.test(format)) {
    return new TallymanError('input/flag', message, `Name a format and a file: \`-o json=${format}\`.`);
  }
  const guess = closestName(format, command.formats);
  const hint = guess === undefined ? `Choose one of ${names}.` : `Did you mean \`${guess}\`? There are ${names}.`;
  return new TallymanError('input/flag', message, hint);
}

/** One result as text, by format. */
export type Renderers = Readonly<Record<string, (options: TextOptions) => string | Promise<string>>>;

/** Writes the result in every format that was asked for: files first, so that nothing is shown that is not kept. */
export async function writeOutputs(context: CommandContext, renderers: Renderers): Promise<void> {
  const targets = [...context.outputs].sort((a, b) => Number(a.file === null) - Number(b.file === null));
  for (const { format, file } of targets) {
    const render = renderers[format];
    if (render === undefined) throw new Error(`no renderer for the format '${format}'`);
    if (file === null) {
      const { isColored, columns = null } = context.terminal.out;
      context.terminal.out.write(await render({ isColored, columns }));
    } else {
      await writeFile(context, file, await render({ isColored: false }));
    }
  }
}

/** As `writeOutputs`, with the formats that the registry has for such a report. */
export function writeReport<Report>(context: CommandContext, formats: Formats<Report>, report: Report): Promise<void> {
  const renderers = Object.entries(formats).map(([name, load]) => {
    return [name, async (options: TextOptions) => (await load())(report, options)] as const;
  });
  return writeOutputs(context, Object.fromEntries(renderers));
}

/** Replaces a file that the user named, wherever it is. Throws `input/file` with the path as it was given. */
export async function writeFile(
  context: CommandContext,
  path: string,
  text: string,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const absolute = resolve(context.cwd, path);
  try {
    const files = await context.runtime.openFiles(dirname(absolute));
    await files.write(basename(absolute), text, options);
  } catch (error) {
    if (!(error instanceof TallymanError)) throw error;
    throw new TallymanError(error.code, `'${path}' cannot be written`, error.hint, { cause: error });
  }
}
