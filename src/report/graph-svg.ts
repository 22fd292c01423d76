import type { PlanResult } from '../domain/result.js';
import { graphBoxesMax } from './graph.js';
import { pictureOf, pictureStyle } from './html/lineage-picture.js';
import { Html, html } from './html/template.js';
import { viewOf } from './lineage-view.js';
import { dark, light } from './palette.js';
import { count } from './words.js';

/** In pixels: the line below a picture that is not whole. */
const noteHeight = 28;

/** One picture that needs nothing beside itself: no script, no font, no link; light and dark as its viewer says. */
export function renderGraphSvg({ project, lineage }: PlanResult): string {
  const view = viewOf(lineage, graphBoxesMax);
  const picture = pictureOf(view, () => null);
  const [width, height] = [Math.max(picture.width, 320), Math.max(picture.height, 40)];
  const whole = view.note === '' ? height : height + noteHeight;
  const marked = view.boxes.filter(({ mark }) => mark !== '').length;
  const title = `Lineage of ${project.name}`;
  const told = `${count(view.boxes.length, 'element')}, ${marked} of them change. ${view.note}`.trim();
  const empty = view.boxes.length === 0 ? html`<text x="16" y="26">Nothing is declared.</text>` : null;
  const note = view.note === '' ? null : html`<text x="16" y="${height + 18}">${view.note}</text>`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="lineage" role="img" aria-labelledby="title told" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}">
<title id="title">${title}</title><desc id="told">${told}</desc>
<style>${new Html(style)}</style>
<rect class="ground" width="100%" height="100%"/>
${picture.markup}${empty}${note}</svg>
`.markup;
}

const rules = `${pictureStyle}.lineage .ground { fill: var(--back); stroke: none; }
`;
/** Not every viewer of SVG knows properties of one's own, so that the colours stand where they are used. */
const style = `${coloured(light)}@media (prefers-color-scheme: dark) {${coloured(dark)}}
`;

function coloured(colours: typeof light): string {
  return rules.replaceAll(/var\(--(\w+)\)/g, (_use, name: string) => colours[name as keyof typeof light]);
}
