import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/domain/finding.js';
import type { ImportResult } from '../../src/domain/imported.js';
import { manifestTexts } from '../../src/manifest/manifest-text.js';
import { importRemarks } from '../../src/report/import-text.js';
import type { ActionOutcome } from '../../src/domain/outcome.js';
import {
  applyFormats,
  graphFormats,
  importFormats,
  lintFormats,
  planFormats,
  statusFormats,
  updateFormats,
} from '../../src/cli/formats.js';
import type { ApplyReport, LintReport, PlanReport } from '../../src/report/check-report.js';
import { code, codeCell, fence, prose } from '../../src/report/markdown.js';
import { sanitise } from '../../src/report/sanitise.js';
import {
  aChange,
  aCheckReport,
  aCopyAction,
  aDiagnostic,
  aDocument,
  anApplyReport,
  aPlanReport,
  aPlanResult,
  aRefusal,
  aReplacement,
  scope,
} from './build.js';
import type { Lineage } from '../../src/domain/lineage-graph.js';
import { aNode } from './large-plan.js';
import { hostileNames, payload } from './hostile-names.js';
import { readHtml } from './read-html.js';
import { readXml } from './read-xml.js';
import { parseWorkflowCommands } from './workflow-commands.js';

/** Controls, C1, directions, what takes no room, separators, halves of characters; a newline is a report's own. */
const acting = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function aHostileDiagnostic(name: string): Diagnostic {
  return aDiagnostic({
    ruleId: 'trust/trusted-owner',
    severity: 'error',
    message: `'${name}' must not be`,
    hint: name,
    address: `Instance/${name}`,
    excerpt: name,
    decidedBy: name,
    range: { file: `manifests/${name}.yaml`, start: { line: 1, column: 1 }, end: { line: 1, column: 3 } },
  });
}

function diagnosticsOf(name: string): readonly Diagnostic[] {
  const diagnostic = aHostileDiagnostic(name);
  const bare = { ...diagnostic, message: name };
  const waiver = { name, reason: name, approvedBy: name, expires: name };
  return [diagnostic, { ...bare, range: null }, { ...bare, waiver, severity: 'warning' }];
}

function aLintReport(name: string): LintReport {
  const diagnostics = diagnosticsOf(name);
  const report = aCheckReport({ diagnostics, refusals: [refusalOf(name)], showsWaived: true });
  return { ...report, projectFile: `${name}/tallyman.yaml`, result: { diagnostics, summary: report.summary } };
}

function refusalOf(name: string) {
  return aRefusal({ addresses: [`Instance/${name}`], summary: name, hint: name });
}

function aHostilePlan(name: string): PlanReport {
  const fields = { image_name: name, tags: { [name]: name }, list: [name] };
  const share = `ImageShare/${name}/cn-hangzhou`;
  const account = {
    ...aChange({ address: `${share}/${name}`, type: 'image_share', id: name, verb: 'delete' }),
    class: 'unshare' as const,
  };
  const result = aPlanResult({
    project: { name, id: null, environment: name },
    targets: [{ account: name, accountId: name, regions: [name] }],
    commit: '3f2c1ab',
    diagnostics: diagnosticsOf(name),
    refusals: [refusalOf(name)],
    isApplyable: false,
    document: aDocument({
      resource_changes: [
        {
          address: name,
          type: name,
          name,
          account: name,
          region: name,
          id: name,
          class: null,
          wave: null,
          change: { actions: ['create'], before: null, after: fields, after_unknown: {} },
          action_reason: name,
        },
      ],
    }),
    plan: {
      actions: [aCopyAction({ address: `ImageCopy/${name}`, from: { kind: 'id', imageId: name } })],
      changes: [
        aChange({ address: `ImageCopy/${name}`, after: fields, reason: name, afterUnknown: [name] }),
        aReplacement({ address: `Instance/${name}/0`, id: name, before: { image_id: name, x: name }, after: fields }),
        account,
      ],
      notices: [{ kind: 'orphan', address: name, scope, id: name, message: name }],
    },
    lineage: aHostileLineage(name),
  });
  return aPlanReport(result, { next: { kind: 'saved', file: name }, blobs: 'https://git.example/blob' });
}

/** One node of each kind, each named so in all its parts. */
function aHostileLineage(name: string): Lineage {
  const facts = { account: name, owner: name, region: name, imageId: name, imageName: name, kmsKeyId: name };
  const roles = ['source', 'image', 'hop', 'copy', 'instance', 'share'] as const;
  const nodes = roles.map((role) => {
    return aNode({
      ...facts,
      key: `${role} ${name}`,
      role,
      address: role === 'image' ? null : name,
      change: 'replace',
    });
  });
  return { nodes, edges: [[`source ${name}`, `copy ${name}`]] };
}

