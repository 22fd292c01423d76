import { readdirSync, readFileSync } from 'node:fs';
import { switchDefinitions } from '../../../src/emulator/world/settings.js';
import { type DocumentRow, documentRows } from '../document-rows.js';
import { conformanceCases } from './cases.js';

export interface CoveredRow extends DocumentRow {
  /** What tries it: a case that any client can run, the table of switches, another test that names the row; or nothing. */
  readonly by: 'case' | 'switch' | 'test' | 'not imitated' | 'nothing';
}

const testFolder = new URL('../', import.meta.url);

/** The IDs that the other tests of the emulator name, in titles or beside them. */
function idsInTests(): ReadonlySet<string> {
  const files = readdirSync(testFolder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.test.ts') && !name.startsWith('conformance'),
  );
  const texts = files.map((name) => readFileSync(new URL(name, testFolder), 'utf8'));
  return new Set(texts.flatMap((text) => text.match(/\b(?:WIRE|IMG|INS)-\d+\b/gu) ?? []));
}

export function coverage(): readonly CoveredRow[] {
  const cited = new Set(conformanceCases.flatMap(({ rows }) => rows));
  const named = idsInTests();
  return documentRows(Object.keys(switchDefinitions)).map((row) => ({ ...row, by: coveredBy(row, cited, named) }));
}

function coveredBy(row: DocumentRow, cited: ReadonlySet<string>, named: ReadonlySet<string>): CoveredRow['by'] {
  if (cited.has(row.id)) return 'case';
  if (row.switches.length > 0) return 'switch';
  if (named.has(row.id)) return 'test';
  return row.isImitated ? 'nothing' : 'not imitated';
}
