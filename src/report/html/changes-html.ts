import { type Address, resourceOf } from '../../domain/address.js';
import { type ChangeKind, kindOf } from '../../domain/change-kind.js';
import type { ResourceChange } from '../../domain/plan.js';
import type { PlanResult } from '../../domain/result.js';
import { type ChangeGroup, changeGroups, destroyedGroups, grouped, type MemberChange } from '../change-groups.js';
import { changeKinds, changeSymbols, countKinds, verbPhrase } from '../change-kinds.js';
import type { FieldChange } from '../field-changes.js';
import { reasonText } from '../reasons.js';
import { isChanged, type ShareGroup, type Sharee, shareGroups } from '../share-groups.js';
import { toneOf } from '../tone.js';
import { count } from '../words.js';
import { type Anchors, filterHtml, type Section, type Tile, valuesOf } from './page.js';
import { type Html, html, told } from './template.js';

/** So many things are shown open. */
const openMax = 12;
/** Of a list of addresses that stands in a line. */
const addressesMax = 8;
/** Beyond so many resources a browser draws only those that are looked at. */
const drawnMax = 300;
/** Of lines that say what is lost. */
const groupsMax = 12;

export function changeTiles({ plan }: PlanResult): readonly Tile[] {
  const kinds = plan.changes.map(kindOf);
  return changeKinds.map((kind) => ({
    symbol: changeSymbols[kind].symbol,
    name: `to ${kind}`,
    amount: kinds.filter((one) => one === kind).length,
    tone: toneOf(kind),
  }));
}

/** What is lost, above everything else, the worst first. Null where nothing is. */
export function destroysSection({ plan }: PlanResult, anchors: Anchors): Section | null {
  const groups = destroyedGroups(plan.changes);
  if (groups.length === 0) return null;
  const amount = groups.reduce((sum, { members }) => sum + members.length, 0);
  const items =
    groups.length <= groupsMax ? groups.map((group) => destroyedHtml(group, anchors)) : byClass(groups, anchors);
  const body = html`<ul>${items}</ul>`;
  return { id: 'destroys', title: 'Destroys', amount, isAlarming: true, body };
}

function destroyedHtml({ class: name, reason, resource, members }: ChangeGroup, anchors: Anchors): Html {
  const addresses = members.map(({ change }) => addressHtml(change.address, anchors));
  const why = reason === null ? null : html`: ${told(reasonText(reason))}`;
  if (addresses.length === 1) return html`<li><b class="removed">${name ?? ''}</b> ${addresses}${why}</li>`;
  const list = listed(addresses);
  const which = addresses.length <= addressesMax ? html`<br>${list}` : foldedHtml('which', list);
  return html`<li><b class="removed">${addresses.length} × ${name ?? ''}</b> ${addressHtml(resource, anchors)}${why} ${which}</li>`;
}

/** Where it is much: what kind of loss and how often, and each resource on demand. */
function byClass(groups: readonly ChangeGroup[], anchors: Anchors): readonly Html[] {
  return [...grouped(groups, (group) => group.class ?? '')].map(([name, own]) => {
    const amount = own.reduce((sum, { members }) => sum + members.length, 0);
    const list = own.map(({ resource, members }) => html`${addressHtml(resource, anchors)} (${members.length})`);
    return html`<li><b class="removed">${amount} × ${name}</b> in ${count(own.length, 'resource')} ${foldedHtml('which', listed(list))}</li>`;
  });
}

function addressHtml(address: Address, anchors: Anchors): Html {
  const link = anchors.linkTo(address);
  return link === null ? html`<code>${address}</code>` : html`<a href="${link}"><code>${address}</code></a>`;
}

function listed(items: readonly Html[]): readonly Html[] {
  return items.map((item, index) => (index === 0 ? item : html`, ${item}`));
}

function foldedHtml(summary: string, items: readonly Html[]): Html {
  return html`<details class="inline"><summary>${summary}</summary>${items}</details>`;
}

/** Claims the ids of everything that is shown as a change, so that what stands above can link to it. */
export function claimChanges(result: PlanResult, showsUnchanged: boolean, anchors: Anchors): void {
  for (const [resource, changes] of grouped(shownChanges(result, showsUnchanged), ({ address }) =>
    resourceOf(address),
  )) {
    for (const { address } of changes) anchors.idOf(address);
    const [first] = changes;
    if (changes.length === 1 && first !== undefined && first.type !== 'image_share')
      anchors.alias(resource, first.address);
    else anchors.idOf(resource);
  }
}

function shownChanges({ plan }: PlanResult, showsUnchanged: boolean): readonly ResourceChange[] {
  return plan.changes.filter(({ verb }) => showsUnchanged || verb !== 'no-op');
}

