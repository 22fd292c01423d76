import { exitCode, TallymanError } from '../../domain/errors.js';
import { shownPlan } from '../../flows/show.js';
import { checkReportOf, planFacts } from '../check-report.js';
import type { CommandContext } from '../command.js';
import { flags } from '../flags.js';
import { planFormats } from '../formats.js';
import { writeReport } from '../outputs.js';
import { readPlanFile } from '../read-file.js';

/** Needs no project: whoever has the file may look at it. In the folder of its project, findings are at their files. */
export async function run(context: CommandContext): Promise<number> {
  const { arguments: given, cwd } = context;
  const [file] = given.operands;
  if (file === undefined) {
    throw new TallymanError('input/flag', '`show` needs a plan file', 'Name it: `tallyman show PLANFILE`.');
  }
  const result = shownPlan(await readPlanFile(context, file));
  const place = { root: cwd, projectFile: 'tallyman.yaml' };
  const { commit } = result;
  // What the plan was made from is looked at in its commit, whatever has become of the work tree.
  const source = { commit, changedFiles: new Set<string>() };
  const report = await checkReportOf(context, place, { ...planFacts('show', result), ...source });
  const showsUnchanged = given.isOn(flags.showUnchanged);
  const next = { kind: 'saved' as const, file };
  await writeReport(context, planFormats, { ...report, result, showsUnchanged, next });
  return exitCode.done;
}
