import type { Json } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import type { FieldPath, Origin } from '../domain/origin.js';
import { nodeStyle, type YamlDocument, type YamlFile, type YamlNode, YamlNodes } from '../domain/yaml-file.js';
import { inputError } from './input-error.js';
import type { Problem } from './problem.js';

export interface SourceText {
  /** Relative to the project root, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** A text as it was parsed now. */
export interface ReadYaml extends YamlFile {
  readonly problems: readonly Problem[];
}

export interface ParsedDocument {
  /** Path `[]`: the document itself. */
  readonly origin: Origin;
  readonly value: Json;
  /** A scalar as it stands in the file, without quotes: `0123` where `value` has 123. Undefined for all else. */
  textAt(path: FieldPath): string | undefined;
}

export interface ParsedText {
  readonly documents: readonly ParsedDocument[];
  readonly findings: readonly Finding[];
  readonly yaml: ReadYaml;
}

/** How texts become documents: by parsing them, or by remembering what that gave. */
export type Parse = (source: SourceText) => ParsedText;

/** What a file says whose text was parsed. */
export function parsedText(source: SourceText, yaml: ReadYaml): ParsedText {
  return {
    documents: yaml.documents.map((document) => parsedDocument(source, document)),
    findings: yaml.problems.map((problem) => problemFinding(source.file, problem)),
    yaml,
  };
}

function parsedDocument({ file, text }: SourceText, document: YamlDocument): ParsedDocument {
  const { index, value } = document;
  let nodes: YamlNodes | undefined;
  const textAt = (path: FieldPath): string | undefined => {
    nodes ??= new YamlNodes(document);
    const node = nodes.at(path);
    return node === undefined ? undefined : scalarText(text, node);
  };
  return { origin: { file, document: index, path: [] }, value, textAt };
}

/** Only a plain scalar becomes anything but text, and then it stands on one line. */
function scalarText(text: string, { value, style, start, end }: YamlNode): string | undefined {
  if (typeof value === 'string') return value;
  return style === nodeStyle.plain ? text.slice(start, end) : undefined;
}

function problemFinding(file: string, problem: Problem): Finding {
  const { ruleId, message, hint, value, document, path } = problem;
  return inputError({ ruleId, message, hint, value, address: null, at: { file, document, path } });
}
