import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import type { Log, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import type { CheckReport } from '../../src/report/check-report.js';
import { renderSarif } from '../../src/report/sarif.js';
import { aCheckReport, aDiagnostic, aRefusal, aWaiver } from './build.js';

/** Written for draft-04, of which it uses nothing that draft-07 reads otherwise than its own name. */
function sarifValidator(): (document: unknown) => readonly unknown[] {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(
    schema,
  );
  return (document) => (validate(document) ? [] : (validate.errors ?? []));
}

const problemsOf = sarifValidator();

function runOf(report: CheckReport): Run {
  const log = JSON.parse(renderSarif(report)) as Log;
  expect(problemsOf(log)).toStrictEqual([]);
  const [run] = log.runs;
  if (run === undefined || log.runs.length > 1) throw new Error('there must be one run');
  return run;
}

describe('a check as SARIF', () => {
  it('fits the schema of SARIF, whose validator sees what does not', () => {
    runOf(aCheckReport({ diagnostics: [aDiagnostic()], refusals: [aRefusal()] }));
    expect(problemsOf({ version: '2.1.0', runs: [{ results: [] }] })).not.toStrictEqual([]);
  });

  it('introduces each rule, with how bad it is where it is about security', () => {
    const { rules = [] } = runOf(aCheckReport()).tool.driver;
    expect(rules[0]).toStrictEqual({
      id: 'trust/copy-before-use',
      name: 'TrustCopyBeforeUse',
      shortDescription: { text: 'An instance runs from an image that its owner can take away.' },
      fullDescription: { text: 'Whoever owns an image can delete it.' },
      help: {
        text: 'Whoever owns an image can delete it.\n\nhttps://tallyman.dev/rules/trust/copy-before-use',
        markdown:
          'Whoever owns an image can delete it.\n\n[What it checks, examples and how to fix it](https://tallyman.dev/rules/trust/copy-before-use)',
      },
      helpUri: 'https://tallyman.dev/rules/trust/copy-before-use',
      defaultConfiguration: { level: 'warning' },
      properties: { tags: ['trust', 'security'], precision: 'very-high', 'security-severity': '7.0' },
    });
    expect(rules[1]?.defaultConfiguration).toStrictEqual({ enabled: false });
    expect(rules[1]?.properties).toStrictEqual({ tags: ['region'], precision: 'very-high' });
  });

  it('places a finding by all four fields of the region, from the root of the repository', () => {
    const { results = [], columnKind, automationDetails } = runOf(aCheckReport({ diagnostics: [aDiagnostic()] }));
    expect({ columnKind, automationDetails }).toStrictEqual({
      columnKind: 'utf16CodeUnits',
      automationDetails: { id: 'tallyman/lint/' },
    });
    expect(results).toStrictEqual([
      {
        ruleId: 'trust/copy-before-use',
        ruleIndex: 0,
        level: 'warning',
        message: {
          text: "`image` must name an ImageCopy: 'golden' belongs to account '1600000000000001'\nAdd an ImageCopy of 'golden' and name it here.",
        },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'manifests/web.yaml', uriBaseId: '%SRCROOT%' },
              region: { startLine: 14, startColumn: 18, endLine: 14, endColumn: 24 },
            },
          },
        ],
        partialFingerprints: { 'tallyman/v1': '0123456789abcdef0123456789abcdef' },
      },
    ]);
  });

  it('names the address of a finding that no file holds, and adds the rule of a Policy to the list', () => {
    const diagnostic = aDiagnostic({ ruleId: 'custom/types', severity: 'info', range: null });
    const { results = [], tool } = runOf(aCheckReport({ diagnostics: [diagnostic] }));
    expect(results[0]).toMatchObject({ ruleIndex: 2, level: 'note' });
    expect(results[0]?.locations).toStrictEqual([
      { logicalLocations: [{ fullyQualifiedName: 'Instance/web', kind: 'resource' }] },
    ]);
    expect(tool.driver.rules?.[2]?.id).toBe('custom/types');
  });

  it('leaves waived findings out, or shows them suppressed', () => {
    const diagnostics = [aDiagnostic({ waiver: aWaiver })];
    expect(runOf(aCheckReport({ diagnostics })).results).toStrictEqual([]);
    expect(runOf(aCheckReport({ diagnostics, showsWaived: true })).results?.[0]?.suppressions).toStrictEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification: 'moves in March, ticket 4711 (legacy, approved by sec, expires 2026-03-31)',
      },
    ]);
  });

  it('tells what a guard refuses of the run', () => {
    const { invocations = [] } = runOf(aCheckReport({ command: 'plan', refusals: [aRefusal()] }));
    expect(invocations[0]?.toolExecutionNotifications?.[0]).toStrictEqual({
      descriptor: { id: 'guard/class-not-allowed' },
      level: 'error',
      message: { text: 'delete is not allowed: Instance/web/1' },
    });
  });

  it('cuts a description at the length that GitHub shows', () => {
    const rule = { id: 'trust/x', summary: 's', description: 'x'.repeat(2000), severity: 'error' as const };
    const { rules = [] } = runOf(aCheckReport({ rules: [rule] })).tool.driver;
    expect(rules[0]?.fullDescription?.text).toHaveLength(1024);
  });

  it('encodes a file name for its URI', () => {
    const range = { ...aDiagnostic().range!, file: 'my manifests/a#b%.yaml' };
    const { results = [] } = runOf(aCheckReport({ diagnostics: [aDiagnostic({ range })] }));
    expect(results[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('my%20manifests/a%23b%25.yaml');
  });
});
