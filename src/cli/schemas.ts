import { didYouMean } from '../domain/closest-name.js';
import { TallymanError } from '../domain/errors.js';
import type { Runtime } from './runtime.js';

/** Kinds of documents and files, and the file in schemas/ that describes each. */
export const schemaFiles: ReadonlyMap<string, string> = new Map([
  ['Project', 'project'],
  ['ImageSource', 'image-source'],
  ['ImageCopy', 'image-copy'],
  ['ImageShare', 'image-share'],
  ['Instance', 'instance'],
  ['Policy', 'policy'],
  ['Waiver', 'waiver'],
  ['Lock', 'lock'],
  ['PolicyTest', 'policy-test'],
  ['Scenario', 'scenario'],
  ['Plan', 'plan'],
  ['Snapshot', 'snapshot'],
]);

/** Text of the schema of a kind; null: the bundle of all that editors use. Throws `input/flag` for an unknown kind. */
export async function schemaText(runtime: Pick<Runtime, 'publishedFile'>, kind: string | null): Promise<string> {
  const file = kind === null ? 'tallyman' : schemaFiles.get(kind);
  if (file === undefined) {
    const kinds = [...schemaFiles.keys()];
    const message = `there is no kind '${kind ?? ''}'${didYouMean(kind ?? '', kinds)}`;
    throw new TallymanError('input/flag', message, `Kinds are ${kinds.join(', ')}.`);
  }
  const text = await runtime.publishedFile(`schemas/${file}.schema.json`);
  if (text === undefined) throw new Error(`schemas/${file}.schema.json is missing from the package`);
  return text;
}
