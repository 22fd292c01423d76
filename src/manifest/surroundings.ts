import type { Address } from '../domain/address.js';
import type { Account, Labels, Safety, TagWishes } from '../domain/desired.js';
import type { Finding } from '../domain/finding.js';
import type { Move } from '../domain/moved.js';
import type { Window } from '../domain/window.js';
import { child, type Origin } from '../domain/origin.js';
import { closestName } from '../domain/closest-name.js';
import { clipped, fieldName, type InputError, inputError } from './input-error.js';

/** The project before its regions are known: they may be those that its resources name. */
export interface ProjectBasis {
  readonly name: string;
  readonly id: string | null;
  readonly accounts: readonly Account[];
  readonly regions: readonly string[] | null;
  readonly defaults: {
    readonly account: string | null;
    readonly region: string | null;
    readonly tags: TagWishes;
    readonly resourceGroupId: string | null;
  };
  readonly approvers: readonly string[];
  readonly safety: Safety;
  readonly windows: readonly Window[];
  readonly moved: readonly Move[];
  readonly origin: Origin;
}

/** What documents know of each other's names. */
export interface Names {
  readonly areNamesComplete: boolean;
  has(kind: string, name: string): boolean;
  namesOf(kind: string): readonly string[];
}

/** A resource that asks. `spec` is the place of its `spec`. */
export interface Asker {
  readonly address: Address;
  readonly spec: Origin;
}

/** The cloud keeps 20 tags on a thing, and tallyman needs 8 of them. */
const ownTagsMax = 12;

/** What a resource leans on: accounts, regions and defaults of the project, and the names of other documents. */
export class Surroundings {
  readonly findings: Finding[] = [];
  readonly regionsNamed = new Set<string>();
  readonly filesNamed = new Set<string>();

  constructor(
    /** Null where the project is not usable: then nothing about accounts, regions and defaults is judged. */
    readonly project: ProjectBasis | null,
    readonly names: Names,
    /** Texts of the files that manifests name, by path. */
    private readonly attachments: ReadonlyMap<string, string> = new Map(),
  ) {}

  report(error: InputError): void {
    this.findings.push(inputError(error));
  }

  /** The account that the resource names, or the default. Undefined, and reported, where there is none. */
  account(asker: Asker, own: string | undefined): Account | undefined {
    if (this.project === null) return undefined;
    const name = own ?? this.project.defaults.account;
    if (name === null) return this.#missing(asker, 'account');
    const account = this.project.accounts.find((candidate) => candidate.name === name);
    if (account === undefined && own !== undefined)
      this.unknownAccount(child(asker.spec, 'account'), asker.address, name);
    return account;
  }

  /** The text of a file that the resource names. Undefined, and reported, where it is not there or empty. */
  fileText(asker: Asker, at: Origin, path: string): string | undefined {
    this.filesNamed.add(path);
    const text = this.attachments.get(path);
    if (text !== undefined && text !== '') return text;
    const message = `${fieldName(at.path)} must be a file of the project, '${clipped(path)}' is ${text === '' ? 'empty' : 'not there'}`;
    const hint = 'Write the file, or correct the path: it is relative to tallyman.yaml.';
    this.report({ ruleId: 'manifest/file', at, address: asker.address, message, hint, value: path });
    return undefined;
  }

  unknownAccount(at: Origin, address: Address, name: string, others: readonly string[] = []): void {
    const known = [...(this.project?.accounts.map((account) => account.name) ?? []), ...others];
    this.#unknown({ at, address, value: name, known, what: 'an account of the project' });
  }

  /** The region that the resource names, or the default. Undefined, and reported, where there is none. */
  region(asker: Asker, own: string | undefined): string | undefined {
    if (own !== undefined) return own;
    if (this.project === null) return undefined;
    return this.project.defaults.region ?? this.#missing(asker, 'region');
  }

  /** Notes that the project owns things there, and reports it where the project may not. */
  owns(address: Address, region: string, at: Origin): void {
    this.regionsNamed.add(region);
    const regions = this.project?.regions;
    if (regions === undefined || regions === null || regions.includes(region)) return;
    this.report({
      ruleId: 'manifest/region-outside-project',
      at,
      address,
      message: `region '${region}' must be one of the project's \`spec.regions\`: elsewhere nothing is looked for`,
      hint: `Add ${region} to \`spec.regions\`, or choose one of ${regions.join(', ')}.`,
      value: region,
    });
  }

  /** Reports a reference to a document that is not there. */
  refer(address: Address, at: Origin, kind: string, name: string): void {
    if (this.names.has(kind, name) || !this.names.areNamesComplete) return;
    const article = kind === 'Instance' || kind.startsWith('Image') ? 'an' : 'a';
    this.#unknown({ at, address, value: name, known: this.names.namesOf(kind), what: `${article} ${kind}` });
  }

  /** The defaults with the resource's own tags over them. */
  tags(asker: Asker, own: Readonly<Record<string, string | null>> | undefined): TagWishes {
    const merged = { ...this.project?.defaults.tags, ...own };
    const count = Object.values(merged).filter((value) => value !== null).length;
    if (count > ownTagsMax) {
      this.report({
        ruleId: 'manifest/tag-limit',
        at: own === undefined ? asker.spec : child(asker.spec, 'tags'),
        address: asker.address,
        message: `${asker.address} has ${count} tags with the project's defaults, at most ${ownTagsMax} are possible: the cloud keeps 20, and tallyman needs 8`,
        hint: `Remove ${count - ownTagsMax} of them.`,
        value: String(count),
      });
    }
    return merged;
  }

  /** A key says nothing to the cloud unless encryption is asked for: the call would be refused. */
  keyNeedsEncryption(address: Address, holder: Origin, key: string | undefined, encrypted: boolean | undefined): void {
    if (key === undefined || encrypted === true) return;
    const at = child(holder, 'kmsKeyId');
    this.report({
      ruleId: 'manifest/key-without-encryption',
      at,
      address,
      message: `${fieldName(at.path)} needs \`encrypted: true\``,
      hint: 'Add `encrypted: true`, or remove the key.',
      value: clipped(key),
    });
  }

  #missing(asker: Asker, field: 'account' | 'region'): undefined {
    this.report({
      ruleId: 'manifest/missing-field',
      at: asker.spec,
      address: asker.address,
      message: `\`spec\` must have \`${field}\`, since the project has no default for it`,
      hint: `Add \`${field}\` here, or \`spec.defaults.${field}\` to the project.`,
      value: field,
    });
  }

  #unknown(unknown: {
    readonly at: Origin;
    readonly address: Address;
    readonly value: string;
    readonly known: readonly string[];
    readonly what: string;
  }): void {
    const { at, address, value, known, what } = unknown;
    const meant = closestName(value, known);
    const list = known.length === 0 ? 'there is none' : `there are ${known.slice(0, 10).join(', ')}`;
    this.report({
      ruleId: 'manifest/unknown-reference',
      at,
      address,
      message: `${fieldName(at.path)} must be the name of ${what}, not '${clipped(value)}'`,
      hint: meant === undefined ? `Correct the name: ${list}.` : `Did you mean '${meant}'?`,
      value: clipped(value),
    });
  }
}

export function askerOf(document: { readonly address: Address; readonly origin: Origin }): Asker {
  return { address: document.address, spec: child(document.origin, 'spec') };
}

export function labelsOf(document: { readonly body: { readonly metadata: { readonly labels?: Labels } } }): Labels {
  return document.body.metadata.labels ?? {};
}
