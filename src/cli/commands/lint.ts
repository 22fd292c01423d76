import { relative, resolve, sep } from 'node:path';
import { TallymanError } from '../../domain/errors.js';
import { hasAtLeast, type Severity } from '../../domain/finding.js';
import type { LintResult } from '../../domain/result.js';
import { writeWaivers } from '../../flows/write-waivers.js';
import { checkReportOf } from '../check-report.js';
import type { CommandContext } from '../command.js';
import { lintExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { lintFormats } from '../formats.js';
import { lintLoaded } from '../lint-run.js';
import { writeReport } from '../outputs.js';
import { type LoadedProject, openEnvironments, todayOf } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const given = context.arguments;
  const failOn = given.oneOf(flags.failOn, ['error', 'warning', 'info', 'none'], 'error');
  const maxWarnings = given.wholeNumber(flags.maxWarnings, 0) ?? null;
  const today = await todayOf(context);
  const request = waiverRequest(context);
  const loaded = await openEnvironments(context);
  let result = await lintLoaded(context, loaded, today);
  if (request !== null) {
    await writeWaiversFor(context, loaded, result, { ...request, today, failOn });
    result = await lintLoaded(context, await openEnvironments(context), today);
  }
  const code = lintExit(result, { failOn, maxWarnings });
  const showsWaived = given.isOn(flags.showWaived);
  const facts = { ...result, command: 'lint', showsWaived, failOn, maxWarnings };
  await writeReport(context, lintFormats, { ...(await checkReportOf(context, loaded, facts)), result });
  return code;
}

interface WaiverRequest {
  readonly file: string;
  readonly reason: string;
  readonly approvedBy: string;
}

/** Null where none is asked for. */
function waiverRequest({ arguments: given }: CommandContext): WaiverRequest | null {
  const file = given.text(flags.writeWaivers);
  const reason = given.text(flags.reason);
  const approvedBy = given.text(flags.approvedBy);
  if (file === undefined && reason === undefined && approvedBy === undefined) return null;
  if (file !== undefined && reason !== undefined && approvedBy !== undefined) return { file, reason, approvedBy };
  throw new TallymanError(
    'input/flag',
    '`--write-waivers`, `--reason` and `--approved-by` need each other',
    'Write, for example: --write-waivers policies/first.yaml --reason "from before, ticket 4711" --approved-by NAME',
  );
}

async function writeWaiversFor(
  { cwd, terminal }: CommandContext,
  { root, files, projectFile, project }: LoadedProject,
  result: LintResult,
  { file, failOn, ...options }: WaiverRequest & { readonly today: string; readonly failOn: Severity | 'none' },
): Promise<void> {
  const threshold = failOn === 'none' ? 'error' : failOn;
  const failing = result.diagnostics.filter((diagnostic) => hasAtLeast([diagnostic], threshold));
  const local = relative(root, resolve(cwd, file)).split(sep).join('/');
  const written = await writeWaivers(files, project, failing, { ...options, projectFile, file: local });
  const { waivers, findings, expires, left } = written;
  const did = waivers === 0 ? 'Wrote no Waiver' : `Wrote ${file}: Waivers for ${findings} findings, until ${expires}`;
  terminal.err.write(`${did}. ${left === 0 ? 'Nothing else fails' : `${left} cannot be waived`}.\n`);
}
