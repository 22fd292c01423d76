import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSafely } from '../../src/cli/run-safely.js';
import type { Runtime } from '../../src/cli/runtime.js';
import type { PlanDocument } from '../../src/domain/result.js';
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
  policies: ["policies/*.yaml"]
`;

const images = `\
apiVersion: tallyman.dev/v1
kind: ImageSource
metadata: {name: golden}
spec: {region: cn-hangzhou, owner: "1600000000000001", family: golden}
---
apiVersion: tallyman.dev/v1
kind: ImageCopy
metadata: {name: base}
spec:
  source: {imageSource: golden}
  encrypted: true
  destinations: [{region: cn-hangzhou, kmsKeyId: key-prod}]
`;

const web = `\
apiVersion: tallyman.dev/v1
kind: Instance
metadata: {name: web}
spec:
  placement: [{vSwitchId: vsw-web}]
  image: {imageCopy: base}
  instanceType: ecs.g7.large
  securityGroupIds: [sg-web]
  systemDisk: {category: cloud_essd, sizeGiB: 40, encrypted: true, kmsKeyId: key-prod}
`;

const policy = `\
apiVersion: tallyman.dev/v1
kind: Policy
metadata: {name: baseline}
spec:
  extends: [recommended]
  rules:
    trust/trusted-owner: {severity: error, owners: [{uid: "1600000000000001", reason: our image factory}]}
`;

const scenario = `\
apiVersion: tallyman.dev/v1
kind: Scenario
metadata: {name: small}
spec:
  clock: {start: "2026-01-01T00:00:00Z", speed: 0}
  accounts:
    - {name: images, uid: "1600000000000001", accessKeys: [{id: EMULATORIMAGES, secret: emulator}]}
    - {name: prod, uid: "1600000000000002", accessKeys: [{id: EMULATORPROD, secret: emulator}]}
  images:
    - {id: m-golden1, account: images, region: cn-hangzhou, name: golden-v1, family: golden, sizeGiB: 40,
       encrypted: true, kmsKeyId: key-images, sharedWith: [prod], createdAt: "2025-12-01T00:00:00Z"}
  kmsKeys:
    - {id: key-images, account: images, region: cn-hangzhou}
    - {id: key-prod, account: prod, region: cn-hangzhou}
