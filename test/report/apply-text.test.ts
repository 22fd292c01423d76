import { describe, expect, it } from 'vitest';
import type { ActionOutcome, Outcome } from '../../src/domain/outcome.js';
import { renderApplyJson } from '../../src/report/apply-json.js';
import { renderApplyText } from '../../src/report/apply-text.js';
import { renderProgress } from '../../src/report/progress-text.js';
import { aChange, aCopyAction, aCopyWait, aPlanResult, aReplaceAction, aSealAction } from './build.js';

const plan = aPlanResult({ plan: { actions: [aCopyAction(), aReplaceAction(), aSealAction()] } });
const options = { isColored: false, command: ['tallyman', 'apply', 'p.json'] };

function anOutcome(given: Partial<ActionOutcome> = {}): ActionOutcome {
  const nothing = { id: null, message: null, hint: null, apiCode: null, requestId: null };
  return { action: aCopyAction(), status: 'done', ...nothing, ...given };
}

const halfDone: Outcome = {
  writes: 2,
  interruptedBy: null,
  actions: [
    anOutcome({ id: 'm-9' }),
    anOutcome({ id: 'm-9', action: aCopyWait() }),
    anOutcome({
      action: aReplaceAction(),
      status: 'failed',
      apiCode: 'IncorrectInstanceStatus',
      message: 'the instance is not Stopped',
      hint: 'Look at the instance.',
      requestId: 'R-1',
    }),
    anOutcome({ action: aSealAction(), status: 'not-attempted' }),
  ],
};

describe('the end of an apply', () => {
  it('says what was done, what was not, and that it may be run again', () => {
    expect(renderApplyText({ plan, outcome: halfDone, isApproved: true }, options)).toBe(`\
Done:
  ImageCopy/web-base/cn-hangzhou  m-9  CopyImage, wait until Available

Failed:
  Instance/batch/0  ReplaceSystemDisk
      IncorrectInstanceStatus: the instance is not Stopped (request R-1)
      Look at the instance.

Not attempted:
  Instance/web/0  TagResource

Apply: 2 done, 1 failed, 1 not attempted (2 writes sent).

Running it again once the cause is gone is safe: it looks at the cloud first, and what is done is not done twice.
    tallyman apply p.json
`);
  });

  it('gives no advice when everything is done', () => {
    const outcome = { ...halfDone, actions: [anOutcome()] };
    expect(renderApplyText({ plan, outcome, isApproved: true }, options)).toMatch(
      /Apply: 1 done \(2 writes sent\)\.\n$/,
    );
  });

  it('says that nobody approved, below the plan', () => {
    const text = renderApplyText({ plan, outcome: null, isApproved: false }, options);
    expect(text).toMatch(/^tallyman will perform/);
    expect(text).toMatch(/Nothing was applied: nobody approved the plan\.\n$/);
  });

  it('says so when there was nothing to do', () => {
    const same = aPlanResult({ plan: { changes: [aChange({ verb: 'no-op' })] } });
    const text = renderApplyText({ plan: same, outcome: null, isApproved: false }, options);
    expect(text).toMatch(/^No changes\. The cloud matches the manifests\.\n/);
  });

  it('is one JSON document with the plan in it', () => {
    const { outcome, plan: document } = JSON.parse(renderApplyJson({ plan, outcome: halfDone, isApproved: true })) as {
      outcome: { actions: readonly object[]; writes: number };
      plan: { format_version: string };
    };
    expect(document.format_version).toBe('1.0');
    expect(outcome.writes).toBe(2);
    expect(outcome.actions[3]).toStrictEqual({
      id: 'a3',
      kind: 'TagResource',
      address: 'Instance/web/0',
      account: 'prod',
      region: 'cn-hangzhou',
      status: 'not_attempted',
      subject_id: null,
      message: null,
      hint: null,
      api_code: null,
      request_id: null,
    });
  });
});

describe('progress', () => {
  const event = { action: aCopyAction(), message: '57%, about 3m left', outcome: null, atMs: 1_000_000 };

  it('is one line with the time that the action has taken', () => {
    expect(renderProgress({ ...event, kind: 'progress' }, 1_000_000 - 130_000, { isColored: false })).toBe(
      'ImageCopy/web-base/cn-hangzhou: CopyImage (2m10s): 57%, about 3m left\n',
    );
  });

  it('has no time at the start', () => {
    expect(renderProgress({ ...event, kind: 'start', message: '' }, null, { isColored: false })).toBe(
      'ImageCopy/web-base/cn-hangzhou: CopyImage started\n',
    );
  });
});
