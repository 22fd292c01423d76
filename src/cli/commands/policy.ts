import { didYouMean } from '../../domain/closest-name.js';
import type { Json } from '../../domain/digest.js';
import { exitCode, TallymanError } from '../../domain/errors.js';
import type { AnyRule } from '../../policy/rule.js';
import { ruleNamed, rules } from '../../policy/rules/index.js';
import { ruleUri } from '../../report/diagnostic-json.js';
import { renderJson } from '../../report/json.js';
import type { CommandContext } from '../command.js';
import { writeOutputs } from '../outputs.js';

/** The rules as this version has them; no project is read. */
export async function run(context: CommandContext): Promise<number> {
  const [verb, id] = context.arguments.operands;
  if (verb === 'list' && id === undefined) await list(context);
  else if (verb === 'explain' && id !== undefined) await explain(context, id);
  else throw new TallymanError('input/flag', '`policy` takes `list`, or `explain` and a rule', usage);
  return exitCode.done;
}

const usage = 'Write, for example:\n  tallyman policy explain trust/trusted-owner';

async function list(context: CommandContext): Promise<void> {
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  const width = Math.max(...sorted.map(({ id }) => id.length));
  await writeOutputs(context, {
    text: () => sorted.map((rule) => `${lineOf(rule, width)}\n`).join(''),
    json: () => renderJson({ format_version: '1.0', rules: sorted.map(recordOf) }),
  });
}

function lineOf({ id, stage, severity, isWaivable, summary }: AnyRule, width: number): string {
  const severities = `${severity.recommended.padEnd(7)} ${severity.strict.padEnd(7)}`;
  return `${id.padEnd(width)}  ${stage}  ${severities}  ${isWaivable ? 'waivable' : 'always  '}  ${summary}`;
}

async function explain({ runtime, ...context }: CommandContext, id: string): Promise<void> {
  const rule = ruleNamed(id);
  if (rule === undefined) throw unknownRule(id);
  const page = (await runtime.rulePage(id)) ?? `# ${id}\n\n${rule.description}\n`;
  await writeOutputs(
    { runtime, ...context },
    { text: () => page, json: () => renderJson({ format_version: '1.0', ...recordOf(rule), page }) },
  );
}

function unknownRule(id: string): TallymanError {
  const meant = didYouMean(
    id,
    rules.map((rule) => rule.id),
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
