import { exitCode } from '../../domain/errors.js';
import { update } from '../../flows/update.js';
import { usableProject } from '../../flows/usable-project.js';
import { renderUpdateJson } from '../../report/update-json.js';
import { renderUpdateText } from '../../report/update-text.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { updateExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { writeOutputs } from '../outputs.js';
import { openProject, reportUnusable } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const given = context.arguments;
  const { project, files, root } = await openProject(context);
  if (await reportUnusable(context, project)) return exitCode.input;
  const { accounts } = usableProject(project).project;
  return withCloud(context, { root, accounts }, async ({ reader, clock }) => {
    const ports = { cloud: reader, files, clock };
    const options = { checkOnly: given.isOn(flags.check), source: given.text(flags.source) ?? null };
    const result = await update(ports, project, options);
    const code = updateExit(result);
    await writeOutputs(context, {
      text: (options) => renderUpdateText(result, { ...options, nowMs: clock.now() }),
      json: () => renderUpdateJson(result),
    });
    return code;
  });
}
