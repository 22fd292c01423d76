import type { Log, LogFields } from '../../ports/log.js';
import { oneLine } from '../one-line.js';

export type LogLevel = 'warn' | 'info' | 'debug';

export interface LogOptions {
  readonly format: 'text' | 'json';
  readonly level: LogLevel;
  /** Default: standard error. Gets whole lines. */
  readonly write?: (line: string) => void;
}

/** A log that leaves out what it was told to keep secret. */
export interface NodeLog extends Log {
  /** From now on this value is written as `***`, wherever it stands. */
  addSecret(secret: string): void;
}

/** `-q` leaves warnings, `-v` adds details. */
export function logLevel(flags: { readonly quiet: boolean; readonly verbose: number }): LogLevel {
  if (flags.quiet) return 'warn';
  return flags.verbose > 0 ? 'debug' : 'info';
}

const ranks = { debug: 0, info: 1, warn: 2 } as const;

type WriteEntry = (level: LogLevel, message: string, fields: LogFields) => void;

/** Text for people, JSON lines for log collectors. pino is loaded for the latter only: text commands start without it. */
export async function createLog(options: LogOptions): Promise<NodeLog> {
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  const writeEntry = options.format === 'json' ? await jsonEntries(write) : textEntries(write);
  const secrets = new Set<string>();
  const entry = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (ranks[level] < ranks[options.level]) return;
    writeEntry(level, clean(message, secrets), cleanFields(fields, secrets));
  };
  return {
    debug: (message, fields) => entry('debug', message, fields),
    info: (message, fields) => entry('info', message, fields),
    warn: (message, fields) => entry('warn', message, fields),
    addSecret(secret) {
      if (secret.length >= secretLengthMin) secrets.add(secret);
    },
  };
}

/** Shorter values would black out ordinary words. */
const secretLengthMin = 4;

const lineLengthMax = 4000;

function clean(text: string, secrets: ReadonlySet<string>): string {
  let scrubbed = text;
  for (const secret of secrets) scrubbed = scrubbed.replaceAll(secret, '***');
  return oneLine(scrubbed, lineLengthMax);
}

function cleanFields(fields: LogFields, secrets: ReadonlySet<string>): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      clean(key, secrets),
      typeof value === 'string' ? clean(value, secrets) : value,
    ]),
  );
}

function textEntries(write: (line: string) => void): WriteEntry {
  return (level, message, fields) => {
    const prefix = level === 'info' ? '' : `${level}: `;
    const details = Object.entries(fields).map(([key, value]) => ` ${key}=${textValue(value)}`);
    write(`${prefix}${message}${details.join('')}\n`);
  };
}

function textValue(value: LogFields[string]): string {
  return typeof value === 'string' && !/^[^\s"=]+$/.test(value) ? JSON.stringify(value) : String(value);
}

async function jsonEntries(write: (line: string) => void): Promise<WriteEntry> {
  // The default is what the package exports whoever loads it: Node finds names in it that a bundler does not.
  const { default: pino } = await import('pino');
  const logger = pino(
    {
      level: 'debug',
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  // Fields stand in a member of their own: a field named `level` or `message` must not stand for the real one.
  return (level, message, fields) => logger[level](Object.keys(fields).length === 0 ? {} : { fields }, message);
}
