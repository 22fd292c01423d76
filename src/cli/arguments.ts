import { TallymanError } from '../domain/errors.js';
import { parseDuration } from '../domain/duration.js';
import { environmentName, type Flag } from './flag.js';
import type { ParsedArguments } from './parse-arguments.js';
import type { Runtime } from './runtime.js';

/** What the user asked for: the command line, then `TALLYMAN_*`. Readers throw `input/flag` for values that are no good. */
export class Arguments {
  readonly operands: readonly string[];

  constructor(
    private readonly parsed: ParsedArguments,
    private readonly env: Runtime['env'],
  ) {
    this.operands = parsed.operands;
  }

  /** Whether the flag stands on the command line itself. */
  isGiven(flag: Flag): boolean {
    return this.parsed.values.has(flag.name);
  }

  /** Whether a switch is on; of the environment every value but '', 0 and false is. */
  isOn(flag: Flag): boolean {
    if (this.isGiven(flag)) return true;
    return !['', '0', 'false'].includes(this.fromEnvironment(flag) ?? '');
  }

  /** Undefined where the flag is absent; '' where its value was left out. */
  text(flag: Flag): string | undefined {
    return this.parsed.values.get(flag.name)?.at(-1) ?? this.fromEnvironment(flag);
  }

  texts(flag: Flag): readonly string[] {
    const given = this.parsed.values.get(flag.name);
    if (given !== undefined) return given;
    const text = this.fromEnvironment(flag);
    return text === undefined ? [] : [text];
  }

  oneOf<const T extends string>(flag: Flag, allowed: readonly T[], fallback: T): T {
    const text = this.text(flag);
    if (text === undefined) return fallback;
    const found = allowed.find((candidate) => candidate === text);
    if (found === undefined) throw this.badValue(flag, text, `must be ${allowed.join(', ')}`);
    return found;
  }

  someOf<const T extends string>(flag: Flag, allowed: readonly T[]): readonly T[] {
    return this.texts(flag).map((text) => {
      const found = allowed.find((candidate) => candidate === text);
      if (found === undefined) throw this.badValue(flag, text, `must be ${allowed.join(', ')}`);
      return found;
    });
  }

  /** A whole number from `min` on. */
  wholeNumber(flag: Flag, min: number): number | undefined {
    const text = this.text(flag);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < min) {
      throw this.badValue(flag, text, `must be a whole number of at least ${min}`);
    }
    return number;
  }

  /** A number from 0 on, with a fraction perhaps. */
  amount(flag: Flag): number | undefined {
    const text = this.text(flag);
    if (text === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(text)) throw this.badValue(flag, text, 'must be a number that is not negative');
    return Number(text);
  }

  durationMs(flag: Flag, fallbackMs: number): number {
    const text = this.text(flag);
    if (text === undefined) return fallbackMs;
    const duration = parseDuration(text);
    if (duration === undefined || duration === 0) {
      throw this.badValue(flag, text, 'must be a duration such as 90s, 10m or 1h30m');
    }
    return duration;
  }

  /** A day or a moment, UTC, as written; undefined where the flag is absent. */
  date(flag: Flag): string | undefined {
    const text = this.text(flag);
    if (text === undefined) return undefined;
    const isWellFormed = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z)?$/.test(text);
    const time = Date.parse(text);
    const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10));
    if (!isWellFormed || !isReal)
      throw this.badValue(flag, text, 'must be a date such as 2026-01-31 or 2026-01-31T12:00:00Z');
    return text;
  }

  private fromEnvironment(flag: Flag): string | undefined {
    if (flag.isInEnvironment === undefined) return undefined;
    const text = this.env[environmentName(flag)];
    return text === '' ? undefined : text;
  }

  private badValue(flag: Flag, text: string, rule: string): TallymanError {
    const name = this.isGiven(flag) ? `--${flag.name}` : environmentName(flag);
    return new TallymanError('input/flag', `\`${name}\` ${rule}, not '${text}'`, 'Correct the value.');
  }
}
