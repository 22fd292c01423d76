#!/usr/bin/env node
import { readFileSync } from 'node:fs';

/** Written in where the command is bundled; not there in dist/main.js, which reads it. */
declare const TALLYMAN_VERSION: string | undefined;
declare const TALLYMAN_PARSER: string | undefined;

/** Read, not imported: the one thing that `--version` needs. */
function readVersion(): string {
  if (typeof TALLYMAN_VERSION === 'string') return TALLYMAN_VERSION;
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

async function main(words: readonly string[]): Promise<number> {
  if (words.length === 1 && words[0] === '--version') {
    process.stdout.write(`${readVersion()}\n`);
    return 0;
  }
  const [{ runSafely }, { nodeRuntime }] = await Promise.all([
    import('./cli/run-safely.js'),
    import('./node-runtime.js'),
  ]);
  return runSafely(words, nodeRuntime(readVersion(), typeof TALLYMAN_PARSER === 'string' ? TALLYMAN_PARSER : null));
}

// A reader that leaves early (`tallyman plan | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});
process.stderr.on('error', () => undefined);

// Only the code is set: the process ends when everything is written, so that a large result reaches a pipe whole.
process.exitCode = await main(process.argv.slice(2));
