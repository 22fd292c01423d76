import { exitCode, TallymanError } from '../../domain/errors.js';
import type { Address } from '../../domain/address.js';
import type { DriftResult, LastWrite } from '../../domain/drift.js';
import { drift } from '../../flows/drift.js';
import { lastWritesIn } from '../../flows/last-writes.js';
import { usableProject } from '../../flows/usable-project.js';
import { atOnce } from '../../observe/at-once.js';
import { driftRules } from '../../report/drift-rules.js';
import { checkReportOf } from '../check-report.js';
import { withReader } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { driftExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { driftFormats } from '../formats.js';
import { declaredIn, pathsOf, selectFiles } from '../narrow.js';
import { writeReport } from '../outputs.js';
import { asSelector } from '../plan-options.js';
import { readFile } from '../read-file.js';
import { openProject, reportUnusable } from '../project.js';

const parallelismDefault = 10;
const auditLogSizeMax = 1024 * 1024 * 1024;

export async function run(context: CommandContext): Promise<number> {
  const { runtime, arguments: given } = context;
  const ignore = given.texts(flags.ignore).map(asSelector);
  const callsMax = given.wholeNumber(flags.callsAtOnce, 1) ?? parallelismDefault;
  const lastWrites = await readLastWrites(context);
  const loaded = await openProject(context);
  const { project, root } = loaded;
  const selection = await selectFiles(context, loaded, pathsOf(context));
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const desired = usableProject(project);
  const only = selection === null ? null : new Set(declaredIn(desired, selection));
  const ports = { commit: await runtime.headCommit(root), toolVersion: runtime.version };
  const options = { ignore, only, asOf: given.date(flags.asOf) ?? null, lastWrites };
  const result = await withReader(context, { root, accounts: desired.project.accounts }, ({ reader, clock }) => {
    return drift({ ...ports, cloud: atOnce(reader, callsMax), clock }, project, options);
  });
  const code = driftExit(result);
  const report = await checkReportOf(context, loaded, factsOf(result));
  await writeReport(context, driftFormats, { ...report, result, showsUnchanged: given.isOn(flags.showUnchanged) });
  return code;
}

function factsOf({ entries, files, rules }: DriftResult): Parameters<typeof checkReportOf>[2] {
  const diagnostics = entries.map(({ diagnostic }) => diagnostic);
  const amount = (severity: string): number => diagnostics.filter((one) => one.severity === severity).length;
  const summary = {
    errors: amount('error'),
    warnings: amount('warning'),
    infos: amount('info'),
    waived: 0,
    skipped: 0,
    files,
    rules,
  };
  return { command: 'drift', diagnostics, summary, rules: driftRules };
}

async function readLastWrites(context: CommandContext): Promise<ReadonlyMap<Address, LastWrite>> {
  const file = context.arguments.text(flags.auditLogRead);
  if (file === undefined) return new Map();
  const text = await readFile(context, file, auditLogSizeMax);
  if (text !== undefined) return lastWritesIn(text);
  const hint = 'Name a file that `tallyman apply --audit-log FILE` wrote, or leave the flag out.';
  throw new TallymanError('input/file', `there is no audit log '${file}'`, hint);
}
