import { imageTransitions } from '../../src/emulator/operations/images/index.js';
import { instanceTransitions } from '../../src/emulator/operations/instances/index.js';
import type { AnyOperation, Call, Caller } from '../../src/emulator/operations/operation.js';
import { readAll } from '../../src/emulator/rpc/parameters.js';
import type { ScenarioSpec } from '../../src/emulator/scenario/scenario.js';
import { seedWorld } from '../../src/emulator/scenario/seed-world.js';
import { startOf, worldFactsOf } from '../../src/emulator/scenario/world-facts.js';
import type { ScheduledEvent } from '../../src/emulator/world/state.js';
import { Store } from '../../src/emulator/world/store.js';
import type { World } from '../../src/emulator/world/world.js';

export const imagesUid = '1600000000000001';
export const prodUid = '1600000000000002';

/** Two accounts, `images` and `prod`, with one key each. */
export const twoAccounts: ScenarioSpec['accounts'] = [
  { name: 'images', uid: imagesUid, accessKeys: [{ id: 'EMULATORIMAGES', secret: 'emulator' }] },
  { name: 'prod', uid: prodUid, accessKeys: [{ id: 'EMULATORPROD', secret: 'emulator' }] },
];

/** A world without HTTP whose clock moves only by `advance`. */
export class TestWorld {
  readonly store: Store;
  now: number;

  constructor(readonly spec: ScenarioSpec) {
    this.now = startOf(spec);
    this.store = new Store(worldFactsOf(spec));
    this.store.transact(this.now, (world) => seedWorld(world, spec));
  }

  /** Looks at the rows, or arranges them for a test. */
  change<T>(run: (world: World) => T): T {
    this.store.runDue(this.now, runEvent);
    return this.store.transact(this.now, run);
  }

  advance(seconds: number): void {
    this.now += seconds * 1000;
    this.store.runDue(this.now, runEvent);
  }
}

const transitionByKind = new Map([...imageTransitions, ...instanceTransitions].map((each) => [each.kind, each]));

function runEvent(event: ScheduledEvent, world: World): void {
  const transition = transitionByKind.get(event.kind);
  if (transition === undefined) throw new Error(`no transition of kind '${event.kind}'`);
  transition.run(event, world);
}

/** Clock at 2026-01-01T00:00:00Z; accounts `images` and `prod` unless given. */
export function openWorld(spec: Partial<ScenarioSpec> = {}): TestWorld {
  return new TestWorld({ accounts: twoAccounts, ...spec });
}

export interface CallOptions {
  /** A name or a UID of an account. */
  readonly as: string;
  readonly world: TestWorld;
}

/** Runs one operation as its own transaction: the answer without RequestId, or a thrown ApiError and nothing changed. */
export function callOperation(
  operation: AnyOperation,
  parameters: Readonly<Record<string, string | number | boolean>>,
  { as, world }: CallOptions,
): Readonly<Record<string, unknown>> {
  const raw = new Map(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  return world.change((rows) => {
    const call: Call = { caller: callerOf(as, rows), regionId: raw.get('RegionId') ?? '', world: rows, raw };
    return operation.run(readAll(operation.parameters, raw), call);
  });
}

function callerOf(nameOrUid: string, world: World): Caller {
  const uid = world.accountUid(nameOrUid);
  if (uid === undefined) throw new Error(`no account '${nameOrUid}' in the test's scenario`);
  return { uid, accountName: nameOrUid, kind: 'Account', arn: `acs:ram::${uid}:root` };
}
