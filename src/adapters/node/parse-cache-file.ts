import { hash } from 'node:crypto';
import type { Json } from '../../domain/digest.js';
import type { Numbers } from '../../domain/yaml-file.js';

/*
 * One file: a line of JSON that says what it is and vouches for the rest, then the values as JSON, then all spans as
 * numbers of 32 bits. So thousands of documents come back by one call of JSON.parse and without a copy of their spans.
 */

/** A text as it is kept. */
export interface KeptFile {
  readonly userData: readonly number[];
  readonly documents: readonly KeptDocument[];
}

export interface KeptDocument {
  readonly index: number;
  /** User data is not in it: `withoutUserData`. */
  readonly value: Json;
  readonly hasUserData: boolean;
  readonly spans: Numbers;
}

/** Another number for another meaning of the same bytes; who parsed is compared too. */
const format = 1;

type Entry = readonly [digest: string, userData: readonly number[], ...documents: readonly KeptTuple[]];
type KeptTuple = readonly [index: number, value: Json, hasUserData: 0 | 1, spans: number];

/** By digest of the text. `parser`: who parsed. */
export function encodeCache(files: ReadonlyMap<string, KeptFile>, parser: string): Buffer {
  const entries: Entry[] = [];
  const spans: Numbers[] = [];
  let numbers = 0;
  for (const [digest, { userData, documents }] of files) {
    const tuples = documents.map(
      (document): KeptTuple => [document.index, document.value, document.hasUserData ? 1 : 0, document.spans.length],
    );
    entries.push([digest, userData, ...tuples]);
    for (const document of documents) {
      spans.push(document.spans);
      numbers += document.spans.length;
    }
  }
  const all = new Int32Array(numbers);
  let at = 0;
  for (const each of spans) {
    all.set(each, at);
    at += each.length;
  }
  const values = Buffer.from(JSON.stringify(entries), 'utf8');
  const body = Buffer.concat([values, Buffer.from(all.buffer)]);
  const head = { ...headOf(parser), values: values.length, digest: hash('sha256', body) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`, 'utf8'), body]);
}

/** Undefined where the bytes are not what the same parser had kept. */
export function decodeCache(bytes: Buffer, parser: string): ReadonlyMap<string, KeptFile> | undefined {
  try {
    const end = bytes.indexOf('\n');
    const head = JSON.parse(bytes.toString('utf8', 0, end)) as Readonly<Record<string, unknown>>;
    const body = bytes.subarray(end + 1);
    const { values } = head;
    const isOurs = Object.entries(headOf(parser)).every(([key, value]) => head[key] === value);
    if (!isOurs || typeof values !== 'number' || head['digest'] !== hash('sha256', body)) return undefined;
    return filesIn(JSON.parse(body.toString('utf8', 0, values)) as readonly Entry[], body.subarray(values));
  } catch {
    // Whatever it is, it is not ours.
    return undefined;
  }
}

function filesIn(entries: readonly Entry[], bytes: Buffer): ReadonlyMap<string, KeptFile> {
  const spans = new Int32Array(bytes.length / Int32Array.BYTES_PER_ELEMENT);
  new Uint8Array(spans.buffer).set(bytes);
  const files = new Map<string, KeptFile>();
  let at = 0;
  for (const [digest, userData, ...tuples] of entries) {
    const documents = tuples.map(([index, value, hasUserData, length]): KeptDocument => {
      at += length;
      return { index, value, hasUserData: hasUserData === 1, spans: spans.subarray(at - length, at) };
    });
    files.set(digest, { userData, documents });
  }
  return files;
}

/** The numbers are as the processor has them. */
function headOf(parser: string): Readonly<Record<string, string | number>> {
  return { file: 'tallyman parse cache', format, parser, arch: process.arch };
}
