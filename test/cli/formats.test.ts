import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { applyFormats, lintFormats, planFormats, statusFormats, updateFormats } from '../../src/cli/formats.js';
import { runSafely } from '../../src/cli/run-safely.js';
import { nodeRuntime } from '../../src/node-runtime.js';

const project = `\
apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: small}
spec:
  id: k3v9x2ab
  accounts: [{name: prod, uid: "1600000000000002"}]
  regions: [cn-hangzhou]
  defaults: {account: prod, region: cn-hangzhou}
  manifests: ["manifests/*.yaml"]
`;

const images = `\
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: golden}
spec: {region: cn-hangzhou, owner: "1600000000000009", family: golden}
`;

let repository = '';

/** The project is a folder of the repository. */
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'tallyman-formats-'));
  mkdirSync(join(repository, '.git'));
  mkdirSync(join(repository, 'infra/manifests'), { recursive: true });
  writeFileSync(join(repository, 'infra/tallyman.yaml'), project);
  writeFileSync(join(repository, 'infra/manifests/images.yaml'), images);
});

afterAll(() => rmSync(repository, { recursive: true, force: true }));

async function tallyman(line: string): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const runtime = {
    ...nodeRuntime('0.1.0'),
    env: {},
    cwd: join(repository, 'infra'),
    stdout: { isTTY: false, write: (text: string) => void (written.out += text) },
    stderr: { isTTY: false, write: (text: string) => void (written.err += text) },
    isInteractive: false,
    headCommit: () => Promise.resolve('3f2c1ab'),
    workTree: () => Promise.resolve({ commit: '3f2c1ab', changedFiles: [], origin: null }),
    connect: () => Promise.reject(new Error('a connection was opened')),
  };
  const code = await runSafely(line.split(' '), runtime);
  return { code, ...written };
}

function read(name: string): string {
  return readFileSync(join(repository, 'infra', name), 'utf8');
}

describe('formats', () => {
  it('are those of the registry, for each command', () => {
    const registries = {
      lint: lintFormats,
      audit: lintFormats,
      plan: planFormats,
      apply: applyFormats,
      status: statusFormats,
      update: updateFormats,
    };
    for (const [name, formats] of Object.entries(registries)) {
      expect(commands.find((command) => command.name === name)?.formats).toStrictEqual(Object.keys(formats));
    }
  });

  it('can be had all at once from one run, with the exit code of any of them, and the same bytes each time', async () => {
    const names = Object.keys(lintFormats).filter((name) => name !== 'text');
    const outputs = names.map((name) => `-o ${name}=out.${name}`).join(' ');
    const first = await tallyman(`lint -o text ${outputs} --as-of 2026-01-01`);
    expect(first.code).toBe(3);
    expect(first.out).toContain('error trust/trusted-owner');
    const texts = names.map((name) => read(`out.${name}`));
    for (const text of texts) expect(text).toContain('trusted-owner');
    expect(await tallyman(`lint -o text ${outputs} --as-of 2026-01-01`)).toStrictEqual(first);
    expect(names.map((name) => read(`out.${name}`))).toStrictEqual(texts);
  });

  it('place findings from the root of the repository for machines, and of the project for people', async () => {
    const place = 'manifests/images.yaml';
    expect((await tallyman('lint -o github')).out).toContain(`file=infra/${place},line=4`);
    expect((await tallyman('lint -o gitlab')).out).toContain(`"path": "infra/${place}"`);
    expect((await tallyman('lint -o json')).out).toContain(`"filename": "infra/${place}"`);
    expect((await tallyman('lint')).out).toContain(`\n${place}:4:`);
  });

  it('of a plan tell people on standard error what is wrong with manifests, where they cannot show it', async () => {
    const file = join(repository, 'infra/manifests/broken.yaml');
    writeFileSync(file, 'apiVersion: tallyman.dev/v1\nkind: Instanc\n');
    const shown = await tallyman('plan -o gitlab-terraform=tf.json');
    expect(shown).toMatchObject({ code: 4, out: '' });
    expect(shown.err).toContain('manifests/broken.yaml:2:7 error manifest/kind');
    expect(readdirSync(join(repository, 'infra'))).not.toContain('tf.json');
    const lines = (await tallyman('apply -o jsonl')).out.trimEnd().split('\n');
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect([types[0], types.at(-1)]).toStrictEqual(['version', 'diagnostic']);
    rmSync(file);
  });
});
