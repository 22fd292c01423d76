import type { Diagnostic, Severity } from '../domain/finding.js';
import type { Refusal } from '../domain/plan.js';
import { type CheckReport, counting } from './check-report.js';
import { sanitise, sanitiseLines } from './sanitise.js';
import { count } from './words.js';

/**
 * Annotations of one step that GitHub keeps, of each kind; what comes after them is dropped without a word. Source:
 * GitHub's documentation of workflow commands and of their limits.
 */
const annotationsMax = 10;

type AnnotationKind = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly kind: AnnotationKind;
  readonly properties: readonly (readonly [string, string])[];
  readonly message: string;
}

const kinds: Readonly<Record<Severity, AnnotationKind>> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands of GitHub Actions, the worst first; one notice tells how many were left out. */
export function renderGithub(report: CheckReport): string {
  const annotations = [...report.refusals.map(ofRefusal), ...counting(report.diagnostics).map(ofDiagnostic)];
  const ofKind = (kind: AnnotationKind): readonly Annotation[] => annotations.filter((one) => one.kind === kind);
  const kept = [
    ...ofKind('error').slice(0, annotationsMax),
    ...ofKind('warning').slice(0, annotationsMax),
    // The last notice is the one about what was left out.
    ...ofKind('notice').slice(0, annotationsMax - 1),
  ];
  const left = annotations.length - kept.length;
  const notice: Annotation = {
    kind: 'notice',
    properties: [['title', 'tallyman']],
    message: `${count(left, 'finding')} more: GitHub shows at most ${annotationsMax} annotations of a kind. The log and the other formats have all of them.`,
  };
  return [...kept, ...(left === 0 ? [] : [notice])].map(commandText).join('');
}

function ofDiagnostic({ severity, range, ruleId, message, hint, address }: Diagnostic): Annotation {
  const isOneLine = range?.start.line === range?.end.line;
  const place: Annotation['properties'] =
    range === null
      ? []
      : [
          ['file', range.file],
          ['line', String(range.start.line)],
          ['endLine', String(range.end.line)],
          // GitHub refuses columns of a range that spans lines.
          ...(isOneLine
            ? ([
                ['col', String(range.start.column)],
                ['endColumn', String(range.end.column)],
              ] as const)
            : []),
        ];
  const about = range === null && address !== null ? `${address}: ` : '';
  return {
    kind: kinds[severity],
    properties: [...place, ['title', ruleId]],
    message: [sanitise(about + message), ...(hint === '' ? [] : sanitiseLines(hint))].join('\n'),
  };
}

function ofRefusal({ reason, summary, addresses, hint }: Refusal): Annotation {
  const lines = [summary, ...addresses, ...(hint === '' ? [] : hint.split('\n'))];
  return { kind: 'error', properties: [['title', `guard/${reason}`]], message: lines.map(sanitise).join('\n') };
}

/** `::error file=a.yaml,line=1::message`. Source: GitHub's documentation of workflow commands. */
function commandText({ kind, properties, message }: Annotation): string {
  const given = properties.map(([name, value]) => `${name}=${escapedProperty(sanitise(value))}`).join(',');
  return `::${kind} ${given}::${escapedMessage(message)}\n`;
}

function escapedMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
