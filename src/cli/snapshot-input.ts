import type { Desired } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import type { Lock } from '../domain/lock.js';
import type { ObservedState } from '../domain/observed.js';
import { parseSnapshot, recordedState } from '../flows/snapshot.js';
import type { CommandContext } from './command.js';
import { cloudFlags, flags } from './flags.js';
import { readFile } from './read-file.js';

const snapshotSizeMax = 1024 * 1024 * 1024;

/** The world that `--snapshot` names; null where the cloud itself is asked. */
export async function readSnapshot(
  context: CommandContext,
  desired: Desired,
  lock: Lock,
): Promise<ObservedState | null> {
  const { arguments: given } = context;
  const file = given.text(flags.snapshot);
  if (file === undefined) return null;
  const other = cloudFlags.find((flag) => given.isGiven(flag));
  if (other !== undefined) {
    const message = `\`--snapshot\` and \`--${other.name}\` exclude each other`;
    throw new TallymanError('input/flag', message, 'Leave one of the two out: a recorded world is not called.');
  }
  const text = await readFile(context, file, snapshotSizeMax);
  if (text !== undefined) return recordedState(parseSnapshot(text, file), desired, lock, file);
  const hint = `Take one:\n  tallyman snapshot --out ${file}`;
  throw new TallymanError('input/snapshot', `there is no snapshot '${file}'`, hint);
}
