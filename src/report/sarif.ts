import type { Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { Diagnostic, Severity } from '../domain/finding.js';
import type { Refusal } from '../domain/plan.js';
import { type CheckReport, counting, type RuleDescription } from './check-report.js';
import { ruleUri } from './diagnostic-json.js';
import { renderJson } from './json.js';
import { sanitise, sanitiseLines } from './sanitise.js';
import { securitySeverity } from './security-severity.js';
import { capitalised } from './words.js';

/** Longest text of a rule that GitHub shows. Source: GitHub's documentation of SARIF support for code scanning. */
const descriptionLengthMax = 1024;

const levels = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Readonly<
  Record<Severity, string>
>;

/** SARIF 2.1.0, for code scanning. Waived findings are left out, or there with their suppression. */
export function renderSarif(report: CheckReport): string {
  const shown = report.showsWaived ? report.diagnostics : counting(report.diagnostics);
  const rules = rulesOf(report.rules, shown);
  const indexById = new Map(rules.map(({ id }, index) => [id, index]));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'tallyman',
            version: report.toolVersion,
            semanticVersion: report.toolVersion,
            informationUri: 'https://tallyman.dev',
            rules: rules.map(descriptorOf),
          },
        },
        automationDetails: { id: `tallyman/${report.command}/` },
        columnKind: 'utf16CodeUnits',
        ...(report.refusals.length === 0 ? {} : { invocations: [invocationOf(report.refusals)] }),
        results: shown.map((diagnostic) => resultOf(diagnostic, indexById.get(diagnostic.ruleId) ?? -1)),
      },
    ],
  };
  return renderJson(log);
}

/** What a Policy adds is known from its findings alone. */
function rulesOf(known: readonly RuleDescription[], diagnostics: readonly Diagnostic[]): readonly RuleDescription[] {
  const byId = new Map(known.map((rule) => [rule.id, rule]));
  for (const { ruleId, severity } of diagnostics) {
    if (byId.has(ruleId)) continue;
    byId.set(ruleId, { id: ruleId, severity, summary: `${ruleId} fails`, description: 'A rule of a Policy.' });
  }
  return [...byId.values()];
}

function descriptorOf({ id, summary, description, severity }: RuleDescription): ReportingDescriptor {
  const [area = '', name = ''] = id.split('/');
  const uri = ruleUri(id);
  const security = securitySeverity(id);
  const short = cut(`${capitalised(summary)}.`);
  const full = cut(description === '' ? short : description);
  return {
    id,
    name: `${area}-${name}`.split('-').map(capitalised).join(''),
    shortDescription: { text: short },
    fullDescription: { text: full },
    help: { text: `${full}\n\n${uri}`, markdown: `${full}\n\n[What it checks, examples and how to fix it](${uri})` },
    helpUri: uri,
    defaultConfiguration: severity === 'off' ? { enabled: false } : { level: levels[severity] },
    properties: {
      tags: security === null ? [area] : [area, 'security'],
      precision: 'very-high',
      ...(security === null ? {} : { 'security-severity': security }),
    },
  };
}

function cut(text: string): string {
  return text.length <= descriptionLengthMax ? text : `${text.slice(0, descriptionLengthMax - 1).trimEnd()}…`;
}

function resultOf(diagnostic: Diagnostic, ruleIndex: number): Result {
  const { ruleId, severity, message, hint, key, waiver } = diagnostic;
  return {
    ruleId,
    ruleIndex,
    level: levels[severity],
    message: { text: plain(hint === '' ? message : `${message}\n${hint}`) },
    locations: [locationOf(diagnostic)],
    partialFingerprints: { 'tallyman/v1': key },
    ...(waiver === null
      ? {}
      : {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: sanitise(
                `${waiver.reason} (${waiver.name}, approved by ${waiver.approvedBy}, expires ${waiver.expires})`,
              ),
            },
          ],
        }),
  };
}

/** A message of SARIF may hold links, written as `[text](target)`; data must not. */
function plain(text: string): string {
  const shown = sanitiseLines(text).join('\n');
  return shown.includes('](') ? shown.replaceAll(/[[\]]/g, String.raw`\$&`) : shown;
}

/** The place in the file, else what it is about: a finding of live facts is nowhere written. */
function locationOf({ range, address }: Diagnostic): Location {
  if (range === null)
    return { logicalLocations: [{ fullyQualifiedName: sanitise(address ?? 'project'), kind: 'resource' }] };
  return {
    physicalLocation: {
      artifactLocation: {
        uri: sanitise(range.file).split('/').map(encodeURIComponent).join('/'),
        uriBaseId: '%SRCROOT%',
      },
      region: {
        startLine: range.start.line,
        startColumn: range.start.column,
        endLine: range.end.line,
        endColumn: range.end.column,
      },
    },
  };
}

/** What a guard refuses belongs to no rule: it is told of the run. */
function invocationOf(refusals: readonly Refusal[]): {
  executionSuccessful: boolean;
  toolExecutionNotifications: Notification[];
} {
  const toolExecutionNotifications = refusals.map(({ reason, summary, addresses }): Notification => {
    const text = addresses.length === 0 ? summary : `${summary}: ${addresses.join(', ')}`;
    return { descriptor: { id: `guard/${reason}` }, level: 'error', message: { text: plain(text) } };
  });
  return { executionSuccessful: true, toolExecutionNotifications };
}
