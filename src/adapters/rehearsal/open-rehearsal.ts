import { checkScenario, Emulator, ScenarioError } from '../../emulator/index.js';
import { accountOf } from '../../domain/desired.js';
import type { OpenRehearsal, RehearsalSeed } from '../../ports/rehearsal-world.js';
import { cloudReader } from '../alibaba/reader.js';
import { cloudWriter } from '../alibaba/writer.js';
import { pacing } from '../pacing.js';
import { directSend } from './direct-send.js';
import { scenarioOf } from './scenario-of.js';
import { continueUnfinished } from './unfinished.js';
import { VirtualTime } from './virtual-time.js';

/** The real reader and writer on an emulator of this process, which holds what was observed. */
export const openRehearsal: OpenRehearsal = async (seed) => {
  const { desired } = seed;
  const emulator = emulatorOf(seed);
  if ('impossible' in emulator) return emulator;
  continueUnfinished(emulator, seed);
  const { accounts } = desired.project;
  const send = directSend(emulator, (account) => accountOf(desired.project, account).uid);
  const clock = new VirtualTime(emulator).clock();
  return {
    cloud: cloudReader(send, accounts),
    writer: cloudWriter(send),
    clock,
    pace: pacing(clock),
    prober: { probe: () => Promise.resolve(null) },
  };
};

function emulatorOf(seed: RehearsalSeed): Emulator | { readonly impossible: string } {
  const onDefect = (error: unknown): never => {
    throw error;
  };
  try {
    return new Emulator({ scenario: checkScenario(scenarioOf(seed)), onDefect });
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { impossible: error.problems.map(({ message }) => message).join('; ') };
  }
}
