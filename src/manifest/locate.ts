import { isCollection, isMap, isNode, isScalar, isSeq, type ParsedNode, type Scalar, visit } from 'yaml';
import { compareDiagnostics, type Diagnostic, type Finding, findingKey } from '../domain/finding.js';
import type { FieldPath, Origin, Position, Range } from '../domain/origin.js';
import type { SourceText } from './parse-documents.js';
import { readYaml, type YamlFile } from './read-yaml.js';
import { scalarOffset } from './scalar-offset.js';
import { keyOf } from './read-node.js';

/**
 * Findings with their places in the text, sorted. Only files that have findings are parsed again: most runs have none,
 * and keeping every tree in memory for them would cost more than the second look.
 */
export function diagnose(findings: readonly Finding[], sources: readonly SourceText[]): readonly Diagnostic[] {
  const textOf = new Map(sources.map(({ file, text }) => [file, text]));
  const lastOf = lastDocuments(findings);
  const locators = new Map<string, Locator>();
  const locatorFor = (file: string): Locator => {
    const locator = locators.get(file) ?? new Locator(file, textOf.get(file) ?? '', lastOf.get(file) ?? 0);
    locators.set(file, locator);
    return locator;
  };
  return findings
    .map((finding) => {
      const place = finding.at === null ? undefined : locatorFor(finding.at.file).placeOf(finding, finding.at);
      return { ...finding, key: findingKey(finding), range: place?.range ?? null, excerpt: place?.excerpt ?? null };
    })
    .sort(compareDiagnostics);
}

/** By file: index of the last document with a finding. What comes after it need not be read again. */
function lastDocuments(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { at } of findings) if (at !== null) last.set(at.file, Math.max(at.document, last.get(at.file) ?? 0));
  return last;
}

interface Place {
  readonly range: Range;
  readonly excerpt: string | null;
}

/** Offsets in the text, `end` exclusive. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Longer lines are cut: they are not written by people. */
const excerptLengthMax = 1_000;

class Locator {
  readonly #lineStarts: readonly number[];
  #yaml: YamlFile | undefined;
  #userData: readonly Span[] | undefined;

  constructor(
    readonly file: string,
    readonly text: string,
    readonly last: number,
  ) {
    this.#lineStarts = lineStartsOf(text);
  }

  placeOf(finding: Finding, at: Origin): Place {
    const { start, end } = this.#spanOf(finding, at);
    const range = { file: this.file, start: this.#positionOf(start), end: this.#positionOf(Math.max(start, end)) };
    return { range, excerpt: this.text === '' || this.#holdsUserData(start) ? null : this.#lineAt(start) };
  }

  /** User data is never shown, whatever is wrong on its lines: keys come with it. */
  #holdsUserData(offset: number): boolean {
    const line = this.#lineOf(offset);
    this.#userData ??= userDataIn(this.text, this.#yaml);
    return this.#userData.some(({ start, end }) => this.#lineOf(start) <= line && line <= this.#lineOf(end));
  }

  #spanOf(finding: Finding, at: Origin): Span {
    this.#yaml ??= readYaml(this.text, this.last);
    const { documents, problems } = this.#yaml;
    const problem = problems.find(
      (candidate) =>
        candidate.ruleId === finding.ruleId &&
        candidate.document === at.document &&
        candidate.message === finding.message,
    );
    if (problem !== undefined) return this.#visible(problem);
    const document = documents.find(({ index }) => index === at.document);
    if (document?.node.contents == null) return this.#visible({ start: 0, end: 0 });
    const span = this.#spanOfField(document.node.contents, at.path, isAboutKey(finding, at.path));
    const { within } = finding;
    const node = within === undefined ? undefined : document.node.getIn([...at.path], true);
    return within !== undefined && isScalar(node) ? this.#spanWithin(node as Scalar.Parsed, within) : span;
  }

