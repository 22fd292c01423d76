/**
 * An account UID in an answer. The service sends some UIDs as bare JSON numbers, also beyond 2^53, so the digits must
 * reach the wire untouched: the encoder writes a BareNumber without quotes.
 */
export class BareNumber {
  constructor(readonly digits: string) {}
}
