import type { Finding } from '../domain/finding.js';
import type { PolicyTestDocument } from '../domain/generated/documents.js';
import type { Checked } from './checked-documents.js';
import { isPolicyTest } from './generated/validators.js';
import { inputError } from './input-error.js';
import { memberOf } from './member-of.js';
import { parseDocuments } from './parse-documents.js';
import type { ParsedDocument, SourceText } from './parsed-text.js';
import { schemaFindings } from './schema-findings.js';

const kind = 'PolicyTest';

export interface PolicyTests {
  readonly documents: readonly Checked<PolicyTestDocument>[];
  readonly findings: readonly Finding[];
}

/** Whether the name is that of a file with cases for `policy test`. */
export function isPolicyTestFile(path: string): boolean {
  return path.endsWith('.policy-test.yaml');
}

/** The documents of a file with cases. Never throws. */
export function readPolicyTests(source: SourceText): PolicyTests {
  const { documents, findings } = parseDocuments(source);
  const read = documents.map(readOne);
  return {
    documents: read.flatMap(({ document }) => (document === null ? [] : [document])),
    findings: [...findings, ...read.flatMap((one) => one.findings)],
  };
}

function readOne(document: ParsedDocument): {
  readonly document: Checked<PolicyTestDocument> | null;
  readonly findings: readonly Finding[];
} {
  const { value, origin } = document;
  const body: unknown = value;
  const name = memberOf(memberOf(value, 'metadata'), 'name');
  const address = `${kind}/${typeof name === 'string' ? name : ''}`;
  if (memberOf(value, 'kind') !== kind) {
    const message = `a file \`*.policy-test.yaml\` must hold documents of kind '${kind}'`;
    const at = { ...origin, path: ['kind'] };
    const hint = `Write \`kind: ${kind}\`, or move the document to another file.`;
    const error = inputError({ ruleId: 'manifest/kind', at, address: null, message, hint, value: '' });
    return { document: null, findings: [error] };
  }
  if (isPolicyTest(body)) return { document: { address, origin, body }, findings: [] };
  return { document: null, findings: schemaFindings({ kind, document, address }, isPolicyTest.errors ?? []) };
}
