import type { Account } from '../domain/desired.js';
import type { InterruptReason } from '../domain/progress.js';
import type { Audit } from '../ports/audit.js';
import type { Clock } from '../ports/clock.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { CloudWriter } from '../ports/cloud-writer.js';
import type { Files } from '../ports/files.js';
import type { FolderWatch, FolderWatchOptions } from '../ports/folder-watch.js';
import type { Log } from '../ports/log.js';
import type { Pace } from '../ports/pace.js';
import type { ParseCache } from '../ports/parse-cache.js';
import type { ServerTime } from '../ports/server-time.js';
import type { Prober } from '../ports/prober.js';
import type { OpenRehearsal } from '../ports/rehearsal-world.js';

/** A folder of a work tree beside the commit that is checked out. */
export interface WorkTree {
  readonly commit: string;
  /** Changed, new and missing files, relative to the root of the repository. */
  readonly changedFiles: readonly string[];
  /** Address of the remote `origin`, as it is configured. */
  readonly origin: string | null;
}

/** A stream of the process, or a test's list of what was written. */
export interface OutputStream {
  readonly isTTY: boolean;
  /** Cells of a line, of a terminal. */
  readonly columns?: number;
  write(text: string): void;
}

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn';
  readonly format: 'text' | 'json';
}

export interface ConnectOptions {
  readonly accounts: readonly Account[];
  /** As given; null: the service's own endpoints. */
  readonly endpoint: string | null;
  readonly allowCustomEndpoint: boolean;
  readonly network: 'public' | 'vpc';
  /** Bound of one network call. */
  readonly timeoutMs: number;
  /** Told about every call, and about every secret before it is used. */
  readonly log: ScrubbingLog;
  /** Whether this process runs the emulator behind the endpoint: nobody else moves its clock then. */
  readonly ownsEmulator: boolean;
}

export interface ParseCacheOptions {
  /** Absolute path. */
  readonly root: string;
  /** Says where programs keep such things. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly note: (message: string) => void;
}

export interface ServerTimeOptions
  extends Pick<ConnectOptions, 'endpoint' | 'allowCustomEndpoint' | 'network' | 'timeoutMs'> {
  readonly region: string;
}

export interface CloudConnection {
  readonly reader: CloudReader;
  readonly writer: CloudWriter;
  /** Of this connection's calls that write; those that read keep to it by themselves. */
  readonly pace: Pace;
  /** The machine's, or the emulator's behind a loopback endpoint. */
  readonly clock: Clock;
}

/** What only looks: there is nothing in it to write with. */
export type ReadConnection = Pick<CloudConnection, 'reader' | 'clock'>;

/** A log that leaves out what it was told to keep secret. */
export interface ScrubbingLog extends Log {
  addSecret(secret: string): void;
}

export interface EmulatorOptions {
  /** Absolute path of the scenario file. */
  readonly scenario: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absolute path of the folder that keeps the world; null: in memory. */
  readonly stateDir: string | null;
  /** Emulated seconds a real second; null: what the scenario says. */
  readonly speed: number | null;
  /** Begin anew, whatever the folder holds. */
  readonly resets: boolean;
}

export interface RunningEmulator {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Everything outside that a command may touch. `main` builds the real one, in which each member loads what it needs
 * when it is first called: a command pays for nothing that it does not use.
 */
export interface Runtime {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly cwd: string;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Whether a person can be asked: a terminal on both ends. */
  readonly isInteractive: boolean;

  openFiles(root: string): Promise<Files>;
  /** The files below the folder as they are in a commit. */
  openCommit(folder: string, ref: string): Promise<Files>;
  /** Of the project in the folder; `note` is told why there is none, or what is wrong with it. */
  openParseCache(options: ParseCacheOptions): Promise<ParseCache | undefined>;
  /** Absolute path of the nearest `tallyman.yaml` from there upwards. */
  findProjectFile(startDir: string): Promise<string | undefined>;
  /** A file of the package by its path in it; undefined where this version was published without it. */
  publishedFile(path: string): Promise<string | undefined>;
  /** Absolute path of the root of the repository that holds the folder; null outside of one. */
  repositoryRoot(folder: string): Promise<string | null>;
  /** Commit of the work tree; null outside git or with changes that are not committed. */
  headCommit(directory: string): Promise<string | null>;
  /** What the folder is beside its commit; null outside git. */
  workTree(directory: string): Promise<WorkTree | null>;
  openLog(options: LogOptions): Promise<ScrubbingLog>;
  openAudit(path: string): Promise<Audit>;
  openProber(): Promise<Prober>;
  systemClock(): Promise<Clock>;
  connect(options: ConnectOptions): Promise<CloudConnection>;
  /** A connection over which nothing that writes can be sent. */
  connectToRead(options: ConnectOptions): Promise<ReadConnection>;
  /** A made-up cloud in this process; no connection, no credentials. */
  openRehearsal: OpenRehearsal;
  /** What time it is where calls go to, asked without keys. Throws `input/endpoint`. */
  serverTime(options: ServerTimeOptions): Promise<ServerTime>;
  startEmulator(options: EmulatorOptions): Promise<RunningEmulator>;
  /** Changes the world in a state folder that no emulator has open; `change` as of `POST /_emulator/changes`. */
  changeEmulator(options: {
    readonly scenario: string;
    readonly stateDir: string;
    readonly change: unknown;
  }): Promise<void>;
  /** Eight random characters of a-z and 0-9. */
  randomId(): string;
  /** Shows a question and reads one line; null at the end of input. */
  ask(question: string): Promise<string | null>;
  /** Calls the listener on every SIGINT and SIGTERM until the returned function is called. */
  onSignal(listener: (signal: InterruptReason) => void): () => void;
  /** Calls the listener every so many real milliseconds until the returned function is called. */
  every(intervalMs: number, listener: () => void): () => void;
  /** Calls the listener once after so many real milliseconds, unless the returned function is called before. */
  after(delayMs: number, listener: () => void): () => void;
  watchFolder(options: FolderWatchOptions): Promise<FolderWatch>;
  /** Ends the process at once: only for a second signal. */
  exit(code: number): void;
}
