import { basename, dirname, resolve } from 'node:path';
import { exitCode, TallymanError } from '../../domain/errors.js';
import { audit, type AuditSubject } from '../../flows/audit.js';
import { withPrograms } from '../../flows/load-project.js';
import { usableProject } from '../../flows/usable-project.js';
import { parseDocuments } from '../../manifest/parse-documents.js';
import { type ReadProject, readProject } from '../../manifest/read-project.js';
import { yamlLimits } from '../../manifest/yaml-limits.js';
import { customRulesIn } from '../../policy/custom-rules.js';
import { overridesOf } from '../../policy/rule-choice.js';
import { checkReportOf } from '../check-report.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { lintExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { auditFormats } from '../formats.js';
import { writeReport } from '../outputs.js';
import { type LoadedProject, reportUnusable } from '../project.js';
import { accountsOf, identified, openIfThere, regionsOf, strangerTo, tellPlace } from '../stranger.js';

export async function run(context: CommandContext): Promise<number> {
  const given = context.arguments;
  const failOn = given.oneOf(flags.failOn, ['error', 'warning', 'info', 'none'], 'error');
  const maxWarnings = given.wholeNumber(flags.maxWarnings, 0) ?? null;
  const severities = given.texts(flags.rule);
  const choice = { severities, only: given.texts(flags.only), skip: given.texts(flags.skip) };
  const loaded = await openIfThere(context);
  if (loaded !== null && (await reportUnusable(context, loaded))) return exitCode.input;
  const law = await lawOf(context, loaded);
  const overrides = overridesOf(choice, customRulesIn(law.policies));
  const known = loaded === null ? strangerTo(context, 'audit') : usableProject(loaded.project).project;
  const wanted = { ...known, regions: regionsOf(context, known) };
  const accounts = accountsOf(context, wanted);
  const root = loaded?.root ?? context.cwd;
  const result = await withCloud(context, { root, accounts: wanted.accounts }, async ({ reader, clock }) => {
    const project = loaded === null ? await identified(reader, wanted) : wanted;
    tellPlace(context, project, accounts, project.regions);
    const today = (given.date(flags.asOf) ?? new Date(clock.now()).toISOString()).slice(0, 10);
    return audit({ cloud: reader, clock }, { ...law, project, accounts }, { today, overrides });
  });
  const code = lintExit(result, { failOn, maxWarnings });
  const facts = { ...result, command: 'audit', showsWaived: given.isOn(flags.showWaived), failOn, maxWarnings };
  const place = { root, projectFile: loaded?.projectFile ?? 'tallyman.yaml' };
  await writeReport(context, auditFormats, { ...(await checkReportOf(context, place, facts)), result });
  return code;
}

/** Policies and Waivers: those of `--policy`, else the project's. */
async function lawOf(
  context: CommandContext,
  loaded: LoadedProject | null,
): Promise<Pick<AuditSubject, 'policies' | 'waivers'>> {
  const paths = context.arguments.texts(flags.policy);
  if (paths.length === 0) return loaded?.project ?? { policies: [], waivers: [] };
  const read = readProject(
    {
      project: { file: 'tallyman.yaml', text: unnamedProject(loaded?.project.project?.approvers ?? []) },
      manifests: [],
      policies: await Promise.all(paths.map((path) => policyText(context, path))),
      lock: null,
      lockFile: 'tallyman.lock.yaml',
    },
    { parse: parseDocuments },
  );
  const law = await withPrograms(read);
  usableProject(law);
  return law;
}

async function policyText({ runtime, cwd }: CommandContext, path: string): Promise<ReadProject['sources'][number]> {
  const file = resolve(cwd, path);
  const text = await (await runtime.openFiles(dirname(file))).read(basename(file), yamlLimits.bytes);
  if (text !== undefined) return { file: path, text };
  throw new TallymanError('input/no-manifest', `there is no file '${path}'`, 'Name a file that holds a Policy.');
}

/** Whose approvers count for the Waivers beside a Policy that is named. */
function unnamedProject(approvers: readonly string[]): string {
  return JSON.stringify({
    apiVersion: 'tallyman.dev/v1',
    kind: 'Project',
    metadata: { name: 'audit' },
    spec: { accounts: [{ name: 'none', uid: '10000' }], manifests: ['none'], approvers },
  });
}
