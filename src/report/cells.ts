import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a text takes on the screen: a Chinese character is two cells. */
export function cellsOf(text: string): number {
  return stringWidth(text);
}

/** Filled with blanks to so many cells. */
export function padCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - stringWidth(text)));
}

/** At most so many cells, the last of them `…` where something is cut. No character is taken apart. */
export function cutCells(text: string, cellsMax: number): string {
  if (text.length * 2 <= cellsMax || stringWidth(text) <= cellsMax) return text;
  let kept = '';
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) {
    cells += stringWidth(segment);
    if (cells >= cellsMax) break;
    kept += segment;
  }
  return `${kept}…`;
}
