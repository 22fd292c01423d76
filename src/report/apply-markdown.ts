import type { ActionOutcome, ActionStatus } from '../domain/outcome.js';
import { actionText } from './action-text.js';
import type { ApplyReport } from './check-report.js';
import { assembled, code, codeCell, folded, marker, prose, table } from './markdown.js';
import { projectMarker, renderObstacleMarkdown } from './plan-markdown.js';
import { shellWord } from './shell-word.js';
import { count } from './words.js';

/** Of one table. */
const rowsMax = 200;

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
  const parts = [
    verdict,
    failed.length === 0 ? '' : `**Failed**\n\n${actionTable(failed)}`,
    waiting.length === 0 ? '' : `**Goes on, or is in the hands of others**\n\n${actionTable(waiting)}`,
    left.length === 0 ? '' : folded(`${left.length} not attempted`, actionTable(left)),
    done.length === 0 ? '' : folded(`${done.length} done`, actionTable(done)),
  ];
  const again = `Running it again${failed.length > 0 ? ' once the cause is gone' : ''} is safe: ${code(report.typed.map(shellWord).join(' '))}\n`;
  return assembled(parts, isDone ? '' : again);
}

function actionTable(outcomes: readonly ActionOutcome[]): string {
  const rows = outcomes.slice(0, rowsMax).map(({ action, id, message, hint, apiCode, requestId }) => {
    const cause = [apiCode, message, hint, requestId === null ? null : `request ${requestId}`];
    const told = cause
      .filter((part) => part !== null && part !== '')
      .map((part) => prose((part ?? '').replaceAll('\n', ' ')));
    return [codeCell(action.address), actionText(action), id === null ? '' : codeCell(id), told.join('<br>')].map(
      (markdown) => ({ markdown }),
    );
  });
  const more = outcomes.length <= rowsMax ? '' : `\nand ${outcomes.length - rowsMax} more\n`;
  return `${table(['Address', 'Action', 'ID', ''], rows)}${more}`;
}
