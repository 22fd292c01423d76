import type { LineageBox, LineageView } from './lineage-view.js';
import { isMarked } from './lineage-view.js';
import { light } from './palette.js';
import { sanitise } from './sanitise.js';
import { toneOf } from './tone.js';

/** More elements than this are no picture on a site that scales it to the width of a comment. */
export const mermaidBoxesMax = 60;

/** Characters of one line of a label. */
const lineLengthMax = 60;

/** What is round is where things come from, what has bars at its sides are machines. */
const shapes: Readonly<Record<LineageBox['role'], readonly [string, string]>> = {
  source: ['([', '])'],
  image: ['([', '])'],
  hop: ['[/', '/]'],
  copy: ['[', ']'],
  instance: ['[[', ']]'],
  share: ['{{', '}}'],
};

/**
 * Lineage as mermaid, line by line; what changes has its symbol, a word and a thick border. The colours are borders
 * alone: sites draw it on light and on dark.
 */
export function mermaidLines({ boxes, edges }: LineageView): readonly string[] {
  const idByKey = new Map(boxes.map(({ key }, index) => [key, `n${index}`]));
  const tones = ['added', 'removed', 'changed', 'info', 'none'] as const;
  const used = tones.filter((tone) => boxes.some((box) => isMarked(box) && toneOf(box.kind) === tone));
  return [
    'graph LR',
    ...boxes.map((box) => {
      const [open, close] = shapes[box.role];
      const tone = isMarked(box) ? `:::${toneOf(box.kind)}` : '';
      return `  ${idByKey.get(box.key) ?? ''}${open}"${labelOf(box)}"${close}${tone}`;
    }),
    ...edges.map(([from, to]) => `  ${idByKey.get(from) ?? ''} --> ${idByKey.get(to) ?? ''}`),
    ...used.map((tone) => `  classDef ${tone} stroke-width:3px${tone === 'none' ? '' : `,stroke:${strokes[tone]}`}`),
  ];
}

const strokes = { added: '#2c974b', removed: '#d1242f', changed: '#bf8700', info: light.info };

function labelOf({ word, title, lines, mark }: LineageBox): string {
  return [mark, `${word} ${title}`, ...lines]
    .filter((line) => line !== '')
    .map(escaped)
    .join('<br/>');
}

/** Mermaid reads `#35;` as the character of that number, and nothing else of what is left here as anything. */
function escaped(text: string): string {
  const shown = sanitise(text);
  const cut = shown.length > lineLengthMax ? `${shown.slice(0, lineLengthMax - 1)}…` : shown;
  return cut.replaceAll(/[^\p{L}\p{M}\p{N} ./,_~+…·-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
