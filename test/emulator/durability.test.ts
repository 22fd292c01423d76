import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkScenario, Emulator } from '../../src/emulator/index.js';
import { sendRaw, type Signer, signV3 } from './signing.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Three folders deep, as the sources are, so that the bundle finds the schemas. */
const built = join(root, 'node_modules', '.cache', 'tallyman-test');
const bundle = join(built, `emulator-${process.pid}.mjs`);
const folder = mkdtempSync(join(tmpdir(), 'tallyman-killed-'));

/** Starts an emulator, tells its endpoint, and lives until it is killed. */
const program = `
import { startEmulator } from ${JSON.stringify(bundle)};
const emulator = await startEmulator({
  stateDir: ${JSON.stringify(folder)},
  scenario: {
    apiVersion: 'tallyman.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'killed' },
    spec: {
      accounts: [{ name: 'prod', uid: '1600000000000002' }],
      images: [{ id: 'm-1', account: 'prod', region: 'cn-hangzhou' }],
      quotas: { tagsPerResource: 1000 },
    },
  },
});
process.stdout.write(emulator.endpoint + '\\n');
`;

let running: { readonly child: ChildProcess; readonly ended: Promise<unknown> } | undefined;

beforeAll(async () => {
  mkdirSync(built, { recursive: true });
  await build({
    entryPoints: [join(root, 'src/emulator/index.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  writeFileSync(join(folder, 'program.mjs'), program);
});

afterAll(() => {
  running?.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  rmSync(bundle, { force: true });
});

async function start(): Promise<Signer> {
  const child = spawn(process.execPath, [join(folder, 'program.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
  running = { child, ended: new Promise((resolve) => child.once('exit', resolve)) };
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the emulator ended with ${code}`)));
  });
  return { endpoint, accessKeyId: 'EMULATORPROD', accessKeySecret: 'emulator' };
}

async function kill(): Promise<void> {
  running?.child.kill('SIGKILL');
  await running?.ended;
}

async function tag(signer: Signer, key: string): Promise<boolean> {
  const parameters = {
    RegionId: 'cn-hangzhou',
    ResourceType: 'image',
    'ResourceId.1': 'm-1',
    'Tag.1.Key': key,
    'Tag.1.Value': 'x',
  };
  return sendRaw(signV3(signer, 'TagResources', parameters)).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Keeps four calls under way until the emulator is gone; `answered` grows with each answer. */
async function stream(signer: Signer, round: number, answered: string[]): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (;;) {
      const key = `k-${round}-${next}`;
      next += 1;
      if (!(await tag(signer, key))) return;
      answered.push(key);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

it('a process killed under a stream of calls has lost none that it answered', async () => {
  const answered: string[] = [];
  for (const [round, enough] of [3, 17, 40].entries()) {
    const signer = await start();
    const before = answered.length;
    const ended = stream(signer, round, answered);
    while (answered.length - before < enough) await new Promise((resolve) => setImmediate(resolve));
    await kill();
    await ended;
  }
  const { endpoint } = await start();
  const state = (await (await fetch(`${endpoint}/_emulator/state`)).json()) as { images: { tags: object }[] };
  const kept = Object.keys(state.images[0]?.tags ?? {});
  expect(answered.length).toBeGreaterThanOrEqual(60);
  expect(answered.filter((key) => !kept.includes(key))).toEqual([]);
}, 30_000);

it('a state of 10,000 instances is read within two seconds, and says what it is', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'tallyman-large-'));
  const scenario = checkScenario({
    apiVersion: 'tallyman.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'large' },
    spec: {
      accounts: [{ name: 'prod', uid: '1600000000000002' }],
      images: [{ id: 'm-1', account: 'prod', region: 'cn-hangzhou' }],
      instances: [{ id: 'i', count: 10_000, account: 'prod', region: 'cn-hangzhou', imageId: 'm-1' }],
    },
  });
  try {
    new Emulator({ scenario, stateDir }).close();
    expect(readFileSync(join(stateDir, 'state.json'), 'utf8').split('\n').slice(0, 3)).toEqual([
      '{',
      '  "format": "tallyman-emulator-state",',
      '  "version": 1,',
    ]);
    const emulator = new Emulator({ scenario, stateDir });
    expect(emulator.state().instances).toHaveLength(10_000);
    emulator.close();
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}, 30_000);
