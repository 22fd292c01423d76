import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliRun, tallyman } from './support/cli.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';
import { lanes } from './support/lanes.js';
import { expectTold } from './support/told.js';

/** As YAML and JSON write it: colours, a window title, a line that commands a runner, bidirectional marks, HTML. */
const hostile = String.raw`"x\u001b[31m\u001b]0;owned\u0007\r\n::set-output name=a::b\n##[error]boom\u009b1A\u202e\u2066\u200b<img src=x onerror=alert(1)>"`;

/** What reaches a terminal or a log raw. Line feeds are ours. */
const raw = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function expectTame({ stdout, stderr }: CliRun): void {
  for (const text of [stdout, stderr]) {
    const lines = text.split('\n');
    expect(lines.filter((line) => raw.test(line))).toEqual([]);
    expect(lines.filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
  }
}

const asOf = ['--as-of', '2026-01-02'] as const;

describe('names that want to act', () => {
  let space: Workspace;
  beforeAll(async () => {
    space = await copyGoldenFleet();
    await space.edit('scenario.yaml', 'name: golden-v1,', `name: ${hostile}, description: ${hostile},`);
    const tags = `tags: {"tallyman:project": golden-fleet.k3v9x2ab, "tallyman:id": i-hostile, "tallyman:resource": ${hostile}}`;
    const text = await space.read('scenario.yaml');
    const instance = `{id: i-hostile, account: prod, region: cn-hangzhou, imageId: m-golden1, instanceType: ecs.g7.large, name: ${hostile}, description: ${hostile}, ${tags}}`;
    await space.write('scenario.yaml', `${text.replace('speed: 120', 'speed: 1200')}  instances:\n    - ${instance}\n`);
  });
  afterAll(() => space.remove());

  it('do not act in any command, as text or as JSON', async () => {
    const json = ['-o', 'json', '--log-format', 'json'] as const;
    const commands = [
      ['update', '--check'],
      ['update', '--check', ...json],
      ['update'],
      ['plan', '--prune', ...asOf],
      ['plan', '--prune', '-v', ...json, ...asOf],
      ['apply', '--auto-approve', '-v', ...asOf],
      ['status'],
      ['status', ...json],
    ];
    let shown = '';
    for (const command of commands) {
      const run = await tallyman(space.root, [...command, '--emulator']);
      expect([0, 2, 8]).toContain(run.code);
      expectTame(run);
      shown += run.stdout;
    }
    expect(shown).toContain('\\u{1b}[31m');
    expect(await space.read('tallyman.lock.yaml')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]|^::/mu);
    const lint = await tallyman(space.root, ['lint', ...asOf]);
    expect(lint.code).toBe(0);
    expectTame(lint);
  });
});

/** Two starts at a time. */
const inLane = lanes(2);

describe.concurrent('manifests that want to act', () => {
  const instance = (fields: string): string =>
    `apiVersion: tallyman.dev/v1\nkind: Instance\nmetadata: {name: evil}\nspec: {${fields}}\n`;
  const aliases = [
    'a: &a [x, x]',
    ...Array.from(
      'bcdefghi',
      (name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(', ')}]`,
    ),
  ];
  const cases: readonly { title: string; text: string; says: string | RegExp; hint: string }[] = [
    { title: 'an unknown field', text: instance(`${hostile}: 1`), says: 'manifest/', hint: 'Remove' },
    { title: 'a value of the wrong type', text: instance(`replicas: ${hostile}`), says: '`replicas`', hint: 'Write' },
    { title: 'a reference', text: instance(`image: {imageCopy: ${hostile}}`), says: 'imageCopy', hint: 'Write' },
    { title: 'a name', text: instance('').replace('evil', hostile), says: 'name', hint: 'Write' },
    { title: 'a kind', text: instance('').replace('Instance', hostile), says: 'kind', hint: 'Instance' },
    { title: 'an alias bomb', text: aliases.join('\n'), says: "'&a' is an anchor", hint: 'Write the value out' },
    { title: 'deep nesting', text: `${'['.repeat(20_000)}${']'.repeat(20_000)}`, says: '64 levels', hint: 'Flatten' },
    {
      title: 'deep mappings',
      text: `${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`,
      says: '64 levels',
      hint: 'Flatten',
    },
    {
      title: 'a key of the prototype',
      text: instance('labels: {__proto__: {polluted: true}}'),
      says: "'__proto__'",
      hint: 'Remove',
    },
    {
      title: 'a constructor',
      text: instance('constructor: {prototype: {polluted: true}}'),
      says: "'constructor'",
      hint: 'Remove',
    },
    { title: 'an older YAML', text: '%YAML 1.1\n---\nuid: 0123\n', says: "'%YAML 1.1'", hint: 'YAML 1.2' },
    { title: 'a tag', text: 'a: !!js/function "x"\n', says: 'manifest/', hint: 'Remove' },
    {
      title: 'two megabytes',
      text: `# ${'x'.repeat(2 * 1024 * 1024)}\n`,
      says: 'larger than 1048576 bytes',
      hint: 'Split the file',
    },
    { title: 'a hundred thousand nodes', text: `a: [${'1,'.repeat(100_000)}]\n`, says: 'manifest/limit', hint: '' },
    { title: 'six hundred documents', text: '---\na: 1\n'.repeat(600), says: 'manifest/', hint: '' },
  ];

  it.each(cases)('are refused: $title', ({ text, says, hint }) =>
    inLane(async () => {
      const space = await copyGoldenFleet();
      await space.write('manifests/evil.yaml', text);
      const lint = await tallyman(space.root, ['lint', ...asOf]);
      // What a limit refuses never comes to be shown.
      const json = text.includes(hostile) ? await tallyman(space.root, ['lint', '-o', 'json', ...asOf]) : lint;
      await space.remove();
      expectTold(lint, { code: 4, says: [says, /manifests\/evil\.yaml:\d+:\d+ error/], hint });
      expectTame(lint);
      expectTame(json);
      expect(json.code).toBe(4);
    }),
  );

  it('are not looked for outside the project', () =>
    inLane(async () => {
      const space = await copyGoldenFleet();
      await space.edit('tallyman.yaml', '  approvers', '  manifests: ["../**/*.yaml"]\n  approvers');
      const lint = await tallyman(space.root, ['lint', ...asOf]);
      await space.remove();
      expectTold(lint, { code: 4, says: ['tallyman.yaml:11:15', "'../**/*.yaml'"], hint: 'manifests/**/*.yaml' });
    }));
});
