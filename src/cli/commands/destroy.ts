import { exitCode } from '../../domain/errors.js';
import { destroy } from '../../flows/destroy.js';
import { usableProject } from '../../flows/usable-project.js';
import { overrideOf, parallelismOf, undertake } from '../carrying-out.js';
import type { CommandContext } from '../command.js';
import { flags } from '../flags.js';
import { openProject, reportUnusable } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const { arguments: given } = context;
  const options = {
    allow: given.someOf(flags.allow, ['delete', 'replace-system-disk', 'stop', 'unshare']),
    maxRemovals: given.wholeNumber(flags.maxRemovals, 0) ?? null,
    overrideWindow: overrideOf(given),
    parallelism: parallelismOf(given),
    asOf: given.date(flags.asOf) ?? null,
  };
  const loaded = await openProject(context);
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const { name } = usableProject(loaded.project).project;
  const approval = {
    question: `This cannot be undone. Type the name of the project, '${name}', to destroy all of it: `,
    accepted: name,
    whereNobodyIs: 'Nobody can be asked here: pass `--auto-approve`.',
  };
  return undertake(context, loaded, {
    command: 'destroy',
    approval,
    use: (ports) => destroy(ports, loaded.project, options),
  });
}
