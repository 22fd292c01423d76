import type { FindingChanges } from '../domain/finding-changes.js';
import type { Diagnostic } from '../domain/finding.js';
import type { LintResult } from '../domain/result.js';
import { diagnosticText } from './diagnostic-text.js';
import { summaryText } from './lint-text.js';
import { createPaint, type Paint, type TextOptions } from './paint.js';
import { sanitise } from './sanitise.js';
import { count } from './words.js';

/** Findings that were known before and are shown, after which the rest is counted. */
const stayedMax = 50;
/** Names of changed files that are shown. */
const filesMax = 3;

export interface WatchedRun {
  readonly result: LintResult;
  /** Against the run before; null for the first. */
  readonly changes: FindingChanges | null;
}

/** The line that a run begins with. `time`: `14:03:22`; `files`: empty for the first run. */
export function renderWatchHead(time: string, files: readonly string[], { isColored }: TextOptions): string {
  const paint = createPaint(isColored);
  const shown = files.slice(0, filesMax).map(sanitise).join(', ');
  const left = files.length - filesMax;
  const what = files.length === 0 ? 'first look' : `${shown}${left > 0 ? ` and ${left} more` : ''} changed`;
  return `${paint.faint(time)} ${paint.strong(what)}\n`;
}

/**
 * What a save has done: gone, there before, new, in this order, since the end of the text is what one sees. What is new
 * is told in full.
 */
export function renderWatchText({ result, changes }: WatchedRun, { isColored }: TextOptions): string {
  const paint = createPaint(isColored);
  const all = result.diagnostics.filter(({ waiver }) => waiver === null);
  const { disappeared, stayed, appeared } = changes ?? { disappeared: [], stayed: [], appeared: all };
  const left = stayed.length - stayedMax;
  const blocks = [
    disappeared.map((diagnostic) => goneLine(diagnostic, paint)).join(''),
    stayed
      .slice(0, stayedMax)
      .map((diagnostic) => knownText(diagnostic, paint))
      .join(''),
    left > 0 ? paint.faint(`and ${left} more that were there before\n`) : '',
    ...appeared.map((diagnostic) => `${paint.error('new')}   ${diagnosticText(diagnostic, paint)}`),
  ];
  const moved =
    changes === null ? '' : `${appeared.length} new, ${disappeared.length} fixed, ${stayed.length} still there. `;
  const [counts = ''] = summaryText(result.summary).split('\n');
  return `${blocks.filter((block) => block !== '').join('\n')}${paint.strong(moved)}${counts}\n\n`;
}

function goneLine(diagnostic: Diagnostic, paint: Paint): string {
  const { range, address, ruleId, message } = diagnostic;
  const place = range === null ? (address ?? 'project') : `${range.file}:${range.start.line}`;
  return `${paint.added('fixed')} ${paint.faint(sanitise(`${place} ${ruleId}: ${message}`))}\n`;
}

/** Head and message alone. */
function knownText(diagnostic: Diagnostic, paint: Paint): string {
  const [head = '', message = ''] = diagnosticText(diagnostic, paint).split('\n');
  return `${paint.faint('still')} ${head}\n${message}\n`;
}

/** A project that cannot be read at all. */
export function renderWatchFailure(message: string, hint: string, { isColored }: TextOptions): string {
  const paint = createPaint(isColored);
  const lines = [message, ...hint.split('\n').map((line) => `  ${line}`)].map((line) => sanitise(line));
  return `${paint.error('error')}: ${lines.join('\n')}\n`;
}

/** What is said once, on standard error. */
export function watchingText(folder: string, files: number): string {
  return `Watching ${count(files, 'file')} below ${sanitise(folder)}; stop with Ctrl-C.\n`;
}