`;

let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tallyman-journey-'));
  mkdirSync(join(root, 'manifests'));
  mkdirSync(join(root, 'policies'));
  writeFileSync(join(root, 'tallyman.yaml'), project);
  writeFileSync(join(root, 'scenario.yaml'), scenario);
  writeFileSync(join(root, 'manifests/images.yaml'), images);
  writeFileSync(join(root, 'manifests/web.yaml'), web);
  writeFileSync(join(root, 'policies/baseline.yaml'), policy);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The real runtime of the process, in the folder of the project, with streams that are read here. */
async function tallyman(
  line: string,
  given: Partial<Runtime> = {},
): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const runtime: Runtime = {
    ...nodeRuntime('0.1.0'),
    env: {},
    cwd: root,
    stdout: { isTTY: false, write: (text) => void (written.out += text) },
    stderr: { isTTY: false, write: (text) => void (written.err += text) },
    isInteractive: false,
    ...given,
  };
  const code = await runSafely(line.split(' '), runtime);
  return { code, ...written };
}

const withoutCloud = { connect: () => Promise.reject(new Error('a connection was opened')) };

/** Each step goes on where the one before it left the emulated cloud. */
describe('from manifests to machines', () => {
  it('lints offline and names what the lock is missing', async () => {
    const { code, out } = await tallyman('lint', withoutCloud);
    expect(code).toBe(3);
    expect(out).toContain('error trust/unlocked-source');
    expect(out).toMatch(/^1 error, 0 warnings/m);
  });

  it('narrows what lint reports to the files that are named', async () => {
    expect((await tallyman('lint manifests/web.yaml', withoutCloud)).code).toBe(0);
    expect((await tallyman('lint -f manifests', withoutCloud)).code).toBe(3);
    expect((await tallyman('lint -f manifests/im*.yaml', withoutCloud)).code).toBe(3);
    const { code, err } = await tallyman('lint -f sarif', withoutCloud);
    expect(code).toBe(4);
    expect(err).toBe("error: no file of the project matches 'sarif'\n  For a format write `-o sarif`.\n");
  });

  it('only looks with update --check, and writes the lock without', async () => {
    const checked = await tallyman('update --check --emulator -o json');
    expect(checked.code).toBe(2);
    expect(JSON.parse(checked.out)).toMatchObject({ written: false, changes: [{ kind: 'added' }] });
    const { code, out } = await tallyman('update --emulator');
    expect(code).toBe(0);
    expect(out).toContain('Wrote tallyman.lock.yaml: 1 change, 0 unchanged.');
    expect((await tallyman('lint', withoutCloud)).code).toBe(0);
  });

  it('saves a plan that only its owner can read, and shows it', async () => {
    const { code, out } = await tallyman(
      'plan --emulator --detailed-exitcode --out plan.json -o text -o json=shown.json',
    );
    expect(code).toBe(2);
    expect(out).toContain('Plan: 1 to copy, 1 to create. 0 unchanged.');
    expect(out).toMatch(/tallyman apply plan\.json\n$/);
    expect(statSync(join(root, 'plan.json')).mode & 0o777).toBe(0o600);
    const saved = readFileSync(join(root, 'plan.json'), 'utf8');
    expect(readFileSync(join(root, 'shown.json'), 'utf8')).toBe(saved);
    expect((JSON.parse(saved) as PlanDocument).applyable).toBe(true);
  });

  it('acts on what the named files declare', async () => {
    const { code, out } = await tallyman('plan --emulator -o json manifests/images.yaml');
    expect(code).toBe(0);
    const { scope, resource_changes: changes } = JSON.parse(out) as PlanDocument;
    expect(scope.targets).toStrictEqual(['ImageCopy/base']);
    expect(changes.map(({ address }) => address)).toStrictEqual(['ImageCopy/base/cn-hangzhou']);
    const typo = await tallyman('plan --emulator --target Instance/wbe');
    expect(typo.code).toBe(4);
    expect(typo.err).toContain("`--target` names 'Instance/wbe', which no manifest declares");
    const beyond = await tallyman('plan --emulator --target Instance/web/9');
    expect(beyond.code).toBe(4);
    expect(beyond.err).toContain("`--target` names 'Instance/web/9', and there is no such member");
    expect(beyond.err).toContain('Instance/web/0');
    expect((await tallyman('plan --emulator --target Instance/web --exclude Instance/web/0')).code).toBe(4);
    expect((await tallyman('plan --emulator policies')).err).toContain('the paths hold no resource to act on');
  });

  it('applies nothing when nobody can be asked, and nothing when the answer is not yes', async () => {
    const { code, err } = await tallyman('apply --emulator');
    expect(code).toBe(8);
    expect(err).toContain('pass `--auto-approve`');
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve('y');
    };
    expect((await tallyman('apply --emulator', { isInteractive: true, ask })).code).toBe(8);
    expect(asked).toStrictEqual(["Apply these changes? Only 'yes' will be accepted: "]);
    expect((await tallyman('apply --emulator --no-input', { isInteractive: true, ask })).code).toBe(8);
    expect(asked).toHaveLength(1);
  });

  it('takes a plan file behind --emulator for what it is', async () => {
    const { code, err } = await tallyman('apply --emulator plan.json');
    expect(code).toBe(4);
    expect(err).toContain('is a plan, not a scenario');
    expect(err).toContain('--emulator');
  });

  it('applies the saved plan, keeps an audit log, and finds nothing to do the second time', async () => {
    const first = await tallyman('apply plan.json --emulator --audit-log audit.jsonl');
    expect(first.err).toContain('ImageCopy/base/cn-hangzhou: CopyImage done');
    expect(first.out).toMatch(/Apply: \d+ done/);
    expect(first.code).toBe(0);
    expect(statSync(join(root, 'audit.jsonl')).mode & 0o777).toBe(0o600);
    const again = await tallyman('apply plan.json --emulator');
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toMatch(/^No changes\./);
    expect((await tallyman('plan --emulator --detailed-exitcode')).code).toBe(0);
  });

  it('shows every member', async () => {
    const { code, out } = await tallyman('status --emulator -o json manifests/web.yaml');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      members: [{ address: 'Instance/web/0', state: 'Running', condition: 'Ready' }],
    });
  });

  it('refuses a saved plan after a manifest has changed', async () => {
    writeFileSync(join(root, 'manifests/web.yaml'), `${web}  description: changed\n`);
    expect((await tallyman('apply plan.json --emulator')).code).toBe(5);
  });

  it("destroys only what the project's name is typed for", async () => {
    const asked: string[] = [];
    const answering = (answer: string): Partial<Runtime> => ({
      isInteractive: true,
      ask: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
    });
    for (const answer of ['yes', '', 'SMALL', 'small-prod']) {
      expect((await tallyman('destroy --allow delete --emulator', answering(answer))).code).toBe(8);
    }
    expect(asked[0]).toContain("Type the name of the project, 'small'");
    const { code, out, err } = await tallyman('destroy --allow delete --emulator', answering('small'));
    expect(code).toBe(0);
    expect(err).toContain('tallyman will destroy everything that the project owns:');
    expect(out).toMatch(/^Destroy: \d+ done/m);
  }, 30_000);

  it('tells an apply as JSON lines while it happens, and the same in a file', async () => {
    const order: string[] = [];
    const lines: { type: string; hook?: { id: string } }[] = [];
    const { code } = await tallyman('apply --emulator --auto-approve -o jsonl -o json=result.json', {
      stdout: {
        isTTY: false,
        write: (text) => {
          order.push('line');
          lines.push(...text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as never])));
        },
      },
      stderr: { isTTY: false, write: (text) => void (text.includes('CopyImage done') && order.push('copied')) },
    });
    expect(code).toBe(0);
    expect([lines[0]?.type, lines.at(-1)?.type]).toStrictEqual(['version', 'change_summary']);
    expect(order.indexOf('line')).toBeLessThan(order.indexOf('copied'));
    expect(order.lastIndexOf('line')).toBeGreaterThan(order.indexOf('copied'));
    const started = lines.filter(({ type }) => type === 'apply_start').map(({ hook }) => hook?.id);
    const ended = lines.filter(({ type }) => /^apply_(?:complete|errored)$/.test(type)).map(({ hook }) => hook?.id);
    const result = JSON.parse(readFileSync(join(root, 'result.json'), 'utf8')) as { outcome: { actions: unknown[] } };
    expect(started).toHaveLength(result.outcome.actions.length);
    expect(new Set(ended)).toStrictEqual(new Set(started));
    expect(ended).toHaveLength(started.length);
    const file = await tallyman('destroy --allow delete --emulator --auto-approve -o jsonl -o jsonl=all.jsonl');
    expect(readFileSync(join(root, 'all.jsonl'), 'utf8')).toBe(file.out);
  }, 30_000);

  it('shows findings in manifests that cannot be used, and opens no connection for them', async () => {
    writeFileSync(join(root, 'manifests/web.yaml'), `${web}  instancetype: x\n`);
    const text = await tallyman('plan', withoutCloud);
    expect(text.code).toBe(4);
    expect(text.out).toContain('manifests/web.yaml:10:3 error manifest/');
    const json = await tallyman('apply -o json', withoutCloud);
    expect(json.code).toBe(4);
    expect(JSON.parse(json.out)).toMatchObject({ valid: false });
  });

  it('names the flag that starts over when the scenario has changed', async () => {
    writeFileSync(join(root, 'manifests/web.yaml'), web);
    writeFileSync(join(root, 'scenario.yaml'), scenario.replace('golden-v1', 'golden-v2'));
    const { code, err } = await tallyman('status --emulator');
    expect(code).toBe(4);
    expect(err).toContain('--emulator-reset');
    const reset = await tallyman('status --emulator --emulator-reset -o json');
    expect(reset.code).toBe(0);
    expect(JSON.parse(reset.out)).toMatchObject({ members: [{ id: null }, { id: null }] });
  });
});
