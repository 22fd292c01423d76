import { resourceOf } from '../domain/address.js';
import type { PlanResult } from '../domain/result.js';
import { cutCells } from './cells.js';
import { type ChangeGroup, changeGroups, destroyedGroups, grouped, type MemberChange } from './change-groups.js';
import { countKinds, verbPhrase } from './change-kinds.js';
import type { CheckReport, PlanReport } from './check-report.js';
import type { FieldChange } from './field-changes.js';
import { findingsMarkdown, refusalsMarkdown } from './findings-markdown.js';
import { viewOf } from './lineage-view.js';
import { assembled, code, fence, folded, htmlCode, listParts, marker, type Part, prose, told } from './markdown.js';
import { idleText, rehearsalText } from './plan-text.js';
import { mermaidBoxesMax, mermaidLines } from './mermaid.js';
import { reasonText } from './reasons.js';
import { sanitise } from './sanitise.js';
import { isChanged, type ShareGroup, type Sharee, shareGroups } from './share-groups.js';
import { shellWord } from './shell-word.js';
import { count } from './words.js';

/** Of a value. */
const valueCellsMax = 160;
/** Members of one resource that are named. */
const membersMax = 30;
/** Lines that say what is lost. */
const destroyedMax = 12;

/** A plan as a comment under a pull request or a step summary. */
export function renderPlanMarkdown(report: PlanReport): string {
  const { result } = report;
  const parts = [
    `${marker('plan', projectMarker(result))}${verdict(result)}`,
    destroysPart(result),
    ...refusalsMarkdown(report.refusals),
    ...findingsMarkdown(report),
    ...noticeParts(result),
    ...changeParts(result),
    ...lineagePart(result),
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

/** Before everything else: what is lost, the worst first. GitHub and GitLab draw the mark of a warning. */
function destroysPart({ plan }: PlanResult): string {
  const groups = destroyedGroups(plan.changes);
  if (groups.length === 0) return '';
  const amount = groups.reduce((sum, { members }) => sum + members.length, 0);
  const items = groups.slice(0, destroyedMax).map(({ class: name, reason, resource, members }) => {
    const why = reason === null ? '' : `: ${told(reasonText(reason))}`;
    const [only] = members;
    const what = members.length === 1 && only !== undefined ? only.change.address : resource;
    return `> - ${code(name ?? '')}${members.length === 1 ? '' : ` × ${members.length}`} ${code(what)}${why}\n`;
  });
  const rest = groups.slice(destroyedMax);
  const sums = new Map<string, number>();
  for (const { class: name, members } of rest) sums.set(name ?? '', (sums.get(name ?? '') ?? 0) + members.length);
  const more = [...sums].map(([name, sum]) => `${code(name)} × ${sum}`).join(', ');
  const left = rest.length === 0 ? '' : `> - and ${count(rest.length, 'more resource')}: ${more}\n`;
  return `> [!CAUTION]\n> **Destroys ${amount}**\n>\n${items.join('')}${left}`;
}

function noticeParts({ plan }: PlanResult): readonly Part[] {
  const items = plan.notices.map(({ kind, address, id, message }) => {
    return `- **${kind}** ${code(address)}${id === '' ? '' : ` (${code(id)})`}: ${told(message)}\n`;
  });
  return listParts('**Worth knowing**\n\n', items, 'thing worth knowing', 4);
}

/** One part a resource, folded. */
function changeParts(result: PlanResult): readonly Part[] {
  const changed = result.plan.changes.filter(({ verb }) => verb !== 'no-op');
  const changesOf = grouped(changed, ({ address }) => resourceOf(address));
  const sharesOf = grouped(shareGroups(result).filter(isChanged), ({ address }) => resourceOf(address));
  return [...changesOf].map(([resource, changes]) => {
    const groups = changeGroups(changes.filter(({ type }) => type !== 'image_share'));
    const lines = [...(sharesOf.get(resource) ?? []).flatMap(shareLines), ...groups.flatMap(groupLines)];
    const markdown = folded(`${htmlCode(resource)}: ${countKinds(changes)}`, fence(lines, 'diff'));
    return { markdown, noun: 'resource', rank: 3 };
  });
}

/** What is the same for all members stands once. */
function groupLines({ members, shared, hidden, reason, class: name }: ChangeGroup): readonly string[] {
  const [first] = members;
  if (first === undefined) return [];
  const because = reason === null ? [] : [`#   because ${reasonText(reason)}`];
  const rest = [...shared.map(fieldLine), ...(hidden === 0 ? [] : [`#   ${count(hidden, 'unchanged field')} hidden`])];
  if (members.length === 1) {
    const notes = [...(name === null ? [] : [`class ${name}`]), ...memberNotes(first)];
    return [`# ${first.change.address} ${verbPhrase(first.change)}${inBrackets(notes)}`, ...because, ...rest];
  }
  const shown = members.slice(0, membersMax);
  return [
    `# ${members.length} members ${verbPhrase(first.change)}${inBrackets(name === null ? [] : [`class ${name}`])}`,
    ...because,
    ...rest,
    ...shown.flatMap((member) => [
      `#   ${member.change.address}${inBrackets(memberNotes(member))}`,
      ...member.own.map((field) => `${fieldLine(field).slice(0, 1)}     ${fieldLine(field).slice(4)}`),
    ]),
    ...(members.length > membersMax ? [`#   and ${count(members.length - membersMax, 'more member')}`] : []),
  ];
}

function memberNotes({ change: { wave, id } }: MemberChange): readonly string[] {
  return [...(wave === null ? [] : [`wave ${wave.number} of ${wave.of}`]), ...(id === null ? [] : [id])];
}

function inBrackets(notes: readonly string[]): string {
  return notes.length === 0 ? '' : ` (${notes.join(', ')})`;
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

/** Before the changes, if there is not room for both: it is what they come to. */
function lineagePart(result: PlanResult): readonly Part[] {
  if (result.plan.actions.length === 0) return [];
  const view = viewOf(result.lineage, mermaidBoxesMax);
  if (view.boxes.length === 0) return [];
  const note = view.note === '' ? '' : `\n${view.note}\n`;
  const markdown = folded('Lineage', `${fence(mermaidLines(view), 'mermaid')}${note}`);
  return [{ markdown, noun: 'picture of the lineage', rank: 2 }];
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
