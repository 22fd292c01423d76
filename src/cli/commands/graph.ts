import { exitCode } from '../../domain/errors.js';
import { plan, planRecorded } from '../../flows/plan.js';
import { usableProject } from '../../flows/usable-project.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { graphFormats } from '../formats.js';
import { pathsOf, selectFiles } from '../narrow.js';
import { writeReport } from '../outputs.js';
import { planOptionsOf } from '../plan-options.js';
import { openProject, reportUnusable } from '../project.js';
import { readSnapshot } from '../snapshot-input.js';

/** Draws what a plan would make of it. Whether the plan could be applied is `plan`'s to say. */
export async function run(context: CommandContext): Promise<number> {
  const loaded = await openProject(context);
  const { project, root } = loaded;
  const selection = await selectFiles(context, loaded, pathsOf(context));
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const desired = usableProject(project);
  const options = planOptionsOf(context, desired, selection);
  const ports = { commit: null, toolVersion: context.runtime.version };
  const recorded = await readSnapshot(context, desired, project.lock);
  const result =
    recorded !== null
      ? planRecorded(ports, project, options, recorded)
      : await withCloud(context, { root, accounts: desired.project.accounts }, ({ reader, clock }) => {
          return plan({ ...ports, cloud: reader, clock }, project, options);
        });
  await writeReport(context, graphFormats, result);
  return exitCode.done;
}
