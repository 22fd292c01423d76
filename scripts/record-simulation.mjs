// `node scripts/record-simulation.mjs FILE`: writes what `npm run simulate -- --json FILE` recorded into
// docs/guarantees.md, between the two marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('../docs/guarantees.md', import.meta.url));
const [begin, end] = ['<!-- simulation: begin -->', '<!-- simulation: end -->'];
const outcomes = ['error', 'warning', 'info', 'waived'];
const faults = [
  'none',
  'throttle',
  'server-error',
  'server-error-after',
  'lost-before',
  'lost-after',
  'late',
  'slow',
  'stale',
  'page-shift',
  'denied',
  'expired',
  'no-stock',
];

function table(rows, columns, first) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const body = Object.keys(rows)
    .sort()
    .map((name) => line([name, ...columns.map((column) => rows[name][column] ?? 0)]));
  return [line([first, ...columns]), line([first, ...columns].map(() => '---')), ...body].join('\n');
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('name the file that `npm run simulate -- --json FILE` wrote');
const { seed, runs, failed, seconds, actions, rules, events } = JSON.parse(readFileSync(file, 'utf8'));
const last = seed + runs - 1;
const verdict =
  failed.length === 0 ? 'no promise was broken' : `promises were broken by the seeds ${failed.join(', ')}`;
const happened = Object.entries(events)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([event, times]) => `| ${event} | ${times} |`)
  .join('\n');
const text = `${begin}
Seeds ${seed} to ${last}, in ${seconds} s: ${verdict}.

Calls by kind of action (or operation that reads) and what befell them:

${table(actions, faults, 'call')}

Findings and refusals by rule:

${table(rules, outcomes, 'rule')}

What else happened:

| event | times |
| --- | --- |
${happened}
${end}`;
const before = readFileSync(page, 'utf8');
const [head, rest] = before.split(begin);
const tail = rest?.split(end)[1];
if (tail === undefined) throw new Error(`docs/guarantees.md lacks ${begin} or ${end}`);
writeFileSync(page, `${head}${text}${tail}`);
