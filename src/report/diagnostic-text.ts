import type { Diagnostic, Severity } from '../domain/finding.js';
import { codeFrame } from './code-frame.js';
import type { Paint } from './paint.js';
import { sanitise, sanitiseLines } from './sanitise.js';

/** A finding for people: where and which rule, what is wrong, the line it is about, what to do now. */
export function diagnosticText(diagnostic: Diagnostic, paint: Paint): string {
  const { range, excerpt, waiver } = diagnostic;
  const head = `${paint.strong(placeOf(diagnostic))} ${severityText(diagnostic.severity, paint)} ${sanitise(diagnostic.ruleId)}`;
  const body = [sanitise(diagnostic.message)];
  if (range !== null && excerpt !== null) body.push(...codeFrame(excerpt, range, paint));
  if (diagnostic.hint !== '') body.push(...sanitiseLines(diagnostic.hint));
  if (diagnostic.decidedBy !== null)
    body.push(paint.faint(sanitise(`(${diagnostic.severity} by ${diagnostic.decidedBy})`)));
  if (waiver !== null) {
    body.push(paint.faint(sanitise(`waived by '${waiver.name}' until ${waiver.expires}: ${waiver.reason}`)));
  }
  return `${[head, ...body.map((line) => `  ${line}`)].join('\n')}\n`;
}

function placeOf({ range, address, at }: Diagnostic): string {
  if (range !== null) return sanitise(`${range.file}:${range.start.line}:${range.start.column}`);
  return sanitise(address ?? at?.file ?? 'project');
}

function severityText(severity: Severity, paint: Paint): string {
  return paint[severity](severity);
}
