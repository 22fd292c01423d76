import { isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap } from 'yaml';
import type { Json } from '../domain/digest.js';
import type { FieldPath } from '../domain/origin.js';
import { clipped, fieldName } from './input-error.js';
import type { Problem } from './problem.js';
import { yamlLimits } from './yaml-limits.js';

type NodeProblem = Omit<Problem, 'document'>;

export interface ReadNode {
  readonly value: Json;
  readonly problems: readonly NodeProblem[];
  /** Negative once the file has more nodes than allowed. */
  readonly nodesLeft: number;
}

/** Turns nodes into plain values, and refuses keys that could act on the objects they become part of. */
export function readNode(node: ParsedNode, nodesLeft: number): ReadNode {
  const reader = new NodeReader(nodesLeft);
  const value = reader.read(node, [], 1);
  return { value, problems: reader.problems, nodesLeft: reader.nodesLeft };
}

/** With these an object's own machinery could be replaced. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

class NodeReader {
  readonly problems: NodeProblem[] = [];

  constructor(public nodesLeft: number) {}

  read(node: ParsedNode | null, path: FieldPath, depth: number): Json {
    if (node === null) return null;
    this.nodesLeft -= 1;
    if (this.nodesLeft < 0) return this.#refuseCount(node, path);
    if (isScalar(node)) return this.#readScalar(node.value, node, path);
    if (depth > yamlLimits.depth) return this.#refuseDepth(node, path);
    if (isMap(node)) return this.#readMap(node, path, depth);
    if (isSeq(node)) {
      return node.items.map((item, index) => this.read(item, [...path, index], depth + 1));
    }
    return this.#report(node, path, {
      ruleId: 'manifest/yaml-feature',
      message: 'an alias stands here, which tallyman refuses',
      hint: 'Write the value out.',
      value: '*',
    });
  }

  #readScalar(value: unknown, node: ParsedNode, path: FieldPath): Json {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return this.#report(node, path, {
      ruleId: 'manifest/invalid-value',
      message: `${fieldName(path)} must be a finite number`,
      hint: 'Write a finite number.',
      value: typeof value,
    });
  }

  #readMap(map: YAMLMap.Parsed, path: FieldPath, depth: number): Json {
    if (map.items.length > yamlLimits.keysPerMap) {
      return this.#report(map, path, {
        ruleId: 'manifest/limit',
        message: `${fieldName(path)} has ${map.items.length} keys, more than ${yamlLimits.keysPerMap}`,
        hint: 'Split the document.',
        value: String(map.items.length),
      });
    }
    const result: Record<string, Json> = {};
    const seen = new Set<string>();
    for (const pair of map.items) {
      const key = keyOf(pair);
      if (this.#isKeyRefused(pair.key, key, seen, path)) continue;
      seen.add(key);
      result[key] = this.read(pair.value, [...path, key], depth + 1);
    }
    return result;
  }

  #isKeyRefused(node: ParsedNode, key: string, seen: ReadonlySet<string>, path: FieldPath): boolean {
    const at = [...path, key];
    const value = clipped(key);
    if (forbiddenKeys.has(key)) {
      const message = `no field may be called '${value}'`;
      this.#report(node, at, { ruleId: 'manifest/forbidden-key', message, hint: 'Remove the field.', value });
      return true;
    }
    if (key === '<<') {
      const message = "'<<' is a merge key, which tallyman refuses";
      this.#report(node, at, { ruleId: 'manifest/yaml-feature', message, hint: 'Write the fields out.', value });
      return true;
    }
    if (!seen.has(key)) return false;
    const message = `${fieldName(at)} stands twice in one mapping`;
    this.#report(node, at, { ruleId: 'manifest/duplicate-key', message, hint: 'Keep one of them.', value });
    return true;
  }

  #refuseCount(node: ParsedNode, path: FieldPath): null {
    // The first node too many is reported; the walk then ends quickly, since nothing below is read.
    if (this.nodesLeft < -1) return null;
    return this.#report(node, path, {
      ruleId: 'manifest/limit',
      message: `the file has more than ${yamlLimits.nodes} nodes`,
      hint: 'Split the file.',
      value: 'nodes',
    });
  }

  #refuseDepth(node: ParsedNode, path: FieldPath): null {
    return this.#report(node, path, {
      ruleId: 'manifest/limit',
      message: `the document is nested deeper than ${yamlLimits.depth} levels`,
      hint: 'Flatten the document.',
      value: 'depth',
    });
  }

  #report(node: ParsedNode, path: FieldPath, problem: Pick<Problem, 'ruleId' | 'message' | 'hint' | 'value'>): null {
    const [start, end] = node.range;
    this.problems.push({ ...problem, path, start, end });
    return null;
  }
}

/** Keys are strings: the parser is told to refuse others. */
export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}
