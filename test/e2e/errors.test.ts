import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tallyman, tallymanJs } from './support/cli.js';
import { type EmulatorProcess, type LoggedCall, startEmulatorProcess } from './support/emulator-process.js';
import { copyGoldenFleet, type Workspace } from './support/golden-fleet.js';
import { lanes } from './support/lanes.js';
import { tallymanWithoutNetwork } from './support/offline-run.js';
import { expectTold, type Told } from './support/told.js';

/** Two processes at a time: what takes long here is a start, not a wait. */
const inLane = lanes(2);

const asOf = ['--as-of', '2026-01-02'] as const;

/** Commands that look at the project: the one that does the least, and the one that could do the most. */
const commandLines: Readonly<Record<string, readonly string[]>> = {
  lint: ['lint', ...asOf],
  plan: ['plan', '--emulator', ...asOf],
  apply: ['apply', '--emulator', '--auto-approve', ...asOf],
};

async function inCopy<T>(work: (space: Workspace) => Promise<T>): Promise<T> {
  return inLane(async () => {
    const space = await copyGoldenFleet();
    try {
      return await work(space);
    } finally {
      await space.remove();
    }
  });
}

interface Case extends Told {
  readonly title: string;
}

interface LineCase extends Case {
  readonly line: string;
}

describe.concurrent('a command line that cannot be run', () => {
  const code = 4;
  const cases: readonly LineCase[] = [
    {
      title: 'a flag with a typing error',
      line: 'lint --fail-onn error',
      says: ["'--fail-onn'"],
      hint: '`--fail-on`',
      code,
    },
    { title: 'a word of neighbour tools', line: 'preview', says: ["'preview'"], hint: 'tallyman plan', code },
    { title: 'another one', line: 'validate', says: ["'validate'"], hint: 'tallyman lint', code },
    {
      title: 'a long flag with one dash',
      line: 'apply -auto-approve',
      says: ["'-auto-approve'"],
      hint: '`--auto-approve`',
      code,
    },
    {
      title: 'a plan file given as format',
      line: 'plan --output plan.json',
      says: ["'plan.json'"],
      hint: '`--out plan.json`',
      code,
    },
    { title: 'a format given as file', line: 'lint -f sarif', says: ["'sarif'"], hint: '`-o sarif`', code },
    { title: 'a baseline', line: 'lint --baseline b.json', says: ["'--baseline'"], hint: 'Waiver', code },
    {
      title: 'a class that does not exist',
      line: 'plan --emulator --allow destroy',
      says: ["'destroy'", 'replace-system-disk'],
      hint: 'Correct',
      code,
    },
    {
      title: 'a number that is none',
      line: 'plan --emulator --max-removals many',
      says: ["'many'", '--max-removals'],
      hint: 'Correct',
      code,
    },
    {
      title: 'a date that is none',
      line: 'lint --as-of 2026-02-30',
      says: ["'2026-02-30'", '--as-of'],
      hint: 'Correct',
      code,
    },
    {
      title: 'two clouds at once',
      line: 'plan --emulator --endpoint http://127.0.0.1:1',
      says: ['--emulator', '--endpoint'],
      hint: 'Leave one',
      code,
    },
    {
      title: 'a plain http endpoint elsewhere',
      line: 'plan --endpoint http://example.com',
      says: ["'http://example.com'"],
      hint: 'https',
      code,
    },
    {
      title: 'a foreign https endpoint',
      line: 'plan --endpoint https://aliyuncs.com.example.org',
      says: ["'https://aliyuncs.com.example.org'"],
      hint: '--allow-custom-endpoint',
      code,
    },
    {
      title: 'a plan file that is not there',
      line: 'apply missing.json',
      says: ["'missing.json'"],
      hint: 'tallyman plan --out missing.json',
      code,
    },
    {
      title: 'a manifest taken for a plan file',
      line: 'apply manifests/fleet.yaml',
      says: ["'manifests/fleet.yaml'"],
      hint: '-f manifests/fleet.yaml',
      code,
    },
    {
      title: 'a path that no file of the project matches',
      line: 'lint manifests/other.yaml',
      says: ["'manifests/other.yaml'"],
      hint: 'spec.manifests',
      code,
    },
    { title: 'no project', line: 'lint -C /', says: ['tallyman.yaml', "'/'"], hint: '-C DIR', code },
    { title: 'a project file that is not there', line: 'lint -c other.yaml', says: ["'other.yaml'"], hint: '-c', code },
  ];

  it.each(cases)('is told: $title', ({ line, ...told }) =>
    inCopy(async (space) => {
      const run = await tallyman(space.root, line.split(' '));
      expectTold(run, told);
      expect(run.stdout).toBe('');
    }),
  );
});

