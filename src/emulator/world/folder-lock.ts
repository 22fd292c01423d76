import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateInUseError } from '../errors.js';

/** Folders that this very process holds: its own pid in a lock file may also be that of a process long gone. */
const held = new Set<string>();

/** Takes the folder for this process. Throws StateInUseError while another process that is alive has it. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  const own = join(folder, `lock.${process.pid}`);
  if (held.has(folder)) throw new StateInUseError(folder, process.pid);
  writeFileSync(own, `${process.pid}\n`, { mode: 0o600 });
  try {
    if (!tryLink(own, file)) {
      const holder = pidIn(file);
      if (holder !== undefined && holder !== process.pid && isAlive(holder)) throw new StateInUseError(folder, holder);
      takeOver(file, own, folder, holder);
    }
  } finally {
    rmSync(own, { force: true });
  }
  held.add(folder);
  return () => {
    held.delete(folder);
    rmSync(file, { force: true });
  };
}

/** The stale lock is moved away first: of two that try, one finds a lock in hand that it did not see before. */
function takeOver(file: string, own: string, folder: string, stale: number | undefined): void {
  const aside = join(folder, `lock.stale.${process.pid}`);
  try {
    renameSync(file, aside);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  const moved = pidIn(aside);
  const isOthers = moved !== undefined && moved !== stale;
  if (isOthers) tryLink(aside, file);
  rmSync(aside, { force: true });
  if (isOthers || !tryLink(own, file)) throw new StateInUseError(folder, pidIn(file) ?? 0);
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function pidIn(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
