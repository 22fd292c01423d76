import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileAudit } from '../../../src/adapters/node/audit.js';
import type { AuditEntry } from '../../../src/ports/audit.js';

const entry: AuditEntry = {
  phase: 'before',
  at: '2026-01-01T00:00:00Z',
  operation: 'CopyImage',
  account: 'prod',
  region: 'cn-hangzhou',
  address: 'ImageCopy/web-base/cn-hangzhou',
  token: 'token',
  subject: null,
  result: null,
  errorCode: null,
  requestId: null,
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallyman-audit-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('the audit log', () => {
  it('gets one JSON line an entry, whole even when written at once, readable by its owner alone', async () => {
    const path = join(folder, 'audit.jsonl');
    const audit = fileAudit(path);
    await Promise.all(Array.from({ length: 20 }, (_, index) => audit.append({ ...entry, subject: `m-${index}` })));
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const subjects = lines.map((line) => {
      const written: AuditEntry = JSON.parse(line);
      return written.subject;
    });
    expect(new Set(subjects).size).toBe(20);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('goes on behind what is there and takes it away from others', async () => {
    const path = join(folder, 'audit.jsonl');
    await writeFile(path, 'earlier\n');
    await chmod(path, 0o644);
    await fileAudit(path).append(entry);
    expect(await readFile(path, 'utf8')).toBe(`earlier\n${JSON.stringify(entry)}\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is refused where it is a link, a pipe, a folder, or in no folder', async () => {
    const target = join(folder, 'target');
    await writeFile(target, 'untouched');
    await symlink(target, join(folder, 'link'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const refused = async (path: string): Promise<unknown> =>
      fileAudit(path)
        .append(entry)
        .catch((error: unknown) => error);
    expect(await refused(join(folder, 'link'))).toMatchObject({
      code: 'input/file',
      message: expect.stringContaining('symbolic link'),
    });
    expect(await readFile(target, 'utf8')).toBe('untouched');
    expect(await refused(join(folder, 'pipe'))).toMatchObject({ code: 'input/file' });
    expect(await refused(folder)).toMatchObject({ message: expect.stringContaining('EISDIR') });
    expect(await refused(join(folder, 'none', 'audit'))).toMatchObject({ message: expect.stringContaining('ENOENT') });
  });
});
