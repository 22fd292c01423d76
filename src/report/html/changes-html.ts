import type { ResourceChange } from '../../domain/plan.js';
import type { PlanResult } from '../../domain/result.js';
import { type ChangeKind, changeKinds, changeSymbols, kindOf, verbPhrase } from '../change-kinds.js';
import { type FieldChange, fieldChanges } from '../field-changes.js';
import { reasonText } from '../reasons.js';
import { isChanged, type ShareGroup, type Sharee, shareGroups } from '../share-groups.js';
import { count } from '../words.js';
import { filterHtml, type Tile } from './page.js';
import { type Html, html, told } from './template.js';

export function toneOf(kind: ChangeKind): string {
  if (kind === 'share' || kind === 'copy' || kind === 'create') return 'added';
  if (kind === 'unshare' || kind === 'delete') return 'removed';
  return kind === 'no-op' || kind === 'read' || kind === 'forget' ? '' : 'changed';
}

export function changeTiles({ plan }: PlanResult): readonly Tile[] {
  const kinds = plan.changes.map(kindOf);
  return changeKinds.map((kind) => ({
    name: `to ${kind}`,
    amount: kinds.filter((one) => one === kind).length,
    tone: null,
  }));
}

/** What is lost, above everything else. */
export function destroysHtml({ plan }: PlanResult): Html | null {
  const destroyed = plan.changes.filter((change) => change.class !== null);
  if (destroyed.length === 0) return null;
  return html`<section class="box" aria-labelledby="destroys-title"><h2 id="destroys-title">Destroys</h2><ul>${destroyed.map(
    (change) =>
      html`<li><code>${change.address}</code> (${change.class ?? ''})${change.reason === null ? null : html`: ${told(reasonText(change.reason))}`}</li>`,
  )}</ul></section>
`;
}

/** Each thing folded, with before and after. */
export function changesHtml(result: PlanResult, showsUnchanged: boolean): Html | null {
  const groups = shareGroups(result).filter((group) => showsUnchanged || isChanged(group));
  const things = result.plan.changes.filter(
    ({ type, verb }) => type !== 'image_share' && (showsUnchanged || verb !== 'no-op'),
  );
  const amount = groups.length + things.length;
  if (amount === 0) return null;
  const isOpen = amount <= 3;
  return html`<section aria-labelledby="changes-title"><h2 id="changes-title">Changes</h2>
${amount > 5 ? filterHtml('changes', 'changes') : null}
<div id="changes">${groups.map((group) => shareHtml(group, isOpen))}${things.map((change) => changeHtml(change, isOpen))}</div></section>
`;
}

function foldedHtml(kind: ChangeKind, title: Html, body: Html, isOpen: boolean): Html {
  const { symbol } = changeSymbols[kind];
  const head = html`<summary><span class="symbol ${toneOf(kind)}" aria-hidden="true">${symbol}</span>${title}</summary><div>${body}</div>`;
  return isOpen ? html`<details data-row open>${head}</details>\n` : html`<details data-row>${head}</details>\n`;
}

function changeHtml(change: ResourceChange, isOpen: boolean): Html {
  const { fields, hidden } = fieldChanges(change);
  const notes = [
    ...(change.class === null ? [] : [`class ${change.class}`]),
    ...(change.wave === null ? [] : [`wave ${change.wave.number} of ${change.wave.of}`]),
    `${change.scope.account}, ${change.scope.region}`,
  ];
  const title = html`<code>${change.address}</code> ${verbPhrase(change)} <span class="faint">${notes.join(' · ')}</span>`;
  const body = html`${change.reason === null ? null : html`<p>Because ${told(reasonText(change.reason))}.</p>`}
${change.id === null ? null : html`<p class="id">${change.id}</p>`}
${fields.length === 0 ? null : fieldsHtml(fields)}
${hidden === 0 ? null : html`<p class="faint">${count(hidden, 'unchanged field')} hidden</p>`}`;
  return foldedHtml(kindOf(change), title, body, isOpen);
}

function fieldsHtml(fields: readonly FieldChange[]): Html {
  return html`<table class="fields wide"><thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead><tbody>${fields.map(
    ({ name, before, after }) =>
      html`<tr><td><code>${name}</code></td><td data-label="before">${before === null ? null : html`<code class="removed">${before}</code>`}</td><td data-label="after">${after === null ? null : html`<code class="added">${after}</code>`}</td></tr>`,
  )}</tbody></table>`;
}

function shareHtml(group: ShareGroup, isOpen: boolean): Html {
  const { address, image, added, removed, kept } = group;
  const kind = isChanged(group) ? 'update' : 'no-op';
  const row = (state: string, tone: string, { uid, name, change }: Sharee): Html =>
    html`<tr><td class="${tone}">${state}</td><td><code>${uid}</code> ${name ?? ''}</td><td>${change.reason === null ? null : told(reasonText(change.reason))}</td></tr>`;
  const title = html`<code>${address}</code> ${added.length} to share, ${removed.length} to unshare`;
  const body = html`<p class="id">${image ?? ''}</p>
<table class="fields wide"><thead><tr><th scope="col">Access</th><th scope="col">Account</th><th scope="col">Because</th></tr></thead><tbody>${[
    ...added.map((sharee) => row('gets', 'added', sharee)),
    ...removed.map((sharee) => row('loses', 'removed', sharee)),
    ...kept.map((sharee) => row('keeps', '', sharee)),
  ]}</tbody></table>`;
  return foldedHtml(kind, title, body, isOpen);
}

/** Things that a reader should know and that change nothing. */
export function noticesHtml({ plan }: PlanResult): Html | null {
  if (plan.notices.length === 0) return null;
  return html`<section aria-labelledby="notices-title"><h2 id="notices-title">Worth knowing</h2><ul>${plan.notices.map(
    ({ kind, address, id, message }) =>
      html`<li><b>${kind}</b> <code>${address}</code> ${id === '' ? null : html`<code class="faint">${id}</code>`}: ${told(message)}</li>`,
  )}</ul></section>
`;
}
