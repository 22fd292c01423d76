import { exitCode } from '../../domain/errors.js';
import { destroy } from '../../flows/destroy.js';
import { usableProject } from '../../flows/usable-project.js';
import { carryingOut, overrideOf, parallelismOf } from '../carrying-out.js';
import { checkReportOf, planFacts } from '../check-report.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { applyExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { applyFormats } from '../formats.js';
import { writeReport } from '../outputs.js';
import { openProject, reportUnusable } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const { arguments: given } = context;
  const options = {
    allow: given.someOf(flags.allow, ['delete', 'replace-system-disk', 'stop', 'unshare']),
    maxRemovals: given.wholeNumber(flags.maxRemovals, 0) ?? null,
    overrideWindow: overrideOf(given),
    parallelism: parallelismOf(given),
    asOf: given.date(flags.asOf) ?? null,
  };
  const loaded = await openProject(context);
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const { accounts, name } = usableProject(loaded.project).project;
  const approval = {
    question: `This cannot be undone. Type the name of the project, '${name}', to destroy all of it: `,
    accepted: name,
    whereNobodyIs: 'Nobody can be asked here: pass `--auto-approve`.',
  };
  const result = await withCloud(context, { root: loaded.root, accounts }, (session) => {
    return carryingOut(context, session, loaded.root, approval, (ports) => destroy(ports, loaded.project, options));
  });
  const code = applyExit(result);
  const report = await checkReportOf(context, loaded, planFacts('destroy', result.plan));
  await writeReport(context, applyFormats, { ...report, result, typed: ['tallyman', ...context.words] });
  return code;
}
