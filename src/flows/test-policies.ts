import { TallymanError } from '../domain/errors.js';
import type { Desired } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import type { PolicyTestDocument } from '../domain/generated/documents.js';
import { child, type FieldPath } from '../domain/origin.js';
import type { Policy } from '../domain/policy.js';
import type { ExpectedFinding, FoundFinding, PolicyTestCase, PolicyTestResult } from '../domain/policy-test.js';
import type { Checked } from '../manifest/checked-documents.js';
import { inputError } from '../manifest/input-error.js';
import { diagnose } from '../manifest/locate.js';
import { parseDocuments } from '../manifest/parse-documents.js';
import type { SourceText } from '../manifest/parsed-text.js';
import { isNeverManifest, projectGlobs } from '../manifest/project-globs.js';
import { isPolicyTestFile, readPolicyTests } from '../manifest/read-policy-test.js';
import { readProject } from '../manifest/read-project.js';
import { yamlLimits } from '../manifest/yaml-limits.js';
import { check, checkPolicies } from '../policy/check.js';
import { customRulesIn } from '../policy/custom-rules.js';
import type { AnyRule } from '../policy/rule.js';
import { rules } from '../policy/rules/index.js';
import type { Files } from '../ports/files.js';
import { withPrograms } from './load-project.js';
import { lockOf, observedOf } from './policy-test-world.js';

type Case = PolicyTestDocument['spec']['cases'][number];
type Test = Checked<PolicyTestDocument>;

/** The project's policies, and what cases are judged under them. */
interface Law {
  readonly project: SourceText;
  readonly policies: readonly Policy[];
  readonly rules: readonly AnyRule[];
}

/**
 * Runs the cases beside the project's policies. No waiver counts: what is tested are rules. Throws `input/no-project`,
 * and `input/no-manifest` where there is no case: a test of nothing must not look like one that passed.
 */
export async function testPolicies(files: Files, projectFile: string): Promise<PolicyTestResult> {
  const text = await files.read(projectFile, yamlLimits.bytes);
  if (text === undefined) throw new TallymanError('input/no-project', `there is no '${projectFile}'`, 'Name another.');
  const project = { file: projectFile, text };
  const paths = await files.glob(projectGlobs(project, parseDocuments).policies);
  const policyTexts = await readAll(
    files,
    paths.filter((path) => !isNeverManifest(path)),
  );
  const testTexts = await readAll(files, paths.filter(isPolicyTestFile));
  if (testTexts.length === 0) throw noCases();
  const { law, findings } = await readLaw(project, policyTexts);
  const read = testTexts.map(readPolicyTests);
  const tests = read.flatMap(({ documents }) => documents);
  const mistakes = [
    ...findings,
    ...read.flatMap((one) => one.findings),
    ...tests.flatMap((test) => misnamed(test, law)),
  ];
  const ran = mistakes.length > 0 ? [] : tests.flatMap((test) => runTest(test, law));
  const unusable = [...mistakes, ...ran.flatMap((one) => ('findings' in one ? one.findings : []))];
  return {
    cases: unusable.length > 0 ? [] : ran.flatMap((one) => ('findings' in one ? [] : [one])),
    diagnostics: diagnose(unusable, { sources: [project, ...policyTexts, ...testTexts], parse: parseDocuments }),
  };
}

function noCases(): TallymanError {
  const hint = 'Write one beside the policies; a finding gives the first:\n  tallyman policy test --from-finding KEY';
  return new TallymanError('input/no-manifest', 'no file `*.policy-test.yaml` is beside the policies', hint);
}

async function readAll(files: Files, paths: readonly string[]): Promise<readonly SourceText[]> {
  const texts: SourceText[] = [];
  for (const file of paths) texts.push({ file, text: (await files.read(file, yamlLimits.bytes)) ?? '' });
  return texts;
}

async function readLaw(
  project: SourceText,
  policyTexts: readonly SourceText[],
): Promise<{ readonly law: Law; readonly findings: readonly Finding[] }> {
  const read = await withPrograms(
    readProject({ ...noTexts, project, policies: policyTexts }, { parse: parseDocuments }),
  );
  const { policies, waivers } = read;
  return {
    law: { project, policies, rules: [...rules, ...customRulesIn(policies)] },
    findings: [...read.findings, ...checkPolicies(policies, waivers)],
  };
}

const noTexts = { manifests: [], policies: [], lock: null, lockFile: 'tallyman.lock.yaml' };

