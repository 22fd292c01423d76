import type { Address } from '../domain/address.js';
import type { Finding } from '../domain/finding.js';
import type {
  ImageCopyDocument,
  ImageShareDocument,
  ImageSourceDocument,
  InstanceDocument,
  LockDocument,
  PolicyDocument,
  ProjectDocument,
  WaiverDocument,
} from '../domain/generated/documents.js';
import { child, type FieldPath, type Origin } from '../domain/origin.js';
import { closestName } from '../domain/closest-name.js';
import type { Environment } from './environment.js';
import {
  isImageCopy,
  isImageShare,
  isImageSource,
  isInstance,
  isLock,
  isPolicy,
  isProject,
  isWaiver,
  type Validator,
} from './generated/validators.js';
import { alternatives, clipped, inputError, quoted } from './input-error.js';
import type { ManifestRuleId } from './manifest-rules.js';
import { isMapping, memberOf } from './member-of.js';
import type { Parse, ParsedDocument, SourceText } from './parsed-text.js';
import { parameterFindings } from './rule-parameters.js';
import { schemaFindings } from './schema-findings.js';

/** A document that its schema accepts. */
export interface Checked<Body> {
  readonly address: Address;
  /** The document itself. */
  readonly origin: Origin;
  readonly body: Body;
}

/** What a file is read for. */
export type Role = 'project' | 'manifest' | 'policy' | 'lock';

const kindsOf: Readonly<Record<Role, readonly string[]>> = {
  project: ['Project'],
  manifest: ['ImageSource', 'ImageCopy', 'ImageShare', 'Instance'],
  policy: ['Policy', 'Waiver'],
  lock: ['Lock'],
};

const homeOf: Readonly<Record<Role, string>> = {
  project: 'the project file',
  manifest: 'a file of `spec.manifests`',
  policy: 'a file of `spec.policies`',
  lock: 'the lock file, which `tallyman update` writes',
};

const knownKinds = [...Object.values(kindsOf).flat(), 'Scenario'];

/** Sorts documents by kind and keeps those that their schema accepts; everything else becomes a finding. */
export class CheckedDocuments {
  readonly projects: Checked<ProjectDocument>[] = [];
  readonly imageSources: Checked<ImageSourceDocument>[] = [];
  readonly imageCopies: Checked<ImageCopyDocument>[] = [];
  readonly imageShares: Checked<ImageShareDocument>[] = [];
  readonly instances: Checked<InstanceDocument>[] = [];
  readonly policies: Checked<PolicyDocument>[] = [];
  readonly waivers: Checked<WaiverDocument>[] = [];
  readonly locks: Checked<LockDocument>[] = [];
  readonly findings: Finding[] = [];
  /** How many documents were read, empty ones left out. */
  count = 0;
  /** False where a document could not be read so far that its name is known: then a missing name proves nothing. */
  areNamesComplete = true;
  readonly #origins = new Map<Address, Origin>();

  constructor(private readonly parse: Parse) {}

  /** `environment`: whose patches count. */
  read(source: SourceText, role: Role, environment: Environment | null = null): void {
    const { documents, findings } = this.parse(source);
    this.count += documents.length;
    this.findings.push(...findings);
    if (findings.length > 0) this.areNamesComplete = false;
    for (const document of documents) this.#sort(environment?.apply(document) ?? document, role);
  }

  /** Whether a document of this kind and name is there, in order or not. */
  has(kind: string, name: string): boolean {
    return this.#origins.has(`${kind}/${name}`);
  }

