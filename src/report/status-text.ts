import { compareText, resourceOf } from '../domain/address.js';
import type { Condition, Keeper, MemberStatus, ResourceStatus, RolloutMarks, StatusResult } from '../domain/result.js';
import { createPaint, type Paint, type TextOptions } from './paint.js';
import { sanitise } from './sanitise.js';
import { alignedRows } from './table.js';
import { ageText, count } from './words.js';

const memberHeader = ['MEMBER', 'CONDITION', 'REASON', 'ID', 'STATE', 'IMAGE', 'AGE'];
const wideHeader = ['ACCOUNT', 'REGION', 'SIZE', 'CREATED'];
const otherHeader = ['ADDRESS', 'KIND', 'ID', 'REGION', 'SIZE', 'AGE', 'KEPT BY'];

/** One table for each resource, then what is there beside the members. Ages count to the time of the result. */
export function renderStatusText(result: StatusResult, options: TextOptions): string {
  return renderTables(result, options, false);
}

/** As text, with the columns for which an ordinary terminal has no room. */
export function renderStatusWide(result: StatusResult, options: TextOptions): string {
  return renderTables(result, options, true);
}

function renderTables(result: StatusResult, options: TextOptions, isWide: boolean): string {
  const paint = createPaint(options.isColored);
  const nowMs = Date.parse(result.timestamp);
  const membersOf = membersByResource(result.members);
  const sections = result.resources.map((resource) =>
    resourceText(resource, membersOf.get(resource.address) ?? [], paint, nowMs, isWide),
  );
  return [...sections, othersText(result, paint, nowMs), sumText(result)].filter((text) => text !== '').join('\n');
}

function resourceText(
  { address, members: amount, ready, isSuspended }: ResourceStatus,
  members: readonly MemberStatus[],
  paint: Paint,
  nowMs: number,
  isWide: boolean,
): string {
  const rows = alignedRows([
    isWide ? [...memberHeader, ...wideHeader] : memberHeader,
    ...members.map((member) => [...memberRow(member, address, nowMs), ...(isWide ? wideCells(member) : [])]),
  ]);
  const [head = '', ...body] = rows;
  const table = [
    paint.faint(`  ${head}`),
    ...body.map((row, index) => `  ${byCondition(row, members[index]?.condition, paint)}`),
    ...members.flatMap((member) =>
      remarksOn(member).map((remark) => `  # ${sanitise(`${member.address}: ${remark}`)}`),
    ),
  ];
  const suspended = isSuspended ? ', suspended' : '';
  const title = `${paint.strong(sanitise(address))}: ${amount === 0 ? 'no members' : `${ready} of ${amount} ready`}${suspended}`;
  return `${[title, ...(amount === 0 ? [] : table)].join('\n')}\n`;
}

/** What stands beside a member: marks of a rollout, duplicates, notes. */
export function remarksOn({ rollout, duplicates, notes }: MemberStatus): readonly string[] {
  return [
    ...(rollout === null ? [] : [rolloutText(rollout)]),
    ...(duplicates.length === 0 ? [] : [`${duplicates.join(' and ')} both carry its tags: nothing is done here`]),
    ...notes,
  ];
}

function rolloutText({ updatingTo, since, previous, rejected }: RolloutMarks): string {
  const parts = [
    updatingTo === null ? null : `moving onto ${updatingTo}${since === null ? '' : ` since ${since}`}`,
    previous === null ? null : `back to ${previous} if it fails`,
    rejected === null ? null : `${rejected} failed on it`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function membersByResource(members: readonly MemberStatus[]): ReadonlyMap<string, readonly MemberStatus[]> {
  const grouped = new Map<string, MemberStatus[]>();
  for (const member of members) {
    const resource = resourceOf(member.address);
    const list = grouped.get(resource);
    if (list === undefined) grouped.set(resource, [member]);
    else list.push(member);
  }
  return grouped;
}

function memberRow(member: MemberStatus, resource: string, nowMs: number): readonly string[] {
  const cells = [
    member.address.slice(resource.length + 1),
    member.condition,
    member.reason,
    member.id ?? '-',
    member.state ?? '-',
    imageText(member),
    member.createdAt === null ? '-' : ageText(member.createdAt, nowMs),
  ];
  return cells.map(sanitise);
}

function wideCells({ scope, sizeGiB, createdAt }: MemberStatus): readonly string[] {
  return [scope.account, scope.region, sizeText(sizeGiB), createdAt ?? '-'].map(sanitise);
}

/** The image in use, and the wanted one where that is another. */
function imageText({ imageId, wantedImageId }: MemberStatus): string {
  const used = imageId ?? '-';
  return wantedImageId === null || wantedImageId === imageId ? used : `${used} -> ${wantedImageId}`;
}

function byCondition(row: string, condition: Condition | undefined, paint: Paint): string {
  if (condition === 'Blocked') return paint.error(row);
  return condition === 'Drifted' || condition === 'Progressing' ? paint.changed(row) : row;
}

function othersText(result: StatusResult, paint: Paint, nowMs: number): string {
  if (result.others.length === 0) return '';
  const rows = result.others.map((other) =>
    [
      other.address,
      other.kind,
      other.id,
      other.scope.region,
      sizeText(other.sizeGiB),
      ageText(other.createdAt, nowMs),
      keptByText(other.keptBy),
    ].map(sanitise),
  );
  const [head = '', ...body] = alignedRows([otherHeader, ...rows]);
  const lines = [paint.strong('Beside the members'), paint.faint(`  ${head}`), ...body.map((row) => `  ${row}`)];
  return `${lines.join('\n')}\n`;
}

export function keptByText(keptBy: readonly Keeper[]): string {
  return keptBy.length === 0 ? 'nothing: the next apply removes it' : keptBy.join(', ');
}

function sizeText(sizeGiB: number | null): string {
  return sizeGiB === null ? '-' : `${sizeGiB} GiB`;
}

function sumText({ members, others }: StatusResult): string {
  const amounts = new Map<Condition, number>();
  for (const { condition } of members) amounts.set(condition, (amounts.get(condition) ?? 0) + 1);
  const parts = [...amounts]
    .sort(([a], [b]) => compareText(a, b))
    .map(([condition, amount]) => `${amount} ${condition}`);
  return `${count(members.length, 'member')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}.\n${keptText(others)}`;
}

/** What depends on one thing alone: change that, and so much is free. */
export function keptText(others: StatusResult['others']): string {
  const total = others.reduce((sum, { sizeGiB }) => sum + (sizeGiB ?? 0), 0);
  if (total === 0) return '';
  const only = new Map<Keeper, number>();
  for (const { keptBy, sizeGiB } of others) {
    const [keeper, ...more] = keptBy;
    if (keeper !== undefined && more.length === 0) only.set(keeper, (only.get(keeper) ?? 0) + (sizeGiB ?? 0));
  }
  const parts = [...only]
    .sort(([a], [b]) => compareText(a, b))
    .map(([keeper, size]) => `${size} GiB only by ${keeper}`);
  return `${total} GiB beside the members${parts.length === 0 ? '' : `: ${parts.join(', ')}`}.\n`;
}
