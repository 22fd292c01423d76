import type { Json } from '../domain/digest.js';

/**
 * What acts where JSON is shown rather than parsed, in a terminal or a CI log: C1 controls, bidirectional marks and
 * other format characters, line separators, and the second `#` of a runner's `##[`. C0 is escaped by JSON itself.
 */
const acting = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\u{e0000}-\u{e0fff}]|(?<=#)#(?=\[)/gu;

/**
 * A document for machines: keys in the order in which they were written, two spaces, a newline at the end. Parsed, it
 * is the document again; shown, nothing in it acts.
 */
export function renderJson(document: Json | object): string {
  return `${JSON.stringify(document, null, 2).replaceAll(acting, escaped)}\n`;
}

/** As `renderJson`, on one line: for logs in which each line is a document. */
export function renderJsonLine(document: Json | object): string {
  return `${JSON.stringify(document).replaceAll(acting, escaped)}\n`;
}

/** As UTF-16 units, which is what JSON can write. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
