export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly reference: string;
  readonly ratio: string;
  readonly target: string;
}

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