/** Each resource folded, with before and after of its members. Null where nothing changes. */
export function changesSection(result: PlanResult, showsUnchanged: boolean, anchors: Anchors): Section | null {
  const shown = shownChanges(result, showsUnchanged);
  const shares = shareGroups(result).filter((group) => showsUnchanged || isChanged(group));
  const groups = changeGroups(shown.filter(({ type }) => type !== 'image_share'));
  const resources = [...new Set(shown.map(({ address }) => resourceOf(address)))];
  if (resources.length === 0) return null;
  const isOpen = shown.length <= openMax;
  const byResource = grouped(groups, ({ resource }) => resource);
  const sharesBy = grouped(shares, ({ address }) => resourceOf(address));
  const changesBy = grouped(shown, ({ address }) => resourceOf(address));
  const list = resources.map((resource) => {
    const own = byResource.get(resource) ?? [];
    const [group] = own;
    const [member] = group?.members ?? [];
    if (own.length === 1 && group?.members.length === 1 && member !== undefined) {
      return singleHtml(group, member, isOpen, anchors);
    }
    const body = html`${(sharesBy.get(resource) ?? []).map((share) => shareHtml(share, anchors))}${own.map((one) => groupHtml(one, anchors))}`;
    return resourceHtml(resource, changesBy.get(resource) ?? [], body, isOpen, anchors);
  });
  const filter =
    shown.length <= openMax
      ? null
      : html`<div class="tools">${filterHtml('changes-list', 'changes', [
          { key: 'kind', name: 'What', values: valuesOf(shown.map(kindOf)) },
          { key: 'region', name: 'Region', values: valuesOf(shown.map(({ scope }) => scope.region)) },
        ])}<button type="button" class="unfold" data-of="changes-list" aria-pressed="false" hidden>Unfold all</button></div>`;
  const changed = shown.filter(({ verb }) => verb !== 'no-op').length;
  const body = html`${filter}<div id="changes-list" class="${resources.length > drawnMax ? 'changes many' : 'changes'}">${list}</div>`;
  return { id: 'changes', title: 'Changes', amount: changed, body };
}

function symbolHtml(kind: ChangeKind): Html {
  return html`<span class="symbol ${toneOf(kind)}" aria-hidden="true">${changeSymbols[kind].symbol}</span>`;
}

function detailsHtml(attributes: Html, isOpen: boolean, inner: Html): Html {
  return isOpen
    ? html`<details ${attributes} open>${inner}</details>
`
    : html`<details ${attributes}>${inner}</details>
`;
}

function resourceHtml(
  resource: Address,
  changes: readonly ResourceChange[],
  body: Html,
  isOpen: boolean,
  anchors: Anchors,
): Html {
  const kinds = [...new Set(changes.map(kindOf))];
  const sum = countKinds(changes);
  const inner = html`<summary>${kinds.map(symbolHtml)}<code>${resource}</code> <span class="faint">${sum === '' ? 'unchanged' : sum}</span></summary><div>${body}</div>`;
  return detailsHtml(html`id="${anchors.idOf(resource)}" data-group=""`, isOpen, inner);
}

/** The only thing of its resource. */
function singleHtml(group: ChangeGroup, { change }: MemberChange, isOpen: boolean, anchors: Anchors): Html {
  const { address, scope } = change;
  const inner = html`<summary>${symbolHtml(group.kind)}<code>${address}</code> ${verbPhrase(change)} <span class="faint">${[...notesOf(change), `${scope.account} · ${scope.region}`].join(' · ')}</span></summary><div>${reasonHtml(group)}${change.id === null ? null : html`<p class="id">${change.id}</p>`}${fieldsHtml(group.shared)}${hiddenHtml(group)}</div>`;
  return detailsHtml(
    html`id="${anchors.idOf(address)}" data-group="" data-row="" data-kind="${group.kind}" data-region="${scope.region}"`,
    isOpen,
    inner,
  );
}

function notesOf(change: ResourceChange): readonly string[] {
  return [
    ...(change.class === null ? [] : [`class ${change.class}`]),
    ...(change.wave === null ? [] : [`wave ${change.wave.number} of ${change.wave.of}`]),
  ];
}

function reasonHtml({ reason }: ChangeGroup): Html | null {
  return reason === null ? null : html`<p>Because ${told(reasonText(reason))}.</p>`;
}

function hiddenHtml({ hidden }: ChangeGroup): Html | null {
  return hidden === 0 ? null : html`<p class="faint">${count(hidden, 'unchanged field')} hidden</p>`;
}