interface FileCase extends Case {
  readonly change: (space: Workspace) => Promise<unknown>;
  /** Where it is not all of them that refuse. */
  readonly commands?: readonly string[];
}

describe.concurrent('a project that cannot be used', () => {
  const code = 4;
  const cases: readonly FileCase[] = [
    {
      title: 'no file matches the globs',
      change: (space) => space.edit('tallyman.yaml', '  approvers', '  manifests: ["stacks/**/*.yaml"]\n  approvers'),
      says: ["'stacks/**/*.yaml'"],
      hint: '`spec.manifests`',
      code,
    },
    {
      title: 'broken YAML',
      change: (space) => space.write('manifests/broken.yaml', 'a: [1, 2\n'),
      says: ['manifests/broken.yaml:2:1', 'manifest/syntax'],
      hint: 'Correct the YAML',
      code,
    },
    {
      title: 'an unknown field',
      change: (space) => space.edit('manifests/fleet.yaml', 'replicas: 3', 'replica: 3'),
      says: ['manifests/fleet.yaml:10:3', '`replica`'],
      hint: 'Did you mean `replicas`?',
      code,
    },
    {
      title: 'a UID without quotes',
      change: (space) => space.edit('manifests/images.yaml', 'owner: "1600000000000001"', 'owner: 9007199254740993'),
      says: ['manifests/images.yaml:7:36', '9007199254740993'],
      hint: 'Write "9007199254740993"',
      code,
    },
    {
      title: 'a source without owner',
      change: (space) => space.edit('manifests/images.yaml', 'owner: "1600000000000001", ', ''),
      says: ['manifests/images.yaml:7:7', 'trust/owner-required'],
      hint: 'Add `owner`',
      code,
    },
    {
      title: 'a reference to nothing',
      change: (space) => space.edit('manifests/fleet.yaml', 'imageCopy: web-base', 'imageCopy: web-bas'),
      says: ['manifests/fleet.yaml:11:22', "'web-bas'"],
      hint: "'web-base'",
      code,
    },
    {
      title: 'a Policy of the wrong form',
      change: (space) => space.edit('policies/baseline.yaml', 'extends: [recommended]', 'extends: recommended'),
      says: ['policies/baseline.yaml:6:12', "'recommended'"],
      hint: '["recommended"]',
      code,
    },
    {
      title: 'a Policy that is no YAML',
      change: (space) => space.edit('policies/baseline.yaml', 'spec:', 'spec: {'),
      says: [/policies\/baseline\.yaml:\d+:\d+ /, 'manifest/syntax'],
      hint: 'Correct the YAML',
      code,
    },
    {
      title: 'an unknown rule',
      change: (space) => space.edit('policies/baseline.yaml', 'trust/trusted-owner:', 'trust/trusted-owners:'),
      says: ['policies/baseline.yaml:8:5', "'trust/trusted-owners'"],
      hint: "'trust/trusted-owner'",
      code,
    },
    {
      title: 'a parameter of the wrong type',
      change: (space) =>
        space.edit('policies/baseline.yaml', 'regions: [cn-hangzhou, ap-southeast-1]}', 'regions: cn-hangzhou}'),
      says: ['policies/baseline.yaml:13:48', "'cn-hangzhou'"],
      hint: 'docs/rules/region/allowed.md',
      code,
    },
    {
      title: 'a policy glob that matches nothing',
      change: (space) => space.edit('tallyman.yaml', '  approvers', '  policies: ["rules/*.yaml"]\n  approvers'),
      says: ['tallyman.yaml:11:14', "'rules/*.yaml'"],
      hint: 'Correct the glob',
      code,
    },
    {
      title: 'a region that the project does not have',
      change: (space) => space.edit('manifests/images.yaml', 'region: cn-hangzhou, kms', 'region: cn-hangzhuo, kms'),
      says: [/manifests\/images\.yaml:\d+:\d+ /, "'cn-hangzhuo'"],
      hint: 'spec.regions',
      code,
    },
    {
      title: 'a manifest behind a link out of the project',
      change: (space) => symlink('/etc/passwd', space.path('manifests/link.yaml')),
      says: ['manifests/link.yaml', 'symbolic link'],
      hint: 'Replace the link',
      code,
    },
    {
      title: 'a scenario that is broken',
      change: (space) => space.edit('scenario.yaml', 'seed: 1', 'sead: 1'),
      commands: ['plan'],
      says: [/scenario\.yaml:7:3/, '`sead`'],
      hint: 'Correct the scenario',
      code,
    },
  ];
  const runs = cases.flatMap((given) =>
    (given.commands ?? ['lint', 'apply']).map((command) => ({ ...given, command })),
  );

  it.each(runs)('is refused by $command: $title', ({ command, change, ...told }) =>
    inCopy(async (space) => {
      await change(space);
      const lock = await space.read('tallyman.lock.yaml');
      expectTold(await tallyman(space.root, commandLines[command] ?? []), told);
      expect(await space.read('tallyman.lock.yaml')).toBe(lock);
    }),
  );

  it('is not made by a file that holds nothing, and the plan does not call the cloud as wished', () =>
    inCopy(async (space) => {
      await space.write('manifests/fleet.yaml', '');
      await space.write('manifests/images.yaml', '');
      const plan = await tallyman(space.root, commandLines['plan'] ?? []);
      expect(plan.code).toBe(0);
      expect(plan.stdout).toMatch(/^No changes\. The manifests declare nothing/);
    }));
});

