import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Emulator,
  type EmulatorOptions,
  type Scenario,
  StaleStateError,
  StateDamagedError,
  StateInUseError,
} from '../../src/emulator/index.js';
import { EmulatedClock } from '../../src/emulator/world/clock.js';
import type { KeyRow } from '../../src/emulator/world/state.js';
import { Store } from '../../src/emulator/world/store.js';
import { worldFactsOf } from '../../src/emulator/scenario/world-facts.js';
import { openWorld, prodUid, twoAccounts } from './support.js';

const facts = worldFactsOf({ accounts: twoAccounts, seed: 3 });

function key(sequence: number, id = `key-${sequence}`): KeyRow {
  return {
    id,
    account: prodUid,
    region: 'cn-hangzhou',
    sequence,
    arn: '',
    state: 'Enabled',
    spec: '',
    usage: '',
    aliases: [],
    createdAt: 0,
    tags: {},
  };
}

describe('a transaction', () => {
  it('that throws leaves no row, no event, no counter behind', () => {
    const store = new Store(facts);
    store.transact(0, (world) => world.keys.put(key(world.nextSequence())));
    const before = { counters: store.counters, keys: store.keys.values() };
    expect(() =>
      store.transact(0, (world) => {
        world.keys.put({ ...key(1), state: 'Disabled' });
        world.keys.put(key(world.nextSequence()));
        world.keys.remove('key-1');
        world.newId('i', 'cn-hangzhou');
        world.random();
        world.nextCount('x');
        world.schedule({ at: 5, kind: 'k', subject: 's' });
        throw new Error('no');
      }),
    ).toThrow('no');
    expect({ counters: store.counters, keys: store.keys.values() }).toEqual(before);
    expect(store.events.next()).toBeUndefined();
    expect(store.keys.list(prodUid, 'cn-hangzhou')).toEqual([key(1)]);
  });

  it('whose change cannot be written down is taken back', () => {
    const store = new Store(facts, () => {
      throw new Error('disk full');
    });
    expect(() => store.transact(0, (world) => world.keys.put(key(1)))).toThrow('disk full');
    expect(store.keys.values()).toEqual([]);
  });

  it('cannot be entered twice, and rows change nowhere else', () => {
    const store = new Store(facts);
    expect(() => store.transact(0, () => store.transact(0, () => undefined))).toThrow('inside');
    expect(() => store.keys.put(key(1))).toThrow('outside');
  });

  it('draws the same IDs for the same seed, and others for another', () => {
    const draw = (seed: number): string =>
      new Store({ ...facts, seed }).transact(0, (world) => world.newId('i', 'cn-hangzhou'));
    expect(draw(1)).toMatch(/^i-bp1[0-9a-z]{17}$/);
    expect(draw(1)).toBe(draw(1));
    expect(draw(2)).not.toBe(draw(1));
  });
});

describe('lists', () => {
  it('are newest first, by account and by region, and stay as they were handed out', () => {
    const store = new Store(facts);
    store.transact(0, (world) => {
      for (const sequence of [2, 5, 1, 4, 3]) world.keys.put(key(sequence));
      world.keys.put({ ...key(9), account: 'other' });
    });
    const list = store.keys.list(prodUid, 'cn-hangzhou');
    expect(list.map((row) => row.sequence)).toEqual([5, 4, 3, 2, 1]);
    expect(store.keys.listRegion('cn-hangzhou').map((row) => row.sequence)).toEqual([9, 5, 4, 3, 2, 1]);
    store.transact(0, (world) => {
      for (const row of list) world.keys.remove(row.id);
    });
    expect(list).toHaveLength(5);
    expect(store.keys.list(prodUid, 'cn-hangzhou')).toEqual([]);
    expect(store.keys.list(prodUid, 'cn-beijing')).toEqual([]);
  });

  it('are not copied for each page', () => {
    const store = new Store(facts);
    store.transact(0, (world) => {
      for (let sequence = 1; sequence <= 100; sequence += 1) world.keys.put(key(sequence));
    });
    expect(store.keys.list(prodUid, 'cn-hangzhou')).toBe(store.keys.list(prodUid, 'cn-hangzhou'));
  });
});

describe('scheduled events', () => {
  it('run by time, then by order, each at its own time, with what they schedule', () => {
    const store = new Store(facts);
    store.transact(0, (world) => {
      world.schedule({ at: 20, kind: 'c', subject: '' });
      world.schedule({ at: 10, kind: 'a', subject: '' });
      world.schedule({ at: 10, kind: 'b', subject: '' });
      world.schedule({ at: 99, kind: 'later', subject: '' });
    });
    const ran: string[] = [];
    store.runDue(50, (event, world) => {
      ran.push(`${event.kind}@${world.now}`);
      if (event.kind === 'a') world.schedule({ at: 15, kind: 'from a', subject: '' });
    });
    expect(ran).toEqual(['a@10', 'b@10', 'from a@15', 'c@20']);
    expect(store.events.next()?.kind).toBe('later');
  });
});

