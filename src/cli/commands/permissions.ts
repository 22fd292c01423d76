import { exitCode } from '../../domain/errors.js';
import { permissionsOf } from '../../flows/permissions.js';
import { usableProject } from '../../flows/usable-project.js';
import { renderJson } from '../../report/json.js';
import { renderPermissionsText } from '../../report/permissions-text.js';
import type { CommandContext } from '../command.js';
import { writeOutputs } from '../outputs.js';
import { openProject, reportUnusable } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const loaded = await openProject(context);
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const permissions = permissionsOf(usableProject(loaded.project));
  await writeOutputs(context, {
    text: (options) => renderPermissionsText(permissions, options),
    json: () => renderJson({ format_version: '1.0', ...permissions }),
  });
  return exitCode.done;
}
