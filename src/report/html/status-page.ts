import type { Condition, MemberStatus, ResourceStatus, StatusResult } from '../../domain/result.js';
import { keptByText, keptText, remarksOn } from '../status-text.js';
import { ageText, count } from '../words.js';
import { Anchors, filterHtml, headHtml, projectName, renderPage, type Section, type Tile, valuesOf } from './page.js';
import { type Html, html } from './template.js';

const conditionTones: Readonly<Record<Condition, readonly [tone: string, symbol: string]>> = {
  Blocked: ['error', '✕'],
  Drifted: ['warning', '!'],
  Progressing: ['info', '…'],
  Ready: ['added', '✓'],
};
const conditions: readonly Condition[] = ['Blocked', 'Drifted', 'Progressing', 'Ready'];

export function renderStatusHtml(result: StatusResult): string {
  const { project, timestamp, resources, members, others } = result;
  const anchors = new Anchors();
  for (const { address } of members) anchors.idOf(address);
  const amount = (condition: Condition): number => members.filter((member) => member.condition === condition).length;
  const nowMs = Date.parse(timestamp);
  const [worst] = conditions.filter((condition) => amount(condition) > 0);
  const tones = { Blocked: 'error', Drifted: 'warning', Progressing: 'news', Ready: 'good' } as const;
  const ready = amount('Ready');
  const text =
    members.length === 0
      ? 'The manifests declare no member'
      : ready === members.length
        ? `All ${count(members.length, 'member')} ready`
        : `${ready} of ${count(members.length, 'member')} ready`;
  return renderPage({
    command: 'status',
    verdict: { tone: worst === undefined ? 'good' : tones[worst], text, note: null },
    about: [
      ['Project', projectName(project)],
      ['As of', timestamp],
    ],
    tiles: conditions.map((condition) => {
      const [tone, symbol] = conditionTones[condition];
      return { symbol, name: condition, amount: amount(condition), tone: tone as Tile['tone'] };
    }),
    sections: [
      resources.length === 0 ? null : resourcesSection(resources, anchors),
      members.length === 0 ? null : membersSection(members, nowMs, anchors),
      others.length === 0 ? null : othersSection(others, nowMs),
    ],
  });
}

/** The worst first. */
function resourcesSection(resources: readonly ResourceStatus[], anchors: Anchors): Section {
  const heads = ['Resource', 'Condition', 'Reason', 'Ready'];
  const sorted = [...resources].sort((a, b) => conditions.indexOf(a.condition) - conditions.indexOf(b.condition));
  const rows = sorted.map(
    ({ address, condition, reason, ready, members, isSuspended }) =>
      html`<tr id="${anchors.idOf(address)}"><td><code>${address}</code>${isSuspended ? html` <span class="faint">suspended</span>` : null}</td><td>${conditionHtml(condition)}</td><td>${reason}</td><td>${members === 0 ? 'no members' : `${ready} of ${members}`}</td></tr>
`,
  );
  const body = html`<table class="wide">${headHtml(heads)}<tbody>${rows}</tbody></table>`;
  return { id: 'resources', title: 'Resources', amount: resources.length, body };
}

function conditionHtml(condition: Condition): Html {
  const [tone, symbol] = conditionTones[condition];
  return html`<b class="${tone}"><span aria-hidden="true">${symbol}</span> ${condition}</b>`;
}

/** The worst first. */
function membersSection(members: readonly MemberStatus[], nowMs: number, anchors: Anchors): Section {
  const heads = ['Member', 'Condition', 'Reason', 'State', 'Image', 'Where', 'Size', 'Age'];
  const sorted = [...members].sort((a, b) => conditions.indexOf(a.condition) - conditions.indexOf(b.condition));
  const filter =
    members.length <= 5
      ? null
      : filterHtml('members-list', 'members', [
          { key: 'condition', name: 'Condition', values: valuesOf(members.map(({ condition }) => condition)) },
          { key: 'region', name: 'Region', values: valuesOf(members.map(({ scope }) => scope.region)) },
        ]);
  const body = html`${filter}<table id="members-list" class="wide">${headHtml(heads)}<tbody>${sorted.map((member) => memberRow(member, nowMs, anchors))}</tbody></table>`;
  return { id: 'members', title: 'Members', amount: members.length, body };
}

function memberRow(member: MemberStatus, nowMs: number, anchors: Anchors): Html {
  const { address, condition, reason, id, state, scope, createdAt, sizeGiB } = member;
  return html`<tr id="${anchors.idOf(address)}" data-row="" data-condition="${condition}" data-region="${scope.region}"><td><code>${address}</code>${id === null ? null : html`<div><code class="faint">${id}</code></div>`}${remarksOn(member).map((note) => html`<div class="faint">${note}</div>`)}</td><td>${conditionHtml(condition)}</td><td>${reason}</td><td>${state ?? ''}</td><td>${imageHtml(member)}</td><td>${scope.account}<div class="faint">${scope.region}</div></td><td>${sizeGiB === null ? '' : `${sizeGiB} GiB`}</td><td>${createdAt === null ? '' : ageText(createdAt, nowMs)}</td></tr>
`;
}

/** The image in use, and the wanted one where that is another. */
function imageHtml({ imageId, wantedImageId }: MemberStatus): Html {
  const isOther = wantedImageId !== null && wantedImageId !== imageId;
  return html`${imageId === null ? null : html`<div><code>${imageId}</code></div>`}${isOther ? html`<div>→ <code>${wantedImageId}</code></div>` : null}`;
}

function othersSection(others: StatusResult['others'], nowMs: number): Section {
  const heads = ['Address', 'Kind', 'ID', 'Region', 'Size', 'Age', 'Kept by'];
  const rows = others.map(
    ({ address, kind, id, scope, sizeGiB, createdAt, keptBy }) =>
      html`<tr><td><code>${address}</code></td><td>${kind}</td><td><code>${id}</code></td><td>${scope.region}</td><td>${sizeGiB === null ? '' : `${sizeGiB} GiB`}</td><td>${ageText(createdAt, nowMs)}</td><td>${keptByText(keptBy)}</td></tr>
`,
  );
  const body = html`<p>${keptText(others).trimEnd()}</p><table class="wide">${headHtml(heads)}<tbody>${rows}</tbody></table>`;
  return { id: 'others', title: 'Beside the members', amount: others.length, body };
}
