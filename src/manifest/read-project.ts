import { compareText } from '../domain/address.js';
import type { Desired, ImageCopy, ImageSource, Project } from '../domain/desired.js';
import { isForeign, sourceNamed } from '../domain/desired.js';
import { sha256Hex } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import type { ProjectDocument } from '../domain/generated/documents.js';
import type { Lock } from '../domain/lock.js';
import { child } from '../domain/origin.js';
import type { Policy, Waiver } from '../domain/policy.js';
import { type Checked, CheckedDocuments } from './checked-documents.js';
import { Environment } from './environment.js';
import { inputError } from './input-error.js';
import { movedFindings } from './moved-findings.js';
import type { Parse, SourceText } from './parsed-text.js';
import { readImageCopy } from './read-image-copy.js';
import { readImageSource } from './read-image-source.js';
import { readImageShare, shareFindings } from './read-image-share.js';
import { readInstance } from './read-instance.js';
import { lockFindings, readLock } from './read-lock.js';
import { readPolicy, readWaiver, waiverFindings } from './read-policy.js';
import { projectFindings, readProjectBasis } from './read-project-basis.js';
import { type ProjectBasis, Surroundings } from './surroundings.js';

export interface ProjectTexts {
  readonly project: SourceText;
  readonly manifests: readonly SourceText[];
  readonly policies: readonly SourceText[];
  /** Null where there is no lock yet. */
  readonly lock: SourceText | null;
  /** Where the lock is or will be, relative to the project root. */
  readonly lockFile: string;
}

export interface ReadOptions {
  /** Name of the environment whose patches count; null: none. */
  readonly environment?: string | null;
  readonly parse: Parse;
  /** Texts of the files that manifests name, by path: they are inputs, and never shown. */
  readonly attachments?: ReadonlyMap<string, string>;
}

export interface ReadProject {
  /** Null where anything is wrong with the input. */
  readonly desired: Desired | null;
  /** Null where the project file cannot be used; there also where only other files are wrong. */
  readonly project: Project | null;
  /** What resources have that do not say otherwise. */
  readonly defaults: ProjectBasis['defaults'];
  readonly lock: Lock;
  readonly policies: readonly Policy[];
  readonly waivers: readonly Waiver[];
  /** Sorted by file, document, field and rule. */
  readonly findings: readonly Finding[];
  readonly sources: readonly SourceText[];
  /** How the sources were parsed, for the places of findings. */
  readonly parse: Parse;
  /** `sha256:...` of each text by path. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Paths of files that manifests name, sorted: what they hold has to be given as attachments. */
  readonly filesNamed: readonly string[];
  /** How many documents the files hold. */
  readonly documents: number;
  /** Name of the environment that was read; null where there is none. */
  readonly environment: string | null;
  /** A finding about a value that the environment wrote, at the place where it wrote it. */
  readonly placed: <T extends Finding>(finding: T) => T;
}

/**
 * What the files of a project say. Never throws, whatever they hold, and the order in which they are given does not
 * matter.
 */
export function readProject(texts: ProjectTexts, options: ReadOptions): ReadProject {
  const { environment: name = null, parse, attachments = new Map<string, string>() } = options;
  const { documents, environment } = checkTexts(texts, name, parse);
  const surroundings = surroundingsOf(documents, name, attachments);
  const resources = readResources(documents, surroundings);
  const lock = readLock(texts.lockFile, documents.locks[0]);
  const desired = desiredOf(surroundings, lock, resources, name);
  const placed = environment === null ? unplaced : <T extends Finding>(finding: T): T => environment.place(finding);
  const findings = [
    ...documents.findings,
    ...countFindings(texts, documents),
    ...documents.projects.flatMap(projectFindings),
    ...documents.waivers.flatMap(waiverFindings),
    ...documents.locks.flatMap(lockFindings),
    ...surroundings.findings,
    ...(desired === null ? [] : [...hopFindings(desired, surroundings), ...shareFindings(desired)]),
    ...(environment?.idlePatches(documents) ?? []),
    ...movedFindings(surroundings.project?.moved ?? [], documents),
  ]
    .map(placed)
    .sort(compareFindings);
  const sources = sourcesOf(texts);
  return {
    desired: findings.length === 0 ? desired : null,
    project: desired?.project ?? null,
    defaults: surroundings.project?.defaults ?? noDefaults,
    lock,
    policies: documents.policies.map(readPolicy).sort(byName),
    waivers: documents.waivers.map(readWaiver).sort(byName),
    findings,
    sources,
    parse,
    inputs: digestsOf([...sources.map(({ file, text }) => [file, text] as const), ...attachments]),
    filesNamed: [...surroundings.filesNamed].sort(compareText),
    documents: documents.count,
    environment: name,
    placed,
  };
}

const noDefaults: ProjectBasis['defaults'] = { account: null, region: null, tags: {}, resourceGroupId: null };

/** `sha256:...` by path, sorted. */
function digestsOf(texts: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const sorted = texts.toSorted(([a], [b]) => compareText(a, b));
  return Object.fromEntries(sorted.map(([file, text]) => [file, `sha256:${sha256Hex(text)}`]));
}

function unplaced<T extends Finding>(finding: T): T {
  return finding;
}

interface CheckedTexts {
  readonly documents: CheckedDocuments;
  /** Null where none is chosen, or the project that should hold it cannot be used. */
  readonly environment: Environment | null;
}