describe('the past', () => {
  it('is shown as it was, and the present is back afterwards', () => {
    const store = new Store(facts);
    store.transact(1_000, (world) => world.keys.put(key(1)));
    store.transact(2_000, (world) => world.keys.put({ ...key(1), state: 'Disabled' }));
    store.transact(3_000, (world) => world.keys.remove('key-1'));
    const stateAt = (at: number): string | undefined => store.asOf(at, () => store.keys.get('key-1')?.state);
    expect([500, 1_000, 1_999, 2_000, 3_000].map(stateAt)).toEqual([
      undefined,
      'Enabled',
      'Enabled',
      'Disabled',
      undefined,
    ]);
    expect(store.keys.get('key-1')).toBeUndefined();
  });
});

describe('the emulated clock', () => {
  it('goes at its speed, and with speed 0 only by advance', () => {
    let real = 1_000;
    const clock = new EmulatedClock({ now: 50_000, speed: 60 }, () => real);
    real += 2_000;
    expect(clock.now()).toBe(50_000 + 120_000);
    clock.advance(10);
    expect(clock.now()).toBe(180_000);
    clock.set({ ...clock.read(), speed: 0 });
    real += 9_000;
    expect(clock.now()).toBe(180_000);
  });

  it('does not go back when the machine does', () => {
    let real = 10_000;
    const clock = new EmulatedClock({ now: 0, speed: 1 }, () => real);
    real = 5_000;
    expect(clock.now()).toBe(0);
  });
});

describe('the state folder', () => {
  let folder: string;
  const opened: Emulator[] = [];
  const copies: string[] = [];
  const scenario: Scenario = {
    apiVersion: 'tallyman.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'kept' },
    spec: {
      clock: { start: '2026-01-01T00:00:00Z', speed: 1 },
      accounts: twoAccounts,
      images: [{ id: 'm-1', account: 'images', region: 'cn-hangzhou' }],
      faults: [{ action: 'RunInstances', nth: 2, kind: 'lost-answer' }],
    },
  };

  function open(options: Partial<EmulatorOptions> = {}): Emulator {
    const emulator = new Emulator({ scenario, stateDir: folder, now: () => 0, ...options });
    opened.push(emulator);
    return emulator;
  }

  /** What is on disk, as a second process would find it after the first was killed. */
  function copyOf(source: string): string {
    const target = mkdtempSync(join(tmpdir(), 'tallyman-state-'));
    copies.push(target);
    for (const name of readdirSync(source)) {
      if (name !== 'lock') writeFileSync(join(target, name), readFileSync(join(source, name)));
    }
    return target;
  }

  function journalIn(directory: string): string {
    return join(directory, readdirSync(directory).find((name) => name.startsWith('journal.'))!);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tallyman-state-'));
  });

  afterEach(() => {
    for (const emulator of opened.splice(0)) emulator.close();
    for (const each of [folder, ...copies.splice(0)]) rmSync(each, { recursive: true, force: true });
  });

  it('keeps every change though the process dies without a word', () => {
    const emulator = open();
    emulator.change({ op: 'share', imageId: 'm-1', accounts: ['prod'] });
    emulator.change({ op: 'tag', id: 'm-1', tags: { b: '2', a: '1' } });
    const left = copyOf(folder);
    const again = open({ stateDir: left });
    expect(again.state()).toEqual(emulator.state());
    expect(again.state().images[0]).toMatchObject({
      tags: { a: '1', b: '2' },
      sharedWith: { [prodUid]: expect.any(Number) },
    });
    expect(again.listFaults()).toEqual(emulator.listFaults());
  });

  it('passes over a last line that a crash cut off', () => {
    const emulator = open();
    emulator.change({ op: 'deprecate', imageId: 'm-1' });
    const left = copyOf(folder);
    appendFileSync(journalIn(left), '{"clock":{"now":17');
    const again = open({ stateDir: left });
    expect(again.state()).toEqual(emulator.state());
    again.change({ op: 'deleteImage', imageId: 'm-1' });
    expect(open({ stateDir: copyOf(left) }).state().images).toEqual([]);
  });

  it('refuses a journal that is damaged in the middle', () => {
    open().change({ op: 'deprecate', imageId: 'm-1' });
    const left = copyOf(folder);
    writeFileSync(journalIn(left), 'garbage\n{}\n');
    expect(() => open({ stateDir: left })).toThrow(StateDamagedError);
  });

  it('lets emulated time stand still between two runs', () => {
    let real = 0;
    const emulator = open({ now: () => real });
    real = 10_000;
    emulator.close();
    opened.splice(0);
    real = 500_000;
    const again = open({ now: () => real });
    expect(new Date(again.clock().now).toISOString()).toBe('2026-01-01T00:00:10.000Z');
  });

  it('does not go on with another scenario, and says how to start over', () => {
    open().close();
    opened.splice(0);
    const other: Scenario = { ...scenario, spec: { ...scenario.spec, images: [] } };
    expect(() => open({ scenario: other })).toThrow(StaleStateError);
    expect(() => open({ scenario: other })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--emulator-reset') }),
    );
    expect(() => open({ scenario: other })).toThrow(/made with an older text of scenario 'kept'/);
    const renamed: Scenario = { ...other, metadata: { name: 'another' } };
    expect(() => open({ scenario: renamed })).toThrow(/made with scenario 'kept', not 'another'/);
    expect(open({ scenario: other, isStateReset: true }).state().images).toEqual([]);
  });

  it('goes on with another speed', () => {
    open().close();
    opened.splice(0);
    expect(open({ speed: 60 }).clock().speed).toBe(60);
  });

  it('belongs to one emulator at a time', () => {
    open();
    expect(() => open()).toThrow(StateInUseError);
  });

  it('is refused while another process that is alive holds it, and taken over from one that is not', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(join(folder, 'lock'), `${child.pid}\n`);
    expect(() => open()).toThrow(`process ${child.pid}`);
    const exited = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGKILL');
    await exited;
    expect(open().state().images).toHaveLength(1);
  });

  it('holds a readable snapshot and one journal', () => {
    const emulator = open();
    emulator.change({ op: 'deprecate', imageId: 'm-1' });
    emulator.close();
    opened.splice(0);
    expect(readdirSync(folder).sort()).toEqual(['journal.2.jsonl', 'state.json']);
    const lines = readFileSync(join(folder, 'state.json'), 'utf8').split('\n');
    expect(lines.filter((line) => line.includes('"m-1"'))).toHaveLength(1);
  });
});

