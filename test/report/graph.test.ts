import { describe, expect, it } from 'vitest';
import { graphFormats } from '../../src/cli/formats.js';
import { renderDot, renderGraphJson, renderMermaid } from '../../src/report/graph.js';
import { renderGraphSvg } from '../../src/report/graph-svg.js';
import { viewOf } from '../../src/report/lineage-view.js';
import { aPlanResult } from './build.js';
import { aLargePlan, aNode } from './large-plan.js';
import { readXml } from './read-xml.js';

const result = aPlanResult({
  lineage: {
    nodes: [
      aNode({
        key: 's',
        role: 'source',
        address: 'ImageSource/golden',
        imageId: 'm-1',
        imageName: 'golden-v1',
        owner: '1600000000000001',
        encrypted: 'unknown',
        change: 'read',
      }),
      aNode({ key: 'c', role: 'copy', address: 'ImageCopy/web-base/cn-hangzhou', kmsKeyId: 'key-1', change: 'copy' }),
      aNode({ key: 'i', role: 'instance', address: 'Instance/web', members: 3, change: 'replace' }),
      aNode({ key: 'd', role: 'instance', address: 'Instance/web', encrypted: null, change: 'delete' }),
    ],
    edges: [
      ['s', 'c'],
      ['c', 'i'],
    ],
  },
});

describe('the graph', () => {
  it('is drawn as mermaid, dot, svg and json', () => {
    expect(Object.keys(graphFormats)).toStrictEqual(['mermaid', 'dot', 'svg', 'json']);
  });

  it('says in mermaid what each thing is, whose, where, and what happens to it', () => {
    expect(renderMermaid(result)).toBe(`\
graph LR
  n0(["source golden<br/>golden-v1 · m-1<br/>owner 1600000000000001<br/>prod · cn-hangzhou<br/>encryption unknown"])
  n1["+ create<br/>copy web-base<br/>#40;known after apply#41;<br/>prod · cn-hangzhou<br/>encrypted · key-1"]:::added
  n2[["-/+ replace<br/>3 instances web<br/>prod · cn-hangzhou<br/>encrypted"]]:::changed
  n3[["- delete<br/>1 instance web<br/>prod · cn-hangzhou"]]:::removed
  n0 --> n1
  n1 --> n2
  classDef added stroke-width:3px,stroke:#2c974b
  classDef removed stroke-width:3px,stroke:#d1242f
  classDef changed stroke-width:3px,stroke:#bf8700
`);
  });

  it('says the same in dot', () => {
    const lines = renderDot(result).split('\n');
    expect(lines[0]).toBe('digraph lineage {');
    expect(lines).toContain(
      String.raw`  n2 [label="-/+ replace\n3 instances web\nprod · cn-hangzhou\nencrypted", shape=box3d, penwidth=3, color="#835400"];`,
    );
    expect(lines).toContain('  n0 -> n1;');
    expect(lines.at(-2)).toBe('}');
  });

  it('is an SVG that needs nothing beside itself, with a name, a description and a box for each thing', () => {
    const svg = renderGraphSvg(result);
    expect(() => readXml(svg)).not.toThrow();
    expect(svg).toContain('<title id="title">Lineage of web-platform</title>');
    expect(svg).toContain('<desc id="told">4 elements, 3 of them change.</desc>');
    expect(svg.match(/<g class="box /g)).toHaveLength(4);
    expect(svg.match(/<path class="edge /g)).toHaveLength(2);
    expect(svg).not.toMatch(/<script|<a[ >]|<image|href=|@import|url\((?!#)|var\(/);
  });

  it('is in JSON whole, as in the plan file', () => {
    const { nodes, edges } = JSON.parse(renderGraphJson(aLargePlan(9000))) as { nodes: unknown[]; edges: unknown[] };
    expect(nodes).toHaveLength(aLargePlan(9000).lineage.nodes.length);
    expect(edges.length).toBeGreaterThan(400);
  });

  it('says so where nothing is declared', () => {
    const nothing = aPlanResult({});
    expect(renderGraphSvg(nothing)).toContain('>Nothing is declared.</text>');
    expect(renderMermaid(nothing)).toBe('graph LR\n');
  });
});

describe('a lineage that is too large to look at', () => {
  const copies = (amount: number, change: 'copy' | 'no-op') =>
    Array.from({ length: amount }, (_, index) =>
      aNode({ key: `c${index}`, role: 'copy', address: `ImageCopy/base/r-${index}`, region: `r-${index}`, change }),
    );
  const source = aNode({ key: 's', role: 'source', address: 'ImageSource/golden', change: 'read' });
  const from = (key: string) => ['s', key] as const;

  it('is put together by resource, and that is said', () => {
    const nodes = copies(30, 'copy');
    const view = viewOf({ nodes: [source, ...nodes], edges: nodes.map(({ key }) => from(key)) }, 20);
    expect(view.boxes.map(({ word, title, lines }) => [word, title, ...lines])).toStrictEqual([
      ['source', 'golden', 'not locked yet', 'prod · cn-hangzhou', 'encrypted'],
      ['30 copies', 'base', 'prod · 30 regions', 'encrypted'],
    ]);
    expect(view.edges).toHaveLength(1);
    expect(view.note).toBe('Members of one resource that fare alike are one box.');
  });

  it('leaves out what does not change and leads to nothing that does, before anything else', () => {
    const idle = Array.from({ length: 30 }, (_, index) =>
      aNode({ key: `i${index}`, role: 'instance', address: `Instance/idle-${index}` }),
    );
    const changing = aNode({ key: 'x', role: 'instance', address: 'Instance/x', change: 'replace' });
    const edges = [...idle, changing].map(({ key }) => from(key));
    const view = viewOf({ nodes: [source, ...idle, changing], edges }, 20);
    expect(view.boxes.map(({ title }) => title)).toStrictEqual(['golden', 'x']);
    expect(view.note).toMatch(/ 30 boxes left out because nothing changes there\.$/);
  });

  it('is cut where that is not enough, and that is said', () => {
    const view = viewOf(aLargePlan(9000).lineage, 50);
    expect(view.boxes).toHaveLength(50);
    expect(view.note).toBe(`The first 50 of ${aLargePlan(9000).lineage.nodes.length} elements are drawn.`);
    const keys = new Set(view.boxes.map(({ key }) => key));
    expect(view.edges.flat().filter((key) => !keys.has(key))).toStrictEqual([]);
  });
});
