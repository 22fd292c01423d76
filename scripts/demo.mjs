// Plays the story of the golden fleet on the emulator: `npm run demo`. Every command is really run, in a temporary copy
// of examples/golden-fleet, and what it writes is shown as it is, long texts without their middle.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, openPlayground, shortened } from './playground.mjs';

const isColored = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
const bold = (text) => (isColored ? `\u001b[1m${text}\u001b[22m` : text);
const dim = (text) => (isColored ? `\u001b[2m${text}\u001b[22m` : text);

/** What a user does, in order. `lines`: how many of standard output are shown at its begin and end. */
function storyIn(folder) {
  const image = JSON.parse(readFileSync(join(folder, 'second-image.json'), 'utf8'));
  return [
    {
      say: 'A pull request: are the manifests sound, and do they keep to the policy?\nOffline, without credentials. The emulated cloud lives in January 2026, so lint\njudges as of then.',
      words: ['lint', '--as-of', '2026-01-01'],
    },
    {
      say: 'Which image is "the newest golden image of account 1600000000000001"? The answer\nis kept in the lock file. A newer look-alike that a stranger shares under the same\nname is never considered.',
      words: ['update', '--emulator'],
    },
    { say: 'What would apply do? Nothing exists yet.', words: ['plan', '--emulator'], lines: [17, 9] },
    {
      say: 'Do it: copy the image inside its region, from there into the other region, and\nlaunch the fleet.',
      words: ['apply', '--emulator', '--auto-approve'],
    },
    { say: 'Nothing is left to do.', words: ['plan', '--emulator', '--detailed-exitcode'] },
    {
      say: 'The image account shares a new golden image.',
      words: ['emulator', 'change', JSON.stringify({ op: 'addImage', image }), '--state', '.tallyman/emulator'],
      typed: `tallyman emulator change '{"op": "addImage", "image": '"$(cat second-image.json)"'}' --state .tallyman/emulator`,
    },
    { say: 'A nightly job notices (exit code 2) ...', words: ['update', '--check', '--emulator'], expected: 2 },
    { say: '... and the lock is moved on: this is the change that is reviewed.', words: ['update', '--emulator'] },
    {
      say: 'What does that mean for the fleet? The plan is saved for apply.',
      words: ['plan', '--emulator', '--out', 'tallyman.plan.json'],
      lines: [18, 27],
    },
    {
      say: 'Exactly that plan: one member of an Instance after the other, each healthy before\nthe next is stopped.',
      words: ['apply', 'tallyman.plan.json', '--emulator'],
    },
    { say: 'Nothing is left to do.', words: ['plan', '--emulator', '--detailed-exitcode'] },
    { say: 'Every member, and the copies that `history: 1` keeps.', words: ['status', '--emulator'] },
  ];
}

const progressShown = 4;

async function play(playground) {
  for (const { say, words, typed, expected = 0, lines = [40, 10] } of storyIn(playground.folder)) {
    process.stdout.write(
      `\n${dim(say.replace(/^/gm, '# '))}\n${bold(`$ ${typed ?? ['tallyman', ...words].join(' ')}`)}\n`,
    );
    const { code, stdout, stderr } = await playground.run(words, isColored ? { FORCE_COLOR: '1' } : {});
    if (stderr !== '') process.stdout.write(dim(shortened(stderr, 0, code === expected ? progressShown : 40)));
    if (stdout !== '') process.stdout.write(shortened(stdout, ...lines));
    if (code !== expected)
      throw new Error(`tallyman ${words[0]} ended with exit code ${code}, and not with ${expected}`);
  }
}

async function tellWhatWasMade(playground) {
  const { stdout } = await playground.run(['status', '--emulator', '-o', 'json']);
  const { members, others } = JSON.parse(stdout);
  const count = (kind) => [...members, ...others].filter(({ address }) => address.startsWith(`${kind}/`)).length;
  process.stdout.write(`
${bold('What was made')}, on the emulator alone: ${count('ImageCopy')} encrypted copies of two
shared images in two regions, and ${count('Instance')} instances, all moved onto the second image.
No account was used and no request left this machine.

${bold('The same with a real account')}: put your UIDs, regions, images and
vSwitches into the manifests of a copy of examples/golden-fleet, give the account in
tallyman.yaml its credentials (docs/credentials.md), and leave out --emulator.
lint, update, plan and status write nothing to the cloud.
`);
}

async function main() {
  ensureBuilt();
  const startedMs = Date.now();
  const playground = openPlayground();
  const stop = (signal) => {
    playground.close();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    process.stdout.write(`The golden fleet, in a temporary copy of examples/golden-fleet.\n`);
    await play(playground);
    await tellWhatWasMade(playground);
    process.stdout.write(
      `\nThe story took ${Math.round((Date.now() - startedMs) / 1000)} s; the temporary copy is removed.\n`,
    );
  } finally {
    playground.close();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
