import type { InterruptReason } from '../../src/domain/progress.js';
import type { Runtime } from '../../src/cli/runtime.js';

export interface FakeRuntime extends Runtime {
  /** What was written to each stream so far. */
  readonly written: { out: string; err: string };
  readonly exits: number[];
  /** As if the signal came in. */
  signal(reason: InterruptReason): void;
  /** As if so many intervals went by. */
  tick(): void;
}

/** Stops the test where a command reaches for something that the test did not give. */
function refuse(what: string): () => never {
  return () => {
    throw new Error(`this test gives no ${what}`);
  };
}

/** No terminal, an empty environment, and nothing outside. */
export function aRuntime(given: Partial<Runtime> = {}): FakeRuntime {
  const written = { out: '', err: '' };
  const exits: number[] = [];
  const signalListeners = new Set<(reason: InterruptReason) => void>();
  const tickListeners = new Set<() => void>();
  return {
    written,
    exits,
    signal: (reason) => {
      for (const listener of signalListeners) listener(reason);
    },
    tick: () => {
      for (const listener of tickListeners) listener();
    },
    version: '0.1.0',
    env: {},
    cwd: '/project',
    stdout: { isTTY: false, write: (text) => void (written.out += text) },
    stderr: { isTTY: false, write: (text) => void (written.err += text) },
    isInteractive: false,
    openFiles: refuse('files'),
    openCommit: refuse('commit'),
    openParseCache: () => Promise.resolve(undefined),
    publishedFile: () => Promise.resolve(undefined),
    findProjectFile: () => Promise.resolve(undefined),
    repositoryRoot: () => Promise.resolve(null),
    headCommit: () => Promise.resolve(null),
    workTree: () => Promise.resolve(null),
    openLog: refuse('log'),
    openAudit: refuse('audit log'),
    openProber: refuse('network'),
    systemClock: () =>
      Promise.resolve({ speed: 1, now: () => Date.parse('2026-01-02T00:00:00Z'), sleep: () => Promise.resolve() }),
    connect: refuse('cloud'),
    connectToRead: refuse('cloud'),
    openRehearsal: refuse('rehearsal'),
    serverTime: refuse('server'),
    startEmulator: refuse('emulator'),
    changeEmulator: refuse('emulator'),
    randomId: () => 'k3v9x2ab',
    ask: refuse('person to ask'),
    onSignal(listener) {
      signalListeners.add(listener);
      return () => void signalListeners.delete(listener);
    },
    every(_intervalMs, listener) {
      tickListeners.add(listener);
      return () => void tickListeners.delete(listener);
    },
    after: () => () => undefined,
    watchFolder: refuse('folder to watch'),
    exit: (code) => void exits.push(code),
    ...given,
  };
}
