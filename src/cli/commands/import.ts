import { relative, resolve, sep } from 'node:path';
import type { Project } from '../../domain/desired.js';
import { exitCode, TallymanError } from '../../domain/errors.js';
import { importExisting, type ImportOptions, type ImportTarget } from '../../flows/import-existing.js';
import { usableProject } from '../../flows/usable-project.js';
import { importRemarks } from '../../report/import-text.js';
import {
  filterFields,
  type FilterField,
  type ImportKind,
  importKinds,
  type ImportRequest,
} from '../../transcribe/import/request.js';
import { withCloud } from '../cloud-session.js';
import type { CommandContext } from '../command.js';
import { importExit } from '../exit-code.js';
import { flags } from '../flags.js';
import { importFormats } from '../formats.js';
import { writeReport } from '../outputs.js';
import { reportUnusable } from '../project.js';
import { accountsOf, identified, openIfThere, regionsOf, strangerTo, tellPlace } from '../stranger.js';

export async function run(context: CommandContext): Promise<number> {
  const { arguments: given, terminal, runtime } = context;
  const request = requestOf(context);
  const loaded = await openIfThere(context, { mayBeEmpty: true });
  if (loaded !== null && (await reportUnusable(context, loaded))) return exitCode.input;
  const known = loaded === null ? strangerTo(context, 'imported') : usableProject(loaded.project).project;
  const root = loaded?.root ?? context.cwd;
  const target = targetOf(context, loaded === null ? null : root);
  const accounts = accountsOf(context, known);
  const files = loaded?.files ?? (await runtime.openFiles(root));
  const result = await withCloud(context, { root, accounts: known.accounts }, async ({ reader, clock }) => {
    const project = loaded === null ? await identified(reader, known) : known;
    const regions = regionsOf(context, project);
    if (regions.length === 0) throw noRegion();
    tellPlace(context, project, accounts, regions);
    const options: ImportOptions = {
      request,
      projectFile: loaded?.projectFile ?? 'tallyman.yaml',
      environment: loaded?.project.environment ?? null,
      projectText: loaded === null ? projectText({ ...project, regions }, runtime.randomId()) : null,
      accounts,
      regions,
      target,
      overwrites: given.isOn(flags.overwrite),
      today: (given.date(flags.asOf) ?? new Date(clock.now()).toISOString()).slice(0, 10),
    };
    return importExisting({ cloud: reader, files, clock }, options);
  });
  if (!terminal.isQuiet) terminal.err.write(importRemarks(result, { isColored: terminal.err.isColored }));
  await writeReport(context, importFormats, result);
  return importExit(result, request.ids);
}

function requestOf(context: CommandContext): ImportRequest {
  const { arguments: given } = context;
  const ids = [...new Set(given.operands)];
  const kinds = given.someOf(flags.kind, importKinds);
  return {
    kinds: new Set(kinds.length > 0 ? kinds : kindsOf(ids)),
    ids,
    tags: given.texts(flags.tag).map((text) => {
      const [key, value] = halvesOf(text);
      return { key, value };
    }),
    filters: given.texts(flags.filter).map(filterOf),
    isGrouped: !given.isOn(flags.ungrouped),
  };
}

function kindsOf(ids: readonly string[]): readonly ImportKind[] {
  if (ids.length === 0) return ['instances'];
  const isInstance = (id: string): boolean => id.startsWith('i-');
  return [
    ...(ids.some(isInstance) ? (['instances'] as const) : []),
    ...(ids.every(isInstance) ? [] : (['images'] as const)),
  ];
}

function filterOf(text: string): ImportRequest['filters'][number] {
  const [name, glob] = halvesOf(text);
  const field = filterFields.find((candidate): candidate is FilterField => candidate === name);
  if (field !== undefined && glob !== null) return { field, glob };
  const hint = `Write FIELD=GLOB, with one of ${filterFields.join(', ')}.`;
  throw new TallymanError('input/flag', `\`--filter\` cannot be '${text}'`, hint);
}

function halvesOf(text: string): readonly [string, string | null] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** `root`: of the project; null where there is none to write into. */
function targetOf({ arguments: given, cwd }: CommandContext, root: string | null): ImportTarget {
  const out = given.text(flags.importOut);
  if (out === undefined) return { kind: 'print' };
  if (root === null) {
    const hint =
      'Run `tallyman init` first; without `--out` the manifests are printed, and the project that they need.';
    throw new TallymanError('input/no-project', 'there is no project that `--out` could write into', hint);
  }
  const path = relative(root, resolve(cwd, out)).split(sep).join('/');
  if (path === '..' || path.startsWith('../')) {
    throw new TallymanError('input/flag', `'${out}' is not inside the project`, 'Name a place below tallyman.yaml.');
  }
  return /\.ya?ml$/.test(path) ? { kind: 'file', path } : { kind: 'folder', path };
}

function noRegion(): TallymanError {
  const hint = 'Name some with `--region`, or write `spec.regions` or `spec.defaults.region` into the project.';
  return new TallymanError('input/flag', 'the project names no region, so nowhere is looked', hint);
}

/** A project file for manifests that name these accounts and regions. */
function projectText({ name, accounts, regions }: Project, id: string): string {
  return [
    'apiVersion: tallyman.dev/v1',
    'kind: Project',
    `metadata: {name: ${name}}`,
    'spec:',
    '  # Tells this project from others of its name, in the tags of everything that it owns: never change it.',
    `  id: ${id}`,
    '  accounts:',
    ...accounts.map((account) => `    - {name: ${account.name}, uid: "${account.uid}"}`),
    `  regions: [${regions.join(', ')}]`,
    '  manifests: ["manifests/**/*.yaml"]',
    '',
  ].join('\n');
}
