import { compareAddresses } from '../domain/address.js';
import { TallymanError } from '../domain/errors.js';
import type { Diagnostic } from '../domain/finding.js';
import { compileGlob } from '../domain/path-glob.js';
import { projectGlobs } from '../manifest/project-globs.js';
import type { ReadProject } from '../manifest/read-project.js';
import { isCustomId } from '../policy/custom-rules.js';
import { dayAfter } from '../policy/days.js';
import { policyLoosened } from '../policy/rules/hygiene/policy-loosened.js';
import { waiver as waiverRule } from '../policy/rules/hygiene/waiver.js';
import { ruleNamed } from '../policy/rules/index.js';
import { maxDaysOf, reasonLengthMin } from '../policy/waive.js';
import type { Files } from '../ports/files.js';

export interface WaiverOptions {
  /** Relative to the project root. */
  readonly file: string;
  readonly projectFile: string;
  readonly reason: string;
  readonly approvedBy: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
}

export interface WrittenWaivers {
  readonly waivers: number;
  readonly findings: number;
  /** The last day on which they count. */
  readonly expires: string;
  /** What fails and no Waiver can cover. */
  readonly left: number;
}

/**
 * Writes Waivers for everything that fails, with the longest expiry that is allowed: for a team that begins with a large
 * estate. Throws `input/flag` where they would not count, and where the file is there already.
 */
export async function writeWaivers(
  files: Pick<Files, 'read' | 'write'>,
  project: ReadProject,
  failing: readonly Diagnostic[],
  options: WaiverOptions,
): Promise<WrittenWaivers> {
  assertCounting(project, options);
  await assertNew(files, project, options);
  const covered = failing.filter(isCoverable);
  const expires = dayAfter(options.today, maxDaysOf(project.policies));
  const drafts = draftsFor(covered, project, options.today);
  if (drafts.length > 0) await files.write(options.file, render(drafts, options, expires));
  return { waivers: drafts.length, findings: covered.length, expires, left: failing.length - covered.length };
}

/** Remarks about waivers and changes are not waived wholesale: they would never be looked at again. */
function isCoverable({ ruleId, address, isInputError }: Diagnostic): boolean {
  const isRemark = ruleId === waiverRule.id || ruleId === policyLoosened.id;
  return (
    !isInputError && address !== null && !isRemark && (isCustomId(ruleId) || ruleNamed(ruleId)?.isWaivable === true)
  );
}

interface WaiverDraft {
  readonly name: string;
  readonly rule: string;
  readonly resources: readonly string[];
}

/** As many as one Waiver may name. */
const resourcesMax = 1000;

/** One for each rule, sorted; more where one cannot name all resources. */
function draftsFor(covered: readonly Diagnostic[], project: ReadProject, today: string): readonly WaiverDraft[] {
  const names = new Set(project.waivers.map(({ name }) => name));
  const byRule = new Map<string, Set<string>>();
  for (const { ruleId, address } of covered) {
    if (address !== null) byRule.set(ruleId, (byRule.get(ruleId) ?? new Set()).add(address));
  }
  return [...byRule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([rule, addresses]) =>
      chunksOf([...addresses].sort(compareAddresses), resourcesMax).map((resources) => {
        return { rule, resources, name: freeName(`${rule.replace('/', '-')}-${today}`, names) };
      }),
    );
}

function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
  taken.add(name);
  return name;
}

function render(drafts: readonly WaiverDraft[], { reason, approvedBy, today }: WaiverOptions, expires: string): string {
  // A JSON string is a YAML string, whatever is in it.
  const quoted = (text: string) => JSON.stringify(text);
  const documents = drafts.map(({ name, rule, resources }) =>
    [
      'apiVersion: tallyman.dev/v1',
      'kind: Waiver',
      `metadata: {name: ${name}}`,
      'spec:',
      `  rule: ${rule}`,
      '  resources:',
      ...resources.map((resource) => `    - ${quoted(resource)}`),
      `  reason: ${quoted(reason)}`,
      `  approvedBy: ${quoted(approvedBy)}`,
      `  expires: ${quoted(expires)}`,
      '',
    ].join('\n'),
  );
  return `# What failed on ${today}. Each of these ends on ${expires} at the latest: mend one, and remove it here.\n${documents.join('---\n')}`;
}

function assertCounting({ project }: ReadProject, { reason, approvedBy }: WaiverOptions): void {
  if (reason.trim().length < reasonLengthMin) {
    const message = `\`--reason\` must have at least ${reasonLengthMin} characters`;
    throw new TallymanError('input/flag', message, 'Say why, and until what happens; name the ticket.');
  }
  const approvers = project?.approvers ?? [];
  if (approvers.includes(approvedBy)) return;
  const hint =
    approvers.length === 0
      ? 'Name approvers in `spec.approvers` of the project first.'
      : `Name one of ${approvers.join(', ')}.`;
  throw new TallymanError('input/flag', `\`--approved-by\` names '${approvedBy}', who is not an approver`, hint);
}

async function assertNew(
  files: Pick<Files, 'read'>,
  { sources, parse }: ReadProject,
  { file, projectFile }: WaiverOptions,
): Promise<void> {
  const globs = sources
    .filter((source) => source.file === projectFile)
    .flatMap((source) => projectGlobs(source, parse).policies);
  if (!globs.some((glob) => compileGlob(glob)?.matches(file) === true)) {
    const hint = `Name a file that one of ${globs.map((glob) => `'${glob}'`).join(', ')} covers.`;
    throw new TallymanError(
      'input/flag',
      `Waivers in '${file}' would not be read: \`spec.policies\` leaves it out`,
      hint,
    );
  }
  if ((await files.read(file, Number.MAX_SAFE_INTEGER)) === undefined) return;
  throw new TallymanError('input/flag', `'${file}' is there already`, 'Name another file: nothing is overwritten.');
}
