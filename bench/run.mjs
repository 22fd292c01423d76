// `npm run bench` runs all, `npm run bench NAME ...` some. Every number stands beside a reference of the same run: times
// alone say more about the machine than about the program. Build first: it is dist/ that is measured.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { machine, root } from './measure.mjs';

const folder = join(root, 'bench');
/** The others are what these are made of. */
const files = readdirSync(folder).filter((file) =>
  /^(start-up|lint-large|plan|plan-logic|rehearse|apply-launches|emulator|watch|report)\.(mjs|ts)$/.test(file),
);
const byName = new Map(files.map((file) => [file.replace(/\.\w+$/, ''), file]));

/** A package that finds its own files beside itself cannot be bundled. */
function asItIs(name) {
  const path = pathToFileURL(join(root, 'node_modules', name, 'index.mjs')).href;
  return {
    name,
    setup: (build) => build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path, external: true })),
  };
}

async function load(file, directory) {
  if (file.endsWith('.mjs')) return import(pathToFileURL(join(folder, file)).href);
  const outfile = join(directory, file.replace('.ts', '.mjs'));
  const here = JSON.stringify(import.meta.url);
  const define = { 'import.meta.url': here };
  // The SDK is made of CommonJS modules, which ask for Node's own by `require`.
  const banner = { js: `import { createRequire } from 'node:module'; const require = createRequire(${here});` };
  const entryPoints = [join(folder, file)];
  const plugins = [asItIs('playwright-core')];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', define, banner, plugins });
  return import(pathToFileURL(outfile).href);
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !byName.has(name));
if (unknown.length > 0) {
  console.error(`no benchmark '${unknown.join("', '")}'; there are ${[...byName.keys()].join(', ')}`);
  process.exit(4);
}

console.log(machine());
for (const name of asked.length > 0 ? asked : byName.keys()) {
  const directory = mkdtempSync(join(tmpdir(), 'tallyman-bench-'));
  try {
    const { run } = await load(byName.get(name), directory);
    console.log(`\n${name}`);
    console.table(await run(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
