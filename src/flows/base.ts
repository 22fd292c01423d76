import type { Account, Desired, Project, Resource, Safety } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import type { Finding } from '../domain/finding.js';
import { child } from '../domain/origin.js';
import { inputError } from '../manifest/input-error.js';
import { projectGlobs } from '../manifest/project-globs.js';
import { compareFindings, type ReadProject } from '../manifest/read-project.js';
import { checkPolicies } from '../policy/check.js';
import type { Files } from '../ports/files.js';
import { loadBaseProject, type LoadOptions } from './load-project.js';
import { TextParser } from './text-parser.js';

/**
 * The commit that a change is compared with. Whoever writes the change does not write the base, so what the base says
 * about policy counts as well, and what it says about accounts and credentials counts alone.
 */
export interface Base {
  readonly ref: string;
  /** Null where the base has no project yet: then it stands for the preset `recommended`. */
  readonly read: (ReadProject & { readonly project: Project }) | null;
}

/** A project as it is judged; `base`: beside which commit. */
export interface JudgedProject extends ReadProject {
  readonly base?: Base;
}

/** Throws `input/base-ref` where the base's own project file or policies cannot be followed. */
export async function loadBase(
  files: Files,
  ref: string,
  projectFile: string,
  { environment = null, parser = new TextParser() }: Pick<LoadOptions, 'environment' | 'parser'> = {},
): Promise<Base> {
  const text = await files.read(projectFile, Number.MAX_SAFE_INTEGER);
  if (text === undefined) return { ref, read: null };
  const read = await loadBaseProject(files, { projectFile, environment, parser });
  const policyFiles = await files.glob(projectGlobs({ file: projectFile, text }, parser.parse).policies);
  const judging = new Set([projectFile, ...policyFiles]);
  const mistakes = [
    ...read.findings.filter(({ at }) => at !== null && judging.has(at.file)),
    ...checkPolicies(read.policies, read.waivers),
  ];
  const { project } = read;
  if (project === null || mistakes.length > 0) throw unusableBase(ref, mistakes);
  return { ref, read: { ...read, project } };
}

function unusableBase(ref: string, [first]: readonly Finding[]): TallymanError {
  const what = first === undefined ? 'its project file holds no project' : `${first.at?.file ?? ''}: ${first.message}`;
  return new TallymanError(
    'input/base-ref',
    `the policy of '${ref}' cannot be followed: ${what}`,
    'Mend it there first, or name a base on which it can be.',
  );
}

/**
 * The change with the accounts of the base, and with no more safety taken off than both take off. A resource of an account
 * that the base does not know cannot be judged: a new account is a change of its own.
 */
export function besideBase(head: ReadProject, base: Base): JudgedProject {
  const { desired } = head;
  if (desired === null) return { ...head, base };
  const accounts = accountsOf(desired.project, base);
  const strangers = unknownAccounts(desired, accounts, base.ref);
  if (strangers.length > 0) {
    return { ...head, base, desired: null, findings: [...head.findings, ...strangers].sort(compareFindings) };
  }
  const safety = narrower(desired.project.safety, base.read?.project.safety ?? safetyOfNobody);
  return { ...head, base, desired: { ...desired, project: { ...desired.project, accounts, safety } } };
}

/** Without a project on the base nobody has agreed to any way in yet but the one that the environment gives. */
function accountsOf(head: Project, { read }: Base): readonly Account[] {
  if (read !== null) return read.project.accounts;
  return head.accounts.map((account) => ({ ...account, credentials: { kind: 'chain' } }));
}

/** What a project file allows that says nothing. */
const safetyOfNobody: Safety = { prune: false, allow: [], maxRemovals: 10 };

function narrower(a: Safety, b: Safety): Safety {
  return {
    prune: a.prune && b.prune,
    allow: a.allow.filter((destructiveClass) => b.allow.includes(destructiveClass)),
    maxRemovals: Math.min(a.maxRemovals, b.maxRemovals),
  };
}

function unknownAccounts(desired: Desired, accounts: readonly Account[], ref: string): readonly Finding[] {
  const resources: readonly Resource[] = [
    ...desired.imageSources,
    ...desired.imageCopies,
    ...desired.imageShares,
    ...desired.instances,
  ];
  return resources
    .filter((resource) => !accounts.some(({ name }) => name === resource.account))
    .map((resource) =>
      inputError({
        ruleId: 'manifest/unknown-reference',
        at: child(resource.origin, 'spec', 'account'),
        address: resource.address,
        message: `account '${resource.account}' must be one of '${ref}': a new account is a change of its own`,
        hint: 'Merge the account first, and then what uses it.',
        value: resource.account,
      }),
    );
}
