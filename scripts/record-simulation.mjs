// `node scripts/record-simulation.mjs FILE...`: writes what `npm run simulate -- --json FILE` recorded into
// docs/guarantees.md, between the two marks: one block of seeds, or several that were run one after the other.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('../docs/guarantees.md', import.meta.url));
const [begin, end] = ['<!-- simulation: begin -->', '<!-- simulation: end -->'];

const files = process.argv.slice(2);
if (files.length === 0) throw new Error('name the files that `npm run simulate -- --json FILE` wrote');
const blocks = files.map((file) => JSON.parse(readFileSync(file, 'utf8'))).sort((a, b) => a.seed - b.seed);

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}

/** Counts of the same names in several blocks, added up. */
function sum(counts) {
  const total = {};
  for (const [name, times] of counts.flatMap(Object.entries)) total[name] = (total[name] ?? 0) + times;
  return total;
}

function table(name, columns, first) {
  const tables = blocks.map((block) => block[name]);
  const rows = [...new Set(tables.flatMap(Object.keys))].sort().map((row) => {
    const cells = sum(tables.map((one) => one[row] ?? {}));
    return line([row, ...columns.map((column) => cells[column] ?? 0)]);
  });
  return [line([first, ...columns]), line([first, ...columns].map(() => '---')), ...rows].join('\n');
}

const { faults, outcomes } = blocks[0].columns;
const failed = blocks.flatMap((block) => block.failed);
const seeds = blocks.map(({ seed, runs }) => `${seed} to ${seed + runs - 1}`).join(', ');
const { runs, seconds } = sum(blocks.map((block) => ({ runs: block.runs, seconds: block.seconds })));
const verdict =
  failed.length === 0 ? 'no promise was broken' : `promises were broken by the seeds ${failed.join(', ')}`;
const happened = Object.entries(sum(blocks.map(({ events }) => events)))
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(line)
  .join('\n');
const text = `${begin}
${runs} seeds, ${seeds}, in ${seconds} s: ${verdict}.

Calls by kind of action (or operation that reads) and what befell them:

${table('actions', faults, 'call')}

Findings and refusals by rule:

${table('rules', outcomes, 'rule')}

What else happened:

${line(['event', 'times'])}
${line(['---', '---'])}
${happened}
${end}`;
const before = readFileSync(page, 'utf8');
const [head, rest] = before.split(begin);
const tail = rest?.split(end)[1];
if (tail === undefined) throw new Error(`docs/guarantees.md lacks ${begin} or ${end}`);
writeFileSync(page, `${head}${text}${tail}`);
