import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleFacts } from '../../../src/domain/policy.js';
import { compileRule } from '../../../src/policy/cel/compile-rule.js';
import { manifestView } from '../../../src/policy/manifest-view.js';
import { anInstance } from '../../support/build.js';

const facts: RuleFacts = {
  resource: manifestView(anInstance()),
  image: { createdAt: '2026-08-01T00:00:00Z', imageId: 'm-1', sizeGiB: 40 },
  project: { name: 'web', environment: 'prod', regions: ['cn-hangzhou'], accounts: [{ name: 'prod', uid: '16' }] },
  account: { name: 'prod', uid: '16' },
  now: '2026-11-24T00:00:00Z',
};

function problemsOf(expr: string, stage: 'lint' | 'plan' = 'lint') {
  return compileRule(expr, ['Instance'], stage).problems.map(({ message, start, end }) => ({
    message,
    part: expr.slice(start, end),
  }));
}

function verdictOn(expr: string) {
  const { problems, judge } = compileRule(expr, ['Instance'], 'lint');
  expect(problems).toEqual([]);
  return judge('Instance', facts);
}

describe('an expression that cannot be followed', () => {
  test.each([
    ['resource.spec.instanceTyp == "x"', "there is no field 'instanceTyp' there, for a resource of kind Instance"],
    ['resource.spec.?instanceTyp.hasValue()', "there is no field 'instanceTyp' there, for a resource of kind Instance"],
    ['resource.spec.dataDisks.all(d, d.sice > 1.0)', "there is no field 'sice' there, for a resource of kind Instance"],
    ['resource.spec.userData == ""', "there is no field 'userData' there, for a resource of kind Instance"],
    ['resourc.spec.replicas > 1', "there is no variable 'resourc'"],
    ['action.kind == "StopInstance"', "there is no variable 'action'"],
    ['process.env', "there is no variable 'process'"],
    ['resource.constructor.name == "x"', "there is no field 'constructor' there, for a resource of kind Instance"],
    ['resource.spec.replicas == 3', 'no such overload: double == int'],
    ['resource.spec.instanceType == 3', 'no such overload: string == int'],
    ['resource.spec.instanceType', "the expression must be true or false, and is of type 'string'"],
    ['dyn(resource).spec.x == 1', "there is no function 'dyn' in rules"],
    ['cel.bind(x, "a", x + x == "aa")', "there is no function 'bind' in rules"],
    ['eval("1") == 1', "there is no function 'eval' in rules"],
    ['resource.metadata.name.matchRE("a")', "there is no function 'matchRE' in rules"],
    ['resource.metadata.name.matches(resource.spec.region)', 'the pattern of `matches` must be a text in quotes'],
    [
      'matches(resource.metadata.name, "(")',
      'the pattern of `matches` cannot be used: error parsing regexp: missing closing ): `(`',
    ],
    ['[1].all(x, [1].all(y, [1].all(z, z == 1)))', 'at most 2 comprehensions may stand in or behind each other'],
    [
      '["a"].map(x, x + x).map(x, x + x).map(x, x + x) == []',
      'at most 2 comprehensions may stand in or behind each other',
    ],
  ])('%s: %s', (expr, message) => {
    expect(problemsOf(expr).map((problem) => problem.message)).toContain(message);
  });

  test('names the part that is wrong', () => {
    expect(problemsOf('true && resource.spec.instanceTyp == "x"')[0]?.part).toBe('instanceTyp');
    expect(problemsOf('true && resource.spec.?instanceTyp.hasValue()')[0]?.part).toBe('instanceTyp');
    expect(problemsOf('true && foo')[0]?.part).toBe('foo');
    expect(problemsOf('resource.metadata.name.matches("(")')[0]?.part).toBe('"("');
    expect(problemsOf('[1].all(x, [2].all(y, [3].all(z, [4].all(u, true))))')[0]?.part).toBe(
      '[2].all(y, [3].all(z, [4].all(u, true)))',
    );
  });

  test.each([
    ['"a" +', 'unexpected token: EOF'],
    ['', 'unexpected token: EOF'],
    ['"open', /unterminated string/],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, /larger than allowed/],
    [Array.from({ length: 300 }, () => 'true').join(' && '), /larger than allowed/],
    [`[${'1,'.repeat(150)}1].size() > 0`, /larger than allowed/],
    [`"${'x'.repeat(5_000)}" == ""`, 'an expression must have at most 4000 characters, and this one has 5008'],
  ])('%#: is refused while it is read', (expr, message) => {
    expect(problemsOf(expr)[0]?.message).toMatch(message);
  });

  test('must be right for each kind that the rule judges', () => {
    const { problems } = compileRule("resource.spec.instanceType == 'x'", ['ImageCopy', 'Instance'], 'lint');
    expect(problems.map(({ message }) => message)).toEqual([
      "there is no field 'instanceType' there, for a resource of kind ImageCopy",
    ]);
  });

  test('may speak of actions at the stage plan', () => {
    expect(problemsOf('action.kind != "StopInstance"', 'plan')).toEqual([]);
  });
});

