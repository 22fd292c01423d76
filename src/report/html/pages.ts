import type { DriftKind } from '../../domain/drift.js';
import type { ActionOutcome } from '../../domain/outcome.js';
import type { PlanResult, StatusResult } from '../../domain/result.js';
import { actionText } from '../action-text.js';
import { countKinds } from '../change-kinds.js';
import type { ApplyReport, CheckReport, DriftReport, PlanReport } from '../check-report.js';
import { driftVerdict } from '../drift-text.js';
import { lineageOf } from '../lineage.js';
import { idleText, rehearsalText } from '../plan-text.js';
import { shellWord } from '../shell-word.js';
import { ageText, count } from '../words.js';
import { changesHtml, changeTiles, destroysHtml, noticesHtml } from './changes-html.js';
import { checkTiles, findingsHtml, refusalsHtml } from './findings-html.js';
import { lineageHtml } from './lineage-html.js';
import { filterHtml, renderPage, type Tile } from './page.js';
import { type Html, html } from './template.js';

export function renderCheckHtml(report: CheckReport): string {
  const { command, summary, toolVersion, projectFile, diagnostics } = report;
  const verdict =
    summary.errors > 0
      ? count(summary.errors, 'error')
      : summary.warnings > 0
        ? count(summary.warnings, 'warning')
        : 'nothing found';
  return renderPage({
    title: `tallyman ${command}: ${verdict}`,
    about: [
      projectFile,
      `${count(summary.rules, 'rule')} over ${count(summary.files, 'file')}`,
      `tallyman ${toolVersion}`,
    ],
    tiles: checkTiles(report),
    sections: [
      findingsHtml(report),
      diagnostics.length === 0 ? html`<p>Nothing to say about these manifests.</p>` : null,
    ],
  });
}

export function renderPlanHtml(report: PlanReport): string {
  const { result, next } = report;
  const sum = countKinds(result.plan.changes);
  const isIdle = result.plan.actions.length === 0;
  const verdict = isIdle ? idleText(result) : sum === '' ? 'only housekeeping' : sum;
  return renderPage({
    title: `tallyman plan: ${verdict}`,
    about: aboutPlan(result, report.toolVersion),
    tiles: [...changeTiles(result), ...checkTiles(report)],
    sections: [
      result.isApplyable ? null : html`<p><b class="error">This plan cannot be applied.</b></p>`,
      destroysHtml(result),
      refusalsHtml(report.refusals),
      findingsHtml(report),
      noticesHtml(result),
      changesHtml(result, report.showsUnchanged),
      isIdle ? null : lineageHtml(lineageOf(result)),
      nextHtml(result, next),
    ],
  });
}

export function renderDriftHtml(report: DriftReport): string {
  const { result, toolVersion } = report;
  const { project, entries, unchanged, ignored, timestamp, commit } = result;
  const amount = (kind: DriftKind): number => entries.filter((entry) => entry.kind === kind).length;
  const tiles: readonly Tile[] = [
    { name: 'changed', amount: amount('changed') + amount('finding'), tone: 'error' },
    { name: 'missing', amount: amount('missing'), tone: 'error' },
    { name: 'unexpected', amount: amount('unexpected'), tone: 'warning' },
    { name: 'unfinished', amount: amount('unfinished'), tone: 'info' },
    { name: 'as they shall be', amount: unchanged.length, tone: null },
  ];
  return renderPage({
    title: `tallyman drift: ${driftVerdict(result)}`,
    about: [
      project.environment === null ? project.name : `${project.name} (${project.environment})`,
      timestamp,
      ...(commit === null ? [] : [`commit ${commit.slice(0, 12)}`]),
      ...(ignored.length === 0 ? [] : [`${ignored.length} ignored`]),
      `tallyman ${toolVersion}`,
    ],
    tiles,
    sections: [
      findingsHtml(report),
      entries.length === 0 ? html`<p>The cloud is as the manifests say.</p>` : null,
      report.showsUnchanged && unchanged.length > 0
        ? html`<section aria-labelledby="same-title"><h2 id="same-title">As they shall be</h2><ul>${unchanged.map((address) => html`<li><code>${address}</code></li>`)}</ul></section>
`
        : null,
    ],
  });
}

function aboutPlan(
  { project, timestamp, commit, plan, rehearsal }: PlanResult,
  toolVersion: string,
): readonly string[] {
  const unchanged = plan.changes.filter(({ verb }) => verb === 'no-op').length;
  return [
    project.environment === null ? project.name : `${project.name} (${project.environment})`,
    timestamp,
    ...(commit === null ? [] : [`commit ${commit.slice(0, 12)}`]),
    `${unchanged} unchanged`,
    ...(rehearsal === null ? [] : [`rehearsal: ${rehearsalText(rehearsal)}`]),
    `tallyman ${toolVersion}`,
  ];
}

function nextHtml({ isApplyable, plan }: PlanResult, next: PlanReport['next']): Html | null {
  if (!isApplyable || next?.kind !== 'saved' || plan.actions.length === 0) return null;
  return html`<section aria-labelledby="next-title"><h2 id="next-title">To apply exactly this plan</h2><pre>tallyman apply ${shellWord(next.file)}</pre></section>
`;
}

