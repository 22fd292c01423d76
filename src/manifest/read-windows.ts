import { parseDuration } from '../domain/duration.js';
import type { Finding } from '../domain/finding.js';
import type { ProjectDocument } from '../domain/generated/documents.js';
import { child } from '../domain/origin.js';
import { isTimeZone, scheduleProblem, type Window } from '../domain/window.js';
import type { Checked } from './checked-documents.js';
import { clipped, fieldName, inputError } from './input-error.js';

type WindowSpec = NonNullable<ProjectDocument['spec']['windows']>[number];

const timeZoneDefault = 'UTC';

/** Longer windows are no windows. */
const durationMaxMs = 366 * 86_400_000;

export function readWindows({ body, origin }: Checked<ProjectDocument>): readonly Window[] {
  return (body.spec.windows ?? []).map(({ kind, schedule, duration, timeZone, match }, index) => ({
    kind,
    schedule,
    durationMs: parseDuration(duration) ?? 0,
    timeZone: timeZone ?? timeZoneDefault,
    match: {
      labels: match?.labels ?? {},
      kinds: match?.kinds ?? null,
      accounts: match?.accounts ?? null,
      regions: match?.regions ?? null,
    },
    origin: child(origin, 'spec', 'windows', index),
  }));
}

/** What the schema cannot say of a window. */
export function windowFindings({ address, body, origin }: Checked<ProjectDocument>): readonly Finding[] {
  return (body.spec.windows ?? []).flatMap((window, index) => {
    const problem = problemOf(window);
    if (problem === null) return [];
    const at = child(origin, 'spec', 'windows', index, problem.field);
    const value = clipped(window[problem.field] ?? '');
    const message = `${fieldName(at.path)} ${problem.demand}, not '${value}'`;
    return [inputError({ ruleId: 'manifest/invalid-value', at, address, message, hint: problem.hint, value })];
  });
}

interface WindowProblem {
  readonly field: 'schedule' | 'duration' | 'timeZone';
  readonly demand: string;
  readonly hint: string;
}

function problemOf({ schedule, duration, timeZone = timeZoneDefault }: WindowSpec): WindowProblem | null {
  if (!isTimeZone(timeZone)) {
    return { field: 'timeZone', demand: 'must be a time zone', hint: 'Write, for example: Asia/Shanghai' };
  }
  const hint = 'Write, for example: 0 22 * * 1-5';
  const problem = scheduleProblem(schedule, timeZone);
  if (problem === 'schedule') return { field: 'schedule', demand: 'must be five fields of cron', hint };
  if (problem === 'never') return { field: 'schedule', demand: 'must come to pass some time', hint };
  const durationMs = parseDuration(duration) ?? 0;
  if (durationMs > 0 && durationMs <= durationMaxMs) return null;
  return { field: 'duration', demand: 'must be between a minute and a year', hint: 'Write, for example: 4h' };
}
