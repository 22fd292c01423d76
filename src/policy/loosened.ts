import type { Project } from '../domain/desired.js';
import { canonicalJson } from '../domain/digest.js';
import type { RuleSeverity } from '../domain/finding.js';
import { child, type Origin } from '../domain/origin.js';
import type { CustomRule, Policy, Violation, Waiver } from '../domain/policy.js';
import { decide, parameterSets, rank, settingOf } from './decide.js';
import type { AnyRule } from './rule.js';
import { rules } from './rules/index.js';

/** What one commit says about who may do what. */
export interface Stand {
  readonly project: Pick<Project, 'accounts' | 'approvers' | 'safety' | 'origin'>;
  readonly policies: readonly Policy[];
  readonly waivers: readonly Waiver[];
}

/**
 * Where a change asks for less than its base. Parameters are compared as a whole: of a list that differs nobody can tell
 * in general whether it permits more, so that it is named, unless it is a limit that became tighter.
 */
export function loosened(base: Stand, head: Stand): readonly Violation[] {
  return [
    ...head.policies.flatMap((policy) => weakerRules(base, policy)),
    ...base.policies.flatMap((policy) => goneFrom(head, policy)),
    ...head.waivers.flatMap((waiver) => furtherWaiver(base, waiver)),
    ...loosenedProject(base.project, head.project),
  ];
}

function weakerRules(base: Stand, policy: Policy): readonly Violation[] {
  const before = base.policies.find(({ name }) => name === policy.name) ?? presetFor(policy);
  const isAboutOthers = canonicalJson({ ...before.match }) !== canonicalJson({ ...policy.match });
  return [
    ...(isAboutOthers
      ? [
          violation(
            child(policy.origin, 'spec', 'match'),
            policyAddress(policy),
            `Policy '${policy.name}' speaks about other resources than on the base`,
            'match',
          ),
        ]
      : []),
    ...rules.filter(({ isWaivable }) => isWaivable).flatMap((rule) => weakerRule(rule, before, policy)),
    ...before.custom.flatMap((rule) => weakerCustomRule(rule, policy)),
  ];
}

/** Of two expressions nobody can tell in general which asks for more, so that any other one is named. */
function weakerCustomRule(before: CustomRule, policy: Policy): readonly Violation[] {
  const after = policy.custom.find(({ id }) => id === before.id);
  const at = after?.origin ?? child(policy.origin, 'metadata', 'name');
  const say = (message: string) => [violation(at, policyAddress(policy), message, before.id)];
  if (after === undefined) return say(`'${before.id}' of the base is gone`);
  if (rank(after.severity) < rank(before.severity)) {
    return say(`'${before.id}' is '${after.severity}' now, and '${before.severity}' on the base`);
  }
  const isSame =
    textOf([before.expr, before.stage, { ...before.match }]) === textOf([after.expr, after.stage, { ...after.match }]);
  return isSame ? [] : say(`'${before.id}' asks for something else than on the base`);
}

/** Where no Policy said anything, the preset did. */
function presetFor({ name, match, origin }: Policy): Policy {
  return { name, match, origin, extends: ['recommended'], rules: {}, custom: [] };
}

function weakerRule(rule: AnyRule, before: Policy, after: Policy): readonly Violation[] {
  const was = severityIn(rule, before);
  const is = severityIn(rule, after);
  const at = placeOf(rule, after);
  if (rank(is) < rank(was)) {
    return [violation(at, policyAddress(after), `'${rule.id}' is '${is}' now, and '${was}' on the base`, rule.id)];
  }
  if (is === 'off' || !hasOtherParameters(rule, before, after)) return [];
  const message = `'${rule.id}' has other parameters than on the base`;
  return [violation(at, policyAddress(after), message, `${rule.id} parameters`)];
}

function severityIn(rule: AnyRule, policy: Policy): RuleSeverity {
  return decide(rule, [policy])?.severity ?? 'off';
}

function placeOf(rule: AnyRule, policy: Policy): Origin {
  return settingOf(rule, policy)?.origin ?? child(policy.origin, 'spec', 'extends');
}

function hasOtherParameters(rule: AnyRule, before: Policy, after: Policy): boolean {
  const [was] = parameterSets(rule, [before]);
  const [is] = parameterSets(rule, [after]);
  if (was === undefined || is === undefined || textOf(was) === textOf(is)) return was !== undefined && is === undefined;
  return rule.tighter === undefined || textOf(rule.tighter(was, is)) !== textOf(is);
}

function textOf(parameters: unknown): string {
  return canonicalJson(parameters);
}

function goneFrom(head: Stand, policy: Policy): readonly Violation[] {
  if (head.policies.some(({ name }) => name === policy.name)) return [];
  const message = `Policy '${policy.name}' of the base is gone, or no file of \`spec.policies\` holds it any more`;
  const at = child(head.project.origin, 'spec', 'policies');
  return [violation(at, policyAddress(policy), message, policy.name)];
}

function furtherWaiver(base: Stand, waiver: Waiver): readonly Violation[] {
  const before = base.waivers.find(({ name }) => name === waiver.name);
  const isWithin =
    before !== undefined &&
    before.rule === waiver.rule &&
    waiver.expires <= before.expires &&
    waiver.resources.every((resource) => before.resources.includes(resource));
  if (isWithin) return [];
  const what = before === undefined ? 'is new' : 'reaches further than on the base';
  const message = `Waiver '${waiver.name}' for '${waiver.rule}' ${what}: it counts when it is merged`;
  return [violation(child(waiver.origin, 'spec', 'rule'), `Waiver/${waiver.name}`, message, waiver.rule)];
}

function loosenedProject(base: Stand['project'], head: Stand['project']): readonly Violation[] {
  const at = (...path: readonly string[]) => child(head.origin, 'spec', ...path);
  const say = (origin: Origin, message: string, value: string) => violation(origin, 'Project', message, value);
  const approvers = head.approvers.filter((name) => !base.approvers.includes(name));
  const classes = head.safety.allow.filter((name) => !base.safety.allow.includes(name));
  return [
    ...approvers.map((name) => say(at('approvers'), `approver '${name}' is new`, name)),
    ...classes.map((name) => say(at('safety', 'allow'), `class '${name}' is not allowed on the base`, name)),
    ...(head.safety.prune && !base.safety.prune
      ? [say(at('safety', 'prune'), '`prune` is off on the base', 'true')]
      : []),
    ...(head.safety.maxRemovals > base.safety.maxRemovals
      ? [
          say(
            at('safety', 'maxRemovals'),
            `\`maxRemovals\` is ${base.safety.maxRemovals} on the base`,
            String(head.safety.maxRemovals),
          ),
        ]
      : []),
    ...head.accounts.flatMap((account) => {
      const before = base.accounts.find(({ name }) => name === account.name);
      const what = before === undefined ? 'is new' : differenceOf(before, account);
      return what === null ? [] : [say(account.origin, `account '${account.name}' ${what}`, account.name)];
    }),
  ];
}

function differenceOf(before: Project['accounts'][number], after: Project['accounts'][number]): string | null {
  if (before.uid !== after.uid) return `has another UID than on the base: '${before.uid}' is used`;
  const isSame = canonicalJson({ ...before.credentials }) === canonicalJson({ ...after.credentials });
  return isSame ? null : 'is reached in another way than on the base: the credentials of the base are used';
}

function violation(at: Origin, address: string, message: string, value: string): Violation {
  return {
    at,
    address,
    message,
    value,
    hint: 'Merge it on its own, before what needs it: until then it does not count.',
  };
}

function policyAddress(policy: Policy): string {
  return `Policy/${policy.name}`;
}
