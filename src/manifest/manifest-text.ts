import { Document, visit } from 'yaml';
import type { ManifestDocument } from '../domain/generated/documents.js';
import { yamlLimits } from './yaml-limits.js';

/** Room that is left for people who go on writing in the file. */
const share = 0.5;

const schema = 'https://tallyman.dev/schemas/v1/tallyman.schema.json';

/**
 * What acts where the text is shown: characters that an editor does not show or that turn the text around, halves of
 * pairs, and the second `#` of a runner's `##[`. Names come from other people.
 */
const acting = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]|(?<=#)#(?=\[)/gu;

/** Some documents and the text of a file that holds them. */
export interface ManifestText<Document> {
  readonly documents: readonly Document[];
  readonly text: string;
}

/**
 * Documents as the text of manifest files, two spaces, keys in the order that they have: as many files as the limits of
 * one ask for, half of which are used. Read again, it is the same documents. `remark`: a line at the head of each.
 */
export function manifestTexts<Document extends ManifestDocument>(
  documents: readonly Document[],
  remark: string,
): readonly ManifestText<Document>[] {
  const files: { documents: Document[]; texts: string[]; bytes: number; nodes: number }[] = [];
  for (const document of documents) {
    const text = documentText(document);
    const [bytes, nodes] = [Buffer.byteLength(text), nodesOf(document)];
    const last = files.at(-1);
    const isRoomy =
      last !== undefined &&
      last.documents.length < yamlLimits.documents * share &&
      last.bytes + bytes <= yamlLimits.bytes * share &&
      last.nodes + nodes <= yamlLimits.nodes * share;
    const file = isRoomy ? last : { documents: [], texts: [], bytes: 0, nodes: 0 };
    if (!isRoomy) files.push(file);
    file.documents.push(document);
    file.texts.push(text);
    file.bytes += bytes;
    file.nodes += nodes;
  }
  const head = `# yaml-language-server: $schema=${schema}\n# ${remark}\n`;
  return files.map(({ documents: held, texts }) => ({ documents: held, text: `${head}${texts.join('---\n')}` }));
}

/** One document. What looks like a number, a truth or a date to one or the other version of YAML stands in quotes. */
export function documentText(body: object): string {
  const document = new Document(body, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value !== 'string') return;
      // No line begins with what somebody else wrote, as a key does, and a runner would take for its command.
      if (/\n|::/.test(node.value) || node.value.search(acting) !== -1) node.type = 'QUOTE_DOUBLE';
    },
  });
  const text = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY });
  return text.replace(acting, escaped);
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

/** As reading counts them: mappings, lists, keys and scalars. */
function nodesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + nodesOf(item), 1);
  return Object.values(value).reduce((sum: number, member) => sum + 1 + nodesOf(member), 1);
}
