import type { ActionOutcome, ActionStatus } from '../domain/outcome.js';
import { actionText } from './action-text.js';
import type { ApplyReport } from './check-report.js';
import { assembled, code, codeCell, folded, listParts, marker, type Part, prose, table, tableRow } from './markdown.js';
import { projectMarker, renderObstacleMarkdown } from './plan-markdown.js';
import { shellWord } from './shell-word.js';
import { count } from './words.js';

/** Characters of a table that is folded, which has room as a whole or not at all. */
const foldedLengthMax = 12_000;
const heads = ['Address', 'Action', 'ID', ''];

/** What an apply did, as a step summary: what failed first, what was done folded. */
export function renderApplyMarkdown(report: ApplyReport): string {
  const { plan, outcome } = report.result;
  if (outcome === null) return renderObstacleMarkdown(report, plan);
  const ofStatus = (...statuses: readonly ActionStatus[]): readonly ActionOutcome[] =>
    outcome.actions.filter(({ status }) => statuses.includes(status));
  const failed = ofStatus('failed', 'interrupted');
  const waiting = ofStatus('in-progress', 'left-alone');
  const left = ofStatus('not-attempted');
  const done = ofStatus('done', 'unchanged');
  const isDone = failed.length + waiting.length + left.length === 0;
  const symbol = failed.length > 0 ? '❌' : isDone ? '✅' : '⏳';
  const sums = [`${done.length} of ${count(outcome.actions.length, 'action')} done`];
  if (failed.length > 0) sums.push(`${failed.length} failed`);
  if (waiting.length > 0) sums.push(`${waiting.length} going on`);
  if (left.length > 0) sums.push(`${left.length} not attempted`);
  const verdict = `${marker(plan.purpose, projectMarker(plan))}### ${symbol} tallyman ${plan.purpose}: ${sums.join(', ')}\n\n${count(outcome.writes, 'write')} sent.\n`;
  const header = table(heads, []);
  const parts = [
    verdict,
    ...listParts(`**Failed**\n\n${header}`, failed.map(actionRow), 'failed action', 0),
    ...listParts(`**Goes on, or is in the hands of others**\n\n${header}`, waiting.map(actionRow), 'action', 1),
    foldedPart(`${left.length} not attempted`, left),
    foldedPart(`${done.length} done`, done),
  ];
  const again = `Running it again${failed.length > 0 ? ' once the cause is gone' : ''} is safe: ${code(report.typed.map(shellWord).join(' '))}\n`;
  return assembled(parts, isDone ? '' : again);
}

function foldedPart(title: string, outcomes: readonly ActionOutcome[]): Part {
  let body = '';
  let shown = 0;
  for (const row of outcomes.map(actionRow)) {
    if (body.length + row.length > foldedLengthMax) break;
    body += row;
    shown += 1;
  }
  const more = shown === outcomes.length ? '' : `\nand ${outcomes.length - shown} more\n`;
  const markdown = outcomes.length === 0 ? '' : folded(title, `${table(heads, [])}${body}${more}`);
  return { markdown, noun: 'table of actions', rank: 2 };
}

function actionRow({ action, id, message, hint, apiCode, requestId }: ActionOutcome): string {
  const cause = [apiCode, message, hint, requestId === null ? null : `request ${requestId}`]
    .filter((part) => part !== null && part !== '')
    .map((part) => prose((part ?? '').replaceAll('\n', ' ')))
    .join('<br>');
  return tableRow([codeCell(action.address), actionText(action), id === null ? '' : codeCell(id), cause]);
}