function checkTexts(texts: ProjectTexts, name: string | null, parse: Parse): CheckedTexts {
  const documents = new CheckedDocuments(parse);
  documents.read(texts.project, 'project');
  const environment = name === null ? null : environmentNamed(name, documents.projects[0], texts.project, parse);
  for (const source of texts.manifests.toSorted(byFile)) documents.read(source, 'manifest', environment);
  for (const source of texts.policies.toSorted(byFile)) documents.read(source, 'policy');
  if (texts.lock !== null) documents.read(texts.lock, 'lock');
  return { documents, environment };
}

function environmentNamed(
  name: string,
  project: Checked<ProjectDocument> | undefined,
  text: SourceText,
  parse: Parse,
): Environment | null {
  const parsed = parse(text).documents.find(({ origin }) => origin.document === project?.origin.document);
  return project === undefined || parsed === undefined ? null : new Environment(name, project, parsed);
}

function surroundingsOf(
  documents: CheckedDocuments,
  environment: string | null,
  attachments: ReadonlyMap<string, string>,
): Surroundings {
  const [project] = documents.projects;
  return new Surroundings(
    project === undefined ? null : readProjectBasis(project, environment),
    documents,
    attachments,
  );
}

type Resources = Pick<Desired, 'imageSources' | 'imageCopies' | 'imageShares' | 'instances'>;

function readResources(documents: CheckedDocuments, surroundings: Surroundings): Resources {
  return {
    imageSources: readAll(documents.imageSources, (document) => readImageSource(document, surroundings)),
    imageCopies: readAll(documents.imageCopies, (document) => readImageCopy(document, surroundings)),
    imageShares: readAll(documents.imageShares, (document) => readImageShare(document, surroundings)),
    instances: readAll(documents.instances, (document) => readInstance(document, surroundings)),
  };
}

function readAll<Document, Resource extends { readonly name: string }>(
  documents: readonly Document[],
  read: (document: Document) => Resource | undefined,
): readonly Resource[] {
  return documents
    .map(read)
    .filter((resource) => resource !== undefined)
    .sort(byName);
}

function desiredOf(
  surroundings: Surroundings,
  lock: Lock,
  resources: Resources,
  environment: string | null,
): Desired | null {
  const basis = surroundings.project;
  if (basis === null) return null;
  const { name, id, accounts, approvers, safety, windows, moved, origin, defaults } = basis;
  const named = [
    ...surroundings.regionsNamed,
    ...lock.entries.map((entry) => entry.region),
    ...(defaults.region === null ? [] : [defaults.region]),
  ];
  const regions = basis.regions ?? [...new Set(named)].sort(compareText);
  const project: Project = { name, id, accounts, regions, approvers, safety, windows, moved, origin };
  return { project, environment, ...resources };
}

/** One project, at most one lock; the file of either holds nothing else. */
function countFindings(texts: ProjectTexts, documents: CheckedDocuments): readonly Finding[] {
  const more = [...documents.projects.slice(1), ...documents.locks.slice(1)].map((document) =>
    inputError({
      ruleId: 'manifest/misplaced',
      at: child(document.origin, 'kind'),
      address: document.address,
      message: `a project has one ${document.body.kind}, and this is another`,
      hint: 'Remove one of them.',
      value: document.body.kind,
    }),
  );
  const isSilent = documents.findings.every((finding) => finding.at?.file !== texts.project.file);
  if (documents.projects.length > 0 || !isSilent) return more;
  const message = 'the file must hold a document of kind Project';
  const hint = 'Write one: the README shows where to begin.';
  const at = { file: texts.project.file, document: 0, path: [] };
  return [...more, inputError({ ruleId: 'manifest/kind', at, address: null, message, hint, value: '' })];
}

/** A foreign image is copied into its own region first, so that the project owns a copy there for a while. */
function hopFindings(desired: Desired, surroundings: Surroundings): readonly Finding[] {
  const hops = new Surroundings(surroundings.project, surroundings.names);
  for (const copy of desired.imageCopies) {
    const source = sourceNamed(desired, copy.source);
    const region = source === undefined ? undefined : hopRegionOf(desired.project, source, copy);
    if (region !== undefined) hops.owns(copy.address, region, child(copy.origin, 'spec', 'source', 'imageSource'));
  }
  return hops.findings;
}

function hopRegionOf(project: Project, source: ImageSource, copy: ImageCopy): string | undefined {
  const isElsewhere = copy.destinations.some(({ region }) => !source.regions.includes(region));
  return isElsewhere && isForeign(project, source) ? source.regions[0] : undefined;
}

function sourcesOf(texts: ProjectTexts): readonly SourceText[] {
  const all = [texts.project, ...texts.manifests, ...texts.policies, ...(texts.lock === null ? [] : [texts.lock])];
  return all.sort(byFile);
}

/** The order of places in the files, as far as it is known without line numbers. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.at?.file ?? '', b.at?.file ?? '') ||
    (a.at?.document ?? 0) - (b.at?.document ?? 0) ||
    compareText(JSON.stringify(a.at?.path), JSON.stringify(b.at?.path)) ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.message, b.message)
  );
}

function byFile(a: SourceText, b: SourceText): number {
  return compareText(a.file, b.file);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareText(a.name, b.name);
}
