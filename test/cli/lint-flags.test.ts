import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSafely } from '../../src/cli/run-safely.js';
import { nodeRuntime } from '../../src/node-runtime.js';
import { edited, load, soundProject, type Texts } from '../flows/small-project.js';

let repository: string;
let root: string;

/** Two plain data disks, and a machine that runs the shared image itself. */
const faulty = edited(
  edited(soundProject, 'manifests/web.yaml', /$/, '  dataDisks: [{category: cloud_essd, sizeGiB: 40}]\n'),
  'manifests/web.yaml',
  '{imageCopy: web-base}',
  '{imageSource: golden}',
);

async function write(texts: Texts): Promise<void> {
  for (const { file, text } of (await load(texts)).sources) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

function git(...parameters: readonly string[]): void {
  const settings = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', repository, ...settings, ...parameters], { stdio: 'ignore' });
}

async function tallyman(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const code = await runSafely([...words, '--as-of', '2026-01-15'], {
    ...nodeRuntime('0.1.0'),
    env: {},
    cwd: root,
    stdout: { isTTY: false, write: (text) => void (written.out += text) },
    stderr: { isTTY: false, write: (text) => void (written.err += text) },
    isInteractive: false,
    connect: () => Promise.reject(new Error('a connection was opened')),
  });
  return { code, ...written };
}

beforeEach(async () => {
  repository = mkdtempSync(join(tmpdir(), 'tallyman-lint-'));
  root = join(repository, 'infra/web');
  await write(faulty);
});

afterEach(() => rmSync(repository, { recursive: true }));

const rulesIn = (json: string) =>
  (
    JSON.parse(json) as { diagnostics: { rule_id: string; severity: string; decided_by: string | null }[] }
  ).diagnostics.map(({ rule_id, severity, decided_by }) => `${severity} ${rule_id} ${decided_by ?? '-'}`);

describe('lint', () => {
  it('says which document decided', async () => {
    const { code, out } = await tallyman('lint', '-o', 'json');
    expect(code).toBe(3);
    expect(rulesIn(out)).toEqual([
      'error trust/copy-before-use Policy/baseline',
      'error encryption/required Policy/baseline',
    ]);
    expect((await tallyman('lint')).out).toContain('(error by Policy/baseline)');
  });

  it('gives a rule another severity, and says who did', async () => {
    const asked = ['--rule', 'trust/copy-before-use=warning', '--rule', 'encryption/required=info'];
    const { code, out } = await tallyman('lint', '-o', 'json', ...asked);
    expect(code).toBe(0);
    expect(rulesIn(out)).toEqual([
      'warning trust/copy-before-use command line',
      'info encryption/required command line',
    ]);
  });

  it.each([
    [['--fail-on', 'warning'], 3],
    [['--fail-on', 'info'], 3],
    [['--max-warnings', '0'], 3],
    [['--max-warnings', '1'], 0],
    [['--fail-on', 'none'], 0],
  ])('with one warning and %s ends with %i', async (words, code) => {
    const skip = ['--skip', 'encryption/required', '--rule', 'trust/copy-before-use=warning'];
    expect((await tallyman('lint', ...skip, ...words)).code).toBe(code);
  });

  it('runs one rule, and leaves one out', async () => {
    expect(rulesIn((await tallyman('lint', '-o', 'json', '--only', 'encryption/required')).out)).toEqual([
      'error encryption/required Policy/baseline',
    ]);
    expect(rulesIn((await tallyman('lint', '-o', 'json', '--skip', 'encryption/required')).out)).toEqual([
      'error trust/copy-before-use Policy/baseline',
    ]);
  });

  it.each([
    [['--skip', 'trust/fingerprint'], 'must not make'],
    [['--rule', 'encryption/key-region=off'], 'must not make'],
    [['--only', 'trust/nothing'], 'there is no such rule'],
    [['--rule', 'x'], 'must be ID=SEVERITY'],
  ])('refuses %s', async (words, message) => {
    const { code, err } = await tallyman('lint', ...words);
    expect(code).toBe(4);
    expect(err).toContain(message);
  });
});

describe('lint --write-waivers', () => {
  const file = 'policies/first.yaml';
  const why = ['--reason', 'from before tallyman, ticket "4711"', '--approved-by', 'security-team'];

  it('writes Waivers for all that fails, which then passes', async () => {
    const { code, out, err } = await tallyman('lint', '--write-waivers', file, ...why);
    expect(err).toBe('Wrote policies/first.yaml: Waivers for 2 findings, until 2027-01-15. Nothing else fails.\n');
    expect(out).toContain('0 errors, 0 warnings, 2 waived');
    expect(code).toBe(0);
    expect(readFileSync(join(root, file), 'utf8')).toBe(`\
# What failed on 2026-01-15. Each of these ends on 2027-01-15 at the latest: mend one, and remove it here.
apiVersion: tallyman.dev/v1
kind: Waiver
metadata: {name: encryption-required-2026-01-15}
spec:
  rule: encryption/required
  resources:
    - "Instance/web"
  reason: "from before tallyman, ticket \\"4711\\""
  approvedBy: "security-team"
  expires: "2027-01-15"
---
apiVersion: tallyman.dev/v1
kind: Waiver
metadata: {name: trust-copy-before-use-2026-01-15}
spec:
  rule: trust/copy-before-use
  resources:
    - "Instance/web"
  reason: "from before tallyman, ticket \\"4711\\""
  approvedBy: "security-team"
  expires: "2027-01-15"
`);
  });

  it('leaves what cannot be waived, and lists it', async () => {
    await write(edited(faulty, 'manifests/web.yaml', 'spec:\n', 'spec:\n  region: ap-southeast-1\n'));
    const { code, out, err } = await tallyman('lint', '--write-waivers', file, ...why);
    expect(err).toContain('1 cannot be waived.');
    expect(out).toContain('error region/image-region');
    expect(code).toBe(3);
  });

  it('keeps to the longest that a Policy allows', async () => {
    await write(edited(faulty, 'policies/baseline.yaml', /$/, '    hygiene/waiver: {maxDays: 30}\n'));
    expect((await tallyman('lint', '--write-waivers', file, ...why)).err).toContain('until 2026-02-14');
  });

  it('takes warnings too where they fail', async () => {
    await write(edited(faulty, 'policies/baseline.yaml', /severity: error\}/g, 'severity: warning}'));
    expect((await tallyman('lint', '--write-waivers', file, ...why)).err).toContain('Wrote no Waiver');
    const { code } = await tallyman('lint', '--write-waivers', file, '--fail-on', 'warning', ...why);
    expect(code).toBe(0);
  });

  it.each([
    [['--write-waivers', 'policies/baseline.yaml', ...why], 'is there already'],
    [['--write-waivers', 'waivers.yaml', ...why], 'would not be read'],
    [['--write-waivers', '../policies/x.yaml', ...why], 'would not be read'],
    [['--write-waivers', file], 'need each other'],
    [why, 'need each other'],
    [['--write-waivers', file, '--reason', 'because', '--approved-by', 'security-team'], 'at least 20 characters'],
    [['--write-waivers', file, '--reason', 'from before tallyman, 4711', '--approved-by', 'me'], 'not an approver'],
  ])('refuses %j and writes nothing', async (words, message) => {
    const { code, err } = await tallyman('lint', ...words);
    expect(code).toBe(4);
    expect(err).toContain(message);
    expect(() => readFileSync(join(root, file))).toThrow('ENOENT');
  });
});

describe('lint --base-ref', () => {
  beforeEach(async () => {
    await write(soundProject);
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '--all');
    git('commit', '--quiet', '-m', 'sound');
    await write(edited(faulty, 'policies/baseline.yaml', /severity: error\}/g, 'severity: info}'));
  });

  it('counts the policy of the commit, in a project that lies deep in its repository', async () => {
    expect((await tallyman('lint')).code).toBe(0);
    const { code, out } = await tallyman('lint', '--base-ref', 'main', '-o', 'json');
    expect(code).toBe(3);
    expect(rulesIn(out)).toContain('error encryption/required Policy/baseline');
    expect(rulesIn(out)).toContain('info hygiene/policy-loosened Policy/baseline');
  });

  it('refuses what names no commit', async () => {
    const { code, err } = await tallyman('lint', '--base-ref', 'nowhere');
    expect(code).toBe(4);
    expect(err).toContain('git knows no such commit here');
    expect(err).toContain('origin/main');
    expect((await tallyman('lint', '--base-ref=--output=x')).code).toBe(4);
  });
});
