import type { ActionOutcome } from '../../domain/outcome.js';
import type { PlanResult } from '../../domain/result.js';
import { actionText } from '../action-text.js';
import { countKinds } from '../change-kinds.js';
import type { ApplyReport, CheckReport, PlanReport } from '../check-report.js';
import { viewOf } from '../lineage-view.js';
import { idleText, rehearsalText } from '../plan-text.js';
import { shellWord } from '../shell-word.js';
import { capitalised, count } from '../words.js';
import { changesSection, changeTiles, claimChanges, destroysSection, noticesSection } from './changes-html.js';
import { checkTiles, findingsSection, refusalsSection } from './findings-html.js';
import { lineageSection, pictureBoxesMax } from './lineage-html.js';
import {
  Anchors,
  filterHtml,
  headHtml,
  projectName,
  renderPage,
  type Section,
  type Tile,
  valuesOf,
  type Verdict,
} from './page.js';
import { type Html, html } from './template.js';

export function renderCheckHtml(report: CheckReport): string {
  return checkPage(report, []);
}

/** `before`: sections that come before the findings. */
export function checkPage(report: CheckReport, before: readonly (Section | null)[]): string {
  const { command, summary, toolVersion, projectFile } = report;
  const anchors = new Anchors();
  const { errors, warnings, infos, waived, skipped } = summary;
  const counts = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
    ...(infos > 0 ? [count(infos, 'info')] : []),
  ].join(', ');
  const verdict: Verdict = {
    tone: errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'good',
    text: counts === '' ? 'Nothing found' : counts,
    note: skipped === 0 ? null : `${count(skipped, 'check')} need the live facts that a plan looks at.`,
  };
  return renderPage({
    command,
    verdict,
    about: [
      ['Project', projectFile],
      ['Looked at', `${count(summary.rules, 'rule')}${summary.files === 0 ? '' : `, ${count(summary.files, 'file')}`}`],
      ...(waived === 0 ? [] : [['Waived', String(waived)] as const]),
      ...commitOf(report.commit),
      ['Version', toolVersion],
    ],
    tiles: checkTiles(report),
    sections: [...before, findingsSection(report, anchors)],
  });
}

export function renderPlanHtml(report: PlanReport): string {
  const { result } = report;
  const anchors = new Anchors();
  claimChanges(result, report.showsUnchanged, anchors);
  const sections = [
    destroysSection(result, anchors),
    refusalsSection(report.refusals, anchors),
    findingsSection(report, anchors),
    lineageOf(result, anchors),
    changesSection(result, report.showsUnchanged, anchors),
    noticesSection(result),
    nextSection(report),
  ];
  return renderPage({
    command: report.command === 'show' ? 'plan' : report.command,
    verdict: planVerdict(result),
    about: aboutPlan(result, report.toolVersion),
    tiles: [...changeTiles(result), ...checkTiles(report)],
    sections,
  });
}

function planVerdict(result: PlanResult): Verdict {
  const { plan, isApplyable, check, refusals } = result;
  const limits = refusals.filter(({ reason }) => reason !== 'rehearsal-failed').length;
  const sum = countKinds(plan.changes);
  const isIdle = plan.actions.length === 0;
  const text = isIdle ? idleText(result) : sum === '' ? 'Only housekeeping' : capitalised(sum);
  if (isApplyable) return { tone: isIdle ? 'good' : 'news', text, note: null };
  const why = [
    ...(check.errors > 0 ? [`${count(check.errors, 'error')} of policy`] : []),
    ...(limits > 0 ? [`${count(limits, 'refusal')} of the project's limits`] : []),
    ...(refusals.length > limits ? ['the rehearsal failed'] : []),
  ].join(' and ');
  return { tone: 'error', text, note: `This plan cannot be applied${why === '' ? '' : `: ${why}`}.` };
}

function aboutPlan(
  { project, timestamp, commit, plan, apiCalls, rehearsal }: PlanResult,
  toolVersion: string,
): readonly (readonly [string, string])[] {
  const unchanged = plan.changes.filter(({ verb }) => verb === 'no-op').length;
  const calls = Object.values(apiCalls).reduce((sum, calls) => sum + calls, 0);
  return [
    ['Project', projectName(project)],
    ['Made', timestamp],
    ...commitOf(commit),
    ['Unchanged', String(unchanged)],
    ['API calls', String(calls)],
    ...(rehearsal === null ? [] : [['Rehearsal', rehearsalText(rehearsal)] as const]),
    ['Version', toolVersion],
  ];
}

function commitOf(commit: string | null): readonly (readonly [string, string])[] {
  return commit === null ? [] : [['Commit', commit.slice(0, 12)]];
}

function lineageOf(result: PlanResult, anchors: Anchors): Section | null {
  return lineageSection(viewOf(result.lineage, pictureBoxesMax), (box) =>
    box.mark === '' ? null : anchors.linkTo(box.address),
  );
}

