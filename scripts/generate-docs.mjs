// Remakes what pages quote of the program, `npm run docs`: docs/cli.md from the help, and in README.md each block
// between `<!-- output: NAME -->` and `<!-- end -->` from a real run on the emulator. With --check nothing is written,
// and the exit code says whether something would be.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, openPlayground } from './playground.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const block = /(<!-- output: ([a-z-]+) -->\n)[^]*?(<!-- end -->)/g;

/** Generated text by path from the root of the repository. */
export async function generateDocs() {
  ensureBuilt();
  const { cliReference } = await import('../dist/cli/reference.js');
  const outputs = await playedOutputs();
  const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(block, (_, begin, name, end) => {
    if (!(name in outputs)) throw new Error(`README.md asks for the output '${name}', and there is none`);
    return `${begin}\`\`\`text\n${outputs[name].trimEnd()}\n\`\`\`\n${end}`;
  });
  return { 'README.md': readme, 'docs/cli.md': cliReference() };
}

async function playedOutputs() {
  const playground = openPlayground();
  try {
    return { lookalike: await lookalike(playground), rollout: await rollout(playground) };
  } finally {
    playground.close();
  }
}

/** Somebody points the source at the account of the look-alike. */
async function lookalike(playground) {
  const file = join(playground.folder, 'manifests/images.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('owner: "1600000000000001"', 'owner: "1600000000000009"'));
  const shown = await run(playground, 3, 'lint', '--as-of', '2026-01-01');
  writeFileSync(file, text);
  // The counts of rules and checks say nothing here, and change with every rule that is added.
  return shown.replace(/\n\n\d+ errors, [^]*$/, '\n...\n');
}

/** A new golden image is shared with a fleet that runs the one before. */
async function rollout(playground) {
  // One action at a time, so that the emulator gives out its IDs in the same order every time.
  await run(playground, 0, 'apply', '--emulator', '--auto-approve', '--quiet', '--parallelism', '1');
  const image = JSON.parse(readFileSync(join(playground.folder, 'second-image.json'), 'utf8'));
  const change = JSON.stringify({ op: 'addImage', image });
  await run(playground, 0, 'emulator', 'change', change, '--state', '.tallyman/emulator');
  const update = await run(playground, 0, 'update', '--emulator');
  const plan = await run(playground, 0, 'plan', '--emulator', '--out', 'tallyman.plan.json');
  return `${update}\n${withoutMiddle(plan)}`;
}

/** The first copy and the last member stand for the others. */
function withoutMiddle(plan) {
  const parts = plan.split(/\n\n(?= {2}# \S+ (?:will|must) )/);
  return [parts[0], parts[1], `  ... (${parts.length - 3} more, left out here) ...`, parts.at(-1)].join('\n\n');
}

async function run(playground, expected, ...words) {
  const { code, stdout, stderr } = await playground.run(words, { NO_COLOR: '1' });
  if (code !== expected) throw new Error(`tallyman ${words[0]} ended with ${code}: ${stderr}`);
  return `$ ${['tallyman', ...words].join(' ')}\n${stdout}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  for (const [path, text] of Object.entries(await generateDocs())) {
    if (readFileSync(join(root, path), 'utf8') === text) continue;
    if (isCheck) {
      process.stderr.write(`${path} is not what the program says: run \`npm run docs\`\n`);
      process.exitCode = 1;
    } else {
      writeFileSync(join(root, path), text);
    }
  }
}
