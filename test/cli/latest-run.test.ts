import { describe, expect, it } from 'vitest';
import { LatestRun } from '../../src/cli/latest-run.js';

/** Timers that go off when the test says so. */
class Timers {
  #now = 0;
  #waiting: { at: number; listener: () => void }[] = [];

  readonly after = (delayMs: number, listener: () => void): (() => void) => {
    const timer = { at: this.#now + delayMs, listener };
    this.#waiting.push(timer);
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== timer);
    };
  };

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#waiting.filter(({ at }) => at <= this.#now);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.#now);
    for (const { listener } of due) listener();
  }
}

/** Work that ends when the test says so. */
function controlledWork(): { work: () => Promise<void>; started: () => number; finish: () => Promise<void> } {
  let started = 0;
  let end: () => void = () => undefined;
  const work = (): Promise<void> => {
    started += 1;
    return new Promise((done) => {
      end = done;
    });
  };
  const finish = async (): Promise<void> => {
    end();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { work, started: () => started, finish };
}

function aRun(): ReturnType<typeof controlledWork> & { timers: Timers; runs: LatestRun } {
  const timers = new Timers();
  const controlled = controlledWork();
  return { ...controlled, timers, runs: new LatestRun(timers, controlled.work) };
}

describe('work that follows changes', () => {
  it('begins once for a burst, when it is over', () => {
    const { timers, runs, started } = aRun();
    for (let event = 0; event < 10_000; event += 1) runs.touch();
    timers.pass(49);
    expect(started()).toBe(0);
    timers.pass(1);
    expect(started()).toBe(1);
  });

  it('does not wait forever for a burst to end', () => {
    const { timers, runs, started } = aRun();
    for (let ms = 0; ms < 2000; ms += 20) {
      runs.touch();
      timers.pass(20);
    }
    expect(started()).toBe(1);
  });

  it('begins once more after the last change of a burst that it did not wait for', async () => {
    const { timers, runs, started, finish } = aRun();
    for (let ms = 0; ms < 1000; ms += 20) {
      runs.touch();
      timers.pass(20);
    }
    expect(started()).toBe(1);
    await finish();
    timers.pass(50);
    expect(started()).toBe(2);
  });

  it('is never done twice at once, and is done once more for whatever happened meanwhile', async () => {
    const { timers, runs, started, finish } = aRun();
    runs.touch();
    timers.pass(50);
    for (let change = 0; change < 5; change += 1) {
      runs.touch();
      timers.pass(50);
    }
    expect(started()).toBe(1);
    await finish();
    expect(started()).toBe(2);
    await finish();
    timers.pass(5000);
    expect(started()).toBe(2);
  });

  it('is over when it is closed, and begins no more', async () => {
    const { timers, runs, started, finish } = aRun();
    runs.begin();
    runs.touch();
    const closed = runs.close();
    await finish();
    await closed;
    runs.touch();
    timers.pass(5000);
    expect(started()).toBe(1);
  });

  it('tells a failure to whoever waits', async () => {
    const runs = new LatestRun(new Timers(), () => Promise.reject(new Error('broken')));
    runs.begin();
    await expect(runs.failure).rejects.toThrow('broken');
  });
});
