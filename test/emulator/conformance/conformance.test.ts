import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEmulator, startEmulator } from '../../../src/emulator/index.js';
import { conformanceCases } from './cases.js';
import { clientFactories } from './clients.js';
import { emulatedStage, stageScenario } from './emulated-stage.js';

let emulator: RunningEmulator;

describe.each(clientFactories)('%s', (_, client) => {
  beforeAll(async () => {
    emulator = await startEmulator({ scenario: stageScenario });
  });
  afterAll(async () => emulator.close());
  afterEach(() => emulator.emulator.reset());

  it.each(conformanceCases.filter(({ group }) => group === 'read-only'))('$rows $title', async ({ run }) => {
    const before = JSON.stringify(emulator.state());
    await run(emulatedStage(emulator, client));
    // What is called read-only may be pointed at an account that matters.
    expect(JSON.stringify(emulator.state())).toBe(before);
  });

  it.each(conformanceCases.filter(({ group }) => group === 'destructive'))('$rows $title', async ({ run }) => {
    await expect(run(emulatedStage(emulator, client))).resolves.toBeUndefined();
  });
});
