import { describe, expect, it } from 'vitest';
import { assembled, code, fence, lengthMax, listParts, marker, placeLink } from '../../src/report/markdown.js';
import { renderApplyMarkdown } from '../../src/report/apply-markdown.js';
import { renderLintMarkdown } from '../../src/report/lint-markdown.js';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.js';
import { renderUpdateMarkdown } from '../../src/report/update-markdown.js';
import { aLargePlan, aNode } from './large-plan.js';
import {
  aChange,
  aCheckReport,
  aCopyAction,
  aDiagnostic,
  anApplyReport,
  aPlanReport,
  aPlanResult,
  aRefusal,
  aReplaceAction,
  aReplacement,
  aWaiver,
} from './build.js';

const [source, copy, batch] = ['ImageSource/golden', 'ImageCopy/web-base/cn-hangzhou', 'Instance/batch'];
const rollout = aPlanResult({
  lineage: {
    nodes: [
      aNode({
        key: 's',
        role: 'source',
        address: source,
        imageId: 'm-golden1',
        owner: '1600000000000001',
        change: 'read',
      }),
      aNode({ key: 'c', role: 'copy', address: copy, kmsKeyId: 'key-hangzhou', change: 'copy' }),
      aNode({ key: 'i', role: 'instance', address: batch, change: 'replace' }),
      aNode({ key: 'o', role: 'image', imageId: 'm-0', encrypted: false, change: 'read' }),
      aNode({ key: 'u', role: 'instance', address: batch, encrypted: false }),
    ],
    edges: [
      ['s', 'c'],
      ['c', 'i'],
      ['o', 'u'],
    ],
  },
  plan: {
    actions: [aCopyAction(), aReplaceAction()],
    changes: [
      aChange(),
      aReplacement(),
      aReplacement({
        address: 'Instance/batch/1',
        id: 'i-9',
        verb: 'no-op',
        class: null,
        wave: null,
        after: { image_id: 'm-0' },
      }),
    ],
  },
});

