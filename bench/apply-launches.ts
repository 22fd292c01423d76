import type { CallLimits } from '../src/adapters/pacing.js';
import { exitCode } from '../src/domain/errors.js';
import { applyExit } from '../src/cli/exit-code.js';
import { aCopy, aFleet, source, World } from '../test/apply/support.js';
import { row } from './measure.mjs';

/** 1,000 launches against a service that limits them, in emulated time, so that the machine's speed does not count. */
const launches = 1000;

const limits = {
  '10 a second': { perSecond: 10 },
  '4 a second, 50 at once': { perSecond: 4, burst: 50 },
  '200 a minute': { perMinute: 200 },
} as const;

export async function run(): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for (const [name, limit] of Object.entries(limits)) {
    rows.push(...(await measured(`${name}, unknown to the run`, limit)));
    rows.push(...(await measured(`${name}, unknown, and no refusal says when`, limit, { header: 'absent' })));
    rows.push(...(await measured(`${name}, known to the run`, limit, { known: { RunInstances: limit } })));
  }
  return rows;
}

async function measured(
  what: string,
  limit: { readonly perSecond?: number; readonly perMinute?: number },
  { known, header = 'sent' }: { readonly known?: CallLimits; readonly header?: 'sent' | 'absent' } = {},
): Promise<readonly unknown[]> {
  const world = await World.open([source, aCopy(), aFleet(0)]);
  await world.converge(1);
  world.documents = [source, aCopy(), aFleet(launches)];
  const { atMs, state } = world.snapshot();
  const limited = new World(world.documents, {
    rateLimits: { RunInstances: limit },
    switches: { retryAfterHeader: header },
  });
  limited.lock = world.lock;
  limited.restore({ state, atMs });
  const before = limited.emulator.calls().calls.length;
  const result = await limited.apply({ plan: { parallelism: 50 }, ...(known === undefined ? {} : { limits: known }) });
  if (applyExit(result) !== exitCode.done) throw new Error(`${what}: apply ended with ${applyExit(result)}`);
  const calls = limited.emulator
    .calls()
    .calls.slice(before)
    .filter(({ action }) => action === 'RunInstances');
  const times = calls.filter(({ status }) => status === 200).map(({ at }) => Date.parse(at));
  return rowsOf(
    what,
    limit,
    times,
    calls.filter(({ status }) => status !== 200).map(({ at }) => Date.parse(at)),
  );
}

function rowsOf(
  what: string,
  { perSecond, perMinute = 0 }: { readonly perSecond?: number; readonly perMinute?: number },
  times: readonly number[],
  refusals: readonly number[],
): readonly unknown[] {
  if (times.length !== launches) throw new Error(`${what}: ${times.length} launches`);
  const [from, to] = [times[launches * 0.1] ?? 0, times[launches * 0.9] ?? 0];
  // What a minute holds is learned in the first one, which alone may be a fifth of the run.
  const steadyFrom = perSecond === undefined ? (Math.floor((times[0] ?? 0) / 60_000) + 1) * 60_000 : from;
  const late = refusals.filter((at) => at > steadyFrom && at < to).length;
  const limit = perSecond ?? perMinute / 60;
  const reached =
    perSecond === undefined ? shareOfMinutes(times, perMinute) : (launches * 0.8) / ((to - from) / 1000) / perSecond;
  return [
    row(what, `${(reached * limit).toFixed(2)}/s`, `limit ${limit.toFixed(2)}/s`, reached, 'at least 0.9x'),
    row('  refused in steady state', String(late), `${refusals.length} in all`, null, 'none'),
  ];
}

/** Of what the minutes allow that lie wholly between the first launch and the last. */
function shareOfMinutes(times: readonly number[], perMinute: number): number {
  const minutes = times.map((at) => Math.floor(at / 60_000));
  const [first, last] = [minutes[0] ?? 0, minutes.at(-1) ?? 0];
  const between = minutes.filter((minute) => minute > first && minute < last).length;
  return between / ((last - first - 1) * perMinute);
}
