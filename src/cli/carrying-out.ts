import { resolve } from 'node:path';
import { TallymanError } from '../domain/errors.js';
import type { InterruptReason } from '../domain/progress.js';
import type { ApplyResult, PlanResult } from '../domain/result.js';
import type { ApplyPorts } from '../flows/apply.js';
import { usableProject } from '../flows/usable-project.js';
import { renderPlanText } from '../report/plan-text.js';
import type { Arguments } from './arguments.js';
import { checkReportOf, planFacts } from './check-report.js';
import { type CloudSession, withCloud } from './cloud-session.js';
import type { CommandContext } from './command.js';
import { applyExit } from './exit-code.js';
import { flags } from './flags.js';
import { applyFormats } from './formats.js';
import { watchSignals } from './interrupts.js';
import { isShown, LiveLines } from './live-lines.js';
import { writeReport } from './outputs.js';
import { ProgressLog } from './progress-log.js';
import type { LoadedProject } from './project.js';

/** What a person at the terminal is asked before the first write. */
export interface Approval {
  readonly question: string;
  /** The one answer that agrees. */
  readonly accepted: string;
  /** Told where nobody can be asked. */
  readonly whereNobodyIs: string;
}

const parallelismDefault = 10;

export function parallelismOf(given: Arguments): number {
  return given.wholeNumber(flags.parallelism, 1) ?? parallelismDefault;
}

/** Null where nothing is overridden. */
export function overrideOf(given: Arguments): string | null {
  const reason = given.text(flags.overrideWindow);
  if (reason === undefined) return null;
  if (reason.trim() !== '') return reason;
  throw new TallymanError('input/flag', '`--override-window` needs a reason', 'Say why; the audit log keeps it.');
}

/** A command that writes, and what is asked before it does. */
export interface Undertaking {
  readonly command: string;
  readonly approval: Approval;
  readonly use: (ports: ApplyPorts) => Promise<ApplyResult>;
}

/** Runs it and reports what came of it. Resolves with the exit code. */
export async function undertake(
  context: CommandContext,
  loaded: LoadedProject,
  undertaking: Undertaking,
): Promise<number> {
  const { command } = undertaking;
  const { accounts } = usableProject(loaded.project).project;
  const lines = await LiveLines.open(context, loaded, command);
  const result = await withCloud(context, { root: loaded.root, accounts }, (session) => {
    return carryingOut(context, session, loaded.root, lines, undertaking);
  });
  const code = applyExit(result);
  const report = await checkReportOf(context, loaded, planFacts(command, result.plan));
  const outputs = context.outputs.filter((output) => !isShown(output));
  await writeReport({ ...context, outputs }, applyFormats, {
    ...report,
    result,
    typed: ['tallyman', ...context.words],
    lines: lines?.ended(result) ?? '',
  });
  return code;
}

/** With what a run that writes needs: signals, progress, the audit log, and somebody who agrees. */
async function carryingOut(
  context: CommandContext,
  { reader, writer, pace, clock }: CloudSession,
  root: string,
  lines: LiveLines | null,
  { approval, use }: Undertaking,
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
    const result = await use({
      cloud: reader,
      writer,
      clock,
      audit: auditLog === undefined ? null : await runtime.openAudit(resolve(cwd, auditLog)),
      prober: await runtime.openProber(),
      pace,
      progress: (event) => {
        progress.show(event);
        lines?.event(event);
      },
      planned: async (plan) => lines?.planned(plan),
      approve: (plan: PlanResult) => approve(context, plan, approval),
      commit: await runtime.headCommit(root),
      toolVersion: runtime.version,
      interrupt,
    });
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
async function approve(
  { terminal, runtime, arguments: given }: CommandContext,
  plan: PlanResult,
  { question, accepted, whereNobodyIs }: Approval,
): Promise<boolean> {
  const isAgreed = given.isOn(flags.autoApprove) || given.isOn(flags.yes);
  if (isAgreed ? !terminal.isQuiet : terminal.isInteractive) {
    const { isColored, columns = null } = terminal.err;
    terminal.err.write(`${renderPlanText(plan, { isColored, columns, showsUnchanged: false, next: null })}\n`);
  }
  if (isAgreed) return true;
  if (!terminal.isInteractive) {
    terminal.err.write(`${whereNobodyIs}\n`);
    return false;
  }
  const answer = await runtime.ask(question);
  return answer?.trim() === accepted;
}