/** Rules that do not exist, or that a case could not judge: it would pass whatever they say. */
function misnamed({ body, origin, address }: Test, law: Law): readonly Finding[] {
  const { rules: named, cases } = body.spec;
  const report = (path: FieldPath, message: string, hint: string, value: string): Finding =>
    inputError({
      ruleId: 'manifest/invalid-value',
      at: child(origin, 'spec', ...path),
      address,
      message,
      hint,
      value,
    });
  const unknown = named.flatMap((id, index) => {
    if (law.rules.some((rule) => rule.id === id)) return [];
    const hint = 'Look up the rules:\n  tallyman policy list';
    return [report(['rules', index], `there is no rule '${id}'`, hint, id)];
  });
  const live = law.rules.find(({ id, stage }) => named.includes(id) && stage === 'plan');
  const lifeless = cases.flatMap(({ live: given, name }, index) => {
    if (live === undefined || given !== undefined) return [];
    const message = `the case must have \`live\`: '${live.id}' judges live facts only`;
    return [report(['cases', index, 'name'], message, 'Add it, empty if nothing in it matters.', name)];
  });
  const untested = cases.flatMap(({ expect }, index) =>
    expect.flatMap(({ rule }, place) => {
      if (named.includes(rule)) return [];
      const message = `\`rule\` must be one of \`rules\`, and '${rule}' is none`;
      return [report(['cases', index, 'expect', place, 'rule'], message, 'Add it there.', rule)];
    }),
  );
  return [...unknown, ...lifeless, ...untested];
}

function runTest(test: Test, law: Law): readonly (PolicyTestCase | { readonly findings: readonly Finding[] })[] {
  return test.body.spec.cases.map((one, index) => {
    const { desired, findings } = readWorld(test, one, index, law);
    if (desired === null) return { findings };
    const found = judge(test, one, desired, law);
    return {
      file: test.origin.file,
      test: test.body.metadata.name,
      name: one.name,
      ...compare(one.expect.map(expected), found),
    };
  });
}

/** The manifests of a case, read as if they stood in a file; what is wrong with them is found at their place in it. */
function readWorld(
  { origin, body }: Test,
  { manifests }: Case,
  index: number,
  { project }: Law,
): { readonly desired: Desired | null; readonly findings: readonly Finding[] } {
  // Any JSON is YAML.
  const text = manifests.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
  const file = `${origin.file} `;
  const { desired, findings } = readProject(
    { ...noTexts, project, manifests: [{ file, text }] },
    { parse: parseDocuments },
  );
  const placed = findings.map((finding) => {
    const { at } = finding;
    if (at?.file !== file) return finding;
    return { ...finding, at: child(origin, 'spec', 'cases', index, 'manifests', at.document, ...at.path) };
  });
  const environment = body.spec.environment ?? null;
  return { desired: desired === null ? null : { ...desired, environment }, findings: placed };
}

function judge({ body }: Test, { lock: locked, live }: Case, desired: Desired, law: Law): readonly FoundFinding[] {
  const { today, rules: named } = body.spec;
  const lock = lockOf(locked ?? [], desired, today);
  const actions = (live?.actions ?? []).map(({ kind, address, ...action }) => ({
    kind,
    address,
    reason: action.reason ?? 'image_differs',
    class: action.class ?? null,
  }));
  const { findings } = check({
    desired,
    lock,
    policies: law.policies,
    waivers: [],
    observed: live === undefined ? null : observedOf(live.images ?? [], lock, desired, today),
    plan: null,
    actions,
    today,
    stage: live === undefined ? 'lint' : 'plan',
  });
  return findings
    .filter(({ ruleId }) => named.includes(ruleId))
    .map(({ ruleId, address, severity, message }) => ({ rule: ruleId, address: address ?? '', severity, message }));
}

function expected({ rule, address, severity, message }: Case['expect'][number]): ExpectedFinding {
  return { rule, address, severity: severity ?? null, message: message ?? null };
}

/** Each finding answers one expectation. */
function compare(
  wanted: readonly ExpectedFinding[],
  found: readonly FoundFinding[],
): Pick<PolicyTestCase, 'missing' | 'unexpected'> {
  const left = [...found];
  const missing = wanted.filter((expectation) => {
    const index = left.findIndex((finding) => answers(finding, expectation));
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
  return { missing, unexpected: left };
}

function answers(finding: FoundFinding, { rule, address, severity, message }: ExpectedFinding): boolean {
  return (
    finding.rule === rule &&
    finding.address === address &&
    (severity === null || finding.severity === severity) &&
    (message === null || finding.message.includes(message))
  );
}
