import { expect } from 'vitest';
import type { CliRun } from './cli.js';

export interface Told {
  readonly code: number;
  /** What is wrong, with the value, and where it is. */
  readonly says: readonly (string | RegExp)[];
  /** What to do now. */
  readonly hint: string | RegExp;
}

/**
 * Holds that a failure is told as people need it: its exit code, what is wrong and where, what to do, and neither a
 * stack nor anything that could be taken for success.
 */
export function expectTold(run: CliRun, { code, says, hint }: Told): void {
  const text = `${run.stdout}\n${run.stderr}`;
  expect({ code: run.code, signal: run.signal, text }).toMatchObject({ code, signal: null });
  for (const part of [...says, hint]) expect(text).toMatch(part);
  expect(text).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  expect(text).not.toMatch(/bug in tallyman|node:internal|undefined|\[object|NaN/);
  expect(text).not.toContain('No changes');
  expect(text).not.toMatch(/^Plan: 0|^Apply: /m);
}
