import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { StaleStateError, StateDamagedError } from '../errors.js';
import { lockFolder } from './folder-lock.js';
import { type JournalEntry, replay, type StateDocument } from './state-document.js';

/** Which scenario a state belongs to. */
export interface ScenarioMark {
  readonly name: string;
  readonly digest: string;
}

/** The head of `state.json`. Its generation names the journal that goes with it. */
interface SnapshotFile extends StateDocument {
  readonly format: typeof format;
  readonly version: typeof version;
  readonly scenario: ScenarioMark;
  readonly generation: number;
}

const format = 'tallyman-emulator-state';
const version = 1;
/** The journal may grow to the size of the snapshot and this on top before both are written anew. */
const journalBytesAllowed = 8 * 1024 * 1024;
/** So much of a snapshot is written at a time. */
const pieceCharactersMin = 1024 * 1024;

/**
 * State on disk: `state.json`, readable, a row a line, and `journal.N.jsonl`, a change set a line. A change is in the
 * journal before its answer is sent, so a killed process loses no answered call. The writes are not synced: what a
 * power cut takes is not of interest to a test double.
 */
export class StateFolder {
  private journal: number | undefined;
  private journalBytes = 0;
  private snapshotBytes = 0;
  private generation = 0;

  private constructor(
    private readonly folder: string,
    private scenario: ScenarioMark,
    private readonly unlock: () => void,
  ) {}

  /** Takes the folder, made where it is not there. Throws StateInUseError. */
  static open(folder: string, scenario: ScenarioMark): StateFolder {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new StateFolder(folder, scenario, lockFolder(folder));
  }

  /** What an earlier emulator left; undefined in a new folder. Throws StaleStateError, StateDamagedError. */
  load(): StateDocument | undefined {
    const file = join(this.folder, 'state.json');
    const text = readIfThere(file);
    if (text === undefined) return undefined;
    const snapshot = parseSnapshot(file, text);
    if (snapshot.scenario.digest !== this.scenario.digest) {
      throw new StaleStateError(this.folder, snapshot.scenario.name, this.scenario.name);
    }
    this.generation = snapshot.generation;
    const journal = journalFile(this.folder, snapshot.generation);
    const { clock, counters, requests, throttle, collections } = snapshot;
    return replay({ clock, counters, requests, throttle, collections }, parseJournal(journal));
  }

  /** Appends before the answer goes out. True: it is time for `write`. */
  append(entry: JournalEntry): boolean {
    if (this.journal === undefined) throw new Error('a journal entry before the first snapshot');
    const line = `${JSON.stringify(entry)}\n`;
    writeSync(this.journal, line);
    this.journalBytes += Buffer.byteLength(line);
    return this.journalBytes > this.snapshotBytes + journalBytesAllowed;
  }

  /** Writes the whole state and begins a new journal. A crash in between leaves the old pair or the new one. */
  write(state: StateDocument): void {
    const generation = this.generation + 1;
    const journal = openSync(journalFile(this.folder, generation), 'w', 0o600);
    const draft = join(this.folder, 'state.json.new');
    const bytes = writePieces(
      draft,
      snapshotPieces({ format, version, scenario: this.scenario, generation, ...state }),
    );
    renameSync(draft, join(this.folder, 'state.json'));
    if (this.journal !== undefined) closeSync(this.journal);
    this.journal = journal;
    this.journalBytes = 0;
    this.snapshotBytes = bytes;
    this.generation = generation;
    this.removeOldJournals();
  }

  /** From the next snapshot on the state belongs to another scenario. */
  follow(scenario: ScenarioMark): void {
    this.scenario = scenario;
  }

  close(): void {
    if (this.journal !== undefined) closeSync(this.journal);
    this.journal = undefined;
    this.unlock();
  }

  private removeOldJournals(): void {
    const current = `journal.${this.generation}.jsonl`;
    for (const name of readdirSync(this.folder)) {
      if (/^journal\.\d+\.jsonl$/.test(name) && name !== current) rmSync(join(this.folder, name), { force: true });
    }
  }
}

/** Removes what an emulator keeps in the folder, and nothing else. Throws StateInUseError. */
export function removeState(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder);
  try {
    for (const name of readdirSync(folder)) {
      if (/^(state\.json(\.new)?|journal\.\d+\.jsonl)$/.test(name)) rmSync(join(folder, name), { force: true });
    }
  } finally {
    unlock();
  }
}

function journalFile(folder: string, generation: number): string {
  return join(folder, `journal.${generation}.jsonl`);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseSnapshot(file: string, text: string): SnapshotFile {
  let value: Partial<SnapshotFile>;
  try {
    value = JSON.parse(text) as Partial<SnapshotFile>;
  } catch (error) {
    throw new StateDamagedError(file, 'it is not JSON', { cause: error });
  }
  if (value.format !== format) throw new StateDamagedError(file, 'it is no state of the emulator');
  if (value.version !== version) {
    throw new StateDamagedError(file, `it is of version ${String(value.version)}, and this tallyman reads ${version}`);
  }
  return value as SnapshotFile;
}

/** A last line without its end was cut off by a crash before its call was answered, so it is passed over. */
function parseJournal(file: string): readonly JournalEntry[] {
  const lines = (readIfThere(file) ?? '').split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as JournalEntry;
    } catch (error) {
      throw new StateDamagedError(file, `line ${index + 1} is not JSON`, { cause: error });
    }
  });
}

function* snapshotPieces({ collections, ...head }: SnapshotFile): Generator<string> {
  yield '{\n';
  for (const [name, value] of Object.entries(head)) yield `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`;
  yield '  "collections": {';
  let separator = '';
  for (const [name, values] of Object.entries(collections)) {
    yield `${separator}\n    ${JSON.stringify(name)}: [`;
    for (const [index, value] of values.entries()) yield `${index === 0 ? '' : ','}\n      ${JSON.stringify(value)}`;
    yield values.length === 0 ? ']' : '\n    ]';
    separator = ',';
  }
  yield '\n  }\n}\n';
}

/** Writes a file of its own from pieces, some at a time: the text of a large world never stands in memory as a whole. */
function writePieces(file: string, pieces: Iterable<string>): number {
  const descriptor = openSync(file, 'w', 0o600);
  let bytes = 0;
  let waiting = '';
  const flush = (): void => {
    writeFileSync(descriptor, waiting);
    bytes += Buffer.byteLength(waiting);
    waiting = '';
  };
  try {
    for (const piece of pieces) {
      waiting += piece;
      if (waiting.length >= pieceCharactersMin) flush();
    }
    flush();
  } finally {
    closeSync(descriptor);
  }
  return bytes;
}
