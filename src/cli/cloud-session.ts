import { join, resolve } from 'node:path';
import { TallymanError } from '../domain/errors.js';
import type { Account } from '../domain/desired.js';
import type { CommandContext } from './command.js';
import { flags } from './flags.js';
import type { CloudConnection, ConnectOptions, ReadConnection, RunningEmulator, ScrubbingLog } from './runtime.js';

/** The cloud, or an emulated one, for as long as a command runs. */
export interface CloudSession extends CloudConnection {
  readonly log: ScrubbingLog;
  /** As given, or of the emulator in this process; null: the service's own. */
  readonly endpoint: string | null;
  close(): Promise<void>;
}

const timeoutDefaultMs = 30_000;

/** Runs `use` with a session that is closed whatever happens. */
export async function withCloud<T>(
  context: CommandContext,
  project: { readonly root: string; readonly accounts: readonly Account[] },
  use: (session: CloudSession) => Promise<T>,
): Promise<T> {
  const session = await openSession(context, project, (options) => context.runtime.connect(options));
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** As `withCloud`, with a session that has nothing to write with. */
export async function withReader<T>(
  context: CommandContext,
  project: { readonly root: string; readonly accounts: readonly Account[] },
  use: (session: ReadConnection & Pick<CloudSession, 'endpoint'>) => Promise<T>,
): Promise<T> {
  const session = await openSession(context, project, (options) => context.runtime.connectToRead(options));
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

async function openSession<Connection>(
  context: CommandContext,
  { root, accounts }: { readonly root: string; readonly accounts: readonly Account[] },
  connect: (options: ConnectOptions) => Promise<Connection>,
): Promise<Connection & Pick<CloudSession, 'log' | 'endpoint' | 'close'>> {
  const { arguments: given } = context;
  const log = await openLog(context);
  const emulator = await startOwnEmulator(context, root);
  const endpoint = emulator?.endpoint ?? given.text(flags.endpoint) ?? null;
  try {
    const connection = await connect({
      accounts,
      endpoint,
      allowCustomEndpoint: given.isOn(flags.allowCustomEndpoint),
      network: given.oneOf(flags.network, ['public', 'vpc'], 'public'),
      timeoutMs: given.durationMs(flags.timeout, timeoutDefaultMs),
      log,
      ownsEmulator: emulator !== null,
    });
    return { ...connection, log, endpoint, close: async () => emulator?.close() };
  } catch (error) {
    await emulator?.close();
    throw error;
  }
}

export async function openLog({ runtime, arguments: given, terminal }: CommandContext): Promise<ScrubbingLog> {
  const quietOrNot = terminal.isQuiet ? 'warn' : 'info';
  return runtime.openLog({
    level: given.isOn(flags.verbose) ? 'debug' : quietOrNot,
    format: given.oneOf(flags.logFormat, ['text', 'json'], 'text'),
  });
}

async function startOwnEmulator(context: CommandContext, root: string): Promise<RunningEmulator | null> {
  const { runtime, arguments: given, cwd } = context;
  const isChosen = given.isGiven(flags.emulator);
  if (isChosen && given.isGiven(flags.endpoint)) {
    throw new TallymanError(
      'input/flag',
      '`--emulator` and `--endpoint` exclude each other',
      'Leave one of the two out.',
    );
  }
  // A flag counts before the environment, so `--endpoint` turns TALLYMAN_EMULATOR off.
  const value = given.isGiven(flags.endpoint) ? undefined : given.text(flags.emulator);
  if (value === undefined) {
    if (!given.isOn(flags.emulatorReset)) return null;
    throw new TallymanError('input/flag', '`--emulator-reset` needs `--emulator`', 'Give both, or neither.');
  }
  const isDefault = ['', '1', 'true'].includes(value);
  const scenario = isDefault ? join(root, 'scenario.yaml') : resolve(cwd, value);
  const stateDir = join(root, '.tallyman', 'emulator');
  const resets = given.isOn(flags.emulatorReset);
  return runtime.startEmulator({ scenario, port: 0, stateDir, speed: null, resets });
}
