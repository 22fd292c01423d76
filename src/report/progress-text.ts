import type { ProgressEvent } from '../domain/progress.js';
import { actionText } from './action-text.js';
import { createPaint, type TextOptions } from './paint.js';
import { sanitise } from './sanitise.js';
import { durationText } from './words.js';

/** One line for one event; `startedAtMs`: when the action began, null where that is not known. */
export function renderProgress(event: ProgressEvent, startedAtMs: number | null, options: TextOptions): string {
  const paint = createPaint(options.isColored);
  const { action, kind } = event;
  const word = { start: ' started', progress: '', done: ' done', failed: ' failed', skipped: ' skipped' }[kind];
  const elapsed = startedAtMs === null || kind === 'start' ? '' : ` (${durationText(event.atMs - startedAtMs)})`;
  const message = event.message === '' ? '' : `: ${sanitise(event.message)}`;
  return `${sanitise(action.address)}: ${actionText(action)}${kind === 'failed' ? paint.error(word) : word}${elapsed}${message}\n`;
}
