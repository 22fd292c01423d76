import { closeSync, constants, fchmodSync, fsyncSync, openSync, writeSync } from 'node:fs';

/**
 * Writes a file that must not exist. The mode is set again after creating, since the process's mask takes bits away.
 * `isDurable`: whether the bytes are on the disk when it returns.
 */
export function writeNew(
  path: string,
  bytes: Buffer,
  mode: number,
  { isDurable }: { readonly isDurable: boolean },
): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(path, flags, mode);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    fchmodSync(descriptor, mode);
    if (isDurable) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
