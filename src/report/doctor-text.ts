import { createPaint, type TextOptions } from './paint.js';
import { sanitise, sanitiseLines } from './sanitise.js';
import { count } from './words.js';

interface Checked {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'problem';
  readonly message: string;
  readonly hint: string;
}

export function renderDoctorText(checks: readonly Checked[], { isColored }: TextOptions): string {
  const paint = createPaint(isColored);
  const words = { ok: paint.added('ok     '), warning: paint.warning('warning'), problem: paint.error('problem') };
  const lines = checks.flatMap(({ name, status, message, hint }) => [
    `${words[status]}  ${paint.strong(sanitise(name))}: ${sanitise(message)}`,
    ...(hint === '' ? [] : sanitiseLines(hint).map((line) => `         ${line}`)),
  ]);
  const problems = checks.filter(({ status }) => status === 'problem').length;
  const warnings = checks.filter(({ status }) => status === 'warning').length;
  return `${lines.join('\n')}\n\n${count(problems, 'problem')}, ${count(warnings, 'warning')}.\n`;
}
