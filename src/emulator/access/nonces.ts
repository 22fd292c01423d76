/** Which nonces were used, by access key. One stays remembered until its request could no longer be replayed. */
export class Nonces {
  private readonly expiryByNonce = new Map<string, number>();
  private sweepAt = 0;

  isUsed(accessKeyId: string, nonce: string, now: number): boolean {
    return (this.expiryByNonce.get(keyOf(accessKeyId, nonce)) ?? 0) > now;
  }

  /** `until`: real milliseconds since 1970 when the request's own timestamp makes it unusable. */
  use(accessKeyId: string, nonce: string, now: number, until: number): void {
    if (now >= this.sweepAt) this.sweep(now);
    this.expiryByNonce.set(keyOf(accessKeyId, nonce), until);
  }

  private sweep(now: number): void {
    for (const [key, expiry] of this.expiryByNonce) if (expiry <= now) this.expiryByNonce.delete(key);
    this.sweepAt = now + 60_000;
  }
}

function keyOf(accessKeyId: string, nonce: string): string {
  return `${accessKeyId} ${nonce}`;
}
