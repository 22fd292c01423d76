import { isScalar } from 'yaml';
import type { Json } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import type { FieldPath, Origin } from '../domain/origin.js';
import { inputError } from './input-error.js';
import type { Problem } from './problem.js';
import { readYaml, type YamlDocument } from './read-yaml.js';

export interface SourceText {
  /** Relative to the project root, with `/`. */
  readonly file: string;
  readonly text: string;
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
}

/** Reads the documents of one file. Never throws. */
export function parseDocuments(source: SourceText): ParsedText {
  const { documents, problems } = readYaml(source.text);
  return {
    documents: documents.flatMap((document) => parsed(source.file, document)),
    findings: problems.map((problem) => problemFinding(source.file, problem)),
  };
}

export function problemFinding(file: string, problem: Problem): Finding {
  const { ruleId, message, hint, value, document, path } = problem;
  return inputError({ ruleId, message, hint, value, address: null, at: { file, document, path } });
}

function parsed(file: string, { index, node, value }: YamlDocument): readonly ParsedDocument[] {
  if (value === undefined) return [];
  const textAt = (path: FieldPath): string | undefined => {
    const found = path.length === 0 ? node.contents : node.getIn(path, true);
    return isScalar(found) ? found.source : undefined;
  };
  return [{ origin: { file, document: index, path: [] }, value, textAt }];
}
