import { basename, dirname } from 'node:path';
import { didYouMean } from '../../domain/closest-name.js';
import type { Json } from '../../domain/digest.js';
import { exitCode, TallymanError } from '../../domain/errors.js';
import type { Policy } from '../../domain/policy.js';
import { loadBaseProject } from '../../flows/load-project.js';
import { customRulesIn, isCustomId } from '../../policy/custom-rules.js';
import type { AnyRule } from '../../policy/rule.js';
import { rules } from '../../policy/rules/index.js';
import { ruleUri } from '../../report/diagnostic-json.js';
import { renderJson } from '../../report/json.js';
import { sanitise } from '../../report/sanitise.js';
import type { CommandContext } from '../command.js';
import { flags } from '../flags.js';
import { writeOutputs } from '../outputs.js';
import { projectPath } from '../project.js';

/** The rules as this version has them, and those that the project's Policies bring along. */
export async function run(context: CommandContext): Promise<number> {
  const [verb, id] = context.arguments.operands;
  if (verb === 'test' && id === undefined) return (await import('./policy-test.js')).testOrGenerate(context);
  refuseTestsOwn(context);
  if (verb === 'list' && id === undefined) await list(context);
  else if (verb === 'explain' && id !== undefined) await explain(context, id);
  else throw new TallymanError('input/flag', '`policy` takes `list`, `test`, or `explain` and a rule', usage);
  return exitCode.done;
}

const usage = 'Write, for example:\n  tallyman policy explain trust/trusted-owner';

function refuseTestsOwn({ arguments: given, outputs }: CommandContext): void {
  const isJunit = outputs.some(({ format }) => format === 'junit');
  if (!isJunit && given.text(flags.fromFinding) === undefined) return;
  const what = isJunit ? 'the format junit' : '`--from-finding`';
  throw new TallymanError('input/flag', `${what} is for \`policy test\` alone`, 'Leave it out.');
}

/** None where there is no project: the rules of this version are there without one. */
async function projectPolicies({ runtime, arguments: given, cwd }: CommandContext): Promise<readonly Policy[]> {
  if (given.text(flags.config) === undefined && (await runtime.findProjectFile(cwd)) === undefined) return [];
  const path = await projectPath({ runtime, arguments: given, cwd });
  const files = await runtime.openFiles(dirname(path));
  return (await loadBaseProject(files, { projectFile: basename(path) })).policies;
}

async function list(context: CommandContext): Promise<void> {
  const known = [...rules, ...customRulesIn(await projectPolicies(context))];
  const sorted = known.sort((a, b) => (a.id < b.id ? -1 : 1));
  const width = Math.max(...sorted.map(({ id }) => id.length));
  await writeOutputs(context, {
    text: () => sorted.map((rule) => `${lineOf(rule, width)}\n`).join(''),
    json: () => renderJson({ format_version: '1.0', rules: sorted.map(recordOf) }),
  });
}

function lineOf({ id, stage, severity, isWaivable, summary }: AnyRule, width: number): string {
  const severities = `${severity.recommended.padEnd(7)} ${severity.strict.padEnd(7)}`;
  return `${id.padEnd(width)}  ${stage}  ${severities}  ${isWaivable ? 'waivable' : 'always  '}  ${sanitise(summary)}`;
}

async function explain(context: CommandContext, id: string): Promise<void> {
  // A built-in rule needs no project, and none that is broken keeps its page away.
  const own = isCustomId(id) ? await projectPolicies(context) : [];
  const known = [...rules, ...customRulesIn(own)];
  const rule = known.find((one) => one.id === id);
  if (rule === undefined) throw unknownRule(id, known);
  const page = isCustomId(id) ? customPage(id, own) : await context.runtime.publishedFile(`docs/rules/${id}.md`);
  const text = page ?? `# ${id}\n\n${rule.description}\n`;
  await writeOutputs(context, {
    text: () => text.split('\n').map(sanitise).join('\n'),
    json: () => renderJson({ format_version: '1.0', ...recordOf(rule), page: text }),
  });
}

/** What the manifest says of the rule. */
function customPage(id: string, policies: readonly Policy[]): string | undefined {
  for (const { name, custom } of policies) {
    const rule = custom.find((one) => one.id === id);
    if (rule === undefined) continue;
    const { message, stage, severity, expr, docs, origin } = rule;
    const more = docs === null ? '' : `\n${docs}\n`;
    const code = expr.trimEnd().split('\n').join('\n    ');
    const about = `Policy '${name}' in ${origin.file}, stage ${stage}, severity ${severity}. It must be true that:`;
    return `# ${id}\n\n${message}\n\n${about}\n\n    ${code}\n${more}`;
  }
  return undefined;
}

function unknownRule(id: string, known: readonly AnyRule[]): TallymanError {
  const meant = didYouMean(
    id,
    known.map((rule) => rule.id),
  );
  const hint = 'See them all:\n  tallyman policy list';
  return new TallymanError('input/flag', `there is no rule '${id}'${meant}`, hint);
}

function recordOf(rule: AnyRule): Readonly<Record<string, Json>> {
  return {
    id: rule.id,
    stage: rule.stage,
    summary: rule.summary,
    description: rule.description,
    severity: {
      recommended: rule.severity.recommended,
      strict: rule.severity.strict,
      none: rule.severity.none ?? 'off',
    },
    waivable: rule.isWaivable,
    parameters: rule.parameters?.schema ?? null,
    help_uri: ruleUri(rule.id),
  };
}
