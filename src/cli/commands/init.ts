import { basename, relative, resolve } from 'node:path';
import { exitCode, TallymanError } from '../../domain/errors.js';
import type { CommandContext } from '../command.js';

const projectFile = 'tallyman.yaml';

/** More than any project file has. */
const sizeMax = 1024 * 1024;

/** Writes a project file to begin from. An existing one is never touched: its `spec.id` says what it owns. */
export async function run(context: CommandContext): Promise<number> {
  const { runtime, arguments: given, cwd, terminal } = context;
  const root = resolve(cwd, given.operands[0] ?? '.');
  const files = await runtime.openFiles(root);
  if ((await files.read(projectFile, sizeMax)) !== undefined) {
    const message = `there is a '${projectFile}' in '${root}' already`;
    throw new TallymanError('input/file', message, 'Change that one; its `spec.id` must stay as it is.');
  }
  await files.write(projectFile, projectText(nameFrom(root), runtime.randomId()));
  const shown = relative(cwd, resolve(root, projectFile));
  terminal.out.write(
    `Wrote ${shown}. Put your account and regions in, then manifests beside it; see docs/manifests.md.\n`,
  );
  return exitCode.done;
}

/** The folder's name as a project may be called; `project` where nothing of it is left. */
function nameFrom(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'project' : name;
}

function projectText(name: string, id: string): string {
  return `apiVersion: tallyman.dev/v1
kind: Project
metadata: {name: ${name}}
spec:
  # Tells this project from others of its name, in the tags of everything that it owns: never change it.
  id: ${id}
  accounts:
    # The UID in quotes. Without \`credentials\` the official chain is used: environment, OIDC, profile.
    - {name: main, uid: "1000000000000000"}
  regions: [cn-hangzhou]
  defaults: {account: main, region: cn-hangzhou}
  manifests: ["manifests/**/*.yaml"]
  # policies: ["policies/**/*.yaml"]
  safety: {prune: false, allow: [], maxRemovals: 10}
`;
}
