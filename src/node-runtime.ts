import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { isatty } from 'node:tty';
import type {
  CloudConnection,
  ConnectOptions,
  EmulatorOptions,
  OutputStream,
  ReadConnection,
  RunningEmulator,
  Runtime,
} from './cli/runtime.js';
import { type ErrorCode, TallymanError } from './domain/errors.js';
import type { CallRecord } from './adapters/alibaba/sender.js';
import type { WorldChange } from './emulator/index.js';
import type { Clock } from './ports/clock.js';
import type { CloudReader } from './ports/cloud-reader.js';

/**
 * The process and its machine. What is heavy is loaded by the member that needs it, when it is called. `parser`: which
 * build of the parser this is, so that what another one kept is not used; null: not known, and nothing is kept.
 */
export function nodeRuntime(version: string, parser: string | null = null): Runtime {
  return {
    version,
    env: process.env,
    cwd: process.cwd(),
    stdout: outputStream(process.stdout),
    stderr: outputStream(process.stderr),
    isInteractive: isatty(process.stdin.fd) && isatty(process.stderr.fd),
    openFiles: async (root) => (await import('./adapters/node/project.js')).openFiles(root),
    openCommit: async (folder, ref) => (await import('./adapters/node/git-tree.js')).openGitTree(folder, ref),
    openParseCache: async (options) => {
      if (parser === null) return undefined;
      const { openParseCache } = await import('./adapters/node/project.js');
      return openParseCache({ ...options, parser: `${version} ${parser}` });
    },
    findProjectFile: async (startDir) => (await import('./adapters/node/project.js')).findProjectFile(startDir),
    publishedFile: async (path) => (await import('./adapters/node/published.js')).publishedFile(path),
    repositoryRoot: async (folder) => (await import('./adapters/node/project.js')).repositoryRoot(folder),
    headCommit: async (directory) => (await import('./adapters/node/git.js')).headCommit(directory),
    workTree: async (directory) => (await import('./adapters/node/git.js')).workTree(directory),
    openLog: async (options) => (await import('./adapters/node/log.js')).createLog(options),
    openAudit: async (path) => (await import('./adapters/node/audit.js')).fileAudit(path),
    openProber: async () => (await import('./adapters/node/prober.js')).networkProber(),
    systemClock: async () => (await import('./adapters/node/project.js')).systemClock(),
    connect: (options) => connect(version, options),
    connectToRead: (options) => connectToRead(version, options),
    openRehearsal: async (seed) => (await import('./adapters/rehearsal/open-rehearsal.js')).openRehearsal(seed),
    serverTime: async (options) => (await import('./adapters/alibaba/server-time.js')).serverTime(options),
    startEmulator,
    changeEmulator,
    randomId,
    ask,
    onSignal(listener) {
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => void process.off('SIGINT', listener).off('SIGTERM', listener);
    },
    every(intervalMs, listener) {
      const timer = setInterval(listener, intervalMs);
      timer.unref();
      return () => clearInterval(timer);
    },
    after(delayMs, listener) {
      const timer = setTimeout(listener, delayMs);
      return () => clearTimeout(timer);
    },
    watchFolder: async (options) => (await import('./adapters/node/folder-watch.js')).watchFolder(options),
    exit: (code) => process.exit(code),
  };
}

/** 36 to the 8th: two projects of one name hardly ever get the same. */
function randomId(): string {
  return Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('');
}

function outputStream(stream: NodeJS.WriteStream & { readonly fd: number }): OutputStream {
  const { columns } = stream;
  return {
    isTTY: isatty(stream.fd),
    // Absent where it is no terminal, whatever the types say; 0 in some terminals of CI.
    ...((columns as number | undefined) ? { columns } : {}),
    write: (text) => void stream.write(text),
  };
}

async function connect(version: string, options: ConnectOptions): Promise<CloudConnection> {
  const { connect: open } = await import('./adapters/alibaba/connect.js');
  const { toCloud, clock } = await connectionParts(version, options);
  const { reader, writer } = await open(toCloud);
  const { inStep, pace } = await keepingPace(clock);
  return { reader: inStep(reader), writer, pace, clock };
}