describe('a plan as markdown', () => {
  it('says the verdict, then what is destroyed, then each resource folded, then the lineage, then what to do', () => {
    expect(renderPlanMarkdown(aPlanReport(rollout))).toBe(`\
<!-- tallyman:plan:k3v9x2ab -->
### 📋 tallyman plan: 1 to copy, 1 to replace

Policy: 0 errors, 0 warnings, 0 waived. 1 unchanged.

> [!CAUTION]
> **Destroys 1**
>
> - \`replace-system-disk\` \`Instance/batch/0\`: it runs another image

<details><summary><code>ImageCopy/web-base</code>: 1 to copy</summary>

\`\`\`diff
# ImageCopy/web-base/cn-hangzhou will be created
#   because it does not exist yet
+   image_name = "web-base-ab12"
+   encrypted = true
+   image_id = (known after apply)
\`\`\`

</details>

<details><summary><code>Instance/batch</code>: 1 to replace</summary>

\`\`\`diff
# Instance/batch/0 must get a new system disk (class replace-system-disk, wave 1 of 1, i-1)
#   because it runs another image
!   image_id = "m-0" -> (known after apply)
#   1 unchanged field hidden
\`\`\`

</details>

<details><summary>Lineage</summary>

\`\`\`mermaid
graph LR
  n0(["source golden<br/>m-golden1<br/>owner 1600000000000001<br/>prod · cn-hangzhou<br/>encrypted"])
  n1["+ create<br/>copy web-base<br/>#40;known after apply#41;<br/>prod · cn-hangzhou<br/>encrypted · key-hangzhou"]:::added
  n2[["-/+ replace<br/>1 instance batch<br/>prod · cn-hangzhou<br/>encrypted"]]:::changed
  n3(["image m-0<br/>prod · cn-hangzhou<br/>not encrypted"])
  n4[["1 instance batch<br/>prod · cn-hangzhou<br/>not encrypted"]]
  n0 --> n1
  n1 --> n2
  n3 --> n4
  classDef added stroke-width:3px,stroke:#2c974b
  classDef changed stroke-width:3px,stroke:#bf8700
\`\`\`

</details>

Merge it, then apply what is planned then: \`tallyman plan --out FILE\`, \`tallyman apply FILE\`.
`);
  });

  it('is small where nothing matters', () => {
    const text = renderPlanMarkdown(aPlanReport(aPlanResult({ plan: { changes: [aChange({ verb: 'no-op' })] } })));
    expect(text).toBe(
      '<!-- tallyman:plan:k3v9x2ab -->\n### ✅ tallyman plan: No changes. The cloud matches the manifests.\n\nPolicy: 0 errors, 0 warnings, 0 waived. 1 unchanged.\n',
    );
  });

  it('says what forbids it in place of how to apply it', () => {
    const text = renderPlanMarkdown(aPlanReport({ ...rollout, refusals: [aRefusal()], isApplyable: false }));
    expect(text).toContain('### ❌ tallyman plan: 1 to copy, 1 to replace\n\n**This plan cannot be applied.** Policy:');
    expect(text).toContain('**Refused**\n\n- delete is not allowed: `Instance/web/1`\n');
    expect(text).toMatch(/\nWhat now: allow what is refused, or take it out of the change\.\n$/);
  });

  it('names an environment in its marker, so that each has a comment', () => {
    const project = { name: 'web', id: 'k3v9x2ab', environment: 'staging' };
    expect(renderPlanMarkdown(aPlanReport({ ...rollout, project }))).toMatch(
      /^<!-- tallyman:plan:k3v9x2ab\.staging -->\n/,
    );
  });

  it('says once what is the same for all members, and names them', () => {
    const changes = [0, 1].map((ordinal) =>
      aReplacement({
        address: `Instance/batch/${ordinal}`,
        id: `i-${ordinal}`,
        wave: { number: ordinal + 1, of: 2 },
        before: { image_id: 'm-0', host_name: `old-${ordinal}` },
        after: { host_name: `batch-${ordinal}` },
      }),
    );
    expect(renderPlanMarkdown(aPlanReport({ ...rollout, plan: { ...rollout.plan, changes } }))).toContain(`
# 2 members must get a new system disk (class replace-system-disk)
#   because it runs another image
!   image_id = "m-0" -> (known after apply)
#   Instance/batch/0 (wave 1 of 2, i-0)
!     host_name = "old-0" -> "batch-0"
#   Instance/batch/1 (wave 2 of 2, i-1)
!     host_name = "old-1" -> "batch-1"
`);
  });

  it('stays below the limit of a comment, with every part whole and what is missing named', () => {
    const changes = Array.from({ length: 400 }, (_, index) =>
      aReplacement({
        address: `Instance/web-${index}/0`,
        before: { a: 'x'.repeat(900) },
        after: { a: 'y'.repeat(900) },
      }),
    );
    const text = renderPlanMarkdown(aPlanReport({ ...rollout, plan: { ...rollout.plan, changes } }));
    expect(text.length).toBeLessThanOrEqual(lengthMax);
    expect(text.length).toBeGreaterThan(lengthMax * 0.9);
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
    expect((text.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
    const shown = text.match(/<details><summary><code>Instance/g)?.length ?? 0;
    expect(text).toContain(`\n> Left out here: ${400 - shown} resources. A comment has room for`);
    expect(text).toContain('\nMerge it, then apply');
  });

  it('is still true of 2,000 changes: all counted, what is lost first, the lineage there', () => {
    const result = aLargePlan(2000);
    const text = renderPlanMarkdown(aPlanReport(result));
    expect(text.length).toBeLessThanOrEqual(lengthMax);
    const amount = (verb: string) => result.plan.changes.filter((change) => change.verb === verb).length;
    const lost = result.plan.changes.filter((change) => change.class !== null).length;
    expect(text).toContain(` ${amount('replace')} to replace, ${amount('delete')} to delete\n`);
    expect(text).toContain(`> **Destroys ${lost}**\n`);
    const listed = [...text.matchAll(/^> - .*?× (\d+)/gm)].map(([, times]) => Number(times));
    const more = [...text.matchAll(/^> - and .*$/gm)].flatMap(([line]) => [...line.matchAll(/× (\d+)/g)].slice(1));
    expect([...listed, ...more.map(([, times]) => Number(times))].reduce((sum, times) => sum + times, 0)).toBe(lost);
    expect(text).toContain('```mermaid\n');
    const shown = text.match(/<details><summary><code>/g)?.length ?? 0;
    const resources = new Set(result.plan.changes.map(({ address }) => address.split('/').slice(0, 2).join('/')));
    expect(text).toContain(`> Left out here: ${resources.size - shown} resources.`);
  });
});

describe('parts of a comment', () => {
  const part = (name: string, length: number, rank: number) => ({
    markdown: `${name}${'.'.repeat(length)}\n`,
    noun: name,
    rank,
  });

  it('get room by their rank, stand in their order, and are named where they are left out', () => {
    const text = assembled(
      ['head\n', part('large', 59_000, 2), part('small', 2_000, 1), part('tiny', 10, 3)],
      'tail\n',
    );
    expect(text).toMatch(/^head\n\nsmall\.+\n\ntiny\.+\n\n> Left out here: 1 large\. .*\n\ntail\n$/);
  });

  it('leave out the items of a list one by one, and never the first part', () => {
    const items = Array.from({ length: 100 }, (_, index) => `- ${index} ${'.'.repeat(2_000)}\n`);
    const text = assembled([`head ${'.'.repeat(50_000)}\n`, ...listParts('**List**\n\n', items, 'item', 1)], '');
    expect(text).toContain('\n\n**List**\n\n- 0 ');
    expect(text.match(/^- \d/gm)).toHaveLength(4);
    expect(text).toContain('> Left out here: 96 items. ');
  });
});

describe('a check as markdown', () => {
  it('lists the worst first, each with a link to its line where a commit is known', () => {
    const diagnostics = [aDiagnostic(), aDiagnostic({ severity: 'error', range: null, hint: '' })];
    const summary = { ...aCheckReport().summary, errors: 1, warnings: 1 };
    expect(renderLintMarkdown(aCheckReport({ diagnostics, summary, commit: '3f2c1ab' }))).toBe(`\
<!-- tallyman:lint:tallyman.yaml -->
### ❌ tallyman lint: 1 error, 1 warning

**Findings**

- **error** \`Instance/web\` [\`trust/copy-before-use\`](https://tallyman.dev/rules/trust/copy-before-use): \`image\` must name an ImageCopy: 'golden' belongs to account '1600000000000001'
- **warning** [\`manifests/web.yaml:14\`](../blob/3f2c1ab/manifests/web.yaml#L14) [\`trust/copy-before-use\`](https://tallyman.dev/rules/trust/copy-before-use): \`image\` must name an ImageCopy: 'golden' belongs to account '1600000000000001'
  <br>→ Add an ImageCopy of 'golden' and name it here.

30 rules over 2 files.
`);
  });

  it('shows waived findings only when asked, and is one line where nothing is found', () => {
    const diagnostics = [aDiagnostic({ waiver: aWaiver })];
    expect(renderLintMarkdown(aCheckReport({ diagnostics }))).toBe(
      '<!-- tallyman:lint:tallyman.yaml -->\n### ✅ tallyman lint: 0 errors, 0 warnings\n\n30 rules over 2 files.\n',
    );
    expect(renderLintMarkdown(aCheckReport({ diagnostics, showsWaived: true }))).toContain(
      '- **waived** `manifests/web.yaml:14`',
    );
  });
});

describe('an apply as markdown', () => {
  it('shows what failed first and folds what was done', () => {
    const done = {
      action: aCopyAction(),
      status: 'done' as const,
      id: 'm-1',
      message: null,
      hint: null,
      apiCode: null,
      requestId: null,
    };
    const failed = {
      ...done,
      action: aReplaceAction(),
      status: 'failed' as const,
      id: 'i-1',
      message: 'no stock',
      apiCode: 'OperationDenied.NoStock',
      requestId: 'R-1',
    };
    const outcome = { actions: [done, failed], writes: 2, interruptedBy: null };
    expect(renderApplyMarkdown(anApplyReport({ outcome }))).toBe(`\
<!-- tallyman:apply:k3v9x2ab -->
### ❌ tallyman apply: 1 of 2 actions done, 1 failed

2 writes sent.

**Failed**

| Address | Action | ID |  |
| --- | --- | --- | --- |
| \`Instance/batch/0\` | ReplaceSystemDisk | \`i-1\` | OperationDenied.NoStock<br>no stock<br>request R-1 |

<details><summary>1 done</summary>

| Address | Action | ID |  |
| --- | --- | --- | --- |
| \`ImageCopy/web-base/cn-hangzhou\` | CopyImage | \`m-1\` |  |

</details>

Running it again once the cause is gone is safe: \`tallyman apply p.json\`
`);
  });

  it('keeps what failed however much else there is to tell', () => {
    const outcome = (status: 'done' | 'failed', index: number) => ({
      action: aCopyAction({ address: `ImageCopy/base-${index}/cn-hangzhou` }),
      status,
      id: `m-${index}`,
      message: 'x'.repeat(300),
      hint: null,
      apiCode: null,
      requestId: null,
    });
    const actions = [
      ...Array.from({ length: 900 }, (_, index) => outcome('done', index)),
      ...Array.from({ length: 100 }, (_, index) => outcome('failed', 900 + index)),
    ];
    const text = renderApplyMarkdown(anApplyReport({ outcome: { actions, writes: 1000, interruptedBy: null } }));
    expect(text.length).toBeLessThanOrEqual(lengthMax);
    expect(text.match(/base-9\d\d\/cn-hangzhou/g)).toHaveLength(100);
    expect(text).toMatch(/\nand \d+ more\n\n<\/details>/);
  });

  it('is the plan with what stands in its way where nothing was begun', () => {
    const plan = { ...rollout, refusals: [aRefusal()], isApplyable: false };
    expect(renderApplyMarkdown(anApplyReport({ plan }))).toContain('**Refused**');
  });
});

describe('an update as markdown', () => {
  const entry = {
    source: 'golden',
    region: 'cn-hangzhou',
    selector: 's',
    imageId: 'm-1',
    owner: '1600000000000001',
    name: 'golden-v1',
    createdAt: '2025-12-01T00:00:00Z',
    sizeGiB: 40,
    encrypted: true as const,
    disks: [],
    fingerprint: `sha256:${'0'.repeat(64)}`,
    via: null,
  };
  const after = { ...entry, imageId: 'm-2', name: 'golden-v2', createdAt: '2025-12-31T00:00:00Z' };
  const change = { source: 'golden', region: 'cn-hangzhou', kind: 'changed' as const, before: entry, after };
  const result = {
    lockFile: 'tallyman.lock.yaml',
    changes: [change],
    diagnostics: [],
    isWritten: true,
    isCheckOnly: false,
  };
  const nowMs = Date.parse('2026-01-01T00:00:00Z');

  it('compares old and new, and says what rolls and for how long', () => {
    const rolls = [{ address: 'Instance/web', source: 'golden', members: 3, waves: 3 }];
    expect(renderUpdateMarkdown({ result, nowMs, rolls })).toBe(`\
### \`tallyman.lock.yaml\`: 1 pinned image changes

**\`golden\` in \`cn-hangzhou\`** (changed)

|  | Old | New |
| --- | --- | --- |
| Image | \`m-1\` | \`m-2\` |
| Name | \`golden-v1\` | \`golden-v2\` |
| Owner | \`1600000000000001\` | \`1600000000000001\` |
| Created | \`2025-12-01T00:00:00Z (31 days)\` | \`2025-12-31T00:00:00Z (1 day)\` |
| Size | \`40 GiB\` | \`40 GiB\` |
| Encrypted | \`yes\` | \`yes\` |
| Fingerprint | \`sha256:0000000000000000\` | \`sha256:0000000000000000\` |

**What rolls with the next apply**

- \`Instance/web\` (from \`golden\`): 3 members in 3 waves, about 15 minutes

0 unchanged.
`);
  });

  it('points at an owner that is another one', () => {
    const other = { ...change, after: { ...after, owner: '1600000000000009' } };
    expect(renderUpdateMarkdown({ result: { ...result, changes: [other] }, nowMs, rolls: [] })).toContain(
      '\n**The owner is another one.**\n\nNothing that runs moves',
    );
  });
});

describe('pieces of markdown', () => {
  it.each([
    ['plain', '`plain`'],
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['', ''],
  ])('show %j as the code %s', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it('fence a block by more backticks than it holds', () => {
    expect(fence(['a ```` b'], 'diff')).toBe('`````diff\na ```` b\n`````\n');
  });

  it('link a place in a commit with what a URL cannot hold encoded', () => {
    const commit = { commit: 'abc', changedFiles: new Set<string>(), blobs: null };
    expect(placeLink(commit, 'a b/(x).yaml', 3)).toBe('[`a b/(x).yaml:3`](../blob/abc/a%20b/%28x%29.yaml#L3)');
    const known = { ...commit, blobs: 'https://github.com/web/fleet/blob' };
    expect(placeLink(known, 'a.yaml', 3)).toBe('[`a.yaml:3`](https://github.com/web/fleet/blob/abc/a.yaml#L3)');
  });

  it('do not link a file that is not as it is in the commit', () => {
    const blobs = 'https://github.com/web/fleet/blob';
    expect(placeLink({ commit: 'abc', changedFiles: new Set(['a.yaml']), blobs }, 'a.yaml', 3)).toBe('`a.yaml:3`');
    expect(placeLink({ commit: null, changedFiles: new Set(), blobs }, 'a.yaml', 3)).toBe('`a.yaml:3`');
  });

  it('keep a marker a comment', () => {
    expect(marker('plan', 'a-->b--c')).toBe('<!-- tallyman:plan:a___b__c -->\n');
  });

  it('keep the first and the last part whatever is between', () => {
    const text = assembled(['first\n', 'x'.repeat(lengthMax), 'small\n'], 'last\n');
    expect(text).toMatch(/^first\n\nsmall\n\n> Left out here: 1 part\. .*\n\nlast\n$/);
  });
});
