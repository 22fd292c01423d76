import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** What a parser of XML makes of a text; throws where it is none. Attributes stand beside the elements, as text. */
export function readXml(text: string): unknown {
  const validity = XMLValidator.validate(text);
  if (validity !== true) throw new Error(`not XML: ${validity.err.msg} in line ${validity.err.line}`);
  const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (forbidden !== null) throw new Error(`a character that XML 1.0 forbids, at ${forbidden.index}`);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    ignoreDeclaration: true,
    isArray: (name) => name === 'testcase',
  });
  return parser.parse(text);
}

export interface ReadCase {
  readonly classname: string;
  readonly name: string;
  readonly file?: string;
  readonly line?: string;
  readonly failure?: { readonly message: string; readonly '#text'?: string };
  readonly skipped?: { readonly message: string };
  readonly 'system-out'?: string;
}

export interface ReadSuite {
  readonly name: string;
  readonly tests: string;
  readonly failures: string;
  readonly skipped: string;
  readonly testcase: readonly ReadCase[];
}

export function readJunit(text: string): ReadSuite {
  return (readXml(text) as { testsuites: { testsuite: ReadSuite } }).testsuites.testsuite;
}
