import { type Address, compareText, resourceOf } from '../domain/address.js';
import type { Desired, Project } from '../domain/desired.js';
import { TallymanError } from '../domain/errors.js';
import { liveOwnerOf } from '../domain/image-owner.js';
import type { ImportedDocument, ImportedFile, ImportResult } from '../domain/imported.js';
import { compareEntries, type Lock, type LockEntry } from '../domain/lock.js';
import type { ObservedState } from '../domain/observed.js';
import { projectTag, tagKey } from '../domain/ownership.js';
import { compileGlob } from '../domain/path-glob.js';
import { mistakesIn } from '../manifest/made-document.js';
import { manifestTexts } from '../manifest/manifest-text.js';
import { parseDocuments } from '../manifest/parse-documents.js';
import { isNeverManifest, type ProjectGlobs, projectGlobs } from '../manifest/project-globs.js';
import type { ReadProject } from '../manifest/read-project.js';
import { observeAccounts } from '../observe/observe-accounts.js';
import type { Clock } from '../ports/clock.js';
import type { CloudReader } from '../ports/cloud-reader.js';
import type { Files } from '../ports/files.js';
import { renderLock } from '../resolve/render-lock.js';
import { pinOf } from '../resolve/resolve-lock.js';
import type { ImportRequest } from '../transcribe/import/request.js';
import { type Imported, writeManifests } from '../transcribe/import/write-manifests.js';
import { lint } from './lint.js';
import { loadProject, type Unwritten } from './load-project.js';
import { usableProject } from './usable-project.js';

export interface ImportPorts {
  readonly cloud: CloudReader;
  readonly files: Files;
  readonly clock: Pick<Clock, 'now'>;
}

/** Where the manifests go, relative to the project root. */
export type ImportTarget =
  | { readonly kind: 'print' }
  | { readonly kind: 'file'; readonly path: string }
  /** A file for each kind; '' is the root itself. */
  | { readonly kind: 'folder'; readonly path: string };

export interface ImportOptions {
  readonly request: ImportRequest;
  readonly projectFile: string;
  readonly environment: string | null;
  /** The project file, where there is none: then nothing is written. */
  readonly projectText: string | null;
  /** Names of the accounts that are looked at. */
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly target: ImportTarget;
  /** Whether files that are there are replaced. */
  readonly overwrites: boolean;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
}

/**
 * Writes manifests and pins for what exists, so that a plan of them adopts it and does nothing else. They are read again
 * and linted before a byte is written; an existing file is replaced only where that is asked for.
 */
