import type { Arguments } from './arguments.js';
import type { Flag } from './flag.js';
import type { OutputTarget } from './outputs.js';
import type { Runtime } from './runtime.js';
import type { Terminal } from './terminal.js';

/** What a command's body gets. */
export interface CommandContext {
  readonly runtime: Runtime;
  /** Every command that is built: the table that this one stands in. */
  readonly commands: readonly Command[];
  /** The command line as typed. */
  readonly words: readonly string[];
  readonly arguments: Arguments;
  readonly terminal: Terminal;
  readonly outputs: readonly OutputTarget[];
  /** Absolute; `--chdir` is in it. */
  readonly cwd: string;
}

export interface CommandModule {
  /** Resolves with the exit code. */
  run(context: CommandContext): Promise<number>;
}

/** A command as parsing, help and documentation see it; the body is loaded when it runs. */
export interface Command {
  readonly name: string;
  /** What may stand beside the flags: `[PATH...]`; '' for nothing. */
  readonly operands: string;
  /** How many words that are. */
  readonly operandsMax: number;
  readonly summary: string;
  readonly description: readonly string[];
  readonly flags: readonly Flag[];
  /** Formats of the result, the default first; empty where the command has none. */
  readonly formats: readonly string[];
  readonly examples: readonly string[];
  load(): Promise<CommandModule>;
}
