import { type Account, type Project, unnamedAccount } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { CommandContext } from './command.js';
import { flags } from './flags.js';
import { type LoadedProject, openProject, type OpenOptions } from './project.js';

/** Where the region of an account is asked that has none yet. */
const firstRegion = 'cn-hangzhou';

/** Null where there is no project: then the account of the credentials is looked at. */
export async function openIfThere(context: CommandContext, options: OpenOptions = {}): Promise<LoadedProject | null> {
  try {
    return await openProject(context, options);
  } catch (error) {
    const isNone = error instanceof TallymanError && error.code === 'input/no-project';
    if (isNone && !context.arguments.isGiven(flags.config)) return null;
    throw error;
  }
}

/** The names of `--account`, else of all accounts of the project. */
export function accountsOf({ arguments: given }: CommandContext, project: Project): readonly string[] {
  const names = given.texts(flags.account);
  const unknown = names.find((name) => project.accounts.every((account) => account.name !== name));
  if (unknown !== undefined) {
    const known = project.accounts.map(({ name }) => `'${name}'`).join(', ');
    throw new TallymanError('input/flag', `the project has no account '${unknown}'`, `Name one of ${known}.`);
  }
  return names.length === 0 ? project.accounts.map(({ name }) => name) : names;
}

/** The regions of `--region`, else the project's; sorted. */
export function regionsOf({ arguments: given }: CommandContext, project: Project): readonly string[] {
  const regions = given.texts(flags.region);
  return regions.length === 0 ? project.regions : [...new Set(regions)].sort();
}

/** A project of the account that the credentials belong to, before anybody has asked whose they are. */
export function strangerTo({ arguments: given }: CommandContext, name: string): Project {
  const [account = unnamedAccount, ...more] = given.texts(flags.account);
  const isEmulated = given.isGiven(flags.emulator) || given.isGiven(flags.endpoint);
  if (more.length > 0 || (account !== unnamedAccount && !isEmulated)) {
    const hint = 'Write a project with the accounts, or give the credentials of the one that you mean.';
    throw new TallymanError('input/flag', 'without a project there is one account: that of the credentials', hint);
  }
  const origin = { file: '', document: 0, path: [] };
  const stranger: Account = { name: account, uid: '', credentials: { kind: 'chain' }, origin };
  return {
    name,
    id: null,
    accounts: [stranger],
    regions: [...new Set(given.texts(flags.region))].sort(),
    approvers: [],
    safety: { prune: false, allow: [], maxRemovals: 0 },
    windows: [],
    moved: [],
    origin,
  };
}

/** With the UID that the service names, and every region that it offers where none was asked for. */
export async function identified(
  reader: Pick<CloudReader, 'getCallerIdentity' | 'describeRegions'>,
  project: Project,
): Promise<Project> {
  const scope = { account: project.accounts[0]?.name ?? '', region: project.regions[0] ?? firstRegion };
  const { accountId } = await reader.getCallerIdentity(scope);
  const regions = project.regions.length > 0 ? project.regions : [...(await reader.describeRegions(scope))].sort();
  return { ...project, regions, accounts: project.accounts.map((account) => ({ ...account, uid: accountId })) };
}

/** Tells on standard error whose things are looked at. */
export function tellPlace(
  { terminal }: CommandContext,
  { accounts }: Project,
  chosen: readonly string[],
  regions: readonly string[],
): void {
  if (terminal.isQuiet) return;
  const looked = accounts.filter(({ name }) => chosen.includes(name));
  const names = looked.map(({ name, uid }) => (name === unnamedAccount ? uid : `${name} (${uid})`)).join(', ');
  terminal.err.write(`Looking at ${names} in ${regions.length === 1 ? regions[0] : `${regions.length} regions`}.\n`);
}
