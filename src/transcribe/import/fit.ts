import type { ImportedDocument, ImportNote } from '../../domain/imported.js';
import type { FieldPath } from '../../domain/origin.js';

/** Fields without which a document does not say what exists. */
const needed: ReadonlySet<string> = new Set([
  'account',
  'region',
  'regions',
  'owner',
  'imageId',
  'source',
  'destinations',
  'with',
  'replicas',
  'placement',
  'image',
  'instanceType',
  'securityGroupIds',
  'systemDisk',
  'systemDisk.category',
  'systemDisk.sizeGiB',
  'adopt',
  'deletionPolicy',
]);

/** Each attempt takes out at least one field. */
const attemptsMax = 100;

/** What is wrong with a document that was made, by the schema of its kind; empty: nothing. */
export type Judge = (document: ImportedDocument) => readonly { readonly path: FieldPath; readonly message: string }[];

export type Fitted<Document extends ImportedDocument> =
  | { readonly document: Document; readonly notes: readonly ImportNote[] }
  | { readonly obstacle: string };

/**
 * The document without the optional fields whose value a manifest cannot say: those are not managed then. Where that is
 * a field that it needs, it cannot be written at all.
 */
export function fit<Document extends ImportedDocument>(document: Document, id: string, judge: Judge): Fitted<Document> {
  const notes: ImportNote[] = [];
  let fitted = document;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const [mistake] = judge(fitted);
    if (mistake === undefined) return { document: fitted, notes };
    const path = droppedFor(mistake.path);
    if (path === null) return { obstacle: mistake.message };
    fitted = without(fitted, path);
    notes.push({ id, message: `left out, so not managed: ${mistake.message}` });
  }
  return { obstacle: 'no manifest can say it' };
}

/** What goes with a value that cannot be said: one tag, one setting, but all data disks. Null: it is needed. */
function droppedFor(path: FieldPath): FieldPath | null {
  const [root, field, part] = path;
  if (root !== 'spec' || typeof field !== 'string') return null;
  const isSingle = field === 'tags' || field === 'systemDisk' || field === 'metadataOptions';
  const dropped = isSingle && typeof part === 'string' ? [field, part] : [field];
  return needed.has(dropped.join('.')) ? null : ['spec', ...dropped];
}

function without<T>(value: T, [first, ...rest]: FieldPath): T {
  if (typeof value !== 'object' || value === null || first === undefined) return value;
  const entries = Object.entries(value)
    .filter(([key]) => rest.length > 0 || key !== first)
    .map(([key, member]: [string, unknown]) => [key, key === first ? without(member, rest) : member] as const);
  return Object.fromEntries(entries) as T;
}
