import type { DriftEntry, DriftKind, DriftResult, FieldDrift } from '../../domain/drift.js';
import type { DriftReport } from '../check-report.js';
import { driftVerdict } from '../drift-text.js';
import { capitalised } from '../words.js';
import { excerptHtml, hintHtml, linkedPlace, ruleHtml } from './findings-html.js';
import { Anchors, filterHtml, headHtml, projectName, renderPage, type Section, type Tile, valuesOf } from './page.js';
import { type Html, html, told } from './template.js';

const kindTones: Readonly<Record<DriftKind, readonly [tone: Tile['tone'], symbol: string]>> = {
  changed: ['changed', '~'],
  missing: ['removed', '-'],
  unexpected: ['added', '+'],
  unfinished: ['info', '…'],
  finding: ['error', '✕'],
};
const kinds: readonly DriftKind[] = ['finding', 'missing', 'changed', 'unexpected', 'unfinished'];

export function renderDriftHtml(report: DriftReport): string {
  const { result, toolVersion } = report;
  const { project, entries, unchanged, ignored, timestamp, commit } = result;
  const anchors = new Anchors();
  const tiles = kinds.map((kind): Tile => {
    const [tone, symbol] = kindTones[kind];
    return { symbol, name: kind, amount: entries.filter((entry) => entry.kind === kind).length, tone };
  });
  const same: Tile = { symbol: '✓', name: 'as they shall be', amount: unchanged.length, tone: 'none' };
  return renderPage({
    command: 'drift',
    verdict: {
      tone: entries.length === 0 ? 'good' : 'warning',
      text: capitalised(driftVerdict(result)),
      note: entries.length === 0 ? null : 'The cloud is not as the manifests say.',
    },
    about: [
      ['Project', projectName(project)],
      ['Seen', timestamp],
      ...(commit === null ? [] : [['Commit', commit.slice(0, 12)] as const]),
      ...(ignored.length === 0 ? [] : [['Ignored', ignored.join(', ')] as const]),
      ['Version', toolVersion],
    ],
    tiles: [...tiles, same],
    sections: [
      entries.length === 0 ? null : entriesSection(report, anchors),
      report.showsUnchanged ? unchangedSection(result) : null,
    ],
  });
}

function entriesSection(report: DriftReport, anchors: Anchors): Section {
  const { entries } = report.result;
  // Paths from the root of the repository, which links need; they come in the order of the entries.
  const placed = entries.map((entry, index) => ({
    ...entry,
    diagnostic: report.diagnostics[index] ?? entry.diagnostic,
  }));
  const filter =
    entries.length <= 5
      ? null
      : filterHtml('drift-list', 'differences', [
          { key: 'kind', name: 'What', values: valuesOf(entries.map(({ kind }) => kind)) },
          { key: 'region', name: 'Region', values: valuesOf(entries.map(({ scope }) => scope?.region ?? '')) },
        ]);
  // An address may have two: somebody's clone beside a changed member.
  const first = new Map(placed.toReversed().map((entry) => [entry.address, entry]));
  const rows = placed.map((entry) =>
    entryHtml(entry, report, first.get(entry.address) === entry ? anchors.idOf(entry.address) : null),
  );
  const body = html`${filter}<table id="drift-list" class="findings wide">${headHtml(['What', 'Where', 'Difference'])}<tbody>${rows}</tbody></table>`;
  return { id: 'drift', title: 'Differences', amount: entries.length, body };
}

function entryHtml(entry: DriftEntry, report: DriftReport, anchor: string | null): Html {
  const { kind, address, id, scope, fields, diagnostic } = entry;
  const [tone, symbol] = kindTones[kind];
  const where = scope === null ? null : html`<div class="faint">${scope.account} · ${scope.region}</div>`;
  const place = diagnostic.range === null ? null : html`<div>${linkedPlace(diagnostic, report)}</div>`;
  return html`<tr${anchor === null ? null : html` id="${anchor}"`} data-row="" data-kind="${kind}" data-region="${scope?.region ?? ''}"><td><b class="${tone}"><span aria-hidden="true">${symbol}</span> ${kind}</b></td>
<td><code>${address}</code>${id === null ? null : html`<div><code class="faint">${id}</code></div>`}${where}${place}</td>
<td><p>${told(diagnostic.message)}</p>${fieldsHtml(fields)}${excerptHtml(diagnostic)}${hintHtml(diagnostic.hint)}${ruleHtml(diagnostic)}</td></tr>
`;
}

/** What the manifest says beside what is there. */
function fieldsHtml(fields: readonly FieldDrift[]): Html | null {
  if (fields.length === 0) return null;
  const value = (json: FieldDrift['wanted'], tone: string): Html | null =>
    json === null ? null : html`<code class="${tone}">${JSON.stringify(json)}</code>`;
  return html`<table class="fields wide">${headHtml(['Field', 'Wanted', 'Found'])}<tbody>${fields.map(
    ({ field, wanted, found }) =>
      html`<tr><td><code>${field}</code></td><td data-label="wanted">${value(wanted, 'added')}</td><td data-label="found">${value(found, 'removed')}</td></tr>`,
  )}</tbody></table>`;
}

function unchangedSection({ unchanged }: DriftResult): Section | null {
  if (unchanged.length === 0) return null;
  const body = html`<ul>${unchanged.map((address) => html`<li><code>${address}</code></li>`)}</ul>`;
  return { id: 'unchanged', title: 'As they shall be', amount: unchanged.length, body };
}
