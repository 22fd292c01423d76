import { basename, dirname, resolve } from 'node:path';
import { TallymanError } from '../domain/errors.js';
import { parseSavedPlan } from '../flows/saved-plan.js';
import type { PlanDocument } from '../domain/result.js';
import type { CommandContext } from './command.js';

const planSizeMax = 256 * 1024 * 1024;

/** A file that the user named, wherever it is; undefined where there is none. */
export async function readFile(
  { runtime, cwd }: CommandContext,
  file: string,
  sizeMax: number,
): Promise<string | undefined> {
  const path = resolve(cwd, file);
  return (await runtime.openFiles(dirname(path))).read(basename(path), sizeMax);
}

/** Throws `input/plan-file` where there is none, or it is something else. */
export async function readPlanFile(context: CommandContext, file: string): Promise<PlanDocument> {
  const text = await readFile(context, file, planSizeMax);
  if (text !== undefined) return parseSavedPlan(text, file);
  const hint = `Make one:\n  tallyman plan --out ${file}`;
  throw new TallymanError('input/plan-file', `there is no plan file '${file}'`, hint);
}