function aHostileApply(name: string): ApplyReport {
  const outcome = (status: ActionOutcome['status']): ActionOutcome => ({
    action: aCopyAction({ address: `ImageCopy/${name}` }),
    status,
    id: name,
    message: name,
    hint: name,
    apiCode: name,
    requestId: name,
  });
  const plan = aHostilePlan(name).result;
  const actions = [outcome('failed'), outcome('done'), outcome('in-progress'), outcome('not-attempted')];
  const report = anApplyReport({ plan, outcome: { actions, writes: 2, interruptedBy: null } });
  return { ...report, typed: ['tallyman', 'apply', name] };
}

const entryOf = (name: string) => ({
  source: name,
  region: name,
  selector: name,
  imageId: name,
  owner: name,
  name,
  createdAt: name,
  sizeGiB: 40,
  encrypted: true as const,
  disks: [],
  fingerprint: name,
  via: null,
});

function anUpdate(name: string) {
  const entry = entryOf(name);
  const change = {
    source: name,
    region: name,
    kind: 'changed' as const,
    before: entry,
    after: { ...entry, owner: 'x' },
  };
  return {
    result: {
      lockFile: name,
      changes: [change],
      diagnostics: diagnosticsOf(name),
      isWritten: false,
      isCheckOnly: true,
    },
    nowMs: 0,
    rolls: [{ address: name, source: name, members: 1, waves: 1 }],
  };
}

function aStatus(name: string) {
  const { project, timestamp } = aPlanResult({ project: { name, id: name, environment: name } });
  const member = {
    address: `Instance/${name}/0`,
    scope,
    id: name,
    state: name,
    condition: 'Blocked' as const,
    reason: name,
    imageId: name,
    wantedImageId: name,
    createdAt: name,
    sizeGiB: 1,
    rollout: { updatingTo: name, since: name, previous: name, rejected: name },
    duplicates: [name, name],
    notes: [name],
  };
  const other = {
    address: name,
    scope,
    id: name,
    kind: 'orphan' as const,
    sizeGiB: 1,
    createdAt: name,
    keptBy: ['no-prune' as const],
  };
  const resource = {
    address: `Instance/${name}`.split('/').slice(0, 2).join('/'),
    members: 1,
    ready: 0,
    condition: 'Blocked' as const,
    reason: name,
    isSuspended: true,
  };
  return { project, timestamp, resources: [resource], members: [member], others: [other], apiCalls: {} };
}

function anImport(name: string): ImportResult {
  const { project, timestamp } = aPlanResult({ project: { name, id: name, environment: name } });
  const document = {
    apiVersion: 'tallyman.dev/v1' as const,
    kind: 'ImageSource' as const,
    metadata: { name, labels: { [name]: name } },
    spec: { owner: name, name },
  };
  const [written] = manifestTexts([document], 'as a test');
  return {
    project,
    timestamp,
    files: [{ path: null, documents: [document], text: written?.text ?? '' }],
    instances: 0,
    lock: { path: name, added: [], isWritten: false },
    skipped: [
      { kind: 'instance', id: name, scope: { account: name, region: name }, reason: 'image-gone', message: name },
    ],
    notes: [{ id: name, message: name }],
    diagnostics: [],
    projectText: null,
    apiCalls: {},
  };
}

/** Every format of every command, over one hostile name. */
async function rendered(name: string): Promise<readonly (readonly [command: string, format: string, text: string])[]> {
  const plain = { isColored: false };
  const of = async <Report>(
    command: string,
    formats: Readonly<Record<string, () => Promise<(report: Report, options: typeof plain) => string>>>,
    report: Report,
  ) =>
    Promise.all(
      Object.entries(formats).map(async ([format, load]) => [command, format, (await load())(report, plain)] as const),
    );
  return [
    ...(await of('lint', lintFormats, aLintReport(name))),
    ...(await of('plan', planFormats, aHostilePlan(name))),
    ...(await of('apply', applyFormats, aHostileApply(name))),
    ...(await of('graph', graphFormats, aHostilePlan(name).result)),
    ...(await of('status', statusFormats, aStatus(name))),
    ...(await of('update', updateFormats, anUpdate(name))),
    ...(await of('import', importFormats, anImport(name))),
    ['import', 'text', importRemarks(anImport(name), plain)] as const,
  ];
}

const texts = new Map<string, Awaited<ReturnType<typeof rendered>>>();
for (const name of hostileNames) texts.set(name, await rendered(name));

function of(name: string, ...formats: readonly string[]): readonly string[] {
  return (texts.get(name) ?? []).filter(([, format]) => formats.includes(format)).map(([, , text]) => text);
}

