import { resolve } from 'node:path';
import { TallymanError } from '../domain/errors.js';
import type { InterruptReason } from '../domain/progress.js';
import type { ApplyResult, PlanResult } from '../domain/result.js';
import type { ApplyPorts } from '../flows/apply.js';
import { renderPlanText } from '../report/plan-text.js';
import type { Arguments } from './arguments.js';
import type { CloudSession } from './cloud-session.js';
import type { CommandContext } from './command.js';
import { flags } from './flags.js';
import { watchSignals } from './interrupts.js';
import { ProgressLog } from './progress-log.js';

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

/** Runs `use` with what a run that writes needs: signals, progress, the audit log, and somebody who agrees. */
export async function carryingOut(
  context: CommandContext,
  { reader, writer, pace, clock }: CloudSession,
  root: string,
  approval: Approval,
  use: (ports: ApplyPorts) => Promise<ApplyResult>,
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
      progress: progress.show,
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
