import { resourceOf, selects } from '../domain/address.js';
import type { Desired } from '../domain/desired.js';
import type { Finding, WaiverNote } from '../domain/finding.js';
import { child } from '../domain/origin.js';
import type { Policy, Violation, Waiver } from '../domain/policy.js';
import { daysBetween } from './days.js';
import { decide, parameterSets, settingOf } from './decide.js';
import { matchesAll } from './match.js';
import { ruleNamed } from './rules/index.js';
import { waiver as waiverRule } from './rules/hygiene/waiver.js';

/** Characters of a reason: enough for a ticket and a word about it. */
const reasonLengthMin = 20;

/** Days before its end in which a waiver is announced to end. */
const noticeDays = 14;

/**
 * Puts waivers on the findings that they cover, and adds what is to be said about the waivers themselves.
 * `ran`: the rules that looked; a waiver for another rule cannot be called unused.
 */
export function waive(
  findings: readonly Finding[],
  subject: {
    readonly desired: Desired;
    readonly policies: readonly Policy[];
    readonly waivers: readonly Waiver[];
    readonly today: string;
    readonly ran: ReadonlySet<string>;
  },
): readonly Finding[] {
  const { desired, policies, waivers, today, ran } = subject;
  const maxDays = maxDaysOf(policies);
  const objections = new Map(waivers.map((waiver) => [waiver, objectionTo(waiver, desired, today, maxDays)]));
  const valid = byResource(waivers.filter((waiver) => objections.get(waiver) === null));
  const used = new Set<Waiver>();
  const waived = findings.map((finding) => cover(finding, valid, used));

  const about = (waiver: Waiver): Remark | null =>
    objections.get(waiver) ?? (ran.has(waiver.rule) && !used.has(waiver) ? unused(waiver) : noticeOf(waiver, today));
  const decision = decide(waiverRule, policies.filter(speaksOfWaivers));
  if (decision === null) return waived;
  const ownFindings = waivers.flatMap((waiver): readonly Finding[] => {
    const remark = waiver.rule === waiverRule.id ? objections.get(waiver) : about(waiver);
    if (remark === null || remark === undefined) return [];
    const severity = remark.isNotice ? 'info' : decision.severity;
    return [{ ...asFinding(remark), severity, decidedBy: remark.isNotice ? null : decision.decidedBy }];
  });
  return [...waived, ...ownFindings.map((finding) => cover(finding, valid, used))];
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
  if (address === null || finding.isInputError || ruleNamed(finding.ruleId)?.isWaivable !== true) return finding;
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

/** Waivers belong to the whole project: Policies for a part of it speak of them only by naming the rule. */
function speaksOfWaivers(policy: Policy): boolean {
  return matchesAll(policy.match) || settingOf(waiverRule, policy) !== undefined;
}

function maxDaysOf(policies: readonly Policy[]): number {
  return Math.min(...parameterSets(waiverRule, policies).map((parameters) => parameters?.maxDays ?? Infinity));
}

/** Why a waiver does not count; null where it does. */
function objectionTo(waiver: Waiver, { project }: Desired, today: string, maxDays: number): Remark | null {
  if (waiver.expires < today) {
    return remark(
      waiver,
      'expires',
      waiver.expires,
      `waiver '${waiver.name}' for '${waiver.rule}' has expired with '${waiver.expires}'`,
      'Mend what it covers, or have it renewed with a new reason.',
    );
  }
  if (daysBetween(today, waiver.expires) > maxDays) {
    return remark(
      waiver,
      'expires',
      waiver.expires,
      `\`expires\` must be at most ${maxDays} days ahead, and '${waiver.expires}' is later: the waiver does not count`,
      'Choose an earlier day.',
    );
  }
  if (!project.approvers.includes(waiver.approvedBy)) {
    return remark(
      waiver,
      'approvedBy',
      waiver.approvedBy,
      `\`approvedBy\` must be one of the project's approvers, and '${waiver.approvedBy}' is none: the waiver does not count`,
      'Have one of `approvers` in tallyman.yaml approve it.',
    );
  }
  if (waiver.reason.trim().length >= reasonLengthMin) return null;
  return remark(
    waiver,
    'reason',
    waiver.reason,
    `\`reason\` must have at least ${reasonLengthMin} characters: the waiver does not count`,
    'Say why, and until what happens; name the ticket.',
  );
}

function unused(waiver: Waiver): Remark {
  return remark(
    waiver,
    'resources',
    waiver.resources.join(' '),
    `waiver '${waiver.name}' covers nothing: '${waiver.rule}' does not fail for ${waiver.resources.map((each) => `'${each}'`).join(', ')}`,
    'Remove the Waiver.',
  );
}

function noticeOf(waiver: Waiver, today: string): Remark | null {
  const days = daysBetween(today, waiver.expires);
  if (days > noticeDays) return null;
  const when = days === 0 ? 'today' : days === 1 ? 'in 1 day' : `in ${days} days`;
  return {
    ...remark(
      waiver,
      'expires',
      waiver.expires,
      `waiver '${waiver.name}' for '${waiver.rule}' ends ${when}, with '${waiver.expires}'`,
      'Mend what it covers, or have it renewed with a new reason.',
    ),
    isNotice: true,
  };
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

function asFinding({ at, address, message, hint, value }: Remark): Finding {
  return {
    ruleId: waiverRule.id,
    severity: 'info',
    message,
    hint,
    at,
    address,
    value,
    waiver: null,
    decidedBy: null,
    isInputError: false,
  };
}
