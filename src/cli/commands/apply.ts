import { exitCode, TallymanError } from '../../domain/errors.js';
import type { PlanDocument } from '../../domain/result.js';
import { apply, type ApplyOptions } from '../../flows/apply.js';
import type { PlanOptions } from '../../flows/plan.js';
import { usableProject } from '../../flows/usable-project.js';
import { overrideOf, parallelismOf, undertake } from '../carrying-out.js';
import type { CommandContext } from '../command.js';
import { flags, planningFlags } from '../flags.js';
import { selectFiles } from '../narrow.js';
import { planOptionsOf } from '../plan-options.js';
import { readPlanFile } from '../read-file.js';
import { openProject, reportUnusable } from '../project.js';

const planMaxAgeDefaultMs = 24 * 60 * 60_000;

const approval = {
  question: "Apply these changes? Only 'yes' will be accepted: ",
  accepted: 'yes',
  whereNobodyIs: 'Nobody can be asked here: pass `--auto-approve`, or apply a saved plan.',
};

export async function run(context: CommandContext): Promise<number> {
  const savedPlan = await readSavedPlan(context);
  const loaded = await openProject(context, { environmentDefault: savedPlan?.environment ?? null });
  const selection = await selectFiles(context, loaded, context.arguments.texts(flags.filename));
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const desired = usableProject(loaded.project);
  const options = applyOptionsOf(context, planOptionsOf(context, desired, selection), savedPlan);
  return undertake(context, loaded, {
    command: 'apply',
    approval,
    use: (ports) => apply(ports, loaded.project, options),
  });
}

/** What the plan file holds; null where none is named. What is allowed stands in it, so planning flags are refused. */
async function readSavedPlan(context: CommandContext): Promise<PlanDocument | null> {
  const { arguments: given } = context;
  const [file] = given.operands;
  if (file === undefined) {
    const needing = [flags.planDigest, flags.planMaxAge].find((flag) => given.isGiven(flag));
    if (needing === undefined) return null;
    throw new TallymanError(
      'input/flag',
      `\`--${needing.name}\` needs a plan file`,
      'Name it: `tallyman apply PLANFILE`.',
    );
  }
  if (/\.ya?ml$/i.test(file)) {
    const hint = `Narrow what is applied with \`-f ${file}\`.`;
    throw new TallymanError('input/plan-file', `'${file}' is not a plan file`, hint);
  }
  const planning = [...planningFlags, flags.asOf].find((flag) => given.isGiven(flag));
  if (planning !== undefined) {
    const hint = 'Give it to `tallyman plan`: a saved plan holds what it allows.';
    throw new TallymanError('input/flag', `\`--${planning.name}\` must not stand beside a plan file`, hint);
  }
  return readPlanFile(context, file);
}

function applyOptionsOf(
  { arguments: given }: CommandContext,
  planning: PlanOptions,
  savedPlan: PlanDocument | null,
): ApplyOptions {
  return {
    ...planning,
    savedPlan,
    planMaxAgeMs: given.durationMs(flags.planMaxAge, planMaxAgeDefaultMs),
    planDigest: given.text(flags.planDigest) ?? null,
    overrideWindow: overrideOf(given),
    noWait: given.isOn(flags.noWait),
    parallelism: parallelismOf(given),
  };
}
