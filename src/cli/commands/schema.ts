import { exitCode } from '../../domain/errors.js';
import type { CommandContext } from '../command.js';
import { schemaText } from '../schemas.js';

export async function run({ runtime, arguments: given, terminal }: CommandContext): Promise<number> {
  const [kind = null] = given.operands;
  terminal.out.write(await schemaText(runtime, kind));
  return exitCode.done;
}
