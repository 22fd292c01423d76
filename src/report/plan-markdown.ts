import { resourceOf } from '../domain/address.js';
import type { ResourceChange } from '../domain/plan.js';
import type { PlanResult } from '../domain/result.js';
import { cutCells } from './cells.js';
import { countKinds, verbPhrase } from './change-kinds.js';
import type { CheckReport, PlanReport } from './check-report.js';
import { type FieldChange, fieldChanges } from './field-changes.js';
import { findingsMarkdown, refusalsMarkdown } from './findings-markdown.js';
import { viewOf } from './lineage-view.js';
import { assembled, code, fence, folded, htmlCode, marker, prose, told } from './markdown.js';
import { idleText, rehearsalText } from './plan-text.js';
import { mermaidBoxesMax, mermaidLines } from './mermaid.js';
import { reasonText } from './reasons.js';
import { sanitise } from './sanitise.js';
import { isChanged, type ShareGroup, type Sharee, shareGroups } from './share-groups.js';
import { shellWord } from './shell-word.js';
import { count } from './words.js';

/** Of a list in a comment. */
const itemsMax = 50;
/** Of a value. */
const valueCellsMax = 160;
/** Members of one resource that are shown with their fields. */
const membersMax = 30;

/** A plan as a comment under a pull request or a step summary. */
export function renderPlanMarkdown(report: PlanReport): string {
  const { result } = report;
  const parts = [
    `${marker('plan', projectMarker(result))}${verdict(result)}`,
    destroysPart(result),
    refusalsMarkdown(report.refusals),
    findingsMarkdown(report),
    noticesPart(result),
    ...changeParts(result),
    lineagePart(result),
  ];
  return assembled(parts, nextPart(report));
}

/** The environment is another project to a comment. */
export function projectMarker({ project }: PlanResult): string {
  const id = project.id ?? project.name;
  return project.environment === null ? id : `${id}.${project.environment}`;
}

function verdict(result: PlanResult): string {
  const { plan, check, isApplyable } = result;
  const sum = countKinds(plan.changes);
  const isIdle = plan.actions.length === 0;
  const title = isIdle ? idleText(result) : sum === '' ? 'only housekeeping' : sum;
  const symbol = isApplyable ? (isIdle ? '✅' : '📋') : '❌';
  const about = result.project.environment === null ? '' : ` (${prose(result.project.environment)})`;
  const unchanged = plan.changes.filter(({ verb }) => verb === 'no-op').length;
  const policy = [count(check.errors, 'error'), count(check.warnings, 'warning'), `${check.waived} waived`];
  if (check.skipped > 0) policy.push(`${check.skipped} not judged`);
  const rehearsed = result.rehearsal === null ? '' : `Rehearsal: ${told(rehearsalText(result.rehearsal))}. `;
  return `### ${symbol} tallyman ${result.purpose === 'destroy' ? 'destroy' : 'plan'}${about}: ${title}\n\n${isApplyable ? '' : '**This plan cannot be applied.** '}Policy: ${policy.join(', ')}. ${rehearsed}${unchanged} unchanged.\n`;
}

/** Before everything else: what is lost. */
function destroysPart({ plan }: PlanResult): string {
  const destroyed = plan.changes.filter((change) => change.class !== null);
  if (destroyed.length === 0) return '';
  const items = destroyed.slice(0, itemsMax).map((change) => {
    const reason = change.reason === null ? '' : `: ${told(reasonText(change.reason))}`;
    return `> - ${code(change.address)} (${code(change.class ?? '')})${reason}\n`;
  });
  const left = destroyed.length - items.length;
  return `> **Destroys**\n>\n${items.join('')}${left === 0 ? '' : `>\n> and ${left} more\n`}`;
}

function noticesPart({ plan }: PlanResult): string {
  if (plan.notices.length === 0) return '';
  const items = plan.notices.slice(0, itemsMax).map(({ kind, address, id, message }) => {
    return `- **${kind}** ${code(address)}${id === '' ? '' : ` (${code(id)})`}: ${told(message)}\n`;
  });
  const left = plan.notices.length - items.length;
  return `**Worth knowing**\n\n${items.join('')}${left === 0 ? '' : `\nand ${left} more\n`}`;
}

