import { rename } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tallyman } from './support/cli.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';
import { expectTold } from './support/told.js';

const asOf = ['--as-of', '2026-01-02'] as const;

/** A machine that nobody declares runs the image of a stranger. */
const legacy = `  instances:
    - {id: i-legacy, account: prod, region: cn-hangzhou, imageId: m-lookalike, instanceType: ecs.g7.large, status: Running}
  ramUsers:
    - {name: blind, account: prod, accessKeys: [{id: EMULATORBLIND, secret: emulator}], policies: [
        {Version: "1", Statement: [{Effect: Allow, Action: "*", Resource: "*"}, {Effect: Deny, Action: "ecs:DescribeInstances", Resource: "*"}]}]}
  kmsKeys:`;

describe('an audit of an account in which a foreign image runs', () => {
  let space: Workspace;
  const run = (...words: readonly string[]) => tallyman(space.root, ['audit', ...words, ...asOf]);

  beforeEach(async () => {
    space = await copyGoldenFleet();
    await space.edit('scenario.yaml', '  kmsKeys:', legacy);
  });
  afterEach(() => space.remove());

  it('names the image, its owner and the machine, beside those of the project that are in order', async () => {
    const audit = await run('--emulator');
    const says = ['ImageSource/m-lookalike', "no Policy lists '1600000000000009'; run by Instance/i-legacy"];
    expectTold(audit, { code: 3, says, hint: "Add '1600000000000009'" });
    expect(audit.stdout).not.toContain('m-golden1');
  });

  it('says the same without a project, by the account that the credentials belong to', async () => {
    await space.write('elsewhere.yaml', await space.read('scenario.yaml'));
    await space.write('policy.yaml', await space.read('policies/baseline.yaml'));
    await rename(space.path('tallyman.yaml'), space.path('no-project.yaml'));
    const audit = await run(
      '--emulator',
      'elsewhere.yaml',
      '--account',
      'prod',
      '--policy',
      'policy.yaml',
      '-o',
      'json',
    );
    expect(audit).toMatchObject({ code: 3 });
    expect(audit.stderr).toContain('1600000000000002');
    const { diagnostics } = JSON.parse(audit.stdout) as { diagnostics: readonly Record<string, unknown>[] };
    expect(diagnostics.map((each) => [each['rule_id'], each['address'], each['range']])).toEqual([
      ['trust/trusted-owner', 'ImageSource/m-lookalike', null],
      ['encryption/required', 'Instance/i-legacy', null],
      ['trust/copy-before-use', 'Instance/i-legacy', null],
    ]);
  });

  it('ends with the reason where it may not list, and never with an empty result', async () => {
    await space.edit('tallyman.yaml', '{profile: prod}', '{profile: blind}');
    const audit = await run('--emulator');
    expectTold(audit, { code: 1, says: ['instances may not be listed'], hint: "Grant 'ecs:DescribeInstances'" });
    expect(audit.stdout).toBe('');
  });

  it('reads without a single write', async () => {
    const audit = await run('--emulator', '-v');
    const calls = [...audit.stderr.matchAll(/^debug: (\w+) account/gm)].map(([, name = '']) => name);
    expect(calls).toContain('DescribeDisks');
    expect(calls.filter((name) => !/^(Describe|Get)/.test(name))).toEqual([]);
  });
});
