import { compareText, resourceOf } from '../domain/address.js';
import type { Condition, MemberStatus, StatusResult } from '../domain/result.js';
import { createPaint, type Paint, type TextOptions } from './paint.js';
import { sanitise } from './sanitise.js';
import { alignedRows } from './table.js';
import { ageText, count } from './words.js';

const memberHeader = ['MEMBER', 'CONDITION', 'REASON', 'ID', 'STATE', 'IMAGE', 'AGE'];
const wideHeader = ['ACCOUNT', 'REGION', 'CREATED'];
const otherHeader = ['ADDRESS', 'KIND', 'ID', 'REGION', 'SIZE', 'AGE'];

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
  const sections = [...membersByResource(result.members)].map(([resource, members]) => {
    const rows = alignedRows([
      isWide ? [...memberHeader, ...wideHeader] : memberHeader,
      ...members.map((member) => [...memberRow(member, resource, nowMs), ...(isWide ? wideCells(member) : [])]),
    ]);
    const [head = '', ...body] = rows;
    const notes = members.flatMap((member) => member.notes.map((note) => `${member.address}: ${note}`));
    const lines = [
      paint.strong(sanitise(resource)),
      paint.faint(`  ${head}`),
      ...body.map((row, index) => `  ${byCondition(row, members[index]?.condition, paint)}`),
      ...notes.map((note) => `  # ${sanitise(note)}`),
    ];
    return `${lines.join('\n')}\n`;
  });
  return [...sections, othersText(result, paint, nowMs), sumText(result.members)]
    .filter((text) => text !== '')
    .join('\n');
}

function membersByResource(members: readonly MemberStatus[]): ReadonlyMap<string, readonly MemberStatus[]> {
  const grouped = new Map<string, MemberStatus[]>();
  for (const member of members) {
    const resource = resourceOf(member.address);
    grouped.set(resource, [...(grouped.get(resource) ?? []), member]);
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

function wideCells({ scope, createdAt }: MemberStatus): readonly string[] {
  return [scope.account, scope.region, createdAt ?? '-'].map(sanitise);
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
      other.sizeGiB === null ? '-' : `${other.sizeGiB} GiB`,
      ageText(other.createdAt, nowMs),
    ].map(sanitise),
  );
  const [head = '', ...body] = alignedRows([otherHeader, ...rows]);
  const lines = [paint.strong('Beside the members'), paint.faint(`  ${head}`), ...body.map((row) => `  ${row}`)];
  return `${lines.join('\n')}\n`;
}

function sumText(members: readonly MemberStatus[]): string {
  const amounts = new Map<Condition, number>();
  for (const { condition } of members) amounts.set(condition, (amounts.get(condition) ?? 0) + 1);
  const parts = [...amounts]
    .sort(([a], [b]) => compareText(a, b))
    .map(([condition, amount]) => `${amount} ${condition}`);
  return `${count(members.length, 'member')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}.\n`;
}
