import type { Scalar } from 'yaml';

/**
 * Where a character of a scalar's value stands in the file. Works for plain, quoted and block scalars: the value is
 * followed through the source, white space apart, since folding and indentation change nothing else.
 */
export function scalarOffset(text: string, node: Scalar.Parsed, index: number): number {
  const value = String(node.value);
  const [start, end] = node.range;
  let at = contentStart(text, node, start);
  for (let i = 0; i < value.length; i += 1) {
    const isSpace = isWhite(value.charAt(i));
    if (!isSpace) at = skipWhite(text, node, at, end);
    if (i >= index) return at;
    at += isSpace ? spaceLength(text, node, at) : characterLength(text, node, at);
  }
  return Math.min(at, end);
}

/** Behind the opening quote, or behind the line of `|` or `>`. */
function contentStart(text: string, { type }: Scalar.Parsed, start: number): number {
  if (type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE') return start + 1;
  if (type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') return text.indexOf('\n', start) + 1;
  return start;
}

function isWhite(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

/** Space of the file, and a backslash that continues a line. */
function skipWhite(text: string, { type }: Scalar.Parsed, from: number, end: number): number {
  let at = from;
  while (at < end) {
    if (isWhite(text.charAt(at))) at += 1;
    else if (type === 'QUOTE_DOUBLE' && /^\\\r?\n/.test(text.slice(at, at + 3))) at += 1;
    else break;
  }
  return at;
}

/** A space of the value may be written as an escape, or stand for more or less space in the file. */
function spaceLength(text: string, { type }: Scalar.Parsed, at: number): number {
  if (isWhite(text.charAt(at))) return 1;
  return type === 'QUOTE_DOUBLE' && /^\\[nrt ]/.test(text.slice(at, at + 2)) ? 2 : 0;
}

function characterLength(text: string, { type }: Scalar.Parsed, at: number): number {
  if (type === 'QUOTE_SINGLE' && text.startsWith("''", at)) return 2;
  if (type !== 'QUOTE_DOUBLE' || text.charAt(at) !== '\\') return 1;
  return { x: 4, u: 6, U: 10 }[text.charAt(at + 1)] ?? 2;
}
