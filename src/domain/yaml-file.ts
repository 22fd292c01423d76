import type { Json } from './digest.js';
import type { FieldPath } from './origin.js';

/*
 * What parsing a text gave, without the text: plain values, and where in the text each of them stands. Most texts have
 * been parsed before, and most are never shown to anybody, so both have to be small, and quick to keep and to check.
 */

export interface YamlFile {
  /** Empty documents are left out, but counted in `index`. */
  readonly documents: readonly YamlDocument[];
  /** Where the values of `userData` stand, whose text is never shown: start and end of one after the other. */
  readonly userData: Numbers;
}

export interface YamlDocument {
  /** Number in the text, from 0. */
  readonly index: number;
  readonly value: Json;
  /**
   * The nodes from the outside in, in the order of the value's own members and items: of each its style, start and end
   * (offsets in the text, end exclusive), of a member the start and end of its key before.
   */
  readonly spans: Numbers;
}

export type Numbers = ArrayLike<number>;

/** How a node is written. */
export const nodeStyle = {
  /** A key without a value. */
  missing: 0,
  plain: 1,
  singleQuoted: 2,
  doubleQuoted: 3,
  literalBlock: 4,
  foldedBlock: 5,
  blockMap: 6,
  flowMap: 7,
  blockList: 8,
  flowList: 9,
} as const;

/** Offsets in the text, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A node of a document, found by its place in `spans`. */
export interface YamlNode extends Span {
  readonly value: Json;
  readonly style: number;
  /** Null for the document itself and for the items of lists. */
  readonly key: Span | null;
  readonly at: number;
}

/** Finds the nodes of a document. What was walked through once is remembered: there may be many findings in one list. */
export class YamlNodes {
  readonly root: YamlNode;
  readonly #spans: Numbers;
  readonly #partsOf = new Map<number, readonly number[]>();

  constructor({ value, spans }: YamlDocument) {
    this.#spans = spans;
    this.root = this.#node(value, 0, null);
  }

  /** Undefined where there is none. */
  at(path: FieldPath): YamlNode | undefined {
    let node: YamlNode | undefined = this.root;
    for (const part of path) {
      node = this.in(node, part);
      if (node === undefined) return undefined;
    }
    return node;
  }

  /** The member or item; undefined where there is none. */
  in(parent: YamlNode, part: string | number): YamlNode | undefined {
    const { value } = parent;
    if (typeof value !== 'object' || value === null) return undefined;
    const isList = Array.isArray(value);
    const index = isList ? Number(part) : Object.keys(value).indexOf(String(part));
    const child = isList ? (value as readonly Json[])[index] : (value as Members)[part];
    const at = this.#parts(parent)[index];
    if (child === undefined || at === undefined) return undefined;
    if (isList) return this.#node(child, at, null);
    const key = { start: numberAt(this.#spans, at - keyLength), end: numberAt(this.#spans, at - 1) };
    return this.#node(child, at, key);
  }

  #node(value: Json, at: number, key: Span | null): YamlNode {
    const spans = this.#spans;
    return { value, style: numberAt(spans, at), start: numberAt(spans, at + 1), end: numberAt(spans, at + 2), key, at };
  }

  /** Where the spans of the members or items begin. */
  #parts({ value, at }: YamlNode): readonly number[] {
    const known = this.#partsOf.get(at);
    if (known !== undefined) return known;
    const parts: number[] = [];
    const before = Array.isArray(value) ? 0 : keyLength;
    let next = at + nodeLength;
    for (const part of Object.values(value ?? {}) as readonly Json[]) {
      parts.push(next + before);
      next = endOf(part, next + before);
    }
    this.#partsOf.set(at, parts);
    return parts;
  }
}

/** Whether the spans are of such a value and lie in a text of this length, and no key is one that acts on objects. */
export function isWhole({ value, spans }: YamlDocument, textLength: number): boolean {
  return new Walk(spans, textLength).endOf(value, 0, 0) === spans.length;
}

/** With these an object's own machinery could be replaced. */
export function isForbiddenKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

/** How many numbers a node has, and a key. */
const nodeLength = 3;
const keyLength = 2;

/** Beyond what is ever parsed; only a damaged cache holds such a value. */
const depthMax = 100;

function endOf(value: Json, at: number): number {
  let next = at + nodeLength;
  if (typeof value !== 'object' || value === null) return next;
  const before = Array.isArray(value) ? 0 : keyLength;
  for (const part of Object.values(value) as readonly Json[]) next = endOf(part, next + before);
  return next;
}

class Walk {
  constructor(
    readonly spans: Numbers,
    readonly textLength: number,
  ) {}

  /** Where the node's spans end; negative where they are not those of the value. */
  endOf(value: Json, at: number, depth: number): number {
    if (depth > depthMax || !this.#isSpan(at + 1)) return -1;
    const style = numberAt(this.spans, at);
    if (typeof value !== 'object' || value === null) return style <= nodeStyle.foldedBlock ? at + nodeLength : -1;
    if (Array.isArray(value)) {
      const isList = style === nodeStyle.blockList || style === nodeStyle.flowList;
      return isList ? this.#endOfList(value, at + nodeLength, depth) : -1;
    }
    const isMap = style === nodeStyle.blockMap || style === nodeStyle.flowMap;
    return isMap ? this.#endOfMap(value as Members, at + nodeLength, depth) : -1;
  }

  #endOfList(items: readonly Json[], at: number, depth: number): number {
    let next = at;
    for (const item of items) {
      next = this.endOf(item, next, depth + 1);
      if (next < 0) return -1;
    }
    return next;
  }

  #endOfMap(members: Members, at: number, depth: number): number {
    let next = at;
    for (const key in members) {
      if (isForbiddenKey(key) || !this.#isSpan(next)) return -1;
      next = this.endOf(members[key] ?? null, next + keyLength, depth + 1);
      if (next < 0) return -1;
    }
    return next;
  }

  #isSpan(at: number): boolean {
    const start = numberAt(this.spans, at);
    const end = numberAt(this.spans, at + 1);
    return start >= 0 && start <= end && end <= this.textLength;
  }
}

interface Members {
  readonly [key: string]: Json;
}

/** Beyond the end it is -1, which is no offset. */
function numberAt(numbers: Numbers, at: number): number {
  return numbers[at] ?? -1;
}
