import { changeSymbols } from '../change-kinds.js';
import { isMarked, type LineageBox, type LineageView } from '../lineage-view.js';
import { toneOf } from '../tone.js';
import { type LinkOf, pictureOf } from './lineage-picture.js';
import type { Section } from './page.js';
import { html } from './template.js';

/** More elements than this make no picture. */
export const pictureBoxesMax = 200;

/** Lineage drawn from left to right, and as a table for who does not see it. Null where there is nothing to draw. */
export function lineageSection(view: LineageView, linkOf: LinkOf): Section | null {
  if (view.boxes.length === 0) return null;
  const { width, height, markup } = pictureOf(view, linkOf);
  const size = [width, height].map(String);
  const body = html`${view.note === '' ? null : html`<p class="faint">${view.note}</p>`}<div class="lineage-frame"><div class="zoom" role="group" aria-label="Zoom" hidden><button type="button" data-zoom="out" aria-label="Smaller">−</button><output aria-label="Size">100%</output><button type="button" data-zoom="in" aria-label="Larger">+</button><button type="button" data-zoom="fit">Fit</button><button type="button" data-zoom="whole">100%</button><span class="faint">or + − f 0 with the picture in focus</span></div>
<div class="scroll" tabindex="0" role="region" aria-label="Picture of the lineage"><svg class="lineage" role="group" aria-label="Lineage, from left to right; as a table below" width="${size[0] ?? ''}" height="${size[1] ?? ''}" viewBox="0 0 ${size[0] ?? ''} ${size[1] ?? ''}">
${markup}</svg></div></div>
${legendHtml(view.boxes)}<details class="fold"><summary>Lineage as a table</summary><div>${tableHtml(view)}</div></details>`;
  return { id: 'lineage', title: 'Lineage', amount: null, body };
}

/** Only the symbols in use. */
function legendHtml(boxes: readonly LineageBox[]) {
  const kinds = [...new Set(boxes.filter(isMarked).map(({ kind }) => kind))];
  const marks = new Map(kinds.map((kind) => [`${changeSymbols[kind].symbol} ${changeSymbols[kind].meaning}`, kind]));
  if (marks.size === 0) return null;
  return html`<ul class="legend">${[...marks].map(([mark, kind]) => html`<li><b class="${toneOf(kind)}">${mark}</b></li>`)}<li class="faint">thin border: unchanged</li></ul>
`;
}

function tableHtml({ boxes, edges }: LineageView) {
  const nameByKey = new Map(boxes.map((box) => [box.key, `${box.word} ${box.title}`]));
  const parents = new Map<string, string[]>();
  for (const [from, to] of edges) parents.set(to, [...(parents.get(to) ?? []), nameByKey.get(from) ?? '']);
  return html`<table class="wide"><thead><tr><th scope="col">What</th><th scope="col">Made from</th><th scope="col">Facts</th><th scope="col">Plan</th></tr></thead><tbody>${boxes.map(
    (box) =>
      html`<tr><td>${box.word} <b>${box.title}</b></td><td>${(parents.get(box.key) ?? []).join(', ')}</td><td>${box.lines.join(' · ')}</td><td><b class="${toneOf(box.kind)}">${box.mark}</b></td></tr>
`,
  )}</tbody></table>`;
}
