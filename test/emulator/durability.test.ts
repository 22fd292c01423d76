import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

it('a process killed in the middle of many calls has lost none that it answered', async () => {
  const answered: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const signer = await start();
    const calls = Array.from({ length: 12 }, async (_, n) => {
      const key = `k-${round}-${n}`;
      if (await tag(signer, key)) answered.push(key);
      // The first answers let the others run into the kill.
      if (answered.length % 12 >= 3) await kill();
    });
    await Promise.all(calls);
    await kill();
  }
  const { endpoint } = await start();
  const state = (await (await fetch(`${endpoint}/_emulator/state`)).json()) as { images: { tags: object }[] };
  expect(answered.length).toBeGreaterThanOrEqual(9);
  expect(Object.keys(state.images[0]?.tags ?? {})).toEqual(expect.arrayContaining(answered));
}, 30_000);
