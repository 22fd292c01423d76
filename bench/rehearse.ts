import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aCopy, aFleet, golden2, source, World } from '../test/apply/support.js';
import { alternate, median, ms, root, row, tallymanJs, timeNode } from './measure.mjs';

/** What the rehearsal of about a hundred actions takes, real time, beside the limit that the product promises. */
const limitMs = 3_000;
const rounds = 5;
const allowed = { allow: ['replace-system-disk'] } as const;

export async function run(directory: string): Promise<readonly unknown[]> {
  const launches = await World.open([source, aCopy(), aFleet(33)], { kmsKeys: [] });
  const rollout = await World.open([source, aCopy(), aFleet(13)], { kmsKeys: [] });
  await rollout.converge(1);
  rollout.emulator.change({ op: 'addImage', image: golden2 });
  await rollout.update();
  return [
    await measured('launches', launches),
    await measured('a rollout, wave by wave', rollout),
    ...(await commandRows(directory)),
  ];
}

async function measured(what: string, world: World): Promise<unknown> {
  const times: number[] = [];
  let actions = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { plan } = await world.plan(allowed);
    actions = plan.actions.length;
    const begun = performance.now();
    const { result } = await world.rehearse(allowed);
    times.push(performance.now() - begun);
    if (result.rehearsal?.status !== 'passed') throw new Error(`${what}: the rehearsal ${result.rehearsal?.status}`);
  }
  return limited(`${actions} actions, ${what}, in the process`, median(times));
}

/** From a snapshot, so that no emulator of the command's own takes part. */
async function commandRows(directory: string): Promise<readonly unknown[]> {
  const folder = join(directory, 'fleet');
  cpSync(join(root, 'examples/golden-fleet'), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('.tallyman'),
  });
  const fleet = join(folder, 'manifests/fleet.yaml');
  writeFileSync(fleet, readFileSync(fleet, 'utf8').replaceAll(/replicas: \d+/g, 'replicas: 16'));
  const tallyman = (...words: readonly string[]): Promise<number> => timeNode([tallymanJs, ...words], { cwd: folder });
  await tallyman('update', '--emulator');
  await tallyman('snapshot', '--emulator', '--out', 'snapshot.json');
  const plan = ['plan', '--snapshot', 'snapshot.json', '--out', 'plan.json'];
  const works = [() => tallyman(...plan), () => tallyman(...plan, '--rehearse')];
  const [alone = 0, rehearsed = 0] = await alternate(works, rounds);
  const { actions } = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as { actions: readonly unknown[] };
  return [
    limited(`${actions.length} actions, the whole command`, rehearsed),
    row('the same against the plan alone', ms(rehearsed), ms(alone), rehearsed / alone),
  ];
}

function limited(what: string, time: number): unknown {
  return row(what, ms(time), `limit ${limitMs} ms`, time / limitMs, 'at most 1x');
}
