// The golden fleet as a playground: a copy of the example in a temporary folder, and the built command to play with.
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const example = join(root, 'examples/golden-fleet');
const entry = join(root, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).bin.tallyman);
const buildMark = join(root, 'dist/.tsbuildinfo');

/** Builds where dist/ is missing or older than anything in src/. */
export function ensureBuilt() {
  if (existsSync(entry) && existsSync(buildMark) && newestIn('src') <= statSync(buildMark).mtimeMs) return;
  process.stderr.write('Building dist/ ...\n');
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  // The compiler leaves the mark alone when nothing changed but times.
  utimesSync(buildMark, new Date(), new Date());
}

function newestIn(folder) {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const times = files
    .filter((file) => file.isFile())
    .map((file) => statSync(join(file.parentPath, file.name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.max(...times);
}

/** `close` ends a command that still runs and removes the folder. */
export function openPlayground() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'tallyman-')));
  const folder = join(base, 'golden-fleet');
  // What somebody's own tries left in the example stays there.
  cpSync(example, folder, { recursive: true, filter: (path) => !path.endsWith('.tallyman') });
  const children = new Set();
  return {
    folder,
    run: (words, env = {}) => runCommand(folder, words, env, children),
    close() {
      for (const child of children) child.kill('SIGKILL');
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** The command's exit code and what it wrote; neither the caller's settings for tallyman nor its terminal reach it. */
function runCommand(cwd, words, env, children) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TALLYMAN_|FORCE_COLOR$)/.test(name));
  const child = spawn(process.execPath, [entry, ...words], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      children.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
}

/** The first and last lines of a text, and in between how many are left out. */
export function shortened(text, first, last) {
  const lines = text.replace(/\n+$/, '').split('\n');
  const left = lines.length - first - last;
  if (left <= 1) return `${lines.join('\n')}\n`;
  return `${[...lines.slice(0, first), `... (${left} lines left out) ...`, ...lines.slice(lines.length - last)].join('\n')}\n`;
}
