import { createHash } from 'node:crypto';

/** RequestIds: upper-case UUIDs that depend on nothing but the seed and how many calls came before. */
export class RequestIds {
  constructor(
    private readonly seed: number,
    /** Calls answered so far; kept with the state, so that no ID comes twice. */
    public count = 0,
  ) {}

  next(): string {
    this.count += 1;
    const digest = createHash('sha256').update(`${this.seed}/request/${this.count}`).digest('hex').toUpperCase();
    const variant = '89AB'.charAt(Number.parseInt(digest.charAt(16), 16) % 4);
    const groups = [
      digest.slice(0, 8),
      digest.slice(8, 12),
      `4${digest.slice(13, 16)}`,
      `${variant}${digest.slice(17, 20)}`,
      digest.slice(20, 32),
    ];
    return groups.join('-');
  }
}
