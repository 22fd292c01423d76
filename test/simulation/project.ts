import { parseDocuments } from '../../src/manifest/parse-documents.js';
import type { ParsedText, SourceText } from '../../src/manifest/parsed-text.js';
import type { ReadProject } from '../../src/manifest/read-project.js';
import { readProject } from '../../src/manifest/read-project.js';
import type { Edit, ManifestDocument, ProjectFiles, Story, Uids } from './story.js';

const usualUids: Uids = {
  images: '1600000000000001',
  prod: '1600000000000002',
  attacker: '1600000000000666',
  stranger: '1600000000000777',
};

export function uidsOf(story: Pick<Story, 'uids'>): Uids {
  return story.uids ?? usualUids;
}

const projectName = 'fleet';
const projectId = 'k3v9x2ab';
export const lockFileOf = (environment: string | undefined): string =>
  environment === undefined ? 'tallyman.lock.yaml' : `tallyman.lock.${environment}.yaml`;

export function projectTagOf({ environment }: Pick<Story, 'environment'>): string {
  return [projectName, projectId, ...(environment === undefined ? [] : [environment])].join('.');
}

export function aDocument(
  kind: string,
  name: string,
  spec: Readonly<Record<string, unknown>>,
  labels?: Readonly<Record<string, string>>,
): ManifestDocument {
  const metadata = labels === undefined ? { name } : { name, labels };
  return { apiVersion: 'tallyman.dev/v1', kind, metadata, spec };
}

/** Most commits leave most files as they were, and many stories have the same policy. */
const parsedByText = new Map<string, ParsedText>();
const parsedMax = 500;

function parse(source: SourceText): ParsedText {
  const key = `${source.file}\n${source.text}`;
  const parsed = parsedByText.get(key) ?? parseDocuments(source);
  if (parsedByText.size >= parsedMax) parsedByText.clear();
  parsedByText.set(key, parsed);
  return parsed;
}

/** Throws where the manifests cannot be used: a story that says nothing is no story. */
export function readFiles(story: Story, files: ProjectFiles, lock: string | null): ReadProject {
  const { environment } = story;
  const project = aDocument('Project', projectName, {
    id: projectId,
    accounts: [{ name: 'prod', uid: uidsOf(story).prod }],
    defaults: { account: 'prod', region: 'cn-hangzhou' },
    approvers: ['security-team'],
    ...files.project,
  });
  const text = (file: string, all: readonly ManifestDocument[]) => ({
    file,
    text: all.map((one) => JSON.stringify(one)).join('\n---\n'),
  });
  const lockFile = lockFileOf(environment);
  const read = readProject(
    {
      project: text('tallyman.yaml', [project]),
      manifests: [text('manifests/fleet.yaml', files.manifests)],
      policies: [text('policies/baseline.yaml', files.policies)],
      lock: lock === null ? null : { file: lockFile, text: lock },
      lockFile,
    },
    { environment: environment ?? null, parse },
  );
  if (read.desired === null) throw new UnusableProject(read.findings.map(({ message }) => message).join('; '));
  return read;
}

export class UnusableProject extends Error {
  override readonly name = 'UnusableProject';
}

export function edited(files: ProjectFiles, edits: readonly Edit[]): ProjectFiles {
  return edits.reduce(editedOnce, files);
}

function editedOnce(files: ProjectFiles, edit: Edit): ProjectFiles {
  if ('add' in edit) {
    const place = edit.add.kind === 'Policy' || edit.add.kind === 'Waiver' ? 'policies' : 'manifests';
    return { ...files, [place]: [...files[place].filter((one) => addressOf(one) !== addressOf(edit.add)), edit.add] };
  }
  if (edit.target === 'Project') return { ...files, project: merged(files.project, edit.merge ?? {}) };
  const within = (documents: readonly ManifestDocument[]): readonly ManifestDocument[] =>
    documents.flatMap((one) => {
      if (addressOf(one) !== edit.target) return [one];
      return edit.merge === null ? [] : [{ ...one, spec: merged(one.spec, edit.merge) }];
    });
  return { ...files, manifests: within(files.manifests), policies: within(files.policies) };
}

export function addressOf({ kind, metadata }: ManifestDocument): string {
  return `${kind}/${metadata.name}`;
}

type Fields = Readonly<Record<string, unknown>>;

/** RFC 7386. */
function merged(target: Fields, patch: Fields): Fields {
  const result: Record<string, unknown> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = isFields(value) ? merged(isFields(result[name]) ? result[name] : {}, value) : value;
  }
  return result;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
