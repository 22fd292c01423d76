import { exitCode } from '../../domain/errors.js';
import type { PlanResult } from '../../domain/result.js';
import { type DetailedPlan, type PlanOptions, planInDetail, planRecordedInDetail } from '../../flows/plan.js';
import { usableProject } from '../../flows/usable-project.js';
import { renderJson } from '../../report/json.js';
import { checkReportOf, planFacts } from '../check-report.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { planExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { planFormats } from '../formats.js';
import { pathsOf, selectFiles } from '../narrow.js';
import { writeFile, writeReport } from '../outputs.js';
import { planOptionsOf } from '../plan-options.js';
import { type LoadedProject, openProject, reportUnusable } from '../project.js';
import { readSnapshot } from '../snapshot-input.js';

export async function run(context: CommandContext): Promise<number> {
  const { runtime, arguments: given } = context;
  const loaded = await openProject(context);
  const { project, root } = loaded;
  const selection = await selectFiles(context, loaded, pathsOf(context));
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const desired = usableProject(project);
  const options = planOptionsOf(context, desired, selection);
  const { accounts } = desired.project;
  const ports = { commit: await runtime.headCommit(root), toolVersion: runtime.version };
  const recorded = await readSnapshot(context, desired, project.lock);
  const detailed =
    recorded !== null
      ? planRecordedInDetail(ports, project, options, recorded)
      : await withCloud(context, { root, accounts }, ({ reader, clock }) => {
          return planInDetail({ ...ports, cloud: reader, clock }, project, options);
        });
  const result = given.isOn(flags.rehearse) ? await rehearsed(context, loaded, options, detailed) : detailed.result;
  const code = planExit(result, { detailedExitcode: given.isOn(flags.detailedExitcode) });
  await showPlan(context, loaded, result);
  return code;
}

/** The emulator is loaded for this alone. */
async function rehearsed(
  { runtime }: CommandContext,
  { project }: LoadedProject,
  options: PlanOptions,
  detailed: DetailedPlan,
): Promise<PlanResult> {
  const { rehearse } = await import('../../flows/rehearse.js');
  return (await rehearse((seed) => runtime.openRehearsal(seed), project, options, detailed)).result;
}

/** Saved first: what is shown names the file. */
async function showPlan(context: CommandContext, loaded: LoadedProject, result: PlanResult): Promise<void> {
  const file = context.arguments.text(flags.out);
  if (file !== undefined) await writeFile(context, file, renderJson(result.document), { mode: 0o600 });
  const next = file === undefined ? { kind: 'unsaved' as const } : { kind: 'saved' as const, file };
  const showsUnchanged = context.arguments.isOn(flags.showUnchanged);
  const report = await checkReportOf(context, loaded, planFacts('plan', result));
  await writeReport(context, planFormats, { ...report, result, showsUnchanged, next });
}
