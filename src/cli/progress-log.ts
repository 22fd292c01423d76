import type { Action } from '../domain/action.js';
import type { ProgressEvent } from '../domain/progress.js';
import { renderProgress } from '../report/progress-text.js';
import { sanitise } from '../report/sanitise.js';
import { count } from '../report/words.js';
import type { Runtime } from './runtime.js';
import type { Terminal } from './terminal.js';

/** How often something is said while nothing happens, in real time: some CI systems end a silent job. */
const heartbeatMs = 30_000;

/** How often the progress of one action is told at most, by the clock of the cloud that it happens in. */
const progressIntervalMs = 30_000;

/** Shows one line for each event on standard error, and knows what is under way. */
export class ProgressLog {
  private readonly startedAtMs = new Map<string, number>();
  private readonly underWay = new Map<string, Action>();
  private readonly saidAtMs = new Map<string, number>();
  private readonly skippedAddresses = new Set<string>();
  private isSilent = true;
  private hasStartedWrite = false;
  private readonly stopHeartbeat: () => void;

  constructor(
    private readonly terminal: Terminal,
    runtime: Pick<Runtime, 'every'>,
  ) {
    this.stopHeartbeat = runtime.every(heartbeatMs, () => this.beat());
  }

  readonly show = (event: ProgressEvent): void => {
    const { id } = event.action;
    const startedAtMs = this.startedAtMs.get(id) ?? null;
    this.remember(event);
    if (event.kind === 'progress' && event.atMs - (this.saidAtMs.get(id) ?? 0) < progressIntervalMs) return;
    if (event.kind === 'skipped' && this.isRepeatedSkip(event.action)) return;
    this.saidAtMs.set(id, event.atMs);
    this.say(renderProgress(event, startedAtMs, { isColored: this.terminal.err.isColored }));
  };

  /** Whether an action that writes was begun. */
  get hasWritten(): boolean {
    return this.hasStartedWrite;
  }

  /** Says on the way out which calls may be half-done; also when everything else is quiet. */
  nameUnfinished(): void {
    const writes = [...this.underWay.values()].filter(({ kind }) => kind !== 'Wait');
    const names = writes.map(({ kind, address }) => `${kind} ${sanitise(address)}`);
    const text = names.length === 0 ? 'no call was in flight' : `possibly half-done: ${names.join(', ')}`;
    this.terminal.err.write(`stopped at once; ${text}. Running again is safe.\n`);
  }

  close(): void {
    this.stopHeartbeat();
  }

  private remember(event: ProgressEvent): void {
    const { action } = event;
    if (event.kind === 'start') {
      this.startedAtMs.set(action.id, event.atMs);
      this.underWay.set(action.id, action);
      this.hasStartedWrite ||= action.kind !== 'Wait';
    } else if (event.kind !== 'progress') {
      this.underWay.delete(action.id);
    }
  }

  /** What follows at the same address is skipped for the same cause. */
  private isRepeatedSkip({ address }: Action): boolean {
    const isRepeated = this.skippedAddresses.has(address);
    this.skippedAddresses.add(address);
    return isRepeated;
  }

  private beat(): void {
    const actions = [...this.underWay.values()];
    if (this.isSilent && actions.length > 0) {
      const names = actions.slice(0, 3).map(({ kind, address }) => `${kind} ${sanitise(address)}`);
      const others = actions.length > names.length ? ` and ${actions.length - names.length} more` : '';
      this.say(`still working on ${count(actions.length, 'action')}: ${names.join(', ')}${others}\n`);
    }
    this.isSilent = true;
  }

  private say(text: string): void {
    this.isSilent = false;
    if (!this.terminal.isQuiet) this.terminal.err.write(text);
  }
}
