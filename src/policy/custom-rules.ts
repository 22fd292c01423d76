import { resourceOf } from '../domain/address.js';
import { accountOf, type Desired, type Resource } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import type { Lock, LockEntry } from '../domain/lock.js';
import { child, type FieldPath, type Origin } from '../domain/origin.js';
import type { ObservedState } from '../domain/observed.js';
import type { Plan } from '../domain/plan.js';
import type { CustomRule, Policy, RuleFacts, RuleProgram, Verdict } from '../domain/policy.js';
import { isJudgedBy, kindsOf } from './custom-rule-match.js';
import type { Decision } from './decide.js';
import { liveImageOf } from './live-image.js';
import { manifestView } from './manifest-view.js';
import type { RuleOverrides } from './overrides.js';
import type { References } from './references.js';
import type { AnyRule } from './rule.js';

export interface CustomSubject {
  readonly desired: Desired;
  readonly policies: readonly Policy[];
  readonly lock: Lock;
  readonly references: References;
  readonly observed: ObservedState | null;
  readonly plan: Plan | null;
  /** What would be done, where there is no whole plan. */
  readonly actions?: readonly PlannedAction[];
  readonly stage: 'lint' | 'plan';
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  readonly overrides?: RuleOverrides;
}

/** What rules see of an action. */
export interface PlannedAction {
  readonly kind: string;
  readonly address: string;
  readonly reason: string;
  readonly class: string | null;
}

export interface CustomResult {
  readonly findings: readonly Finding[];
  readonly skipped: number;
  /** IDs of the rules that judged. */
  readonly ran: ReadonlySet<string>;
}

/** Whether the ID is one of those that rules of Policies have. */
export function isCustomId(id: string): boolean {
  return id.startsWith('custom/');
}

/** A rule of a Policy in the form of the built-in ones, for lists of rules. It judges nothing by itself. */
export function customRulesIn(policies: readonly Policy[]): readonly AnyRule[] {
  return policies.flatMap((policy) =>
    policy.custom.map((rule) => ({
      id: rule.id,
      stage: rule.stage,
      severity: { recommended: rule.severity, strict: rule.severity, none: rule.severity },
      isWaivable: true,
      judges: kindsOf(policy, rule),
      summary: rule.message,
      description: `A rule of Policy '${policy.name}'. It must be true that: ${rule.expr.trim()}`,
      parameters: null,
    })),
  );
}

/** Judges resources under the rules that Policies bring along. What an expression cannot answer is an error. */
export function checkCustomRules(subject: CustomSubject): CustomResult {
  const findings: Finding[] = [];
  const ran = new Set<string>();
  let skipped = 0;
  for (const policy of subject.policies) {
    for (const rule of policy.custom) {
      const decision = decideCustom(policy, rule, subject.overrides);
      if (decision === null) continue;
      const judged = resourcesIn(subject.desired).filter((resource) => isJudgedBy(policy, rule, resource));
      if (rule.stage === 'plan' && (subject.stage === 'lint' || subject.observed === null)) {
        skipped += judged.length;
        continue;
      }
      ran.add(rule.id);
      for (const resource of judged) {
        const found = judge(rule, decision, resource, subject);
        if (found === null) skipped += 1;
        else findings.push(...found);
      }
    }
  }
  return { findings, skipped, ran };
}

function decideCustom({ name }: Policy, { id, severity }: CustomRule, overrides?: RuleOverrides): Decision | null {
  const override = overrides?.get(id);
  if (override !== undefined) return override === 'off' ? null : { severity: override, decidedBy: 'command line' };
  return severity === 'off' ? null : { severity, decidedBy: `Policy/${name}` };
}

function resourcesIn({ imageSources, imageCopies, imageShares, instances }: Desired): readonly Resource[] {
  return [...imageSources, ...imageCopies, ...imageShares, ...instances];
}

/** Null where the rule asks for an image, and the lock has none: then there is nothing to judge yet. */
function judge(
  rule: CustomRule,
  decision: Decision,
  resource: Resource,
  subject: CustomSubject,
): readonly Finding[] | null {
  const { program } = rule;
  if (program === null) throw new Error(`'${rule.id}' is not compiled: projects are loaded before they are judged`);
  const [kind = ''] = resource.address.split('/');
  const views = viewsOf(program, resource, subject);
  if (views === null) return null;
  const byPlace = new Map<string, Finding>();
  for (const view of views) {
    const verdict = program.judge(kind, view.facts);
    if (verdict.kind === 'holds') continue;
    const finding = asFinding(rule, decision, resource, { program, view, verdict });
    const key = JSON.stringify([finding.address, finding.message, finding.value]);
    if (!byPlace.has(key)) byPlace.set(key, finding);
  }
  return [...byPlace.values()];
}

/** One thing that the rule is asked about. */
interface View {
  readonly facts: RuleFacts;
  readonly address: string;
  /** Names the image or action that is asked about; '' where the rule speaks about neither. */
  readonly about: string;
}