export async function importExisting(ports: ImportPorts, options: ImportOptions): Promise<ImportResult> {
  const { cloud, clock } = ports;
  const files = options.projectText === null ? ports.files : noFiles(ports.files);
  const before = await loadWith(files, options, { manifests: [] });
  const desired = usableProject(before);
  await assertRead(files, options);
  const nowMs = clock.now();
  const observed = await observeAccounts(cloud, emptyProject(chosenOf(desired.project, options)), nowMs, {
    shares: options.request.kinds.has('shares'),
    roles: options.request.kinds.has('instances'),
  });
  const { request } = options;
  const defaultTags = before.defaults.tags;
  const imported = writeManifests({ request, desired, lock: before.lock, observed, defaultTags, judge: mistakesIn });
  const named = filesFor(options.target, imported.documents);
  await assertWritable(files, options, desired, observed, named);
  const manifests = named.map(({ path, text }, index) => ({ file: path ?? `printed-${index + 1}.yaml`, text }));
  const first = await loadWith(files, options, { manifests });
  const pinned = pinnedBy(usableProject(first), before.lock, imported);
  const lockText = renderLock(pinned.lock, desired.project.name);
  const whole = await loadWith(files, options, { manifests, lock: lockText });
  const { diagnostics } = lint(whole, { today: options.today });
  const own = new Set(imported.documents.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const writes = options.target.kind !== 'print' && named.length > 0;
  if (writes) for (const { path, text } of named) if (path !== null) await files.write(path, text);
  const isLockWritten = writes && pinned.added.length > 0;
  if (isLockWritten) await files.write(pinned.lock.file, lockText);
  return {
    project: { name: desired.project.name, id: desired.project.id, environment: desired.environment },
    timestamp: new Date(nowMs).toISOString(),
    files: named,
    instances: imported.instances,
    lock: { path: pinned.lock.file, added: pinned.added, isWritten: isLockWritten },
    skipped: imported.skipped,
    notes: imported.notes,
    diagnostics: diagnostics.filter(({ address }) => address !== null && own.has(resourceOf(address))),
    projectText: options.projectText,
    apiCalls: observed.apiCalls,
  };
}

/** Where there is no project, whatever lies about belongs to none. */
function noFiles({ root }: Files): Files {
  const refuse = () => Promise.reject(new Error('nothing is written where there is no project'));
  return { root, write: refuse, read: () => Promise.resolve(undefined), glob: () => Promise.resolve([]) };
}

function loadWith(
  files: Files,
  options: ImportOptions,
  unwritten: Pick<Unwritten, 'manifests' | 'lock'>,
): Promise<ReadProject> {
  const { projectFile, environment, projectText } = options;
  const project = projectText === null ? {} : { project: projectText };
  const isReplaced = (path: string): boolean => isReplacedBy(options, path);
  return loadProject(files, {
    projectFile,
    environment,
    mayBeEmpty: true,
    unwritten: { ...unwritten, ...project, isReplaced },
  });
}

const fileNames: Readonly<Record<ImportedDocument['kind'], string>> = {
  ImageSource: 'image-sources',
  ImageCopy: 'image-copies',
  ImageShare: 'image-shares',
  Instance: 'instances',
};

/** Whether a file goes, or is one that an earlier import of this kind wrote. */
function isReplacedBy({ target, overwrites }: Pick<ImportOptions, 'target' | 'overwrites'>, path: string): boolean {
  if (!overwrites || target.kind === 'print') return false;
  if (target.kind === 'file') return path === target.path;
  const prefix = folderPrefix(target.path);
  if (!path.startsWith(prefix)) return false;
  const stem = path.slice(prefix.length).replace(/(?:-[1-9]\d*)?\.yaml$/, '');
  return path.endsWith('.yaml') && Object.values(fileNames).includes(stem);
}

function folderPrefix(path: string): string {
  return path === '' ? '' : `${path}/`;
}

function chosenOf(project: Project, { accounts, regions }: ImportOptions): Project {
  return { ...project, accounts: project.accounts.filter(({ name }) => accounts.includes(name)), regions };
}

function emptyProject(project: Project): Desired {
  return { project, environment: null, imageSources: [], imageCopies: [], imageShares: [], instances: [] };
}

const remark =
  'Written by tallyman import; from here on it is yours. `stateful: true` keeps a system disk from being replaced.';

/** The documents as files: one, or for a folder as many for each kind as the limits of a file ask for. */
function filesFor(target: ImportTarget, documents: readonly ImportedDocument[]): readonly ImportedFile[] {
  if (documents.length === 0) return [];
  if (target.kind === 'print') return manifestTexts(documents, remark).map((text) => ({ path: null, ...text }));
  if (target.kind === 'file') {
    const { path } = target;
    const texts = manifestTexts(documents, remark);
    if (texts.length === 1) return texts.map((text) => ({ path, ...text }));
    const message = `'${path}' would hold more than one file may: ${documents.length} documents`;
    throw new TallymanError('input/flag', message, 'Name a folder, or choose fewer things.');
  }
  return Object.entries(fileNames).flatMap(([kind, stem]) => {
    const texts = manifestTexts(
      documents.filter((document) => document.kind === kind),
      remark,
    );
    return texts.map((text, index) => {
      const number = index === 0 ? '' : `-${index + 1}`;
      return { path: `${folderPrefix(target.path)}${stem}${number}.yaml`, ...text };
    });
  });
}

async function globsOf(files: Files, { projectFile }: ImportOptions): Promise<ProjectGlobs> {
  const text = await files.read(projectFile, Number.MAX_SAFE_INTEGER);
  return projectGlobs({ file: projectFile, text: text ?? '' }, parseDocuments);
}

/** Manifests are read where they would go: asked before anything is looked at. */
async function assertRead(files: Files, options: ImportOptions): Promise<void> {
  const { target } = options;
  if (target.kind === 'print') return;
  const { manifests, policies } = await globsOf(files, options);
  const covers = (globs: readonly string[], path: string): boolean => {
    return globs.some((glob) => compileGlob(glob)?.matches(path) === true);
  };
  const stems = Object.values(fileNames).map((stem) => `${folderPrefix(target.path)}${stem}.yaml`);
  const paths = target.kind === 'file' ? [target.path] : stems;
  const lost = paths.find((path) => !covers(manifests, path) || covers(policies, path) || isNeverManifest(path));
  if (lost === undefined) return;
  const list = manifests.map((glob) => `'${glob}'`).join(', ');
  const message = `manifests in '${lost}' would not be read: \`spec.manifests\` leaves it out`;
  throw new TallymanError('input/flag', message, `Name a place that one of ${list} covers.`);
}

/**
 * Nothing is written over a file that is there, unless that is asked for; and never over
 * one whose resources the project owns by now: without their manifests they would be orphans.
 */
async function assertWritable(
  files: Files,
  options: ImportOptions,
  desired: Desired,
  observed: ObservedState,
  named: readonly ImportedFile[],
): Promise<void> {
  const { target } = options;
  const paths = named.flatMap(({ path }) => path ?? []);
  if (target.kind === 'print' || paths.length === 0) return;
  const covered = await files.glob((await globsOf(files, options)).manifests);
  for (const path of paths) {
    if (!options.overwrites && (await files.read(path, Number.MAX_SAFE_INTEGER)) !== undefined) {
      throw new TallymanError('input/flag', `'${path}' is there already`, 'Name another place, or add --overwrite.');
    }
  }
  const replaced = covered.filter((path) => isReplacedBy(options, path));
  await assertNotApplied(files, options, desired, observed, replaced);
  const stale = replaced.find((path) => !paths.includes(path));
  if (stale !== undefined) {
    const message = `'${stale}' is of an earlier import, and this one does not write it`;
    throw new TallymanError('input/file', message, 'Remove it, or import what it holds too.');
  }
}

async function assertNotApplied(
  files: Files,
  { projectFile, environment }: ImportOptions,
  desired: Desired,
  observed: ObservedState,
  replaced: readonly string[],
): Promise<void> {
  if (replaced.length === 0) return;
  const whole = await loadProject(files, { projectFile, environment, mayBeEmpty: true });
  const declared = new Map<Address, string>();
  for (const { address, origin } of [...(whole.desired?.imageCopies ?? []), ...(whole.desired?.instances ?? [])]) {
    if (replaced.includes(origin.file)) declared.set(address, origin.file);
  }
  const project = projectTag(desired.project, desired.environment);
  const owned = [...observed.instances, ...observed.images]
    .filter(({ tags }) => tags[tagKey.project] === project)
    .map(({ tags }) => resourceOf(tags[tagKey.resource] ?? ''))
    .sort(compareText);
  const address = owned.find((one) => declared.has(one));
  if (address === undefined) return;
  const message = `'${declared.get(address)}' declares ${address}, which the project owns by now`;
  throw new TallymanError('input/file', message, 'Write to another place: what is applied stays in its file.');
}

/** The lock with a pin for each new source, whatever may be wrong with the image: it is what runs. */
function pinnedBy(
  desired: Desired,
  lock: Lock,
  { pins }: Imported,
): { readonly lock: Lock; readonly added: readonly LockEntry[] } {
  const added = desired.imageSources
    .flatMap((source) =>
      (pins.get(source.name) ?? []).map((image) =>
        pinOf(source, image.region, { ...image, owner: liveOwnerOf(desired.project, image) }),
      ),
    )
    .sort(compareEntries);
  const names = new Set(added.map(({ source }) => source));
  const kept = lock.entries.filter(({ source }) => !names.has(source));
  return { lock: { ...lock, entries: [...kept, ...added].sort(compareEntries) }, added };
}
