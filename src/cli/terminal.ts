import { flags } from './flags.js';
import type { Arguments } from './arguments.js';
import type { TextOptions } from '../report/paint.js';
import type { OutputStream, Runtime } from './runtime.js';

type ColorMode = 'auto' | 'always' | 'never';

/** A stream, and how text is drawn on it. */
type DrawnStream = OutputStream & Pick<TextOptions, 'isColored'>;

/** Where results and everything else go, and how they may be drawn there. */
export interface Terminal {
  /** Standard output: the result, nothing else. */
  readonly out: DrawnStream;
  /** Standard error: progress, notes, questions. */
  readonly err: DrawnStream;
  /** No progress and no notes. */
  readonly isQuiet: boolean;
  /** Whether a person can and may be asked. */
  readonly isInteractive: boolean;
}

export function openTerminal(runtime: Runtime, given: Arguments): Terminal {
  const mode = given.isOn(flags.noColor) ? 'never' : given.oneOf(flags.color, ['auto', 'always', 'never'], 'auto');
  const colored = (stream: OutputStream): DrawnStream => ({
    isTTY: stream.isTTY,
    write: (text) => stream.write(text),
    isColored: isColored(stream, mode, runtime.env),
    ...(stream.columns === undefined ? {} : { columns: stream.columns }),
  });
  return {
    out: colored(runtime.stdout),
    err: colored(runtime.stderr),
    isQuiet: given.isOn(flags.quiet),
    isInteractive: runtime.isInteractive && !given.isOn(flags.noInput),
  };
}

/** Decided for each stream alone. A flag counts before NO_COLOR, that before FORCE_COLOR, and the terminal comes last. */
export function isColored(stream: Pick<OutputStream, 'isTTY'>, mode: ColorMode, env: Runtime['env']): boolean {
  if (mode !== 'auto') return mode === 'always';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY && env['TERM'] !== 'dumb';
}