describe('the rows of a scenario', () => {
  it('have the defaults of a healthy image, with snapshots of its owner behind the disks', () => {
    const world = openWorld({
      images: [
        { id: 'm-new', account: 'images', region: 'cn-hangzhou', createdAt: '2025-12-02T00:00:00Z', kmsKeyId: 'key-1' },
        {
          id: 'm-old',
          account: 'images',
          region: 'cn-hangzhou',
          createdAt: '2025-12-01T00:00:00Z',
          sharedWith: ['prod', '77'],
        },
        { id: 'linux_3', owner: 'system', region: 'cn-hangzhou' },
      ],
    });
    world.change((rows) => {
      expect(rows.images.listRegion('cn-hangzhou').map(({ id }) => id)).toEqual(['linux_3', 'm-new', 'm-old']);
      expect(rows.images.get('m-new')?.disks).toEqual([
        { device: '/dev/xvda', type: 'system', sizeGiB: 40, snapshotId: 's-new', encrypted: true, kmsKeyId: 'key-1' },
      ]);
      expect(Object.keys(rows.images.get('m-old')?.sharedWith ?? {}).sort()).toEqual([prodUid, '77']);
      expect(rows.images.get('linux_3')).toMatchObject({ account: '', kind: 'system' });
      expect(rows.snapshots.get('s-new')).toMatchObject({
        account: '1600000000000001',
        encrypted: true,
        kmsKeyId: 'key-1',
      });
      expect(rows.snapshots.listRegion('cn-hangzhou')).toHaveLength(2);
    });
  });

  it('count instances by ordinal, each with a system disk like its image', () => {
    const world = openWorld({
      images: [{ id: 'm-1', account: 'prod', region: 'cn-hangzhou', sizeGiB: 60, encrypted: true }],
      instances: [
        {
          id: 'i-web-{ordinal}',
          count: 3,
          account: 'prod',
          region: 'cn-hangzhou',
          imageId: 'm-1',
          name: 'web-{ordinal}',
        },
      ],
    });
    world.change((rows) => {
      const instances = rows.instances.list(prodUid, 'cn-hangzhou');
      expect(instances.map(({ id, name }) => [id, name])).toEqual([
        ['i-web-2', 'web-2'],
        ['i-web-1', 'web-1'],
        ['i-web-0', 'web-0'],
      ]);
      expect(new Set(instances.map(({ privateIp }) => privateIp)).size).toBe(3);
      const disk = rows.disks.get('d-web-0');
      expect(disk).toMatchObject({
        instanceId: 'i-web-0',
        type: 'system',
        sizeGiB: 60,
        encrypted: true,
        status: 'In_use',
      });
      expect(disk).toMatchObject({ kmsKeyId: 'alias/acs/ecs', sourceSnapshotId: 's-1' });
    });
  });
});
