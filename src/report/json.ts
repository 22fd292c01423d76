import type { Json } from '../domain/digest.js';

/** A document for machines: keys in the order in which they were written, two spaces, a newline at the end. */
export function renderJson(document: Json | object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
