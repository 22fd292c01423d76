import { plan } from '../../flows/plan.js';
import { usableProject } from '../../flows/usable-project.js';
import { renderPlanText } from '../../report/plan-text.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { planOptionsOf } from '../plan-options.js';
import { type OpenOptions, openProject } from '../project.js';

/** The plan of what is there now, as text. The project must be usable. */
export async function planOnce(context: CommandContext, options: Pick<OpenOptions, 'cache' | 'path'>): Promise<string> {
  const { runtime, terminal } = context;
  const { project, root } = await openProject(context, options);
  const desired = usableProject(project);
  const planOptions = planOptionsOf(context, desired, null);
  const ports = { commit: await runtime.headCommit(root), toolVersion: runtime.version };
  const { accounts } = desired.project;
  const result = await withCloud(context, { root, accounts }, ({ reader, clock }) =>
    plan({ ...ports, cloud: reader, clock }, project, planOptions),
  );
  const { isColored, columns = null } = terminal.out;
  return renderPlanText(result, { isColored, columns, showsUnchanged: false, next: { kind: 'unsaved' } });
}