/** What a scenario holds, as a text to add below `spec`. */
function fault(action: string, kind: string): string {
  return `  faults: [{action: ${action}, kind: ${kind}}]\n`;
}

describe.concurrent('a cloud that does not answer as it should', () => {
  const keys = (id: string, secret: string): Readonly<Record<string, string>> => ({
    TALLYMAN_EMULATOR_USE_ENV: '1',
    ALIBABA_CLOUD_ACCESS_KEY_ID: id,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret,
  });
  interface CloudCase extends Case {
    readonly scenario?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly words?: readonly string[];
  }
  const code = 1;
  const cases: readonly CloudCase[] = [
    {
      title: 'a wrong secret',
      env: keys('EMULATORPROD', 'canary-secret'),
      says: ["'prod'", 'SignatureDoesNotMatch'],
      hint: "secret of access key 'EMULATORPROD'",
      code,
    },
    {
      title: 'an unknown key',
      env: keys('NOBODY', 'canary-secret'),
      says: ["'prod'", 'InvalidAccessKeyId'],
      hint: "access key 'NOBODY'",
      code,
    },
    {
      title: 'keys of another account',
      env: keys('EMULATORIMAGES', 'emulator'),
      says: ["'1600000000000001'", "'1600000000000002'"],
      hint: 'tallyman.yaml',
      code,
    },
    {
      title: 'throttling for ever',
      scenario: fault('DescribeInstances', 'throttle'),
      says: ["'prod'", 'DescribeInstances', 'Throttling.User'],
      hint: 'Wait a minute',
      code,
    },
    {
      title: 'server errors for ever',
      scenario: fault('DescribeImages', 'server-error'),
      says: ["'prod'", 'DescribeImages', 'ServiceUnavailable'],
      hint: 'Run again',
      code,
    },
    {
      title: 'connections that are cut',
      scenario: fault('DescribeImages', 'timeout-before'),
      words: ['--timeout', '1s'],
      says: ["'prod'", 'DescribeImages', 'no answer came'],
      hint: '--timeout',
      code,
    },
    {
      title: 'a read that is denied',
      scenario: fault('DescribeDisks', 'denied'),
      says: ["'prod'", 'DescribeDisks', 'Forbidden.RAM'],
      hint: "Grant 'ecs:DescribeDisks'",
      code,
    },
  ];

  it.each(cases)('is told: $title', ({ scenario = '', env = {}, words = [], ...told }) =>
    inCopy(async (space) => {
      await space.write('scenario.yaml', `${await space.read('scenario.yaml')}${scenario}`);
      const run = await tallymanWithoutNetwork(space.root, ['apply', '--emulator', '--auto-approve', ...words], {
        env,
        allowsLoopback: true,
      });
      expectTold(run, told);
      expect(run.network).toEqual([]);
      expect(run.stdout + run.stderr).not.toContain('canary-secret');
    }),
  );

  it('is told: no credentials, without a look at any network', () =>
    inCopy(async (space) => {
      await space.edit('tallyman.yaml', ', credentials: {profile: prod}', '');
      const env = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' };
      for (const command of ['plan', 'apply']) {
        const run = await tallymanWithoutNetwork(space.root, [command], { env });
        expectTold(run, { code, says: ["'prod'", 'nothing is set'], hint: 'Set ALIBABA_CLOUD_ACCESS_KEY_ID' });
        expect(run.network).toEqual([]);
      }
    }));

  it('is told: a profile that nobody configured', () =>
    inCopy(async (space) => {
      const env = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' };
      const run = await tallymanWithoutNetwork(space.root, ['plan'], { env });
      expectTold(run, { code, says: ["account 'prod'", "profile 'prod'"], hint: 'aliyun configure --profile prod' });
      expect(run.network).toEqual([]);
    }));

  it('is told: nobody listens at the endpoint', () =>
    inCopy(async (space) => {
      const run = await tallyman(space.root, ['plan', '--endpoint', 'http://127.0.0.1:1']);
      expectTold(run, { code, says: ['127.0.0.1:1'], hint: 'tallyman emulator' });
    }));

  it('is told: a region that does not exist', () =>
    inCopy(async (space) => {
      for (const file of ['tallyman.yaml', 'policies/baseline.yaml']) {
        await space.edit(file, '[cn-hangzhou, ap-southeast-1]', '[cn-hangzhou, ap-southeast-1, xx-nowhere-1]');
      }
      const run = await tallyman(space.root, ['plan', '--emulator']);
      expectTold(run, { code, says: ['xx-nowhere-1', 'InvalidRegionId.NotFound'], hint: '`spec.regions`' });
    }));

  it('is told: an account that the emulated cloud does not have', () =>
    inCopy(async (space) => {
      await space.edit('tallyman.yaml', '1600000000000002', '1600000000000077');
      const run = await tallyman(space.root, ['plan', '--emulator']);
      expectTold(run, { code, says: ["'prod'", '1600000000000077'], hint: 'the same `uid`' });
    }));
});

