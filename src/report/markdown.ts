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
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `${[line(header), line(header.map(() => '---')), ...rows.map((row) => line(row.map(({ markdown }) => markdown)))].join('\n')}\n`;
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

/**
 * Parts one below the other, within the limit: what does not fit is left out whole, so that nothing is left open, and
 * that is said. `last` is kept in any case, as the first part is.
 */
export function assembled(parts: readonly string[], last: string): string {
  const [first = '', ...others] = parts.filter((part) => part !== '');
  const notice = (left: number): string =>
    `\n> ${count(left, 'more part')} left out here: a comment has room for ${lengthMax} characters. The log has all of them.\n`;
  const tail = last === '' ? '' : `\n${last}`;
  let text = first;
  let left = 0;
  for (const part of others) {
    const longer = `${text}\n${part}`;
    if (longer.length + tail.length + notice(others.length).length > lengthMax) left += 1;
    else text = longer;
  }
  return `${text}${left === 0 ? '' : notice(left)}${tail}`;
}
