import { exitCode } from '../../domain/errors.js';
import type { PlanResult } from '../../domain/result.js';
import { plan } from '../../flows/plan.js';
import { usableProject } from '../../flows/usable-project.js';
import { renderJson } from '../../report/json.js';
import { checkReportOf } from '../check-report.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { planExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { planFormats } from '../formats.js';
import { pathsOf, selectFiles } from '../narrow.js';
import { writeFile, writeReport } from '../outputs.js';
import { planOptionsOf } from '../plan-options.js';
import { type LoadedProject, openProject, reportUnusable } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const { runtime, arguments: given } = context;
  const loaded = await openProject(context);
  const { project, root } = loaded;
  const selection = await selectFiles(context, loaded, pathsOf(context));
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const desired = usableProject(project);
  const options = planOptionsOf(context, desired, selection);
  const { accounts } = desired.project;
  const commit = await runtime.headCommit(root);
  const result = await withCloud(context, { root, accounts }, ({ reader, clock }) => {
    return plan({ cloud: reader, clock, commit, toolVersion: runtime.version }, project, options);
  });
  const code = planExit(result, { detailedExitcode: given.isOn(flags.detailedExitcode) });
  await showPlan(context, loaded, result);
  return code;
}

/** Saved first: what is shown names the file. */
async function showPlan(context: CommandContext, loaded: LoadedProject, result: PlanResult): Promise<void> {
  const file = context.arguments.text(flags.out);
  if (file !== undefined) await writeFile(context, file, renderJson(result.document), { mode: 0o600 });
  const next = file === undefined ? { kind: 'unsaved' as const } : { kind: 'saved' as const, file };
  const showsUnchanged = context.arguments.isOn(flags.showUnchanged);
  const { check: summary, diagnostics, refusals, commit } = result;
  const report = await checkReportOf(context, loaded, { command: 'plan', summary, diagnostics, refusals, commit });
  await writeReport(context, planFormats, { ...report, result, showsUnchanged, next });
}
