import { createServer } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { emulatorClock, systemClock } from '../../../src/adapters/node/clock.js';
import { listenOnLoopback } from '../fake-cloud.js';

const start = Date.parse('2026-01-01T00:00:00Z');

/** The clock side of an emulator. */
interface FakeClock {
  readonly endpoint: { readonly kind: 'loopback'; readonly host: string };
  readonly advances: number[];
  nowMs: number;
  speed: number;
  /** How often it was asked. */
  readonly looks: number;
}

let closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing) close();
  closing = [];
});

async function fakeClock(speed: number): Promise<FakeClock> {
  const advances: number[] = [];
  const readings = { nowMs: start, speed, looks: 0 };
  const begun = performance.now();
  const now = (): number => readings.nowMs + (performance.now() - begun) * readings.speed;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (request.url === '/_emulator/clock/advance') {
        const { seconds }: { seconds: number } = JSON.parse(body);
        advances.push(seconds);
        readings.nowMs += seconds * 1000;
      }
      readings.looks += 1;
      response.end(JSON.stringify({ now: new Date(now()).toISOString(), nowMs: now(), speed: readings.speed }));
    });
  });
  const endpoint = { kind: 'loopback', host: await listenOnLoopback(server) } as const;
  closing.push(() => server.close());
  return Object.assign(readings, { endpoint, advances });
}

describe('the clock of an emulator', () => {
  it('runs as many times faster as the emulator says', async () => {
    const fake = await fakeClock(1000);
    const clock = await emulatorClock(fake.endpoint, { isOwner: false });
    expect(clock.speed).toBe(1000);
    const begun = { emulated: clock.now(), real: performance.now() };
    await clock.sleep(20_000);
    expect(clock.now() - begun.emulated).toBeGreaterThanOrEqual(20_000);
    expect(performance.now() - begun.real).toBeLessThan(2000);
    expect(fake.advances).toEqual([]);
  });

  it('is moved by sleeping where it stands still and is ours', async () => {
    const fake = await fakeClock(0);
    const clock = await emulatorClock(fake.endpoint, { isOwner: true });
    await clock.sleep(90_000);
    expect(fake.advances).toEqual([90]);
    expect(clock.now()).toBe(start + 90_000);
  });

  it('is moved no further than the earliest of several waits, and by the longest in all', async () => {
    const fake = await fakeClock(0);
    const clock = await emulatorClock(fake.endpoint, { isOwner: true });
    const woken: string[] = [];
    const wait = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name} ${(clock.now() - start) / 1000}`);
    };
    await Promise.all([wait('long', 60_000), wait('short', 5000), wait('same', 5000)]);
    expect(woken.slice(0, 2).sort()).toEqual(['same 5', 'short 5']);
    expect(woken[2]).toBe('long 60');
    expect(fake.nowMs).toBe(start + 60_000);
  });

  it('is waited for where it stands still and somebody else moves it', async () => {
    const fake = await fakeClock(0);
    const clock = await emulatorClock(fake.endpoint, { isOwner: false });
    let isAwake = false;
    const sleeping = clock.sleep(30_000).finally(() => {
      isAwake = true;
    });
    fake.nowMs += 29_000;
    const looks = fake.looks;
    await vi.waitUntil(() => fake.looks > looks + 2);
    expect(isAwake).toBe(false);
    fake.nowMs += 1000;
    await sleeping;
    expect(fake.advances).toEqual([]);
  });

  it('says where it looked when nobody answers', async () => {
    const fake = await fakeClock(1);
    for (const close of closing) close();
    await expect(emulatorClock(fake.endpoint, { isOwner: false })).rejects.toMatchObject({
      code: 'cloud/unreachable',
      message: expect.stringContaining(fake.endpoint.host),
    });
  });
});

describe('a sleep', () => {
  const reason = new Error('interrupted');

  it.each([
    ['of the machine', async () => systemClock()],
    ['of an emulator', async () => emulatorClock((await fakeClock(1)).endpoint, { isOwner: false })],
    ['of an emulator that stands still', async () => emulatorClock((await fakeClock(0)).endpoint, { isOwner: false })],
  ])('%s ends with the reason when it is aborted', async (_name, makeClock) => {
    const clock = await makeClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(3_600_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(3_600_000, controller.signal)).rejects.toBe(reason);
  });
});
