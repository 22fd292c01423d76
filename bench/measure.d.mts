export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly reference: string;
  readonly ratio: string;
  readonly target: string;
}

/** Of the repository; ends with `/`. */
export const root: string;
/** The built command. */
export const tallymanJs: string;

/** Wall time of a `node` process, ms; it must end with one of the codes, by default 0. */
export function timeNode(
  words: readonly string[],
  options: { readonly cwd: string; readonly codes?: readonly number[]; readonly cache?: string },
): Promise<number>;
/** The environment with this folder for the cache of parsed files; without one there is no cache. */
export function withCache(folder?: string): NodeJS.ProcessEnv;
/** Medians, ms, in the order of `works`, which take turns. */
export function alternate(works: readonly (() => Promise<number>)[], rounds: number): Promise<readonly number[]>;
export function median(values: readonly number[]): number;
/** Milliseconds. */
export function timed(work: () => unknown): number;
export function ms(value: number): string;
export function row(
  what: string,
  measured: string,
  reference: string,
  ratio: number | null,
  target?: string | null,
): Row;
