import { expect, it } from 'vitest';
import { conformanceCases } from './cases.js';
import { coverage } from './coverage.js';

const rows = coverage();

it('cases name rows that exist', () => {
  const known = new Set(rows.map(({ id }) => id));
  expect(conformanceCases.flatMap(({ rows: cited }) => cited).filter((id) => !known.has(id))).toEqual([]);
});

it('cases have titles of their own within what they check', () => {
  const titles = conformanceCases.map(({ rows: cited, title }) => `${cited.join()} ${title}`);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

it('nothing that is imitated goes untried', () => {
  const bare = rows.filter(({ by }) => by === 'nothing').map(({ id, behaviour }) => `${id} ${behaviour}`);
  if (process.env['EMULATOR_COVERAGE'] !== undefined) {
    const kinds = [...new Set(rows.map(({ by }) => by))];
    const lines = kinds.map((kind) => `${rows.filter(({ by }) => by === kind).length} ${kind}`);
    process.stdout.write(`${[...lines, ...bare].join('\n')}\n`);
  }
  expect(bare).toEqual([]);
});
