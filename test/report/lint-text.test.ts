import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderLintJson } from '../../src/report/lint-json.js';
import { renderLintText } from '../../src/report/lint-text.js';
import { aDiagnostic } from './build.js';

const waiver = {
  name: 'legacy',
  reason: 'is migrated in March, ticket 4711',
  approvedBy: 'security',
  expires: '2026-03-31',
};
const summary = { errors: 0, warnings: 1, infos: 0, waived: 1, skipped: 3, files: 2, rules: 34 };
const result = { diagnostics: [aDiagnostic(), aDiagnostic({ waiver, range: null, excerpt: null })], summary };

describe('lint as text', () => {
  it('shows a finding at its line, what to do, and what the checks come to', () => {
    expect(renderLintText(result, { isColored: false, showsWaived: false })).toBe(`\
manifests/web.yaml:14:18 warning trust/copy-before-use
  \`image\` must name an ImageCopy: 'golden' belongs to account '1600000000000001'
  14 |     imageSource: golden
     |                  ^^^^^^
  Add an ImageCopy of 'golden' and name it here.

0 errors, 1 warning, 1 waived (34 rules over 2 files).
Skipped: 3 checks that only \`tallyman plan\` can make.
`);
  });

  it('shows waived findings, with their waiver, only when asked', () => {
    expect(renderLintText(result, { isColored: false, showsWaived: true })).toContain(`\
Instance/web warning trust/copy-before-use
  \`image\` must name an ImageCopy: 'golden' belongs to account '1600000000000001'
  Add an ImageCopy of 'golden' and name it here.
  waived by 'legacy' until 2026-03-31: is migrated in March, ticket 4711
`);
  });

  it('has colours on top of the same words', () => {
    const colored = renderLintText(result, { isColored: true, showsWaived: true });
    expect(colored).toContain('\u001b[33mwarning\u001b[39m');
    expect(stripVTControlCharacters(colored)).toBe(renderLintText(result, { isColored: false, showsWaived: true }));
  });
});

describe('lint as JSON', () => {
  it('has the published keys in their order and ends with a newline', () => {
    const text = renderLintJson({ ...result, diagnostics: result.diagnostics.slice(0, 1) });
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.stringify(JSON.parse(text))).toBe(
      JSON.stringify({
        format_version: '1.0',
        valid: true,
        summary: { errors: 0, warnings: 1, infos: 0, waived: 1, skipped: 3, files: 2, rules: 34 },
        diagnostics: [
          {
            rule_id: 'trust/copy-before-use',
            severity: 'warning',
            summary: "`image` must name an ImageCopy: 'golden' belongs to account '1600000000000001'",
            detail: "Add an ImageCopy of 'golden' and name it here.",
            help_uri: 'https://tallyman.dev/rules/trust/copy-before-use',
            address: 'Instance/web',
            path: ['spec', 'image', 'imageSource'],
            decided_by: null,
            finding_key: '0123456789abcdef0123456789abcdef',
            waiver: null,
            range: {
              filename: 'manifests/web.yaml',
              start: { line: 14, column: 18 },
              end: { line: 14, column: 24 },
            },
          },
        ],
      }),
    );
  });

  it('is not valid with an error, and has no range where there is no file', () => {
    const { valid, diagnostics } = JSON.parse(
      renderLintJson({ diagnostics: [aDiagnostic({ range: null, waiver })], summary: { ...summary, errors: 1 } }),
    ) as { valid: boolean; diagnostics: readonly { range: unknown; waiver: unknown }[] };
    expect(valid).toBe(false);
    expect(diagnostics[0]).toMatchObject({
      range: null,
      waiver: { name: 'legacy', approved_by: 'security', expires: '2026-03-31' },
    });
  });
});
