import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkScenario, loadScenario, parseScenario, ScenarioError } from '../../src/emulator/index.js';
import { conditionOperators } from '../../src/emulator/access/ram.js';
import { faultKinds } from '../../src/emulator/faults/fault.js';
import { defaultQuotas, defaultTimings } from '../../src/emulator/world/settings.js';
import { openWorld } from './support.js';

const head = 'apiVersion: tallyman.dev/v1\nkind: Scenario\nmetadata: {name: s}\nspec:\n';
const accounts = '  accounts: [{name: prod, uid: "1600000000000002"}]\n';

function messagesOf(text: string): readonly string[] {
  try {
    parseScenario(text, 's.yaml');
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
}

describe('what is wrong with a scenario is told with its place', () => {
  it('by pointer where it is an object of a program, and by name where it is wrong as a whole', () => {
    const spec = { accounts: [{ name: 'prod', uid: 7 }] };
    const value = { apiVersion: 'tallyman.dev/v1', kind: 'Scenario', metadata: { name: 's' }, spec };
    expect(() => checkScenario(value)).toThrow(/^scenario#\/spec\/accounts\/0\/uid: /);
    expect(() => checkScenario(null)).toThrow(/^scenario: /);
  });

  it.each([
    [
      'a UID without quotes, which could lose digits',
      `${head}  accounts: [{name: prod, uid: 90071992547409931234}]\n`,
      ['s.yaml:5:32 `spec.accounts.0.uid` must be a string: put it in quotes'],
    ],
    [
      'a UID without quotes in sharedWith',
      `${head}${accounts}  images:\n    - {account: prod, region: cn-hangzhou, sharedWith: [77]}\n`,
      ['s.yaml:7:57 `spec.images.0.sharedWith.0` must be a string: put it in quotes'],
    ],
    [
      'a field that does not exist',
      `${head}${accounts}  image: []\n`,
      ["s.yaml:6:3 `image` is no field here, did you mean 'images'?"],
    ],
    [
      'a value that is not one of the list',
      `${head}${accounts}  faults: [{action: RunInstances, kind: lost-answr}]\n`,
      [
        "s.yaml:6:41 `spec.faults.0.kind` must be one of throttle, server-error, timeout-before, lost-answer, hang-before, hang-after, stale-read, page-shift, denied, not 'lost-answr', did you mean 'lost-answer'?",
      ],
    ],
    [
      'an operation that does not exist',
      `${head}${accounts}  faults: [{action: RunInstance, kind: throttle}]\n`,
      ["s.yaml:6:21 no operation 'RunInstance', did you mean 'RunInstances'?"],
    ],
    [
      'a switch that does not exist',
      `${head}${accounts}  switches:\n    failedCallOccupyToken: stored\n`,
      ["s.yaml:7:5 no switch 'failedCallOccupyToken', did you mean 'failedCallsOccupyToken'?"],
    ],
    [
      'a switch with a value that it does not take',
      `${head}${accounts}  switches: {failedCallsOccupyToken: maybe}\n`,
      ["s.yaml:6:38 the switch 'failedCallsOccupyToken' must be one of no, stored, silently, not 'maybe'"],
    ],
    [
      'an account that is not in it',
      `${head}${accounts}  images: [{account: prd, region: cn-hangzhou}]\n`,
      ["s.yaml:6:22 no account 'prd' in the scenario, did you mean 'prod'?"],
    ],
    [
      'a region that does not exist',
      `${head}${accounts}  images: [{account: prod, region: cn-hangzhu}]\n`,
      ["s.yaml:6:36 no region 'cn-hangzhu', did you mean 'cn-hangzhou'?"],
    ],
    [
      'an ID that stands for two things',
      `${head}${accounts}  kmsKeys:\n    - {id: k, account: prod, region: cn-hangzhou}\n    - {id: k, account: prod, region: cn-beijing}\n`,
      ["s.yaml:8:12 `id` 'k' is used more than once in `kmsKeys`"],
    ],
    [
      'an account name that could be a UID',
      `${head}  accounts: [{name: "77", uid: "77"}]\n`,
      [expect.stringMatching(/^s\.yaml:5:21 .*pattern/)],
    ],
    [
      'an image of nobody',
      `${head}${accounts}  images: [{region: cn-hangzhou}]\n`,
      ['s.yaml:6:12 `spec.images.0` must have either `account` or `owner`'],
    ],
    ['a field that is missing', `${head}  seed: 1\n`, ['s.yaml:5:3 `spec` must have the field `accounts`']],
    [
      'an anchor and what refers to it',
      `${head}${accounts}  x: &a {}\n  y: *a\n`,
      ['s.yaml:6:9 anchors and aliases are not allowed', 's.yaml:7:6 anchors and aliases are not allowed'],
    ],
    [
      'a key given twice',
      `${head}${accounts}  seed: 1\n  seed: 2\n`,
      ['s.yaml:7:3 Map keys must be unique at line 7, column 3:'],
    ],
    ['two documents', `${head}${accounts}---\na: 1\n`, ['s.yaml:1:1 the file must hold exactly one document']],
    ['an empty file', '', ['s.yaml:1:1 the file must hold exactly one document']],
  ])('%s', (_, text, messages) => {
    expect(messagesOf(text)).toEqual(messages);
  });

  it('a plan file instead of a scenario is recognised', () => {
    expect(() => parseScenario('{"format_version": "1.2"}', 'plan.json')).toThrow(
      expect.objectContaining({
        code: 'emulator-scenario-is-plan',
        hint: expect.stringContaining('apply plan.json --emulator'),
      }),
    );
  });

  it('a file that is not there is named', () => {
    expect(() => loadScenario('/nowhere/s.yaml')).toThrow("'/nowhere/s.yaml' cannot be read");
  });
});

describe('the example of the contract', () => {
  const text = `${head}
  seed: 1
  clock: {start: "2026-01-01T00:00:00Z", speed: 60}
  latencyMs: 0
  accounts:
    - {name: images, uid: "1600000000000001", accessKeys: [{id: EMULATORIMAGES, secret: emulator}]}
    - {name: prod, uid: "1600000000000002", accessKeys: [{id: EMULATORPROD, secret: emulator}]}
  images:
    - {id: m-golden1, account: images, region: cn-hangzhou, name: golden-v1, family: golden, sizeGiB: 40,
       encrypted: true, kmsKeyId: key-images, sharedWith: [prod], createdAt: "2025-12-01T00:00:00Z"}
  kmsKeys: [{id: key-images, account: images, region: cn-hangzhou}]
  instances: []
  rateLimits: {default: {perSecond: 100}}
  timings: {copyImage: {baseSeconds: 60, secondsPerGiB: 5}}
  faults: [{action: RunInstances, nth: 2, kind: lost-answer}]
  switches: {}
`;

  it('is a scenario', () => {
    expect(parseScenario(text, 's.yaml').spec.accounts.map(({ uid }) => uid)).toEqual([
      '1600000000000001',
      '1600000000000002',
    ]);
  });
});

describe('settings', () => {
  it('merge with the defaults, also inside one timing', () => {
    const world = openWorld({
      timings: { copyImage: { baseSeconds: 1 }, pendingSeconds: 0 },
      quotas: { imagesPerRegion: 3 },
      switches: { failedCallsOccupyToken: 'stored' },
      stock: { 'ecs.g7.large': 5, 'cn-hangzhou/ecs.g7.large': 2 },
    });
    const { settings } = world.store.facts;
    expect(settings.timings).toEqual({
      ...defaultTimings,
      copyImage: { baseSeconds: 1, secondsPerGiB: 5 },
      pendingSeconds: 0,
    });
    expect(settings.quotas).toEqual({ ...defaultQuotas, imagesPerRegion: 3 });
    expect(settings.switch('failedCallsOccupyToken')).toBe('stored');
    expect(settings.switch('clientTokenLifetimeSeconds')).toBe(86_400);
    expect(settings.stockOf('cn-hangzhou', 'cn-hangzhou-h', 'ecs.g7.large')).toBe(2);
    expect(settings.stockOf('cn-beijing', 'cn-beijing-a', 'ecs.g7.large')).toBe(5);
    expect(settings.stockOf('cn-beijing', 'cn-beijing-a', 'ecs.g7.xlarge')).toBeUndefined();
  });

  it('a list that is absent lets every ID pass, one that is present is exhaustive', () => {
    const open = openWorld({}).store.facts.named('vSwitches');
    const closed = openWorld({
      vSwitches: [{ id: 'vsw-1', account: 'prod', region: 'cn-hangzhou' }],
    }).store.facts.named('vSwitches');
    expect(open.isExhaustive).toBe(false);
    expect(closed.isExhaustive).toBe(true);
    expect(closed.get('1600000000000002', 'cn-hangzhou', 'vsw-1')).toBeDefined();
    expect(closed.get('1600000000000001', 'cn-hangzhou', 'vsw-1')).toBeUndefined();
  });
});

describe('the schema', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../schemas/scenario.schema.json', import.meta.url), 'utf8'),
  ) as Schema;
  interface Schema {
    readonly description?: string;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly enum?: readonly string[];
    readonly definitions?: Readonly<Record<string, Schema>>;
    readonly examples?: readonly unknown[];
  }

  it('names the same fault kinds and condition operators as the code', () => {
    expect(schema.definitions?.['fault']?.properties?.['kind']?.enum).toEqual([...faultKinds]);
    const operators = schema.definitions?.['statement']?.properties?.['Condition']?.properties ?? {};
    expect(Object.keys(operators).sort()).toEqual([...conditionOperators].sort());
  });
});
