import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderApplyHtml, renderCheckHtml, renderPlanHtml } from '../../src/report/html/pages.js';
import { renderStatusHtml } from '../../src/report/html/status-page.js';
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
import { aNode } from './large-plan.js';
import { readHtml } from './read-html.js';

const rollout = aPlanResult({
  lineage: {
    nodes: [
      aNode({
        key: 's',
        role: 'source',
        address: 'ImageSource/golden',
        imageId: 'm-golden1',
        owner: '1600000000000001',
        change: 'read',
      }),
      aNode({ key: 'c', role: 'copy', address: 'ImageCopy/web-base/cn-hangzhou', change: 'copy' }),
      aNode({ key: 'i', role: 'instance', address: 'Instance/batch', change: 'replace' }),
    ],
    edges: [
      ['s', 'c'],
      ['c', 'i'],
    ],
  },
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
  const elements = readHtml(page);
  const texts = elements.map(({ text }) => text.trim());
  const withClass = (name: string) =>
    elements.filter(({ attributes }) => attributes['class']?.split(' ').includes(name));

  it('says the verdict, then what is destroyed and refused, then what changes, then what to do', () => {
    expect(elements.filter(({ name }) => name === 'title')[0]?.text).toBe('tallyman plan: 1 to copy, 1 to replace');
    const order = [
      '1 to copy, 1 to replace',
      "This plan cannot be applied: 1 refusal of the project's limits.",
      'Destroys',
      'Refused',
      'Lineage',
      'Changes',
      'What now',
    ].map((text) => texts.lastIndexOf(text));
    expect(order).toStrictEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('shows before and after side by side, and of what is new the one side that there is', () => {
    const heads = elements.filter(({ name }) => name === 'th').map(({ text }) => text);
    expect(heads.join(' ')).toMatch(/Field After Field Before After/);
    expect(texts).toContain('"m-0"');
    expect(texts).toContain('(known after apply)');
  });

  it('draws the lineage from source to machines, marks what changes, and has it as a table', () => {
    expect(withClass('title').map(({ text }) => text)).toStrictEqual(['golden', 'web-base', 'batch']);
    expect(withClass('mark').map(({ text }) => text)).toStrictEqual(['+ create', '-/+ replace']);
    expect(withClass('edge')).toHaveLength(2);
    expect(texts).toContain('source golden');
    expect(texts).toContain('m-golden1 · owner 1600000000000001 · prod · cn-hangzhou · encrypted');
  });

  it('leads from what is destroyed and from the picture to the change', () => {
    const links = elements.filter(({ name }) => name === 'a').map(({ attributes }) => attributes['href']);
    expect(links.filter((link) => link === '#Instance/batch/0')).toHaveLength(2);
  });

  it('puts members together to which the same happens, and shows what is their own', () => {
    const changes = [0, 1].map((ordinal) =>
      aReplacement({
        address: `Instance/batch/${ordinal}`,
        id: `i-${ordinal}`,
        before: { image_id: 'm-0' },
        after: { host_name: `batch-${ordinal}` },
      }),
    );
    const both = readHtml(renderPlanHtml(aPlanReport(aPlanResult({ plan: { actions: [aReplaceAction()], changes } }))));
    const codes = both.filter(({ name }) => name === 'code').map(({ text }) => text);
    expect(codes.filter((text) => text === '"m-0"')).toHaveLength(1);
    expect(codes.filter((text) => text.startsWith('"batch-'))).toStrictEqual(['"batch-0"', '"batch-1"']);
    expect(both.map(({ text }) => text)).toContain('2 members must get a new system disk ');
  });

  it('says that nothing changes where nothing does, without tables', () => {
    const idle = aPlanResult({ plan: { changes: [aChange({ verb: 'no-op' })] } });
    const elements = readHtml(renderPlanHtml(aPlanReport(idle)));
    expect(elements.map(({ text }) => text)).toContain('No changes. The cloud matches the manifests.');
    expect(elements.filter(({ name }) => name === 'table')).toStrictEqual([]);
  });
});

describe('the page of findings', () => {
  const diagnostics = [aDiagnostic(), aDiagnostic({ severity: 'error' })];
  const report = aCheckReport({ diagnostics, commit: '3f2c1ab', blobs: 'https://github.com/web/fleet/blob' });
  const elements = readHtml(renderCheckHtml(report));

  it('shows the line of a finding with its place marked, and links to it on the site', () => {
    expect(elements.find(({ name }) => name === 'mark')?.text).toBe('golden');
    const links = elements.filter(({ name }) => name === 'a').map(({ attributes }) => attributes['href']);
    expect(links).toContain('https://github.com/web/fleet/blob/3f2c1ab/manifests/web.yaml#L14');
  });

  it('gives each an address of its own on the page, the worst first', () => {
    const rows = elements.filter(({ attributes }) => attributes['id']?.startsWith('finding-'));
    const key = '0123456789abcdef0123456789abcdef';
    expect(rows.map(({ attributes }) => [attributes['id'], attributes['data-severity']])).toStrictEqual([
      [`finding-${key}`, 'error'],
      [`finding-${key}-2`, 'warning'],
    ]);
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
