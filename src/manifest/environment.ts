import type { Json } from '../domain/digest.js';
import type { Finding } from '../domain/finding.js';
import type { ProjectDocument } from '../domain/generated/documents.js';
import { child, type FieldPath, type Origin } from '../domain/origin.js';
import { closestName } from '../domain/closest-name.js';
import type { Checked } from './checked-documents.js';
import { clipped, fieldName, inputError } from './input-error.js';
import { isMapping, memberOf } from './member-of.js';
import type { ParsedDocument } from './parsed-text.js';
import type { Names } from './surroundings.js';

type Environments = NonNullable<ProjectDocument['spec']['environments']>;

interface Patch {
  /** `KIND/NAME`. */
  readonly target: string;
  readonly merge: Json;
  /** Where `merge` stands in the project. */
  readonly origin: Origin;
}

/** A document that a patch changes, by the file and the number in it. */
interface Patched {
  readonly origin: Origin;
  readonly patches: readonly Patch[];
}

/**
 * One environment: which documents it changes, and to which place in the project a finding about a changed value belongs.
 */
export class Environment {
  readonly #patches: readonly Patch[];
  readonly #patched: Patched[] = [];

  constructor(
    readonly name: string,
    project: Checked<ProjectDocument>,
    /** The same document as it stands in the file. */
    private readonly source: ParsedDocument,
  ) {
    const environments: Environments = project.body.spec.environments ?? [];
    const index = environments.findIndex((candidate) => candidate.name === name);
    this.#patches = (environments[index]?.patches ?? []).map(({ target, merge }, number) => ({
      target,
      merge: merge as Json,
      origin: child(project.origin, 'spec', 'environments', index, 'patches', number, 'merge'),
    }));
  }

  /** The document with what the environment says about it; the same one where it says nothing. */
  apply(document: ParsedDocument): ParsedDocument {
    const kind = memberOf(document.value, 'kind');
    const name = memberOf(memberOf(document.value, 'metadata'), 'name');
    if (!isMapping(document.value) || typeof kind !== 'string' || typeof name !== 'string') return document;
    const patches = this.#patches.filter(({ target }) => target === `${kind}/${name}`);
    if (patches.length === 0) return document;
    const patched = { origin: document.origin, patches };
    this.#patched.push(patched);
    const spec = patches.reduce<Json>(
      (value, { merge }) => mergePatch(value, merge),
      memberOf(document.value, 'spec') ?? {},
    );
    const textAt = (path: FieldPath): string | undefined => {
      const place = placeIn(patched, path, '');
      return place === undefined ? document.textAt(path) : this.source.textAt(place.path);
    };
    return { origin: document.origin, value: { ...document.value, spec }, textAt };
  }

  /** The finding at the patch that wrote the value it is about; as it is where no patch did. */
  place<T extends Finding>(finding: T): T {
    const { at } = finding;
    const patched = this.#patched.find(({ origin }) => origin.file === at?.file && origin.document === at.document);
    if (at === null || patched === undefined) return finding;
    const place = placeIn(patched, at.path, finding.value);
    return place === undefined ? finding : { ...finding, at: place };
  }

  /** Patches of resources that no manifest declares. */
  idlePatches(names: Names): readonly Finding[] {
    if (!names.areNamesComplete) return [];
    return this.#patches.flatMap(({ target, origin }) => {
      const [kind = '', name = ''] = target.split('/');
      if (names.has(kind, name)) return [];
      const meant = closestName(name, names.namesOf(kind));
      const at = { ...origin, path: [...origin.path.slice(0, -1), 'target'] };
      return [
        inputError({
          ruleId: 'manifest/unknown-reference',
          at,
          address: null,
          message: `${fieldName(at.path)} must be a resource of the manifests, not '${clipped(target)}'`,
          hint: meant === undefined ? 'Correct the name, or remove the patch.' : `Did you mean '${kind}/${meant}'?`,
          value: clipped(target),
        }),
      ];
    });
  }
}

/** RFC 7386: mappings member by member, everything else whole, null takes a member out. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isMapping(patch)) return patch;
  const merged = new Map(isMapping(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  // Own members whatever their names are, so that no key can reach the prototype.
  return Object.fromEntries(merged);
}

/** The last patch that wrote what stands at the path of the document, and where in it. `value`: what a finding is about. */
function placeIn({ patches }: Patched, path: FieldPath, value: string): Origin | undefined {
  if (path[0] !== 'spec') return undefined;
  const inside = path.slice(1);
  for (const { merge, origin } of patches.toReversed()) {
    const reached = reach(merge, inside);
    // A missing field is missed in the mapping around it; that is the patch's doing only where it took the field out.
    const takesOut = isMapping(reached) && Object.hasOwn(reached, value) && reached[value] === null;
    if (takesOut) return child(origin, ...inside, value);
    if (reached !== undefined && inside.length > 0) return child(origin, ...inside);
  }
  return undefined;
}

/** What stands at the path; undefined where the patch ends before it. */
function reach(merge: Json, path: FieldPath): Json | undefined {
  let value: Json | undefined = merge;
  for (const part of path) {
    if (Array.isArray(value)) value = (value as readonly Json[])[Number(part)];
    else value = memberOf(value, String(part));
    if (value === undefined) return undefined;
  }
  return value;
}
