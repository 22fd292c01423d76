import type { Range } from '../domain/origin.js';
import type { Paint } from './paint.js';
import { sanitise } from './sanitise.js';

/** Characters of a line that are shown at most; a longer one is cut around the range. */
const lineLengthMax = 120;

/** Characters that take two cells: the East Asian ones and emoji. Enough to keep the carets below their text. */
const wide =
  /[\u{1100}-\u{115e}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

/**
 * The first line of a range with carets below it:
 *
 *     14 |     imageSource: golden
 *        |                  ^^^^^^
 */
export function codeFrame(excerpt: string, range: Range, paint: Paint): readonly string[] {
  const { text, start, end } = cutAround(excerpt, range);
  const number = String(range.start.line);
  const before = ' '.repeat(cellsOf(text.slice(0, start)));
  const carets = '^'.repeat(Math.max(1, cellsOf(text.slice(start, end))));
  return [
    paint.faint(`${number} | `) + shown(text),
    `${paint.faint(`${' '.repeat(number.length)} | `)}${before}${paint.error(carets)}`,
  ];
}

/** Offsets from 0, in UTF-16 units; a range of several lines ends with the first. */
export function cutAround(excerpt: string, range: Range): { text: string; start: number; end: number } {
  const line = (excerpt.split('\n')[0] ?? '').trimEnd();
  const start = Math.min(range.start.column - 1, line.length);
  const end = range.end.line === range.start.line ? Math.min(range.end.column - 1, line.length) : line.length;
  if (line.length <= lineLengthMax) return { text: line, start, end };
  const from = Math.max(0, Math.min(start - 20, line.length - lineLengthMax));
  return {
    text: line.slice(from, from + lineLengthMax),
    start: start - from,
    end: Math.min(end - from, lineLengthMax),
  };
}

/** A tab is one column in a range, so it is drawn as one cell. */
function shown(text: string): string {
  return sanitise(text.replaceAll('\t', ' '));
}

function cellsOf(text: string): number {
  const drawn = shown(text);
  return (drawn.match(/./gu)?.length ?? 0) + (drawn.match(wide)?.length ?? 0);
}
