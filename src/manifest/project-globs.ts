import type { Json } from '../domain/digest.js';
import { compileGlob } from '../domain/path-glob.js';
import { memberOf } from './member-of.js';
import { parseDocuments, type SourceText } from './parse-documents.js';

export interface ProjectGlobs {
  readonly manifests: readonly string[];
  readonly policies: readonly string[];
}

const manifestsDefault = ['manifests/**/*.yaml'];
const policiesDefault = ['policies/**/*.yaml'];

/**
 * Which files belong to the project. Takes what is usable of a project that has errors elsewhere, so that one mistake
 * in it does not hide those in the other files.
 */
export function projectGlobs(project: SourceText): ProjectGlobs {
  const spec = memberOf(parseDocuments(project).documents[0]?.value, 'spec');
  return {
    manifests: globsOf(memberOf(spec, 'manifests')) ?? manifestsDefault,
    policies: globsOf(memberOf(spec, 'policies')) ?? policiesDefault,
  };
}

/** Names of files that no glob brings in: they are read for another reason. */
export function isNeverManifest(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === 'tallyman.yaml' || /\.(lock|policy-test)\.yaml$/.test(name);
}

function globsOf(value: Json | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((glob: Json) => typeof glob === 'string' && compileGlob(glob) !== undefined);
}
