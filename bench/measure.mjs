import { spawn } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const tallymanJs = `${root}dist/bin/tallyman.js`;

export function machine() {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpu.model.trim()}, ${cpus().length} cores, ${memory} GiB, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The environment with a folder for the cache of parsed files; without one there is no cache. */
export function withCache(folder) {
  const { TALLYMAN_NO_CACHE: _, ...env } = process.env;
  return folder === undefined ? { ...env, TALLYMAN_NO_CACHE: '1' } : { ...env, XDG_CACHE_HOME: folder };
}

/** Wall time of a `node` process in ms; `cache`: as of `withCache`; what it prints is thrown away, and it must end as expected. */
export async function timeNode(words, { cwd, codes = [0], cache } = {}) {
  const began = performance.now();
  const child = spawn(process.execPath, words, { cwd, stdio: ['ignore', 'ignore', 'pipe'], env: withCache(cache) });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (!codes.includes(code)) throw new Error(`node ${words.join(' ')} ended with ${code}:\n${stderr}`);
  return performance.now() - began;
}

/** Takes turns, so that a slow minute of the machine hits all alike. Medians in the order of `works`; ms. */
export async function alternate(works, rounds) {
  const times = works.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, work] of works.entries()) {
      const time = await work();
      // The first round warms caches.
      if (round > 0) times[index].push(time);
    }
  }
  return times.map(median);
}

/** How long a synchronous piece of work takes; ms. */
export function timed(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}

export const ms = (value) => (value < 10 ? `${value.toFixed(2)} ms` : `${value.toFixed(0)} ms`);

/** A row of the table that `run.mjs` prints. `target` null: none is set. */
export function row(what, measured, reference, ratio, target = null) {
  return { what, measured, reference, ratio: ratio === null ? '' : `${ratio.toFixed(2)}x`, target: target ?? '' };
}
