import type { PlanResult } from '../domain/result.js';
import { dotLines } from './dot.js';
import { renderJson } from './json.js';
import { lineageJson } from './lineage-json.js';
import { viewOf } from './lineage-view.js';
import { mermaidLines } from './mermaid.js';

/** More elements than this are put together by resource. */
export const graphBoxesMax = 200;

/** Text: a lineage in the language of Mermaid, a comment where it is not whole. */
export function renderMermaid({ lineage }: PlanResult): string {
  const view = viewOf(lineage, graphBoxesMax);
  const note = view.note === '' ? [] : [`%% ${view.note}`];
  return `${[...note, ...mermaidLines(view)].join('\n')}\n`;
}

/** Text: a lineage for Graphviz. */
export function renderDot({ lineage }: PlanResult): string {
  return `${dotLines(viewOf(lineage, graphBoxesMax)).join('\n')}\n`;
}

/** The lineage as in the plan file, whole. */
export function renderGraphJson({ project, timestamp, lineage }: PlanResult): string {
  return renderJson({
    format_version: '1.0',
    timestamp,
    project: { name: project.name, id: project.id, environment: project.environment },
    ...lineageJson(lineage),
  });
}
