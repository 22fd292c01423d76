import { CST, Composer, type Document, isNode, isScalar, Lexer, Parser, visit } from 'yaml';
import type { YamlDocument } from '../domain/yaml-file.js';
import { clipped } from './input-error.js';
import type { ReadYaml } from './parsed-text.js';
import type { Problem } from './problem.js';
import { readNode } from './read-node.js';
import { yamlLimits } from './yaml-limits.js';

/*
 * YAML from a repository is hostile until shown otherwise. What manifests need is small: one mapping per document,
 * strings, numbers, booleans, lists. So everything that has surprised somebody is refused: anchors and aliases (bombs),
 * tags (types of the reader's language), directives (`%YAML 1.1` turns `0123` into 83), and sizes beyond any real file.
 */
/** A node takes at most about six tokens (dash, space, text, colon, line end, indent), so no honest file has more. */
const tokensMax = 300_000;

/** Reads the documents of a text. Never throws; documents with problems are left out. */
export function readYaml(text: string): ReadYaml {
  const refusal = refusalOf(text);
  if (refusal !== undefined) return { documents: [], problems: [refusal], userData: [] };
  const reader = new YamlReader(text);
  try {
    reader.read();
  } catch (error) {
    reader.fail(error);
  }
  const { documents, problems, userData } = reader;
  return { documents, problems, userData };
}

/** Characters that YAML does not allow in a file, and halves of surrogate pairs. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const forbiddenCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/u;

function refusalOf(text: string): Problem | undefined {
  const whole = { document: 0, path: [], start: 0, end: 0 };
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes > yamlLimits.bytes) {
    const message = `the file has ${bytes} bytes, more than the ${yamlLimits.bytes} that tallyman reads`;
    return { ...whole, ruleId: 'manifest/limit', message, hint: 'Split the file.', value: String(bytes) };
  }
  const found = forbiddenCharacter.exec(text);
  if (found === null) return undefined;
  const code = `U+${(found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return {
    ...whole,
    ruleId: 'manifest/syntax',
    message: `the file must not hold the character ${code}`,
    hint: 'Remove the character, or write it as an escape in double quotes.',
    value: code,
    start: found.index,
    end: found.index + found[0].length,
  };
}

class YamlReader {
  readonly documents: YamlDocument[] = [];
  readonly problems: Problem[] = [];
  readonly userData: number[] = [];
  readonly #hasUserData: boolean;
  readonly #composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
    logLevel: 'silent',
  });
  #index = 0;
  #offset = 0;
  #nodesLeft: number = yamlLimits.nodes;

  constructor(readonly text: string) {
    this.#hasUserData = text.includes('userData');
  }

  read(): void {
    const parser = new Parser();
    const guard = new TokenGuard();
    for (const source of new Lexer().lex(this.text)) {
      const refusal = guard.refuse(source);
      if (refusal !== undefined) {
        this.#report({ ...refusal, path: [], start: this.#offset, end: this.#offset + source.length });
        return;
      }
      for (const token of parser.next(source)) if (!this.#takeAll(this.#composer.next(token))) return;
      if (!isMark(source)) this.#offset += source.length;
    }
    for (const token of parser.end()) if (!this.#takeAll(this.#composer.next(token))) return;
    this.#takeAll(this.#composer.end(false, this.text.length));
  }

  /** Whatever the parser throws is a text that it cannot take. */
  fail(error: unknown): void {
    const place = { path: [], start: this.#offset, end: this.#offset };
    this.#report(error instanceof RangeError ? { ...tooDeep, ...place } : { ...unreadable(error), ...place });
  }

  /** False once enough is known. */
  #takeAll(documents: Iterable<Document.Parsed>): boolean {
    for (const document of documents) if (!this.#take(document)) return false;
    return true;
  }

  #take(node: Document.Parsed): boolean {
    const index = this.#index;
    if (index >= yamlLimits.documents) {
      const [start] = node.range;
      this.#report({ ...tooMany('documents', yamlLimits.documents), path: [], start, end: start });
      return false;
    }
    const error = node.errors[0] ?? node.warnings[0];
    if (error === undefined) this.#readValue(node, index);
    else this.#reportSyntax(error);
    this.#index += 1;
    return this.#nodesLeft >= 0;
  }

  #readValue(node: Document.Parsed, index: number): void {
    if (node.contents === null || isEmptyScalar(node)) return;
    if (this.#hasUserData) this.#noteUserData(node);
    const { value, spans, problems, nodesLeft } = readNode(node.contents, this.#nodesLeft);
    this.#nodesLeft = nodesLeft;
    for (const problem of problems) this.#report(problem);
    if (problems.length === 0) this.documents.push({ index, value, spans });
  }

  /** Of an instance or in a patch of an environment; also where the document cannot be used. */
  #noteUserData(node: Document.Parsed): void {
    visit(node, {
      Pair: (_, { key, value }) => {
        if (!isScalar(key) || key.value !== 'userData' || !isNode(value) || !value.range) return;
        const [start, end] = value.range;
        this.userData.push(start, end);
      },
    });
  }

  #reportSyntax(error: { readonly code: string; readonly message: string; readonly pos: [number, number] }): void {
    const [start, end] = error.pos;
    if (error.code === 'RESOURCE_EXHAUSTION') this.#report({ ...tooDeep, path: [], start, end });
    else this.#report({ ...unreadable(error), value: error.code, path: [], start, end });
  }

  #report(problem: Omit<Problem, 'document'>): void {
    this.problems.push({ ...problem, document: this.#index });
  }
}

