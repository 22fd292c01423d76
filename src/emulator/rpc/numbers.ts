import { randomBytes } from 'node:crypto';

/** Stands before the digits of a BareNumber inside JSON text. Drawn anew by each process, so no request can contain it. */
const mark = `bare-number-${randomBytes(12).toString('hex')}-`;
const marked = new RegExp(`"${mark}(\\d+)"`, 'g');

/**
 * An account UID in an answer. The service sends some UIDs as bare JSON numbers, also beyond 2^53, so the digits must
 * reach the wire untouched: `encodeJson` writes a BareNumber without quotes.
 */
export class BareNumber {
  constructor(readonly digits: string) {}

  toJSON(): string {
    return mark + this.digits;
  }
}

export function encodeJson(value: unknown): string {
  return JSON.stringify(value).replace(marked, '$1');
}
