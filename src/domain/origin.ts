/** A field's place in a document: `['spec', 'destinations', 0, 'region']`. */
export type FieldPath = readonly (string | number)[];

/** Where a value was written: file (relative to the project root, with `/`), document in it (from 0), field. */
export interface Origin {
  readonly file: string;
  readonly document: number;
  readonly path: FieldPath;
}

export function child(origin: Origin, ...path: FieldPath): Origin {
  return { ...origin, path: [...origin.path, ...path] };
}

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** `end` is exclusive. */
export interface Range {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}