  /** The field, or what is nearest to it: the mapping that lacks it. */
  #spanOfField(root: ParsedNode, path: FieldPath, isKeyMeant: boolean): Span {
    let node: ParsedNode | null = root;
    let key: ParsedNode | null = null;
    for (const [index, part] of path.entries()) {
      const next: Step | undefined = node === null ? undefined : stepInto(node, part);
      if (next === undefined) break;
      if (isKeyMeant && index === path.length - 1 && next.key !== null) return spanOf(next.key);
      // An item of a list is held by nothing but its place.
      node = next.node;
      key = next.key;
    }
    return this.#spanOfNode(node, key);
  }

  /** A part of a scalar's text; its end is the end of a line where it goes on in the next. */
  #spanWithin(node: Scalar.Parsed, within: Span): Span {
    const start = scalarOffset(this.text, node, within.start);
    const last = scalarOffset(this.text, node, Math.max(within.start, within.end - 1));
    return this.#visible({ start, end: within.end > within.start ? Math.min(last + 1, this.#lineEnd(start)) : start });
  }

  /** A scalar or a list on one line is shown as it is; a block by the key that holds it, or by its first line. */
  #spanOfNode(node: ParsedNode | null, key: ParsedNode | null): Span {
    if (node !== null && isScalar(node) && node.source !== '') return this.#trimmed(spanOf(node));
    if (node !== null && isCollection(node) && node.flow === true) {
      const span = spanOf(node);
      if (!this.text.slice(span.start, span.end).includes('\n')) return span;
    }
    if (key !== null) return spanOf(key);
    const start = node === null ? 0 : spanOf(node).start;
    return this.#trimmed({ start, end: this.#lineEnd(start) });
  }

  /** Without the white space that a block's last line ends with. */
  #trimmed({ start, end }: Span): Span {
    return { start, end: start + this.text.slice(start, end).trimEnd().length };
  }

  /** At least one character, so that there is something to underline. */
  #visible({ start, end }: Span): Span {
    return end > start ? { start, end } : { start, end: Math.min(start + 1, this.#lineEnd(start)) };
  }

  #positionOf(offset: number): Position {
    const line = this.#lineOf(offset);
    const column = offset - (this.#lineStarts[line] ?? 0);
    return { line: line + 1, column: Math.max(0, column) + 1 };
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #lineEnd(offset: number): number {
    const newline = this.text.indexOf('\n', offset);
    const end = newline === -1 ? this.text.length : newline;
    return this.text.charAt(end - 1) === '\r' ? Math.max(offset, end - 1) : end;
  }

  #lineAt(offset: number): string {
    const start = this.#lineStarts[this.#lineOf(offset)] ?? 0;
    return this.text.slice(start, Math.min(this.#lineEnd(start), start + excerptLengthMax));
  }
}

interface Step {
  /** Null for a key without a value. */
  readonly node: ParsedNode | null;
  readonly key: ParsedNode | null;
}

function stepInto(node: ParsedNode, part: string | number): Step | undefined {
  if (isMap(node)) {
    const pair = node.items.find((candidate) => keyOf(candidate) === String(part));
    return pair === undefined ? undefined : { node: pair.value, key: pair.key };
  }
  if (!isSeq(node)) return undefined;
  const item: unknown = node.items[Number(part)];
  return item === undefined ? undefined : { node: item as ParsedNode, key: null };
}

/** Where user data stands, of an instance or in a patch of an environment. */
function userDataIn(text: string, yaml: YamlFile | undefined): readonly Span[] {
  const spans: Span[] = [];
  if (!text.includes('userData')) return spans;
  for (const { node } of yaml?.documents ?? []) {
    visit(node, {
      Pair: (_, { key, value }) => {
        if (!isScalar(key) || key.value !== 'userData' || !isNode(value) || !value.range) return;
        const [start, end] = value.range;
        // A block ends where the next line begins.
        spans.push({ start, end: start + text.slice(start, end).trimEnd().length });
      },
    });
  }
  return spans;
}

/** Whether the name of the field is wrong, and not its value. */
function isAboutKey(finding: Finding, path: FieldPath): boolean {
  if (finding.ruleId === 'manifest/not-built') return finding.value === path.at(-1);
  return ['manifest/unknown-field', 'manifest/not-managed', 'manifest/invalid-key'].includes(finding.ruleId);
}

function spanOf(node: ParsedNode): Span {
  const [start, end] = node.range;
  return { start, end };
}

/** Offset of each line; that of the first is behind a byte order mark, which no editor counts. */
function lineStartsOf(text: string): readonly number[] {
  const starts = [text.startsWith('\ufeff') ? 1 : 0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
