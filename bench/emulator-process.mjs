// An emulator with so many instances, in a process of its own: `node emulator-process.mjs COUNT LATENCY_MS [STATE_DIR]`.
// Prints a line of JSON when it serves; ends when its standard input does.
import { startEmulator } from '../dist/emulator/index.js';
import { fleetScenario } from './fleet.mjs';

const [count, latencyMs, stateDir] = process.argv.slice(2);
const scenario = fleetScenario(Number(count), { latencyMs: Number(latencyMs) });
const began = performance.now();
const emulator = await startEmulator({ scenario, ...(stateDir === undefined ? {} : { stateDir }) });
const startMs = performance.now() - began;
globalThis.gc?.();
const { rss } = process.memoryUsage();
console.log(JSON.stringify({ endpoint: emulator.endpoint, startMs, rss }));
process.stdin.on('end', () => void emulator.close()).resume();
