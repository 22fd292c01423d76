import type { CheckReport } from './check-report.js';
import { sanitise } from './sanitise.js';
import { fileUri } from './source-links.js';
import { count } from './words.js';

/*
 * Text of others in GitHub's and GitLab's markdown. Where it can, it stands in code, in which nothing is a mention, an
 * issue, an emoji or a link. In prose every character that could act is escaped; what the sites look for after markdown
 * is rendered, mentions above all, is held apart by a space of no width that only we can write: in data it is written out.
 */

/** Never a comment: another project's marker in a name must not lead a bot to the wrong comment. */
function clean(text: string): string {
  return sanitise(text).replaceAll('<!--', String.raw`<!\u{2d}-`);
}

const apart = '&#8203;';

/** A text within a paragraph, not at the beginning of a line. */
export function prose(text: string): string {
  return clean(text)
    .replaceAll(/[\\`*_{}[\]()<>~|&$]/g, String.raw`\$&`)
    .replaceAll(/[@#]|:(?=\/\/)/g, `$&${apart}`)
    .replaceAll(/\bwww\./gi, (word) => `${word.slice(0, -1)}${apart}.`)
    .replaceAll(/\bgh-(?=\d)/gi, `$&${apart}`)
    .replace(/^[-+=]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])/, String.raw`$1\$2`);
}

/** A text as code within a paragraph; nothing where there is no text. */
export function code(text: string): string {
  const shown = clean(text);
  if (shown === '') return '';
  const ticks = '`'.repeat(longestRun(shown) + 1);
  const blank = /^[`\s]|[`\s]$/.test(shown) ? ' ' : '';
  return `${ticks}${blank}${shown}${blank}${ticks}`;
}

/** As `code`, in a table: a bar ends a cell even in code. */
export function codeCell(text: string): string {
  return code(text).replaceAll('|', String.raw`\|`);
}

/** A message, with what stands between backquotes as code. */
export function told(message: string): string {
  return message
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? code(part) : prose(part)))
    .join('');
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** Lines as a block of code. A line of others must not be the first thing on it: runners read logs. */
export function fence(lines: readonly string[], language: string): string {
  const body = lines.map(clean).join('\n');
  const ticks = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return `${ticks}${language}\n${body}\n${ticks}\n`;
}

export interface Cell {
  /** Markdown already, with its bars escaped. */
  readonly markdown: string;
}

export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = rows.map((row) => tableRow(row.map(({ markdown }) => markdown)));
  return `${tableRow(header)}${tableRow(header.map(() => '---'))}${lines.join('')}`;
}

/** Cells are markdown already, with their bars escaped. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** A part that is folded until it is asked for; `summary` is HTML, `body` markdown. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body.trimEnd()}\n\n</details>\n`;
}

/** A text as code in HTML, for what stands within tags. */
export function htmlCode(text: string): string {
  const shown = clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return `<code>${shown}</code>`;
}

/** Hidden; bots find their comment by it, beside its author. */
export function marker(command: string, id: string): string {
  return `<!-- tallyman:${command}:${id.replaceAll(/[^\w./-]/g, '_').replaceAll('--', '__')} -->\n`;
}

/**
 * A place in a file, linked to what it was in the commit. Where no site is known, from the page of a pull or merge
 * request: the way from there is `../blob/COMMIT/PATH`. A file that is not as it is in the commit is told and not linked.
 */
export function placeLink(
  report: Pick<CheckReport, 'commit' | 'changedFiles' | 'blobs'>,
  file: string,
  line: number,
): string {
  const place = code(`${file}:${line}`);
  const target = fileUri({ ...report, blobs: report.blobs ?? '../blob' }, file, line);
  return target === null ? place : `[${place}](${target})`;
}

/** GitHub cuts no comment, it refuses one of more than 65,536 characters. */
export const lengthMax = 60_000;

/** What may be left out of a comment, whole. */
export interface Part {
  readonly markdown: string;
  /** What it is, for the line that says what was left out: `resource`, `finding`. */
  readonly noun: string;
  /** What has a smaller one gets room first, wherever it stands. */
  readonly rank: number;
  /** One of a list: without a blank line before it. */
  readonly isItem?: boolean;
}

/** A list below its heading, of which items may be left out. */
export function listParts(heading: string, items: readonly string[], noun: string, rank: number): readonly Part[] {
  return items.map((item, index) => {
    return index === 0 ? { markdown: `${heading}${item}`, noun, rank } : { markdown: item, noun, rank, isItem: true };
  });
}

/**
 * Parts one below the other, within the limit: what does not fit is left out whole, so that nothing is left open, and
 * what that is is said. `last` is kept in any case, as the first part is; text alone gets room before all parts.
 */
export function assembled(parts: readonly (string | Part)[], last: string): string {
  const all = parts
    .map((part) => (typeof part === 'string' ? { markdown: part, noun: 'part', rank: -1 } : part))
    .filter(({ markdown }) => markdown !== '');
  const tail = last === '' ? '' : `\n${last}`;
  const order = [...all.entries()].sort(
    ([i, a], [j, b]) => Number(j === 0) - Number(i === 0) || a.rank - b.rank || i - j,
  );
  // As if everything were left out: the line that says so is never longer.
  const noticeLength = leftOut(all).length;
  const kept = new Set<number>();
  let length = tail.length;
  for (const [index, { markdown }] of order) {
    const longer = length + markdown.length + 1;
    const isLast = kept.size === all.length - 1;
    if (index > 0 && longer + (isLast ? 0 : noticeLength) > lengthMax) continue;
    kept.add(index);
    length = longer;
  }
  const text = all
    .map((part, index) => ({ ...part, index }))
    .filter(({ index }) => kept.has(index))
    .map(({ markdown, isItem = false, index }) => (index === 0 || isItem ? markdown : `\n${markdown}`))
    .join('');
  return `${text}${leftOut(all.filter((_part, index) => !kept.has(index)))}${tail}`;
}

function leftOut(parts: readonly Pick<Part, 'noun'>[]): string {
  if (parts.length === 0) return '';
  const amounts = new Map<string, number>();
  for (const { noun } of parts) amounts.set(noun, (amounts.get(noun) ?? 0) + 1);
  const list = [...amounts].map(([noun, amount]) => count(amount, noun)).join(', ');
  return `\n> Left out here: ${list}. A comment has room for ${lengthMax} characters; the other formats have all of it.\n`;
}
