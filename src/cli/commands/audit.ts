import { basename, dirname, resolve } from 'node:path';
import { type Account, type Project, unnamedAccount } from '../../domain/desired.js';
import { exitCode, TallymanError } from '../../domain/errors.js';
import { audit, type AuditResult, type AuditSubject } from '../../flows/audit.js';
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
import { lintFormats } from '../formats.js';
import { writeReport } from '../outputs.js';
import { type LoadedProject, openProject, reportUnusable } from '../project.js';

/** Where the region of an account is asked that has none yet. */
const firstRegion = 'cn-hangzhou';

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
  const wanted = loaded === null ? strangerTo(context) : regionsOf(context, usableProject(loaded.project).project);
  const accounts = accountsOf(context, wanted);
  const root = loaded?.root ?? context.cwd;
  const result = await withCloud(context, { root, accounts: wanted.accounts }, async ({ reader, clock }) => {
    const project = loaded === null ? await identified(reader, wanted) : wanted;
    tell(context, project, accounts);
    const today = (given.date(flags.asOf) ?? new Date(clock.now()).toISOString()).slice(0, 10);
    return audit({ cloud: reader, clock }, { ...law, project, accounts }, { today, overrides });
  });
  const code = lintExit(result, { failOn, maxWarnings });
  const facts = { ...result, command: 'audit', showsWaived: given.isOn(flags.showWaived), failOn, maxWarnings };
  const place = { root, projectFile: loaded?.projectFile ?? 'tallyman.yaml' };
  await writeReport(context, lintFormats, { ...(await checkReportOf(context, place, facts)), result });
  return code;
}

type Reader = Parameters<Parameters<typeof withCloud<AuditResult>>[2]>[0]['reader'];

/** Null where there is no project: then the account of the credentials is looked at. */
async function openIfThere(context: CommandContext): Promise<LoadedProject | null> {
  try {
    return await openProject(context);
  } catch (error) {
    const isNone = error instanceof TallymanError && error.code === 'input/no-project';
    if (isNone && !context.arguments.isGiven(flags.config)) return null;
    throw error;
  }
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

function accountsOf({ arguments: given }: CommandContext, project: Project): readonly string[] {
  const names = given.texts(flags.account);
  const unknown = names.find((name) => project.accounts.every((account) => account.name !== name));
  if (unknown !== undefined) {
    const known = project.accounts.map(({ name }) => `'${name}'`).join(', ');
    throw new TallymanError('input/flag', `the project has no account '${unknown}'`, `Name one of ${known}.`);
  }
  return names.length === 0 ? project.accounts.map(({ name }) => name) : names;
}

function regionsOf({ arguments: given }: CommandContext, project: Project): Project {
  const regions = given.texts(flags.region);
  return regions.length === 0 ? project : { ...project, regions: [...new Set(regions)].sort() };
}

/** The account that the credentials belong to, before anybody has asked whose they are. */
function strangerTo({ arguments: given }: CommandContext): Project {
  const [name = unnamedAccount, ...more] = given.texts(flags.account);
  const isEmulated = given.isGiven(flags.emulator) || given.isGiven(flags.endpoint);
  if (more.length > 0 || (name !== unnamedAccount && !isEmulated)) {
    const hint = 'Write a project with the accounts, or give the credentials of the one that you mean.';
    throw new TallymanError('input/flag', 'without a project there is one account: that of the credentials', hint);
  }
  const origin = { file: '', document: 0, path: [] };
  const account: Account = { name, uid: '', credentials: { kind: 'chain' }, origin };
  return {
    name: 'audit',
    id: null,
    accounts: [account],
    regions: [...new Set(given.texts(flags.region))].sort(),
    approvers: [],
    safety: { prune: false, allow: [], maxRemovals: 0 },
    windows: [],
    moved: [],
    origin,
  };
}

/** With the UID that the service names, and every region that it offers where none was asked for. */
async function identified(reader: Reader, project: Project): Promise<Project> {
  const scope = { account: project.accounts[0]?.name ?? '', region: project.regions[0] ?? firstRegion };
  const { accountId } = await reader.getCallerIdentity(scope);
  const regions = project.regions.length > 0 ? project.regions : [...(await reader.describeRegions(scope))].sort();
  return { ...project, regions, accounts: project.accounts.map((account) => ({ ...account, uid: accountId })) };
}

function tell({ terminal }: CommandContext, { accounts, regions }: Project, chosen: readonly string[]): void {
  if (terminal.isQuiet) return;
  const looked = accounts.filter(({ name }) => chosen.includes(name));
  const names = looked.map(({ name, uid }) => (name === unnamedAccount ? uid : `${name} (${uid})`)).join(', ');
  terminal.err.write(`Looking at ${names} in ${regions.length === 1 ? regions[0] : `${regions.length} regions`}.\n`);
}
