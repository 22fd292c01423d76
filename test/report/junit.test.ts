import { describe, expect, it } from 'vitest';
import type { ActionOutcome } from '../../src/domain/outcome.js';
import { renderApplyJunit, renderCheckJunit } from '../../src/report/junit.js';
import { aCheckReport, aCopyAction, aDiagnostic, anApplyReport, aRefusal, aWaiver } from './build.js';
import { readJunit } from './read-xml.js';

describe('a check as JUnit', () => {
  it('is a passed case where nothing is found', () => {
    const { name, tests, failures, testcase } = readJunit(renderCheckJunit(aCheckReport()));
    expect({ name, tests, failures }).toStrictEqual({ name: 'tallyman lint', tests: '1', failures: '0' });
    expect(testcase[0]).toMatchObject({ classname: 'tallyman', name: 'lint: 30 rules over 2 files' });
  });

  it('has one case a rule and object, which fails where the run fails', () => {
    const error = aDiagnostic({ severity: 'error' });
    const diagnostics = [error, { ...error, message: 'again' }, aDiagnostic({ address: 'Instance/db' })];
    const suite = readJunit(renderCheckJunit(aCheckReport({ diagnostics })));
    expect(suite).toMatchObject({ tests: '3', failures: '1', skipped: '0' });
    const [, failed, passed] = suite.testcase;
    expect(failed).toMatchObject({
      classname: 'trust/copy-before-use',
      name: 'Instance/web',
      file: 'manifests/web.yaml',
      line: '14',
    });
    expect(failed?.failure?.['#text']).toContain('manifests/web.yaml:14:18 error: again\n');
    expect(passed?.failure).toBeUndefined();
    expect(passed?.['system-out']).toMatch(/^manifests\/web\.yaml:14:18 warning: /);
  });

  it.each([
    ['warning', 'error', null, 0],
    ['warning', 'warning', null, 1],
    ['warning', 'error', 0, 1],
    ['info', 'warning', null, 0],
    ['info', 'info', null, 1],
    ['error', 'none', null, 0],
  ] as const)(
    'a %s with --fail-on %s and --max-warnings %s fails %s cases',
    (severity, failOn, maxWarnings, failures) => {
      const summary = { ...aCheckReport().summary, warnings: severity === 'warning' ? 1 : 0 };
      const report = aCheckReport({ diagnostics: [aDiagnostic({ severity })], failOn, maxWarnings, summary });
      expect(Number(readJunit(renderCheckJunit(report)).failures)).toBe(failures);
    },
  );

  it('skips what is waived, with the reason', () => {
    const { skipped, testcase } = readJunit(
      renderCheckJunit(aCheckReport({ diagnostics: [aDiagnostic({ waiver: aWaiver })] })),
    );
    expect(skipped).toBe('1');
    expect(testcase[1]?.skipped?.message).toBe('waived by legacy until 2026-03-31: moves in March, ticket 4711');
  });

  it('fails for what a guard refuses', () => {
    const { testcase } = readJunit(renderCheckJunit(aCheckReport({ refusals: [aRefusal()] })));
    expect(testcase[1]).toMatchObject({
      classname: 'guard/class-not-allowed',
      failure: { message: 'delete is not allowed' },
    });
  });

  it('writes out what XML forbids and keeps markup as text', () => {
    const hostile = 'a\u0000\u001b\uffff<b>&amp;"\']]>';
    const { testcase } = readJunit(
      renderCheckJunit(aCheckReport({ diagnostics: [aDiagnostic({ address: hostile })] })),
    );
    expect(testcase[1]?.name).toBe('a\\u{0}\\u{1b}\\u{ffff}<b>&amp;"\']]>');
  });
});

describe('an apply as JUnit', () => {
  const done: ActionOutcome = {
    action: aCopyAction(),
    status: 'done',
    id: 'm-1',
    message: null,
    hint: null,
    apiCode: null,
    requestId: null,
  };

  it('has one case an action', () => {
    const failed = {
      ...done,
      status: 'failed' as const,
      apiCode: 'QuotaExceed.Image',
      message: 'too many',
      hint: 'Ask.',
      requestId: 'R-1',
    };
    const waiting = { ...done, status: 'in-progress' as const };
    const outcome = { actions: [done, failed, waiting], writes: 1, interruptedBy: null };
    const suite = readJunit(renderApplyJunit(anApplyReport({ outcome })));
    expect(suite).toMatchObject({ name: 'tallyman apply', tests: '3', failures: '1', skipped: '1' });
    expect(suite.testcase[0]).toStrictEqual({ classname: 'ImageCopy/web-base/cn-hangzhou', name: 'a1 CopyImage' });
    expect(suite.testcase[1]?.failure).toMatchObject({
      message: 'QuotaExceed.Image: too many',
      '#text': 'Ask.\nrequest R-1',
    });
    expect(suite.testcase[2]?.skipped?.message).toBe('in progress');
  });

  it('tells what stood in the way of a plan that was not begun', () => {
    const suite = readJunit(renderApplyJunit({ ...anApplyReport({ outcome: null }), refusals: [aRefusal()] }));
    expect(suite).toMatchObject({ name: 'tallyman apply', failures: '1' });
  });
});
