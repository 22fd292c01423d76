import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { code, codeCell, fence, prose } from '../../src/report/markdown.js';
import { sanitise } from '../../src/report/sanitise.js';
import { hostileNames, payload } from './hostile-names.js';
import { renderedWith } from './hostile-reports.js';
import { readHtml } from './read-html.js';
import { readXml } from './read-xml.js';
import { parseWorkflowCommands } from './workflow-commands.js';

/** Controls, C1, directions, what takes no room, separators, halves of characters; a newline is a report's own. */
const acting = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const texts = new Map<string, Awaited<ReturnType<typeof renderedWith>>>();
for (const name of hostileNames) texts.set(name, await renderedWith(name));

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
            !/^(?:https:\/\/tallyman\.dev\/(?:rules\/|drift$|rehearsal$)|(?:\.\.|https:\/\/git\.example)\/blob\/3f2c1ab\/manifests\/)/.test(
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
        /^(?:#[\w./-]+|https:\/\/tallyman\.dev\/(?:rules\/[a-z/-]+|drift|rehearsal)|https:\/\/git\.example\/blob\/3f2c1ab\/manifests\/[^"'<>() ]*#L1)$/;
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
