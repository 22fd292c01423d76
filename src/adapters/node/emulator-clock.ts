import { TallymanError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import { Answer, WrongShape } from '../alibaba/answer.js';
import { callEmulator } from '../emulator-control.js';
import { sleepReally } from './real-sleep.js';

/** Real milliseconds that a sleep takes at least: the emulator needs a moment to do what is due. */
const realSleepMinMs = 5;

/** Real milliseconds between two looks at a clock that somebody else moves. */
const pollMs = 50;

/** The longest single real sleep; after it the emulator is asked again, whose speed or time may have been changed. */
const realSleepMaxMs = 60_000;

/**
 * The emulated clock, so that waits and epochs agree with what the emulated cloud does. Where it stands still (speed 0),
 * `isOwner` says that nobody else moves it: then sleeping moves it, always to the earliest time that somebody waits for.
 */
export async function openEmulatorClock(host: string, options: { readonly isOwner: boolean }): Promise<Clock> {
  let reading = await readClock(host);
  let latestMs = 0;
  // A little late rather than early, by the way of the answer; never backwards when the next answer took longer.
  const now = (): number => {
    latestMs = Math.max(latestMs, reading.nowMs + (performance.now() - reading.readAt) * reading.speed);
    return latestMs;
  };
  const synchronise = async (): Promise<void> => {
    reading = await readClock(host);
  };
  const mover = clockMover(host, now, synchronise);
  return {
    now: () => Math.floor(now()),
    get speed() {
      return reading.speed;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      const until = now() + ms;
      do {
        if (reading.speed === 0 && options.isOwner) await mover.moveTo(until, signal);
        else await sleepReally(realMs(until - now(), reading.speed), signal);
        await synchronise();
      } while (now() < until);
    },
  };
}

function realMs(emulatedMs: number, speed: number): number {
  if (speed === 0) return pollMs;
  return Math.min(Math.max(Math.ceil(emulatedMs / speed), realSleepMinMs), realSleepMaxMs);
}

interface Reading {
  readonly nowMs: number;
  readonly speed: number;
  /** `performance.now()` when the answer was there. */
  readonly readAt: number;
}

async function readClock(host: string): Promise<Reading> {
  const body = await callEmulator(host, 'GET', 'clock');
  try {
    const answer = Answer.parse(body);
    return {
      nowMs: Number(answer.get('nowMs').text()),
      speed: Number(answer.get('speed').text()),
      readAt: performance.now(),
    };
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error;
    throw new TallymanError(
      'cloud/unreachable',
      `'${host}' does not tell the time as an emulator does: ${error.message}`,
      'Check that --endpoint names an emulator of the same tallyman version.',
    );
  }
}

/**
 * Moves a clock that stands still for all who wait for it, one step at a time: to the earliest goal, never past it, so
 * that two waits in parallel take as long as the longer one and none is overtaken.
 */
function clockMover(
  host: string,
  now: () => number,
  synchronise: () => Promise<void>,
): { moveTo(goal: number, signal?: AbortSignal): Promise<void> } {
  const goals = new Map<symbol, number>();
  let step: Promise<void> | null = null;
  const moveOnce = async (): Promise<void> => {
    // Others who are about to sleep get the time to say so.
    await sleepReally(realSleepMinMs);
    await synchronise();
    const gapMs = Math.min(...goals.values()) - now();
    if (Number.isFinite(gapMs) && gapMs > 0) {
      await callEmulator(host, 'POST', 'clock/advance', { seconds: gapMs / 1000 });
      await synchronise();
    }
  };
  return {
    async moveTo(goal, signal) {
      const waiter = Symbol('waiter');
      goals.set(waiter, goal);
      try {
        while (now() < goal) {
          step ??= moveOnce().finally(() => {
            step = null;
          });
          await step;
          signal?.throwIfAborted();
        }
      } finally {
        goals.delete(waiter);
      }
    },
  };
}
