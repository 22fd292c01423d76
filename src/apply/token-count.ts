import { epochAt, tokenAttemptsMax } from '../domain/ownership.js';
import type { CloudError } from '../domain/errors.js';
import type { ApplyContext } from './context.js';

/**
 * The number `n` in the tokens of one creating call that carry no epoch. It begins at 0 in every run.
 *
 * A service may keep a refusal with the token, and give it again for as long as it knows the token, whatever has become
 * of the reason. So a refused call is sent once more, with the present epoch for `n`. Only for calls of which a second
 * one makes no second thing, or a harmless one, or of which no first one can be on its way any more.
 */
export class TokenCount {
  private base = 0;
  private steps = 0;

  constructor(private readonly context: Pick<ApplyContext, 'clock' | 'times'>) {}

  get n(): number {
    return this.base + this.steps;
  }

  get isUsedUp(): boolean {
    return this.steps >= tokenAttemptsMax;
  }

  /** What the token stands for is gone. */
  next(): void {
    this.steps += 1;
  }

  /** Throws the refusal where it is the answer to a token of the epoch already. */
  afterRefusal(error: CloudError): void {
    if (this.base > 0) throw error;
    this.renew();
  }

  /** To a token of the epoch, or to the next one. */
  renew(): void {
    if (this.base > 0) this.steps += 1;
    else this.base = epochAt(this.context.clock.now(), this.context.times);
  }
}
