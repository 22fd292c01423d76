import type { ActionOutcome, ActionStatus, Outcome } from '../domain/outcome.js';
import type { ApplyResult } from '../domain/result.js';
import { actionText } from './action-text.js';
import { createPaint, type Paint, type TextOptions } from './paint.js';
import { idleText, renderPlanText } from './plan-text.js';
import { sanitise, sanitiseLines } from './sanitise.js';
import { shellWord } from './shell-word.js';

export interface ApplyTextOptions extends TextOptions {
  /** The words that were typed, `tallyman` first: the same go on. */
  readonly command: readonly string[];
}

/** What stands above the actions of each status, in the order in which a reader needs them. */
const headings: readonly (readonly [ActionStatus, string])[] = [
  ['done', 'Done'],
  ['unchanged', 'Already so'],
  ['in-progress', 'Goes on in the cloud'],
  ['left-alone', 'Left alone, since somebody else is at work there'],
  ['failed', 'Failed'],
  ['interrupted', 'Interrupted'],
  ['not-attempted', 'Not attempted'],
];

/** What was done, what was not, what to do next, and whether running again is safe. */
export function renderApplyText(result: ApplyResult, options: ApplyTextOptions): string {
  const paint = createPaint(options.isColored);
  const { outcome, plan } = result;
  if (outcome === null) {
    const text = renderPlanText(plan, { isColored: options.isColored, showsUnchanged: false, next: null });
    if (!plan.isApplyable || plan.plan.actions.length === 0) return text;
    const done = plan.purpose === 'destroy' ? 'destroyed' : 'applied';
    return `${text}\nNothing was ${done}: nobody approved the plan.\n`;
  }
  const sections = headings.map(([status, heading]) => section(outcome, status, heading, paint));
  return [...sections.filter((text) => text !== ''), sumText(result, outcome, options.command)].join('\n');
}

function section(outcome: Outcome, status: ActionStatus, heading: string, paint: Paint): string {
  const chosen = outcome.actions.filter((action) => action.status === status);
  if (chosen.length === 0) return '';
  const isBad = status === 'failed' || status === 'interrupted';
  const title = isBad ? paint.error(`${heading}:`) : paint.strong(`${heading}:`);
  const groups = [...groupedByAddress(chosen)];
  const width = Math.max(...groups.map(([address]) => address.length));
  return `${[title, ...groups.flatMap(([address, outcomes]) => groupLines(address.padEnd(width), outcomes))].join('\n')}\n`;
}

function groupedByAddress(outcomes: readonly ActionOutcome[]): ReadonlyMap<string, readonly ActionOutcome[]> {
  const grouped = new Map<string, ActionOutcome[]>();
  for (const outcome of outcomes) {
    const address = sanitise(outcome.action.address);
    grouped.set(address, [...(grouped.get(address) ?? []), outcome]);
  }
  return grouped;
}

/** One line for what happened to a thing, then why. What was not begun waits for the first of its steps. */
function groupLines(address: string, outcomes: readonly ActionOutcome[]): readonly string[] {
  const ids = [...new Set(outcomes.map(({ id }) => id).filter((id) => id !== null))];
  const steps = outcomes.map(({ action }) => actionText(action)).join(', ');
  const line = `  ${[address, ...ids.map(sanitise), steps].join('  ')}`;
  const told = outcomes.filter(({ status }, index) => index === 0 || status === 'failed' || status === 'interrupted');
  return [line, ...told.flatMap(causeLines)];
}

function causeLines({ message, hint, apiCode, requestId }: ActionOutcome): readonly string[] {
  const cause = [apiCode, message].filter((part) => part !== null && part !== '').join(': ');
  const request = requestId === null ? '' : ` (request ${requestId})`;
  const lines = cause === '' ? [] : [`      ${sanitise(cause + request)}`];
  return hint === null || hint === '' ? lines : [...lines, ...sanitiseLines(hint).map((line) => `      ${line}`)];
}

function sumText({ plan }: ApplyResult, outcome: Outcome, command: readonly string[]): string {
  if (outcome.actions.length === 0) return `${idleText(plan)}\n`;
  const parts = headings.flatMap(([status]) => {
    const amount = outcome.actions.filter((action) => action.status === status).length;
    return amount === 0 ? [] : [`${amount} ${status.replace('-', ' ')}`];
  });
  const writes = `${outcome.writes} ${outcome.writes === 1 ? 'write' : 'writes'} sent`;
  const sum = `${plan.purpose === 'destroy' ? 'Destroy' : 'Apply'}: ${parts.join(', ')} (${writes}).\n`;
  const isFinished = outcome.actions.every(({ status }) => status === 'done' || status === 'unchanged');
  return isFinished ? sum : `${sum}\n${continuation(outcome)}\n    ${command.map(shellWord).join(' ')}\n`;
}

function continuation(outcome: Outcome): string {
  const hasFailed = outcome.actions.some(({ status }) => status === 'failed');
  const after = hasFailed ? ' once the cause is gone' : '';
  return `Running it again${after} is safe: it looks at the cloud first, and what is done is not done twice.`;
}