/** A running cloud whose log of calls says what was written. */
describe('a change that must not be made', () => {
  let emulator: EmulatorProcess;
  const spaces: Workspace[] = [];
  const aSpace = async (): Promise<Workspace> => {
    const space = await copyGoldenFleet();
    spaces.push(space);
    return space;
  };
  const run = (space: Workspace, ...words: readonly string[]) =>
    tallyman(space.root, [...words, '--endpoint', emulator.endpoint]);
  const writes = async (): Promise<number> => {
    const { calls } = await emulator.get<{ calls: readonly LoggedCall[] }>('calls');
    return calls.filter(({ access }) => access === 'write').length;
  };
  const users = `  ramUsers:
    - {name: no-instances, account: prod, accessKeys: [{id: EMULATORNOINSTANCES, secret: emulator}], policies: [
        {Version: "1", Statement: [{Effect: Allow, Action: "*", Resource: "*"}, {Effect: Deny, Action: "ecs:DescribeInstances", Resource: "*"}]}]}
    - {name: no-images, account: prod, accessKeys: [{id: EMULATORNOIMAGES, secret: emulator}], policies: [
        {Version: "1", Statement: [{Effect: Allow, Action: "*", Resource: "*"}, {Effect: Deny, Action: "ecs:DescribeImages", Resource: "*"}]}]}
`;

  beforeAll(async () => {
    const space = await aSpace();
    await space.write('scenario.yaml', `${await space.read('scenario.yaml')}${users}`);
    emulator = await startEmulatorProcess(space.root, ['--scenario', 'scenario.yaml', '--speed', '1200']);
  });
  afterEach(async () => {
    await emulator.post('reset', {});
  });
  afterAll(async () => {
    await emulator.stop();
    await Promise.all(spaces.map((space) => space.remove()));
  });

  it.each([
    ['no-instances', 'instances may not be listed', "Grant 'ecs:DescribeInstances'"],
    ['no-images', 'DescribeImages was answered with Forbidden.RAM', "Grant 'ecs:DescribeImages'"],
  ])('is not planned by the user %s, for whom the cloud would look empty', async (user, says, hint) => {
    const space = await aSpace();
    await space.edit('tallyman.yaml', '{profile: prod}', `{profile: ${user}}`);
    const runs = await Promise.all([
      run(space, 'plan', ...asOf),
      run(space, 'apply', '--auto-approve'),
      run(space, 'status'),
    ]);
    for (const done of runs)
      expectTold(done, { code: 1, says: [says, /account 'prod' in (?:ap-southeast-1|cn-hangzhou)/], hint });
    expect(await writes()).toBe(0);
  });

  it('is forbidden by a Policy: lint, plan and apply say which rule, and nothing is written', async () => {
    const space = await aSpace();
    await space.edit('policies/baseline.yaml', 'regions: [cn-hangzhou, ap-southeast-1]}', 'regions: [cn-hangzhou]}');
    const told: Told = { code: 3, says: ['region/allowed', "'ap-southeast-1'"], hint: 'Move it to an allowed region' };
    const lint = await tallyman(space.root, ['lint', ...asOf]);
    expectTold(lint, { ...told, says: [...told.says, 'manifests/fleet.yaml:21:11'] });
    const plan = await run(space, 'plan', '--out', 'p.json', ...asOf);
    expectTold(plan, { ...told, says: [...told.says, 'This plan cannot be applied'] });
    expectTold(await run(space, 'apply', '--auto-approve', ...asOf), told);
    const saved: Told = { code: 3, says: ['region/allowed'], hint: 'make a new plan' };
    expectTold(await run(space, 'apply', 'p.json'), saved);
    expect(await writes()).toBe(0);
  });

  it('is not applied without an answer where nobody can be asked', async () => {
    const space = await aSpace();
    expectTold(await run(space, 'apply', ...asOf), { code: 8, says: ['nobody approved'], hint: '`--auto-approve`' });
    expect(await writes()).toBe(0);
  });

  it.each([
    ['is no JSON', () => 'garbage', 'it is not JSON'],
    ['is no plan', () => '[]', '`format_version`'],
    [
      'is of a later format',
      (text: string) => text.replace('"format_version": "1.0"', '"format_version": "2.0"'),
      "'2.0'",
    ],
    ['is cut off', (text: string) => text.slice(0, text.length / 2), 'it is not JSON'],
  ])('is not made from a plan file that %s', async (_title, damaged, says) => {
    const space = await aSpace();
    await run(space, 'plan', '--out', 'p.json', ...asOf);
    await space.write('p.json', damaged(await space.read('p.json')));
    // Found out without a cloud: nobody listens there.
    const apply = await tallyman(space.root, ['apply', 'p.json', '--endpoint', 'http://127.0.0.1:1']);
    expectTold(apply, { code: 4, says: ["'p.json'", says], hint: 'tallyman plan --out' });
  });

  it('is not made from a plan that was edited, or whose manifests were', async () => {
    const space = await aSpace();
    await run(space, 'plan', '--out', 'p.json', ...asOf);
    const plan = await space.read('p.json');
    await space.write('edited.json', plan.replaceAll('web-hangzhou-0', 'web-hangzhou-9'));
    const again = 'Make a new plan';
    expectTold(await run(space, 'apply', 'edited.json'), { code: 5, says: ['the plan file was changed'], hint: again });
    await space.edit('manifests/fleet.yaml', 'replicas: 3', 'replicas: 2');
    expectTold(await run(space, 'apply', 'p.json'), { code: 5, says: ['manifests/fleet.yaml'], hint: again });
    expect(await writes()).toBe(0);
  });

  it.each([
    '--prune',
    '--allow delete',
    '--target Instance/web-hangzhou/',
    '--filename manifests',
    '--max-removals 3',
    '--allow-empty',
    '--retry-rejected',
    '--as-of 2026-01-01',
  ])('is not allowed by %s beside a plan file', async (flag) => {
    const space = await aSpace();
    const apply = await tallyman(space.root, ['apply', 'p.json', ...flag.split(' ')]);
    expectTold(apply, { code: 4, says: [`\`${flag.split(' ')[0]}\``], hint: '`tallyman plan`' });
  });

  it('stays within the classes, the budget and the manifests of a fleet that exists', async () => {
    const space = await aSpace();
    expect(await run(space, 'apply', '--auto-approve', ...asOf)).toMatchObject({ code: 0 });
    const before = await writes();
    await space.edit('manifests/fleet.yaml', 'replicas: 3', 'replicas: 1');
    const gone = ['Instance/web-hangzhou/1', 'Instance/web-hangzhou/2'];
    const apply = ['apply', '--auto-approve', ...asOf];
    expectTold(await run(space, ...apply), {
      code: 8,
      says: ['This plan cannot be applied', 'class delete', ...gone],
      hint: '--allow delete',
    });
    expectTold(await run(space, ...apply, '--allow', 'delete', '--max-removals', '1'), {
      code: 8,
      says: ['This plan cannot be applied', ...gone, /\b2\b.*\b1\b/],
      hint: '--max-removals',
    });
    await space.write('manifests/fleet.yaml', '');
    await space.write('manifests/images.yaml', '');
    expectTold(await run(space, ...apply), {
      code: 8,
      says: ['This plan cannot be applied', 'Instance/web-hangzhou/0'],
      hint: '--allow-empty',
    });
    expectTold(await run(space, ...apply, '--allow-empty', '--prune'), {
      code: 8,
      says: ['class delete'],
      hint: '--allow delete',
    });
    expect(await run(space, 'plan', '--allow-empty', ...asOf)).toMatchObject({ code: 0 });
    expect(await writes()).toBe(before);
  });
});

