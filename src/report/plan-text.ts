import type { Action } from '../domain/action.js';
import { resourceOf } from '../domain/address.js';
import type { Diagnostic } from '../domain/finding.js';
import type { Notice, Refusal, ResourceChange } from '../domain/plan.js';
import type { PlanResult, Rehearsal } from '../domain/result.js';
import { type ChangeKind, kindOf } from '../domain/change-kind.js';
import { changeSymbols, countKinds } from './change-kinds.js';
import { changeText, shareText } from './change-text.js';
import type { PlanReport } from './check-report.js';
import { diagnosticText } from './diagnostic-text.js';
import { createPaint, type Paint, type TextOptions } from './paint.js';
import { reasonText } from './reasons.js';
import { sanitise, sanitiseLines } from './sanitise.js';
import { isChanged, type ShareGroup, shareGroups } from './share-groups.js';
import { shellWord } from './shell-word.js';
import { count } from './words.js';

export interface PlanTextOptions extends TextOptions {
  readonly showsUnchanged: boolean;
  readonly next: PlanReport['next'];
}

/** Cells of a line where no terminal says how wide it is: in logs and files. */
const columnsDefault = 200;

/** Assumed for one wave of a rollout: stop, replace, start, and the time to be called healthy. */
const minutesPerWave = 5;