/** One part a resource, folded. */
function changeParts(result: PlanResult): readonly string[] {
  const byResource = new Map<string, ResourceChange[]>();
  for (const change of result.plan.changes) {
    const resource = resourceOf(change.address);
    byResource.set(resource, [...(byResource.get(resource) ?? []), change]);
  }
  const groups = shareGroups(result);
  return [...byResource].flatMap(([resource, changes]) => {
    const changed = changes.filter(({ verb }) => verb !== 'no-op');
    if (changed.length === 0) return [];
    const shares = groups.filter((group) => isChanged(group) && resourceOf(group.address) === resource);
    const things = changed.filter(({ type }) => type !== 'image_share');
    const lines = [...shares.flatMap(shareLines), ...things.slice(0, membersMax).flatMap(changeLines)];
    if (things.length > membersMax) lines.push(`# and ${things.length - membersMax} more`);
    return [folded(`${htmlCode(resource)}: ${countKinds(changed)}`, fence(lines, 'diff'))];
  });
}

function changeLines(change: ResourceChange): readonly string[] {
  const notes = [
    ...(change.class === null ? [] : [`class ${change.class}`]),
    ...(change.wave === null ? [] : [`wave ${change.wave.number} of ${change.wave.of}`]),
    ...(change.id === null ? [] : [change.id]),
  ];
  const { fields, hidden } = fieldChanges(change);
  return [
    `# ${change.address} ${verbPhrase(change)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`,
    ...(change.reason === null ? [] : [`#   because ${reasonText(change.reason)}`]),
    ...fields.map(fieldLine),
    ...(hidden === 0 ? [] : [`#   ${count(hidden, 'unchanged field')} hidden`]),
  ];
}

/** A diff knows `+`, `-` and `!`. */
function fieldLine({ symbol, name, before, after }: FieldChange): string {
  const texts = [before, after].filter((text) => text !== null).map((text) => cutCells(text, valueCellsMax));
  return `${symbol === '~' ? '!' : symbol}   ${name} = ${texts.join(' -> ')}`;
}

function shareLines({ address, image, added, removed, kept }: ShareGroup): readonly string[] {
  const account = ({ uid, name }: Sharee): string => (name === null ? uid : `${uid} ${name}`);
  return [
    `# ${address} ${image ?? ''}`,
    ...added.map((sharee) => `+   ${account(sharee)}`),
    ...removed.map((sharee) => `-   ${account(sharee)} (class unshare)`),
    ...(kept.length === 0 ? [] : [`#   ${count(kept.length, 'unchanged account')} hidden`]),
  ];
}

function lineagePart(result: PlanResult): string {
  if (result.plan.actions.length === 0) return '';
  const view = viewOf(result.lineage, mermaidBoxesMax);
  if (view.boxes.length === 0) return '';
  return folded('Lineage', `${fence(mermaidLines(view), 'mermaid')}${view.note === '' ? '' : `\n${view.note}\n`}`);
}

function nextPart({ result, next }: PlanReport): string {
  if (!result.isApplyable) return nextOfRefused(result);
  if (next === null || result.plan.actions.length === 0) return '';
  if (next.kind === 'unsaved')
    return 'Merge it, then apply what is planned then: `tallyman plan --out FILE`, `tallyman apply FILE`.\n';
  return `To apply exactly this plan: ${code(`tallyman apply ${sanitise(shellWord(next.file))}`)}\n`;
}

function nextOfRefused({ refusals, check }: PlanResult): string {
  const ways = [
    ...(check.errors > 0 ? ['correct what the errors name, or have it waived'] : []),
    ...(refusals.length > 0 ? ['allow what is refused, or take it out of the change'] : []),
  ];
  return ways.length === 0 ? '' : `What now: ${ways.join('; ')}.\n`;
}

/** Of a plan that an apply made and that was not begun. */
export function renderObstacleMarkdown(report: CheckReport, result: PlanResult): string {
  return renderPlanMarkdown({ ...report, result, showsUnchanged: false, next: null });
}
