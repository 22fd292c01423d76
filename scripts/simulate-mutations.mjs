// `npm run simulate:mutations`: puts each deliberate bug of test/simulation/mutations.mjs into the simulator and plays the
// recorded seed, which must find it. With `--search N` it looks for the first of N seeds that does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutations } from '../test/simulation/mutations.mjs';
import { bundleSimulator } from './bundle-simulator.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({ options: { search: { type: 'string' } }, allowPositionals: true });
const chosen = mutations.filter(({ name }) => positionals.every((part) => name.includes(part)));
const folder = mkdtempSync(join(tmpdir(), 'tallyman-mutations-'));
let missed = 0;

/** The first of so many seeds that breaks a promise; undefined where none does. */
function finderAmong(bundle, from, runs) {
  const flags = [
    '--seed',
    from,
    '--runs',
    runs,
    '--quiet',
    '--no-shrink',
    '--until-broken',
    '--workers',
    runs > 1 ? 2 : 1,
  ];
  const { stdout } = spawnSync(process.execPath, [bundle, ...flags.map(String)], { encoding: 'utf8' });
  const found = /^broken by \d+: (\d+)/m.exec(stdout);
  return found === null ? undefined : Number(found[1]);
}

try {
  for (const [index, { name, seed, file, ...patch }] of chosen.entries()) {
    const bundle = join(folder, `mutation-${index}.mjs`);
    const patches = (patch.parts ?? [patch]).map((part) => ({ file, ...part }));
    try {
      await bundleSimulator(root, bundle, patches);
    } catch (error) {
      missed += 1;
      console.log(`CANNOT BE PUT IN: ${name}: ${error.errors?.[0]?.text ?? error.message}`);
      continue;
    }
    const found =
      values.search === undefined ? finderAmong(bundle, seed, 1) : finderAmong(bundle, 1, Number(values.search));
    if (found === undefined) missed += 1;
    console.log(`${found === undefined ? 'NOT FOUND' : `found by seed ${found}`}: ${name}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${chosen.length - missed} of ${chosen.length} deliberate bugs found`);
process.exitCode = missed === 0 ? 0 : 1;
