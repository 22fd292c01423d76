import type { Desired } from '../../domain/desired.js';
import { exitCode, TallymanError } from '../../domain/errors.js';
import type { UpdateResult } from '../../domain/result.js';
import { loadProject } from '../../flows/load-project.js';
import { promote, update } from '../../flows/update.js';
import { usableProject } from '../../flows/usable-project.js';
import type { ReadProject } from '../../manifest/read-project.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { updateExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { updateFormats } from '../formats.js';
import { rollsOf } from '../rolls.js';
import { writeReport } from '../outputs.js';
import { type LoadedProject, openProject, reportUnusable } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const given = context.arguments;
  const opened = await openProject(context);
  const { project, files, root } = opened;
  if (await reportUnusable(context, opened)) return exitCode.input;
  const desired = usableProject(project);
  const options = { checkOnly: given.isOn(flags.check), source: given.text(flags.source) ?? null };
  const other = await otherEnvironment(context, opened);
  if (other !== null) {
    const clock = await context.runtime.systemClock();
    return show(context, desired, await promote({ files, clock }, project, other, options), clock.now());
  }
  const { accounts } = desired.project;
  return withCloud(context, { root, accounts }, async ({ reader, clock }) => {
    const ports = { cloud: reader, files, clock };
    return show(context, desired, await update(ports, project, options), clock.now());
  });
}

/** The project in the environment that `--promote` names; null where it names none. */
async function otherEnvironment(
  { arguments: given }: CommandContext,
  { files, projectFile, project }: LoadedProject,
): Promise<ReadProject | null> {
  const name = given.text(flags.promote);
  if (name === undefined) return null;
  if (name === project.environment) {
    const hint = 'Name where the pins come from with `--promote`, and where they go with `--env`.';
    throw new TallymanError('input/flag', `\`--promote\` and \`--env\` both name '${name}'`, hint);
  }
  return loadProject(files, { projectFile, environment: name });
}

async function show(context: CommandContext, desired: Desired, result: UpdateResult, nowMs: number): Promise<number> {
  const code = updateExit(result);
  await writeReport(context, updateFormats, { result, nowMs, rolls: rollsOf(desired, result.changes) });
  return code;
}
