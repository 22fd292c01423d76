import { isMarked, type LineageBox, type LineageView } from './lineage-view.js';
import { light } from './palette.js';
import { sanitise } from './sanitise.js';
import { toneOf } from './tone.js';

const shapes: Readonly<Record<LineageBox['role'], string>> = {
  source: 'ellipse',
  image: 'ellipse',
  hop: 'parallelogram',
  copy: 'box',
  instance: 'box3d',
  share: 'hexagon',
};

/** Lineage for Graphviz, line by line: `dot -Tsvg`. */
export function dotLines({ boxes, edges, note }: LineageView): readonly string[] {
  const idByKey = new Map(boxes.map(({ key }, index) => [key, `n${index}`]));
  return [
    'digraph lineage {',
    '  rankdir=LR;',
    '  node [fontname="Helvetica,Arial,sans-serif", fontsize=12, margin="0.15,0.1"];',
    ...(note === '' ? [] : [`  label=${quoted([note])};`]),
    ...boxes.map((box) => `  ${idByKey.get(box.key) ?? ''} [${attributes(box)}];`),
    ...edges.map(([from, to]) => `  ${idByKey.get(from) ?? ''} -> ${idByKey.get(to) ?? ''};`),
    '}',
  ];
}

function attributes(box: LineageBox): string {
  const { role, word, title, lines, mark } = box;
  const label = quoted([mark, `${word} ${title}`, ...lines].filter((line) => line !== ''));
  const tone = toneOf(box.kind);
  const border = isMarked(box) ? `, penwidth=3${tone === 'none' ? '' : `, color="${light[tone]}"`}` : '';
  return `label=${label}, shape=${shapes[role]}${border}`;
}

/**
 * Lines as one string of the language: a backslash begins an escape and `&` an entity there, and nothing else than the
 * quotation mark ends it. Source: Graphviz documentation, The DOT Language, and Node Labels.
 */
function quoted(lines: readonly string[]): string {
  const text = lines.map((line) =>
    sanitise(line).replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`).replaceAll('&', '&amp;'),
  );
  return `"${text.join(String.raw`\n`)}"`;
}
