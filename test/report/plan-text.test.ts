import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../src/domain/plan.js';
import type { PlanResult } from '../../src/domain/result.js';
import { type PlanTextOptions, renderPlanText } from '../../src/report/plan-text.js';
import {
  aChange,
  aCopyAction,
  aDiagnostic,
  aPlanResult,
  aReplaceAction,
  aReplacement,
  aSealAction,
  scope,
} from './build.js';

const saved: PlanTextOptions = { isColored: false, showsUnchanged: false, next: { kind: 'saved', file: 'p.json' } };

function render(result: PlanResult, options: Partial<PlanTextOptions> = {}): string {
  return renderPlanText(result, { ...saved, ...options });
}

const rollout = aPlanResult({
  plan: {
    actions: [aCopyAction(), aReplaceAction()],
    changes: [
      aChange(),
      aReplacement(),
      aReplacement({ address: 'Instance/batch/1', id: 'i-9', verb: 'no-op', class: null, wave: null }),
    ],
  },
});

describe('a plan as text', () => {
  it('shows each thing with its fields, then the sums, then the command', () => {
    expect(render(rollout)).toBe(`\
tallyman will perform the following actions:

    + create
  -/+ replace

  # ImageCopy/web-base/cn-hangzhou will be created
  # (because it does not exist yet)
  + image_name = "web-base-ab12"
  + encrypted  = true
  + image_id   = (known after apply)

  # Instance/batch/0 must get a new system disk   (class replace-system-disk, wave 1 of 1)
  # (because it runs another image)
-/+ i-1
      ~ image_id = "m-0" -> (known after apply)   # forces replacement
        (1 unchanged field hidden)

  (1 unchanged member of Instance/batch hidden)

Plan: 1 to copy, 1 to replace. 1 unchanged.
Destroys: Instance/batch/0 (replace-system-disk).
Copies: about 40 GiB copied, 40 GiB stored.
Rollouts: Instance/batch in 1 wave (about 5 minutes).
Policy: 0 errors, 0 warnings, 0 waived.
Looked with 3 API calls.

To apply exactly this plan:
    tallyman apply p.json
`);
  });

  it('says so when there is nothing to do', () => {
    expect(render(aPlanResult({ plan: { changes: [aChange({ verb: 'no-op' })] } }))).toBe(`\
No changes. The cloud matches the manifests.

Policy: 0 errors, 0 warnings, 0 waived.
Looked with 3 API calls.
`);
  });

  it('does not call the cloud as wished where nothing is declared, or where something forbids the plan', () => {
    expect(render(aPlanResult())).toMatch(/^No changes\. The manifests declare nothing/);
    const refusal: Refusal = {
      reason: 'empty-desired',
      class: null,
      addresses: [],
      summary: 'no manifest holds a resource',
      hint: 'Look.',
    };
    expect(render(aPlanResult({ refusals: [refusal], isApplyable: false }))).toMatch(/^Nothing is planned\.\n/);
  });

  it('names what a guard refuses, and policy errors, in place of the command', () => {
    const text = render({
      ...rollout,
      isApplyable: false,
      check: { ...rollout.check, errors: 1 },
      diagnostics: [aDiagnostic({ severity: 'error' })],
      refusals: [
        {
          reason: 'class-not-allowed',
          class: 'replace-system-disk',
          addresses: ['Instance/batch/0'],
          summary: 'replace-system-disk is not allowed',
          hint: 'Allow it:\n  tallyman plan --allow replace-system-disk',
        },
      ],
    });
    expect(text).toContain('manifests/web.yaml:14:18 error trust/copy-before-use\n');
    expect(text).not.toContain('tallyman apply');
    expect(text.slice(text.indexOf('This plan'))).toBe(`\
This plan cannot be applied:
  trust/copy-before-use: \`image\` must name an ImageCopy: 'golden' belongs to account '1600000000000001'
  replace-system-disk is not allowed
    Instance/batch/0
    Allow it:
      tallyman plan --allow replace-system-disk
`);
  });

  it('names the changed fields of an update, the new ones and those that go', () => {
    const change = aChange({
      verb: 'update',
      id: 'm-1',
      reason: 'tags_differ',
      before: { family: 'a', size: 40, old: 1, tags: { b: '1' } },
      after: { family: 'b', size: 40, fresh: 2, tags: { b: '1' } },
      afterUnknown: [],
    });
    expect(render(aPlanResult({ plan: { actions: [aSealAction()], changes: [change] } }))).toContain(`\
  ~ m-1
      ~ family = "a" -> "b"
      - old    = 1
      + fresh  = 2
        (2 unchanged fields hidden)
`);
  });

  it('writes what is in a map by the way to it, and nothing of what is null or empty', () => {
    const disk = { category: 'cloud_essd', size_gib: 40, kms_key_id: null };
    const change = aReplacement({
      before: { system_disk: disk, tags: { 'a:b': '1' }, labels: {} },
      after: { system_disk: { ...disk, size_gib: 60 }, tags: {}, notes: [], zones: ['h', 'i'], owner: null },
      afterUnknown: ['image_id'],
    });
    expect(render(aPlanResult({ plan: { actions: [aReplaceAction()], changes: [change] } }))).toContain(`\
-/+ i-1
      ~ system_disk.size_gib = 40 -> 60
      - tags["a:b"]          = "1"
      + zones                = ["h","i"]
      + image_id             = (known after apply)   # forces replacement
        (1 unchanged field hidden)

`);
  });

  it('cuts values at the width of the terminal, by cells and never within a character', () => {
    const change = aChange({ after: { name: '金'.repeat(60), short: 'a' }, afterUnknown: [] });
    const text = render(aPlanResult({ plan: { actions: [aCopyAction()], changes: [change] } }), { columns: 40 });
    expect(text).toContain(`  + name  = "${'金'.repeat(13)}…\n  + short = "a"\n`);
    const longer = aChange({
      ...change,
      verb: 'update',
      id: 'm-1',
      before: { name: 'x'.repeat(200) },
      after: { name: 'y' },
    });
    const both = render(aPlanResult({ plan: { actions: [aCopyAction()], changes: [longer] } }), { columns: 60 });
    expect(both).toMatch(/ {6}~ name = "x{36}… -> "y"\n/);
    expect(
      Math.max(
        ...both
          .split('\n')
          .filter((line) => line.includes('~ name'))
          .map((line) => line.length),
      ),
    ).toBe(60);
  });

  it('adopts under its own symbol and counts that apart', () => {
    const fields = { instance_id: 'i-1', instance_name: 'web-0' };
    const change = aReplacement({
      verb: 'update',
      class: null,
      wave: null,
      importing: 'i-1',
      reason: 'adopt',
      before: fields,
      after: fields,
      afterUnknown: [],
    });
    const text = render(
      aPlanResult({ plan: { actions: [aSealAction({ address: change.address })], changes: [change] } }),
    );
    expect(text).toContain(`\
    > adopt

  # Instance/batch/0 will be adopted
  # (because \`adopt\` names it: it is taken over by its tags, and nothing else changes)
  > i-1
        (2 unchanged fields hidden)
`);
    expect(text).toContain('Plan: 1 to adopt. 0 unchanged.\n');
  });

  it('lists steps that belong to no change', () => {
    const text = render(aPlanResult({ plan: { actions: [aSealAction()] } }));
    expect(text).toContain('  # Instance/web/0: TagResource (because it is not marked with its own ID yet)\n');
    expect(text).toContain('Plan: only housekeeping. 0 unchanged.\n');
  });

  it('shows what should be known although nothing is done about it', () => {
    const notice = {
      kind: 'orphan' as const,
      address: 'Instance/old/0',
      scope,
      id: 'i-7',
      message: 'no manifest wants it',
    };
    expect(render(aPlanResult({ plan: { notices: [notice] } }))).toContain(
      'Worth knowing:\n  orphan Instance/old/0 (i-7): no manifest wants it\n',
    );
  });

  it('tells when the first waiver expires', () => {
    const waived = (expires: string) => aDiagnostic({ waiver: { name: 'w', reason: 'r', approvedBy: 'a', expires } });
    const result = aPlanResult({ diagnostics: [waived('2026-12-01'), waived('2026-11-30')] });
    expect(render({ ...result, check: { ...result.check, waived: 2 } })).toContain(
      'Policy: 0 errors, 0 warnings, 2 waived (expires 2026-11-30).\n',
    );
  });

  it('shows unchanged things when asked', () => {
    expect(render(rollout, { showsUnchanged: true })).toContain('# Instance/batch/1 is unchanged\n');
  });

  it('quotes a path that a shell would take apart', () => {
    expect(render(rollout, { next: { kind: 'saved', file: "my plan's.json" } })).toContain(
      `    tallyman apply 'my plan'\\''s.json'\n`,
    );
  });
});
