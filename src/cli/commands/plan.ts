import type { Desired } from '../../domain/desired.js';
import { exitCode, TallymanError } from '../../domain/errors.js';
import type { Lock } from '../../domain/lock.js';
import type { ObservedState } from '../../domain/observed.js';
import type { PlanResult } from '../../domain/result.js';
import { type DetailedPlan, type PlanOptions, planInDetail, planRecordedInDetail } from '../../flows/plan.js';
import { parseSnapshot, recordedState } from '../../flows/snapshot.js';
import { usableProject } from '../../flows/usable-project.js';
import { renderJson } from '../../report/json.js';
import { checkReportOf, planFacts } from '../check-report.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { planExit } from '../exit-code.js';
import { cloudFlags, flags } from '../flags.js';
import { planFormats } from '../formats.js';
import { pathsOf, selectFiles } from '../narrow.js';
import { writeFile, writeReport } from '../outputs.js';
import { planOptionsOf } from '../plan-options.js';
import { readFile } from '../read-file.js';
import { type LoadedProject, openProject, reportUnusable } from '../project.js';

const snapshotSizeMax = 1024 * 1024 * 1024;

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

/** The world that `--snapshot` names; null where the cloud itself is asked. */
async function readSnapshot(context: CommandContext, desired: Desired, lock: Lock): Promise<ObservedState | null> {
  const { arguments: given } = context;
  const file = given.text(flags.snapshot);
  if (file === undefined) return null;
  const other = cloudFlags.find((flag) => given.isGiven(flag));
  if (other !== undefined) {
    const message = `\`--snapshot\` and \`--${other.name}\` exclude each other`;
    throw new TallymanError('input/flag', message, 'Leave one of the two out: a recorded world is not called.');
  }
  const text = await readFile(context, file, snapshotSizeMax);
  if (text !== undefined) return recordedState(parseSnapshot(text, file), desired, lock, file);
  const hint = `Take one:\n  tallyman snapshot --out ${file}`;
  throw new TallymanError('input/snapshot', `there is no snapshot '${file}'`, hint);
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
