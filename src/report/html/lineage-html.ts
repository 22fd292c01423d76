import dagre from '@dagrejs/dagre';
import { cellsOf, cutCells } from '../cells.js';
import { changeSymbols } from '../change-kinds.js';
import type { Lineage, LineageNode } from '../lineage.js';
import { sanitise } from '../sanitise.js';
import { toneOf } from './changes-html.js';
import { type Html, html } from './template.js';

/** More elements than this make no picture. */
const nodesMax = 150;
const labelCellsMax = 40;
/** In pixels: what a cell of the font takes, a line, and what is around the text. */
const cellWidth = 8;
const lineHeight = 19;
const padding = 12;
const margin = 16;

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Lineage drawn from left to right. Null where it would be no picture. */
export function lineageHtml({ nodes, edges }: Lineage): Html | null {
  if (edges.length === 0 || nodes.length > nodesMax) return null;
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 60, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  const labels = new Map(nodes.map((node) => [node.key, labelOf(node)]));
  for (const [key, lines] of labels) {
    const width = Math.max(...lines.map(cellsOf)) * cellWidth + 2 * padding;
    graph.setNode(key, { width, height: lines.length * lineHeight + 2 * padding });
  }
  for (const [from, to] of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  const size = [width, height].map(Math.ceil);
  const lines = edges.map(([from, to]) =>
    edgeHtml((graph.edge(from, to) as { readonly points: readonly Point[] }).points),
  );
  const boxes = nodes.map((node) => nodeHtml(node, labels.get(node.key) ?? [], graph.node(node.key) as Placed));
  return html`<section aria-labelledby="lineage-title"><h2 id="lineage-title">Lineage</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="lineage-title"><svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${spoken({ nodes, edges })}" width="${size[0] ?? 0}" height="${size[1] ?? 0}" viewBox="0 0 ${size[0] ?? 0} ${size[1] ?? 0}">
<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker></defs>
${lines}${boxes}</svg></div></section>
`;
}

function labelOf(node: LineageNode): readonly string[] {
  const { symbol, meaning } = changeSymbols[node.kind];
  const mark = isMarked(node) ? [`${symbol} ${meaning}`] : [];
  return [...node.lines.filter((line) => line !== '').map((line) => cutCells(sanitise(line), labelCellsMax)), ...mark];
}

function isMarked({ kind }: LineageNode): boolean {
  return kind !== 'read' && kind !== 'no-op';
}

/** The picture in words. */
function spoken({ nodes, edges }: Lineage): string {
  const nameByKey = new Map(nodes.map((node) => [node.key, labelOf(node).join(' ')]));
  return edges.map(([from, to]) => `${nameByKey.get(to) ?? ''} from ${nameByKey.get(from) ?? ''}`).join('; ');
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function edgeHtml(points: readonly Point[]): Html {
  const [first, ...others] = points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  return html`<path d="M${first ?? ''} L${others.join(' ')}" marker-end="url(#arrow)"/>`;
}

function nodeHtml(node: LineageNode, lines: readonly string[], { x, y, width, height }: Placed): Html {
  const top = y - height / 2 + padding + lineHeight * 0.72;
  return html`<g class="${isMarked(node) ? `marked ${toneOf(node.kind)}` : ''}"><rect x="${(x - width / 2).toFixed(1)}" y="${(y - height / 2).toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" rx="8"/>${lines.map(
    (line, index) => html`<text x="${x.toFixed(1)}" y="${(top + index * lineHeight).toFixed(1)}">${line}</text>`,
  )}</g>`;
}
