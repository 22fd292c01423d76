// npm runs this after it has installed what the repository needs, also where it installs the repository itself from git,
// as pre-commit does: the command must be there then. What is built already is left as it is.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** `npm install --global` of a git repository prepares it without its dependencies: it looks for them globally. */
function installDependencies() {
  const isGlobal = ([name]) => /^npm_config_(?:global|location|local_prefix|omit|only)$/i.test(name);
  const env = Object.fromEntries(Object.entries(process.env).filter((entry) => !isGlobal(entry)));
  const words = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', words, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Error('npm ci failed');
}

if (!existsSync(`${root}dist/bin/tallyman.js`)) {
  if (!existsSync(`${root}node_modules/esbuild`)) installDependencies();
  await import('./build.mjs');
}
