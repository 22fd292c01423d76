import { changeSymbols } from './change-kinds.js';
import type { Lineage, LineageNode } from './lineage.js';
import { sanitise } from './sanitise.js';

/** More elements than this make no picture. */
const nodesMax = 60;

/** Characters of one line of a label. */
const lineLengthMax = 60;

/** Lineage as mermaid, line by line; what changes has its symbol and a thick border. Null where it would be no picture. */
export function mermaidLines({ nodes, edges }: Lineage): readonly string[] | null {
  if (edges.length === 0 || nodes.length > nodesMax) return null;
  const idByKey = new Map(nodes.map(({ key }, index) => [key, `n${index}`]));
  return [
    'graph LR',
    ...nodes.map((node) => `  ${idByKey.get(node.key) ?? ''}["${labelOf(node)}"]${isMarked(node) ? ':::changed' : ''}`),
    ...edges.map(([from, to]) => `  ${idByKey.get(from) ?? ''} --> ${idByKey.get(to) ?? ''}`),
    '  classDef changed stroke-width:3px',
  ];
}

function isMarked({ kind }: LineageNode): boolean {
  return kind !== 'read' && kind !== 'no-op';
}

function labelOf(node: LineageNode): string {
  const { symbol, meaning } = changeSymbols[node.kind];
  const mark = isMarked(node) ? [`${symbol} ${meaning}`] : [];
  return [...node.lines.filter((line) => line !== ''), ...mark].map(escaped).join('<br/>');
}

/** Mermaid reads `#35;` as the character of that number, and nothing else of what is left here as anything. */
function escaped(text: string): string {
  const shown = sanitise(text);
  const cut = shown.length > lineLengthMax ? `${shown.slice(0, lineLengthMax - 1)}…` : shown;
  return cut.replaceAll(/[^\p{L}\p{M}\p{N} ./,_~+…-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
