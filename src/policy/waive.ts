import { resourceOf, selects } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type { Finding, WaiverNote } from '../domain/finding.js';
import { child } from '../domain/origin.js';
import type { Policy, Violation, Waiver } from '../domain/policy.js';
import { daysBetween } from './days.js';
import { isCustomId } from './custom-rules.js';
import { type Decision, decide, parameterSets, speaksForAll } from './decide.js';
import type { RuleOverrides } from './overrides.js';
import { ruleNamed } from './rules/index.js';
import { waiver as waiverRule } from './rules/hygiene/waiver.js';

/** Characters of a reason: enough for a ticket and a word about it. */
export const reasonLengthMin = 20;

/** Days before its end in which a waiver is announced to end. */
const noticeDays = 14;

export interface PolicySubject {
  readonly desired: Desired;
  /** Free of what `checkPolicies` finds. */
  readonly policies: readonly Policy[];
  readonly waivers: readonly Waiver[];
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  readonly overrides?: RuleOverrides;
}

/** Puts on each finding the waiver that covers it. */
export function coverByWaivers(findings: readonly Finding[], subject: PolicySubject): readonly Finding[] {
  const valid = byResource(subject.waivers.filter((waiver) => objectionIn(subject)(waiver) === null));
  return findings.map((finding) => cover(finding, valid, new Set()));
}

/**
 * Puts waivers on the findings that they cover, and adds what is to be said about the waivers themselves.
 * `ran`: whether its rule looked at what the waiver names; a waiver can be called unused only then.
 */
export function waive(
  findings: readonly Finding[],
  subject: PolicySubject,
  ran: (waiver: Waiver) => boolean,
): readonly Finding[] {
  const objectionTo = objectionIn(subject);
  const valid = byResource(subject.waivers.filter((waiver) => objectionTo(waiver) === null));
  const used = new Set<Waiver>();
  const waived = findings.map((finding) => cover(finding, valid, used));
  const decision = decide(waiverRule, subject.policies.filter(speaksForAll(waiverRule)), subject.overrides);
  if (decision === null) return waived;
  const remarks = subject.waivers.flatMap((waiver) => {
    return (
      objectionTo(waiver) ?? (!used.has(waiver) && ran(waiver) ? unused(waiver) : noticeOf(waiver, subject.today)) ?? []
    );
  });
  return [...waived, ...remarks.map((remark) => cover(asFinding(remark, decision), valid, used))];
}

interface Remark extends Violation {
  readonly isNotice: boolean;
}

/** Waivers by rule and resource: a large estate starts with one for each of thousands of findings. */
type WaiversByResource = ReadonlyMap<string, readonly Waiver[]>;

function byResource(waivers: readonly Waiver[]): WaiversByResource {
  const groups = new Map<string, Waiver[]>();
  for (const waiver of waivers) {
    for (const resource of new Set(waiver.resources.map(resourceOf))) {
      const key = `${waiver.rule} ${resource}`;
      groups.set(key, [...(groups.get(key) ?? []), waiver]);
    }
  }
  return groups;
}

/** The first waiver that covers the finding is shown; all that do are used. */
function cover(finding: Finding, valid: WaiversByResource, used: Set<Waiver>): Finding {
  const { address } = finding;
  const isWaivable = isCustomId(finding.ruleId) || ruleNamed(finding.ruleId)?.isWaivable === true;
  if (address === null || finding.isInputError || !isWaivable) return finding;
  const covering = (valid.get(`${finding.ruleId} ${resourceOf(address)}`) ?? []).filter((waiver) =>
    waiver.resources.some((selector) => selects(selector, address)),
  );
  for (const waiver of covering) used.add(waiver);
  const [first] = covering;
  return first === undefined ? finding : { ...finding, waiver: noteOf(first) };
}

function noteOf({ name, reason, approvedBy, expires }: Waiver): WaiverNote {
  return { name, reason, approvedBy, expires };
}

/** The longest that a waiver may last, in days from today. */
export function maxDaysOf(policies: readonly Policy[]): number {
  return parameterSets(waiverRule, policies)[0]?.maxDays ?? 0;
}

/** Why a waiver does not count; null where it does. */
function objectionIn({ desired, policies, today }: PolicySubject): (waiver: Waiver) => Remark | null {
  const maxDays = maxDaysOf(policies);
  const { approvers } = desired.project;
  return (waiver) => {
    const { name, rule, expires, approvedBy, reason } = waiver;
    if (expires < today) {
      const message = `waiver '${name}' for '${rule}' has expired with '${expires}'`;
      return remark(waiver, 'expires', expires, message, renewHint);
    }
    if (daysBetween(today, expires) > maxDays) {
      const message = `\`expires\` must be at most ${maxDays} days ahead, and '${expires}' is later: the waiver does not count`;
      return remark(waiver, 'expires', expires, message, 'Choose an earlier day.');
    }
    if (!approvers.includes(approvedBy)) {
      const message = `\`approvedBy\` must be one of the project's approvers, and '${approvedBy}' is none: the waiver does not count`;
      return remark(waiver, 'approvedBy', approvedBy, message, 'Have one of `approvers` in tallyman.yaml approve it.');
    }
    if (reason.trim().length >= reasonLengthMin) return null;
    const message = `\`reason\` must have at least ${reasonLengthMin} characters: the waiver does not count`;
    return remark(waiver, 'reason', reason, message, 'Say why, and until what happens; name the ticket.');
  };
}

const renewHint = 'Mend what it covers, or have it renewed with a new reason.';

function unused(waiver: Waiver): Remark {
  const resources = waiver.resources.map((each) => `'${each}'`).join(', ');
  const message = `waiver '${waiver.name}' covers nothing: '${waiver.rule}' does not fail for ${resources}`;
  return remark(waiver, 'resources', waiver.resources.join(' '), message, 'Remove the Waiver.');
}

function noticeOf(waiver: Waiver, today: string): Remark | null {
  const days = daysBetween(today, waiver.expires);
  if (days > noticeDays) return null;
  const when = days === 0 ? 'today' : days === 1 ? 'in 1 day' : `in ${days} days`;
  const message = `waiver '${waiver.name}' for '${waiver.rule}' ends ${when}, with '${waiver.expires}'`;
  return { ...remark(waiver, 'expires', waiver.expires, message, renewHint), isNotice: true };
}

function remark(waiver: Waiver, field: string, value: string, message: string, hint: string): Remark {
  return {
    at: child(waiver.origin, 'spec', field),
    address: `Waiver/${waiver.name}`,
    message,
    hint,
    value,
    isNotice: false,
  };
}

function asFinding({ at, address, message, hint, value, isNotice }: Remark, decision: Decision): Finding {
  return {
    ruleId: waiverRule.id,
    severity: isNotice ? 'info' : decision.severity,
    message,
    hint,
    at,
    address,
    value,
    waiver: null,
    decidedBy: isNotice ? null : decision.decidedBy,
    isInputError: false,
  };
}
