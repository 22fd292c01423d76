import { isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap } from 'yaml';
import type { Json } from '../domain/digest.js';
import { isForbiddenKey, nodeStyle } from '../domain/yaml-file.js';
import { clipped, fieldName } from './input-error.js';
import type { Problem } from './problem.js';
import { yamlLimits } from './yaml-limits.js';

type NodeProblem = Omit<Problem, 'document'>;

export interface ReadNode {
  readonly value: Json;
  /** As in a YamlDocument; of no use where there are problems. */
  readonly spans: readonly number[];
  readonly problems: readonly NodeProblem[];
  /** Negative once the file has more nodes than allowed. */
  readonly nodesLeft: number;
}

/** Turns nodes into plain values, and refuses keys that could act on the objects they become part of. */
export function readNode(node: ParsedNode, nodesLeft: number): ReadNode {
  const reader = new NodeReader(nodesLeft);
  const value = reader.read(node, 1);
  return { value, spans: reader.spans, problems: reader.problems, nodesLeft: reader.nodesLeft };
}

const mergeKey = '<<';

/** Whether no mapping may have such a key. */
export function isRefusedKey(key: string): boolean {
  return isForbiddenKey(key) || key === mergeKey;
}

class NodeReader {
  readonly problems: NodeProblem[] = [];
  readonly spans: number[] = [];
  /** Of the node that is read. */
  readonly #path: (string | number)[] = [];

  constructor(public nodesLeft: number) {}

  read(node: ParsedNode | null, depth: number): Json {
    if (node === null) {
      this.spans.push(nodeStyle.missing, 0, 0);
      return null;
    }
    this.nodesLeft -= 1;
    if (this.nodesLeft < 0) return this.#refuseCount(node);
    this.spans.push(styleOf(node), node.range[0], node.range[1]);
    if (isScalar(node)) return this.#readScalar(node.value, node);
    if (depth > yamlLimits.depth) return this.#refuseDepth(node);
    if (isMap(node)) return this.#readMap(node, depth);
    if (isSeq(node)) return node.items.map((item, index) => this.#readAt(index, item, depth + 1));
    return this.#report(node, {
      ruleId: 'manifest/yaml-feature',
      message: 'an alias stands here, which tallyman refuses',
      hint: 'Write the value out.',
      value: '*',
    });
  }

  #readAt(part: string | number, node: ParsedNode | null, depth: number): Json {
    this.#path.push(part);
    const value = this.read(node, depth);
    this.#path.pop();
    return value;
  }

  #readScalar(value: unknown, node: ParsedNode): Json {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    // JSON has no other zero, and a value must be the same after it was kept as JSON.
    if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
    return this.#report(node, {
      ruleId: 'manifest/invalid-value',
      message: `${fieldName(this.#path)} must be a finite number`,
      hint: 'Write a finite number.',
      value: typeof value,
    });
  }

  #readMap(map: YAMLMap.Parsed, depth: number): Json {
    if (map.items.length > yamlLimits.keysPerMap) {
      return this.#report(map, {
        ruleId: 'manifest/limit',
        message: `${fieldName(this.#path)} has ${map.items.length} keys, more than ${yamlLimits.keysPerMap}`,
        hint: 'Split the document.',
        value: String(map.items.length),
      });
    }
    const result: Record<string, Json> = {};
    const seen = new Set<string>();
    for (const pair of inObjectOrder(map.items)) {
      const key = keyOf(pair);
      if (this.#isKeyRefused(pair.key, key, seen)) continue;
      seen.add(key);
      this.spans.push(pair.key.range[0], pair.key.range[1]);
      result[key] = this.#readAt(key, pair.value, depth + 1);
    }
    return result;
  }

  #isKeyRefused(node: ParsedNode, key: string, seen: ReadonlySet<string>): boolean {
    if (!isRefusedKey(key) && !seen.has(key)) return false;
    this.#path.push(key);
    this.#refuseKey(node, key);
    this.#path.pop();
    return true;
  }

  #refuseKey(node: ParsedNode, key: string): void {
    const value = clipped(key);
    if (isForbiddenKey(key)) {
      const message = `no field may be called '${value}'`;
      this.#report(node, { ruleId: 'manifest/forbidden-key', message, hint: 'Remove the field.', value });
    } else if (key === mergeKey) {
      const message = "'<<' is a merge key, which tallyman refuses";
      this.#report(node, { ruleId: 'manifest/yaml-feature', message, hint: 'Write the fields out.', value });
    } else {
      const message = `${fieldName(this.#path)} stands twice in one mapping`;
      this.#report(node, { ruleId: 'manifest/duplicate-key', message, hint: 'Keep one of them.', value });
    }
  }

  #refuseCount(node: ParsedNode): null {
    // The first node too many is reported; the walk then ends quickly, since nothing below is read.
    if (this.nodesLeft < -1) return null;
    return this.#report(node, {
      ruleId: 'manifest/limit',
      message: `the file has more than ${yamlLimits.nodes} nodes`,
      hint: 'Split the file.',
      value: 'nodes',
    });
  }

  #refuseDepth(node: ParsedNode): null {
    return this.#report(node, {
      ruleId: 'manifest/limit',
      message: `the document is nested deeper than ${yamlLimits.depth} levels`,
      hint: 'Flatten the document.',
      value: 'depth',
    });
  }

  #report(node: ParsedNode, problem: Pick<Problem, 'ruleId' | 'message' | 'hint' | 'value'>): null {
    const [start, end] = node.range;
    this.problems.push({ ...problem, path: [...this.#path], start, end });
    return null;
  }
}

/**
 * Pairs in the order in which the members of the object will be: keys that look like an index come first, by number.
 * Spans are found by that order.
 */
function inObjectOrder(pairs: YAMLMap.Parsed['items']): YAMLMap.Parsed['items'] {
  if (!pairs.some((pair) => isIndex(keyOf(pair)))) return pairs;
  const keys = Object.keys(Object.fromEntries(pairs.map((pair) => [keyOf(pair), true])));
  const rank = new Map(keys.map((key, index) => [key, index]));
  return pairs.toSorted((a, b) => (rank.get(keyOf(a)) ?? 0) - (rank.get(keyOf(b)) ?? 0));
}

function isIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

const scalarStyles: Readonly<Record<string, number>> = {
  PLAIN: nodeStyle.plain,
  QUOTE_SINGLE: nodeStyle.singleQuoted,
  QUOTE_DOUBLE: nodeStyle.doubleQuoted,
  BLOCK_LITERAL: nodeStyle.literalBlock,
  BLOCK_FOLDED: nodeStyle.foldedBlock,
};

function styleOf(node: ParsedNode): number {
  if (isScalar(node)) return scalarStyles[node.type ?? 'PLAIN'] ?? nodeStyle.plain;
  if (isMap(node)) return node.flow === true ? nodeStyle.flowMap : nodeStyle.blockMap;
  return isSeq(node) && node.flow === true ? nodeStyle.flowList : nodeStyle.blockList;
}

/** Keys are strings: the parser is told to refuse others. */
function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}