describe.concurrent('what a command leaves behind', () => {
  it.each([
    ['plan --emulator --out /proc/plan.json', "'/proc/plan.json'"],
    ['plan --emulator -o json=/nonexistent/folder/plan.json', "'/nonexistent/folder/plan.json'"],
    ['lint -o json=/proc/lint.json', "'/proc/lint.json'"],
  ])('is told where it cannot be written: %s', (line, says) =>
    inCopy(async (space) => {
      expectTold(await tallyman(space.root, line.split(' ')), {
        code: 4,
        says: [says],
        hint: /Check|Name an existing/,
      });
    }),
  );

  it('is no write without its line in the audit log', () =>
    inCopy(async (space) => {
      const apply = await tallyman(space.root, ['apply', '--emulator', '--auto-approve', '--audit-log', '/proc/audit']);
      expect(apply.code).toBe(1);
      expect(apply.stdout).toContain("'/proc/audit'");
      expect(apply.stdout).toContain('0 writes sent');
      expect(apply.stdout).toContain('Name a file');
    }));

  it('does not count against a scenario that has changed since, which is told with the way out', () =>
    inCopy(async (space) => {
      await tallyman(space.root, ['plan', '--emulator', ...asOf]);
      await space.edit('scenario.yaml', 'sizeGiB: 40', 'sizeGiB: 50');
      expectTold(await tallyman(space.root, ['plan', '--emulator']), {
        code: 4,
        says: ['.tallyman/emulator', 'scenario'],
        hint: '--emulator-reset',
      });
      expect(await tallyman(space.root, ['plan', '--emulator', '--emulator-reset'])).toMatchObject({ code: 3 });
    }));

  it('is a plan that is not taken for a scenario', () =>
    inCopy(async (space) => {
      await tallyman(space.root, ['plan', '--emulator', '--out', 'plan.json', ...asOf]);
      const apply = await tallyman(space.root, ['apply', '--emulator', 'plan.json']);
      expectTold(apply, {
        code: 4,
        says: ['plan.json', 'is a plan, not a scenario'],
        hint: /tallyman apply \S*plan\.json --emulator/,
      });
    }));

  it('may be read in part only', () =>
    inCopy(async (space) => {
      const line = `"$0" "$1" plan --emulator -o json | head -c 10; echo "\${PIPESTATUS[*]}"`;
      const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', TALLYMAN_NO_CACHE: '1' };
      const { stdout, stderr } = await promisify(execFile)('bash', ['-c', line, process.execPath, tallymanJs], {
        cwd: space.root,
        env,
      });
      expect({ stdout, stderr }).toEqual({ stdout: '{\n  "forma0 0\n', stderr: '' });
    }));
});