describe('a verdict', () => {
  test.each([
    ["resource.spec.instanceType.startsWith('ecs.g7.')", 'holds'],
    ["resource.spec.instanceType.startsWith('ecs.c7.')", 'fails'],
    ['resource.spec.securityGroupIds.all(id, id.startsWith("sg-"))', 'holds'],
    ['resource.spec.placement[0].vSwitchId.startsWith("vsw-")', 'holds'],
    ['resource.spec.?internetMaxBandwidthOut.orValue(0.0) == 0.0', 'holds'],
    ['resource.spec.replicas > 0 && resource.spec.replicas == 1.0', 'holds'],
    ['now - image.createdAt < duration("2160h")', 'fails'],
    ['project.accounts.exists(a, a.uid == account.uid)', 'holds'],
    ['resource.metadata.name.matches("^w")', 'holds'],
    [String.raw`resource.metadata.name.matches(r'^\w+$')`, 'holds'],
    ['"matches" == "match" + "es"', 'holds'],
  ])('%s %s', (expr, kind) => {
    expect(verdictOn(expr)).toEqual({ kind });
  });

  test.each([
    ['resource.spec.internetMaxBandwidthOut == 0.0', "'internetMaxBandwidthOut' is not there"],
    ['resource.metadata.labels.missing == "x"', "'missing' is not there"],
    ['1 / 0 == 1', 'division by zero'],
  ])('%s is not given: %s', (expr, why) => {
    expect(verdictOn(expr)).toEqual({ kind: 'unanswered', why });
  });

  test('takes no time on patterns that hold backtracking engines up', () => {
    const { judge } = compileRule("resource.metadata.name.matches('^(a+)+$')", ['Instance'], 'lint');
    const resource = { ...manifestView(anInstance()), metadata: { name: `${'a'.repeat(40)}!`, labels: {} } };
    expect(judge('Instance', { ...facts, resource })).toEqual({ kind: 'fails' });
  });
});

test('whatever is written, compiling and judging never throw and say the same twice', () => {
  const word = fc.constantFrom(
    'resource',
    '.spec',
    '.?replicas',
    'image',
    'now',
    '(',
    ')',
    '[',
    ']',
    '&&',
    '==',
    '+',
    '"a"',
    "'",
    '1',
    '2.0',
    '.all(x, x)',
    '.matches("a")',
    'matches',
    '//',
    '\n',
    'r"\\d"',
    ' ',
    '?',
    ':',
    '.orValue(1.0)',
    '>',
    '{',
    '}',
  );
  const expression = fc.oneof(
    fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(expression, (expr) => {
      const run = () => {
        const { problems, judge } = compileRule(expr, ['Instance'], 'lint');
        for (const { start, end } of problems) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(expr.length + 1);
        }
        return { problems, verdict: problems.length > 0 ? null : judge('Instance', facts) };
      };
      expect(run()).toEqual(run());
    }),
    { numRuns: 500 },
  );
});
