import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { type CliRun, tallyman } from './cli.js';

const hook = new URL('no-network.mjs', import.meta.url).href;

export interface WatchedRun extends CliRun {
  /** What reached for the network, and was refused. */
  readonly network: readonly string[];
  /** URLs and paths of all modules that were loaded. */
  readonly modules: readonly string[];
}

/** Runs the command line in a process that has no network, or none but loopback. */
export async function tallymanWithoutNetwork(
  cwd: string,
  words: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly allowsLoopback?: boolean } = {},
): Promise<WatchedRun> {
  const report = join(tmpdir(), `no-network-${randomUUID()}.jsonl`);
  const env = {
    ...options.env,
    NO_NETWORK_REPORT: report,
    ...(options.allowsLoopback === true ? { NO_NETWORK_ALLOW: 'loopback' } : {}),
  };
  const run = await tallyman(cwd, words, { env, nodeOptions: ['--import', hook] });
  const lines = (await readFile(report, 'utf8')).trimEnd().split('\n');
  await rm(report);
  const entries = lines.map((line) => JSON.parse(line) as { readonly network?: string; readonly module?: string });
  return {
    ...run,
    network: entries.flatMap(({ network }) => network ?? []),
    modules: entries.flatMap(({ module }) => module ?? []),
  };
}
