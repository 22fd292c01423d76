import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFiles } from '../../src/adapters/node/files.js';
import { runSafely } from '../../src/cli/run-safely.js';
import { readProject } from '../../src/manifest/read-project.js';
import { parseDocuments } from '../../src/manifest/parse-documents.js';
import { aRuntime } from './fake-runtime.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallyman-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('init', () => {
  it('writes a project that is sound, named by its folder, with an id of its own', async () => {
    mkdirSync(join(folder, 'Web Fleet_2'));
    const runtime = aRuntime({ cwd: folder, openFiles: async (root) => openFiles(root) });
    expect(await runSafely(['init', 'Web Fleet_2'], runtime)).toBe(0);
    const text = readFileSync(join(folder, 'Web Fleet_2', 'tallyman.yaml'), 'utf8');
    const project = { file: 'tallyman.yaml', text };
    const read = readProject(
      { project, manifests: [], policies: [], lock: null, lockFile: 'tallyman.lock.yaml' },
      { parse: parseDocuments },
    );
    expect(read.findings).toEqual([]);
    expect(read.desired?.project).toMatchObject({ name: 'web-fleet-2', id: 'k3v9x2ab' });
    expect(runtime.written.out).toContain('Wrote Web Fleet_2/tallyman.yaml');
  });

  it('leaves a project file as it is that is there already', async () => {
    writeFileSync(join(folder, 'tallyman.yaml'), 'mine\n');
    const runtime = aRuntime({ cwd: folder, openFiles: async (root) => openFiles(root) });
    expect(await runSafely(['init'], runtime)).toBe(4);
    expect(readFileSync(join(folder, 'tallyman.yaml'), 'utf8')).toBe('mine\n');
    expect(runtime.written.err).toContain('already');
  });
});
