import type { LintResult } from '../domain/result.js';
import { lintEnvironments } from '../flows/lint-environments.js';
import { customRulesIn } from '../policy/custom-rules.js';
import { overridesOf } from '../policy/rule-choice.js';
import type { CommandContext } from './command.js';
import { flags } from './flags.js';
import { narrowLint, pathsOf, selectFiles } from './narrow.js';
import type { LoadedEnvironments } from './project.js';

/** Lints what was loaded, as the flags about rules say; with paths, only what those files hold is reported. */
export async function lintLoaded(
  context: CommandContext,
  loaded: LoadedEnvironments,
  today: string,
): Promise<LintResult> {
  const given = context.arguments;
  const choice = { severities: given.texts(flags.rule), only: given.texts(flags.only), skip: given.texts(flags.skip) };
  const overrides = overridesOf(choice, customRulesIn(loaded.project.policies));
  const selection = await selectFiles(context, loaded, pathsOf(context));
  return narrowLint(lintEnvironments(loaded.projects, { today, overrides }), loaded.project.desired, selection);
}