async function connectToRead(version: string, options: ConnectOptions): Promise<ReadConnection> {
  const { connectToRead: open } = await import('./adapters/alibaba/connect.js');
  const { toCloud, clock } = await connectionParts(version, options);
  const { inStep } = await keepingPace(clock);
  return { reader: inStep(await open(toCloud)), clock };
}

async function connectionParts(version: string, options: ConnectOptions) {
  const { accounts, network, timeoutMs, log } = options;
  const [{ parseEndpoint, publicCloud }, clocks] = await Promise.all([
    import('./adapters/alibaba/endpoint.js'),
    import('./adapters/node/clock.js'),
  ]);
  const allowCustom = options.allowCustomEndpoint;
  const endpoint = options.endpoint === null ? publicCloud : parseEndpoint(options.endpoint, { allowCustom });
  const toCloud = {
    accounts,
    endpoint,
    network,
    timeoutMs,
    userAgent: `tallyman/${version}`,
    onCall: ({ operation, ...fields }: CallRecord) => log.debug(operation, fields),
    onSecret: (secret: string) => log.addSecret(secret),
  };
  const clock =
    endpoint.kind === 'loopback'
      ? await clocks.emulatorClock(endpoint, { isOwner: options.ownsEmulator })
      : clocks.systemClock();
  return { toCloud, clock };
}

async function keepingPace(clock: Clock) {
  const [{ retrying }, { paced, pacing }] = await Promise.all([
    import('./adapters/alibaba/retrying.js'),
    import('./adapters/pacing.js'),
  ]);
  const pace = pacing(clock);
  // On a clock that stands still nobody may ever come to move it, and a plan needs none.
  const inStep = (reader: CloudReader): CloudReader => retrying(clock.speed === 0 ? reader : paced(reader, pace));
  return { pace, inStep };
}

async function startEmulator(options: EmulatorOptions): Promise<RunningEmulator> {
  return withEmulatorErrors(async () => {
    const { startEmulator: start } = await import('./emulator/index.js');
    return start({
      scenario: options.scenario,
      port: options.port,
      isStateReset: options.resets,
      ...(options.stateDir === null ? {} : { stateDir: options.stateDir }),
      ...(options.speed === null ? {} : { speed: options.speed }),
    });
  });
}

async function changeEmulator({ scenario, stateDir, change }: Parameters<Runtime['changeEmulator']>[0]): Promise<void> {
  await withEmulatorErrors(async () => {
    const { startEmulator: start } = await import('./emulator/index.js');
    const emulator = await start({ scenario, stateDir });
    try {
      // Whatever it is, the emulator checks it.
      emulator.change(change as WorldChange);
    } finally {
      await emulator.close();
    }
  });
}

/** The emulator shares no code with the product, its errors neither. What is not listed here is the scenario's fault. */
const emulatorCodes: ReadonlyMap<string, ErrorCode> = new Map([
  ['emulator-state-stale', 'emulator/stale-state'],
  ['emulator-state-damaged', 'emulator/stale-state'],
  ['emulator-state-in-use', 'emulator/state-in-use'],
  ['emulator-port', 'emulator/port'],
]);

async function withEmulatorErrors<T>(run: () => Promise<T>): Promise<T> {
  const { EmulatorError, ChangeRefused } = await import('./emulator/index.js');
  try {
    return await run();
  } catch (error) {
    if (error instanceof EmulatorError) {
      const code = emulatorCodes.get(error.code) ?? 'input/scenario';
      throw new TallymanError(code, error.message, error.hint, { cause: error });
    }
    if (error instanceof ChangeRefused) {
      throw new TallymanError('input/flag', error.message, 'Correct the change.', { cause: error });
    }
    throw error;
  }
}

/** The question stands on standard error: standard output is for the result. Ctrl-C is passed on as a signal. */
function ask(question: string): Promise<string | null> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    lines.once('SIGINT', () => {
      process.emit('SIGINT');
      lines.close();
    });
    lines.once('close', () => resolve(null));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
