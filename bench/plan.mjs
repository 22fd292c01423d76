import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProject, nodeRuntime, plan } from '../dist/index.js';
import { regions, writeFleet } from './fleet.mjs';
import { median, ms, row, tallymanJs, withCache } from './measure.mjs';
import { serve } from './serve.mjs';

const count = 10_000;
const latencyMs = 50;

/** A whole `plan` of a fleet that is as wanted, through the SDK, from an emulator that takes 50 ms for each answer. */
export async function run(directory) {
  writeFleet(directory, count);
  const slow = await serve('emulator-process.mjs', count, latencyMs);
  try {
    await tallyman(directory, ['update', '--endpoint', slow.endpoint, '--color', 'never']);
    const runs = [];
    for (let round = 0; round < 3; round += 1) runs.push(await planOf(directory, slow));
    const { calls } = runs[0];
    const wall = median(runs.map(({ wallMs }) => wallMs));
    // The longest chain of one region: identity, DryRun, then pages of instances one after another.
    const chain = 2 + Math.ceil(count / regions.length / 100);
    const start = median(runs.map(({ version }) => version));
    const made = median(await flowsOf(directory, slow));
    return [
      row(
        'from the first call to the plan',
        ms(made),
        `${chain} calls one after another ${ms(chain * latencyMs)}`,
        made / (chain * latencyMs),
        'at most 1.3x',
      ),
      row(
        'the whole command',
        ms(wall),
        `${chain} calls one after another ${ms(chain * latencyMs)}`,
        wall / (chain * latencyMs),
      ),
      row('its CPU', ms(median(runs.map(({ cpuMs }) => cpuMs))), `\`--version\` ${ms(start)}`, null),
      row(
        'its peak memory',
        `${Math.round(median(runs.map(({ memoryKiB }) => memoryKiB)) / 1024)} MiB`,
        'limit 300 MiB',
        median(runs.map(({ memoryKiB }) => memoryKiB)) / 1024 / 300,
        'at most 1x',
      ),
      row('API calls', String(sum(calls)), describe(calls), null),
    ];
  } finally {
    await slow.stop();
  }
}

/** The flow behind the command, with the project read and the SDK loaded: only the calls and what is made of them. */
async function flowsOf(directory, { endpoint }) {
  const runtime = nodeRuntime('0.0.0');
  const project = await loadProject(await runtime.openFiles(directory), { projectFile: 'tallyman.yaml' });
  const { reader, clock } = await runtime.connect({
    accounts: project.desired.project.accounts,
    endpoint,
    allowCustomEndpoint: false,
    network: 'public',
    timeoutMs: 30_000,
    log: await runtime.openLog({ level: 'warn', format: 'text' }),
    ownsEmulator: false,
  });
  const options = { targets: [], excludes: [], prune: false, allow: [], allowEmpty: false, maxRemovals: null };
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    const ports = { cloud: reader, clock, commit: null, toolVersion: runtime.version };
    const began = performance.now();
    await plan(ports, project, { ...options, retryRejected: false, asOf: null });
    times.push(performance.now() - began);
  }
  return times;
}

const sum = (calls) => Object.values(calls).reduce((total, number) => total + number, 0);
const describe = (calls) =>
  Object.entries(calls)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ');

async function planOf(cwd, { endpoint }) {
  const before = await callsOf(endpoint);
  const report = join(cwd, 'usage.json');
  const hook = join(cwd, 'usage.mjs');
  writeFileSync(
    hook,
    `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(report)},JSON.stringify(process.resourceUsage())));`,
  );
  const began = performance.now();
  await tallyman(cwd, ['plan', '--endpoint', endpoint, '--color', 'never'], ['--import', hook]);
  const wallMs = performance.now() - began;
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(report, 'utf8'));
  const versionBegan = performance.now();
  await tallyman(cwd, ['--version']);
  const version = performance.now() - versionBegan;
  const calls = difference(await callsOf(endpoint), before);
  return { wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, memoryKiB: maxRSS, calls, version };
}

async function callsOf(endpoint) {
  const answer = await fetch(`${endpoint}/_emulator/calls`);
  return (await answer.json()).counts;
}

function difference(after, before) {
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, number]) => [name, number - (before[name] ?? 0)])
      .filter(([, number]) => number > 0),
  );
}

async function tallyman(cwd, words, options = []) {
  const child = spawn(process.execPath, [...options, tallymanJs, ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: withCache(),
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`tallyman ${words.join(' ')} ended with ${code}:\n${text.slice(-2_000)}`);
}
