import { isCelError, run } from '@bufbuild/cel';
import { getConformanceSuite } from '@bufbuild/cel-spec/testdata/tests.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRule } from '../../../src/policy/cel/compile-rule.js';
import { manifestView } from '../../../src/policy/manifest-view.js';
import { anInstance } from '../../support/build.js';

const view = manifestView(
  anInstance({
    name: 'web-1',
    labels: { tier: 'web' },
    replicas: 3,
    internetMaxBandwidthOut: 5,
    securityGroupIds: ['sg-web', 'sg-db'],
    tags: { team: 'web' },
  }),
);
const facts = {
  resource: view,
  project: { name: 'web', environment: 'prod', regions: ['cn-hangzhou', 'cn-beijing'], accounts: [] },
  account: { name: 'prod', uid: '16' },
};

/** The same facts for an evaluator that knows no types of ours: absent is not null. */
const plainFacts = JSON.parse(JSON.stringify(facts, (_, value: unknown) => value ?? undefined)) as Record<
  string,
  never
>;

interface Grammar {
  readonly text: string;
  readonly number: string;
  readonly list: string;
  readonly bool: string;
}

/** Well-typed expressions of the documented subset; some have no answer. */
const { bool: expressions } = fc.letrec<Grammar>((tie: fc.LetrecTypedTie<Grammar>) => {
  const joined = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''));
  const text = tie('text');
  const number = tie('number');
  const list = tie('list');
  const bool = tie('bool');
  return {
    text: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'all' },
      fc.constantFrom("'a'", "''", "'web'", '"sg-"', "r'\\w'", "'\\u00e9'", 'resource.metadata.name', 'account.name'),
      fc.constantFrom("resource.metadata.labels['tier']", 'resource.metadata.labels.none', 'resource.spec.hostName'),
      joined('(', text, ' + ', text, ')'),
      joined('(', bool, ' ? ', text, ' : ', text, ')'),
      joined(list, fc.constantFrom('[0]', '[1]', '[9]')),
      joined('string(', fc.constantFrom('1', 'true', "'x'"), ')'),
    ),
    number: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'all' },
      fc.constantFrom('0.0', '1.0', '-2.5', '1e3', 'resource.spec.replicas', 'resource.spec.internetMaxBandwidthOut'),
      joined('(', number, fc.constantFrom(' + ', ' - ', ' * '), number, ')'),
      joined('double(', fc.constantFrom('1', "'2.5'", '3.0'), ')'),
    ),
    list: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'all' },
      fc.constantFrom('resource.spec.securityGroupIds', 'project.regions', "['a', 'b']", "['web']"),
      joined('[', text, ', ', text, ']'),
    ),
    bool: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'all' },
      fc.constantFrom('true', 'false', "('tier' in resource.metadata.labels)", 'has(resource.spec.hostName)'),
      fc.constantFrom('has(resource.spec.internetMaxBandwidthOut)', 'has(resource.metadata.labels.none)'),
      joined('(', bool, fc.constantFrom(' && ', ' || ', ' == ', ' != '), bool, ')'),
      joined('!', bool),
      joined('(', number, fc.constantFrom(' < ', ' <= ', ' == ', ' != ', ' > ', ' >= '), number, ')'),
      joined('(', text, fc.constantFrom(' < ', ' <= ', ' == ', ' != ', ' > ', ' >= '), text, ')'),
      joined(text, fc.constantFrom('.startsWith(', '.endsWith(', '.contains('), text, ')'),
      joined(text, '.matches(', fc.constantFrom("'^a+$'", "'[a-z]+-[0-9]'", "r'\\d'", "'(?i)WEB'", "''"), ')'),
      joined('(', text, ' in ', list, ')'),
      joined('(size(', fc.oneof(text, list), ')', fc.constantFrom(' == ', ' > '), fc.constantFrom('0', '2'), ')'),
      joined(list, fc.constantFrom('.all(x, ', '.exists(x, ', '.exists_one(x, '), 'x.startsWith(', text, '))'),
      joined('(', list, ".filter(x, x != '').map(x, x + 'y') == ", list, ')'),
      joined('(', bool, ' ? ', bool, ' : ', bool, ')'),
    ),
  };
});

test('an expression says what another implementation of CEL says', () => {
  let answered = 0;
  fc.assert(
    fc.property(expressions, (expr) => {
      const { problems, judge } = compileRule(expr, ['Instance'], 'lint');
      fc.pre(problems.every(({ message }) => !/larger than allowed|at most/.test(message)));
      expect(problems).toEqual([]);
      const verdict = judge('Instance', facts).kind;
      const answer = run(expr, plainFacts);
      const theirs = isCelError(answer) ? 'unanswered' : answer === true ? 'holds' : 'fails';
      expect([expr, verdict]).toEqual([expr, theirs]);
      if (verdict !== 'unanswered') answered += 1;
    }),
    { numRuns: 250 },
  );
  expect(answered).toBeGreaterThan(80);
});

type Suite = ReturnType<typeof getConformanceSuite>;
type Original = Suite['tests'][number]['original'];

function testsIn(suite: Suite): readonly Original[] {
  return [...suite.tests.map(({ original }) => original), ...suite.suites.flatMap(testsIn)];
}

/** What the specification says of the expression, where that is true, false or an error. */
function specified({ resultMatcher, bindings, container, disableMacros }: Original): string | null {
  if (Object.keys(bindings).length > 0 || container !== '' || disableMacros) return null;
  if (resultMatcher.case === 'evalError') return 'unanswered';
  if (resultMatcher.case !== 'value' || resultMatcher.value.kind.case !== 'boolValue') return null;
  return resultMatcher.value.kind.value ? 'holds' : 'fails';
}

/** Bytes, maps with the key null, comprehensions over maps, nanoseconds: docs/custom-rules.md says that they are not there. */
const beyondTheSubset = new Set([
  "b'ÿ' == b'\\303\\277'",
  "b'\\303\\277' != b'ÿ'",
  '{null:false}[null]',
  "{6: 'six', 7: 'seven', 8: 'eight'}.exists_one(foo, foo % 5 == 2)",
  "timestamp('0001-01-01T00:00:01.999999999Z') + duration('999999999ns') == timestamp('0001-01-01T00:00:02.999999998Z')",
]);

test('an expression says what the conformance suite of CEL says, or is refused when it is loaded', () => {
  const differing = new Set<string>();
  let judged = 0;
  for (const original of testsIn(getConformanceSuite())) {
    const expectation = specified(original);
    if (expectation === null) continue;
    const { problems, judge } = compileRule(original.expr, ['Instance'], 'lint');
    if (problems.length > 0) continue;
    judged += 1;
    const verdict = judge('Instance', facts).kind;
    if (verdict !== expectation) differing.add(original.expr);
  }
  expect(differing).toEqual(beyondTheSubset);
  expect(judged).toBeGreaterThan(200);
});