/** What is the same for all members once, then the members, with what is theirs alone. */
function groupHtml(group: ChangeGroup, anchors: Anchors): Html | null {
  const [first] = group.members;
  if (first === undefined) return null;
  const amount = group.members.length;
  const note = group.class === null ? '' : `class ${group.class}`;
  const hasOwn = group.members.some(({ own }) => own.length > 0);
  const hasWaves = group.members.some(({ change }) => change.wave !== null);
  const rows = group.members.map(({ change, own }) => {
    const { address, id, scope, wave } = change;
    return html`<tr id="${anchors.idOf(address)}" data-row="" data-kind="${group.kind}" data-region="${scope.region}"><td><code>${address}</code></td><td>${id === null ? null : html`<code>${id}</code>`}</td><td>${scope.account} · ${scope.region}</td>${hasWaves ? html`<td>${wave === null ? '' : `wave ${wave.number} of ${wave.of}`}</td>` : null}${hasOwn ? html`<td>${own.map(ownHtml)}</td>` : null}</tr>
`;
  });
  return html`<div class="group" data-group="" data-context=""><div data-head=""><h3>${symbolHtml(group.kind)}${amount === 1 ? html`<code>${first.change.address}</code> ` : `${amount} members `}${verbPhrase(first.change)} <span class="faint">${note}</span></h3>${reasonHtml(group)}${fieldsHtml(group.shared)}${hiddenHtml(group)}</div>
<table class="members wide"><thead><tr><th scope="col">Address</th><th scope="col">ID</th><th scope="col">Where</th>${hasWaves ? html`<th scope="col">Wave</th>` : null}${hasOwn ? html`<th scope="col">Its own</th>` : null}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function ownHtml({ name, before, after }: FieldChange): Html {
  const arrow = before !== null && after !== null ? html` <span class="faint">→</span> ` : null;
  return html`<div class="own"><code>${name}</code> ${beforeHtml(before)}${arrow}${afterHtml(after)}</div>`;
}

function beforeHtml(before: string | null): Html | null {
  return before === null ? null : html`<code class="removed">${before}</code>`;
}

function afterHtml(after: string | null): Html | null {
  return after === null ? null : html`<code class="added">${after}</code>`;
}

/** Side by side; of what is new or goes, only the side that there is. */
function fieldsHtml(fields: readonly FieldChange[]): Html | null {
  if (fields.length === 0) return null;
  const has = {
    before: fields.some(({ before }) => before !== null),
    after: fields.some(({ after }) => after !== null),
  };
  const heads = ['Field', ...(has.before ? ['Before'] : []), ...(has.after ? ['After'] : [])];
  return html`<table class="fields wide"><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${fields.map(
    ({ name, before, after }) =>
      html`<tr><td><code>${name}</code></td>${has.before ? html`<td data-label="before">${beforeHtml(before)}</td>` : null}${has.after ? html`<td data-label="after">${afterHtml(after)}</td>` : null}</tr>`,
  )}</tbody></table>`;
}

function shareHtml(group: ShareGroup, anchors: Anchors): Html {
  const { address, image, imageName, added, removed, kept } = group;
  const row = (state: string, { uid, name, change }: Sharee): Html =>
    html`<tr id="${anchors.idOf(change.address)}" data-row="" data-kind="${kindOf(change)}" data-region="${change.scope.region}"><td><b class="${toneOf(kindOf(change))}">${changeSymbols[kindOf(change)].symbol} ${state}</b></td><td><code>${uid}</code> ${name ?? ''}</td><td>${change.reason === null ? null : told(reasonText(change.reason))}</td></tr>
`;
  const sum = [
    ...(added.length > 0 ? [`${count(added.length, 'account')} more`] : []),
    ...(removed.length > 0 ? [`${removed.length} fewer`] : []),
    ...(kept.length > 0 ? [`${kept.length} unchanged`] : []),
  ].join(', ');
  return html`<div class="group" data-group="" data-context=""><div data-head=""><h3><code>${address}</code> <span class="faint">${sum}</span></h3><p class="id">${[image, imageName].filter((part) => part !== null).join(' · ')}</p></div>
<table class="members wide"><thead><tr><th scope="col">Access</th><th scope="col">Account</th><th scope="col">Because</th></tr></thead><tbody>${[
    ...removed.map((sharee) => row('loses', sharee)),
    ...added.map((sharee) => row('gets', sharee)),
    ...kept.map((sharee) => row('keeps', sharee)),
  ]}</tbody></table></div>`;
}

/** Things that a reader should know and that change nothing. */
export function noticesSection({ plan }: PlanResult): Section | null {
  if (plan.notices.length === 0) return null;
  const body = html`<ul class="notices">${plan.notices.map(
    ({ kind, address, id, message }) =>
      html`<li><b class="info">${kind}</b> <code>${address}</code> ${id === '' ? null : html`<code class="faint">${id}</code>`}: ${told(message)}</li>
`,
  )}</ul>`;
  return { id: 'notices', title: 'Worth knowing', amount: plan.notices.length, body };
}
