import { exitCode } from '../../domain/errors.js';
import { renderJson } from '../../report/json.js';
import type { CommandContext } from '../command.js';
import { writeOutputs } from '../outputs.js';

export async function run(context: CommandContext): Promise<number> {
  const { version } = context.runtime;
  await writeOutputs(context, {
    text: () => `tallyman ${version}\n`,
    json: () => renderJson({ version, api_version: 'tallyman.dev/v1' }),
  });
  return exitCode.done;
}