  namesOf(kind: string): readonly string[] {
    const prefix = `${kind}/`;
    return [...this.#origins.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }

  #sort(document: ParsedDocument, role: Role): void {
    const kind = this.#kindOf(document, role);
    if (kind === undefined) return;
    const address = this.#register(document, kind);
    switch (kind) {
      case 'Project':
        return this.#keep(this.projects, isProject, kind, document, address);
      case 'ImageSource':
        return this.#keep(this.imageSources, isImageSource, kind, document, address);
      case 'ImageCopy':
        return this.#keep(this.imageCopies, isImageCopy, kind, document, address);
      case 'ImageShare':
        return this.#keep(this.imageShares, isImageShare, kind, document, address);
      case 'Instance':
        return this.#keep(this.instances, isInstance, kind, document, address);
      case 'Policy':
        this.findings.push(...parameterFindings(document, address));
        return this.#keep(this.policies, isPolicy, kind, document, address);
      case 'Waiver':
        return this.#keep(this.waivers, isWaiver, kind, document, address);
      case 'Lock':
        return this.#keep(this.locks, isLock, kind, document, address);
      default:
        throw new Error(`documents of kind '${kind}' are let in and not read`);
    }
  }

  /** The document's kind if it may stand where it stands; undefined, and reported where that is an error, if not. */
  #kindOf(document: ParsedDocument, role: Role): string | undefined {
    if (!isMapping(document.value)) {
      const message = 'a document must be a mapping with `apiVersion`, `kind`, `metadata` and `spec`';
      return this.#unreadable(document, [], 'manifest/wrong-type', message, 'Write the fields of a kind.', '');
    }
    const kind = memberOf(document.value, 'kind');
    if (kind === undefined) {
      const hint = `Add it, for example: kind: ${kindsOf[role][0]}`;
      return this.#unreadable(document, [], 'manifest/kind', 'the document must have `kind`', hint, '');
    }
    if (typeof kind !== 'string' || !knownKinds.includes(kind)) return this.#unknownKind(document, kind, role);
    if (kindsOf[role].includes(kind)) return kind;
    // Scenarios live beside manifests and belong to the emulator.
    if (kind === 'Scenario' && (role === 'manifest' || role === 'policy')) return undefined;
    return this.#misplaced(document, kind, role);
  }

  #unknownKind(document: ParsedDocument, kind: unknown, role: Role): undefined {
    const meant = closestName(String(kind), knownKinds);
    const message = `kind ${quoted(kind)} does not exist`;
    const hint =
      meant === undefined
        ? `Write ${alternatives(kindsOf[role].map((name) => `'${name}'`))}.`
        : `Did you mean '${meant}'?`;
    return this.#unreadable(document, ['kind'], 'manifest/kind', message, hint, clipped(kind));
  }

  #misplaced(document: ParsedDocument, kind: string, role: Role): undefined {
    const address = addressOf(document);
    // It is where it must not be, but it is there: references to it are not wrong as well.
    if (address !== null && !this.#origins.has(address)) this.#origins.set(address, document.origin);
    const home = Object.entries(kindsOf).find(([, kinds]) => kinds.includes(kind))?.[0] as Role | undefined;
    const message = `kind '${kind}' must not stand in ${homeOf[role]}`;
    const hint = home === undefined ? 'Keep scenarios in files of their own.' : `Move the document to ${homeOf[home]}.`;
    return this.#report(document, ['kind'], {
      ruleId: 'manifest/misplaced',
      message,
      hint,
      value: kind,
      address,
    });
  }

  #unreadable(
    document: ParsedDocument,
    path: FieldPath,
    ruleId: ManifestRuleId,
    message: string,
    hint: string,
    value: string,
  ): undefined {
    this.areNamesComplete = false;
    return this.#report(document, path, { ruleId, message, hint, value, address: null });
  }

  /** Remembers the name, so that nobody misses it and nobody else takes it. */
  #register(document: ParsedDocument, kind: string): Address | null {
    const address = addressOf(document);
    if (address === null) {
      this.areNamesComplete = false;
      return null;
    }
    const first = this.#origins.get(address);
    if (first === undefined) {
      this.#origins.set(address, document.origin);
      return address;
    }
    const name = address.slice(kind.length + 1);
    const where = `${first.file}, document ${first.document + 1}`;
    this.#report(document, ['metadata', 'name'], {
      ruleId: 'manifest/duplicate-name',
      message: `a second ${kind} is called '${name}'; the first is in ${where}`,
      hint: 'Rename one of them.',
      value: name,
      address,
    });
    return address;
  }

  #keep<Body>(
    kept: Checked<Body>[],
    isValid: Validator<Body>,
    kind: string,
    document: ParsedDocument,
    address: Address | null,
  ): void {
    const body: unknown = document.value;
    if (isValid(body)) kept.push({ address: address ?? kind, origin: document.origin, body });
    else this.findings.push(...schemaFindings({ kind, document, address }, isValid.errors ?? []));
  }

  #report(document: ParsedDocument, path: FieldPath, error: Omit<Parameters<typeof inputError>[0], 'at'>): undefined {
    this.findings.push(inputError({ ...error, at: child(document.origin, ...path) }));
  }
}

/** Names longer than any valid one are not worth remembering. */
const nameLengthMax = 63;

/** `KIND/NAME`; null where the document does not say both. */
function addressOf(document: ParsedDocument): Address | null {
  const name = memberOf(memberOf(document.value, 'metadata'), 'name');
  const kind = memberOf(document.value, 'kind');
  if (typeof kind !== 'string' || typeof name !== 'string' || name.length > nameLengthMax) return null;
  return `${kind}/${name}`;
}
