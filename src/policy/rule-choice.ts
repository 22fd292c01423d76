import { didYouMean } from '../domain/closest-name.js';
import { TallymanError } from '../domain/errors.js';
import type { RuleSeverity } from '../domain/finding.js';
import type { RuleOverrides } from './overrides.js';
import type { AnyRule } from './rule.js';
import { rules } from './rules/index.js';

/** What somebody asks for on the command line, for one run. Rules that cannot be waived run whatever is asked for. */
export interface RuleChoice {
  /** `ID=SEVERITY` each. */
  readonly severities: readonly string[];
  /** IDs; empty: all rules. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** `custom`: the rules of the project's own Policies. Throws `input/flag` for what names no rule, and for what would make a rule weaker that cannot be waived. */
export function overridesOf({ severities, only, skip }: RuleChoice, custom: readonly AnyRule[] = []): RuleOverrides {
  const known = [...rules, ...custom];
  const ruleFor = (flag: string, id: string): AnyRule => ruleIn(known, flag, id);
  const chosen = new Set(only.map((id) => ruleFor('--only', id)));
  const overrides = new Map<string, RuleSeverity>();
  if (chosen.size > 0) {
    for (const rule of known) if (rule.isWaivable && !chosen.has(rule)) overrides.set(rule.id, 'off');
  }
  for (const id of skip) overrides.set(strongEnough('--skip', ruleFor('--skip', id), 'off').id, 'off');
  for (const text of severities) {
    const [id, severity] = settingOf(text);
    overrides.set(strongEnough('--rule', ruleFor('--rule', id), severity).id, severity);
  }
  return overrides;
}

const severityWords: readonly RuleSeverity[] = ['error', 'warning', 'info', 'off'];

function settingOf(text: string): readonly [id: string, severity: RuleSeverity] {
  const [id = '', word] = text.split('=');
  const severity = severityWords.find((candidate) => candidate === word);
  if (severity !== undefined) return [id, severity];
  throw new TallymanError(
    'input/flag',
    `\`--rule\` must be ID=SEVERITY with ${severityWords.join(', ')}, not '${text}'`,
    'Write, for example: --rule trust/image-age=error',
  );
}

function ruleIn(known: readonly AnyRule[], flag: string, id: string): AnyRule {
  const rule = known.find((candidate) => candidate.id === id);
  if (rule !== undefined) return rule;
  const meant = didYouMean(
    id,
    known.map((candidate) => candidate.id),
  );
  const hint = 'Look up the rules with `tallyman policy list`.';
  throw new TallymanError('input/flag', `\`${flag}\` names '${id}', and there is no such rule${meant}`, hint);
}

function strongEnough(flag: string, rule: AnyRule, severity: RuleSeverity): AnyRule {
  if (rule.isWaivable || severity === 'error') return rule;
  const hint = 'Mend what it finds: neither a Policy nor a Waiver nor a flag can silence it.';
  throw new TallymanError('input/flag', `\`${flag}\` must not make '${rule.id}' weaker: it cannot be waived`, hint);
}