/** What to do now, in words and in a line to copy. */
function nextSection({ result, next }: PlanReport): Section | null {
  const { isApplyable, plan, check, refusals } = result;
  const section = (body: Html): Section => ({ id: 'next', title: 'What now', amount: null, body });
  if (!isApplyable) {
    const ways = [
      ...(check.errors > 0 ? [html`<li>Correct what the errors name, or have it waived.</li>`] : []),
      ...(refusals.length > 0 ? [html`<li>Allow what is refused, or take it out of the change.</li>`] : []),
    ];
    return ways.length === 0 ? null : section(html`<ul>${ways}</ul>`);
  }
  if (next === null || plan.actions.length === 0) return null;
  if (next.kind === 'unsaved') {
    return section(html`<p>This plan was not kept. Save one with <code>--out FILE</code> and apply that file.</p>`);
  }
  return section(html`<p>To apply exactly this plan:</p><pre>tallyman apply ${shellWord(next.file)}</pre>`);
}

export function renderApplyHtml(report: ApplyReport): string {
  const { plan, outcome } = report.result;
  if (outcome === null) return renderPlanHtml({ ...report, result: plan, showsUnchanged: false, next: null });
  const anchors = new Anchors();
  claimChanges(plan, false, anchors);
  const amount = (...statuses: readonly ActionOutcome['status'][]): number =>
    outcome.actions.filter(({ status }) => statuses.includes(status)).length;
  const done = amount('done', 'unchanged');
  const failed = amount('failed', 'interrupted');
  const waiting = amount('in-progress', 'left-alone');
  const left = amount('not-attempted');
  const isDone = failed + waiting + left === 0;
  const tiles: readonly Tile[] = [
    { symbol: '✕', name: 'failed', amount: failed, tone: 'error' },
    { symbol: '…', name: 'going on', amount: waiting, tone: 'info' },
    { symbol: '!', name: 'not attempted', amount: left, tone: 'warning' },
    { symbol: '✓', name: 'done', amount: done, tone: 'added' },
    { symbol: '', name: outcome.writes === 1 ? 'write sent' : 'writes sent', amount: outcome.writes, tone: 'none' },
  ];
  const verdict: Verdict = {
    tone: failed > 0 ? 'error' : isDone ? 'good' : 'warning',
    text: `${done} of ${count(outcome.actions.length, 'action')} done`,
    note: isDone ? null : `Running it again${failed > 0 ? ' once the cause is gone' : ''} is safe.`,
  };
  return renderPage({
    command: report.command,
    verdict,
    about: aboutPlan(plan, report.toolVersion),
    tiles,
    sections: [
      actionsSection(outcome.actions, anchors),
      findingsSection(report, anchors),
      lineageOf(plan, anchors),
      changesSection(plan, false, anchors),
      noticesSection(plan),
      isDone ? null : againSection(report.typed),
    ],
  });
}

function againSection(typed: readonly string[]): Section {
  const body = html`<pre>${typed.map(shellWord).join(' ')}</pre>`;
  return { id: 'next', title: 'To go on', amount: null, body };
}

const statusOrder: Readonly<Record<ActionOutcome['status'], number>> = {
  failed: 0,
  interrupted: 1,
  'in-progress': 2,
  'left-alone': 3,
  'not-attempted': 4,
  done: 5,
  unchanged: 6,
};

/** What failed first, then in the order in which it was done. */
function actionsSection(actions: readonly ActionOutcome[], anchors: Anchors): Section {
  if (actions.length === 0) {
    return { id: 'actions', title: 'Actions', amount: 0, body: html`<p>Nothing had to be done.</p>` };
  }
  const sorted = [...actions].sort((a, b) => statusOrder[a.status] - statusOrder[b.status]);
  const heads = ['Result', 'Address', 'Action', 'ID', 'Why'];
  const filter =
    actions.length <= 5
      ? null
      : filterHtml('actions-list', 'actions', [
          { key: 'status', name: 'Result', values: valuesOf(actions.map(({ status }) => status)) },
          { key: 'action', name: 'Action', values: valuesOf(actions.map(({ action }) => actionText(action))) },
        ]);
  const body = html`${filter}<table id="actions-list" class="wide">${headHtml(heads)}<tbody>${sorted.map((one) => actionRow(one, anchors))}</tbody></table>`;
  return { id: 'actions', title: 'Actions', amount: actions.length, body };
}

const resultTones: Readonly<Record<ActionOutcome['status'], readonly [tone: string, symbol: string]>> = {
  failed: ['error', '✕'],
  interrupted: ['error', '✕'],
  'in-progress': ['info', '…'],
  'left-alone': ['info', '…'],
  'not-attempted': ['warning', '!'],
  done: ['added', '✓'],
  unchanged: ['none', '✓'],
};

function actionRow({ action, status, id, message, hint, apiCode, requestId }: ActionOutcome, anchors: Anchors): Html {
  const [tone, symbol] = resultTones[status];
  const cause = [apiCode, message, hint, requestId === null ? null : `request ${requestId}`].filter(
    (part) => part !== null && part !== '',
  );
  const link = anchors.linkTo(action.address);
  const address = html`<code>${action.address}</code>`;
  return html`<tr data-row="" data-status="${status}" data-action="${actionText(action)}"><td><b class="${tone}"><span aria-hidden="true">${symbol}</span> ${status.replace('-', ' ')}</b></td><td>${link === null ? address : html`<a href="${link}">${address}</a>`}</td><td>${actionText(action)}</td><td>${id === null ? null : html`<code>${id}</code>`}</td><td>${cause.map((part) => html`<div>${part}</div>`)}</td></tr>
`;
}