export function renderApplyHtml(report: ApplyReport): string {
  const { plan, outcome } = report.result;
  if (outcome === null) return renderPlanHtml({ ...report, result: plan, showsUnchanged: false, next: null });
  const amount = (...statuses: readonly string[]): number =>
    outcome.actions.filter(({ status }) => statuses.includes(status)).length;
  const done = amount('done', 'unchanged');
  const tiles: readonly Tile[] = [
    { name: 'failed', amount: amount('failed', 'interrupted'), tone: 'error' },
    { name: 'done', amount: done, tone: null },
    { name: 'going on', amount: amount('in-progress', 'left-alone'), tone: 'info' },
    { name: 'not attempted', amount: amount('not-attempted'), tone: 'warning' },
    { name: 'writes', amount: outcome.writes, tone: null },
  ];
  return renderPage({
    title: `tallyman apply: ${done} of ${count(outcome.actions.length, 'action')} done`,
    about: aboutPlan(plan, report.toolVersion),
    tiles,
    sections: [
      actionsHtml(outcome.actions),
      findingsHtml(report),
      changesHtml(plan, false),
      lineageHtml(lineageOf(plan)),
    ],
  });
}

function actionsHtml(actions: readonly ActionOutcome[]): Html | null {
  if (actions.length === 0) return html`<p>Nothing had to be done.</p>`;
  return html`<section aria-labelledby="actions-title"><h2 id="actions-title">Actions</h2>
${actions.length > 5 ? filterHtml('actions', 'actions') : null}
<table id="actions" class="wide"><thead><tr><th scope="col">Address</th><th scope="col">Action</th><th scope="col">Result</th><th scope="col">ID</th></tr></thead><tbody>${actions.map(actionRow)}</tbody></table></section>
`;
}

function actionRow({ action, status, id, message, hint, apiCode, requestId }: ActionOutcome): Html {
  const tone = status === 'failed' || status === 'interrupted' ? 'error' : status === 'not-attempted' ? 'warning' : '';
  const cause = [apiCode, message, hint, requestId === null ? null : `request ${requestId}`].filter(
    (part) => part !== null && part !== '',
  );
  return html`<tr data-row><td><code>${action.address}</code></td><td>${actionText(action)}</td><td><b class="${tone}">${status.replace('-', ' ')}</b>${cause.map((part) => html`<br>${part}`)}</td><td>${id === null ? null : html`<code>${id}</code>`}</td></tr>
`;
}

export function renderStatusHtml(result: StatusResult): string {
  const { project, timestamp, members, others } = result;
  const amount = (condition: string): number => members.filter((member) => member.condition === condition).length;
  const nowMs = Date.parse(timestamp);
  const tiles: readonly Tile[] = [
    { name: 'Ready', amount: amount('Ready'), tone: null },
    { name: 'Progressing', amount: amount('Progressing'), tone: 'info' },
    { name: 'Drifted', amount: amount('Drifted'), tone: 'warning' },
    { name: 'Blocked', amount: amount('Blocked'), tone: 'error' },
  ];
  return renderPage({
    title: `tallyman status: ${count(members.length, 'member')}`,
    about: [project.environment === null ? project.name : `${project.name} (${project.environment})`, timestamp],
    tiles,
    sections: [
      members.length === 0 ? html`<p>The manifests declare no member.</p>` : membersHtml(members, nowMs),
      others.length === 0 ? null : othersHtml(others, nowMs),
    ],
  });
}

const tones = { Ready: '', Progressing: 'info', Drifted: 'warning', Blocked: 'error' };

function membersHtml(members: StatusResult['members'], nowMs: number): Html {
  const heads = ['Member', 'Condition', 'Reason', 'ID', 'State', 'Image', 'Age'];
  return html`<section aria-labelledby="members-title"><h2 id="members-title">Members</h2>
${members.length > 5 ? filterHtml('members', 'members') : null}
<table id="members" class="wide"><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${members.map(
    (
      member,
    ) => html`<tr data-row><td><code>${member.address}</code>${member.notes.map((note) => html`<br><span class="faint">${note}</span>`)}</td><td><b class="${tones[member.condition]}">${member.condition}</b></td><td>${member.reason}</td><td>${member.id === null ? null : html`<code>${member.id}</code>`}</td><td>${member.state ?? ''}</td><td>${imageHtml(member)}</td><td>${member.createdAt === null ? '' : ageText(member.createdAt, nowMs)}</td></tr>
`,
  )}</tbody></table></section>
`;
}

/** The image in use, and the wanted one where that is another. */
function imageHtml({ imageId, wantedImageId }: StatusResult['members'][number]): Html {
  const isOther = wantedImageId !== null && wantedImageId !== imageId;
  return html`${imageId === null ? null : html`<code>${imageId}</code> `}${isOther ? html`→ <code>${wantedImageId}</code>` : null}`;
}

function othersHtml(others: StatusResult['others'], nowMs: number): Html {
  const heads = ['Address', 'Kind', 'ID', 'Region', 'Size', 'Age'];
  return html`<section aria-labelledby="others-title"><h2 id="others-title">Beside the members</h2><table class="wide"><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${others.map(
    ({
      address,
      kind,
      id,
      scope,
      sizeGiB,
      createdAt,
    }) => html`<tr><td><code>${address}</code></td><td>${kind}</td><td><code>${id}</code></td><td>${scope.region}</td><td>${sizeGiB === null ? '' : `${sizeGiB} GiB`}</td><td>${ageText(createdAt, nowMs)}</td></tr>
`,
  )}</tbody></table></section>
`;
}
