import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/report/check-report.js';
import { renderGitlab } from '../../src/report/gitlab.js';
import { aCheckReport, aDiagnostic, aWaiver } from './build.js';

interface Issue {
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

function issuesOf(given: Partial<CheckReport>): readonly Issue[] {
  return JSON.parse(renderGitlab(aCheckReport(given))) as readonly Issue[];
}

describe("a check as GitLab's code quality report", () => {
  it('has the five fields that GitLab reads', () => {
    expect(issuesOf({ diagnostics: [aDiagnostic()] })).toStrictEqual([
      {
        description: "`image` must name an ImageCopy: 'golden' belongs to account '1600000000000001'",
        check_name: 'trust/copy-before-use',
        fingerprint: '0123456789abcdef0123456789abcdef-1',
        severity: 'major',
        location: { path: 'manifests/web.yaml', lines: { begin: 14 } },
      },
    ]);
  });

  it('tells two findings with one key apart by their number', () => {
    const diagnostics = [aDiagnostic(), aDiagnostic({ key: 'ff' }), aDiagnostic()];
    expect(issuesOf({ diagnostics }).map(({ fingerprint }) => fingerprint)).toStrictEqual([
      '0123456789abcdef0123456789abcdef-1',
      'ff-1',
      '0123456789abcdef0123456789abcdef-2',
    ]);
  });

  it.each([
    ['trust/copy-before-use', 'error', 'critical'],
    ['trust/fingerprint', 'error', 'blocker'],
    ['trust/fingerprint', 'warning', 'major'],
    ['hygiene/naming', 'info', 'info'],
  ] as const)('weighs %s as %s: %s', (ruleId, severity, expected) => {
    expect(issuesOf({ diagnostics: [aDiagnostic({ ruleId, severity })] })[0]?.severity).toBe(expected);
  });

  it('places what no file holds on the first line of the project, and leaves out what is waived', () => {
    const diagnostics = [aDiagnostic({ range: null }), aDiagnostic({ waiver: aWaiver })];
    expect(issuesOf({ diagnostics, projectFile: 'infra/tallyman.yaml' }).map(({ location }) => location)).toStrictEqual(
      [{ path: 'infra/tallyman.yaml', lines: { begin: 1 } }],
    );
  });
});
