import type { Command } from './command.js';
import type { Flag } from './flag.js';
import { schemaFiles } from './schemas.js';

/** What may stand in a place of the command line. */
export type Expected =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  /** Something that only the user knows. */
  | { readonly kind: 'text' };

export interface CompletedFlag {
  /** Without dashes. */
  readonly name: string;
  readonly short: string | null;
  readonly summary: string;
  /** Null for a switch. */
  readonly value: Expected | null;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  readonly operands: Expected | null;
}

/** The command line as shells complete it, from the same table as parsing and help. */
export function completedCommands(commands: readonly Command[]): readonly CompletedCommand[] {
  return commands.map((command) => ({
    name: command.name,
    summary: command.summary,
    flags: command.flags.map((flag) => ({
      name: flag.name,
      short: flag.short ?? null,
      summary: flag.summary,
      value: valueOf(flag, command),
    })),
    operands: operandsOf(command),
  }));
}

function valueOf(flag: Flag, command: Command): Expected | null {
  const { value } = flag;
  if (value === undefined) return null;
  if (flag.name === 'output') return { kind: 'words', words: command.formats };
  if (flag.name === 'allow') return { kind: 'words', words: ['delete', 'replace-system-disk', 'stop', 'unshare'] };
  if (/^[a-z]+(?:\|[a-z]+)+$/.test(value)) return { kind: 'words', words: value.split('|') };
  if (value === 'DIR') return { kind: 'folders' };
  return /^(?:FILE|PATH|SCENARIO)$/.test(value) ? { kind: 'files' } : { kind: 'text' };
}

function operandsOf({ name, operands }: Command): Expected | null {
  if (operands === '') return null;
  if (name === 'explain' || name === 'schema') return { kind: 'words', words: [...schemaFiles.keys()] };
  if (name === 'policy') return { kind: 'words', words: ['list', 'explain', 'test'] };
  if (name === 'completion') return { kind: 'words', words: ['bash', 'zsh', 'fish'] };
  if (name === 'emulator') return { kind: 'words', words: ['change'] };
  return operands.includes('DIR') ? { kind: 'folders' } : { kind: 'files' };
}
