import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderApplyHtml, renderCheckHtml, renderPlanHtml, renderStatusHtml } from '../../src/report/html/pages.js';
import { html } from '../../src/report/html/template.js';
import {
  aChange,
  aCheckReport,
  aCopyAction,
  aDiagnostic,
  anApplyReport,
  aPlanReport,
  aPlanResult,
  aRefusal,
  aReplaceAction,
  aReplacement,
  scope,
} from './build.js';
import { readHtml } from './read-html.js';

const rollout = aPlanResult({
  plan: { actions: [aCopyAction(), aReplaceAction()], changes: [aChange(), aReplacement()] },
});
const done = {
  action: aCopyAction(),
  status: 'done' as const,
  id: 'm-1',
  message: null,
  hint: null,
  apiCode: null,
  requestId: null,
};
const member = {
  address: 'Instance/web/0',
  scope,
  id: 'i-1',
  state: 'Running',
  condition: 'Drifted' as const,
  reason: 'ImageDiffers',
  imageId: 'm-0',
  wantedImageId: 'm-1',
  createdAt: '2026-01-01T00:00:00Z',
  sizeGiB: 40,
  rollout: null,
  duplicates: [],
  notes: [],
};
const status = {
  project: rollout.project,
  timestamp: '2026-01-02T00:00:00Z',
  resources: [],
  members: [member],
  others: [],
  apiCalls: {},
};

const pages: readonly (readonly [string, string])[] = [
  ['lint', renderCheckHtml(aCheckReport({ diagnostics: [aDiagnostic()] }))],
  ['plan', renderPlanHtml(aPlanReport(rollout))],
  [
    'apply',
    renderApplyHtml(anApplyReport({ plan: rollout, outcome: { actions: [done], writes: 1, interruptedBy: null } })),
  ],
  ['status', renderStatusHtml(status)],
];

describe.each(pages)('the page of %s', (_command, page) => {
  const elements = readHtml(page);
  const all = (name: string) => elements.filter((element) => element.name === name);

  it('lets its own style and script work by their hashes, and nothing else', () => {
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [policy] = all('meta').filter(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy');
    expect(policy?.attributes['content']).toBe(
      `default-src 'none'; style-src ${hash(all('style')[0]?.text ?? '')}; script-src ${hash(all('script')[0]?.text ?? '')}; base-uri 'none'; form-action 'none'`,
    );
    expect([all('style'), all('script')].map((list) => list.length)).toStrictEqual([1, 1]);
  });

  it('asks nobody for anything', () => {
    const asking = elements.flatMap(({ name, attributes }) =>
      Object.entries(attributes).filter(
        ([key, value]) =>
          ['src', 'srcset', 'data', 'action', 'poster', 'style'].includes(key) ||
          (key === 'href' && name !== 'a') ||
          value.startsWith('url(h'),
      ),
    );
    expect(asking).toStrictEqual([]);
    expect(page).not.toMatch(/@import|url\((?!#)/);
  });

  it('has a language, a title, one heading of the first level, and names for all that is read aloud', () => {
    expect(all('html')[0]?.attributes['lang']).toBe('en');
    expect(all('title')[0]?.text).toMatch(/^tallyman /);
    expect(all('h1')).toHaveLength(1);
    const ids = new Set(elements.map(({ attributes }) => attributes['id']));
    const named = elements
      .flatMap(({ attributes }) => [attributes['aria-labelledby'], attributes['for']])
      .filter((id) => id !== undefined);
    expect(named.filter((id) => !ids.has(id))).toStrictEqual([]);
    for (const { attributes } of all('th')) expect(attributes['scope']).toBe('col');
  });
});

describe('the page of a plan', () => {
  const page = renderPlanHtml(aPlanReport({ ...rollout, refusals: [aRefusal()], isApplyable: false }));
  const texts = readHtml(page).map(({ text }) => text);

  it('says what is destroyed and refused before what changes, with before and after', () => {
    const order = ['This plan cannot be applied.', 'Destroys', 'Refused', 'Changes', 'Lineage'].map((text) =>
      texts.indexOf(text),
    );
    expect(order).toStrictEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(texts).toContain('"m-0"');
    expect(texts).toContain('(known after apply)');
  });

  it('draws the lineage and says it in words', () => {
    const [picture] = readHtml(page).filter(({ name }) => name === 'svg');
    expect(picture?.attributes['aria-label']).toBe(
      'ImageCopy/web-base cn-hangzhou + create from m-golden1; Instance/batch 1 member -/+ replace from ImageCopy/web-base cn-hangzhou + create',
    );
    expect(readHtml(page).filter(({ name }) => name === 'rect')).toHaveLength(3);
  });

  it('shows the line of a finding with its place marked', () => {
    const marked = readHtml(renderCheckHtml(aCheckReport({ diagnostics: [aDiagnostic()] }))).find(
      ({ name }) => name === 'mark',
    );
    expect(marked?.text).toBe('golden');
  });
});

describe('the template', () => {
  it('puts in text as text, markup as it is, lists one after the other and null not at all', () => {
    const inner = html`<b>${'<&"\'>'}</b>`;
    expect(html`<p title="${'"x'}">${[inner, null, 3]}</p>`.markup).toBe(
      '<p title="&quot;x"><b>&lt;&amp;&quot;&#39;&gt;</b>3</p>',
    );
  });
});
