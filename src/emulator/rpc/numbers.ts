import { randomBytes } from 'node:crypto';

/** Stands before the digits of a BareNumber inside JSON text. Drawn anew by each process, so no request can contain it. */
const mark = `bare-number-${randomBytes(12).toString('hex')}-`;
const marked = new RegExp(`"${mark}(\\d+)"`, 'g');
/** How many BareNumbers have become text: an answer without any, as most are, is not searched for marks. */
let written = 0;

/**
 * An account UID in an answer. The service sends some UIDs as bare JSON numbers, also beyond 2^53, so the digits must
 * reach the wire untouched: `encodeJson` writes a BareNumber without quotes.
 */
export class BareNumber {
  constructor(readonly digits: string) {}

  toJSON(): string {
    written += 1;
    return mark + this.digits;
  }
}

export function encodeJson(value: unknown): string {
  const before = written;
  const text = JSON.stringify(value);
  return written === before ? text : text.replace(marked, '$1');
}
