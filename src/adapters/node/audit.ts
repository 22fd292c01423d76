import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { TallymanError } from '../../domain/errors.js';
import type { Audit } from '../../ports/audit.js';

/** Owner alone: the log tells who changed what. */
const fileMode = 0o600;

/** Bits of group and others. */
const sharedBits = 0o077;

/**
 * Appends to a file, one JSON object a line. Each line is one write in append mode, so that two runs may share a file.
 * A link is not followed, and what is no regular file is refused: a pipe that nobody reads would stop the run.
 */
export function fileAudit(path: string): Audit {
  return {
    async append(entry) {
      try {
        const file = await openForAppending(path);
        try {
          await file.appendFile(`${JSON.stringify(entry)}\n`, 'utf8');
        } finally {
          await file.close();
        }
      } catch (error) {
        throw cannotWrite(path, error);
      }
    },
  };
}

async function openForAppending(path: string): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, fileMode);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new Error('it is not a regular file');
    if ((status.mode & sharedBits) !== 0) await file.chmod(fileMode);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function cannotWrite(path: string, error: unknown): TallymanError {
  return new TallymanError(
    'input/file',
    `the audit log '${path}' cannot be written: ${reasonOf(error)}`,
    'Name a file in a folder that you may write to with --audit-log; without its audit line no call is sent.',
    { cause: error },
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error)) return error.message;
  return error.code === 'ELOOP' ? 'it is a symbolic link' : String(error.code);
}
