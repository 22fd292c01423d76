import { describe, expect, it } from 'vitest';
import { watchSignals } from '../../src/cli/interrupts.js';
import { ProgressLog } from '../../src/cli/progress-log.js';
import type { ProgressEvent } from '../../src/domain/progress.js';
import { aCopyAction, aCopyWait, aHealthWait } from '../report/build.js';
import { aRuntime, type FakeRuntime } from './fake-runtime.js';

function aLog(runtime: FakeRuntime, isQuiet = false): ProgressLog {
  const out = { ...runtime.stdout, isColored: false };
  const err = { ...runtime.stderr, isColored: false };
  return new ProgressLog({ out, err, isQuiet, isInteractive: false }, runtime);
}

function anEvent(given: Partial<ProgressEvent>): ProgressEvent {
  return { kind: 'start', action: aCopyAction(), message: '', outcome: null, atMs: 0, ...given };
}

describe('signals', () => {
  it('ask to stop at first and end the process at the second, naming what may be half-done', () => {
    const runtime = aRuntime();
    const log = aLog(runtime, true);
    const told: string[] = [];
    const interrupt = watchSignals(runtime, {
      onFirst: (reason) => told.push(`first ${reason}`),
      onSecond: () => log.nameUnfinished(),
      hasWritten: () => log.hasWritten,
    });
    interrupt.onInterrupt((reason) => told.push(`listener ${reason}`));
    log.show(anEvent({}));
    expect(interrupt.reason).toBeNull();
    runtime.signal('SIGINT');
    expect(interrupt.reason).toBe('SIGINT');
    expect(told).toStrictEqual(['first SIGINT', 'listener SIGINT']);
    expect(runtime.exits).toStrictEqual([]);
    runtime.signal('SIGINT');
    expect(runtime.exits).toStrictEqual([7]);
    expect(runtime.written.err).toBe(
      'stopped at once; possibly half-done: CopyImage ImageCopy/web-base/cn-hangzhou. Running again is safe.\n',
    );
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('end with the code of a second %s where nothing was written', (reason, code) => {
    const runtime = aRuntime();
    const log = aLog(runtime);
    log.show(anEvent({ action: aHealthWait() }));
    watchSignals(runtime, { onFirst: () => undefined, onSecond: () => undefined, hasWritten: () => log.hasWritten });
    runtime.signal(reason);
    runtime.signal(reason);
    expect(runtime.exits).toStrictEqual([code]);
  });

  it('are left alone after close', () => {
    const runtime = aRuntime();
    const nothing = { onFirst: () => undefined, onSecond: () => undefined, hasWritten: () => false };
    const interrupt = watchSignals(runtime, nothing);
    interrupt.close();
    runtime.signal('SIGINT');
    expect(interrupt.reason).toBeNull();
  });
});

describe('the progress log', () => {
  it('has one line for each event, but one in 30 seconds for the progress of an action', () => {
    const runtime = aRuntime();
    const log = aLog(runtime);
    log.show(anEvent({}));
    log.show(anEvent({ kind: 'progress', message: '10%', atMs: 29_000 }));
    log.show(anEvent({ kind: 'progress', message: '11%', atMs: 30_000 }));
    log.show(anEvent({ kind: 'progress', message: '12%', atMs: 31_000 }));
    log.show(anEvent({ kind: 'done', message: 'm-1', atMs: 65_000 }));
    expect(runtime.written.err).toBe(
      [
        'ImageCopy/web-base/cn-hangzhou: CopyImage started\n',
        'ImageCopy/web-base/cn-hangzhou: CopyImage (30s): 11%\n',
        'ImageCopy/web-base/cn-hangzhou: CopyImage done (1m5s): m-1\n',
      ].join(''),
    );
    expect(runtime.written.out).toBe('');
  });

  it('tells once for each thing that its steps are skipped', () => {
    const runtime = aRuntime();
    const log = aLog(runtime);
    log.show(anEvent({ kind: 'skipped', message: 'waits' }));
    log.show(anEvent({ kind: 'skipped', message: 'waits', action: aCopyWait() }));
    expect(runtime.written.err).toBe('ImageCopy/web-base/cn-hangzhou: CopyImage skipped: waits\n');
  });

  it('gives a sign of life only when nothing was said for a while and something is under way', () => {
    const runtime = aRuntime();
    const log = aLog(runtime);
    runtime.tick();
    expect(runtime.written.err).toBe('');
    log.show(anEvent({}));
    runtime.written.err = '';
    runtime.tick();
    expect(runtime.written.err).toBe('');
    runtime.tick();
    expect(runtime.written.err).toBe('still working on 1 action: CopyImage ImageCopy/web-base/cn-hangzhou\n');
    log.close();
    runtime.written.err = '';
    runtime.tick();
    runtime.tick();
    expect(runtime.written.err).toBe('');
  });

  it('says nothing when it shall be quiet', () => {
    const runtime = aRuntime();
    aLog(runtime, true).show(anEvent({}));
    expect(runtime.written.err).toBe('');
  });
});
