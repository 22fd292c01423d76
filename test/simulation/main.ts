import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type LaneOptions, type SeedReport, tellSeed } from './lane.js';
import { columns, Counts, emptyCells, renderMatrix } from './matrix.js';
import { simulate } from './simulate.js';
import { parseStory } from './story-text.js';

/** The command behind `npm run simulate`; its flags are told in docs/simulation.md. */
interface Options extends LaneOptions {
  readonly seed: number;
  readonly runs: number;
  /** Real seconds after which no further seed is begun; null: all runs are made. */
  readonly seconds: number | null;
  readonly workers: number;
  readonly story: string | null;
  readonly json: string | null;
  /** Fails where a cell of the matrix is empty that can occur. */
  readonly needsCoverage: boolean;
  readonly isQuiet: boolean;
  /** No further seed is begun once one has broken a promise. */
  readonly stopsAtFirst: boolean;
}

/** How many failures are told in full; the others by their seed. */
const failuresShownMax = 5;

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      runs: { type: 'string' },
      seconds: { type: 'string' },
      workers: { type: 'string', default: '2' },
      story: { type: 'string' },
      json: { type: 'string' },
      trace: { type: 'boolean', default: false },
      coverage: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      'until-broken': { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
    },
  });
  const whole = (name: string, text: string): number => {
    if (!/^\d{1,15}$/.test(text)) throw new Error(`\`--${name}\` must be a whole number, not '${text}'`);
    return Number(text);
  };
  const seconds = values.seconds === undefined ? null : whole('seconds', values.seconds);
  return {
    seed: whole('seed', values.seed ?? String(Date.now() % 1e9)),
    runs: whole('runs', values.runs ?? (seconds === null ? '1' : '1000000000')),
    seconds,
    workers: Math.max(1, whole('workers', values.workers)),
    story: values.story ?? null,
    json: values.json ?? null,
    showsTrace: values.trace,
    needsCoverage: values.coverage,
    isQuiet: values.quiet,
    stopsAtFirst: values['until-broken'],
    shrinks: !values['no-shrink'],
  };
}

/** Lives one story through that stands in a file. */
async function tellStory(file: string, options: Options): Promise<number> {
  const { violations, trace, traceDigest } = await simulate(parseStory(readFileSync(file, 'utf8')));
  if (options.showsTrace) console.log(trace.join('\n'));
  for (const { invariant, message } of violations) console.log(`${invariant}: ${message}`);
  console.log(`${file}: ${violations.length === 0 ? 'every promise held' : 'broken'}; trace ${traceDigest}`);
  return violations.length === 0 ? 0 : 1;
}

/** Takes reports in the order of their seeds, in whatever order they come. */
class Tally {
  readonly counts = new Counts();
  readonly failed: number[] = [];
  readonly #digest = createHash('sha256');
  readonly #early = new Map<number, SeedReport>();
  done = 0;

  constructor(private readonly options: Options) {}

  take(report: SeedReport): void {
    this.#early.set(report.seed, report);
    for (;;) {
      const next = this.#early.get(this.options.seed + this.done);
      if (next === undefined) return;
      this.#early.delete(next.seed);
      this.done += 1;
      this.#tell(next);
    }
  }

  get digest(): string {
    return this.#digest.copy().digest('hex');
  }

  #tell({ seed, violations, counts, trace, traceDigest, shrunk }: SeedReport): void {
    this.counts.add(counts);
    this.#digest.update(traceDigest);
    if (trace !== null) console.log(trace.join('\n'));
    if (violations.length === 0) return;
    this.failed.push(seed);
    if (this.options.isQuiet || this.failed.length > failuresShownMax) return;
    console.log(`\nseed ${seed} breaks`);
    for (const { invariant, message } of violations) console.log(`  ${invariant}: ${message}`);
    console.log(`replay it: npm run simulate -- --seed ${seed} --trace`);
    if (shrunk === null) return;
    const file = join('.tallyman', 'simulation', `seed-${seed}.yaml`);
    mkdirSync(join('.tallyman', 'simulation'), { recursive: true });
    writeFileSync(file, shrunk);
    console.log(`the smallest story that breaks it: npm run simulate -- --story ${file}\n${shrunk}`);
  }
}

async function tellSeeds(options: Options): Promise<number> {
  const { seed, runs, seconds, workers } = options;
  console.log(`seeds from ${seed}: npm run simulate -- --seed ${seed} --runs ${seconds === null ? runs : 'N'}`);
  const begun = performance.now();
  const tally = new Tally(options);
  let next = seed;
  const more = (): number | null => {
    const isOver = seconds !== null && performance.now() - begun >= seconds * 1000;
    const isBroken = options.stopsAtFirst && tally.failed.length > 0;
    if (isOver || isBroken || next >= seed + runs) return null;
    next += 1;
    return next - 1;
  };
  const lanes = Math.min(workers, runs);
  await Promise.all(
    Array.from({ length: lanes }, () => (lanes === 1 ? inline(options, tally, more) : lane(options, tally, more))),
  );
  const took = (performance.now() - begun) / 1000;
  const rate = (tally.done / took).toFixed(1);
  if (!options.isQuiet) console.log(renderMatrix(tally.counts));
  console.log(`\n${tally.done} seeds from ${seed} in ${took.toFixed(1)} s, ${rate} a second; traces ${tally.digest}`);
  if (options.json !== null) {
    const { actions, rules, events } = tally.counts;
    const record = {
      seed,
      runs: tally.done,
      failed: tally.failed,
      seconds: Math.round(took),
      columns,
      actions,
      rules,
      events,
    };
    writeFileSync(options.json, `${JSON.stringify(record)}\n`);
  }
  const empty = options.needsCoverage ? emptyCells(tally.counts) : [];
  for (const cell of empty) console.log(`never happened: ${cell}`);
  if (tally.failed.length > 0) console.log(`broken by ${tally.failed.length}: ${tally.failed.slice(0, 50).join(', ')}`);
  return tally.failed.length > 0 || empty.length > 0 ? 1 : 0;
}

async function inline(options: Options, tally: Tally, more: () => number | null): Promise<void> {
  for (let seed = more(); seed !== null; seed = more()) tally.take(await tellSeed(seed, options));
}

/** One worker, which gets one seed after the other. */
function lane(options: Options, tally: Tally, more: () => number | null): Promise<void> {
  const { shrinks, showsTrace } = options;
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { shrinks, showsTrace } });
    const give = (): void => {
      const seed = more();
      if (seed === null) void worker.terminate().then(() => resolve());
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      else worker.postMessage(seed);
    };
    worker.on('message', (report: SeedReport) => {
      tally.take(report);
      give();
    });
    worker.on('error', reject);
    give();
  });
}

function serve(port: NonNullable<typeof parentPort>): void {
  const options = workerData as LaneOptions;
  port.on('message', (seed: number) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    void tellSeed(seed, options).then((report) => port.postMessage(report));
  });
}

if (isMainThread) {
  const options = readOptions();
  process.exitCode = await (options.story === null ? tellSeeds(options) : tellStory(options.story, options));
} else if (parentPort !== null) {
  serve(parentPort);
}
