import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { type CliRun, tallyman, tallymanJs } from './cli.js';

/** Which sources each file of the built command holds, as the bundler wrote it down. */
interface Bundle {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>;
}

const hook = new URL('no-network.mjs', import.meta.url).href;

export interface WatchedRun extends CliRun {
  /** What reached for the network, and was refused. */
  readonly network: readonly string[];
  /** Paths of all modules that were loaded; for a file of the built command, those of the sources in it. */
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
  const bundle = JSON.parse(await readFile(join(dirname(tallymanJs), 'meta.json'), 'utf8')) as Bundle;
  return {
    ...run,
    network: entries.flatMap(({ network }) => network ?? []),
    modules: entries.flatMap(({ module }) => (module === undefined ? [] : sourcesOf(module, bundle))),
  };
}

function sourcesOf(module: string, { outputs }: Bundle): readonly string[] {
  const output = module.includes('/dist/bin/') ? outputs[`dist/bin/${basename(module)}`] : undefined;
  return output === undefined ? [module] : Object.keys(output.inputs);
}
