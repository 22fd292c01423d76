import pLimit from 'p-limit';
import { aroundReader } from '../ports/around-reader.js';
import type { CloudReader } from '../ports/cloud-reader.js';

/** The same reader, with at most so many calls under way at a time. */
export function atOnce(reader: CloudReader, callsMax: number): CloudReader {
  const limit = pLimit(callsMax);
  return aroundReader(reader, (_operation, call) => limit(call));
}
