import { nodeStyle, type YamlNode } from '../domain/yaml-file.js';

/**
 * Where a character of a scalar's value stands in the file. Works for plain, quoted and block scalars: the value is
 * followed through the source, white space apart, since folding and indentation change nothing else.
 */
export function scalarOffset(text: string, node: YamlNode, index: number): number {
  const { start, end } = node;
  const value = typeof node.value === 'string' ? node.value : text.slice(start, end);
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
function contentStart(text: string, { style }: YamlNode, start: number): number {
  if (style === nodeStyle.singleQuoted || style === nodeStyle.doubleQuoted) return start + 1;
  if (style === nodeStyle.literalBlock || style === nodeStyle.foldedBlock) return text.indexOf('\n', start) + 1;
  return start;
}

function isWhite(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

/** Space of the file, and a backslash that continues a line. */
function skipWhite(text: string, { style }: YamlNode, from: number, end: number): number {
  let at = from;
  while (at < end) {
    if (isWhite(text.charAt(at))) at += 1;
    else if (style === nodeStyle.doubleQuoted && /^\\\r?\n/.test(text.slice(at, at + 3))) at += 1;
    else break;
  }
  return at;
}

/** A space of the value may be written as an escape, or stand for more or less space in the file. */
function spaceLength(text: string, { style }: YamlNode, at: number): number {
  if (isWhite(text.charAt(at))) return 1;
  return style === nodeStyle.doubleQuoted && /^\\[nrt ]/.test(text.slice(at, at + 2)) ? 2 : 0;
}

function characterLength(text: string, { style }: YamlNode, at: number): number {
  if (style === nodeStyle.singleQuoted && text.startsWith("''", at)) return 2;
  if (style !== nodeStyle.doubleQuoted || text.charAt(at) !== '\\') return 1;
  return { x: 4, u: 6, U: 10 }[text.charAt(at + 1)] ?? 2;
}