/** Elements that our own markdown makes; `a` leads to our pages and to files of the commit only. */
const ownTags = new Set([
  'h3',
  'p',
  'ul',
  'li',
  'strong',
  'code',
  'pre',
  'a',
  'br',
  'blockquote',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'details',
  'summary',
]);

/** Elements of our pages. */
const pageTags = new Set(
  'html head meta title style body a main nav header h1 h2 h3 p ul li strong section form label input select option output button table thead tbody tr th td b code br pre mark span details summary div dl dt dd svg defs marker path g rect text script'.split(
    ' ',
  ),
);

function toHtml(markdown: string): string {
  return micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });
}

/** What a site looks at after rendering: text that stands in no code. */
function proseOf(html: string): string {
  return html.replaceAll(/<pre>[^]*?<\/pre>|<code[^]*?<\/code>/g, '').replaceAll(/<[^>]*>/g, ' ');
}

describe.each(hostileNames)('the name %j', (name) => {
  it('moves nothing on a terminal and starts no line, in any format', () => {
    for (const [command, format, text] of texts.get(name) ?? []) {
      const lines = text.split('\n').filter((line) => acting.test(line));
      expect(lines, `${command} -o ${format}`).toStrictEqual([]);
    }
  });

  it('is in no log a command of the runner', () => {
    for (const [command, format, text] of texts.get(name) ?? []) {
      if (format === 'github') continue;
      expect(parseWorkflowCommands(text), `${command} -o ${format}`).toStrictEqual([]);
    }
  });

  it('is in annotations the text of ours', () => {
    for (const text of of(name, 'github')) {
      const commands = parseWorkflowCommands(text);
      expect(commands).toHaveLength(text.trimEnd().split('\n').length);
      for (const { command, properties, message } of commands) {
        expect(['error', 'warning']).toContain(command);
        expect(
          Object.keys(properties).filter(
            (key) => !['file', 'line', 'endLine', 'col', 'endColumn', 'title'].includes(key),
          ),
        ).toStrictEqual([]);
        for (const line of message.split('\n')) expect(line).not.toMatch(acting);
        expect(message).toContain(payload);
      }
    }
  });

  it('is in markdown neither markup nor a link nor a mention', () => {
    for (const text of of(name, 'markdown')) {
      const html = toHtml(text);
      expect(html.match(/<!--/g)?.length ?? 0).toBe(text.startsWith('<!-- tallyman:') ? 1 : 0);
      const tags = [...html.replace(/^<!--.*?-->/, '').matchAll(/<\/?([^\s>/]*)[^>]*>/g)];
      expect(tags.map(([, tag = '']) => tag).filter((tag) => !ownTags.has(tag))).toStrictEqual([]);
      const targets = [...html.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, target = '']) => target);
      expect(
        targets.filter(
          (target) =>
            !/^(?:https:\/\/tallyman\.dev\/rules\/|(?:\.\.|https:\/\/git\.example)\/blob\/3f2c1ab\/manifests\/)/.test(
              target,
            ),
        ),
      ).toStrictEqual([]);
      expect(tags.filter(([tag]) => tag === '<details>')).toHaveLength(
        tags.filter(([tag]) => tag === '</details>').length,
      );
      expect(proseOf(html)).not.toMatch(/@\w|#\d|\bgh-\d|https?:\/\/|www\./i);
      expect(text.length).toBeLessThanOrEqual(60_000);
      expect(html).toContain(payload);
    }
  });

  it('is in mermaid a label', () => {
    const fenced = of(name, 'markdown').map((text) => /```mermaid\n([^]*?)\n`{3,}/.exec(text)?.[1] ?? '');
    const known =
      /^(?:graph LR|  n\d+(?:\[|\(\[|\[\[|\{\{|\[\/)"[^"\\[\]]*"(?:\]|\]\)|\]\]|\}\}|\/\])(?::::\w+)?|  n\d+ --> n\d+|  classDef \w+ stroke-width:3px(?:,stroke:#[0-9a-f]{6})?|)$/;
    for (const graph of [...fenced, ...of(name, 'mermaid')]) {
      expect(graph.split('\n').filter((line) => !known.test(line))).toStrictEqual([]);
    }
  });

  it('is in dot a label, in which no escape and no entity is its own', () => {
    const known =
      /^(?:digraph lineage \{|  rankdir=LR;|  node \[.*\];|  n\d+ \[label="(?:[^"\\]|\\[\\"n])*", [^"]*(?:color="#[0-9a-f]{6}")?\];|  n\d+ -> n\d+;|\}|)$/;
    for (const text of of(name, 'dot')) {
      expect(text.split('\n').filter((line) => !known.test(line))).toStrictEqual([]);
      expect(text.replaceAll('&amp;', '')).not.toContain('&');
      expect(text).toContain(payload);
    }
  });

  it('is in SVG text, and nothing in it leads anywhere', () => {
    for (const text of of(name, 'svg')) {
      expect(JSON.stringify(readXml(text))).toContain(payload);
      expect(text).not.toMatch(/<!|<\?/);
      const elements = new Set([...text.matchAll(/<([a-zA-Z]+)/g)].map(([, element = '']) => element));
      const ours = ['svg', 'title', 'desc', 'style', 'defs', 'marker', 'path', 'g', 'rect', 'text'];
      expect([...elements].filter((element) => !ours.includes(element))).toStrictEqual([]);
      const attributes = [...text.matchAll(/ ([a-zA-Z:-]+)="/g)].map(([, attribute = '']) => attribute);
      expect(attributes.filter((attribute) => /^on|href|^src$|^style$/i.test(attribute))).toStrictEqual([]);
    }
  });

  it('is in XML text and an attribute', () => {
    for (const text of of(name, 'junit')) {
      expect(JSON.stringify(readXml(text))).toContain(payload);
      expect(text).not.toMatch(/<!(?:DOCTYPE|ENTITY|\[CDATA)/);
      const elements = new Set([...text.matchAll(/<([a-z-]+)/g)].map(([, element]) => element));
      expect(
        [...elements].filter(
          (element) =>
            !['testsuites', 'testsuite', 'testcase', 'failure', 'skipped', 'system-out'].includes(element ?? ''),
        ),
      ).toStrictEqual([]);
    }
  });

  it('is in JSON a value', () => {
    for (const text of of(name, 'json', 'sarif', 'gitlab')) expect(JSON.stringify(JSON.parse(text))).toContain(payload);
    const lint = JSON.parse(of(name, 'json')[0] ?? '') as {
      valid: boolean;
      diagnostics: readonly { summary: string }[];
    };
    expect(lint.diagnostics[1]?.summary).toBe(name);
    for (const line of of(name, 'jsonl').flatMap((text) => text.trimEnd().split('\n'))) {
      expect(JSON.parse(line)).toHaveProperty('type');
    }
  });

  it('is in SARIF no link', () => {
    for (const text of of(name, 'sarif')) {
      const { runs } = JSON.parse(text) as { runs: readonly { results: readonly { message: { text: string } }[] }[] };
      for (const { message } of runs[0]?.results ?? []) expect(message.text).not.toMatch(/(?<!\\)\[[^\]]*(?<!\\)\]\(/);
    }
  });

  it('is in HTML text, whatever a browser makes of the page', () => {
    for (const text of of(name, 'html')) {
      const elements = readHtml(text);
      const foreign = elements.filter((element) => !pageTags.has(element.name));
      expect(foreign).toStrictEqual([]);
      const attributes = elements.flatMap((element) => Object.entries(element.attributes));
      expect(attributes.filter(([key]) => /^on|^(?:style|src)$/i.test(key))).toStrictEqual([]);
      const links = elements
        .filter((element) => element.name === 'a')
        .map((element) => element.attributes['href'] ?? '');
      const ours =
        /^(?:#[\w./-]+|https:\/\/tallyman\.dev\/rules\/[a-z/-]+|https:\/\/git\.example\/blob\/3f2c1ab\/manifests\/[^"'<>() ]*#L1)$/;
      expect(links.filter((link) => !ours.test(link))).toStrictEqual([]);
      const ids = elements.map((element) => element.attributes['id']).filter((id) => id !== undefined);
      expect(new Set(ids).size).toBe(ids.length);
      expect(links.filter((link) => link.startsWith('#')).filter((link) => !ids.includes(link.slice(1)))).toStrictEqual(
        [],
      );
      expect(elements.filter((element) => element.name === 'script')).toHaveLength(1);
      expect(elements.some((element) => element.text.includes(payload))).toBe(true);
    }
  });

  it('comes back from markdown as it was written', () => {
    const asShown = (text: string): string => sanitise(text).replaceAll('<!--', String.raw`<!\u{2d}-`);
    const shown = asShown(name);
    const readBack = (markdown: string): string =>
      toHtml(markdown)
        .replaceAll(/<br ?\/?>/g, '')
        .replaceAll(/<\/?(?:p|code|pre|table|thead|tbody|tr|th|td|strong)[^>]*>/g, '')
        .replaceAll('\u200b', '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&')
        .trim();
    expect(readBack(`**x** ${prose(name)}`)).toBe(`x ${shown}`.trim());
    expect(readBack(`x ${code(name)}`)).toBe(`x ${shown}`.trim());
    expect(
      readBack(`| h |\n| --- |\n| x ${codeCell(name)} |`)
        .split('\n')
        .at(-1),
    ).toBe(`x ${shown}`.trim());
    expect(readBack(fence([`+ ${name}`], 'text'))).toBe(asShown(`+ ${name}`).trim());
  });
});
