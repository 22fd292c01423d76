import { resolve } from 'node:path';
import { exitCode, TallymanError } from '../../domain/errors.js';
import type { InterruptReason } from '../../domain/progress.js';
import type { ApplyResult, PlanDocument, PlanResult } from '../../domain/result.js';
import { apply, type ApplyOptions } from '../../flows/apply.js';
import type { PlanOptions } from '../../flows/plan.js';
import { usableProject } from '../../flows/usable-project.js';
import { renderPlanText } from '../../report/plan-text.js';
import { checkReportOf, planFacts } from '../check-report.js';
import { type CloudSession, withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { applyExit } from '../exit-code.js';
import { flags, planningFlags } from '../flags.js';
import { applyFormats } from '../formats.js';
import { watchSignals } from '../interrupts.js';
import { selectFiles } from '../narrow.js';
import { writeReport } from '../outputs.js';
import { planOptionsOf } from '../plan-options.js';
import { ProgressLog } from '../progress-log.js';
import { readPlanFile } from '../read-file.js';
import { type LoadedProject, openProject, reportUnusable } from '../project.js';

const planMaxAgeDefaultMs = 24 * 60 * 60_000;
const parallelismDefault = 10;

export async function run(context: CommandContext): Promise<number> {
  const savedPlan = await readSavedPlan(context);
  const loaded = await openProject(context, { environmentDefault: savedPlan?.environment ?? null });
  const selection = await selectFiles(context, loaded, context.arguments.texts(flags.filename));
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const desired = usableProject(loaded.project);
  const options = applyOptionsOf(context, planOptionsOf(context, desired, selection), savedPlan);
  const { accounts } = desired.project;
  const result = await withCloud(context, { root: loaded.root, accounts }, (session) => {
    return applyWith(context, session, loaded, options);
  });
  const code = applyExit(result);
  const report = await checkReportOf(context, loaded, planFacts('apply', result.plan));
  await writeReport(context, applyFormats, { ...report, result, typed: ['tallyman', ...context.words] });
  return code;
}

/** What the plan file holds; null where none is named. What is allowed stands in it, so planning flags are refused. */
async function readSavedPlan(context: CommandContext): Promise<PlanDocument | null> {
  const { arguments: given } = context;
  const [file] = given.operands;
  if (file === undefined) {
    const needing = [flags.planDigest, flags.planMaxAge].find((flag) => given.isGiven(flag));
    if (needing === undefined) return null;
    throw new TallymanError(
      'input/flag',
      `\`--${needing.name}\` needs a plan file`,
      'Name it: `tallyman apply PLANFILE`.',
    );
  }
  if (/\.ya?ml$/i.test(file)) {
    const hint = `Narrow what is applied with \`-f ${file}\`.`;
    throw new TallymanError('input/plan-file', `'${file}' is not a plan file`, hint);
  }
  const planning = [...planningFlags, flags.asOf].find((flag) => given.isGiven(flag));
  if (planning !== undefined) {
    const hint = 'Give it to `tallyman plan`: a saved plan holds what it allows.';
    throw new TallymanError('input/flag', `\`--${planning.name}\` must not stand beside a plan file`, hint);
  }
  return readPlanFile(context, file);
}

function applyOptionsOf(
  { arguments: given }: CommandContext,
  planning: PlanOptions,
  savedPlan: PlanDocument | null,
): ApplyOptions {
  return {
    ...planning,
    savedPlan,
    planMaxAgeMs: given.durationMs(flags.planMaxAge, planMaxAgeDefaultMs),
    planDigest: given.text(flags.planDigest) ?? null,
    overrideWindow: overrideOf(given.text(flags.overrideWindow)),
    noWait: given.isOn(flags.noWait),
    parallelism: given.wholeNumber(flags.parallelism, 1) ?? parallelismDefault,
  };
}

/** Null where nothing is overridden. */
function overrideOf(reason: string | undefined): string | null {
  if (reason === undefined) return null;
  if (reason.trim() !== '') return reason;
  throw new TallymanError('input/flag', '`--override-window` needs a reason', 'Say why; the audit log keeps it.');
}

async function applyWith(
  context: CommandContext,
  { reader, writer, pace, clock }: CloudSession,
  { project, root }: LoadedProject,
  options: ApplyOptions,
): Promise<ApplyResult> {
  const { runtime, terminal, arguments: given, cwd } = context;
  const auditLog = given.text(flags.auditLog);
  const progress = new ProgressLog(terminal, runtime);
  const interrupt = watchSignals(runtime, {
    onFirst: () => terminal.err.write('stopping: calls in flight are finished; once more to stop at once\n'),
    onSecond: () => progress.nameUnfinished(),
    hasWritten: () => progress.hasWritten,
  });
  try {
    const ports = {
      cloud: reader,
      writer,
      clock,
      audit: auditLog === undefined ? null : await runtime.openAudit(resolve(cwd, auditLog)),
      prober: await runtime.openProber(),
      pace,
      progress: progress.show,
      approve: (plan: PlanResult) => approve(context, plan),
      commit: await runtime.headCommit(root),
      toolVersion: runtime.version,
      interrupt,
    };
    const result = await apply(ports, project, options);
    if (result.outcome === null && interrupt.reason !== null) throw interrupted(interrupt.reason);
    return result;
  } finally {
    interrupt.close();
    progress.close();
  }
}

function interrupted(reason: InterruptReason): TallymanError {
  const code = reason === 'SIGINT' ? 'apply/interrupted' : 'apply/terminated';
  return new TallymanError(code, `interrupted by ${reason} before anything was written`, 'Run it again.');
}

/** Shows the plan and asks, unless the command line agrees already. */
async function approve({ terminal, runtime, arguments: given }: CommandContext, plan: PlanResult): Promise<boolean> {
  const isAgreed = given.isOn(flags.autoApprove) || given.isOn(flags.yes);
  if (isAgreed ? !terminal.isQuiet : terminal.isInteractive) {
    const { isColored, columns = null } = terminal.err;
    terminal.err.write(`${renderPlanText(plan, { isColored, columns, showsUnchanged: false, next: null })}\n`);
  }
  if (isAgreed) return true;
  if (!terminal.isInteractive) {
    terminal.err.write('Nobody can be asked here: pass `--auto-approve`, or apply a saved plan.\n');
    return false;
  }
  const answer = await runtime.ask("Apply these changes? Only 'yes' will be accepted: ");
  return answer?.trim() === 'yes';
}
