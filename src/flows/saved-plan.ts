import type { DestructiveClass } from '../domain/desired.js';
import { canonicalJson, type Json } from '../domain/digest.js';
import { TallymanError } from '../domain/errors.js';
import type { PlanDocument, PlanDocumentChange, PlanResult } from '../domain/result.js';
import { isPlanDocument } from './generated/validators.js';
import { planDigest } from './plan-document.js';
import type { PlanOptions } from './plan.js';

/** Text of a plan file as a document; throws `input/plan-file`, which names the file as it was given, for anything else. */
export function parseSavedPlan(text: string, file: string): PlanDocument {
  const unusable = (why: string, cause?: unknown): TallymanError => {
    const hint = 'Make a new one with: tallyman plan --out tallyman.plan.json';
    return new TallymanError('input/plan-file', `the plan file '${file}' cannot be used: ${why}`, hint, { cause });
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw unusable('it is not JSON', cause);
  }
  if (!isRecord(parsed) || typeof parsed['format_version'] !== 'string') throw unusable('it has no `format_version`');
  if (!parsed['format_version'].startsWith('1.')) {
    throw unusable(`its \`format_version\` is '${parsed['format_version']}', and this version reads '1.x'`);
  }
  if (isPlanDocument(parsed)) return parsed;
  const [first] = isPlanDocument.errors ?? [];
  throw unusable(
    `it is not what a plan file must be: ${first?.instancePath || '/'} is wrong (${first?.keyword ?? ''})`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was allowed when the plan was made stands in the plan. */
export function optionsOf(document: PlanDocument): PlanOptions {
  const { options, scope } = document;
  const removals = options['max_removals'];
  const asOf = options['as_of'];
  return {
    targets: scope.targets,
    excludes: scope.excludes,
    prune: options['prune'] === true,
    allow: (Array.isArray(options['allow']) ? options['allow'] : []) as readonly DestructiveClass[],
    allowEmpty: options['allow_empty'] === true,
    maxRemovals: typeof removals === 'number' ? removals : null,
    retryRejected: options['retry_rejected'] === true,
    asOf: typeof asOf === 'string' ? asOf : null,
  };
}

export interface Freshness {
  readonly nowMs: number;
  readonly maxAgeMs: number;
  /** The digest that travelled outside the file; null where none did. */
  readonly expectedDigest: string | null;
  readonly toolVersion: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** So far the clocks of two machines may differ; a plan from later than that was given a longer life by hand. */
const futureMaxMs = 5 * 60_000;

/** Whether the file is the reviewed plan, whole, recent, and made from these very files by this version. */
export function assertApplicable(saved: PlanDocument, freshness: Freshness): void {
  if (planDigest(saved) !== saved.plan_digest) throw stale('the plan file was changed after it was made');
  if (freshness.expectedDigest !== null && freshness.expectedDigest !== saved.plan_digest) {
    throw stale(`the plan file has digest ${saved.plan_digest}, and --plan-digest says ${freshness.expectedDigest}`);
  }
  if (saved.tallyman_version !== freshness.toolVersion) {
    throw stale(`it was made by tallyman ${saved.tallyman_version}, and this is ${freshness.toolVersion}`);
  }
  const ageMs = freshness.nowMs - Date.parse(saved.timestamp);
  if (ageMs < -futureMaxMs) throw stale(`it says that it was made at ${saved.timestamp}, which is still to come`);
  if (!(ageMs <= freshness.maxAgeMs)) {
    throw stale(`it was made at ${saved.timestamp}, longer ago than --plan-max-age allows`);
  }
  const files = [...new Set([...Object.keys(saved.inputs), ...Object.keys(freshness.inputs)])].sort();
  const changed = files.filter((file) => saved.inputs[file] !== freshness.inputs[file]);
  if (changed.length > 0) throw stale(`changed since it was made: ${changed.join(', ')}`);
  if (!saved.applyable && !isOnlyClosed(saved)) throw neverApplicable(saved);
}

function isUnwaivedError(item: unknown): boolean {
  return isRecord(item) && item['severity'] === 'error' && item['waiver'] === null;
}

/** A window that was closed then may be open now: that is judged again. */
function isOnlyClosed(saved: PlanDocument): boolean {
  const isClosed = (item: unknown): boolean => isRecord(item) && item['reason'] === 'window-closed';
  return saved.refusals.every(isClosed) && !saved.findings.some(isUnwaivedError);
}

/** The reasons stand in the plan: what policy forbids counts before what the project's limits refuse. */
function neverApplicable(saved: PlanDocument): TallymanError {
  const textsOf = (items: readonly unknown[], key: string): readonly string[] => [
    ...new Set(items.filter(isRecord).map((item) => String(item[key]))),
  ];
  const errors = saved.findings.filter(isUnwaivedError);
  const hint = 'Mend what it lists, and make a new plan. Nothing was changed.';
  if (errors.length > 0) {
    const rules = textsOf(errors, 'rule_id').join(', ');
    return new TallymanError('plan/forbidden', `the saved plan breaks rules and cannot be applied: ${rules}`, hint);
  }
  const refusals = textsOf(saved.refusals, 'summary').join('; ');
  return new TallymanError('plan/refused', `the saved plan was refused when it was made: ${refusals}`, hint);
}

/**
 * Whether what is still to be done is part of the saved plan: every action of the fresh plan stands in it, every thing
 * that is touched ends as it says, and is now as it was before or as it shall be after. What already equals after has
 * no action any more: so a run that was killed is simply run again.
 */
export function assertSamePlan(saved: PlanDocument, fresh: PlanResult): void {
  const { document } = fresh;
  if (canonicalJson(saved.targets) !== canonicalJson(document.targets)) {
    throw stale('it was made for other accounts or regions');
  }
  if (saved.environment !== document.environment) {
    const named = (environment: string | null): string => (environment === null ? 'none' : `'${environment}'`);
    throw stale(`its environment is ${named(saved.environment)}, and this run's is ${named(document.environment)}`);
  }
  const allowed = new Map<string, number>();
  for (const action of saved.actions) allowed.set(keyOf(action), (allowed.get(keyOf(action)) ?? 0) + 1);
  for (const action of document.actions) {
    const left = allowed.get(keyOf(action)) ?? 0;
    if (left === 0 && !isCleanUpOf(saved, action)) {
      throw stale(`${action.address} now needs ${action.kind} (${action.reason}), which the plan does not hold`);
    }
    allowed.set(keyOf(action), left - 1);
  }
  for (const change of document.resource_changes) assertSameChange(saved, change);
}

function keyOf(action: { readonly address: string; readonly kind: string; readonly reason: string }): string {
  return `${action.address} ${action.kind} ${action.reason}`;
}

/**
 * What only a run that was cut short has to do: a copy of this very plan that failed in the cloud is cleared away and
 * made again, one that was not sealed is sealed, and snapshots go that an image of the plan left behind.
 */
function isCleanUpOf(
  saved: PlanDocument,
  action: { readonly address: string; readonly reason: string; readonly kind: string },
): boolean {
  if (action.kind === 'DeleteSnapshot') return holds(saved, action.address, 'DeleteImage');
  const isOfCopy = action.reason === 'copy_failed' || (action.reason === 'seal' && action.kind === 'TagResource');
  return isOfCopy && holds(saved, action.address, 'CopyImage');
}

function holds(saved: PlanDocument, address: string, kind: string, reason?: string): boolean {
  return saved.actions.some(
    (action) =>
      action.address === address && action.kind === kind && (reason === undefined || action.reason === reason),
  );
}

/** A hop is planned as something to make and remove; once it is made, only its removal is shown. */
function isPlannedHopRemoval(saved: PlanDocument, change: PlanDocumentChange): boolean {
  return change.action_reason === 'hop_done' && holds(saved, change.address, 'DeleteImage', 'hop_done');
}

function assertSameChange(saved: PlanDocument, change: PlanDocumentChange): void {
  if (change.change.actions[0] === 'no-op' || change.change.actions[0] === 'read') return;
  if (isPlannedHopRemoval(saved, change)) return;
  const planned = saved.resource_changes.find((other) => other.address === change.address && sameThing(other, change));
  if (planned === undefined) throw stale(`${change.address} now differs, and the plan does not change it`);
  for (const [field, value] of Object.entries(change.change.after ?? {})) {
    const wanted = planned.change.after?.[field];
    if (wanted !== undefined && !isSame(wanted, value)) {
      throw stale(
        `\`${field}\` of ${change.address} would now become ${JSON.stringify(value)}, and the plan says ${JSON.stringify(wanted)}`,
      );
    }
  }
  // What the plan makes is there because an earlier run of it has begun, and is not yet as it shall be.
  if (planned.change.before === null) return;
  for (const [field, value] of Object.entries(change.change.before ?? {})) {
    const before = planned.change.before[field];
    const after = planned.change.after?.[field];
    const isKnown = before !== undefined || after !== undefined;
    const isExpected = planned.change.after_unknown[field] === true || isSame(before, value) || isSame(after, value);
    if (isKnown && !isExpected && !movesDuringRollout.has(field)) {
      throw stale(
        `\`${field}\` of ${change.address} is now ${JSON.stringify(value)}, neither what the plan saw nor what it makes`,
      );
    }
  }
}

/** A member that is being moved onto an image is stopped on the way. */
const movesDuringRollout = new Set(['status']);

/** The same deletion, or the same address where there is only one thing. */
function sameThing(a: PlanDocumentChange, b: PlanDocumentChange): boolean {
  const isDeletion = (one: PlanDocumentChange): boolean => one.change.after === null;
  if (isDeletion(a) !== isDeletion(b)) return false;
  if (!isDeletion(a)) return true;
  return (
    isSame(a.change.before?.['image_id'], b.change.before?.['image_id']) &&
    isSame(a.change.before?.['instance_id'], b.change.before?.['instance_id'])
  );
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

function stale(why: string): TallymanError {
  return new TallymanError(
    'plan/stale',
    `the saved plan is not applicable: ${why}`,
    'Make a new plan, have it reviewed, and apply that one. Nothing was changed.',
  );
}
