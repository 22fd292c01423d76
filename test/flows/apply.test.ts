import { describe, expect, test } from 'vitest';
import { applyExit } from '../../src/cli/exit-code.js';
import { TallymanError } from '../../src/domain/errors.js';
import type { ApplyResult } from '../../src/domain/result.js';
import type { AuditEntry } from '../../src/ports/audit.js';
import { aCopy, aFleet, cloudError, golden2, lost, source, TestInterrupt, World } from '../apply/support.js';

/** How a run ends: what was done, what was not, and with which exit code. */
const manifests = [source, aCopy(), aFleet(2)];

function statuses(result: ApplyResult): readonly string[] {
  return [...new Set((result.outcome?.actions ?? []).map(({ status }) => status))].sort();
}

describe('the wish to stop', () => {
  test('before the first write ends with 130 and nothing attempted', async () => {
    const world = await World.open(manifests);
    const interrupt = new TestInterrupt();
    const result = await world.apply({
      interrupt,
      onRead: (operation, _args, answer) => {
        if (operation === 'describeImages' && world.events.length > 0) interrupt.strike();
        return answer;
      },
    });
    expect(world.written()).toEqual([]);
    expect(applyExit(result)).toBe(130);
    expect(statuses(result)).toEqual(['interrupted', 'not-attempted']);
  });

  test('during a wait ends it at once, with 7 after a write, and the next run goes on', async () => {
    const world = await World.open(manifests);
    const interrupt = new TestInterrupt();
    const beganMs = world.now;
    const result = await world.apply({
      interrupt,
      onRead: (_operation, _args, answer) => {
        if (world.now - beganMs > 20_000) interrupt.strike();
        return answer;
      },
    });
    expect(world.now - beganMs).toBeLessThan(60_000);
    expect(applyExit(result)).toBe(7);
    expect(statuses(result)).toEqual(['done', 'interrupted', 'not-attempted']);
    await world.converge(1);
    expect(world.members()).toHaveLength(2);
  });

  test('while a call is in flight lets it finish and tells its result', async () => {
    const world = await World.open(manifests);
    const interrupt = new TestInterrupt();
    const audit: AuditEntry[] = [];
    const result = await world.apply({
      interrupt,
      audit,
      beforeWrite: ({ operation }) => {
        if (operation === 'copyImage') interrupt.strike();
      },
    });
    expect(world.written()).toEqual(['CopyImage']);
    expect(audit.map(({ phase, operation, result: end }) => [phase, operation, end])).toEqual([
      ['before', 'CopyImage', null],
      ['after', 'CopyImage', 'ok'],
    ]);
    expect(applyExit(result)).toBe(7);
  });

  test('in the middle of a member leaves it marked, and the next run starts it', async () => {
    const world = await World.open(manifests);
    await world.converge(1);
    world.emulator.change({ op: 'addImage', image: golden2 });
    await world.update();
    const interrupt = new TestInterrupt();
    await world.apply({
      interrupt,
      afterWrite: ({ operation }) => {
        if (operation === 'stopInstance') interrupt.strike();
      },
    });
    expect(world.members().map(({ status }) => status)).toContain('Stopping');
    world.advance(30);
    await world.converge();
    expect(world.members().map(({ status }) => status)).toEqual(['Running', 'Running']);
  });
});

describe('a defect of ours in one action', () => {
  test('fails that action alone, begins nothing new, and keeps the outcome of the others', async () => {
    const world = await World.open([
      source,
      aCopy({ destinations: [{ region: 'cn-hangzhou' }, { region: 'ap-southeast-1' }] }),
      aFleet(2),
    ]);
    let launches = 0;
    const result = await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation === 'runInstance' && (launches += 1) === 1) throw new TypeError('no such property');
      },
    });
    expect(applyExit(result)).toBe(7);
    const failed = (result.outcome?.actions ?? []).filter(({ status }) => status === 'failed');
    expect(failed.map(({ action, message }) => [action.kind, message])).toEqual([
      ['RunInstance', 'a defect of tallyman: no such property'],
    ]);
    expect(failed[0]?.hint).toContain('apply.test.ts');
    expect(world.members()).toHaveLength(1);
    await world.converge();
    expect(world.members()).toHaveLength(2);
  });
});

describe('the number of writes', () => {
  test('leaves out calls whose answer says that they did nothing', async () => {
    const world = await World.open(manifests);
    const result = await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation === 'copyImage') throw cloudError('CopyImage', 'denied', 'Forbidden.RAM');
      },
    });
    expect(result.outcome?.writes).toBe(0);
    expect(applyExit(result)).toBe(1);
  });

  test('counts a call that may have taken effect', async () => {
    const world = await World.open(manifests);
    const result = await world.apply({
      beforeWrite: ({ operation }) => {
        if (operation === 'copyImage') throw lost('CopyImage');
      },
      plan: { noWait: true },
    });
    expect(result.outcome?.writes).toBeGreaterThan(0);
    expect(applyExit(result)).toBe(7);
  });
});

describe('the audit log', () => {
  test('has a line before and after each call that writes, with its token and the thing that it was about', async () => {
    const world = await World.open(manifests);
    const audit: AuditEntry[] = [];
    await world.apply({ audit });
    const calls = world.written();
    expect(audit).toHaveLength(2 * calls.length);
    expect(audit.filter(({ phase }) => phase === 'after').every(({ result }) => result === 'ok')).toBe(true);
    const copy = audit.find(({ operation }) => operation === 'CopyImage');
    expect(copy).toMatchObject({ account: 'prod', region: 'cn-hangzhou', address: 'ImageCopy/base/cn-hangzhou' });
    expect(copy?.token).toBe(world.tokensOf('CopyImage')[0]);
  });

  test('that cannot be written keeps every call from being sent', async () => {
    const world = await World.open(manifests);
    const full = { push: () => 0 } as unknown as AuditEntry[];
    Object.defineProperty(full, 'push', {
      value: () => {
        throw new TallymanError('input/file', 'the disk is full', 'Make room.');
      },
    });
    const result = await world.apply({ audit: full });
    expect(world.written()).toEqual([]);
    expect(applyExit(result)).toBe(1);
    expect(result.outcome?.actions[0]?.message).toBe('the disk is full');
  });
});

test('what nobody agrees to, and what has nothing to do, writes nothing', async () => {
  const world = await World.open(manifests);
  await world.converge(1);
  const before = world.written().length;
  const result = await world.apply();
  expect(result.outcome).toBeNull();
  expect(applyExit(result)).toBe(0);
  expect(world.written().length).toBe(before);
});
