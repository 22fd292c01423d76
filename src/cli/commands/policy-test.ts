import { basename, dirname } from 'node:path';
import { exitCode, TallymanError } from '../../domain/errors.js';
import type { Diagnostic } from '../../domain/finding.js';
import type { PolicyTestResult } from '../../domain/policy-test.js';
import { hasPassed } from '../../domain/policy-test.js';
import { lint } from '../../flows/lint.js';
import { testPolicies } from '../../flows/test-policies.js';
import { policyTestText } from '../../manifest/policy-test-text.js';
import type { CommandContext } from '../command.js';
import { flags } from '../flags.js';
import { policyTestFormats } from '../formats.js';
import { writeReport } from '../outputs.js';
import { openEnvironments, projectPath, todayOf } from '../project.js';

/** Runs the cases beside the policies, or writes one for a finding. */
export async function testOrGenerate(context: CommandContext): Promise<number> {
  const key = context.arguments.text(flags.fromFinding);
  if (key !== undefined) return generate(context, key);
  const path = await projectPath(context);
  const result = await testPolicies(await context.runtime.openFiles(dirname(path)), basename(path));
  await writeReport(context, policyTestFormats, result);
  return testExit(result);
}

/** A case that fails is what policy says no to; one that cannot be run is an input. */
function testExit({ cases, diagnostics }: PolicyTestResult): number {
  if (diagnostics.length > 0) return exitCode.input;
  return cases.every(hasPassed) ? exitCode.done : exitCode.policy;
}

async function generate(context: CommandContext, key: string): Promise<number> {
  const { projects } = await openEnvironments(context);
  const today = await todayOf(context);
  for (const project of projects) {
    const { desired, sources, lock } = project;
    const finding = lint(project, { today }).diagnostics.find((diagnostic) => isMeant(diagnostic, key));
    if (finding === undefined || desired === null) continue;
    context.terminal.out.write(policyTestText(finding, { sources, desired, lock, today }));
    return exitCode.done;
  }
  const hint = 'Take the `finding_key` of one:\n  tallyman lint -o json';
  throw new TallymanError('input/flag', `\`--from-finding\` names '${key}', and lint has no such finding`, hint);
}

/** Mistakes in manifests and remarks about waivers are no findings that a case could have. */
function isMeant({ key, isInputError, address }: Diagnostic, wanted: string): boolean {
  return key === wanted && !isInputError && address !== null;
}
