import { type ParsedText, parsedText, type SourceText } from './parsed-text.js';
import { readYaml } from './read-yaml.js';

/** Reads the documents of one file. Never throws. */
export function parseDocuments(source: SourceText): ParsedText {
  return parsedText(source, readYaml(source.text));
}