type Refusal = Pick<Problem, 'ruleId' | 'message' | 'hint' | 'value'>;

/** Looks at the tokens before anything is built from them, so that a hostile file costs no more than reading it. */
class TokenGuard {
  #tokens = 0;
  #flowDepth = 0;
  #isScalarNext = false;

  refuse(source: string): Refusal | undefined {
    this.#tokens += 1;
    if (this.#tokens > tokensMax) return tooMany('nodes', yamlLimits.nodes);
    if (this.#isScalarNext || isMark(source)) {
      this.#isScalarNext = source === CST.SCALAR;
      return undefined;
    }
    return refusedFeature(source) ?? this.#refuseFlow(source);
  }

  #refuseFlow(source: string): Refusal | undefined {
    if (source === '[' || source === '{') this.#flowDepth += 1;
    if (source === ']' || source === '}') this.#flowDepth -= 1;
    if (this.#flowDepth > yamlLimits.depth) return tooDeep;
    if (this.#flowDepth >= 0) return undefined;
    return { ...unreadable(new Error(`unexpected '${source}'`)), value: source };
  }
}

/** Marks of the lexer that stand for no text. */
function isMark(source: string): boolean {
  return source === CST.DOCUMENT || source === CST.FLOW_END || source === CST.SCALAR;
}

function isEmptyScalar(node: Document.Parsed): boolean {
  const contents: unknown = node.contents;
  return typeof contents === 'object' && contents !== null && 'source' in contents && contents.source === '';
}

const features: Readonly<Record<string, readonly [name: string, hint: string]>> = {
  '&': ['an anchor', 'Write the value out where it is needed.'],
  '*': ['an alias', 'Write the value out; a text that begins with `*` must stand in quotes.'],
  '!': ['a tag', 'Remove the tag; put text that looks like a number in quotes.'],
  '%': ['a directive', 'Remove the line; tallyman reads YAML 1.2.'],
};

function refusedFeature(source: string): Refusal | undefined {
  const feature = features[source.charAt(0)];
  if (feature === undefined) return undefined;
  const [name, hint] = feature;
  const value = clipped(source.trimEnd());
  return { ruleId: 'manifest/yaml-feature', message: `'${value}' is ${name}, which tallyman refuses`, hint, value };
}

const tooDeep: Refusal = {
  ruleId: 'manifest/limit',
  message: `the document is nested deeper than ${yamlLimits.depth} levels`,
  hint: 'Flatten the document.',
  value: 'depth',
};

function tooMany(what: 'documents' | 'nodes', max: number): Refusal {
  const message = `the file has more than ${max} ${what}`;
  return { ruleId: 'manifest/limit', message, hint: 'Split the file.', value: what };
}

function unreadable(error: unknown): Refusal {
  const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  const message = clipped(text.charAt(0).toLowerCase() + text.slice(1)).replace(/\.$/, '');
  return { ruleId: 'manifest/syntax', message, hint: 'Correct the YAML.', value: message };
}
