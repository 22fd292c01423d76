import { exitCode, TallymanError } from '../domain/errors.js';
import { createPaint } from '../report/paint.js';
import { sanitiseLines } from '../report/sanitise.js';
import { run } from './run.js';
import type { Runtime } from './runtime.js';
import { isColored } from './terminal.js';

/** As `run`, with every failure told on standard error and turned into its exit code. */
export async function runSafely(words: readonly string[], runtime: Runtime): Promise<number> {
  try {
    return await run(words, runtime);
  } catch (error) {
    const wantsStack =
      words.includes('-v') || words.includes('--verbose') || (runtime.env['TALLYMAN_DEBUG'] ?? '') !== '';
    const isExpected = error instanceof TallymanError;
    const lines = isExpected ? failureLines(error, wantsStack) : bugLines(error, wantsStack);
    const paint = createPaint(isColored(runtime.stderr, 'auto', runtime.env));
    runtime.stderr.write(`${paint.error('error')}: ${lines.join('\n')}\n`);
    return isExpected ? error.exitCode : exitCode.couldNotFinish;
  }
}

function failureLines(error: TallymanError, wantsStack: boolean): readonly string[] {
  const hint = sanitiseLines(error.hint).map((line) => `  ${line}`);
  return [...sanitiseLines(error.message), ...hint, ...(wantsStack ? [`  (${error.code})`, ...stackLines(error)] : [])];
}

function bugLines(error: unknown, wantsStack: boolean): readonly string[] {
  const message = error instanceof Error ? error.message : String(error);
  const [first = '', ...rest] = sanitiseLines(message);
  const advice = wantsStack
    ? stackLines(error)
    : ['  Run it again with `-v` for the place in the code, and report it.'];
  return [`this is a bug in tallyman: ${first}`, ...rest, ...advice];
}

/** With causes: what the outside said is often there. */
function stackLines(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = sanitiseLines(error.stack ?? '').map((line) => `  ${line}`);
  return error.cause === undefined ? own : [...own, '  caused by:', ...stackLines(error.cause)];
}
