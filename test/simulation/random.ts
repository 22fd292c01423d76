// oxlint-disable typescript/no-unnecessary-type-assertion -- the tests are compiled with `noUncheckedIndexedAccess`
/** Numbers that depend on a seed alone, on every machine and every Node: integer arithmetic of 32 bits (splitmix32). */
export class Random {
  #state: number;

  constructor(...seeds: readonly (number | string)[]) {
    this.#state = mixed(seeds);
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
    return ((value ^ (value >>> 15)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.int(0, choices.length - 1)] as T;
  }

  /** `[weight, choice]`. */
  weighted<T>(choices: readonly (readonly [number, T])[]): T {
    const sum = choices.reduce((total, [weight]) => total + weight, 0);
    let left = this.next() * sum;
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return (choices.at(-1) as readonly [number, T])[1];
  }
}

/** FNV-1a over the texts of the seeds. */
function mixed(seeds: readonly (number | string)[]): number {
  let hash = 0x811c9dc5;
  for (const char of seeds.join('/')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
