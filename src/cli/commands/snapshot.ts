import { exitCode, TallymanError } from '../../domain/errors.js';
import type { SnapshotDocument } from '../../domain/snapshot.js';
import { takeSnapshot } from '../../flows/snapshot.js';
import { usableProject } from '../../flows/usable-project.js';
import { renderJson } from '../../report/json.js';
import { count } from '../../report/words.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { flags } from '../flags.js';
import { writeFile } from '../outputs.js';
import { openProject, reportUnusable } from '../project.js';

export async function run(context: CommandContext): Promise<number> {
  const { runtime, arguments: given } = context;
  const file = given.text(flags.snapshotOut);
  if (file === undefined) {
    throw new TallymanError(
      'input/flag',
      '`snapshot` needs `--out FILE`',
      'Write: tallyman snapshot --out snapshot.json',
    );
  }
  const loaded = await openProject(context);
  if (await reportUnusable(context, loaded)) return exitCode.input;
  const { accounts } = usableProject(loaded.project).project;
  const document = await withCloud(context, { root: loaded.root, accounts }, ({ reader, clock }) =>
    takeSnapshot({ cloud: reader, clock, toolVersion: runtime.version }, loaded.project),
  );
  await writeFile(context, file, renderJson(document), { mode: 0o600 });
  context.terminal.out.write(`Wrote ${file}: ${contentsOf(document)}. It lists what you own: keep it to yourself.\n`);
  return exitCode.done;
}

function contentsOf({ spec }: SnapshotDocument): string {
  const { scopes, images, instances } = spec.observed;
  return `${count(images.length, 'image')} and ${count(instances.length, 'instance')} in ${count(scopes.length, 'region')} of accounts`;
}
