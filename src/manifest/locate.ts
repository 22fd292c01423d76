import { compareDiagnostics, type Diagnostic, type Finding, findingKey } from '../domain/finding.js';
import type { FieldPath, Origin, Position, Range } from '../domain/origin.js';
import { nodeStyle, type Span, type YamlNode, YamlNodes } from '../domain/yaml-file.js';
import type { Parse, ReadYaml, SourceText } from './parsed-text.js';
import { scalarOffset } from './scalar-offset.js';

/** The texts that findings are about, and how they were parsed. */
export interface FoundIn {
  readonly sources: readonly SourceText[];
  readonly parse: Parse;
}

/** Findings with their places in the text, sorted. */
export function diagnose(findings: readonly Finding[], { sources, parse }: FoundIn): readonly Diagnostic[] {
  const sourceOf = new Map(sources.map((source) => [source.file, source]));
  const locators = new Map<string, Locator>();
  const locatorFor = (file: string): Locator => {
    const known = locators.get(file);
    if (known !== undefined) return known;
    const source = sourceOf.get(file);
    const locator = new Locator(file, source?.text ?? '', source === undefined ? nothingRead : parse(source).yaml);
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

const nothingRead: ReadYaml = { documents: [], problems: [], userData: [] };

interface Place {
  readonly range: Range;
  readonly excerpt: string | null;
}

/** Longer lines are cut: they are not written by people. */
const excerptLengthMax = 1_000;

class Locator {
  readonly #lineStarts: readonly number[];
  readonly #userData: readonly Span[];
  readonly #nodesOf = new Map<number, YamlNodes | undefined>();

  constructor(
    readonly file: string,
    readonly text: string,
    readonly yaml: ReadYaml,
  ) {
    this.#lineStarts = lineStartsOf(text);
    this.#userData = Array.from({ length: yaml.userData.length / 2 }, (_, index) =>
      // A block ends where the next line begins.
      this.#trimmed({ start: yaml.userData[2 * index] ?? 0, end: yaml.userData[2 * index + 1] ?? 0 }),
    );
  }

  placeOf(finding: Finding, at: Origin): Place {
    const { start, end } = this.#spanOf(finding, at);
    const range = { file: this.file, start: this.#positionOf(start), end: this.#positionOf(Math.max(start, end)) };
    return { range, excerpt: this.text === '' || this.#holdsUserData(start) ? null : this.#lineAt(start) };
  }

  /** User data is never shown, whatever is wrong on its lines: keys come with it. */
  #holdsUserData(offset: number): boolean {
    const line = this.#lineOf(offset);
    return this.#userData.some(({ start, end }) => this.#lineOf(start) <= line && line <= this.#lineOf(end));
  }

  #spanOf(finding: Finding, at: Origin): Span {
    const problem = this.yaml.problems.find(
      (candidate) =>
        candidate.ruleId === finding.ruleId &&
        candidate.document === at.document &&
        candidate.message === finding.message,
    );
    if (problem !== undefined) return this.#visible(problem);
    const nodes = this.#nodesIn(at.document);
    if (nodes === undefined) return this.#visible({ start: 0, end: 0 });
    const { within } = finding;
    const node = within === undefined ? undefined : nodes.at(at.path);
    if (within !== undefined && node !== undefined && isScalar(node)) return this.#spanWithin(node, within);
    return this.#spanOfField(nodes, at.path, isAboutKey(finding));
  }

  /** Undefined for a document that is empty or has problems. */
  #nodesIn(number: number): YamlNodes | undefined {
    if (this.#nodesOf.has(number)) return this.#nodesOf.get(number);
    const document = this.yaml.documents.find(({ index }) => index === number);
    const nodes = document === undefined ? undefined : new YamlNodes(document);
    this.#nodesOf.set(number, nodes);
    return nodes;
  }

  /** The field, or what is nearest to it: the mapping that lacks it. */
  #spanOfField(nodes: YamlNodes, path: FieldPath, isKeyMeant: boolean): Span {
    let node = nodes.root;
    for (const [index, part] of path.entries()) {
      const next = nodes.in(node, part);
      if (next === undefined) break;
      if (isKeyMeant && index === path.length - 1 && next.key !== null) return next.key;
      node = next;
    }
    return this.#spanOfNode(node);
  }

  /** A part of a scalar's text; its end is the end of a line where it goes on in the next. */
  #spanWithin(node: YamlNode, within: Span): Span {
    const start = scalarOffset(this.text, node, within.start);
    const last = scalarOffset(this.text, node, Math.max(within.start, within.end - 1));
    return this.#visible({ start, end: within.end > within.start ? Math.min(last + 1, this.#lineEnd(start)) : start });
  }

  /** A scalar or a list on one line is shown as it is; a block by the key that holds it, or by its first line. */
  #spanOfNode(node: YamlNode): Span {
    const { start, end, key, style } = node;
    if (isScalar(node) && node.value !== '' && end > start) return this.#trimmed({ start, end });
    const isFlow = style === nodeStyle.flowMap || style === nodeStyle.flowList;
    if (isFlow && !this.text.slice(start, end).includes('\n')) return { start, end };
    return key ?? this.#trimmed({ start, end: this.#lineEnd(start) });
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

function isScalar({ style }: YamlNode): boolean {
  return style !== nodeStyle.missing && style <= nodeStyle.foldedBlock;
}

/** Whether the name of the field is wrong, and not its value. */
function isAboutKey(finding: Finding): boolean {
  return ['manifest/unknown-field', 'manifest/not-managed', 'manifest/invalid-key'].includes(finding.ruleId);
}

/** Offset of each line; that of the first is behind a byte order mark, which no editor counts. */
function lineStartsOf(text: string): readonly number[] {
  const starts = [text.startsWith('\ufeff') ? 1 : 0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
