import { exitCode } from '../../domain/errors.js';
import { status } from '../../flows/status.js';
import { usableProject } from '../../flows/usable-project.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { statusFormats } from '../formats.js';
import { narrowStatus, pathsOf, selectFiles } from '../narrow.js';
import { writeReport } from '../outputs.js';
import { openProject, reportUnusable } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const loaded = await openProject(context);
  const { project, root } = loaded;
  const selection = await selectFiles(context, loaded, pathsOf(context));
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const desired = usableProject(project);
  const whole = await withCloud(context, { root, accounts: desired.project.accounts }, ({ reader, clock }) => {
    return status({ cloud: reader, clock }, project);
  });
  const result = narrowStatus(whole, desired, selection);
  await writeReport(context, statusFormats, result);
  return exitCode.done;
}
