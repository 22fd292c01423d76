import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliRun, tallyman } from './support/cli.js';
import { type EmulatorProcess, startEmulatorProcess } from './support/emulator-process.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';

const secret = 'canary-5EcReT-of-the-emulated-account';
const wrongSecret = 'canary-5EcReT-of-the-environment';
const token = 'canary-ToKeN-of-a-session';

const loud = ['--verbose', '--log-format', 'json', '--audit-log', 'audit.jsonl'] as const;
const lines: readonly (readonly string[])[] = [
  ['update', '-v', '--log-format', 'json'],
  ['plan', '-v', '--out', 'plan.json', '-o', 'text', '-o', 'json=report.json'],
  ['apply', 'plan.json', ...loud, '-o', 'json'],
  ['apply', '--auto-approve', ...loud],
  ['status', '-v', '-o', 'json'],
];

describe('a secret', () => {
  let space: Workspace;
  let emulator: EmulatorProcess;
  const runs: CliRun[] = [];

  beforeAll(async () => {
    space = await copyGoldenFleet();
    await space.edit('scenario.yaml', 'id: EMULATORPROD, secret: emulator', `id: EMULATORPROD, secret: ${secret}`);
    await space.edit('scenario.yaml', 'speed: 120', 'speed: 1200');
    for (const line of lines) runs.push(await tallyman(space.root, [...line, '--emulator']));
    emulator = await startEmulatorProcess(space.root, ['--state', 'world']);
    const env = {
      TALLYMAN_EMULATOR_USE_ENV: '1',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'EMULATORPROD',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: wrongSecret,
    };
    const session = { ...env, ALIBABA_CLOUD_SECURITY_TOKEN: token };
    for (const given of [env, session]) {
      runs.push(
        await tallyman(space.root, ['plan', '-v', '--log-format', 'json', '--endpoint', emulator.endpoint], {
          env: given,
        }),
      );
    }
    runs.push(await tallyman(space.root, ['plan', '-v', '--endpoint', 'http://127.0.0.1:1'], { env: session }));
  });
  afterAll(async () => {
    await emulator.stop();
    await space.remove();
  });

  it('was used by commands that did their work, and by some that failed', () => {
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
    expect(runs[2]?.stderr).toContain('"CopyImage"');
  });

  it('is in nothing that was printed', () => {
    for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toMatch(/canary/i);
  });

  it('is in no file but the one that a person wrote it into', async () => {
    const holders: string[] = [];
    const entries = await readdir(space.root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files) if ((await readFile(file)).includes('canary')) holders.push(file);
    expect(files.some((file) => file.includes(join('.tallyman', 'emulator')))).toBe(true);
    expect(files.some((file) => file.endsWith('audit.jsonl'))).toBe(true);
    expect(holders).toEqual([space.path('scenario.yaml')]);
  });

  it('is given by the emulator to who asks for credentials, and to nobody else', async () => {
    expect(JSON.stringify(await emulator.get('credentials'))).toContain(secret);
    for (const path of ['state', 'calls', 'faults'])
      expect(JSON.stringify(await emulator.get(path))).not.toMatch(/canary/i);
  });

  it.each(['plan.json', 'audit.jsonl'])('could only be read by its owner in %s', async (file) => {
    expect((await stat(space.path(file))).mode & 0o777).toBe(0o600);
  });
});
