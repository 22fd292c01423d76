import { exitCode, TallymanError } from '../../domain/errors.js';
import type { CommandContext } from '../command.js';
import { completedCommands } from '../completion.js';
import { completionScripts } from '../completion-scripts.js';

export async function run({ commands, arguments: given, terminal }: CommandContext): Promise<number> {
  const [shell = ''] = given.operands;
  const script = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined;
  if (script === undefined) {
    const message = shell === '' ? '`completion` needs a shell' : `there is no completion for '${shell}'`;
    const hint = 'Write, for example:\n  source <(tallyman completion bash)\nShells are bash, zsh and fish.';
    throw new TallymanError('input/flag', message, hint);
  }
  terminal.out.write(script(completedCommands(commands)));
  return exitCode.done;
}
