import picocolors from 'picocolors';

/** Colours by meaning. No report needs them to be understood: everything they say stands there in words or symbols. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly info: (text: string) => string;
  readonly added: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly changed: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

export function createPaint(isColored: boolean): Paint {
  const colors = picocolors.createColors(isColored);
  return {
    error: colors.red,
    warning: colors.yellow,
    info: colors.cyan,
    added: colors.green,
    removed: colors.red,
    changed: colors.yellow,
    strong: colors.bold,
    faint: colors.dim,
  };
}

/** How a text report is drawn. */
export interface TextOptions {
  readonly isColored: boolean;
  /** Cells of a line; null or absent: no terminal. */
  readonly columns?: number | null;
}