/** The rule is asked once, or once for each locked image or planned action where it speaks about those. */
function viewsOf(program: RuleProgram, resource: Resource, subject: CustomSubject): readonly View[] | null {
  const { desired, references, plan, today } = subject;
  const planned: readonly PlannedAction[] = subject.actions ?? plan?.actions ?? [];
  const source = rootOf(resource, references);
  const base = {
    resource: manifestView(resource),
    source: source === undefined ? null : manifestView(source),
    project: {
      name: desired.project.name,
      environment: desired.environment ?? '',
      regions: desired.project.regions,
      accounts: desired.project.accounts.map(({ name, uid }) => ({ name, uid })),
    },
    account: accountOf(desired.project, resource.account),
    now: `${today}T00:00:00Z`,
  };
  const entries = program.uses.has('image') ? entriesFor(resource, references) : [null];
  if (entries.length === 0) return null;
  const actions = program.uses.has('action')
    ? planned.filter(({ address }) => resourceOf(address) === resource.address)
    : [null];
  return entries.flatMap((entry) =>
    actions.map((action) => ({
      facts: { ...base, image: entry === null ? null : imageView(entry, subject), action },
      address: action?.address ?? resource.address,
      about: [
        ...(entry === null ? [] : [`${entry.imageId} in ${entry.region}`]),
        ...(action === null ? [] : [`${action.kind} of ${action.address}`]),
      ].join(', '),
    })),
  );
}

function rootOf(resource: Resource, references: References): ReturnType<References['sourceNamed']> {
  if ('selector' in resource) return resource;
  if ('destinations' in resource) return references.sourceNamed(resource.source);
  const { kind, name } = resource.image;
  return references.sourceNamed(kind === 'imageSource' ? name : (references.copyNamed(name)?.source ?? ''));
}

/** The locked images that the resource is, or is made from, each once. */
function entriesFor(resource: Resource, references: References): readonly LockEntry[] {
  if ('selector' in resource) return references.entriesOf(resource.name);
  const copy = 'destinations' in resource ? resource : copyOf(resource.image, references);
  const regions =
    'destinations' in resource
      ? resource.destinations.map(({ region }) => region)
      : 'region' in resource
        ? [resource.region]
        : resource.regions;
  const source = rootOf(resource, references);
  const found = regions.flatMap((region) => {
    if (copy !== undefined) return references.pinnedFor(copy, region) ?? [];
    return source === undefined ? [] : (references.entryFor(source.name, region) ?? []);
  });
  return [...new Set(found)];
}

function copyOf(image: { readonly kind: string; readonly name: string }, references: References) {
  return image.kind === 'imageCopy' ? references.copyNamed(image.name) : undefined;
}

/** What the lock says of an image and, where the cloud was looked at, what it says. */
function imageView(entry: LockEntry, { desired, observed, references }: CustomSubject): RuleFacts {
  const { source: name, region, imageId, owner, createdAt, sizeGiB, encrypted } = entry;
  const source = references.sourceNamed(name);
  const live = observed === null || source === undefined ? undefined : liveImageOf(desired, observed, source, entry);
  return {
    source: name,
    region,
    imageId,
    owner,
    name: entry.name,
    createdAt,
    sizeGiB,
    encrypted: encrypted === 'unknown' ? null : encrypted,
    status: live?.status,
    family: live?.family,
    architecture: live?.architecture,
    osType: live?.osType,
    isPublic: live?.isPublic,
    tags: live?.tags,
  };
}

interface Judged {
  readonly program: RuleProgram;
  readonly view: View;
  readonly verdict: Exclude<Verdict, { kind: 'holds' }>;
}

function asFinding(
  rule: CustomRule,
  decision: Decision,
  resource: Resource,
  { program, view, verdict }: Judged,
): Finding {
  const { field } = program;
  const value = field === null ? '' : shown(valueAt(view.facts['resource'], field));
  const about = view.about === '' ? '' : ` (${view.about})`;
  const isUnanswered = verdict.kind === 'unanswered';
  return {
    ruleId: rule.id,
    ...decision,
    // Whatever the rule's severity: what was not judged does not pass.
    ...(isUnanswered ? { severity: 'error' as const } : {}),
    message: isUnanswered
      ? `the rule cannot be answered here, since ${verdict.why}: ${rule.message}${about}`
      : `${rule.message}${about}`,
    hint: isUnanswered ? unansweredHint : hintOf(rule),
    at: placeOf(resource.origin, field),
    address: view.address,
    value: [value, view.about].filter((part) => part !== '').join(' '),
    waiver: null,
    isInputError: false,
  };
}

const unansweredHint = 'Have the rule ask for what may be absent with `.?` and `orValue`, or with `has`.';

function hintOf({ id, docs }: CustomRule): string {
  return docs === null ? `See what the rule asks for:\n  tallyman policy explain ${id}` : `Read ${docs}`;
}

function placeOf(origin: Origin, field: FieldPath | null): Origin {
  return child(origin, ...(field ?? ['metadata', 'name']));
}

function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((inner, part) => {
    return typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[part] : undefined;
  }, value);
}

/** Longer values are cut: the value tells findings apart and is not for reading. */
const shownMax = 200;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value ?? null) ?? '');
  return text.slice(0, shownMax);
}
