import { exitCode } from '../domain/errors.js';
import type { Interrupt, InterruptReason } from '../domain/progress.js';
import type { Runtime } from './runtime.js';

export interface InterruptOptions {
  /** Told at the first signal, before the work winds down. */
  readonly onFirst: (reason: InterruptReason) => void;
  /** Told at the second, right before the process ends. */
  readonly onSecond: () => void;
  /** Whether a call that may change something was sent: decides the exit code of the second signal. */
  readonly hasWritten: () => boolean;
}

/** The first signal asks the work to stop, the second ends the process. `close` gives the signals back. */
export function watchSignals(
  runtime: Pick<Runtime, 'onSignal' | 'exit'>,
  options: InterruptOptions,
): Interrupt & { close(): void } {
  const listeners: ((reason: InterruptReason) => void)[] = [];
  let reason: InterruptReason | null = null;
  const close = runtime.onSignal((signal) => {
    if (reason !== null) {
      options.onSecond();
      runtime.exit(exitOf(signal, options.hasWritten()));
      return;
    }
    reason = signal;
    options.onFirst(signal);
    for (const listener of listeners) listener(signal);
  });
  return {
    get reason() {
      return reason;
    },
    onInterrupt: (listener) => {
      listeners.push(listener);
    },
    close,
  };
}

function exitOf(signal: InterruptReason, hasWritten: boolean): number {
  if (hasWritten) return exitCode.partlyApplied;
  return signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
}