/** The plan for people: what happens to each thing, what should be known, what it sums up to, what comes next. */
export function renderPlanText(result: PlanResult, options: PlanTextOptions): string {
  const paint = createPaint(options.isColored);
  const { plan } = result;
  const sections = [
    ...changeSections(result, options, paint),
    noticeSection(plan.notices, paint),
    ...result.diagnostics
      .filter((diagnostic) => diagnostic.waiver === null)
      .map((diagnostic) => diagnosticText(diagnostic, paint)),
    ...(result.rehearsal?.problems ?? []).map(({ diagnostic }) => diagnosticText(diagnostic, paint)),
    totals(result),
    nextSection(result, options.next, paint),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function changeSections(result: PlanResult, options: PlanTextOptions, paint: Paint): readonly string[] {
  const { actions, changes } = result.plan;
  const columns = options.columns ?? columnsDefault;
  const shown = changes.filter((change) => options.showsUnchanged || change.verb !== 'no-op');
  const groups = shareGroups(result).filter((group) => options.showsUnchanged || isChanged(group));
  const described = new Set([
    ...shown.map((change) => change.address),
    ...groups.map((group) => group.address),
    ...groups.flatMap(({ added, removed }) => [...added, ...removed].map(({ change }) => change.address)),
  ]);
  const chores = actions.filter((action) => !described.has(action.address));
  const isIdle = actions.length === 0 && shown.every((change) => change.verb === 'no-op');
  const verb =
    result.purpose === 'destroy' ? 'destroy everything that the project owns' : 'perform the following actions';
  const things = shown.filter(({ type }) => type !== 'image_share');
  const blocks = [
    ...groups.map((group) => shareText(group, { paint, columns, showsKept: options.showsUnchanged })),
    ...things.map((change) => changeText(change, { paint, columns, replacePaths: replacePathsOf(result, change) })),
  ];
  if (chores.length > 0) blocks.push(choreText(chores));
  if (isIdle) return [...blocks, `${idleText(result)}\n`];
  return [`tallyman will ${verb}:\n`, legend(shown, groups), ...blocks, hiddenText(changes, shown, paint)];
}

/** The cloud is called as wished only where something was wished and nothing stands against the plan. */
export function idleText({ plan, isApplyable, purpose }: PlanResult): string {
  if (purpose === 'destroy') return 'Nothing to destroy. The project owns nothing that it may delete.';
  if (!isApplyable) return 'Nothing is planned.';
  if (plan.changes.length === 0) return 'No changes. The manifests declare nothing that could differ.';
  return 'No changes. The cloud matches the manifests.';
}

function replacePathsOf(result: PlanResult, change: ResourceChange): readonly string[] {
  const documented = result.document.resource_changes.find((candidate) => candidate.address === change.address);
  return (documented?.change.replace_paths ?? []).map((path) => path.join('.'));
}

/** Only the symbols in use. */
function legend(changes: readonly ResourceChange[], groups: readonly ShareGroup[]): string {
  const kinds = changes.map(kindOf).filter((kind) => kind !== 'no-op');
  const isShareUpdated = groups.some(({ removed, kept }) => removed.length + kept.length > 0);
  const used = [...new Set<ChangeKind>([...kinds, ...(isShareUpdated ? (['update'] as const) : [])])];
  const meaningsBySymbol = new Map<string, string[]>();
  for (const { symbol, meaning } of used.map((kind) => changeSymbols[kind])) {
    const meanings = meaningsBySymbol.get(symbol) ?? [];
    meaningsBySymbol.set(symbol, meanings.includes(meaning) ? meanings : [...meanings, meaning]);
  }
  if (used.length === 0) return '';
  const lines = [...meaningsBySymbol].map(([symbol, meanings]) => `  ${symbol.padStart(3)} ${meanings.join(' or ')}`);
  return `${lines.join('\n')}\n`;
}

/** Steps that change no field that a manifest speaks of: marks, waits, snapshots. */
function choreText(actions: readonly Action[]): string {
  const lines = actions.map(
    (action) => `  # ${sanitise(action.address)}: ${action.kind} (because ${reasonText(action.reason)})`,
  );
  return `${lines.join('\n')}\n`;
}

function hiddenText(changes: readonly ResourceChange[], shown: readonly ResourceChange[], paint: Paint): string {
  const hiddenByResource = new Map<string, number>();
  for (const change of changes) {
    if (shown.includes(change) || change.type === 'image_share') continue;
    const resource = resourceOf(change.address);
    hiddenByResource.set(resource, (hiddenByResource.get(resource) ?? 0) + 1);
  }
  const touched = new Set(shown.map((change) => resourceOf(change.address)));
  const lines = [...hiddenByResource]
    .filter(([resource]) => touched.has(resource))
    .map(([resource, amount]) =>
      paint.faint(`  (${count(amount, 'unchanged member')} of ${sanitise(resource)} hidden)`),
    );
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function noticeSection(notices: readonly Notice[], paint: Paint): string {
  if (notices.length === 0) return '';
  const lines = notices.map((notice) => {
    const place = `${notice.address} (${notice.id})`;
    return `  ${paint.info(notice.kind)} ${sanitise(place)}: ${sanitise(notice.message)}`;
  });
  return `Worth knowing:\n${lines.join('\n')}\n`;
}

function totals(result: PlanResult): string {
  const { actions, changes } = result.plan;
  const lines =
    actions.length === 0
      ? []
      : [sumLine(changes), ...destroysLine(changes), ...copiesLine(actions), ...wavesLine(changes)];
  lines.push(policyLine(result));
  if (result.rehearsal !== null) lines.push(`Rehearsal: ${rehearsalText(result.rehearsal)}.`);
  const calls = Object.values(result.apiCalls).reduce((sum, calls) => sum + calls, 0);
  lines.push(`Looked with ${count(calls, 'API call')}.`);
  return `${lines.join('\n')}\n`;
}

function sumLine(changes: readonly ResourceChange[]): string {
  const sum = countKinds(changes);
  const unchanged = changes.filter((change) => change.verb === 'no-op').length;
  return `Plan: ${sum === '' ? 'only housekeeping' : sum}. ${unchanged} unchanged.`;
}

function destroysLine(changes: readonly ResourceChange[]): readonly string[] {
  const destroyed = changes.filter((change) => change.class !== null);
  if (destroyed.length === 0) return [];
  return [`Destroys: ${destroyed.map((change) => `${sanitise(change.address)} (${change.class ?? ''})`).join(', ')}.`];
}

function copiesLine(actions: readonly Action[]): readonly string[] {
  const copies = actions.filter((action) => action.kind === 'CopyImage');
  if (copies.length === 0) return [];
  const stored = copies.filter((copy) => copy.role === 'copy');
  return [`Copies: about ${sizeOf(copies)} GiB copied, ${sizeOf(stored)} GiB stored.`];
}

function sizeOf(copies: readonly { readonly sizeGiB: number }[]): number {
  return copies.reduce((sum, copy) => sum + copy.sizeGiB, 0);
}

function wavesLine(changes: readonly ResourceChange[]): readonly string[] {
  const wavesByResource = new Map<string, number>();
  for (const { address, wave } of changes) {
    if (wave !== null) wavesByResource.set(resourceOf(address), wave.of);
  }
  if (wavesByResource.size === 0) return [];
  const parts = [...wavesByResource].map(([resource, waves]) => {
    return `${sanitise(resource)} in ${count(waves, 'wave')} (about ${waves * minutesPerWave} minutes)`;
  });
  return [`Rollouts: ${parts.join(', ')}.`];
}

/** What came of a rehearsal, the end of a sentence. */
export function rehearsalText({ status, reason, actions, done, problems }: Rehearsal): string {
  if (status === 'skipped') return `not held, since ${sanitise(reason ?? '')}`;
  if (status === 'failed')
    return `failed with ${count(problems.length, 'problem')}, ${done} of ${actions} actions done`;
  return `passed, ${count(actions, 'action')} done and a second plan is empty`;
}

function policyLine({ check, diagnostics }: PlanResult): string {
  const expiries = diagnostics.flatMap(({ waiver }) => (waiver === null ? [] : [waiver.expires])).sort();
  const expiry = expiries[0] === undefined ? '' : ` (expires ${sanitise(expiries[0])})`;
  const parts = [count(check.errors, 'error'), count(check.warnings, 'warning'), `${check.waived} waived${expiry}`];
  if (check.skipped > 0) parts.push(`${check.skipped} not judged`);
  return `Policy: ${parts.join(', ')}.`;
}

function nextSection(result: PlanResult, next: PlanTextOptions['next'], paint: Paint): string {
  if (!result.isApplyable) return obstacles(result, paint);
  if (next === null || result.plan.actions.length === 0) return '';
  if (next.kind === 'unsaved') return 'To keep exactly this plan for apply, save it with `--out FILE`.\n';
  return `To apply exactly this plan:\n    tallyman apply ${shellWord(next.file)}\n`;
}

/** What forbids the plan, in place of the command that would apply it. */
function obstacles(result: PlanResult, paint: Paint): string {
  const errors = result.diagnostics.filter(isObstacle);
  const lines = [paint.error('This plan cannot be applied:')];
  for (const error of errors) lines.push(`  ${sanitise(error.ruleId)}: ${sanitise(error.message)}`);
  for (const refusal of result.refusals) lines.push(...refusalLines(refusal));
  return `${lines.join('\n')}\n`;
}

function isObstacle(diagnostic: Diagnostic): boolean {
  return diagnostic.waiver === null && diagnostic.severity === 'error';
}

function refusalLines(refusal: Refusal): readonly string[] {
  return [
    `  ${sanitise(refusal.summary)}`,
    ...refusal.addresses.map((address) => `    ${sanitise(address)}`),
    ...sanitiseLines(refusal.hint).map((line) => `    ${line}`),
  ];
}
