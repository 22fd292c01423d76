import { lint } from '../../flows/lint.js';
import type { CommandContext } from '../command.js';
import { lintExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { lintRenderers } from '../lint-renderers.js';
import { narrowLint, pathsOf, selectFiles } from '../narrow.js';
import { writeOutputs } from '../outputs.js';
import { openProject, todayOf } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const given = context.arguments;
  const failOn = given.oneOf(flags.failOn, ['error', 'warning', 'info', 'none'], 'error');
  const maxWarnings = given.wholeNumber(flags.maxWarnings, 0) ?? null;
  const today = await todayOf(context);
  const loaded = await openProject(context);
  const selection = await selectFiles(context, loaded, pathsOf(context));
  const result = narrowLint(lint(loaded.project, { today }), loaded.project.desired, selection);
  const code = lintExit(result, { failOn, maxWarnings });
  await writeOutputs(context, lintRenderers(result, { showsWaived: given.isOn(flags.showWaived) }));
  return code;
}
