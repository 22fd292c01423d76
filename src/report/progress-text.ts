import type { ProgressEvent } from '../domain/progress.js';
import { createPaint, type TextOptions } from './paint.js';
import { sanitise } from './sanitise.js';
import { durationText } from './words.js';

/** One line for one event; `startedAtMs`: when the action began, null where that is not known. */
export function renderProgress(event: ProgressEvent, startedAtMs: number | null, options: TextOptions): string {
  const paint = createPaint(options.isColored);
  const { action, kind } = event;
  const word = { start: 'starting', progress: 'working', done: 'done', failed: 'failed', skipped: 'skipped' }[kind];
  const elapsed = startedAtMs === null || kind === 'start' ? '' : ` (${durationText(event.atMs - startedAtMs)})`;
  const message = event.message === '' ? '' : `: ${sanitise(event.message)}`;
  const painted = kind === 'failed' ? paint.error(word) : word;
  return `${sanitise(action.address)}: ${action.kind} ${painted}${elapsed}${message}\n`;
}
