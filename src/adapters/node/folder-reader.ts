import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Many files of one folder without a look at every part of each path. The folder is opened, and the system itself is asked
 * where what was opened is: if that is the place below the root that was meant, no link led there. Its files are then
 * opened in the open folder, wherever its name leads by now. Linux shows open folders below /proc; elsewhere, and for
 * whatever is not an ordinary file of an ordinary size, there is no answer here, and one by one they are looked at.
 */
export class FolderReader {
  readonly #root: string;
  #folder: string | undefined;
  #descriptor: number | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** Path: relative, with `/`, and without `.` and `..`. Undefined where the file has to be looked at by itself. */
  read(path: string, sizeMax: number): Buffer | undefined {
    const cut = path.lastIndexOf('/');
    this.#enter(cut === -1 ? '' : path.slice(0, cut));
    if (this.#descriptor === undefined) return undefined;
    return readPlain(`/proc/self/fd/${this.#descriptor}/${path.slice(cut + 1)}`, sizeMax);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#folder = undefined;
  }

  #enter(folder: string): void {
    if (folder === this.#folder) return;
    this.close();
    this.#folder = folder;
    const place = join(this.#root, folder);
    this.#descriptor = opened(place, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    if (this.#descriptor === undefined || whereIs(this.#descriptor) === place) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function opened(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch {
    return undefined;
  }
}

/** Undefined where the system does not say. */
function whereIs(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}

/** Neither follows a link nor waits for what is no file. */
function readPlain(path: string, sizeMax: number): Buffer | undefined {
  const descriptor = opened(
    path,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY,
  );
  if (descriptor === undefined) return undefined;
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > sizeMax) return undefined;
    // One byte more, to see whether it grew.
    const buffer = Buffer.allocUnsafe(stats.size + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < buffer.length; length += count) {
      count = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    return length > stats.size ? undefined : buffer.subarray(0, length);
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
