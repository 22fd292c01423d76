import type { Json } from '../domain/digest.js';
import type { Diagnostic } from '../domain/finding.js';
import type { Range } from '../domain/origin.js';

/** Where a rule's page is, or what stands in for a rule. */
export function ruleUri(ruleId: string): string {
  if (ruleId.startsWith('custom/')) return 'https://tallyman.dev/custom-rules';
  if (ruleId.startsWith('drift/')) return 'https://tallyman.dev/drift';
  if (ruleId.startsWith('rehearsal/')) return 'https://tallyman.dev/rehearsal';
  return `https://tallyman.dev/rules/${ruleId}`;
}

/** A finding as `lint -o json` and the plan file write it. Lines and columns from 1, the end column exclusive. */
export function diagnosticJson(diagnostic: Diagnostic): Json {
  const { waiver, range } = diagnostic;
  return {
    rule_id: diagnostic.ruleId,
    severity: diagnostic.severity,
    summary: diagnostic.message,
    detail: diagnostic.hint,
    help_uri: ruleUri(diagnostic.ruleId),
    address: diagnostic.address,
    path: diagnostic.at === null ? null : [...diagnostic.at.path],
    decided_by: diagnostic.decidedBy,
    finding_key: diagnostic.key,
    waiver:
      waiver === null
        ? null
        : { name: waiver.name, reason: waiver.reason, approved_by: waiver.approvedBy, expires: waiver.expires },
    range: range === null ? null : rangeJson(range),
  };
}

function rangeJson(range: Range): Json {
  return {
    filename: range.file,
    start: { line: range.start.line, column: range.start.column },
    end: { line: range.end.line, column: range.end.column },
  };
}
