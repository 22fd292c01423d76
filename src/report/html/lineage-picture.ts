import dagre from '@dagrejs/dagre';
import { cellsOf, cutCells } from '../cells.js';
import { isMarked, type LineageBox, type LineageView } from '../lineage-view.js';
import { sanitise } from '../sanitise.js';
import { toneOf } from '../tone.js';
import { type Html, html } from './template.js';

/** Cells of a line at most. */
const labelCellsMax = 38;
/** In pixels. What a cell of the font takes is generous: nobody knows which font it will be. */
const cellWidth = { title: 9.3, text: 8 };
const lineHeight = 18;
const padding = 12;
const margin = 14;
const boxWidthMin = 130;
/** Between groups of boxes that have no edge between them. */
const gap = 28;
/** How wide a picture of several groups becomes at least before the next one is put below. */
const rowWidthMin = 1400;
/** Width to height of a picture of many groups, about. */
const aspect = 1.6;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Placed extends Point {
  readonly box: LineageBox;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

interface Line {
  readonly to: LineageBox;
  readonly points: readonly Point[];
}

/** Where everything is, in pixels from the upper left. */
interface Layout {
  readonly placed: readonly Placed[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

/** What stands on a box: its text, and where it leads, null for nowhere. */
export type LinkOf = (box: LineageBox) => string | null;

/** The picture's own elements, to be put into an `svg` of this size. From left to right: where from, what of it. */
export function pictureOf(
  view: LineageView,
  linkOf: LinkOf,
): { readonly width: number; readonly height: number; readonly markup: Html } {
  const { placed, lines, width, height } = arranged(groupsOf(view).map(layoutOf));
  return {
    width,
    height,
    markup: html`<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 10 5 0 10z"/></marker></defs>
${lines.map(edgeHtml)}${placed.map((one) => boxHtml(one, linkOf(one.box)))}`,
  };
}

/** Boxes that hang together, each group with its edges; in the order of the view. */
function groupsOf({ boxes, edges }: LineageView): readonly Pick<LineageView, 'boxes' | 'edges'>[] {
  const group = new Map(boxes.map(({ key }, index) => [key, index]));
  const rootOf = (key: string): number => group.get(key) ?? -1;
  for (const [from, to] of edges) {
    const [one, other] = [rootOf(from), rootOf(to)];
    if (one === other) continue;
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    for (const [key, index] of group) if (index === high) group.set(key, low);
  }
  return [...new Set(group.values())]
    .sort((a, b) => a - b)
    .map((index) => ({
      boxes: boxes.filter(({ key }) => group.get(key) === index),
      edges: edges.filter(([from]) => group.get(from) === index),
    }));
}

function layoutOf({ boxes, edges }: Pick<LineageView, 'boxes' | 'edges'>): Layout {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 56, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  const linesByKey = new Map(boxes.map((box) => [box.key, textOf(box)]));
  const boxByKey = new Map(boxes.map((box) => [box.key, box]));
  for (const box of boxes) graph.setNode(box.key, sizeOf(box, linesByKey.get(box.key) ?? []));
  for (const [from, to] of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  const placed = boxes.map((box): Placed => {
    const node = graph.node(box.key) as { x: number; y: number; width: number; height: number };
    const { x, y, width, height } = node;
    return { box, lines: linesByKey.get(box.key) ?? [], x: x - width / 2, y: y - height / 2, width, height };
  });
  const lines = edges.flatMap(([from, to]): readonly Line[] => {
    const ends = [boxByKey.get(from), boxByKey.get(to)] as const;
    if (ends[0] === undefined || ends[1] === undefined) return [];
    const { points } = graph.edge(from, to) as { readonly points: readonly Point[] };
    const [source, target] = [graph.node(from) as Placed, graph.node(to) as Placed];
    const start = { x: source.x + source.width / 2, y: source.y };
    const end = { x: target.x - target.width / 2, y: target.y };
    // Between neighbours there are three points; with more, the line passes by boxes of the ranks between.
    return [{ to: ends[1], points: [start, ...(points.length > 3 ? points.slice(1, -1) : []), end] }];
  });
  return { placed, lines, width: Math.ceil(width), height: Math.ceil(height) };
}

/** Groups beside and below each other, the tallest first in each row. */
function arranged(layouts: readonly Layout[]): Layout {
  const [only] = layouts;
  if (only === undefined) return { placed: [], lines: [], width: 0, height: 0 };
  if (layouts.length === 1) return only;
  const area = layouts.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const rowWidthMax = Math.max(rowWidthMin, Math.sqrt(area * aspect));
  const placed: Placed[] = [];
  const lines: Line[] = [];
  let [x, y, rowHeight, width] = [0, 0, 0, 0];
  for (const layout of [...layouts].sort((a, b) => b.height - a.height)) {
    if (x > 0 && x + layout.width > rowWidthMax) [x, y, rowHeight] = [0, y + rowHeight + gap, 0];
    const [left, top] = [x, y];
    const moved = (point: Point): Point => ({ x: point.x + left, y: point.y + top });
    placed.push(...layout.placed.map((one) => ({ ...one, ...moved(one) })));
    lines.push(...layout.lines.map((line) => ({ ...line, points: line.points.map(moved) })));
    x += layout.width + gap;
    rowHeight = Math.max(rowHeight, layout.height);
    width = Math.max(width, left + layout.width);
  }
  return { placed, lines, width, height: y + rowHeight };
}

/** Its title, and what stands below. */
function textOf({ title, lines }: LineageBox): readonly string[] {
  return [title, ...lines].map((line) => cutCells(sanitise(line), labelCellsMax));
}

function sizeOf({ word, mark }: LineageBox, [title = '', ...lines]: readonly string[]) {
  const widths = [
    cellsOf(title) * cellWidth.title,
    (cellsOf(word) + (mark === '' ? 0 : cellsOf(mark) + 4)) * cellWidth.text,
    ...lines.map((line) => cellsOf(line) * cellWidth.text),
  ];
  return {
    width: Math.ceil(Math.max(boxWidthMin, ...widths) + 2 * padding + 4),
    height: (2 + lines.length) * lineHeight + 2 * padding - 4,
  };
}

function edgeHtml({ to, points }: Line): Html {
  const tone = isMarked(to) ? `marked ${toneOf(to.kind)}` : '';
  return html`<path class="edge ${tone}" d="${smooth(points)}" marker-end="url(#arrow)"/>`;
}

/** Level where it leaves, where it arrives and wherever it passes between other boxes. */
function smooth(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (first === undefined) return '';
  let from = first;
  const parts = others.map((to) => {
    const middle = ((from.x + to.x) / 2).toFixed(1);
    const part = `C${middle} ${from.y.toFixed(1)} ${middle} ${to.y.toFixed(1)} ${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
    from = to;
    return part;
  });
  return `M${first.x.toFixed(1)} ${first.y.toFixed(1)}${parts.join('')}`;
}

/** A bar at the left for what changes, dashed borders for what goes: no colour is needed to tell them apart. */
function boxHtml({ box, lines, x, y, width, height }: Placed, link: string | null): Html {
  const { role, word, mark, kind } = box;
  const [title = '', ...rest] = lines;
  const place = { left: (x + padding + 4).toFixed(1), right: (x + width - padding).toFixed(1) };
  const lineAt = (index: number): string => (y + padding + 11 + index * lineHeight).toFixed(1);
  const [left, top, wide, high] = [x, y, width, height].map((length) => length.toFixed(1));
  const inner = html`<rect x="${left ?? ''}" y="${top ?? ''}" width="${wide ?? ''}" height="${high ?? ''}" rx="9"/>${
    mark === ''
      ? null
      : html`<path class="bar" d="M${(x + 3).toFixed(1)} ${(y + 9).toFixed(1)}v${(height - 18).toFixed(1)}"/><text class="mark" x="${place.right}" y="${lineAt(0)}">${mark}</text>`
  }<text class="word" x="${place.left}" y="${lineAt(0)}">${word}</text><text class="title" x="${place.left}" y="${lineAt(1)}">${title}</text>${rest.map(
    (line, index) => html`<text x="${place.left}" y="${lineAt(index + 2)}">${line}</text>`,
  )}`;
  const name = `box ${role}${isMarked(box) ? ` marked ${toneOf(kind)}` : ''}`;
  if (link === null) return html`<g class="${name}">${inner}</g>`;
  return html`<a class="${name}" href="${link}">${inner}</a>`;
}

/** How a picture looks, wherever it is: it rests on the properties of the palette. */
export const pictureStyle = `
.lineage text { fill: var(--faint); font: 12.5px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
.lineage .title { fill: var(--text); font-size: 14px; font-weight: 600; }
.lineage .word { font-size: 12px; letter-spacing: .02em; }
.lineage .mark { font-size: 12px; font-weight: 700; text-anchor: end; }
.lineage rect { fill: var(--back); stroke: var(--line); stroke-width: 1.5; }
.lineage .source rect, .lineage .image rect { fill: var(--card); }
.lineage .hop rect { stroke-dasharray: 2 3; }
.lineage .marked rect { stroke: currentColor; }
.lineage .removed rect { stroke-dasharray: 7 4; }
.lineage .bar { fill: none; stroke: currentColor; stroke-width: 4; stroke-linecap: round; }
.lineage .marked .mark { fill: currentColor; }
.lineage .added { color: var(--added); }
.lineage .removed { color: var(--removed); }
.lineage .changed { color: var(--changed); }
.lineage .info { color: var(--info); }
.lineage .none { color: var(--faint); }
.lineage .edge { fill: none; stroke: var(--faint); stroke-width: 1.5; }
.lineage .edge.marked { stroke-width: 2; }
.lineage .edge.added { stroke: var(--added); }
.lineage .edge.removed { stroke: var(--removed); }
.lineage .edge.changed { stroke: var(--changed); }
.lineage .edge.info { stroke: var(--info); }
.lineage marker path { fill: var(--faint); fill: context-stroke; stroke: none; }
`;
