import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceOf } from '../../src/domain/address.js';
import { codeFrame } from '../../src/report/code-frame.js';
import { createPaint } from '../../src/report/paint.js';
import { renderPlanText } from '../../src/report/plan-text.js';
import { sanitise } from '../../src/report/sanitise.js';
import { renderStatusText } from '../../src/report/status-text.js';
import { renderLintText } from '../../src/report/lint-text.js';
import { aChange, aDiagnostic, aPlanResult, aSealAction, rangeOf, scope } from './build.js';

const dangerous = [
  '\u0000',
  '\u0007',
  '\b',
  '\r',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u009b',
  '\u00ad',
  '\u061c',
  '\u200b',
  '\u200d',
  '\u200e',
  '\u202e',
  '\u2028',
  '\u2029',
  '\u2066',
  '\ufeff',
  '\u{e0041}',
  '\ud800',
];

/** Everything that can move the cursor, ring, turn the direction or hide; the newline is the report's own. */
const acts = new RegExp(
  String.raw`[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]`,
  'u',
);

/** GitHub's runner trims a line before it looks. */
const runnerCommand = /^\s*::|##\[/m;

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...dangerous, '\n', '::', '##[', '\u001b[31m', '\u001b]0;x\u0007'),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join(''));

describe('sanitise', () => {
  it.each([
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['a\nb\r', 'a\\u{a}b\\u{d}'],
    ['ding\u0007', 'ding\\u{7}'],
    ['user\u202etxt.exe', 'user\\u{202e}txt.exe'],
    ['ze\u200bro', 'ze\\u{200b}ro'],
    ['\u009b2J', '\\u{9b}2J'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\u{d800}'],
    ['::error::x', '\\u{3a}:error::x'],
    ['  ::error::x', '  \\u{3a}:error::x'],
    ['a ::error', 'a ::error'],
    ['a ##[error]x', 'a #\\u{23}[error]x'],
  ])('writes out what could act in %j', (text, expected) => {
    expect(sanitise(text)).toBe(expected);
  });

  it('leaves letters of any script, accents and emoji as they are', () => {
    expect(sanitise('黄金镜像 gölden образ 🦀 "quoted" \\')).toBe('黄金镜像 gölden образ 🦀 "quoted" \\');
  });

  it('makes one line of any text, with nothing in it that acts, and changes nothing the second time', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const clean = sanitise(text);
        expect(clean).not.toMatch(acts);
        expect(clean).not.toContain('\n');
        expect(clean).not.toMatch(runnerCommand);
        expect(sanitise(clean)).toBe(clean);
      }),
    );
  });
});

describe('the reports', () => {
  it('let no character of the cloud or of a manifest act', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, column) => {
        const diagnostic = aDiagnostic({
          message: text,
          hint: text,
          ruleId: text,
          address: text,
          excerpt: text,
          range: rangeOf(column, 3),
          waiver: { name: text, reason: text, approvedBy: text, expires: text },
        });
        const plan = aPlanResult({
          isApplyable: false,
          diagnostics: [{ ...diagnostic, waiver: null, severity: 'error' }],
          refusals: [{ reason: 'class-not-allowed', class: 'delete', addresses: [text], summary: text, hint: text }],
          plan: {
            actions: [aSealAction({ address: text })],
            changes: [
              aChange({ id: text, address: `${text}x`, reason: text, before: { [text]: text }, verb: 'update' }),
            ],
            notices: [{ kind: 'orphan', address: text, scope, id: text, message: text }],
          },
        });
        const status = {
          project: plan.project,
          timestamp: plan.timestamp,
          apiCalls: {},
          resources: [
            {
              address: resourceOf(text),
              members: 1,
              ready: 0,
              condition: 'Ready' as const,
              reason: text,
              isSuspended: true,
            },
          ],
          others: [
            {
              address: text,
              scope,
              id: text,
              kind: 'orphan' as const,
              sizeGiB: 1,
              createdAt: text,
              keptBy: ['no-prune' as const],
            },
          ],
          members: [
            {
              address: text,
              scope,
              id: text,
              state: text,
              condition: 'Ready' as const,
              reason: text,
              imageId: text,
              wantedImageId: text,
              createdAt: text,
              sizeGiB: 1,
              rollout: { updatingTo: text, since: text, previous: text, rejected: text },
              duplicates: [text, text],
              notes: [text],
            },
          ],
        };
        const plain = { isColored: false };
        const check = { errors: 0, warnings: 0, infos: 0, waived: 0, skipped: 0, files: 0, rules: 0 };
        const reports = [
          renderLintText({ diagnostics: [diagnostic], summary: check }, { ...plain, showsWaived: true }),
          renderPlanText(plan, { ...plain, showsUnchanged: true, next: null }),
          renderStatusText(status, plain),
        ];
        for (const report of reports) {
          expect(report).not.toMatch(acts);
          expect(report).not.toMatch(runnerCommand);
        }
      }),
    );
  });
});

describe('a code frame', () => {
  const frame = (excerpt: string, column: number, length: number): string =>
    codeFrame(excerpt, rangeOf(column, length), createPaint(false)).join('\n');

  it('keeps the carets below their text after wide characters', () => {
    expect(frame('  name: 黄金 golden', 12, 6)).toBe('7 |   name: 黄金 golden\n  |              ^^^^^^');
  });

  it('keeps the carets below their text after characters that are written out', () => {
    expect(frame('a: \u0007b', 5, 1)).toBe('7 | a: \\u{7}b\n  |         ^');
  });

  it('draws a tab as one blank', () => {
    expect(frame('a:\tb', 4, 1)).toBe('7 | a: b\n  |    ^');
  });

  it('shows one caret for an empty range and for one behind the end', () => {
    expect(frame('a: b', 5, 0)).toBe('7 | a: b\n  |     ^');
    expect(frame('a: b', 50, 3)).toBe('7 | a: b\n  |     ^');
  });

  it('cuts a long line around the range', () => {
    const [line = '', carets = ''] = frame(`${'x'.repeat(500)}bad${'y'.repeat(500)}`, 501, 3).split('\n');
    expect(line.length).toBeLessThan(130);
    expect(line.slice(carets.indexOf('^'), carets.indexOf('^') + 3)).toBe('bad');
  });
});
