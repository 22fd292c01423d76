import type { Json } from '../domain/digest.js';
import { compileGlob } from '../domain/path-glob.js';
import { memberOf } from './member-of.js';
import type { Parse, SourceText } from './parsed-text.js';

export interface ProjectGlobs {
  readonly manifests: readonly string[];
  readonly policies: readonly string[];
  /** Those of `policies` that the project itself writes down, by their place in its list. */
  readonly writtenPolicies: ReadonlyMap<number, string>;
  /** Names of the project's environments, in its order. */
  readonly environments: readonly string[];
}

const manifestsDefault = ['manifests/**/*.yaml'];
const policiesDefault = ['policies/**/*.yaml'];

/**
 * Which files belong to the project. Takes what is usable of a project that has errors elsewhere, so that one mistake
 * in it does not hide those in the other files.
 */
export function projectGlobs(project: SourceText, parse: Parse): ProjectGlobs {
  const spec = memberOf(parse(project).documents[0]?.value, 'spec');
  return {
    manifests: globsOf(memberOf(spec, 'manifests')) ?? manifestsDefault,
    policies: globsOf(memberOf(spec, 'policies')) ?? policiesDefault,
    writtenPolicies: writtenIn(memberOf(spec, 'policies')),
    environments: namesIn(memberOf(spec, 'environments')),
  };
}

/** Names of files that no glob brings in: they are read for another reason. */
export function isNeverManifest(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === 'tallyman.yaml' || /\.(lock(\.[^.]+)?|policy-test)\.yaml$/.test(name);
}

function namesIn(environments: Json | undefined): readonly string[] {
  if (!Array.isArray(environments)) return [];
  return environments.map((item: Json) => memberOf(item, 'name')).filter((name) => typeof name === 'string');
}

function globsOf(value: Json | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? [...writtenIn(value).values()] : undefined;
}

function writtenIn(value: Json | undefined): ReadonlyMap<number, string> {
  if (!Array.isArray(value)) return new Map();
  return new Map(
    [...value.entries()].filter(
      (entry): entry is [number, string] => typeof entry[1] === 'string' && compileGlob(entry[1]) !== undefined,
    ),
  );
}
